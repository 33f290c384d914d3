// Incrementality: what is judged stands in the address, the answer is drawn, and what cannot be judged is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdvertiser } from './harness/advertiser_example.mjs';
import { HOSTILE, LOOKS } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const BEGIN = 40;
const dayAt = (at) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
const days = Array.from({ length: 60 }, (_, at) => {
  const counterfactual = 100 + 20 * Math.sin(at / 3);
  const actual = counterfactual + (at < BEGIN ? 4 * Math.sin(at * 1.7) : 30 + 6 * Math.sin(at));
  return { day: dayAt(at), treated: at >= BEGIN, actual, counterfactual, effect: actual - counterfactual };
});
const told = (more = {}) => ({
  measure: 'conversions', by: 'region', actual: 2610.4, counterfactual: 2004.1, total: 606.3, low: 512.8, high: 700.2, level: 0.9, share: 0.3025, p_value: 0.05, fit: 0.93, distance_before: 3.1,
  ratio: 9.4, days, left_out: ['XX-1'], beyond: 3, complete_to: '2026-03-02T00:00:00Z',
  placebos: [['VN-HN', 'Hanoi', 0.62, 1.4], ['VN-DN', 'Da Nang', 0.38, 0.8], [HOSTILE, HOSTILE, 0, 1.1]].map(([unit, name, weight, ratio]) => ({ unit, name, weight, effect_per_day: 1, distance_before: 3, ratio })),
  ...more,
});
const asked = '/incrementality?by=region&treated=%5B%22VN-SG%22%5D&from=2026-02-10&to=2026-03-01';
const routes = (more = {}) => asAdvertiser({ 'POST /incrementality': { body: told() }, ...more });

test('nothing is asked before it is said what was treated, and then all of it', async () => {
  const { page, server } = await visit(routes(), '/incrementality');
  await page.getByRole('heading', { name: 'Nothing judged yet' }).waitFor();
  await page.getByRole('button', { name: 'Judge it' }).click();
  assert.equal(await page.getByText('This is needed.').count(), 2);
  await page.getByLabel('First day of the treatment').fill('2026-02-10');
  await page.getByLabel('Last day').fill('2026-02-01');
  await page.getByRole('button', { name: 'Judge it' }).click();
  await page.getByText('It would end before it begins.').waitFor();
  assert.equal(server.seen.some(({ name }) => name === 'POST /incrementality'), false);
});

test('what stands in the address is judged and drawn', async () => {
  const { page, server } = await visit(routes(), asked);
  await page.locator('main canvas').nth(1).waitFor();
  const { body } = server.seen.find(({ name }) => name === 'POST /incrementality');
  assert.deepEqual(
    [body.by, body.measure, body.treated, body.from, body.to, body.days_before, body.level, body.switched_off],
    ['region', 'conversions', ['VN-SG'], '2026-02-10', '2026-03-01', 60, 0.9, false],
  );
  await page.getByText('606.3').waitFor();
  await page.getByText('512.8 … 700.2').waitFor();
  const names = await page.getByRole('table', { name: 'The others, judged the same way' }).locator('tbody tr td:first-child').allInnerTexts();
  assert.deepEqual(names, ['Treated', 'Hanoi', HOSTILE, 'Da Nang']);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('a mix that repeats little is warned of, and a refusal is said', async () => {
  const { page, server } = await visit(routes({ 'POST /incrementality': { body: told({ fit: 0.2, low: undefined, high: undefined }) } }), asked);
  await page.getByRole('status').getByText('Do not believe what follows.').waitFor();
  server.routes['POST /incrementality'] = { status: 422, body: { code: 'field_invalid', field: 'treated', message: 'there are only 2 other units' } };
  await page.reload();
  await page.getByRole('alert').getByText('there are only 2 other units').waitFor();
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`it fits and is accessible: ${name}`, async () => {
    const { page } = await visit(routes(), asked, options);
    await page.locator('main canvas').nth(1).waitFor();
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 600); }));
    await look(page, `incrementality-${name}`);
  });
}
