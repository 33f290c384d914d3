// A click becomes a commission: real Chromium, a small shop, the true server. Every journey ends with a conversion that
// the operator can look up and explain, and the whole ends with `merit verify`.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openBrowser, stored } from './harness/browser.mjs';
import { eventually } from './harness/http.mjs';
import { settled, signIn } from './harness/pages.mjs';
import { screenshot } from './harness/screenshots.mjs';
import { openTracker } from './harness/tracker.mjs';
import { answerOf, buy, openShop } from './shop/server.mjs';

const EMPTY = { local: {}, session: {}, cookies: '' };
const HOSTILE = '"><script>window.hacked=1</script>';

let tracker, shop, link, browser, page, orders = 0;

before(async () => {
  tracker = await openTracker({ demo: true });
  shop = await openShop({ tracker: tracker.origin, program: tracker.demo.program_id });
  // The demo's advertiser moves to the small shop.
  await tracker.api('PATCH', `/programs/${tracker.demo.program_id}`, {
    landing_pages: [{ url: `${shop.origin}/` }], verified_hosts: ['shop.test'], refuse_data_centers: false,
  });
  const { publisher_id: publisherId } = tracker.demo.links[0];
  link = await tracker.api('POST', '/links', { program_id: tracker.demo.program_id, publisher_id: publisherId, name: 'journeys' });
});
after(async () => {
  await shop.close();
  await tracker.close();
});
beforeEach(async () => {
  orders += 1;
  Object.assign(shop.options, { attributes: {}, consent: undefined, carry: false, pixel: false, script: true, nextOrder: `J-${orders}` });
  browser = await openBrowser();
  page = browser.page;
});
afterEach(async () => {
  const { errors } = browser;
  await browser.close();
  assert.deepEqual(errors, []);
});

const clickUrl = (query = '') => `${tracker.origin}${link.url}${query}`;

// The one conversion of the order of this journey: pending or approved, with a commission above zero, and explained.
const earned = async (orderId = shop.options.nextOrder) => {
  const found = await tracker.conversionsOf(orderId);
  assert.equal(found.length, 1, JSON.stringify(found));
  const [conversion] = found;
  assert.ok(['pending', 'approved'].includes(conversion.state), JSON.stringify(conversion));
  assert.ok(Number(conversion.commission.amount) > 0, JSON.stringify(conversion));
  const { document: receipt } = await tracker.api('GET', `/conversions/${conversion.id}/receipt`);
  assert.equal(receipt.lines[0].publisher_id, link.publisher_id);
  return { conversion, receipt };
};

test('a click of a redirect link, an order, a commission that can be read', async () => {
  await page.goto(clickUrl('?sub1=blog&ref_id=r-1&color=red'));
  const landed = new URL(page.url());
  assert.equal(landed.origin, shop.origin);
  assert.equal(landed.searchParams.get('color'), 'red', 'the visitor\'s own parameters pass on');
  assert.match(landed.searchParams.get('merit_click'), /^clk_[0-9a-z]{56}$/);
  await buy(page);
  const answer = await answerOf(page);
  assert.ok(['pending', 'approved'].includes(answer.decision), JSON.stringify(answer));
  const { conversion, receipt } = await earned();
  assert.equal(answer.conversion_id, conversion.id);
  assert.equal(receipt.identified, 'click_id');
  const kept = receipt.journey.filter((touch) => touch.outcome === 'kept');
  assert.deepEqual(kept.map((touch) => [touch.particulars.kind, touch.particulars.parameters.subs.sub1]), [['click', 'blog']]);
});

test('a landing page that is reached without a redirect', async () => {
  await page.goto(`${shop.origin}/?mid=${link.slug}&sub1=no-redirect`);
  await page.waitForFunction(() => document.cookie.startsWith('merit_click=clk_'));
  await buy(page);
  await answerOf(page);
  const { receipt } = await earned();
  const [kept] = receipt.journey.filter((touch) => touch.outcome === 'kept');
  assert.deepEqual([kept.particulars.kind, kept.particulars.parameters.subs.sub1], ['visit', 'no-redirect']);
});

test('consent denied: nothing is stored anywhere, the click id in the address attributes', async () => {
  Object.assign(shop.options, { attributes: { 'data-consent': 'denied' }, carry: true });
  await page.goto(clickUrl('?consent=0'));
  await buy(page);
  await answerOf(page);
  assert.deepEqual(await stored(page), EMPTY);
  assert.deepEqual(await browser.context.cookies(), []);
  const { receipt } = await earned();
  assert.equal(receipt.identified, 'click_id');
});

test('consent waited for, then granted on the thank-you page', async () => {
  Object.assign(shop.options, { attributes: { 'data-consent': 'wait' }, consent: 'banner', carry: true });
  await page.goto(clickUrl('?consent=0'));
  await buy(page);
  await page.waitForFunction(() => window.merit.loaded);
  assert.deepEqual([await stored(page), (await tracker.conversionsOf(shop.options.nextOrder)).length], [EMPTY, 0]);
  await page.click('#yes');
  await answerOf(page);
  assert.match((await stored(page)).cookies, /^merit_click=clk_/);
  await earned();
});

test('the script as it is sent is under 5 kB compressed', async () => {
  const script = await (await fetch(`${tracker.local}/merit.js`)).text();
  const size = gzipSync(script, { level: 9 }).length;
  assert.ok(size < 5000, `${size} bytes`);
});

test('the tracker is down during the order: it arrives once, after the restart', async () => {
  await page.goto(clickUrl());
  await page.click('#product');
  await page.click('#checkout');
  await page.waitForFunction(() => window.merit.loaded);
  const script = await (await fetch(`${tracker.local}/merit.js`)).text();
  // The browser has the script in its cache; a page that is loaded anew would otherwise miss it while the server is down.
  await page.route('**/merit.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await tracker.down();
  await page.click('#pay');
  await page.waitForURL(/\/thanks/);
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => /^merit:prg_[^:]*:/.test(key)));
  await page.reload();
  await page.waitForFunction(() => window.merit.loaded);
  await tracker.up();
  const answer = await answerOf(page);
  assert.ok(['pending', 'approved'].includes(answer.decision), JSON.stringify(answer));
  await eventually('the queue is empty', () => page.evaluate(() => !Object.keys(localStorage).some((key) => /^merit:prg_[^:]*:/.test(key))));
  await page.goto(`${shop.origin}/`);
  await earned();
});

test('the pixel uses the cookie that the click set', async () => {
  Object.assign(shop.options, { pixel: true, script: false });
  await page.goto(clickUrl());
  await buy(page);
  await page.waitForFunction(() => document.getElementById('pixel').complete);
  const { receipt } = await eventually('the conversion', async () => (await tracker.conversionsOf(shop.options.nextOrder)).length && earned());
  assert.deepEqual([receipt.report.intake, receipt.identified], ['pixel', 'cookie']);
});

test('the thank-you page loaded again counts once', async () => {
  await page.goto(clickUrl());
  await buy(page);
  const answer = await answerOf(page);
  assert.equal(answer.replayed, false);
  for (const again of [() => page.reload(), () => page.goto(page.url())]) {
    await again();
    assert.deepEqual(await answerOf(page), { ...answer, replayed: true });
  }
  await earned();
});

test('the lines of the guide work as they stand there', async () => {
  const guide = await readFile(new URL('../../docs/guides/browser-script.md', import.meta.url), 'utf8');
  const snippets = [...guide.matchAll(/```html\n([^]*?)```/g)].map(([, text]) => text
    .replaceAll('https://track.shop.example', tracker.origin).replaceAll('prg_…', tracker.demo.program_id)
    .replaceAll('L-1001', shop.options.nextOrder));
  const [install, order, banner, pixel] = snippets;
  const view = async (html, query = '') => {
    shop.options.bare = `<!doctype html><title>guide</title>${html}`;
    await page.goto(`${shop.origin}/bare${query}`);
  };
  await page.goto(clickUrl());
  const click = new URL(page.url()).searchParams.get('merit_click');
  await view(install, `?merit_click=${click}`);
  await page.waitForFunction(() => document.cookie !== '');
  await view(install + order);
  await eventually('the decision on the console', () => browser.console.some((line) => /^(pending|approved) ok$/.test(line)));
  const { receipt } = await earned();
  assert.deepEqual([receipt.report.items.length, receipt.report.coupon, receipt.report.customer_id], [1, 'SPRING', 'c-42']);
  await view(install + banner);
  await page.waitForFunction(() => window.merit.loaded);
  await view(pixel);
  await page.waitForFunction(() => document.images[0].complete);
  await eventually('the pixel is a duplicate', async () => (await tracker.conversionsOf(shop.options.nextOrder)).length === 2);
  const tried = (data) => page.evaluate((data) => window.merit('convert', data), data);
  await view(install);
  await page.waitForFunction(() => window.merit.loaded);
  assert.deepEqual(await page.evaluate(() => window.merit('visit')), { click_id: click });
  assert.equal((await tried({ action: 'order', order_id: 'test-1', amount: '1.00', currency: 'USD', test: true })).decision, 'test');
  assert.equal((await page.evaluate(() => window.merit('identify', { customer_id: 'c-42' }))).stored, true);
});

test('what visitors and publishers write is text on the operator\'s screen', async () => {
  shop.options.nextOrder = `${orders}-${HOSTILE}`;
  await page.goto(clickUrl(`?sub1=${encodeURIComponent(HOSTILE)}&ref_id=${encodeURIComponent(HOSTILE)}`));
  await buy(page);
  await answerOf(page);
  await earned();
  await signIn(page, tracker.local, tracker.demo.sign_in.find((one) => one.role === 'operator'));
  await page.goto(`${tracker.local}/conversions`);
  await page.locator('tbody tr').filter({ hasText: HOSTILE }).click();
  await page.getByText('Touches that were considered').waitFor();
  const shown = await page.locator('main').innerText();
  assert.ok(shown.split(HOSTILE).length > 3, 'order id, sub1 and ref_id are shown as they came');
  await screenshot(page, 'journey-receipt');
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('every role of the demo signs in, sees its part and reads a receipt', async () => {
  for (const person of tracker.demo.sign_in) {
    await signIn(page, tracker.local, person);
    await page.goto(`${tracker.local}/conversions`);
    await page.locator('main tbody tr').first().click();
    await page.getByText('Touches that were considered').waitFor();
    await screenshot(page, `journey-${person.role}`);
    await page.goto(`${tracker.local}/overview`);
    await settled(page);
    assert.equal(await page.getByRole('alert').count(), 0, person.role);
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  }
});

for (const [locale, words] of Object.entries({
  'en-GB': { title: 'Set up Merit', network: 'Lamp Partners', empty: 'No conversions yet', overview: 'Overview', out: 'Sign out', signIn: 'Sign in', direction: 'ltr' },
  'fa-IR': { title: 'راه‌اندازی Merit', network: 'شبکه‌ی چراغ', empty: 'هنوز تبدیلی نیست', overview: 'نمای کلی', out: 'خروج', signIn: 'ورود', direction: 'rtl' },
})) {
  test(`the first start, in ${locale}: the operator is created, signs out and in again`, async () => {
    const fresh = await openTracker({ demo: false });
    const own = await openBrowser({ locale });
    const to = own.page;
    try {
      await to.goto(fresh.local);
      await to.getByRole('heading', { level: 1, name: words.title }).waitFor();
      assert.equal(await to.evaluate(() => document.documentElement.dir), words.direction);
      await to.fill('input[name="operator.name"]', 'Ann Lee');
      await to.fill('input[name="operator.email"]', 'ann@example.com');
      await to.fill('input[name="operator.password"]', 'four odd green pears');
      await to.fill('input[name="network.name"]', words.network);
      await screenshot(to, `journey-setup-${locale}`);
      await to.click('button[type=submit]');
      await to.getByRole('heading', { level: 1, name: words.overview }).waitFor();
      await to.getByText(words.empty).waitFor();
      await to.reload();
      await to.getByText(words.network, { exact: true }).filter({ visible: true }).first().waitFor();
      await screenshot(to, `journey-overview-${locale}`);
      await to.locator('aside button[aria-haspopup=menu]').last().click();
      await to.getByRole('menuitem', { name: words.out }).click();
      await to.getByRole('heading', { level: 1, name: words.signIn }).waitFor();
      await to.fill('input[name=email]', 'ann@example.com');
      await to.fill('input[name=password]', 'wrong');
      await to.click('button[type=submit]');
      await to.getByRole('alert').waitFor();
      await to.fill('input[name=password]', 'four odd green pears');
      await to.click('button[type=submit]');
      await to.getByRole('heading', { level: 1, name: words.overview }).waitFor();
      assert.deepEqual(own.errors, []);
    } finally {
      await own.close();
      await fresh.close();
    }
  });
}
