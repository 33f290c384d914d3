// Screenshots for people to look at; kept only when the variable SCREENSHOTS names a folder.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

export const screenshot = async (page, name) => {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
