// Pictures of every page of the console, for people to look at: `node gallery.mjs FOLDER` writes each in four looks, and
// `node gallery.mjs --readme FOLDER` the few that stand in the documentation. Both on a demo network that is made for it.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from './harness/browser.mjs';
import { openFront } from './harness/front.mjs';
import { settled, signIn } from './harness/pages.mjs';
import { openTracker } from './harness/tracker.mjs';

const LOOKS = {
  light: {}, dark: { colorScheme: 'dark' }, phone: { viewport: { width: 390, height: 844 } }, persian: { locale: 'fa-IR' },
};
const SHARED = ['overview', 'reports', 'conversions', 'conversions/{conversion}'];
const PAGES = {
  operator: [
    ...SHARED, 'attribution', 'attribution?by=publisher&view=paths', 'applications', 'disputes', 'alerts', 'programs', 'contracts', 'advertisers', 'publishers', 'creatives', 'coupons', 'integration', 'campaigns', 'costs', 'costs/import',
    'ledger', 'invoices', 'payout_runs', 'quarantine', 'audit', 'users', 'health',
  ],
  advertiser: [...SHARED, 'attribution', 'conversions/file', 'programs', 'contracts', 'coupons', 'integration', 'campaigns', 'campaigns/{campaign}', 'costs', 'budget', 'invoices'],
  publisher: [...SHARED, 'links', 'links/{link}', 'creatives', 'coupons', 'join', 'earnings', 'earnings?view=statements', 'disputes'],
  manager: [...SHARED, 'parties', 'applications', 'disputes'],
};
const README = [
  ['operator', 'overview', 'overview', {}], ['operator', 'conversions/{conversion}', 'receipt', {}], ['publisher', 'links/{link}?source=blog', 'link-builder', {}],
  ['publisher', 'earnings', 'earnings-persian', LOOKS.persian], ['advertiser', 'integration', 'integration-dark', LOOKS.dark], ['advertiser', 'overview', 'phone', LOOKS.phone],
];
const OBJECTS = { conversion: 'conversions?state=approved', link: 'links', campaign: 'campaigns' };
const README_BYTES_MAX = 150_000;
const QUALITY = 82;

// The first object of a list, as the one who is signed in sees it.
const first = (page, list) => page.evaluate(async (path) => {
  const answer = await fetch(`/api/v1/${path}${path.includes('?') ? '&' : '?'}limit=1`);
  return (await answer.json()).items[0]?.id;
}, list);

const addressOf = async (page, path) => {
  const [, noun] = /\{(\w+)\}/.exec(path) ?? [];
  return noun ? path.replace(`{${noun}}`, await first(page, OBJECTS[noun])) : path;
};

const show = async (page, origin, path) => {
  await page.goto(`${origin}/${await addressOf(page, path)}`);
  await page.locator('main h1').first().waitFor();
  await settled(page);
  // Charts are drawn, and what fades in has come.
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 900); }));
};

// Chromium compresses by itself; Playwright has no name for this format.
const webp = async (page) => {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  return Buffer.from(data, 'base64');
};

const [flag, target] = process.argv.slice(2);
const readme = flag === '--readme';
const folder = readme ? target : flag;
if (!folder) throw new Error('say which folder the pictures go to');
await mkdir(folder, { recursive: true });

const tracker = await openTracker({ demo: ['--seed', '7'] });
const front = await openFront(tracker.local);
const person = (role) => tracker.demo.sign_in.find((one) => one.role === role);
const wanted = readme
  ? README.map(([role, path, name, options]) => ({ role, options, pages: [[path, name]] }))
  : Object.entries(PAGES).flatMap(([role, paths]) => Object.entries(LOOKS).map(([look, options]) => ({
    role, options, pages: paths.map((path) => [path, `${role}-${path.replace(/[{}]/g, '').replace(/[/?=]/g, '-')}-${look}`]),
  })));
try {
  for (const { role, options, pages } of wanted) {
    const browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', viewport: { width: 1360, height: 850 }, ...options });
    try {
      await signIn(browser.page, front.origin, person(role));
      for (const [path, name] of pages) {
        await show(browser.page, front.origin, path);
        if (readme) {
          const picture = await webp(browser.page);
          if (picture.length > README_BYTES_MAX) throw new Error(`${name} has ${picture.length} bytes`);
          await writeFile(join(folder, `${name}.webp`), picture);
        } else {
          await browser.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
        }
        console.log(name);
      }
    } finally {
      await browser.close();
    }
  }
} finally {
  await front.close();
  await tracker.close();
}
