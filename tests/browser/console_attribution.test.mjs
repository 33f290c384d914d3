// Attribution: what is asked stands in the address, the models order and lead on, every view fits and is accessible, and what can go wrong
// is said.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { asAdvertiser } from './harness/advertiser_example.mjs';
import { journeys, noJourneys } from './harness/journey_example.mjs';
import { settled, until } from './harness/pages.mjs';
import { HOSTILE, LOOKS } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const told = (more = {}) => asAdvertiser({ 'POST /attribution': (body) => ({ body: journeys(body) }), ...more });
const asked = (server) => server.seen.filter(({ name }) => name === 'POST /attribution').map(({ body }) => body);
const names = (page) => page.locator('tbody tr td:first-child').allInnerTexts();

test('days, channels and models that stand in the address are asked for', async () => {
  const { page, server } = await visit(told(), '/attribution?from=2026-01-01&to=2026-01-31&by=publisher,channel&models=linear,last&action=order&window=60&view=paths');
  await page.getByRole('table', { name: 'Paths' }).waitFor();
  const [body] = asked(server);
  // Midnight in the network's zone, to the end of the last day.
  assert.deepEqual([body.from, body.to], ['2025-12-31T17:00:00.000Z', '2026-01-31T17:00:00.000Z']);
  assert.deepEqual([body.by, body.models, body.action, body.window_days, body.impressions], [['channel', 'publisher'], ['linear', 'last'], 'order', 60, false]);
  await page.locator('label').filter({ hasText: 'Conversions' }).click();
  await until(() => page.url().includes('measure=conversions'));
  assert.equal(asked(server).length, 1);
});

test('models are ordered by a heading, and a row tells more of its channel', async () => {
  const { page } = await visit(told(), '/attribution');
  await page.getByRole('table', { name: 'Models' }).waitFor();
  assert.deepEqual((await names(page)).map((name) => name.split(' / ')[0]), ['Publishers', 'Direct', 'Search', 'E-mail', 'Social', 'Television']);
  await page.getByRole('button', { name: 'First touch' }).press('Enter');
  await until(() => page.url().includes('order=-first'));
  assert.deepEqual((await names(page))[0], 'Search');
  // By keyboard: to the row, into it, and out again.
  const search = page.locator('tbody tr').first();
  await search.focus();
  await search.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByText('What came before').waitFor();
  const link = drawer.getByRole('link', { name: 'Its conversions' });
  assert.match(await link.getAttribute('href'), /^\/conversions\?from=.*to=/);
  await look(page, 'attribution-channel');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('the table is saved whole, and nothing in it runs in a spreadsheet', async () => {
  const evil = '=HYPERLINK("http://evil.example")';
  const { page } = await visit(told({ 'POST /attribution': (body) => {
    const answer = journeys(body);
    answer.channels[1].label = evil;
    answer.channels[1].values[0].value = evil;
    return { body: answer };
  } }), '/attribution?by=channel,publisher');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
  const [head, ...rows] = (await readFile(await download.path(), 'utf8')).replace(/^\uFEFF/, '').trimEnd().split('\r\n');
  assert.match(head, /^name,channel,publisher,currency,last_conversions,last_value,last_moved,/);
  assert.equal(rows.length, 6);
  assert.ok(rows[1].startsWith(`"'=HYPERLINK(""http://evil.example"")",`), rows[1]);
  assert.ok(rows[0].startsWith('Publishers / A Blog,affiliate,pub_1,USD,'), rows[0]);
});

test('a path opens the conversions of its days and of the publisher that came last', async () => {
  const { page } = await visit(told(), '/attribution?view=paths&by=channel,publisher&from=2026-01-01&to=2026-01-31');
  await page.getByRole('table', { name: 'Paths' }).locator('tbody tr').nth(1).click();
  await page.getByRole('heading', { level: 1, name: 'Conversions' }).waitFor();
  const search = new URL(page.url()).searchParams;
  assert.deepEqual([search.get('from'), search.get('publisher')], ['2025-12-31T17:00:00.000Z', 'pub_1']);
});

test('while another question is answered the page waits for its turn; what fails is said', async () => {
  let refused = 0;
  const { page } = await visit(told({ 'POST /attribution': (body) => (refused++ < 1 ? { status: 429, body: { code: 'too_many_attempts', message: 'one at a time' } } : { body: journeys(body) }) }), '/attribution');
  await page.getByRole('table', { name: 'Models' }).waitFor();
  assert.ok(refused > 1);
});

test('a question that is too large says what would help', async () => {
  const { page } = await visit(told({ 'POST /attribution': { status: 422, body: { code: 'field_invalid', field: 'models', message: 'markov_3 has 9000 states here' } } }), '/attribution?models=markov_3');
  await page.getByRole('alert').getByText('markov_3 has 9000 states here').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});

test('without journeys the page says what would make some', async () => {
  const { page } = await visit(told({ 'POST /attribution': { body: noJourneys() } }), '/attribution');
  await page.getByRole('heading', { name: 'No journeys in these days' }).waitFor();
  await look(page, 'attribution-empty');
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`every view fits and is accessible: ${name}`, async () => {
    const { page } = await visit(told(), '/attribution', options);
    for (const view of ['models', 'paths', 'flow', 'timing', 'overlap']) {
      await page.getByRole('tab').nth(['models', 'paths', 'flow', 'timing', 'overlap'].indexOf(view)).click();
      await settled(page);
      await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 600); }));
      await look(page, `attribution-${view}-${name}`);
    }
    assert.equal(await page.getByText(HOSTILE).count() > 0, true);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}
