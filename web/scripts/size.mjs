// How much script a browser loads, compressed, before the first page can be used: what index.html names and all that it imports at once,
// with the language and the page of the overview. Fails above the limit.

import { readFile, stat } from 'node:fs/promises';

const LIMIT_KB = 300;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

const closure = (names, found = new Set()) => {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    closure(manifest[name].imports ?? [], found);
  }
  return found;
};
const compressed = async (name) => {
  const path = new URL(manifest[name].file, dist);
  return (await stat(new URL(`${path}.br`)).catch(() => stat(path))).size;
};
const weigh = async (label, roots) => {
  const sizes = await Promise.all([...closure(roots)].map(compressed));
  const kB = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(`${label}: ${kB.toFixed(1)} kB in ${sizes.length} files (limit ${LIMIT_KB} kB)`);
  return kB;
};

const text = Object.keys(manifest).find((name) => name.includes('virtual:texts/fa'));
const start = await weigh('script of the first load', ['index.html', text]);
const overview = await weigh('script until the overview can be used, with its charts', [
  'index.html',
  text,
  'src/features/overview/OverviewPage.tsx',
  'src/app/Palette.tsx',
  'src/ui/echarts.ts',
]);
console.log(
  `charts come after the page: ${((await compressed('src/ui/echarts.ts')) / 1000).toFixed(1)} kB and their library`,
);
process.exit(start > LIMIT_KB || overview > 2 * LIMIT_KB ? 1 : 0);
