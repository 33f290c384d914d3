// A publisher's links: making one, building its address, and what the builder refuses before the server would.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heading } from './harness/pages.mjs';
import { HOSTILE, link, list, LOOKS, program, signedInAs } from './harness/publisher_example.mjs';
import { closeAfterEach, look, visit } from './harness/visit.mjs';

closeAfterEach();

const standing = (one, may_link) => ({ program: one, standing: may_link ? 'member' : 'none', may_link, may_apply: !may_link });
const LINKS = [link('1', 'Newsletter'), link('2', HOSTILE, { status: 'paused', program_id: 'prg_2' }), link('3', 'خبرنامه')];
const routes = (more) => signedInAs({
  'GET /links': list(LINKS), 'GET /links/1': { body: LINKS[0] }, 'GET /programs/prg_1': { body: program('prg_1', 'Lamps') },
  'GET /publishers/pub_1/programs': list([standing(program('prg_1', 'Lamps'), true), standing(program('prg_2', 'Chairs'), false)]), ...more,
});
const address = (page) => page.getByTestId('address').innerText();

test('a link is made for a program that takes links, and its builder opens', async () => {
  let answer = { status: 422, body: { code: 'field_invalid', message: 'the name is too long', field: 'name' } };
  const { page, server } = await visit(routes({ 'POST /links': () => answer }), '/links');
  await page.getByRole('button', { name: 'New link' }).click();
  const dialog = page.getByRole('dialog', { name: 'New link' });
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  assert.equal(await dialog.getByText('This is needed.').count(), 2);
  await dialog.getByRole('combobox', { name: 'Program' }).click();
  assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['Lamps']);
  await page.getByRole('option', { name: 'Lamps' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill(' Newsletter ');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await dialog.getByText('the name is too long').waitFor();
  assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), ' Newsletter ');
  answer = { status: 201, body: LINKS[0] };
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await heading(page, 'Newsletter');
  assert.deepEqual(server.seen.filter(({ name }) => name === 'POST /links').pop().body, { publisher_id: 'pub_1', program_id: 'prg_1', name: 'Newsletter' });
});

test('the builder writes the address as one types, keeps it in its own address, and copies it', async () => {
  const { page, server, context } = await visit(routes(), '/links/1');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await heading(page, 'Newsletter');
  assert.equal(await address(page), `${server.origin}/c/slug1`);
  await page.getByLabel('Page to open').fill('https://sale.shop.example/lamp?a=1&b=چراغ');
  await page.getByLabel('Source').fill('my blog & more');
  await page.getByRole('button', { name: 'Show all ten sub ids' }).click();
  await page.getByLabel('Sub id 10').fill('x');
  const wanted = new URL(`${server.origin}/c/slug1`);
  wanted.searchParams.set('to', new URL('https://sale.shop.example/lamp?a=1&b=چراغ').href);
  wanted.searchParams.set('source', 'my blog & more');
  wanted.searchParams.set('sub10', 'x');
  assert.equal(await address(page), wanted.href);
  assert.equal(await page.getByRole('link', { name: 'Open it' }).getAttribute('href'), wanted.href);
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), wanted.href);
  await page.getByRole('img', { name: 'The link as a QR code' }).waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as SVG' }).click();
  assert.equal((await saved).suggestedFilename(), 'slug1.svg');
  await page.reload();
  await heading(page, 'Newsletter');
  assert.equal(await page.getByLabel('Sub id 10').inputValue(), 'x');
  assert.equal(await address(page), wanted.href);
});

test('destinations that clicks would be refused for are refused here', async () => {
  const { page } = await visit(routes(), '/links/1');
  const to = page.getByLabel('Page to open');
  const table = `
    https://shop.example/lamp                | ok
    http://a.b.shop.example/                 | ok
    lampshop://lamp/1                        | ok
    https://evil.example/                    | The program does not allow this host
    https://notshop.example/                 | The program does not allow this host
    https://shop.example.evil.example/       | The program does not allow this host
    https://shop.example:8443/               | The program does not allow this host
    https://shop.example@evil.example/       | Write the whole address
    https://evil.example\\@shop.example/      | Write the whole address
    shop.example/lamp                        | Write the whole address
    //shop.example/lamp                      | Write the whole address
    javascript://shop.example/%0aalert(1)    | Only web pages and apps of the program`;
  for (const row of table.trim().split('\n')) {
    const [target, wanted] = row.split('|').map((cell) => cell.trim());
    await to.fill(target);
    if (wanted === 'ok') await page.getByTestId('address').waitFor();
    else await page.getByText(wanted).waitFor();
    assert.equal(await page.getByTestId('address').count(), wanted === 'ok' ? 1 : 0, target);
  }
});

test('a link is paused and resumed', async () => {
  let one = LINKS[0];
  const { page, server } = await visit(routes({
    'GET /links/1': () => ({ body: one }),
    'PATCH /links/1': (body) => { one = { ...one, ...body }; return { body: one }; },
  }), '/links/1');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  assert.deepEqual(server.seen.filter(({ name }) => name === 'PATCH /links/1').map(({ body }) => body.status), ['paused', 'active']);
});

test('somebody who may only read is offered nothing to change', async () => {
  const { page } = await visit(signedInAs({ ...routes(), 'GET /session': signedInAs({}, { right: 'read' })['GET /session'] }), '/links');
  await page.getByText('Newsletter').waitFor();
  assert.equal(await page.getByRole('button', { name: 'New link' }).count(), 0);
  await page.getByText('Newsletter').click();
  await page.getByTestId('address').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`links fit and are accessible: ${name}`, async () => {
    const { page, server } = await visit(routes({ 'GET /links': list([]) }), '/links', options);
    await page.locator('main h2').waitFor();
    await look(page, `${name}-links-empty`);
    server.routes['GET /links'] = list(LINKS);
    await page.reload();
    // Rows of skeletons stand there first.
    await page.locator('tbody').getByText(HOSTILE).first().waitFor();
    await look(page, `${name}-links`);
    await page.locator('.mantine-Button-root').filter({ has: page.locator('.tabler-icon-plus') }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, `${name}-link-new`);
    await page.goto(`${server.origin}/links/1?to=https://evil.example/&sub4=x`);
    await page.locator('input[name=to][aria-invalid=true]').waitFor();
    await look(page, `${name}-link-refused`);
    await page.goto(`${server.origin}/links/1?to=https://shop.example/a&source=blog&sub4=x`);
    await page.getByTestId('address').waitFor();
    await page.locator('svg[role=img]').waitFor();
    await look(page, `${name}-link`);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}
