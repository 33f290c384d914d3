// Campaigns and their costs: what a file leaves open is asked, what it would do is shown, and it can be undone; in English and in Persian.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdvertiser, campaign, costImport } from './harness/advertiser_example.mjs';
import { heading } from './harness/pages.mjs';
import { HOSTILE, LOOKS } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const QUESTION = {
  answers: ['day-first', 'month-first'], column: 'Day', found: ['03/04/2026'], line: 2, option: 'dates', subject: 'dates',
  sentences: { en: 'In which order are day and month?', vi: 'Thứ tự ngày tháng?', fa: 'ترتیب روز و ماه چیست؟' },
};
const FILE = { name: 'Costs.csv', mimeType: 'text/csv', buffer: Buffer.from('Campaign,Day,Cost\nLamps,03/04/2026,12.50\n') };
const WORDS = {
  'en-GB': { channel: 'Channel', search: 'Search', see: 'See what it would do', first: 'Day first: 31/01/2026', asked: 'In which order are day and month?', refused: 'Rows that cannot be taken: 1', go: 'Import, booking 33 days', done: 'The costs are imported.', title: 'Costs', undo: 'Undo this import', undone: 'The import is undone.' },
  'fa-IR': { channel: 'کانال', search: 'جست‌وجو', see: 'ببینید چه می‌کند', first: 'نخست روز: 31/01/2026', asked: 'ترتیب روز و ماه چیست؟', refused: 'ردیف‌های ناپذیرفتنی: ۱', go: 'ورود و ثبت ۳۳ روز', done: 'هزینه‌ها وارد شدند.', title: 'هزینه‌ها', undo: 'برگرداندن این ورود', undone: 'ورود برگردانده شد.' },
};

for (const [locale, words] of Object.entries(WORDS)) {
  test(`a file of costs is looked at, asked about, imported and undone (${locale})`, async () => {
    const { page, server } = await visit(asAdvertiser({
      'POST /cost_imports': (body) => (body.options.dates ? { status: 201, body: costImport() } : { status: 201, body: { questions: [QUESTION] } }),
      'POST /cost_imports/cim_1/undo': { status: 201, body: costImport({ id: 'cim_3', kind: 'undo', undoes: 'cim_1', refused: 0, refused_rows: [] }) },
    }), '/costs/import', { locale });
    await page.locator('input[type=file]').setInputFiles(FILE);
    await page.getByText('Costs.csv').waitFor();
    await page.getByRole('combobox', { name: words.channel }).click();
    await page.getByRole('option', { name: words.search }).click();
    await page.getByRole('button', { name: words.see }).click();
    await page.getByText(words.asked).waitFor();
    assert.equal(await page.getByRole('button', { name: words.see }).isDisabled(), true);
    await page.getByRole('radio', { name: words.first }).check();
    await page.getByRole('button', { name: words.see }).click();
    await page.getByText(words.refused).waitFor();
    await page.getByRole('button', { name: words.go }).click();
    await page.getByText(words.done).waitFor();
    const sent = server.seen.filter(({ name }) => name === 'POST /cost_imports').map(({ body }) => body);
    assert.equal(sent.length, 3);
    assert.deepEqual([sent[2].advertiser_id, sent[2].channel, sent[2].options, sent[2].make_campaigns], ['adv_1', 'search', { dates: 'day-first' }, true]);
    assert.equal(Buffer.from(sent[2].content, 'base64').toString(), FILE.buffer.toString());
    await heading(page, words.title);
    await page.locator('tbody').getByText(HOSTILE).click();
    await page.getByRole('button', { name: words.undo }).click();
    const question = page.getByRole('dialog').last();
    await question.getByRole('status').waitFor();
    await question.getByRole('button', { name: words.undo }).click();
    await page.getByText(words.undone).waitFor();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}

test('a campaign is made and changed; what is wrong stands at its field', async () => {
  let answer = { status: 409, body: { code: 'taken', message: 'there is one', field: 'name' } };
  const { page, server } = await visit(asAdvertiser({
    'POST /campaigns': () => answer, 'PATCH /campaigns/cmp_1': (body) => ({ body: campaign('cmp_1', body.name) }),
  }), '/campaigns');
  await page.getByRole('button', { name: 'New campaign' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make the campaign' }).click();
  assert.equal(await dialog.getByText('This is needed.').count(), 2);
  await dialog.getByLabel('Campaign', { exact: true }).fill(HOSTILE);
  await dialog.getByRole('combobox', { name: 'Channel' }).click();
  await page.getByRole('option', { name: 'Search' }).click();
  await dialog.locator('[name=starts_on]').fill('2026-05-01');
  await dialog.locator('[name=ends_on]').fill('2026-04-01');
  await dialog.getByRole('button', { name: 'Make the campaign' }).click();
  await dialog.getByText('It would end before it begins.').waitFor();
  await dialog.locator('[name=ends_on]').fill('');
  await dialog.getByRole('button', { name: 'Make the campaign' }).click();
  await dialog.locator('[name=name][aria-invalid=true]').waitFor();
  assert.equal(await dialog.locator('[name=name]').inputValue(), HOSTILE);
  answer = { status: 201, body: campaign('cmp_1', HOSTILE) };
  await dialog.getByRole('button', { name: 'Make the campaign' }).click();
  await page.getByText('Cost by day').waitFor();
  const { body } = server.seen.filter(({ name }) => name === 'POST /campaigns').pop();
  assert.deepEqual([body.advertiser_id, body.channel, body.starts_on, body.ends_on], ['adv_1', 'search', '2026-05-01', null]);
  await page.getByRole('button', { name: 'Edit campaign' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('The campaign is saved.').waitFor();
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`campaigns and costs fit and are accessible: ${name}`, async () => {
    const { page, server } = await visit(asAdvertiser({ 'POST /cost_imports': { body: { questions: [QUESTION] } } }), '/campaigns', options);
    await page.locator('tbody').getByText(HOSTILE).waitFor();
    await look(page, `${name}-campaigns`);
    await page.goto(`${server.origin}/campaigns/cmp_1`);
    await page.locator('tbody td').first().waitFor();
    await page.locator('dl').first().waitFor();
    await look(page, `${name}-campaign`);
    await page.goto(`${server.origin}/costs`);
    await page.locator('tbody').getByText(HOSTILE).click();
    await page.getByRole('dialog').waitFor();
    await look(page, `${name}-cost-import`);
    await page.goto(`${server.origin}/costs/import`);
    await page.locator('input[type=file]').setInputFiles(FILE);
    await page.getByText('Costs.csv').waitFor();
    await look(page, `${name}-costs-import`);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}
