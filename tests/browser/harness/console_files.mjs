// The console's files as the server gives them: `web/dist` under the content security policy of the crate `console`, with a fresh nonce
// for each page.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../../', import.meta.url);
const DIST = new URL('web/dist/', ROOT);
const TYPES = {
  css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml', woff2: 'font/woff2',
};

const policy = async () => {
  const [, literal] = /CONTENT_SECURITY_POLICY: &str = "([^"]*)"/.exec(await readFile(new URL('crates/console/src/lib.rs', ROOT), 'utf8'));
  return literal.replace(/\\\n\s*/g, '');
};

// The answer to `path`: a file, or the page.
export const consoleFile = async (path) => {
  const type = TYPES[path.split('.').pop()];
  if (type) {
    const body = await readFile(new URL(`.${path}`, DIST)).catch(() => null);
    return body ? { headers: { 'content-type': type, 'cache-control': 'no-cache' }, body } : { status: 404 };
  }
  const nonce = randomBytes(16).toString('hex');
  const page = await readFile(new URL('index.html', DIST), 'utf8').catch(() => {
    throw new Error('the console was not built: npm ci && npm run build in web/');
  });
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store',
      'content-security-policy': (await policy()).replace('{nonce}', nonce),
    },
    body: page.replace('{{nonce}}', nonce),
  };
};
