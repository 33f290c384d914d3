// Asking for a new password by mail, and what the page says where no mails are sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOKS, signedInAs } from './harness/publisher_example.mjs';
import { accessible } from './harness/pages.mjs';
import { speaking } from './harness/texts.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const NOBODY = { status: 401, body: { code: 'sign_in_required', message: 'sign in' } };
const out = (more = {}) => signedInAs({
  'GET /session': NOBODY,
  'GET /setup': { body: { open: false, password_mails: true } },
  'POST /password_resets': { status: 202, body: { link_seconds: 3600 } },
  ...more,
});

test('a link is asked for from the page of signing in, and the page says no more than the server', async () => {
  const say = await speaking('en');
  const { page, server } = await visit(out(), '/');
  await page.getByRole('link', { name: say('sign_in.forgot_question') }).click();
  await page.getByRole('heading', { level: 1, name: say('sign_in.forgot') }).waitFor();
  const email = page.locator('input[name=email]');
  await email.fill('an at example');
  await page.keyboard.press('Enter');
  await page.locator('input[name=email][aria-invalid=true]').waitFor();
  await email.fill('an@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(say('sign_in.forgot_asked')).waitFor();
  const sent = server.seen.filter(({ name }) => name === 'POST /password_resets');
  assert.deepEqual(sent.map(({ body }) => body), [{ email: 'an@example.com', language: 'en' }]);
  await accessible(page, 'after asking');
  await page.getByRole('link', { name: say('sign_in.forgot_back') }).click();
  await page.locator('input[name=password]').waitFor();
});

test('who asks too often is told to wait, and keeps what he typed', async () => {
  const say = await speaking('fa');
  const { page } = await visit(
    out({ 'POST /password_resets': { status: 429, body: { code: 'too_many_attempts', message: 'wait' } } }), '/forgot', { locale: 'fa-IR' },
  );
  await page.locator('input[name=email]').fill('an@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(say('problem.too_many_attempts')).waitFor();
  assert.equal(await page.locator('input[name=email]').inputValue(), 'an@example.com');
});

test('where no mails are sent it says whom to ask', async () => {
  const say = await speaking('en');
  const { page } = await visit(out({ 'GET /setup': { body: { open: false, password_mails: false } } }), '/forgot');
  await page.getByText(say('sign_in.forgot_no_mails')).waitFor();
  assert.equal(await page.locator('input[name=email]').count(), 0);
});

for (const [name, options] of Object.entries(LOOKS)) {
  for (const password_mails of [true, false]) {
    test(`asking for a link looks right, mails ${password_mails}: ${name}`, async () => {
      const { page } = await visit(out({ 'GET /setup': { body: { open: false, password_mails } } }), '/forgot', options);
      await page.locator('h1').waitFor();
      await look(page, `forgot-${password_mails ? 'mails' : 'no-mails'}-${name}`);
    });
  }
}
