// merit.js in real Chromium against a stand-in tracker: what it sends, what it stores, and how it bears
// with pages, visitors and networks that are against it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openBrowser, stored } from './harness/browser.mjs';
import { eventually } from './harness/http.mjs';
import { openStandIn, SCRIPT } from './harness/stand_in.mjs';
import { answerOf, buy, openShop } from './shop/server.mjs';

const PROGRAM = 'prg_00000000000000000000000000';
const CLICK = `clk_${'7'.repeat(56)}`;
const EMPTY = { local: {}, session: {}, cookies: '' };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let tracker, shop, browser, page;
beforeEach(async () => {
  tracker = await openStandIn();
  shop = await openShop({ tracker: tracker.origin, program: PROGRAM });
  browser = await openBrowser();
  page = browser.page;
});
afterEach(async () => {
  const { errors } = browser;
  await browser.close();
  await shop.close();
  await tracker.close().catch(() => {});
  assert.deepEqual(errors, [], 'the script throws nothing into the page');
});

const convert = (data) => page.evaluate((data) => window.merit('convert', data), data);
const tag = (attributes = '') => `<script src="${tracker.origin}/merit.js" data-program="${PROGRAM}" ${attributes}></script>`;
const bare = async (body, query = '', origin = shop.origin, how = {}) => {
  shop.options.bare = `<!doctype html><title>bare</title>${body}`;
  await page.goto(`${origin}/bare${query}`, how);
};

describe('the click', () => {
  test('of a redirect link is found in the address and kept until the order', async () => {
    await page.goto(`${shop.origin}/?merit_click=${CLICK}&q=1`);
    await page.waitForFunction(() => document.cookie !== '');
    const { local, cookies } = await stored(page);
    assert.equal(cookies, `merit_click=${CLICK}`);
    assert.equal(JSON.parse(local[`merit:${PROGRAM}`]).click, CLICK);
    const [cookie] = (await browser.context.cookies(shop.origin)).filter((one) => one.name === 'merit_click');
    assert.ok(Math.abs(cookie.expires - Date.now() / 1000 - 30 * 86_400) < 60, 'the cookie lives 30 days');

    await buy(page);
    assert.equal((await answerOf(page)).decision, 'pending');
    const [sent] = tracker.seen;
    assert.equal(tracker.seen.length, 1, 'a click of a redirect link needs no visit');
    assert.deepEqual({ ...sent.body, idempotency_key: '' }, {
      program: PROGRAM, click_id: CLICK, consent: null, idempotency_key: '',
      action: 'order', order_id: 'L-1', amount: '90.00', currency: 'USD',
    });
    assert.match(sent.body.idempotency_key, /^[0-9a-f]{32}$/);
    assert.match(sent.type, /^text\/plain/);
    assert.equal(sent.origin, shop.origin);
  });

  test('has the parameter that the shop chose', async () => {
    shop.options.attributes = { 'data-click-parameter': 'mclid' };
    await page.goto(`${shop.origin}/?mclid=${CLICK}&merit_click=clk_other`);
    await page.waitForFunction(() => window.merit.loaded);
    assert.equal((await stored(page)).cookies, `merit_click=${CLICK}`);
  });

  test('that came later wins, and page views do not prolong an old one', async () => {
    await page.goto(`${shop.origin}/?merit_click=clk_one`);
    await page.waitForFunction(() => document.cookie !== '');
    const first = JSON.parse((await stored(page)).local[`merit:${PROGRAM}`]);
    await page.goto(`${shop.origin}/product`);
    await page.waitForFunction(() => window.merit.loaded);
    assert.deepEqual(JSON.parse((await stored(page)).local[`merit:${PROGRAM}`]), first);
    await page.goto(`${shop.origin}/?merit_click=clk_two`);
    await page.waitForFunction(() => document.cookie === 'merit_click=clk_two');
  });

  test('is forgotten after its days', async () => {
    await page.goto(`${shop.origin}/?merit_click=clk_old`);
    await page.waitForFunction(() => document.cookie !== '');
    await page.evaluate((name) => {
      const kept = JSON.parse(localStorage[name]);
      localStorage[name] = JSON.stringify({ ...kept, at: kept.at - 31 * 864e5 });
      document.cookie = 'merit_click=;path=/;max-age=0';
    }, `merit:${PROGRAM}`);
    await page.goto(`${shop.origin}/thanks?order=1`);
    await answerOf(page);
    assert.equal(tracker.of('/m/convert')[0].click_id, undefined);
  });

  test('of a page without redirect comes from the server', async () => {
    await page.goto(`${shop.origin}/product?from=blog`);
    await page.evaluate(() => { location.href = '/?mid=0123456789ab&sub1=a%20b&source=x&ref_id=r&utm=1&sub11=no'; });
    await page.waitForFunction(() => document.cookie !== '');
    const [own, visit] = tracker.of('/m/visit');
    assert.equal(own.mid, undefined, 'the page before was reached without a link');
    assert.deepEqual(visit, {
      program: PROGRAM, consent: null, mid: '0123456789ab', sub1: 'a b', source: 'x', ref_id: 'r',
      url: `${shop.origin}/`, referrer: `${shop.origin}/product`,
    });
    await buy(page);
    await answerOf(page);
    assert.equal(tracker.of('/m/convert')[0].click_id, tracker.clickId(2));
    assert.equal(tracker.of('/m/visit').length, 2);
  });

  test('is not made again by a reload, but by a second visit', async () => {
    await page.goto(`${shop.origin}/?mid=0123456789ab`);
    await page.waitForFunction(() => document.cookie !== '');
    await page.reload();
    await page.waitForFunction(() => window.merit.loaded);
    assert.deepEqual(await page.evaluate(() => window.merit('visit')), { click_id: tracker.clickId(1) });
    assert.equal(tracker.of('/m/visit').length, 1);
    await page.goto(`${shop.origin}/product`);
    await page.goto(`${shop.origin}/?mid=0123456789ab`);
    await eventually('the second visit', () => tracker.of('/m/visit').length === 2);
  });

  test('survives a link that the server does not know', async () => {
    await page.goto(`${shop.origin}/?merit_click=${CLICK}`);
    await page.waitForFunction(() => document.cookie !== '');
    tracker.answer = (path) => path === '/m/visit' && { status: 404, body: '{"code":"link_unknown","message":"no such link"}' };
    await page.goto(`${shop.origin}/?mid=doesnotexist`);
    await eventually('the warning', () => browser.console.some((line) => line.includes('link_unknown: no such link')));
    await buy(page);
    await answerOf(page);
    assert.equal(tracker.of('/m/convert')[0].click_id, CLICK);
  });

  test('is waited for by a conversion on the landing page', async () => {
    await bare(`<script>window.merit=function(){(merit.q=merit.q||[]).push(arguments)};
      merit('convert', {action: 'lead'}, (answer) => { window.answer = answer; });</script>${tag()}`, '?mid=0123456789ab');
    await page.waitForFunction(() => window.answer);
    assert.deepEqual(tracker.seen.map((one) => one.path), ['/m/visit', '/m/convert']);
    assert.equal(tracker.of('/m/convert')[0].click_id, tracker.clickId(1));
  });

  test('of a single-page application is reported when the page says so', async () => {
    await bare(tag('data-auto="off"'), '?mid=0123456789ab');
    await pause(200);
    assert.equal(tracker.seen.length, 0);
    const answers = await page.evaluate(async () => {
      const first = merit('visit'), same = merit('visit');
      history.pushState({}, '', '/bare?mid=zzzzzzzzzzzz');
      return Promise.all([first, same, merit('visit')]);
    });
    assert.deepEqual(answers.map((one) => one.click_id), [1, 1, 2].map(tracker.clickId));
  });
});

describe('consent', () => {
  test('denied: nothing is stored, no cookie travels, the address alone attributes', async () => {
    Object.assign(shop.options, { attributes: { 'data-consent': 'denied' }, carry: true });
    await page.goto(`${shop.origin}/?merit_click=${CLICK}`);
    await page.waitForFunction(() => window.merit.loaded);
    assert.deepEqual(await stored(page), EMPTY);
    await buy(page);
    await answerOf(page);
    const [sent] = tracker.seen;
    assert.equal(sent.body.click_id, CLICK);
    assert.equal(sent.body.consent, 0);
    assert.equal(await page.evaluate(() => window.merit('identify', { customer_id: 'c' })), null);
    assert.deepEqual(await stored(page), EMPTY);
    assert.deepEqual(await browser.context.cookies(), [], 'the answer of the tracker could set no cookie either');
  });

  test('Global Privacy Control outweighs a grant', async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
    shop.options.attributes = { 'data-consent': 'granted' };
    await page.goto(`${shop.origin}/thanks?order=1&merit_click=${CLICK}`);
    await answerOf(page);
    await page.evaluate(() => window.merit('consent', true));
    assert.deepEqual(await stored(page), EMPTY);
    assert.equal(tracker.seen[0].body.consent, 0);
    assert.equal(tracker.seen[0].cookie, undefined);
  });

  test('waited for: everything stays in memory, then is stored and sent', async () => {
    Object.assign(shop.options, { attributes: { 'data-consent': 'wait' }, consent: 'banner' });
    await page.goto(`${shop.origin}/thanks?order=1&mid=0123456789ab`);
    await page.waitForFunction(() => window.merit.loaded);
    await pause(300);
    assert.deepEqual([tracker.seen.length, await stored(page)], [0, EMPTY]);
    await page.click('#yes');
    await answerOf(page);
    assert.deepEqual(tracker.seen.map((one) => [one.path, one.body.consent]), [['/m/visit', 1], ['/m/convert', 1]]);
    assert.equal(tracker.of('/m/convert')[0].click_id, tracker.clickId(1));
    assert.equal((await stored(page)).cookies, `merit_click=${tracker.clickId(1)}`);
  });

  test('waited for and refused: sent without storing; the page left unanswered: not sent', async () => {
    Object.assign(shop.options, { attributes: { 'data-consent': 'wait' }, consent: 'banner' });
    await page.goto(`${shop.origin}/thanks?order=1&merit_click=${CLICK}`);
    await page.waitForFunction(() => window.merit.loaded);
    await page.goto(`${shop.origin}/thanks?order=2&merit_click=${CLICK}`);
    await page.waitForFunction(() => window.merit.loaded);
    await page.click('#no');
    await answerOf(page);
    assert.deepEqual(tracker.of('/m/convert').map((one) => [one.order_id, one.consent, one.click_id]), [['2', 0, CLICK]]);
    assert.deepEqual(await stored(page), EMPTY);
  });

  test('taken back: what was stored is erased', async () => {
    await page.goto(`${shop.origin}/thanks?order=1&merit_click=${CLICK}`);
    await answerOf(page);
    await page.evaluate(() => { localStorage.other = 'of the shop'; });
    await page.evaluate(() => window.merit('consent', false));
    assert.deepEqual(await stored(page), { local: { other: 'of the shop' }, session: {}, cookies: '' });
  });
});

describe('delivery', () => {
  test('a reload of the thank-you page repeats the same conversion', async () => {
    await page.goto(`${shop.origin}/thanks?order=1&merit_click=${CLICK}`);
    const answer = await answerOf(page);
    await page.reload();
    assert.deepEqual(await answerOf(page), answer);
    assert.equal(tracker.of('/m/convert').length, 2);
    assert.equal(tracker.conversions.size, 1);
  });

  test('without order ids a reload repeats, a second call and a second view do not', async () => {
    const leads = `${tag()}<script>Promise.all([1, 2].map(() => merit('convert', {action: 'lead'}))).then((all) => { window.all = all; });</script>`;
    const view = async (go) => {
      await go();
      await page.waitForFunction(() => window.all);
      return tracker.conversions.size;
    };
    assert.equal(await view(() => bare(leads)), 2);
    assert.equal(await view(() => page.reload()), 2);
    await page.goto(`${shop.origin}/`);
    assert.equal(await view(() => bare(leads)), 4);
  });

  test('a double-fired tag is one request, a corrected order another', async () => {
    await bare(tag());
    await page.evaluate(() => Promise.all([0, 0].map(() => merit('convert', { action: 'order', order_id: '1', amount: '5' }))));
    assert.equal(tracker.of('/m/convert').length, 1);
    await convert({ action: 'order', order_id: '1', amount: '6' });
    assert.equal(tracker.conversions.size, 2, 'the server judges it by the order id');
  });

  test('the tracker is down: kept over a reload and a later page, delivered once', async () => {
    await page.goto(`${shop.origin}/?merit_click=${CLICK}`);
    await page.waitForFunction(() => document.cookie !== '');
    const script = await readFile(SCRIPT, 'utf8');
    // The script itself comes from the cache of the browser while its server is down.
    await page.route('**/merit.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await tracker.down();
    await page.goto(`${shop.origin}/thanks?order=1`);
    await page.waitForFunction((prefix) => Object.keys(localStorage).some((key) => key.startsWith(prefix)), `merit:${PROGRAM}:`);
    await page.reload();
    await page.waitForFunction(() => window.merit.loaded);
    assert.equal(Object.keys((await stored(page)).local).filter((key) => key.startsWith(`merit:${PROGRAM}:`)).length, 1);
    await page.goto(`${shop.origin}/`);
    await tracker.up();
    await eventually('the delivery', () => tracker.conversions.size);
    await page.waitForFunction((prefix) => !Object.keys(localStorage).some((key) => key.startsWith(prefix)), `merit:${PROGRAM}:`);
    assert.equal(tracker.conversions.size, 1);
    assert.equal(tracker.of('/m/convert')[0].click_id, CLICK);
  });

  test('refusals that pass are retried, those that stay are told', async () => {
    const hurdles = [{ status: 503, body: '' }, null, { status: 200, body: '<html>hotel wifi</html>' }, { status: 429, body: '{}' }];
    tracker.answer = (path) => path === '/m/convert' ? hurdles.shift() : undefined;
    await bare(`${tag()}<script>const real = setTimeout; window.setTimeout = (f, ms) => real(f, ms > 1e4 ? ms : 0);</script>`);
    assert.equal((await convert({ action: 'order', order_id: '1' })).decision, 'pending');
    assert.equal(hurdles.length, 0);
    tracker.answer = () => ({ status: 422, body: '{"code":"body_invalid","message":"amount is no number"}' });
    assert.deepEqual(await convert({ action: 'order', order_id: '2' }), { code: 'body_invalid', message: 'amount is no number' });
    assert.ok(browser.console.some((line) => line.includes('convert was refused: body_invalid: amount is no number')));
    assert.deepEqual(Object.keys((await stored(page)).local).filter((key) => key.startsWith(`merit:${PROGRAM}:`)), []);
  });

  test('one conversion that fails does not hold back the next', async () => {
    tracker.answer = (path, body) => body.order_id === 'bad' ? { status: 500, body: '' } : undefined;
    await bare(tag());
    const answer = await page.evaluate(() => {
      merit('convert', { action: 'order', order_id: 'bad' });
      return merit('convert', { action: 'order', order_id: 'good' });
    });
    assert.equal(answer.decision, 'pending');
  });

  for (const consent of ['unknown', 'denied']) {
    test(`what is unsent when the page goes is sent then (consent ${consent})`, async () => {
      let failing = true;
      tracker.answer = () => failing ? { status: 503, body: '' } : undefined;
      await bare(tag(`data-consent="${consent}"`), `?merit_click=${CLICK}`);
      await page.evaluate(() => { merit('convert', { action: 'order', order_id: '1' }); });
      await pause(300);
      failing = false;
      await page.goto('about:blank');
      const [sent] = await eventually('the beacon', () => tracker.of('/m/convert').length && tracker.of('/m/convert'));
      assert.deepEqual([sent.click_id, sent.order_id], [CLICK, '1']);
    });
  }
});

describe('the data', () => {
  const EMAIL = ' Ann.Lee@Example.COM ';
  const HASH = createHash('sha256').update('ann.lee@example.com').digest('hex');

  test('an e-mail address leaves the browser only as its hash', async () => {
    await bare(tag(), '', `http://127.0.0.1:${shop.port}`);
    await convert({ action: 'lead', email: EMAIL });
    await page.evaluate((email) => window.merit('identify', { customer_id: 'c-1', email }), EMAIL);
    assert.equal(tracker.of('/m/convert')[0].email_sha256, HASH);
    assert.deepEqual(tracker.of('/m/identify'), [{ program: PROGRAM, consent: null, customer_id: 'c-1', email_sha256: HASH }]);
    assert.ok(!/example\.com/i.test(JSON.stringify([tracker.seen, await stored(page)])));
  });

  test('without https it is left out, and the console says so', async () => {
    await page.goto(`${shop.origin}/thanks?order=1&email=ann.lee@example.com`);
    await answerOf(page);
    assert.ok(!/ann|email/.test(JSON.stringify(tracker.seen)));
    assert.ok(browser.console.some((line) => line.includes('email left out: hashing needs https')));
  });

  test('goes as text; what is no field stays in the page', async () => {
    await bare(tag());
    await convert({
      action: 'order', order_id: 42, amount: 0.1 + 0.2, new_customer: true, test: false, coupon: '', currency: null,
      items: [{ sku: 7, quantity: '2', price: 1.1, secret: 'x' }, { sku: 'b', category: 'c', price: '3.00' }],
      adv1: 'a', adv11: 'b', phone: '0123', email_sha256: 'ann@example.com',
    });
    const { idempotency_key: _, ...sent } = tracker.of('/m/convert')[0];
    assert.deepEqual(sent, {
      program: PROGRAM, consent: null, action: 'order', order_id: '42', amount: '0.3', new_customer: '1', test: '0', adv1: 'a',
      items: [{ sku: '7', quantity: 2, price: '1.1' }, { sku: 'b', category: 'c', quantity: 1, price: '3.00' }],
    });
    for (const field of ['adv11', 'phone', 'email_sha256']) {
      assert.ok(browser.console.some((line) => line.includes(`${field} left out`)), field);
    }
  });
});

describe('in a hostile page', () => {
  const ATTACKS = [
    '<script>alert(1)</script>', 'clk_<img src=x onerror=alert(1)>', 'clk_a;domain=evil.test', 'clk_a\r\nSet-Cookie: x=1',
    'javascript:alert(1)', `clk_${'a'.repeat(5000)}`, 'clk_\u0000', '__proto__', '',
  ];

  test('addresses cannot plant anything', async () => {
    for (const attack of ATTACKS) {
      const value = encodeURIComponent(attack);
      await bare(tag(), `?merit_click=${value}&mid=${value}x!&sub1=${value}&__proto__=1`);
      assert.equal(await page.evaluate(() => typeof merit), 'function');
    }
    await page.goto(`${shop.origin}/bare?merit_click=%E0%A4%A&mid=%&%`);
    const { local, ...others } = await stored(page);
    // All that is kept is when somebody was here.
    assert.deepEqual([tracker.seen, others], [[], { session: {}, cookies: '' }]);
    assert.deepEqual(Object.keys(local), [`merit:${PROGRAM}@`]);
    assert.deepEqual(Object.keys(JSON.parse(local[`merit:${PROGRAM}@`])), ['seen']);
  });

  const REFUSALS = {
    blocked: () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError'); } }),
    full: () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; },
    damaged: () => { Storage.prototype.getItem = () => '"merit'; },
    odd: () => { Storage.prototype.getItem = () => '[1]'; },
  };
  for (const [what, prepare] of Object.entries(REFUSALS)) {
    test(`storage that is ${what} stops nothing`, async () => {
      await page.addInitScript(prepare);
      await page.goto(`${shop.origin}/thanks?order=1&merit_click=${CLICK}`);
      assert.equal((await answerOf(page)).decision, 'pending');
      assert.equal(tracker.of('/m/convert')[0].click_id, CLICK);
      await page.evaluate(() => window.merit('consent', false));
    });
  }

  test('calls that make no sense are answered with null', async () => {
    await bare(tag());
    const answers = await page.evaluate(() => Promise.all([
      merit(), merit('nonsense'), merit('__proto__'), merit('constructor', {}), merit(Symbol('x')), merit({ toString() { throw new Error('x'); } }),
      merit('convert'), merit('convert', null), merit('convert', 'text'), merit('convert', {}), merit('identify'),
      merit('convert', { get action() { throw new Error('x'); } }), merit('convert', { action: 'order', items: [null] }),
      merit('visit', {}, () => { throw new Error('of the page'); }),
    ]));
    assert.deepEqual(answers.map((one) => one && (one.stored ?? 'visit')), [...Array(10).fill(null), true, null, null, 'visit']);
  });

  test('a second copy, a late reference to the stub and calls before loading all work', async () => {
    await bare(`<script>window.merit=window.merit||function(){(merit.q=merit.q||[]).push(arguments)};
      const early = window.merit; early('convert', {action: 'order', order_id: '1'});</script>${tag()}
      <script>const first = window.merit;</script>${tag()}
      <script>early('convert', {action: 'order', order_id: '2'}); merit('convert', {action: 'order', order_id: '3'});</script>`);
    await eventually('three orders', () => tracker.conversions.size === 3);
    assert.equal(await page.evaluate(() => first === window.merit), true);
    assert.equal(tracker.of('/m/convert').length, 3);
  });

  test('a global of somebody else is left alone', async () => {
    await bare(`<script>window.merit = { mine: true };</script>${tag()}`);
    assert.deepEqual(await page.evaluate(() => window.merit), { mine: true });
    await bare(`<script>window.merit = function () { return 'mine'; };</script>${tag()}`);
    assert.equal(await page.evaluate(() => window.merit()), 'mine');
  });

  test('no other global appears', async () => {
    await bare('');
    const earlier = await page.evaluate(() => Object.getOwnPropertyNames(window));
    await bare(tag(), `?merit_click=${CLICK}`);
    const now = await page.evaluate(() => Object.getOwnPropertyNames(window));
    assert.deepEqual(now.filter((name) => !earlier.includes(name)), ['merit']);
  });

  test('a tag without its program says what is missing', async () => {
    await bare(`<script src="${tracker.origin}/merit.js"></script>`);
    await eventually('the warning', () => browser.console.includes('merit: data-program is missing'));
  });
});

describe('the way here', () => {
  test('the last paid click and the beginning of the cart come with the order, and the cart only once', async () => {
    await bare(tag(), '?gclid=abc');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await bare(tag(), '?page=cart');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await page.evaluate(() => window.merit('visit', { stage: 'cart' }));
    await convert({ action: 'order', order_id: 'W-1' });
    await convert({ action: 'order', order_id: 'W-2' });
    const [first, second] = tracker.of('/m/convert');
    assert.equal(first.paid_click_channel, 'search');
    assert.ok(Date.parse(first.paid_click_at) <= Date.parse(first.checkout_started_at), JSON.stringify(first));
    assert.equal(second.paid_click_at, first.paid_click_at);
    assert.equal(second.checkout_started_at, undefined, 'the next purchase begins a new cart');
  });

  test('how the visitor last came by himself comes with the order', async () => {
    const order = async (order_id) => {
      await page.waitForFunction(() => window.merit && window.merit.loaded);
      await convert({ action: 'order', order_id });
      return tracker.seen.at(-1).body;
    };
    await bare(tag(), '?page=1');
    const direct = await order('W-4');
    assert.deepEqual([direct.landing_url, direct.referrer, direct.landed_at], [undefined, undefined, undefined]);
    await bare(tag(), '?utm_campaign=spring&email=ann%40example.com&gclid=abc');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await bare(tag(), '?page=2');
    const came = await order('W-5');
    assert.equal(new URL(came.landing_url).search, '?utm_campaign=spring&gclid=abc');
    assert.ok(Math.abs(Date.parse(came.landed_at) - Date.now()) < 60_000, came.landed_at);
    // A publisher's link is told by its click id, and whatever else stands in its address is not the visitor's own way.
    await bare(tag(), `?merit_click=${CLICK}&utm_campaign=other`);
    assert.equal((await order('W-6')).landing_url, came.landing_url);
  });

  test('a site that comes up amid a visit is no arrival', async () => {
    const from = async (referer, query) => {
      await bare(tag(), query, shop.origin, { referer });
      await page.waitForFunction(() => window.merit && window.merit.loaded);
    };
    await from('https://blog.example/post?token=1', '?page=1');
    await from('https://pay.example/', '?page=2');
    await convert({ action: 'order', order_id: 'W-7' });
    assert.equal(tracker.seen.at(-1).body.referrer, 'blog.example');
  });

  test('a landing is told once: by a campaign, or the first page after half an hour', async () => {
    const name = `merit:${PROGRAM}@`;
    const open = async (query, referer) => {
      await bare(tag(), query, shop.origin, referer ? { referer } : {});
      await page.waitForFunction(() => window.merit && window.merit.loaded);
      await convert({ action: 'lead' });
      return tracker.of('/m/visit').map((one) => [new URL(one.landing_url).search, one.referrer ?? null]);
    };
    const typed = ['', null];
    assert.deepEqual(await open('?page=1'), [typed]);
    assert.deepEqual(await open('?page=2'), [typed], 'another page');
    assert.deepEqual(await open('?page=3', 'https://pay.example/'), [typed], 'another site amid the visit');
    assert.deepEqual(await open('?utm_source=a&q=b'), [typed, ['?utm_source=a', null]], 'a campaign');
    await page.reload();
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    assert.equal((await open(`?merit_click=${CLICK}&utm_source=p`)).length, 2, 'a publisher has the visitor');
    await page.evaluate((key) => {
      localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), seen: Date.now() - 1_801_000 });
    }, name);
    assert.deepEqual((await open('?page=4', `${shop.origin}/product`)).at(-1), ['', new URL(shop.origin).host], 'after half an hour');
    assert.equal((await open('?page=5')).length, 3);
  });

  test('who denied is not told of, and who was asked only when he agrees', async () => {
    await bare(tag('data-consent="denied"'), '?gclid=a');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await convert({ action: 'lead' });
    await bare(tag('data-consent="wait"'), '?gclid=a');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await page.evaluate(() => merit('consent', false));
    await convert({ action: 'lead' });
    assert.deepEqual(tracker.of('/m/visit'), []);
    await bare(tag('data-consent="wait"'), '?gclid=b');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    await page.evaluate(() => merit('consent', true));
    await eventually('the visit', () => tracker.of('/m/visit').length === 1);
    assert.equal(tracker.of('/m/visit')[0].consent, 1);
  });

  test('a visit that the server does not take holds no conversion back', async () => {
    tracker.answer = (path) => path === '/m/visit' ? { status: 503, body: '' } : undefined;
    await bare(tag(), '?gclid=a');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    assert.equal((await convert({ action: 'order', order_id: 'W-9' })).decision, 'pending');
  });

  test('without consent nothing of it is kept for the next page', async () => {
    await bare(tag('data-consent="denied"'), '?utm_medium=cpc&utm_source=ads');
    await page.waitForFunction(() => window.merit && window.merit.loaded);
    assert.deepEqual(await stored(page), EMPTY);
    await convert({ action: 'order', order_id: 'W-3' });
    assert.equal(tracker.seen[0].body.paid_click_channel, 'ads', 'within the page it is known');
  });
});
