// Writes the types that other files imply: generated/schema.d.ts from docs/openapi.json, and generated/keys.ts from the texts. They are
// not kept under version control: made anew before each check, they cannot drift, and what no longer fits does not compile.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import openapiTypescript, { astToString } from 'openapi-typescript';

const generated = new URL('../generated/', import.meta.url);
const texts = new URL('../src/texts/', import.meta.url);

await mkdir(generated, { recursive: true });

const api = await openapiTypescript(new URL('../../docs/openapi.json', import.meta.url));
await writeFile(new URL('schema.d.ts', generated), `// Written by \`npm run generate\`.\n\n${astToString(api)}`);

const keys = [];
for (const file of (await readdir(texts)).sort()) {
  const noun = file.slice(0, -'.json'.length);
  for (const key of Object.keys(JSON.parse(await readFile(new URL(file, texts), 'utf8'))))
    keys.push(`  | '${noun}.${key}'`);
}
await writeFile(
  new URL('keys.ts', generated),
  `// Written by \`npm run generate\`: the keys of all texts, so that \`t('overview.titel')\` does not compile.\n\nexport type TextKey =\n${keys.join('\n')};\n`,
);
