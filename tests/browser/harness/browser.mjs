// Real Chromium with a fresh profile for every session, cut off from everything but this machine.
//
// The shop and the tracker answer on loopback under made-up names (`shop.test`, `track.shop.test`), so that
// cookies, origins and the missing secure context behave as they do on the open web.

import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-proxy-server',
  '--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

const program = () => {
  const found = [process.env.CHROME, ...PROGRAMS].find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium: install the package chromium or set CHROME to its path');
  return found;
};

// A browser without a window calls itself a headless one, and the server rightly counts no such visitor.
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

// `options` are those of Playwright (locale, colorScheme, viewport, ...). Everything the page prints on
// its console or throws is kept in `session.console` and `session.errors`.
export const openBrowser = async (options = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'merit-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: program(), args: FLAGS, headless: true, viewport: { width: 1200, height: 800 }, userAgent: USER_AGENT,
    ...options,
  });
  const session = { context, console: [], errors: [] };
  context.on('console', (message) => session.console.push(message.text()));
  context.on('weberror', (error) => session.errors.push(String(error.error())));
  session.page = context.pages()[0] ?? await context.newPage();
  session.page.setDefaultTimeout(15_000);
  session.close = async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return session;
};

// What a page of the shop finds stored in the browser.
export const stored = (page) => page.evaluate(() => ({
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
}));
