// The advertiser's integration, budget and files, coupons, disputes, a manager's parties, and the server's health.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advertiser, asAdvertiser, conversion, touch } from './harness/advertiser_example.mjs';
import { heading } from './harness/pages.mjs';
import { HOSTILE, link, list, LOOKS, program, signedInAs } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const event = (id, kind, data) => `event: ${kind}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
const told = (item) => ({ conversion: item, decision: { at: item.received_at, kind: 'decided', number: 1, state: item.state, code: item.code } });
// The feed says `parts` one after another, each when it is asked for behind the one before, as after an end of the connection.
const feed = async (page, parts) => {
  const asked = [];
  await page.route('**/api/v1/events/stream', async (route) => {
    asked.push(await route.request().headerValue('last-event-id'));
    const part = parts.shift();
    if (part === undefined) return;
    if (part === null) await route.fulfill({ status: 503, body: '{}' });
    else await route.fulfill({ contentType: 'text/event-stream', body: part });
  });
  return asked;
};

test('the integration page has the reader\'s own ids, and shows what arrives with its verdict', async () => {
  const { page, server } = await visit(asAdvertiser({
    'POST /advertisers/adv_1/rotate_postback_token': { status: 201, body: { advertiser: advertiser(), secret: 'mt_secret' } },
  }), '/overview');
  const asked = await feed(page, [
    `retry: 2000\nid: 7\n\n${event('8.0', 'click', touch('tch_1'))}${event('8.1', 'click', touch('tch_2', { program_id: 'prg_9' }))}`,
    event('9.0', 'conversion', told(conversion('cnv_1', { order_id: HOSTILE }))), null,
  ]);
  await page.goto(`${server.origin}/integration`);
  await page.getByText('data-program="prg_1"').waitFor();
  await page.getByRole('tab', { name: 'Postback' }).click();
  await page.getByText(`${server.origin}/postback?token=mt_…&click_id={click_id}&action=order`, { exact: false }).first().waitFor();
  const test_ = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Live test' }) });
  await test_.getByText(`order · ${HOSTILE}`).waitFor();
  await test_.getByText('Accepted. Nothing needs to be done.').first().waitFor();
  assert.equal(await test_.locator('ul[aria-live] > li').count(), 2);
  await test_.locator('[data-live=away]').waitFor();
  assert.deepEqual(asked.slice(0, 3), [null, '8.1', '9.0']);
  await page.getByRole('button', { name: 'Replace the token' }).click();
  await page.getByRole('dialog').getByText('The old one stops working at once').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  await page.getByText(`${server.origin}/postback?token=mt_secret&`, { exact: false }).first().waitFor();
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('a test conversion is sent as a test, and a refusal is told', async () => {
  const { page, server } = await visit(asAdvertiser({
    'POST /conversions': { status: 422, body: { code: 'field_invalid', message: 'the action is unknown', field: 'action' } },
  }), '/integration');
  await page.getByRole('button', { name: 'Send a test conversion' }).click();
  await page.getByText('the action is unknown').waitFor();
  const { body } = server.seen.filter(({ name }) => name === 'POST /conversions').pop();
  assert.deepEqual([body.test, body.program_id, body.action, body.amount, body.currency], [true, 'prg_1', 'order', '1.00', 'USD']);
});

test('the overview listens: conversions and clicks come in as they are stored, and a decision changes the row', async () => {
  const { page, server } = await visit(asAdvertiser(), '/campaigns');
  await feed(page, [
    `id: 1\n\n${event('2.0', 'click', touch('tch_1'))}${event('3.0', 'conversion', told(conversion('cnv_1')))}`,
    event('4.0', 'decision', told(conversion('cnv_1', { state: 'approved' }))),
  ]);
  await page.goto(`${server.origin}/overview`);
  const live = page.locator('section').filter({ has: page.getByRole('heading', { name: /Right now/ }) });
  await live.locator('tbody').getByText('Approved').waitFor();
  await live.getByText('Clicks since you opened this page: 1').waitFor();
  assert.equal(await live.locator('tbody tr').count(), 1);
  await live.getByText('With clicks').click();
  await live.locator('tbody').getByText('Counted', { exact: true }).waitFor();
  assert.equal(await live.locator('tbody tr').count(), 2);
  assert.ok(await page.getByText('Still to be paid').isVisible());
});

const BULK = {
  done: 2, refused: 1, next_cursor: null, order_value: [], money: [{ currency: 'USD', conversions: 2, commission_before: { amount: '13.50', currency: 'USD' }, commission_after: { amount: '0', currency: 'USD' }, fee_before: { amount: '1.35', currency: 'USD' }, fee_after: { amount: '0', currency: 'USD' } }],
  items: [{ named: 'L-3', order_id: 'L-3', outcome: 'refused', code: 'not_found', message: 'no such order' }],
};

test('orders of a file are judged after their effect was shown', async () => {
  const { page, server } = await visit(asAdvertiser({ 'POST /conversions/bulk': { body: BULK } }), '/conversions/file');
  const csv = '\ufeffname;Order no;amount\n"Ann; Lee";L-1;9\nBob;"L-""2""";8\nEve;L-3;7\nEve;L-3;7\n';
  await page.locator('input[type=file]').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByText('Orders found: 3').waitFor();
  await page.getByRole('combobox', { name: 'With all of them' }).click();
  await page.getByRole('option', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'See what it would do' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('no such order').waitFor();
  await dialog.getByRole('button', { name: 'Reject' }).click();
  await dialog.waitFor({ state: 'detached' });
  const sent = server.seen.filter(({ name }) => name === 'POST /conversions/bulk').pop().body;
  assert.deepEqual([sent.operation, sent.order_ids, sent.reason], ['reject', ['L-1', 'L-"2"', 'L-3'], 'returned']);
});

test('caps and warnings are set; what is wrong stands at its field', async () => {
  const { page, server } = await visit(asAdvertiser({
    'PATCH /programs/prg_2': (body) => (body.caps[0].limit === '0' ? { status: 422, body: { code: 'field_invalid', message: 'a cap is above zero', field: 'caps[0].limit' } } : { body: program('prg_2', 'x', body) }),
    'PATCH /advertisers/adv_1': { body: advertiser() },
  }), '/budget');
  await page.getByText('$500.00 · Cost · Month').waitFor();
  await page.locator('[name=alert_below]').fill('12,5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Write an amount such as 1250.50').waitFor();
  await page.locator('[name=alert_below]').fill('12.50');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The warning is saved.').waitFor();
  assert.deepEqual(server.seen.filter(({ name }) => name === 'PATCH /advertisers/adv_1').pop().body, { alert_below: [{ amount: '12.50', currency: 'USD' }] });
  await page.getByRole('button', { name: 'Change caps' }).last().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add a cap' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Write an amount such as 1250.50').waitFor();
  await dialog.locator('[name="caps[0].limit"]').fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('a cap is above zero').waitFor();
  await dialog.locator('[name="caps[0].limit"]').fill('500');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The caps are saved.').waitFor();
});

const CODES = [link('1', 'Newsletter', { coupon_code: 'SPRING' }), link('2', HOSTILE), link('3', 'Old', { coupon_code: HOSTILE, coupon_policy: 'always' })];
const COUPONS = CODES.filter(({ coupon_code }) => coupon_code).map((one) => ({
  code: one.coupon_code, policy: one.coupon_policy, url: `/k/${one.coupon_code}`, link_id: one.id, link_name: one.name, status: one.status, program_id: one.program_id,
  publisher_id: one.publisher_id,
}));

test('a code is given to a link that has none', async () => {
  const { page, server } = await visit(asAdvertiser({ 'GET /links': list(CODES), 'GET /coupons': list(COUPONS), 'PATCH /links/2': { status: 409, body: { code: 'taken', message: 'taken', field: 'coupon_code' } } }), '/coupons');
  await page.getByRole('button', { name: 'Give a code' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Link of the publisher' }).click();
  assert.equal(await page.getByRole('option').count(), 1);
  await page.getByRole('option').click();
  await dialog.locator('[name=coupon_code]').fill('SPRING');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.locator('[name=coupon_code][aria-invalid=true]').waitFor();
  assert.equal(await dialog.locator('[name=coupon_code]').inputValue(), 'SPRING');
  server.routes['PATCH /links/2'] = { body: CODES[1] };
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The code is saved.').waitFor();
  assert.deepEqual(server.seen.filter(({ name }) => name === 'PATCH /links/2').pop().body, { coupon_code: 'SPRING', coupon_policy: 'involved' });
});

const DISPUTES = {
  'en-GB': { open: 'Open a dispute', send: 'Send', program: 'Program', sent: 'The dispute is open.', reply: 'Reply' },
  'fa-IR': { open: 'ثبت اعتراض', send: 'فرستادن', program: 'برنامه', sent: 'اعتراض ثبت شد.', reply: 'پاسخ' },
};
const dispute = {
  id: 'dsp_1', network_id: 'net_1', advertiser_id: 'adv_1', program_id: 'prg_1', publisher_id: 'pub_1', kind: 'untracked', state: 'needs_info', opened_at: '2026-03-04T05:06:07Z',
  deadline: '2026-04-04T05:06:07Z', evidence: { order_id: HOSTILE }, messages: [{ at: '2026-03-04T05:06:07Z', side: 'advertiser', state: 'needs_info', text: HOSTILE }],
};

for (const [locale, words] of Object.entries(DISPUTES)) {
  test(`a publisher opens a dispute and replies (${locale})`, async () => {
    const { page, server } = await visit(signedInAs({
      'GET /disputes': list([dispute]), 'POST /disputes/dsp_1/reply': { body: dispute },
      'POST /disputes': (body) => (body.evidence.amount ? { status: 422, body: { code: 'field_invalid', message: 'no such order', field: 'evidence.order_id' } } : { status: 201, body: dispute }),
    }), '/disputes', { locale });
    await page.getByRole('button', { name: words.open }).click();
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: words.send, exact: true });
    await send.click();
    await dialog.locator('[name=text][aria-invalid=true]').waitFor();
    await dialog.getByRole('combobox', { name: words.program }).click();
    await page.getByRole('option', { name: 'Lamps' }).click();
    await dialog.locator('[name=text]').fill(HOSTILE);
    await dialog.locator('[name="evidence.order_id"]').fill('L-1');
    await dialog.locator('[name="evidence.amount"]').fill('9.50');
    await send.click();
    await dialog.locator('[name="evidence.order_id"][aria-invalid=true]').waitFor();
    await dialog.locator('[name="evidence.amount"]').fill('');
    await send.click();
    await page.getByText(words.sent).waitFor();
    const { body } = server.seen.filter(({ name }) => name === 'POST /disputes').pop();
    assert.deepEqual([body.kind, body.program_id, body.publisher_id, body.text, body.evidence.order_id], ['untracked', 'prg_1', 'pub_1', HOSTILE, 'L-1']);
    await page.locator('tbody tr').first().click();
    await page.getByRole('dialog').getByRole('button', { name: words.reply }).click();
    const asking = page.getByRole('dialog').last();
    await asking.locator('textarea').first().fill('It was mine.');
    await asking.getByRole('button', { name: words.reply }).click();
    await asking.waitFor({ state: 'detached' });
    assert.equal(server.seen.filter(({ name }) => name === 'POST /disputes/dsp_1/reply').pop().body.text, 'It was mine.');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}

const row = (id, name, now, before) => ({
  keys: [{ value: id, name }], values: [10, 2, { amount: now, currency: 'USD' }, { amount: '90.00', currency: 'USD' }],
  compared: [20, 4, { amount: before, currency: 'USD' }, { amount: '80.00', currency: 'USD' }],
});
const PARTIES = { body: { rows: [row('pub_1', 'Risen', '30.00', '10.00'), row('pub_2', HOSTILE, '5.00', '50.00')], totals: [], metrics: [], dimensions: [] } };

test('a manager sees drops and rises, the greatest first', async () => {
  const { page } = await visit(signedInAs({ 'POST /reports': PARTIES }, { role: 'manager', publishers: ['pub_1', 'pub_2'] }), '/parties');
  await page.locator('tbody').getByText('Risen').waitFor();
  assert.ok((await page.locator('tbody tr').first().innerText()).includes(HOSTILE));
  await page.getByText('Rises', { exact: true }).click();
  await page.waitForURL(/moves=up/);
  assert.equal(await page.locator('tbody tr').count(), 1);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

const METRICS = `# HELP merit_queue_length x
merit_queue_length 3
merit_connections 17
merit_commits_failed_total 0
merit_events_failed_total 0
merit_refused_busy_total 2
merit_redirects_unlogged_total 0
merit_batch_seconds_sum 1.5
merit_batch_seconds_count 100
merit_batch_seconds_bucket{le="0.001"} 98
merit_batch_seconds_bucket{le="0.002"} 99
merit_batch_seconds_bucket{le="+Inf"} 100
`;
const root = (day, hash, previous) => ({ record: { network_id: 'net_1', day, leaves: 32, root: 'd4'.repeat(32), previous }, record_sha256: hash, signature: {} });
const HEALTH = {
  'GET /healthz': { body: 'ok' }, 'GET /readyz': { body: 'ready' }, 'GET /metrics': { body: METRICS },
  'GET /proof_roots': list([root('2026-03-02', 'bb', 'aa'), root('2026-03-01', 'aa', '0'.repeat(64))]),
};
const asOperator = (more) => signedInAs(more, { role: 'operator', publishers: [] });

test('health tells what the server measured, and when it is not ready', async () => {
  const { page, server } = await visit(asOperator(HEALTH), '/health');
  await page.getByText('Ready', { exact: true }).waitFor();
  const tile = page.getByText('Storing, 99 of 100 within').locator('..');
  assert.ok((await tile.innerText()).includes('2 ms'), await tile.innerText());
  assert.ok((await page.locator('li').filter({ hasText: 'refused because it was busy' }).innerText()).endsWith('2'));
  await page.locator('tbody').getByText('1 Mar', { exact: true }).waitFor();
  server.routes['GET /readyz'] = { status: 503, body: 'the storage is away' };
  await page.reload();
  await page.getByText('the storage is away').waitFor();
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`the portals' pages fit and are accessible: ${name}`, async () => {
    const routes = asAdvertiser({ 'GET /links': list(CODES), 'GET /coupons': list(COUPONS) });
    const { page, server } = await visit(routes, '/integration', options);
    await page.locator('pre').first().waitFor();
    await look(page, `${name}-integration`);
    await page.goto(`${server.origin}/budget`);
    await page.locator('[name=alert_below]').waitFor();
    await look(page, `${name}-budget`);
    await page.goto(`${server.origin}/conversions/file`);
    await page.locator('textarea').first().fill('L-1\nL-2');
    await look(page, `${name}-file`);
    await page.goto(`${server.origin}/coupons`);
    await page.locator('tbody').getByText('SPRING').first().waitFor();
    await look(page, `${name}-coupons`);
    await page.goto(`${server.origin}/overview`);
    await page.locator('main canvas').first().waitFor();
    await look(page, `${name}-overview-advertiser`);
    Object.assign(server.routes, signedInAs({ 'GET /disputes': list([dispute]) }));
    await page.goto(`${server.origin}/disputes?conversion=cnv_1`);
    await page.getByRole('dialog').waitFor();
    await look(page, `${name}-dispute-new`);
    Object.assign(server.routes, signedInAs({ 'POST /reports': PARTIES }, { role: 'manager', publishers: ['pub_1', 'pub_2'] }));
    await page.goto(`${server.origin}/parties`);
    await page.locator('tbody').getByText('Risen').waitFor();
    await look(page, `${name}-parties`);
    Object.assign(server.routes, asOperator(HEALTH));
    await page.goto(`${server.origin}/health`);
    await page.locator('tbody td').first().waitFor();
    await look(page, `${name}-health`);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}

test('the heading of every page of a role is there', async () => {
  const { page, server } = await visit(asAdvertiser(), '/budget');
  for (const [path, title] of [['/budget', 'Budget'], ['/coupons', 'Coupons'], ['/costs', 'Costs'], ['/campaigns', 'Campaigns'], ['/integration', 'Integration']]) {
    await page.goto(server.origin + path);
    await heading(page, title);
  }
});
