// A publisher's money: balances, movements in words, papers, and the form for his account, in English and in Persian.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { details, earnings } from './harness/money_example.mjs';
import { heading } from './harness/pages.mjs';
import { HOSTILE, LOOKS, signedInAs } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const routes = (more) => signedInAs(earnings(more));

test('movements are told in words, what is taken away with a minus, each with its conversion', async () => {
  const { page } = await visit(routes(), '/earnings');
  await page.getByText('$713.02').waitFor();
  const rows = page.locator('tbody tr');
  await page.getByText('Set aside for a payout').waitFor();
  const said = await rows.allInnerTexts();
  const table = `
    Set aside for a payout                   | Waiting | -$120.00
    The order was returned, whole or in part | Booked  | -$2.25
    The conversion was rejected              | Dropped | -$4.47
    The conversion was approved              | Settled | +$15.48
    A conversion earned this                 | Waiting | +$15.48`;
  table.trim().split('\n').forEach((row, at) => {
    for (const part of row.split('|')) assert.ok(said[at].includes(part.trim()), `${said[at]} / ${part}`);
  });
  assert.equal(await page.getByRole('link', { name: 'A conversion earned this' }).getAttribute('href'), '/conversions/cnv_1');
  await page.getByText('nothing is paid until 1 Dec 2026').waitFor();
});

test('statements are papers in the reader\'s language, and payouts say why they did not arrive', async () => {
  const { page } = await visit(routes(), '/earnings', { locale: 'fa-IR' });
  await page.getByRole('tab', { name: 'صورت‌حساب‌ها' }).click();
  assert.equal(await page.getByRole('link', { name: 'PDF شمارهٔ ST-2026-0001' }).getAttribute('href'), '/api/v1/statements/stm_1/pdf?language=fa');
  await page.getByRole('tab', { name: 'پرداخت‌ها' }).click();
  await page.getByText('حساب چند روز پیش تغییر کرده').waitFor();
  await page.reload();
  await page.getByText('حساب چند روز پیش تغییر کرده').waitFor();
});

test('a publisher asks to be paid, and is told what is free', async () => {
  const { page, server } = await visit(routes({
    'POST /publishers/pub_1/request_payout': { body: { publisher_id: 'pub_1', requested_at: '2026-03-04T05:06:07Z' } },
  }), '/earnings');
  await page.getByRole('button', { name: 'Ask to be paid' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Now it is $1,172.20').waitFor();
  await dialog.getByRole('button', { name: 'Ask to be paid' }).click();
  await page.getByText('You are paid with the next payout run.').waitFor();
  const asked = server.seen.filter(({ name }) => name.endsWith('request_payout'));
  assert.equal(asked.length, 2);
});

const WORDS = {
  'en-GB': {
    enter: 'Enter payment details', iban: 'IBAN', holder: 'Account holder', town: 'Town', country: 'Country', land: 'Belgium', review: 'Review and save',
    needed: 'This is needed.', typo: 'This IBAN has a typo', save: 'Save', effect: 'nothing is paid for 7 days', done: 'The payment details are saved.', title: 'Earnings', leave: 'Leave without saving?', stay: 'Stay here',
  },
  'fa-IR': {
    enter: 'وارد کردن اطلاعات پرداخت', iban: 'IBAN', holder: 'صاحب حساب', town: 'شهر', country: 'کشور', land: 'بلژیک', review: 'بازبینی و ذخیره',
    needed: undefined, typo: 'این IBAN اشتباه نوشته شده است', save: 'ذخیره', effect: 'تا ۷ روز', done: 'اطلاعات پرداخت ذخیره شد.', title: 'درآمد', leave: 'بدون ذخیره می‌روید؟', stay: undefined,
  },
};

for (const [locale, words] of Object.entries(WORDS)) {
  test(`the account is entered: what is wrong stands at its field, nothing is lost, the effect comes first (${locale})`, async () => {
    let refusal = { status: 422, body: { code: 'field_invalid', message: 'the holder has letters that no bank takes', field: 'holder' } };
    let stored = { status: 404, body: { code: 'not_found', message: 'none yet' } };
    const { page, server } = await visit(routes({
      'GET /publishers/pub_1/payment_details': () => stored,
      'PUT /publishers/pub_1/payment_details': (body, query) => {
        if (refusal) return refusal;
        const answer = { body: details({ holder: body.holder }) };
        if (query.get('dry_run') !== 'true') stored = answer;
        return answer;
      },
    }), '/earnings', { locale });
    await page.getByRole('link', { name: words.enter }).click();
    const review = page.getByRole('button', { name: words.review });
    await review.click();
    await page.locator('[name=holder][aria-invalid=true]').waitFor();
    if (words.needed) assert.ok(await page.getByText(words.needed).count() >= 3);
    await page.locator('[name=iban]').fill('BE68 5390 0754 7035');
    await page.locator('[name=holder]').fill(HOSTILE);
    await page.locator('[name="address.town"]').fill('Brussels');
    await page.getByRole('combobox', { name: words.country }).fill(words.land);
    await page.getByRole('option', { name: words.land }).click();
    await review.click();
    await page.getByText(words.typo).waitFor();
    await page.locator('[name=iban]').fill('BE68 5390 0754 7034');
    await review.click();
    await page.getByText('the holder has letters that no bank takes').waitFor();
    assert.equal(await page.locator('[name=iban]').inputValue(), 'BE68 5390 0754 7034');
    refusal = undefined;
    // Whoever leaves now is asked.
    await page.goBack();
    const question = page.getByRole('dialog', { name: words.leave });
    await question.getByRole('button').last().click();
    await question.waitFor({ state: 'detached' });
    await review.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(words.effect).waitFor();
    await dialog.getByRole('button', { name: words.save, exact: true }).click();
    await page.getByText(words.done).waitFor();
    await heading(page, words.title);
    const { body } = server.seen.filter(({ name }) => name.startsWith('PUT ')).pop();
    assert.deepEqual([body.method, body.iban, body.account_number, body.address.country, body.schedule], ['sepa', 'BE68 5390 0754 7034', null, 'BE', { every: 'month', day: 15 }]);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}

test('somebody without the right to pay is told so and offered no form', async () => {
  const { page } = await visit({ ...routes(), 'GET /session': signedInAs({}, { right: 'propose' })['GET /session'] }, '/earnings/details');
  await page.getByText('Only people with the right to pay').waitFor();
  assert.equal(await page.locator('input[name=holder]').count(), 0);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`earnings fit and are accessible: ${name}`, async () => {
    const { page, server } = await visit(routes(), '/earnings', options);
    await page.locator('tbody a').first().waitFor();
    await look(page, `${name}-earnings`);
    await page.goto(`${server.origin}/earnings?view=payouts`);
    await page.locator('tbody').getByText('••••6789').first().waitFor();
    await look(page, `${name}-payouts`);
    await page.goto(`${server.origin}/earnings?view=statements`);
    await page.locator('tbody').getByText('ST-2026-0001').waitFor();
    await look(page, `${name}-statements`);
    await page.goto(`${server.origin}/earnings/details`);
    await page.locator('[name=routing_number]').fill('12');
    await page.locator('button[type=submit]').click();
    await page.locator('[name=routing_number][aria-invalid=true]').waitFor();
    await look(page, `${name}-payment-details`);
    Object.assign(server.routes, {
      'GET /ledger/accounts': { body: { items: [], next_cursor: null } }, 'GET /publishers/pub_1/payment_details': { status: 404, body: { code: 'not_found' } },
    });
    await page.goto(`${server.origin}/earnings`);
    await page.locator('main h2 ~ *').first().waitFor();
    await look(page, `${name}-earnings-empty`);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}
