// The whole way of a new network, by forms alone: advertiser, program, contract, publisher; he joins, makes a link, a visitor clicks it and
// buys; the operator sees it come in, reads why it counts, approves it, closes a month, pays out, exports. Once in English, once in Persian,
// on the true server, which must find nothing wrong with itself afterwards.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openBrowser } from './harness/browser.mjs';
import { choose, fill, focusedAt, objection, press } from './harness/forms.mjs';
import { openFront } from './harness/front.mjs';
import { html, listen } from './harness/http.mjs';
import { accessible, heading, settled, signIn } from './harness/pages.mjs';
import { screenshot } from './harness/screenshots.mjs';
import { speaking } from './harness/texts.mjs';
import { openTracker } from './harness/tracker.mjs';

const HOSTILE = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1>';
const OPERATOR = { name: 'Ann Lee', email: 'ann@example.com', password: 'four odd green pears' };
const PUBLISHER = { name: 'Minh', email: 'minh@blog.example' };
const AMOUNT = '1000.00';
const COMMISSION = /100\.00|۱۰۰٫۰۰/;

// What every step needs; what a step finds out is added for the later ones.
const begin = async (locale) => {
  const tracker = await openTracker({ demo: false });
  const front = await openFront(tracker.local);
  const shop = await listen((_, url) => ({ headers: { 'content-type': 'text/html' }, body: `<!doctype html><title>Shop</title><h1>${html(url.search)}</h1>` }));
  const network = { name: 'Lamp Partners', currency: 'USD', zone: 'Asia/Ho_Chi_Minh' };
  const answer = await fetch(`${tracker.local}/api/v1/setup`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ operator: OPERATOR, network }),
  });
  assert.equal(answer.status, 201, await answer.text());
  const own = await openBrowser({ locale, timezoneId: 'Asia/Ho_Chi_Minh' });
  const say = await speaking(locale.slice(0, 2));
  return { tracker, front, shop, own, page: own.page, say, locale, name: (text) => `${text} ${HOSTILE}`, close: async () => {
    await own.close();
    await front.close();
    await shop.close();
    await tracker.close();
  } };
};

const done = (page) => page.getByRole('dialog').waitFor({ state: 'detached' });

const advertiser = async (on) => {
  const { page, say, front } = on;
  await signIn(page, front.origin, OPERATOR);
  await page.getByText(say('overview.step_advertiser')).click();
  await heading(page, say('advertiser.new'));
  await press(page, say('advertiser.create'));
  assert.equal(await objection(page, 'name'), say('ui.required'));
  await focusedAt(page, 'name');
  await fill(page, 'name', on.name('Lamp Shop'));
  await press(page, say('advertiser.create'));
  await heading(page, on.name('Lamp Shop'));
  await press(page, say('advertiser.make_token'));
  await press(page, say('advertiser.make_secret'));
  on.token = (await page.getByTestId('secret').innerText()).trim();
  assert.match(on.token, /^mt_/);
  await press(page, say('ui.secret_kept'));
  await press(page, say('party.fill_in'));
  await fill(page, 'legal_name', 'Lamp Shop Ltd');
  await fill(page, 'address.town', 'Hanoi');
  await choose(page, 'address.country', /· VN$/);
  await press(page, say('ui.save'));
  await done(page);
  await press(page, say('advertiser.top_up'));
  await fill(page, 'amount', 'much');
  await page.getByRole('dialog').locator('button[type=submit]').click();
  assert.equal(await objection(page, 'amount'), say('ui.number_wrong'));
  await fill(page, 'amount', '۵۰۰٫۲۵');
  assert.equal(await page.locator('[data-field=amount]').inputValue(), '500.25', 'digits of any keyboard are numbers');
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await done(page);
  await page.getByText(/500\.25|۵۰۰٫۲۵/).filter({ visible: true }).first().waitFor();
  await screenshot(page, `operator-advertiser-${on.locale}`);
};

const program = async (on) => {
  const { page, say, shop } = on;
  await press(page, say('program.new'));
  await fill(page, 'name', on.name('Lamps'));
  await fill(page, 'landing_pages[0].url', 'shop');
  await press(page, say('program.create'));
  assert.equal(await objection(page, 'landing_pages[0].url'), say('ui.url_wrong'));
  await fill(page, 'landing_pages[0].url', `http://shop.test:${shop.port}/?click_id={click_id}`);
  await press(page, say('program.allow_host', { host: 'shop.test' }));
  await choose(page, 'joining', say('joining.application'));
  await press(page, say('program.create'));
  await heading(page, on.name('Lamps'));
  await settled(page);
  await accessible(page, `the program's page in ${on.locale}`);
};

const contract = async (on) => {
  const { page, say } = on;
  await press(page, say('contract.new'));
  await heading(page, say('contract.new'));
  await press(page, say('contract.review'));
  await objection(page, 'terms.actions[0].rates[0].percent');
  await focusedAt(page, 'terms.actions[0].rates[0].percent');
  await fill(page, 'terms.actions[0].rates[0].percent', '10');
  await page.getByText(say('terms.percent', { percent: on.locale === 'fa-IR' ? '۱۰' : '10' })).first().waitFor();
  await screenshot(page, `operator-contract-${on.locale}`);
  await press(page, say('contract.review'));
  await press(page, say('contract.agree'));
  await heading(page, on.name('Lamps'));
  await page.getByRole('heading', { name: say('contract.versions'), exact: true }).waitFor();
};

const publisher = async (on) => {
  const { page, say, front } = on;
  await page.goto(`${front.origin}/publishers`);
  await page.getByRole('button', { name: say('publisher.new') }).first().click();
  await fill(page, 'name', on.name('A Blog'));
  await press(page, say('publisher.create'));
  await heading(page, on.name('A Blog'));
  on.publisherId = page.url().split('/').pop();
  await press(page, say('publisher.add_person'));
  await fill(page, 'name', PUBLISHER.name);
  await fill(page, 'email', PUBLISHER.email);
  await page.getByRole('dialog').locator('button[type=submit]').click();
  assert.equal(await objection(page, 'password'), say('user.password_short'));
  await press(page, say('user.draw'));
  on.password = await page.locator('[data-field=password]').inputValue();
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await done(page);
  // The same address again is refused at its field, and nothing typed is lost.
  await press(page, say('user.new'));
  await fill(page, 'name', 'Minh again');
  await fill(page, 'email', PUBLISHER.email);
  await press(page, say('user.draw'));
  await page.getByRole('dialog').locator('button[type=submit]').click();
  assert.equal(await objection(page, 'email'), say('problem.taken'));
  assert.equal(await page.locator('[data-field=name]').inputValue(), 'Minh again');
  await press(page, say('ui.cancel'));
  await press(page, say('ui.leave'));
  await done(page);
};

// The publisher has a browser of his own.
const joins = async (on) => {
  const { say, front, locale, page } = on;
  on.his = await openBrowser({ locale, timezoneId: 'Asia/Ho_Chi_Minh' });
  const his = on.his.page;
  await signIn(his, front.origin, { email: PUBLISHER.email, password: on.password });
  await his.goto(`${front.origin}/join`);
  await press(his, say('join.apply'));
  await his.getByLabel(say('join.apply_message')).fill('We test lamps.');
  await his.getByRole('dialog').getByRole('button', { name: say('join.apply') }).click();
  await done(his);
  await page.goto(`${front.origin}/applications`);
  await press(page, say('application.accept'));
  await page.getByRole('dialog').getByRole('button', { name: say('application.accept'), exact: true }).click();
  await done(page);
  await his.goto(`${front.origin}/links`);
  await his.getByRole('button', { name: say('link.new') }).first().click();
  await his.locator('input[name=name]').fill('Lamp test');
  await his.getByRole('dialog').getByText(say('link.program'), { exact: true }).click();
  await his.getByRole('option').first().click();
  await his.getByRole('dialog').getByRole('button', { name: say('link.make') }).click();
  on.address = (await his.getByTestId('address').innerText()).trim();
};

const buys = async (on) => {
  const { tracker, token, locale } = on;
  const visitor = await openBrowser({ locale });
  await visitor.page.goto(on.address);
  const click = new URL(visitor.page.url()).searchParams.get('click_id');
  await visitor.close();
  assert.match(click, /^clk_/);
  const report = { token, click_id: click, action: 'order', order_id: HOSTILE, amount: AMOUNT, currency: 'USD' };
  const answer = await (await fetch(`${tracker.local}/postback?${new URLSearchParams(report)}`)).json();
  assert.equal(answer.decision, 'pending', JSON.stringify(answer));
  assert.equal(answer.commission.amount, '100.00');
};

const judges = async (on) => {
  const { page, say, front, his } = on;
  await his.close();
  await page.goto(`${front.origin}/overview`);
  await page.locator('tbody tr').filter({ hasText: COMMISSION }).click();
  await page.getByText(say('receipt.touches')).waitFor();
  assert.ok((await page.locator('main').innerText()).includes(HOSTILE));
  await screenshot(page, `operator-receipt-${on.locale}`);
  await page.goto(`${front.origin}/conversions`);
  await page.getByRole('checkbox', { name: say('ui.select_row') }).first().check();
  await press(page, say('operation.approve'));
  await page.getByRole('dialog').getByRole('status').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: say('operation.approve'), exact: true }).click();
  await done(page);
  await page.locator('tbody tr').filter({ hasText: say('state.approved') }).waitFor();
};

const closesTheMonth = async (on) => {
  const { page, say, front } = on;
  await page.goto(`${front.origin}/network`);
  await press(page.locator('section').filter({ hasText: say('party.network_title') }), say('party.fill_in'));
  await fill(page, 'legal_name', 'Lamp Partners Ltd');
  await fill(page, 'address.town', 'London');
  await choose(page, 'address.country', /· GB$/);
  await press(page, say('ui.save'));
  await done(page);
  await page.goto(`${front.origin}/invoices`);
  // What was paid in has its receipt already.
  await page.getByText(/500\.25|۵۰۰٫۲۵/).first().waitFor();
  await press(page, say('invoice.issue_invoices'));
  await page.getByRole('dialog').getByRole('status').waitFor();
  await press(page, say('invoice.issue'));
  await done(page);
  const pdf = await page.getByRole('link', { name: say('invoice.pdf') }).first().getAttribute('href');
  const paper = await page.request.get(front.origin + pdf);
  assert.equal((await paper.body()).subarray(0, 5).toString(), '%PDF-');
};

// Where a publisher's money goes only he says: by a key that acts for him, made by form.
const paymentDetails = async (on) => {
  const { page, say, front, tracker, publisherId } = on;
  await page.goto(`${front.origin}/users?shown=keys`);
  await page.getByRole('button', { name: say('user.new_key') }).first().click();
  await fill(page, 'name', 'accounting');
  await choose(page, 'membership.role', say('role.publisher'));
  await choose(page, 'membership.right', say('right.pay'));
  await choose(page, 'membership.party', on.name('A Blog'));
  await press(page, say('user.make_key'));
  const key = (await page.getByTestId('secret').innerText()).trim();
  await press(page, say('ui.secret_kept'));
  const details = { method: 'other', currency: 'USD', holder: 'A Blog', holder_kind: 'company', instructions: 'By hand', address: { town: 'Hanoi', country: 'VN' } };
  await tracker.api('PUT', `/publishers/${publisherId}/payment_details`, details, key);
  await tracker.api('POST', `/publishers/${publisherId}/request_payout`, undefined, key);
};

const paysOut = async (on) => {
  const { page, say, front, tracker, locale } = on;
  await page.goto(`${front.origin}/payout_runs`);
  await page.getByRole('button', { name: say('payout.propose') }).first().click();
  await page.getByRole('dialog').getByLabel(say('payout.method')).first().click();
  await page.getByRole('option', { name: say('payment_method.other') }).click();
  await page.getByRole('dialog').getByRole('status').filter({ hasText: COMMISSION }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: say('payout.propose'), exact: true }).click();
  await page.waitForURL(/payout_runs\/pyr_/);
  await page.getByText(say('payout.four_eyes')).waitFor();
  const second = await tracker.addPerson('ben@example.com', 'operator', 'pay');
  const other = await openBrowser({ locale });
  await signIn(other.page, front.origin, second);
  await other.page.goto(page.url());
  for (const [step, after] of [['approve', say('run_state.approved')], ['send', say('run_state.sent')], ['confirm', say('run_state.settled')]]) {
    await press(other.page, say(`payout.${step}`));
    await other.page.getByRole('dialog').getByRole('button', { name: say(`payout.${step}`), exact: true }).click();
    await done(other.page);
    await other.page.locator('main').getByText(after, { exact: true }).first().waitFor();
  }
  await screenshot(other.page, `operator-payout-${locale}`);
  assert.deepEqual(other.errors, []);
  await other.close();
};

const exports = async (on) => {
  const { page, say, front } = on;
  await page.goto(`${front.origin}/reports?by=publisher`);
  await settled(page);
  await press(page, say('report.export'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: say('report.format_csv') }).click()]);
  const file = await readFile(await download.path(), 'utf8');
  assert.ok(file.includes('100.00'), file);
  await page.goto(`${front.origin}/overview`);
  await settled(page);
  assert.equal(await page.getByText(say('overview.first_steps')).count(), 0, 'nothing is left to do');
};

const STEPS = { advertiser, program, contract, publisher, joins, buys, judges, closesTheMonth, paymentDetails, paysOut, exports };

for (const locale of ['en-GB', 'fa-IR']) {
  test(`a network from nothing to its first payout, in ${locale}`, { timeout: 300_000 }, async (context) => {
    const on = await begin(locale);
    try {
      // Each step stands on those before it.
      let broken = false;
      for (const [name, step] of Object.entries(STEPS)) {
        await context.test(name, { skip: broken }, async () => {
          broken = true;
          await step(on);
          broken = false;
        });
      }
      assert.deepEqual(on.own.errors, []);
      assert.equal(await on.page.evaluate(() => window.hacked), undefined);
    } finally {
      await on.close();
    }
  });
}
