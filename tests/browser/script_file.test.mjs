// What must hold for the file merit.js itself, without a browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { SCRIPT } from './harness/stand_in.mjs';

const script = await readFile(SCRIPT, 'utf8');

test('has no text of several lines, so that lines can be trimmed when it is sent', () => {
  const code = script.replace(/\/\*[^]*?\*\//g, '').replace(/^ *\/\/.*$/gm, '');
  assert.doesNotMatch(code, /`|\\\n/);
});

test('keeps to the language of 2017', () => {
  const later = {
    'optional chaining': /\?\.[^\d]/, 'nullish coalescing': /\?\?/, 'catch without a name': /catch\s*\{/,
    'spread in an object': /[{,]\s*\.\.\.[^)\]]*\}/, 'private field': /this\.#/, 'class field': /\bstatic\b/, 'bigint': /\b\d+n\b/,
    'numeric separator': /\d_\d/, 'logical assignment': /(\|\||&&)=/, 'promise finally': /\.finally\(/, 'flat': /\.(flat|flatMap|at|matchAll|replaceAll)\(/,
  };
  for (const [feature, pattern] of Object.entries(later)) {
    assert.doesNotMatch(script, pattern, feature);
  }
});

test('is strict, plain text and asks for nothing of its own', () => {
  assert.match(script, /'use strict'/);
  assert.match(script, /^[\x20-\x7e\n]*$/);
  assert.doesNotMatch(script, /\beval\b|new Function|innerHTML|document\.write|\bimport\b|\brequire\(/);
});
