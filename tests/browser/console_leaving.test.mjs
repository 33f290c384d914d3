// What was typed is not lost: dialogs and pages ask before they are left, and what the server objects to is said in the reader's language.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heading } from './harness/pages.mjs';
import { link, list, program, signedInAs } from './harness/publisher_example.mjs';
import { speaking } from './harness/texts.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const LINKS = [link('1', 'Newsletter')];
const routes = (more = {}) => signedInAs({
  'GET /links': list(LINKS), 'GET /links/1': { body: LINKS[0] }, 'GET /programs/prg_1': { body: program('prg_1', 'Lamps') },
  'GET /publishers/pub_1/programs': list([{ program: program('prg_1', 'Lamps'), standing: 'member', may_link: true, may_apply: false }]), ...more,
});

const opened = async (language, more) => {
  const say = await speaking(language.slice(0, 2));
  const { page } = await visit(routes(more), '/links', { locale: language });
  await page.getByRole('button', { name: say('link.new') }).click();
  const dialog = page.getByRole('dialog', { name: say('link.new') });
  await dialog.waitFor();
  return { say, page, dialog, name: dialog.locator('input[name=name]'), question: page.getByRole('dialog', { name: say('ui.unsaved') }) };
};

for (const language of ['en-GB', 'fa-IR']) {
  test(`a dialog asks before what was typed in it is lost: ${language}`, async () => {
    const { say, page, dialog, name, question } = await opened(language);
    await name.fill('Autumn');
    await page.keyboard.press('Escape');
    await question.waitFor();
    await look(page, `leaving-${language}`);
    await question.getByRole('button', { name: say('ui.stay') }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(await name.inputValue(), 'Autumn');
    await dialog.getByRole('button', { name: say('ui.close') }).first().click();
    await question.getByRole('button', { name: say('ui.leave') }).click();
    await dialog.waitFor({ state: 'detached' });
  });
}

test('a dialog in which nothing was typed closes at once, and one that was stored asks nothing', async () => {
  const { say, page, dialog, name, question } = await opened('en-GB', { 'POST /links': { status: 201, body: LINKS[0] } });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await question.count(), 0);
  await page.getByRole('button', { name: say('link.new') }).click();
  await dialog.getByRole('combobox', { name: say('link.program') }).click();
  await page.getByRole('option', { name: 'Lamps' }).click();
  await name.fill('Newsletter');
  await dialog.getByRole('button', { name: say('link.make') }).click();
  await heading(page, 'Newsletter');
  assert.equal(await question.count(), 0);
});

test('a page of forms asks before it is left by the menu', async () => {
  const say = await speaking('en');
  const { page } = await visit(routes({
    'GET /second_factor': { body: { on: false, confirmed_at: null, recovery_codes_left: 0 } }, 'GET /sessions': list([]),
  }), '/account');
  await page.locator('input[name=current_password]').fill('four odd green pears');
  await page.getByRole('link', { name: say('navigation.links') }).click();
  const question = page.getByRole('dialog', { name: say('ui.unsaved') });
  await question.getByRole('button', { name: say('ui.stay') }).click();
  assert.equal(await page.locator('input[name=current_password]').inputValue(), 'four odd green pears');
  await page.getByRole('link', { name: say('navigation.links') }).click();
  await question.getByRole('button', { name: say('ui.leave') }).click();
  await heading(page, say('navigation.links'));
});

test("an objection stands at its field in the reader's language, with the server's words behind", async () => {
  const message = 'at most 200 characters';
  const refused = { status: 422, body: { code: 'field_invalid', message, field: 'name', reason: 'too_long' } };
  const { say, page, dialog, name } = await opened('fa-IR', { 'POST /links': refused });
  await dialog.getByRole('combobox', { name: say('link.program') }).click();
  await page.getByRole('option', { name: 'Lamps' }).click();
  await name.fill('x'.repeat(199));
  await dialog.getByRole('button', { name: say('link.make') }).click();
  const objection = dialog.getByText(say('wrong.too_long'));
  await objection.waitFor();
  assert.ok((await objection.innerText()).includes(message));
  assert.equal(await name.inputValue(), 'x'.repeat(199));
});
