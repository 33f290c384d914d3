// The policy allows style elements only with the nonce of the answer that brought the page.

import { setNonce } from 'get-nonce';

export const nonce = (): string => document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';

// For the library that keeps the page from scrolling behind a dialog.
export const nonceStyles = () => setNonce(nonce());
