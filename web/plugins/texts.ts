// The words of the console, one module a language: `virtual:texts/en`.
//
// They are written side by side (`src/texts/NOUN.json`: key, then the text in each language), so that nobody adds one language and
// forgets the others; a browser loads only the one it shows.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FOLDER = join(import.meta.dirname, '../src/texts');
const PREFIX = 'virtual:texts/';

type Sides = Record<string, Record<string, string>>;

// Every text of one language, by `noun.key`.
export const textsOf = (language: string): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
    const noun = file.slice(0, -'.json'.length);
    const sides = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Sides;
    for (const [key, side] of Object.entries(sides)) found[`${noun}.${key}`] = side[language] ?? side.en ?? key;
  }
  return found;
};

export const texts = (): Plugin => ({
  name: 'merit-texts',
  resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
  load(id) {
    if (!id.startsWith(`\0${PREFIX}`)) return undefined;
    for (const file of readdirSync(FOLDER)) this.addWatchFile(join(FOLDER, file));
    const language = id.slice(PREFIX.length + 1);
    return `export default JSON.parse(${JSON.stringify(JSON.stringify(textsOf(language)))});`;
  },
});
