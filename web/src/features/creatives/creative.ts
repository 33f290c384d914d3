// Creatives as the API gives them.

import type { Schemas } from '../../data/client';

export type Creative = Schemas['CreativeView'];
export type CreativeKind = Schemas['CreativeKind'];

export const KINDS: CreativeKind[] = ['banner', 'text', 'video'];

export const isKind = (text: unknown): text is CreativeKind => KINDS.includes(text as CreativeKind);

// As many as the API takes.
export const PICTURE_BYTES_MAX = 700_000;

const CHUNK = 0x8000;

// The bytes of a file as the API takes them.
export const asBase64 = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  // In pieces, as a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
};
