// The console in real Chromium against a stand-in API: the way in, what goes wrong, and foreign texts, in all looks.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openBrowser } from './harness/browser.mjs';
import { accessible, fits, heading, settled } from './harness/pages.mjs';
import { receipt } from './harness/receipt_example.mjs';
import { screenshot } from './harness/screenshots.mjs';
import { openStandInApi } from './harness/stand_in_api.mjs';

const NETWORK = { id: 'net_1', name: 'Lamp Partners', currency: 'USD', zone: 'Asia/Ho_Chi_Minh' };
const MEMBERSHIP = { network_id: 'net_1', role: 'operator', right: 'pay', advertisers: [], publishers: [] };
const SESSION = {
  user: { id: 'usr_1', email: 'ann@example.com', name: 'Ann Lee', memberships: [MEMBERSHIP] },
  acting_as: MEMBERSHIP, csrf_token: 'token-1',
};
const NOBODY = { status: 401, body: { code: 'sign_in_required', message: 'sign in' } };
const HOSTILE = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1>';
const conversion = (number, more = {}) => ({
  id: `cnv_${number}`, action: 'order', order_id: `L-100${number}`, amount: { amount: '90.00', currency: 'USD' }, publisher_id: 'pub_1',
  commission: { amount: '6.75', currency: 'USD' }, state: 'pending', code: 'ok', received_at: '2026-03-04T05:06:07.000001Z',
  reason: 'Accepted. Nothing needs to be done.', ...more,
});
const CONVERSIONS = [
  conversion(1), conversion(2, { state: 'approved' }),
  conversion(3, { state: 'rejected', code: 'outside_window', commission: null }),
  conversion(4, { state: 'duplicate', code: 'duplicate_of', commission: null, action: 'qualified_lead', amount: null }),
  conversion(5, { order_id: HOSTILE, publisher_id: 'pub_2' }),
  conversion(6, { state: 'reversed', amount: { amount: '123456789012.34', currency: 'USD' } }),
  conversion(7, { state: 'test', code: 'test', order_id: 'سفارش-۷', amount: { amount: '1000000000000000', currency: 'IRR' } }),
  conversion(8, { state: 'held', amount: { amount: '0.123456', currency: 'USD' } }),
];
const page = (items) => ({ body: { items, next_cursor: null } });
const report = {
  from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z', zone: 'UTC', basis: 'conversion', complete_to: '2026-03-03T00:00:00Z', unconverted: '0',
  keys: [{ kind: 'period', name: 'day' }], metrics: [{ name: 'clicks', unit: 'count' }], rows: [], rows_in_all: 0, totals: [{ keys: [null], values: [12], compared: [10] }],
  facts_read: 0, rollup_rows_read: 0,
};
const signedIn = (more = {}) => ({
  'GET /setup': { body: { open: false } },
  'GET /session': { body: SESSION },
  'GET /networks/net_1': { body: NETWORK },
  'DELETE /session': { status: 204 },
  'GET /programs': page([{ id: 'prg_1', name: 'Lamps', status: 'active' }]),
  'GET /publishers': page([{ id: 'pub_1', name: 'A Blog', status: 'active' }, { id: 'pub_2', name: HOSTILE, status: 'active' }]),
  'GET /advertisers': page([]), 'GET /applications': page([]), 'GET /disputes': page([]),
  'GET /conversions': page(CONVERSIONS),
  'GET /conversions/cnv_5/receipt': { body: receipt(HOSTILE) },
  'POST /reports': { body: report },
  ...more,
});

let browser, server;
const open = async (routes, { path = '', ...options } = {}) => {
  server = await openStandInApi(routes);
  browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', ...options });
  await browser.page.goto(server.origin + path);
  return browser.page;
};
beforeEach(() => { browser = server = undefined; });
afterEach(async () => {
  const { errors, console } = browser;
  await browser.close();
  await server.close();
  assert.deepEqual(errors, []);
  assert.deepEqual(console.filter((line) => /Content Security Policy/i.test(line)), []);
});

const errorAt = async (page, name) => {
  const field = page.locator(`input[name="${name}"][aria-invalid=true]`);
  await field.waitFor();
  const ids = (await field.getAttribute('aria-describedby')) ?? '';
  const texts = await Promise.all(ids.split(' ').filter((id) => id.endsWith('-error')).map((id) => page.locator(`[id="${id}"]`).innerText()));
  return texts.join();
};
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('name'));

test('the first start checks its fields, shows the server\'s objections at them, and signs in', async () => {
  let answer = { status: 422, body: { code: 'field_invalid', message: 'a name has 1 to 200 characters', field: 'network.name' } };
  let session = NOBODY;
  const page = await open({
    ...signedIn(), 'GET /setup': { body: { open: true } }, 'GET /session': () => session, 'POST /setup': () => answer,
    'POST /session': () => { session = { body: SESSION }; return { status: 201, body: { csrf_token: 'token-1' } }; },
  });
  await heading(page, 'Set up Merit');
  const submit = page.getByRole('button', { name: 'Create and sign in' });
  await submit.click();
  assert.equal(await errorAt(page, 'operator.name'), 'This is needed.');
  await page.waitForFunction(() => document.activeElement.getAttribute('name') === 'operator.name');
  await page.getByLabel('Name', { exact: true }).fill('Ann Lee');
  await page.getByLabel('E-mail').fill('ann');
  await page.locator('input[name="operator.password"]').fill('short');
  await page.getByLabel('Name of the network').fill('Lamp Partners');
  await submit.click();
  assert.equal(await errorAt(page, 'operator.email'), 'This does not look like an e-mail address.');
  assert.equal(await errorAt(page, 'operator.password'), 'At least 12 characters, please.');
  await accessible(page, 'the first start with errors');
  await screenshot(page, 'setup-errors');
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.locator('input[name="operator.password"]').fill('correct horse battery');
  await submit.click();
  await page.getByText('a name has 1 to 200 characters').waitFor();
  await page.waitForFunction(() => document.activeElement.getAttribute('name') === 'network.name');
  answer = { status: 503, body: { code: 'busy', message: 'busy', request_id: 'req_1' } };
  await submit.click();
  await page.getByText('The storage is busy').waitFor();
  answer = { status: 201, body: { network: NETWORK, operator: SESSION.user } };
  await submit.click();
  await heading(page, 'Overview');
  assert.deepEqual(server.seen.find((one) => one.name === 'POST /session').body, { email: 'ann@example.com', password: 'correct horse battery' });
  assert.deepEqual(server.seen.filter((one) => one.name === 'POST /setup').pop().body, {
    operator: { name: 'Ann Lee', email: 'ann@example.com', password: 'correct horse battery' },
    network: { name: 'Lamp Partners', currency: 'VND', zone: await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone) },
  });
});

test('signing in: refused, then in at the page that was asked for, then out with the CSRF token', async () => {
  let answer = { status: 401, body: { code: 'sign_in_refused', message: 'no' } };
  let session = NOBODY;
  const page = await open({ ...signedIn(), 'GET /session': () => session, 'POST /session': () => answer }, { path: '/conversions' });
  await heading(page, 'Sign in');
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.locator('input[name=password]').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('The e-mail address or the password is wrong').waitFor();
  assert.equal(await focused(page), 'password');
  await accessible(page, 'signing in, refused');
  answer = { status: 201, body: { user: SESSION.user, csrf_token: 'token-1' } };
  session = { body: SESSION };
  await page.keyboard.press('Enter');
  await heading(page, 'Conversions');
  await page.getByRole('button', { name: /Account Ann Lee/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await heading(page, 'Sign in');
  const last = server.seen.find((one) => one.name === 'DELETE /session');
  assert.equal(last.headers['x-csrf-token'], 'token-1');
  assert.match(last.headers['idempotency-key'], /^[\d-]{10,}$/);
});

test('foreign texts are shown as text, amounts exactly', async () => {
  const page = await open(signedIn(), { path: '/conversions' });
  const row = (number) => page.locator(`tbody tr:nth-child(${number})`);
  await row(5).waitFor();
  await settled(page);
  const hostile = await row(5).innerText();
  assert.equal(hostile.split(HOSTILE).length - 1, 2, hostile);
  assert.match(await row(6).innerText(), /\$123,456,789,012\.34/);
  assert.match(await row(7).innerText(), /1,000,000,000,000,000/);
  assert.match(await row(1).innerText(), /4 Mar 2026, 12:06/);
  await row(5).click();
  await page.getByText('Touches that were considered').waitFor();
  const shown = await page.locator('main').innerText();
  for (const part of ['Accepted. Nothing needs to be done.', '$6.75', 'Click', 'Another Blog', 'A later touch won.', '100%', '7.5 % of the amount', '-$2.25', 'sub1']) {
    assert.ok(shown.includes(part), part);
  }
  assert.ok(shown.split(HOSTILE).length - 1 >= 6, shown);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('more conversions come page by page', async () => {
  const page = await open(signedIn({
    'GET /conversions': (_, query) => (query.get('cursor') === 'next'
      ? { body: { items: [conversion(9)], next_cursor: null } } : { body: { items: CONVERSIONS, next_cursor: 'next' } }),
  }), { path: '/conversions' });
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('L-1009').waitFor();
  assert.equal(await page.locator('tbody tr').count(), 9);
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
});

test('loading, empty and failing lists say so', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  let answer = { status: 503, body: { code: 'busy', message: 'busy' } };
  const page = await open(signedIn({ 'GET /conversions': async () => { await held; return answer; } }), { path: '/conversions' });
  await page.locator('table[aria-busy=true]').waitFor();
  await screenshot(page, 'conversions-loading');
  release();
  await page.getByText('The storage is busy').waitFor();
  await accessible(page, 'a list that failed');
  answer = { body: { items: [], next_cursor: null } };
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No conversions yet').waitFor();
  await screenshot(page, 'conversions-empty');
});

test('a server that cannot be reached is told and tried again', async () => {
  const page = await open({ 'GET /session': { status: 500, body: { code: 'internal', message: 'it broke', request_id: 'req_9' } } });
  await heading(page, 'it broke');
  await page.getByText('req_9').waitFor();
  await page.route('**/api/v1/session', (route) => route.abort());
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'The server cannot be reached');
  await screenshot(page, 'failed');
});

test('a session that ended leads back to signing in', async () => {
  const page = await open(signedIn({ 'GET /conversions': { status: 401, body: { code: 'credentials_invalid' } } }), { path: '/conversions' });
  await heading(page, 'Sign in');
});

test('an address without a page says so within the console', async () => {
  const page = await open(signedIn(), { path: '/nothing/here' });
  await heading(page, 'There is no such page');
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await heading(page, 'Overview');
});

test('the language is the browser\'s, can be changed without losing what was typed, and is kept', async () => {
  const page = await open({ 'GET /session': NOBODY, 'GET /setup': { body: { open: true } } }, { locale: 'vi-VN' });
  await heading(page, 'Thiết lập Merit');
  await page.locator('input[name="operator.name"]').fill('An');
  await page.getByRole('button', { name: /Ngôn ngữ/ }).click();
  await page.getByRole('menuitemradio', { name: 'فارسی' }).click();
  await heading(page, 'راه‌اندازی Merit');
  assert.deepEqual(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]), ['rtl', 'fa']);
  assert.equal(await page.inputValue('input[name="operator.name"]'), 'An');
  await page.reload();
  await heading(page, 'راه‌اندازی Merit');
});

test('everything is reached by keyboard: search, shortcuts, a row of a table', async () => {
  const page = await open(signedIn());
  await heading(page, 'Overview');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search or jump to…').waitFor();
  await page.keyboard.type('conv');
  await page.keyboard.press('Enter');
  await heading(page, 'Conversions');
  await page.locator('tbody tr').nth(4).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await heading(page, 'Overview');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Search and jump').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await heading(page, 'Conversions');
  await page.locator('tbody tr').first().focus();
  for (let row = 0; row < 4; row += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Touches that were considered').waitFor();
});

for (const [name, options] of Object.entries({
  light: {}, dark: { colorScheme: 'dark' }, phone: { viewport: { width: 360, height: 740 } },
  'phone-dark-persian': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'fa-IR' },
  persian: { locale: 'fa-IR' }, vietnamese: { locale: 'vi-VN' },
})) {
  test(`every view fits and is accessible: ${name}`, async () => {
    const page = await open({ 'GET /session': NOBODY, 'GET /setup': { body: { open: true } } }, options);
    const look = async (view) => {
      await settled(page);
      await fits(page, `${view} ${name}`);
      await accessible(page, `${view} ${name}`);
      await screenshot(page, `${name}-${view}`);
    };
    await page.locator('form').waitFor();
    await look('setup');
    server.routes['GET /setup'] = { body: { open: false } };
    await page.reload();
    await page.locator('input[name=email]').waitFor();
    await look('sign-in');
    Object.assign(server.routes, signedIn());
    await page.goto(`${server.origin}/conversions`);
    await page.locator('tbody tr').nth(4).waitFor();
    await look('conversions');
    await page.locator('tbody tr').nth(4).click();
    await page.locator('ol').first().waitFor();
    await look('receipt');
  });
}
