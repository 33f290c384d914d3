// Every page of the console for an operator on the demo network of the true server: it opens, it fits, axe finds nothing wrong with it, in
// three languages, in both themes and on a phone. With SCREENSHOTS the pictures of all of them are kept.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openBrowser } from './harness/browser.mjs';
import { openFront } from './harness/front.mjs';
import { accessible, fits, heading, settled, signIn, until } from './harness/pages.mjs';
import { screenshot } from './harness/screenshots.mjs';
import { openTracker } from './harness/tracker.mjs';

const PHONE = { width: 360, height: 740 };
const PAGES = [
  'overview', 'reports', 'reports?by=publisher&compare=previous_period', 'attribution', 'attribution?by=publisher&view=flow', 'incrementality', 'conversions', 'applications', 'disputes', 'alerts', 'programs', 'contracts',
  'advertisers', 'publishers', 'links', 'creatives', 'coupons', 'integration', 'campaigns', 'costs', 'ledger', 'invoices', 'payout_runs', 'quarantine', 'audit', 'users', 'health',
  'invoices?shown=statements', 'network', 'account',
  'advertisers/new', 'publishers/new', 'programs/new', 'contracts/new', 'users?add=publisher', 'users?shown=keys',
  'advertisers/ADVERTISER', 'publishers/PUBLISHER', 'programs/PROGRAM', 'programs/PROGRAM/edit', 'contracts/new?program=PROGRAM',
  'contracts/CONTRACT', 'contracts/CONTRACT/new',
];
// What the other roles see, whole menus with what hangs below them: `LINK` and `CAMPAIGN` are the first of their lists.
const PORTALS = {
  advertiser: [
    'overview', 'reports', 'attribution', 'incrementality', 'conversions', 'conversions/CONVERSION', 'conversions/file', 'applications', 'disputes', 'alerts', 'programs', 'contracts', 'creatives', 'coupons',
    'integration', 'campaigns', 'campaigns/CAMPAIGN', 'costs', 'costs/import', 'budget', 'ledger', 'invoices', 'account',
  ],
  publisher: [
    'overview', 'reports', 'conversions', 'conversions/CONVERSION', 'links', 'links/LINK', 'creatives', 'coupons', 'join', 'earnings', 'earnings?view=statements',
    'earnings/details', 'disputes', 'account',
  ],
  manager: [
    'overview', 'reports', 'attribution', 'incrementality', 'conversions', 'conversions/CONVERSION', 'links', 'creatives', 'coupons', 'join', 'applications', 'disputes', 'alerts', 'parties', 'programs',
    'contracts', 'integration', 'campaigns', 'costs', 'earnings', 'ledger', 'invoices', 'account',
  ],
};
const LISTS = { CONVERSION: 'conversions', LINK: 'links', CAMPAIGN: 'campaigns' };
const PORTAL_LOOKS = { phone: { viewport: PHONE }, 'persian-dark': { locale: 'fa-IR', colorScheme: 'dark' } };

let tracker, front, browser, ids;
before(async () => {
  tracker = await openTracker({ demo: true });
  front = await openFront(tracker.local);
  const { items: [contract] } = await tracker.api('GET', '/contracts?limit=1');
  const { advertiser_id: ADVERTISER, program_id: PROGRAM, links: [{ publisher_id: PUBLISHER }] } = tracker.demo;
  ids = { ADVERTISER, PROGRAM, PUBLISHER, CONTRACT: contract.id };
});
after(async () => {
  await front.close();
  await tracker.close();
});
beforeEach(() => { browser = undefined; });
afterEach(async () => {
  const { errors, console } = browser;
  await browser.close();
  assert.deepEqual(errors, []);
  assert.deepEqual(console.filter((line) => /Content Security Policy/i.test(line)), []);
});

const person = (role) => tracker.demo.sign_in.find((one) => one.role === role);
const enter = async (role, options) => {
  browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', ...options });
  await signIn(browser.page, front.origin, person(role));
  return browser.page;
};

// Which pages of the menu are not among these.
const unseen = async (page, paths) => {
  const menu = await page.locator('nav a[href^="/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href').slice(1)));
  assert.ok(menu.length > 5, `the menu has ${menu.length} pages`);
  return menu.filter((path) => !paths.includes(path));
};

for (const [name, options] of Object.entries({
  light: {}, dark: { colorScheme: 'dark' }, persian: { locale: 'fa-IR' }, 'persian-dark': { locale: 'fa-IR', colorScheme: 'dark' },
  vietnamese: { locale: 'vi-VN' }, 'vietnamese-dark': { locale: 'vi-VN', colorScheme: 'dark' }, phone: { viewport: PHONE },
})) {
  test(`every page of the operator: ${name}`, { timeout: 600_000 }, async () => {
    const page = await enter('operator', options);
    for (const path of PAGES) {
      await page.goto(`${front.origin}/${path.replace(/[A-Z]{2,}/, (one) => ids[one])}`);
      await page.locator('h1').waitFor();
      await settled(page);
      await fits(page, `${path} ${name}`);
      await accessible(page, `${path} ${name}`);
      await screenshot(page, `${name}-${path.toLowerCase().replace(/[^a-z_]+/g, '-')}`);
    }
  });
}

// The first object of a list, as the one who is signed in sees it.
const first = async (page, list) => {
  const found = await page.evaluate(async (path) => {
    const answer = await fetch(`/api/v1/${path}${path.includes('?') ? '&' : '?'}limit=1`);
    return (await answer.json()).items[0]?.id;
  }, list);
  assert.ok(found, `the demo network has no ${list} for this role`);
  return found;
};

for (const [role, paths] of Object.entries(PORTALS)) {
  for (const [name, options] of Object.entries(PORTAL_LOOKS)) {
    test(`every page of the ${role}: ${name}`, { timeout: 300_000 }, async () => {
      const page = await enter(role, options);
      for (const path of paths) {
        const [noun] = /[A-Z]{2,}/.exec(path) ?? [];
        await page.goto(`${front.origin}/${noun ? path.replace(noun, await first(page, LISTS[noun])) : path}`);
        await page.locator('h1').waitFor();
        await settled(page);
        assert.equal(await page.getByRole('alert').count(), 0, `${path}: ${await page.locator('main').innerText()}`);
        await fits(page, `${path} of the ${role}, ${name}`);
        await accessible(page, `${path} of the ${role}, ${name}`);
        await screenshot(page, `${name}-${role}-${path.toLowerCase().replace(/[^a-z_]+/g, '-')}`);
      }
    });
  }

  // A page that joins a menu joins these lists too, or nobody looks at it.
  test(`the menu of the ${role} has no page that is not looked at`, async () => {
    const page = await enter(role);
    assert.deepEqual(await unseen(page, paths), []);
  });
}

test('the menu of the operator has no page that is not looked at', async () => {
  const page = await enter('operator');
  assert.deepEqual(await unseen(page, PAGES), []);
});

for (const [language, words] of Object.entries({
  'en-GB': { approve: 'Approve', reports: 'Reports', cut: 'Cut by', publisher: 'Publisher' },
  'fa-IR': { approve: 'تأیید', reports: 'گزارش‌ها', cut: 'تفکیک بر پایهٔ', publisher: 'ناشر' },
})) {
  test(`an operator judges conversions, seeing first what it changes: ${language}`, async () => {
    const page = await enter('operator', { locale: language });
    await page.goto(`${front.origin}/conversions?state=pending`);
    const first = page.locator('tbody tr').first();
    await first.waitFor();
    await settled(page);
    const judged = await first.innerText();
    // By keyboard: the row is chosen with the space bar.
    await first.focus();
    await page.keyboard.press('Space');
    await page.getByRole('toolbar').getByRole('button', { name: words.approve, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('status').waitFor();
    await accessible(page, 'judging');
    await screenshot(page, `judge-${language}`);
    await dialog.getByRole('button', { name: words.approve, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    // It is pending no more, so the next one stands in its place.
    await page.waitForFunction((before) => document.querySelector('main tbody tr')?.innerText !== before, judged);
  });

  test(`a report is cut, ordered, shared by its address and explained: ${language}`, async () => {
    const page = await enter('operator', { locale: language });
    await page.goto(`${front.origin}/reports?by=publisher&metrics=clicks,commission`);
    await heading(page, words.reports);
    const rows = page.locator('main section > div table tbody tr').filter({ hasNot: page.locator('th[scope=row]') });
    await rows.first().waitFor();
    const before = await rows.first().innerText();
    await page.locator('th button').nth(2).click();
    await page.waitForURL(/order=-commission/);
    await settled(page);
    // The rows of the order before stay until those of this one have come.
    await until(async () => (await rows.first().innerText()) !== before);
    const top = await rows.first().innerText();
    await page.reload();
    await rows.first().waitFor();
    await settled(page);
    assert.equal(await rows.first().innerText(), top);
    await rows.first().focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').first().waitFor();
    await settled(page);
    await accessible(page, 'a row of a report');
    await screenshot(page, `report-row-${language}`);
    await dialog.getByRole('link').first().click();
    await page.waitForURL(/conversions\/cnv_/);
    await page.locator('ol').first().waitFor();
  });
}
