// Looking at pages: whether they fit, what axe says of them, and signing in.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axeSource = () => readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const signIn = async (page, origin, { email, password }) => {
  await page.goto(origin);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('#content').waitFor();
};

export const heading = (page, wanted) => page.getByRole('heading', { level: 1, name: wanted }).waitFor();

// The page is never wider than its window.
export const fits = async (page, what) => {
  const [wide, inside] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= inside, `${what}: ${wide} px wide in a window of ${inside} px`);
};

// Nothing that axe finds wrong. It is put into the page past the policy, which would refuse it.
export const accessible = async (page, what) => {
  await page.evaluate(await axeSource());
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const said = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary?.split('\n').slice(1, 3).join(' ')})`).join('\n  ')}`);
  assert.deepEqual(said, [], `${what}:\n${said.join('\n')}`);
};

// Waits until nothing is loading any more.
export const settled = async (page) => {
  await page.waitForFunction(() => !document.querySelector('[role=status][aria-label], .mantine-Skeleton-root[data-visible], [aria-busy=true]'));
  await page.evaluate(() => document.fonts.ready);
};

// Waits until something asked again and again has come true.
export const until = async (holds, seconds = 15) => {
  for (const end = Date.now() + seconds * 1000; !(await holds());) {
    assert.ok(Date.now() < end, `not after ${seconds} s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
