// Creatives: the advertiser makes one, what is wrong stands at its field, and a publisher takes the code with his link.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdvertiser } from './harness/advertiser_example.mjs';
import { choose, fill, objection } from './harness/forms.mjs';
import { HOSTILE, link, list, LOOKS, signedInAs } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const creative = (id, name, more = {}) => ({
  id, program_id: 'prg_1', kind: 'text', name, text: 'Lamps for long evenings', tags: [], status: 'active', runs: true, created_at: '2026-01-01T00:00:00Z', ...more,
});
const picture = (width, height) => ({ url: '/m/crv_1', format: 'svg', width, height, bytes: 900, sha256: 'ab'.repeat(32) });
const SOME = [
  creative('crv_1', 'Spring, 300 × 250', { kind: 'banner', picture: picture(300, 250) }), creative('crv_2', HOSTILE, { text: HOSTILE }),
  creative('crv_3', 'How it glows', { kind: 'video', video_url: 'https://video.example/1' }),
  creative('crv_4', 'Autumn', { kind: 'banner', picture: picture(728, 90), status: 'paused', runs: false }),
];
const HTML = `<a href="https://track.example/c/slug"><img src="https://track.example/m/crv_1" alt="${HOSTILE}"></a>`;
const CODE = { html: HTML, click_url: 'https://track.example/c/slug?creative=crv_1', picture_url: 'https://track.example/m/crv_1', impression_url: 'https://track.example/i/slug' };
const PNG = { name: 'spring.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') };

test('a banner is made; what is missing and what the server objects to stands at its field, and nothing is lost', async () => {
  let answer = { status: 422, body: { code: 'field_invalid', field: 'picture', message: 'its head is damaged' } };
  const { page, server } = await visit(asAdvertiser({ 'GET /creatives': list(SOME), 'POST /creatives': () => answer }), '/creatives');
  await page.getByRole('button', { name: 'New creative' }).click();
  const dialog = page.getByRole('dialog');
  const make = dialog.getByRole('button', { name: 'Make the creative' });
  await make.click();
  assert.equal(await objection(page, 'name'), 'This is needed.');
  await dialog.getByText('This is needed.').nth(3).waitFor();
  await choose(page, 'program_id', 'Lamps');
  await fill(page, 'name', HOSTILE);
  await fill(page, 'text', 'Lamps');
  await fill(page, 'landing_url', 'https://shop.example/lamps');
  await dialog.locator('input[type=file]').setInputFiles({ ...PNG, buffer: Buffer.alloc(700_001) });
  await dialog.getByRole('alert').getByText('larger than 700 kB').waitFor();
  await dialog.locator('input[type=file]').setInputFiles(PNG);
  await make.click();
  await dialog.getByText('its head is damaged').waitFor();
  assert.equal(await dialog.locator('[data-field=name]').inputValue(), HOSTILE);
  answer = { status: 201, body: creative('crv_5', HOSTILE) };
  await make.click();
  await dialog.waitFor({ state: 'detached' });
  const { body } = server.seen.filter(({ name }) => name === 'POST /creatives').pop();
  assert.deepEqual(
    [body.program_id, body.kind, body.name, body.landing_url, body.starts_at, body.video_url, body.picture],
    ['prg_1', 'banner', HOSTILE, 'https://shop.example/lamps', null, null, PNG.buffer.toString('base64')],
  );
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test('a change sends no picture unless there is another one', async () => {
  const { page, server } = await visit(asAdvertiser({ 'GET /creatives': list(SOME), 'PATCH /creatives/crv_1': { body: SOME[0] } }), '/creatives');
  await page.getByRole('button', { name: 'Edit' }).first().click();
  await fill(page, 'name', 'Summer');
  await choose(page, 'status', 'Paused');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const { body } = server.seen.find(({ name }) => name === 'PATCH /creatives/crv_1');
  assert.deepEqual([body.name, body.status, 'picture' in body, 'program_id' in body], ['Summer', 'paused', false, false]);
});

test('a publisher takes the code with one of his links', async () => {
  const { page, server } = await visit(signedInAs({
    'GET /creatives': list(SOME.slice(0, 3)), 'GET /links': list([link('1', 'Newsletter'), link('2', HOSTILE), link('3', 'Old', { status: 'paused' })]), 'GET /creatives/crv_1/code': { body: CODE },
  }), '/creatives');
  assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0);
  const take = page.getByRole('button', { name: 'Get the code' }).first();
  await take.focus();
  await take.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(HTML).waitFor();
  await dialog.getByRole('combobox', { name: 'Your link' }).click();
  assert.equal(await page.getByRole('option').count(), 2);
  await page.keyboard.press('Escape');
  const asked = server.seen.find(({ name }) => name === 'GET /creatives/crv_1/code');
  assert.ok(asked);
  await look(page, 'creative-code');
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`creatives fit and are accessible: ${name}`, async () => {
    const { page } = await visit(asAdvertiser({ 'GET /creatives': list(SOME) }), '/creatives', options);
    await page.getByText(HOSTILE).first().waitFor();
    await look(page, `creatives-${name}`);
    await page.locator('main button').first().click();
    await page.getByRole('dialog').waitFor();
    await look(page, `creative-new-${name}`);
  });
}
