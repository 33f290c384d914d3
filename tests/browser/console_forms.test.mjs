// The operator's forms against a stand-in API: objections of the server at their fields in the reader's language, nothing typed lost, the
// contract editor's two views in step, what it changes in words, what it would have meant, and the question before leaving.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advertiser } from './harness/advertiser_example.mjs';
import { choose, fill, focusedAt, objection, press } from './harness/forms.mjs';
import { heading } from './harness/pages.mjs';
import { HOSTILE, list, program, signedInAs } from './harness/publisher_example.mjs';
import { speaking } from './harness/texts.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const usd = (amount) => ({ amount, currency: 'USD' });
const terms = (percent = '8') => ({
  currency: 'USD', payout_model: 'last', ended: false, own_purchases: false, reject_too_fast: false, fee: { percent: '20' },
  actions: [{
    action: 'order', click_window_seconds: 2_592_000, view_window_seconds: 0, delay_seconds_min: 0, hold_seconds: 1_209_600,
    rates: [{ rule: 'base', kind: 'percent', percent }, { rule: HOSTILE, kind: 'fixed', amount: '3.00', when: { customer: 'new' } }],
  }],
});
const contract = (more = {}) => ({
  id: 'con_1', version_id: 'cov_1', number: 1, network_id: 'net_1', program_id: 'prg_1', publisher_id: null, group_id: null,
  valid_from: '2026-01-01T00:00:00Z', created_at: '2026-01-01T00:00:00Z', terms: terms(), ...more,
});
const replay = {
  from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', conversions: 12, changed: 3, changed_conversions: [], codes: [],
  totals: [{ commission_before: usd('80.00'), commission_after: usd('90.00'), charge_before: usd('96.00'), charge_after: usd('108.00'), charge_difference: usd('12.00') }],
  publishers: [{ publisher_id: 'pub_1', publisher: HOSTILE, before: usd('80.00'), after: usd('90.00'), difference: usd('10.00'), changed: 3, conversions_before: 12, conversions_after: 12 }],
};
const refused = (field, message, code = 'field_invalid') => ({ status: 422, body: { code, field, message } });
const operator = (more = {}) => signedInAs({
  'GET /advertisers': list([advertiser()]),
  'GET /programs/prg_1': { body: program('prg_1', 'Lamps') },
  'GET /contracts/con_1': { body: contract() },
  'GET /contracts': list([contract()]),
  'GET /contracts/con_1/versions': list([contract()]),
  'GET /contract_templates': list([]), 'GET /publisher_groups': list([]), 'GET /users': list([]), 'GET /api_keys': list([]),
  ...more,
}, { role: 'operator', right: 'pay', publishers: [] });

for (const locale of ['en-GB', 'vi-VN', 'fa-IR']) {
  test(`what the server objects to stands at its field, in ${locale}`, async () => {
    const say = await speaking(locale.slice(0, 2));
    let answer = refused('landing_pages[0].url', 'the macro {foo} is not known');
    const { page, server } = await visit(operator({ 'POST /programs': () => answer }), '/programs/new?advertiser=adv_1', { locale });
    await heading(page, say('program.new'));
    await fill(page, 'name', HOSTILE);
    await fill(page, 'landing_pages[0].url', 'https://shop.example/?x={foo}');
    await press(page, say('program.create'));
    const said = await objection(page, 'landing_pages[0].url');
    assert.ok(said.includes('the macro {foo} is not known'), said);
    if (locale !== 'en-GB') assert.ok(said.startsWith(say('problem.field_invalid')), said);
    await focusedAt(page, 'landing_pages[0].url');
    // A field without one of its own is told at the nearest around it.
    answer = refused('verified_hosts[0]', 'a host has letters');
    await press(page, say('program.create'));
    await page.getByText('a host has letters').waitFor();
    answer = { status: 503, body: { code: 'busy', message: 'busy' } };
    await press(page, say('program.create'));
    await page.getByRole('alert').filter({ hasText: say('problem.busy') }).waitFor();
    assert.equal(await page.locator('[data-field=name]').inputValue(), HOSTILE);
    const keys = server.seen.filter(({ name }) => name === 'POST /programs').map(({ headers }) => headers['idempotency-key']);
    assert.equal(new Set(keys).size, 1, 'the same program, so the same key');
    await look(page, `forms-program-${locale}`);
    answer = { status: 201, body: program('prg_1', HOSTILE) };
    await press(page, say('program.create'));
    await heading(page, 'Lamps');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });

  test(`a new version is written, compared, tried and agreed, in ${locale}`, async () => {
    const say = await speaking(locale.slice(0, 2));
    let answer = refused('terms.actions[0].rates[0].percent', 'a percentage is at most 100');
    const { page, server } = await visit(operator({
      'POST /contracts/con_1/versions': () => answer, 'POST /replays': { body: replay },
    }), '/contracts/con_1/new', { locale });
    await heading(page, say('contract.new_version'));
    await page.getByText(say('contract.same')).waitFor();
    await fill(page, 'terms.actions[0].rates[0].percent', '900');
    await press(page, say('contract.review'));
    assert.ok((await objection(page, 'terms.actions[0].rates[0].percent')).includes('at most 100'));
    await fill(page, 'terms.actions[0].rates[0].percent', '9');
    // What was and what is to be.
    assert.equal(await page.locator('main del').count(), 1);
    assert.match(await page.locator('main ins').innerText(), /9|۹/);
    assert.ok((await page.locator('main').innerText()).includes(HOSTILE));
    // As JSON: the same terms, and back.
    await page.getByText(say('contract.as_json'), { exact: true }).click();
    const json = page.locator('textarea[name=terms]');
    const shown = JSON.parse(await json.inputValue());
    assert.equal(shown.actions[0].rates[0].percent, '9');
    await json.fill('{"currency"');
    await press(page, say('contract.review'));
    assert.equal(await objection(page, 'terms'), say('contract.json_wrong'));
    shown.actions[0].rates[0].percent = '11';
    await json.fill(JSON.stringify(shown));
    await page.getByText(say('contract.as_form'), { exact: true }).click();
    assert.equal(await page.locator('[data-field="terms.actions[0].rates[0].percent"]').inputValue(), '11');
    // A cap: whose objection opens what is folded.
    await page.getByRole('button', { name: say('cap.title') }).click();
    await press(page, say('cap.add'));
    await press(page, say('contract.review'));
    assert.equal(await objection(page, 'terms.caps[0].limit'), say('ui.number_wrong'));
    await page.getByRole('button', { name: say('ui.remove_what', { what: '' }).trim() }).last().click();
    const tried = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/replays'));
    await press(page, say('contract.try_now'));
    await tried;
    await page.getByText(HOSTILE).filter({ visible: true }).last().waitFor();
    assert.deepEqual(server.seen.find(({ name }) => name === 'POST /replays').body.draft.terms.actions[0].rates[0].percent, '11');
    await look(page, `forms-contract-${locale}`);
    answer = { status: 201, body: contract({ number: 2 }) };
    await press(page, say('contract.review'));
    await page.getByRole('dialog').getByText(say('contract.begins_at', { time: say('contract.from_now') })).waitFor();
    await press(page, say('contract.agree'));
    await page.getByRole('heading', { name: say('contract.versions'), exact: true }).waitFor();
    assert.equal(server.seen.filter(({ name }) => name === 'POST /contracts/con_1/versions').pop().body.terms.actions[0].rates[0].percent, '11');
  });
}

test('whoever leaves with something unsaved is asked, and may stay', async () => {
  const { page } = await visit(operator(), '/advertisers/new');
  await heading(page, 'New advertiser');
  await fill(page, 'name', 'Lamp Shop');
  await press(page, 'Cancel');
  await page.getByText('Leave without saving?').waitFor();
  await press(page, 'Stay here');
  assert.equal(await page.locator('[data-field=name]').inputValue(), 'Lamp Shop');
  await press(page, 'Cancel');
  await press(page, 'Leave');
  await heading(page, 'Advertisers');
});

test('a length of time is written in the unit that suits it and sent in seconds', async () => {
  const { page, server } = await visit(operator({ 'POST /contracts/con_1/versions': { status: 201, body: contract({ number: 2 }) } }), '/contracts/con_1/new');
  const window = page.locator('[data-field="terms.actions[0].click_window_seconds"]');
  assert.equal(await window.inputValue(), '30');
  await window.fill('soon');
  await press(page, 'Review and agree');
  await page.getByText('A whole number, please.').waitFor();
  await window.fill('۷');
  await press(page, 'Review and agree');
  await press(page, 'Agree');
  await page.getByRole('heading', { name: 'Versions', exact: true }).waitFor();
  assert.equal(server.seen.filter(({ name }) => name.endsWith('/versions') && name.startsWith('POST')).pop().body.terms.actions[0].click_window_seconds, 604_800);
});

test('a form is written and sent by keyboard alone', async () => {
  const { page, server } = await visit(operator({ 'POST /publishers': { status: 201, body: { id: 'pub_1', name: 'A Blog', kind: 'content', status: 'active', network_id: 'net_1', created_at: '2026-01-01T00:00:00Z' } } }), '/publishers/new');
  await heading(page, 'New publisher');
  await page.locator('[data-field=name]').focus();
  await page.keyboard.type('A Blog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('[data-field=name]').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.pathname === '/publishers/pub_1');
  const { body } = server.seen.find(({ name }) => name === 'POST /publishers');
  assert.equal(body.name, 'A Blog');
  assert.notEqual(body.kind, undefined);
});

test('a first password is drawn, a key is shown once', async () => {
  const { page, server } = await visit(operator({
    'POST /users': { status: 201, body: { id: 'usr_2', email: 'minh@blog.example', name: 'Minh', status: 'active', memberships: [], created_at: '2026-01-01T00:00:00Z' } },
    'POST /api_keys': { status: 201, body: { key: { id: 'key_1', name: 'shop' }, secret: 'mk_secret' } },
  }), '/users?add=publisher&party=pub_1');
  await fill(page, 'name', 'Minh');
  await fill(page, 'email', 'minh');
  await press(page, 'Let in');
  assert.equal(await objection(page, 'email'), 'This does not look like an e-mail address.');
  await fill(page, 'email', 'minh@blog.example');
  await press(page, 'Draw one');
  await press(page, 'Let in');
  await page.getByText('Minh can sign in now.').waitFor();
  const { body } = server.seen.find(({ name }) => name === 'POST /users');
  assert.match(body.password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  assert.deepEqual(body.membership, { role: 'publisher', right: 'pay', advertisers: [], publishers: ['pub_1'] });
  await page.goto(`${page.url().split('/users')[0]}/users?shown=keys`);
  await page.getByRole('button', { name: 'New key' }).first().click();
  await fill(page, 'name', 'shop');
  await choose(page, 'membership.right', 'Propose');
  await press(page, 'Make the key');
  assert.equal(await page.getByTestId('secret').innerText(), 'mk_secret');
  await page.keyboard.press('Escape');
  await look(page, 'forms-secret');
  await press(page, 'I have kept it');
  await page.getByTestId('secret').waitFor({ state: 'detached' });
});
