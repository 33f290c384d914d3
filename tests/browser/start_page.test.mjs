// The start page in real Chromium against a stand-in API: its states, its errors and its looks.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openBrowser } from './harness/browser.mjs';
import { receipt } from './harness/receipt_example.mjs';
import { screenshot } from './harness/screenshots.mjs';
import { openStandInApi } from './harness/stand_in_api.mjs';

const NETWORK = { id: 'net_1', name: 'Lamp Partners', currency: 'USD', zone: 'Asia/Ho_Chi_Minh' };
const SESSION = {
  user: { id: 'usr_1', email: 'ann@example.com', name: 'Ann Lee' },
  acting_as: { network_id: 'net_1', role: 'operator', right: 'pay' }, csrf_token: 'token-1',
};
const NOBODY = { status: 401, body: { code: 'sign_in_required', message: 'sign in' } };
const conversion = (number, more = {}) => ({
  id: `cnv_${number}`, action: 'order', order_id: `L-100${number}`, amount: { amount: '90.00', currency: 'USD' },
  commission: { amount: '6.75', currency: 'USD' }, state: 'pending', code: 'ok', received_at: '2026-03-04T05:06:07.000001Z',
  reason: 'Accepted. Nothing needs to be done.', ...more,
});
const HOSTILE = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1>';
const CONVERSIONS = [
  conversion(1), conversion(2, { state: 'approved' }),
  conversion(3, { state: 'rejected', code: 'outside_window', commission: null }),
  conversion(4, { state: 'duplicate', code: 'duplicate_of', commission: null, action: 'qualified_lead', amount: null }),
  conversion(5, { order_id: HOSTILE }),
  conversion(6, { state: 'reversed', amount: { amount: '123456789012.34', currency: 'USD' } }),
  conversion(7, { state: 'test', code: 'test', order_id: 'سفارش-۷', amount: { amount: '1000000000000000', currency: 'IRR' } }),
];
const signedIn = (more = {}) => ({
  'GET /setup': { body: { open: false } },
  'GET /session': { body: SESSION },
  'GET /networks/net_1': { body: NETWORK },
  'DELETE /session': { status: 204 },
  'GET /programs': { body: { items: [{ id: 'prg_1' }, { id: 'prg_2' }], next_cursor: null } },
  'GET /publishers': { body: { items: Array(200).fill({ id: 'pub_1' }), next_cursor: 'x' } },
  'GET /conversions': { body: { items: CONVERSIONS, next_cursor: null } },
  'GET /conversions/cnv_5/receipt': { body: receipt(HOSTILE) },
  ...more,
});

let browser, server;
const open = async (routes, options) => {
  server = await openStandInApi(routes);
  browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', ...options });
  await browser.page.goto(server.origin);
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

const text = (page, selector) => page.locator(selector).first().innerText();
const heading = async (page, wanted) => page.getByRole('heading', { level: 1, name: wanted }).waitFor();
// The page is never wider than its window.
const fits = async (page) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');

test('the first start checks its fields, shows the server\'s objections at them, and signs in', async () => {
  let answer = { status: 422, body: { code: 'field_invalid', message: 'a name has 1 to 200 characters', field: 'network.name' } };
  const page = await open({
    ...signedIn(), 'GET /setup': { body: { open: true } }, 'POST /setup': () => answer, 'POST /session': { status: 201, body: {} },
  });
  await heading(page, 'Set up Merit');
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  assert.equal(await text(page, '#field-operator-name-error'), 'This is needed.');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field-operator-name');
  await page.getByLabel('Name', { exact: true }).fill('Ann Lee');
  await page.getByLabel('E-mail').fill('ann');
  await page.getByLabel('Password').fill('short');
  await page.getByLabel('Name of the network').fill('Lamp Partners');
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  assert.equal(await text(page, '#field-operator-email-error'), 'This does not look like an e-mail address.');
  assert.equal(await text(page, '#field-operator-password-error'), 'At least 12 characters, please.');
  await screenshot(page, 'setup-errors');
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await page.getByText('a name has 1 to 200 characters').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field-network-name');
  answer = { status: 503, body: { code: 'busy', message: 'busy', request_id: 'req_1' } };
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await page.getByText('The storage is busy').waitFor();
  answer = { status: 201, body: { network: NETWORK, operator: SESSION.user } };
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await heading(page, 'Lamp Partners');
  assert.deepEqual(server.seen.find((one) => one.name === 'POST /session').body, { email: 'ann@example.com', password: 'correct horse battery' });
  assert.deepEqual(server.seen.filter((one) => one.name === 'POST /setup').pop().body, {
    operator: { name: 'Ann Lee', email: 'ann@example.com', password: 'correct horse battery' },
    network: { name: 'Lamp Partners', currency: 'VND', zone: await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone) },
  });
});

test('signing in: refused, then in, then out with the CSRF token', async () => {
  let answer = { status: 401, body: { code: 'sign_in_refused', message: 'no' } };
  let session = NOBODY;
  const page = await open({ ...signedIn(), 'GET /session': () => session, 'POST /session': () => answer });
  await heading(page, 'Sign in');
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('The e-mail address or the password is wrong').waitFor();
  await screenshot(page, 'sign-in-refused');
  answer = { status: 201, body: { user: SESSION.user } };
  session = { body: SESSION };
  await page.keyboard.press('Enter');
  await heading(page, 'Lamp Partners');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading(page, 'Sign in');
  const last = server.seen.find((one) => one.name === 'DELETE /session');
  assert.equal(last.headers['x-csrf-token'], 'token-1');
});

test('the overview counts, lists and writes what came in as text', async () => {
  const page = await open(signedIn());
  await page.getByText('L-1001').waitFor();
  assert.deepEqual(await page.locator('.numbers dd').allInnerTexts(), ['2', '200+', '7']);
  assert.ok((await text(page, 'tbody tr:nth-child(5) .order')).includes(HOSTILE));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await text(page, 'tbody tr:nth-child(6) .amount'), 'US$123,456,789,012.34');
  assert.match(await text(page, 'tbody tr:nth-child(1) .time'), /4 Mar 2026, 12:06/);
  await fits(page);
  await screenshot(page, 'overview');
});

test('a receipt answers why, with every foreign text as text', async () => {
  const page = await open(signedIn({ 'GET /conversions/cnv_1/receipt': { status: 404, body: { code: 'not_found', message: 'there is no receipt' } } }));
  await page.locator('tbody tr:nth-child(5) .why button').click();
  await page.getByText('Touches that were considered').waitFor();
  const shown = await text(page, 'dialog');
  for (const part of ['Accepted. Nothing needs to be done.', 'US$6.75', 'Click id', 'Another Blog', 'A later touch won.', '100%', '7.5 % of the amount', '-US$2.25', 'sub1']) {
    assert.ok(shown.toLowerCase().includes(part.toLowerCase()), part);
  }
  assert.equal(shown.split(HOSTILE).length - 1, 7);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.locator('tbody tr:nth-child(1) .why button').click();
  await page.locator('dialog').getByText('there is no receipt').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
});

test('more conversions come page by page', async () => {
  const page = await open(signedIn({
    'GET /conversions': (_, query) => (query.get('cursor') === 'next'
      ? { body: { items: [conversion(8)], next_cursor: null } } : { body: { items: CONVERSIONS, next_cursor: 'next' } }),
  }));
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('L-1008').waitFor();
  assert.equal(await page.locator('tbody tr').count(), 8);
  assert.equal(await page.getByRole('button', { name: 'Show more' }).isVisible(), false);
});

test('loading, empty and failing lists say so', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  let answer = { status: 503, body: { code: 'busy', message: 'busy' } };
  const page = await open(signedIn({ 'GET /conversions': async () => { await held; return answer; } }));
  await page.locator('.list .spinner').waitFor();
  await screenshot(page, 'overview-loading');
  release();
  await page.getByText('The storage is busy').waitFor();
  await screenshot(page, 'overview-failing');
  answer = { body: { items: [], next_cursor: null } };
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No conversions yet').waitFor();
  await screenshot(page, 'overview-empty');
});

test('a server that cannot be reached is told and tried again', async () => {
  const page = await open({ 'GET /setup': { status: 500, body: { code: 'internal', message: 'it broke', request_id: 'req_9' } } });
  await heading(page, 'it broke');
  await page.getByText('req_9').waitFor();
  await page.route('**/api/v1/setup', (route) => route.abort());
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'The server cannot be reached');
  await screenshot(page, 'failed');
});

test('a session that ended leads back to signing in', async () => {
  const page = await open(signedIn({ 'GET /programs': { status: 401, body: { code: 'credentials_invalid' } } }));
  await heading(page, 'Sign in');
});

test('the language is the browser\'s, can be changed without losing what was typed, and is kept', async () => {
  const page = await open({ 'GET /setup': { body: { open: true } } }, { locale: 'vi-VN' });
  await heading(page, 'Thiết lập Merit');
  await page.getByLabel('Họ tên').fill('An');
  await page.getByLabel('Ngôn ngữ').selectOption('fa');
  await heading(page, 'راه‌اندازی Merit');
  assert.deepEqual(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]), ['rtl', 'fa']);
  assert.equal(await page.inputValue('#field-operator-name'), 'An');
  await page.reload();
  await heading(page, 'راه‌اندازی Merit');
});

for (const [name, options] of Object.entries({
  light: {}, dark: { colorScheme: 'dark' }, phone: { viewport: { width: 360, height: 740 } },
  'phone-dark-persian': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'fa-IR' },
  persian: { locale: 'fa-IR' }, vietnamese: { locale: 'vi-VN' },
})) {
  test(`every view fits and can be looked at: ${name}`, async () => {
    const page = await open({ 'GET /setup': { body: { open: true } } }, options);
    await page.locator('form').waitFor();
    await fits(page);
    await screenshot(page, `${name}-setup`);
    server.routes['GET /setup'] = { body: { open: false } };
    server.routes['GET /session'] = NOBODY;
    await page.reload();
    await page.locator('.sign_in form').waitFor();
    await fits(page);
    await screenshot(page, `${name}-sign-in`);
    Object.assign(server.routes, signedIn());
    await page.reload();
    await page.locator('tbody tr').first().waitFor();
    await fits(page);
    await screenshot(page, `${name}-overview`);
    await page.locator('tbody tr:nth-child(5) .why button').click();
    await page.locator('.receipt details').waitFor();
    await fits(page);
    await screenshot(page, `${name}-receipt`);
  });
}
