// A page of the console in real Chromium against a stand-in API, closed after each test, when nothing may have gone wrong in it.

import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { openBrowser } from './browser.mjs';
import { accessible, fits, settled } from './pages.mjs';
import { screenshot } from './screenshots.mjs';
import { openStandInApi } from './stand_in_api.mjs';

let browser, server;

// Called once by a file of tests.
export const closeAfterEach = () => afterEach(async () => {
  const { errors, console } = browser;
  await browser.close();
  await server.close();
  assert.deepEqual(errors, []);
  assert.deepEqual(console.filter((line) => /Content Security Policy/i.test(line)), []);
});

export const visit = async (routes, path, options = {}) => {
  server = await openStandInApi(routes);
  browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', ...options });
  await browser.page.goto(server.origin + path);
  return { page: browser.page, server, context: browser.context };
};

// It fits its window and axe finds nothing; keeps a picture for people.
export const look = async (page, what) => {
  await settled(page);
  // Dialogs and notes fade in, and half-faded text has too little contrast.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => {}))));
  await fits(page, what);
  await accessible(page, what);
  await screenshot(page, what);
};
