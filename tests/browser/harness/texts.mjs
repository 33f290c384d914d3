// The words of the console in a language, as the console itself says them: `say('advertiser.new')`.

import { readdir, readFile } from 'node:fs/promises';

const TEXTS = new URL('../../../web/src/texts/', import.meta.url);

export const speaking = async (language) => {
  const found = {};
  for (const file of (await readdir(TEXTS)).filter((name) => name.endsWith('.json'))) {
    const noun = file.slice(0, -'.json'.length);
    for (const [key, sides] of Object.entries(JSON.parse(await readFile(new URL(file, TEXTS), 'utf8')))) found[`${noun}.${key}`] = sides[language];
  }
  return (key, values = {}) => {
    if (found[key] === undefined) throw new Error(`the console has no text ${key}`);
    return found[key].replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
  };
};
