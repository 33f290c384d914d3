// Joining programs: terms in the reader's language, each step between a publisher and a program, and what he is told afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOSTILE, list, LOOKS, program, signedInAs } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const WORDS = {
  en: { pays: '8 % of the amount', when: 'new customers', rest: 'The last eligible touch earns.' },
  vi: { pays: '8 % giá trị', when: 'khách mới', rest: 'Lượt tiếp xúc hợp lệ cuối cùng được trả.' },
  fa: { pays: '۸ ٪ از مبلغ', when: 'مشتریان تازه', rest: 'آخرین تماس واجد شرایط می‌گیرد.' },
};
const terms = (language) => {
  const { pays, when, rest } = WORDS[language];
  const actions = [{ action: 'order', rates: [{ rule: 'order', pays, when: [] }, { rule: 'new', pays, when: [when] }], rest: [rest] }];
  return { terms_sha256: 'a250', in_words: { actions, touch_rates: [], rest: [rest] }, terms: {} };
};
const application = (more = {}) => ({
  id: 'apl_1', kind: 'application', state: 'open', message: 'We test lamps.', answer: '', promotion_methods: [], advertiser_id: 'adv_1',
  network_id: 'net_1', program_id: 'prg_2', publisher_id: 'pub_1', created_at: '2026-03-01T00:00:00Z', ...more,
});
const member = { id: 'mem_1', joined_at: '2026-01-01T00:00:00Z', end_reason: '', left_at: null };
const at = (id, name, standing, more = {}) => ({
  program: program(id, name, { joining: 'application', public_terms: 'No brand bidding.' }), standing, may_link: standing === 'member',
  may_apply: standing === 'none', application: null, membership: null, ...more,
});
const STANDINGS = [
  at('prg_1', 'Lamps', 'none'),
  at('prg_2', 'Chairs', 'applied', { application: application() }),
  at('prg_3', 'Tables', 'invited', { application: application({ kind: 'invitation', message: HOSTILE, expires_at: '2026-04-01T00:00:00Z' }) }),
  at('prg_4', 'Beds', 'applied', { application: application({ state: 'offered', answer: 'Nine percent for a start.' }) }),
  at('prg_5', 'Sofas', 'member', { membership: member }),
  at('prg_6', 'Rugs', 'declined', { application: application({ state: 'declined', answer: 'Not now.', again_at: '2026-05-01T00:00:00Z' }) }),
  at('prg_7', HOSTILE, 'ended', { membership: { ...member, left_at: '2026-03-01T00:00:00Z', end_reason: 'You bid on our brand.' } }),
];
const routes = (more = {}) => signedInAs({
  'GET /publishers/pub_1/programs': (_, query) => list(STANDINGS
    .filter(({ standing }) => !query.get('standing') || query.get('standing') === standing)
    .map((one) => ({ ...one, terms: terms(query.get('language')) }))),
  ...more,
});
const card = (page, name) => page.getByRole('article').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });

test('each card offers the steps that are open, and says what was said', async () => {
  const { page } = await visit(routes(), '/join');
  const table = `
    Lamps  | Apply, All terms                      | No brand bidding.
    Chairs | Withdraw the application, All terms   | We test lamps.
    Tables | Accept and join, Decline, All terms   | To be answered until 1 Apr 2026
    Beds   | Accept and join, Decline, All terms   | Nine percent for a start.
    Sofas  | My links, Leave the program, All terms | 8 % of the amount
    Rugs   | All terms                             | You can apply again from 1 May 2026`;
  for (const row of table.trim().split('\n')) {
    const [name, buttons, said] = row.split('|').map((cell) => cell.trim());
    await card(page, name).waitFor();
    const offered = await card(page, name).locator('.mantine-Button-root').allInnerTexts();
    assert.equal(offered.join(', '), buttons, name);
    assert.ok((await card(page, name).innerText()).includes(said), `${name}: ${said}`);
  }
  assert.ok((await page.locator('main').innerText()).includes(HOSTILE));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('applying shows the terms, asks for words, keeps them when it fails, and is sent once', async () => {
  let answer = { status: 409, body: { code: 'busy', message: 'busy' } };
  const { page, server } = await visit(routes({ 'POST /applications': () => answer }), '/join');
  await card(page, 'Lamps').getByRole('button', { name: 'Apply' }).click();
  const dialog = page.getByRole('dialog', { name: 'Apply: Lamps' });
  await dialog.getByText('The last eligible touch earns.').first().waitFor();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await dialog.getByText('This is needed.').waitFor();
  await dialog.getByText('Content', { exact: true }).click();
  await dialog.getByLabel('How you would promote it').fill('We test lamps for a year.');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await dialog.getByText('The storage is busy').waitFor();
  assert.equal(await dialog.getByLabel('How you would promote it').inputValue(), 'We test lamps for a year.');
  answer = { status: 201, body: application() };
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Your application was sent').waitFor();
  const sent = server.seen.filter(({ name }) => name === 'POST /applications');
  assert.deepEqual(sent[1].body, { program_id: 'prg_1', publisher_id: 'pub_1', message: 'We test lamps for a year.', promotion_methods: ['content'] });
  assert.equal(sent[0].headers['idempotency-key'], sent[1].headers['idempotency-key']);
});

test('every other step reaches its own endpoint', async () => {
  const steps = `
    Chairs | Withdraw the application |                       | POST /applications/apl_1/withdraw    | undefined
    Tables | Accept and join          |                       | POST /applications/apl_1/accept      | {"answer":""}
    Beds   | Decline                  | Too little            | POST /applications/apl_1/decline     | {"answer":"Too little","again_after_days":30}
    Sofas  | Leave the program        | No time               | POST /programs/prg_5/end_membership  | {"publisher_id":"pub_1","reason":"No time"}`;
  const done = () => ({ body: application() });
  const { page, server } = await visit(routes(Object.fromEntries(
    ['withdraw', 'accept', 'decline'].map((step) => [`POST /applications/apl_1/${step}`, done]).concat([['POST /programs/prg_5/end_membership', done]]),
  )), '/join');
  for (const row of steps.trim().split('\n')) {
    const [name, step, words, endpoint, body] = row.split('|').map((cell) => cell.trim());
    await card(page, name).getByRole('button', { name: step }).click();
    const dialog = page.getByRole('dialog');
    if (words) await dialog.getByRole('textbox').fill(words);
    await dialog.getByRole('button', { name: step }).click();
    await dialog.waitFor({ state: 'detached' });
    const sent = server.seen.filter((one) => one.name === endpoint);
    assert.equal(sent.length, 1, endpoint);
    assert.equal(String(JSON.stringify(sent[0].body)), body);
  }
});

test('who may only read sees the terms and no step; the filter stands in the address', async () => {
  const { page } = await visit({ ...routes(), 'GET /session': signedInAs({}, { right: 'read' })['GET /session'] }, '/join?standing=invited');
  await card(page, 'Tables').waitFor();
  assert.equal(await page.getByRole('article').count(), 1);
  assert.deepEqual(await card(page, 'Tables').locator('.mantine-Button-root').allInnerTexts(), ['All terms']);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`joining fits and is accessible: ${name}`, async () => {
    const { page } = await visit(routes(), '/join', options);
    const spoken = { 'fa-IR': 'fa', 'vi-VN': 'vi' }[options.locale] ?? 'en';
    await card(page, 'Lamps').getByText(WORDS[spoken].when).first().waitFor();
    await look(page, `${name}-join`);
    await card(page, 'Lamps').locator('[aria-expanded]').click();
    await card(page, 'Lamps').getByText(WORDS[spoken].rest).first().waitFor();
    await look(page, `${name}-join-terms`);
    await card(page, 'Tables').locator('.mantine-Button-root').first().click();
    await page.getByRole('dialog').waitFor();
    await look(page, `${name}-join-accept`);
  });
}
