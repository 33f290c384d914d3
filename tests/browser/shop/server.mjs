// A small shop: landing page, product, checkout, thank-you page. It uses Merit the way the guide tells shops to.
//
// `options`: `tracker` (origin), `program`, `attributes` (more attributes of the script's tag), `consent`
// ('banner' shows the two buttons of a consent banner), `pixel` (an image instead of the script on the
// thank-you page), `carry` (the shop hands the click id on in its own links and keeps nothing), `script`
// (false leaves the tag out). They may be changed between two page views.

import { html, listen } from '../harness/http.mjs';

const STUB = 'window.merit=window.merit||function(){(merit.q=merit.q||[]).push(arguments)}';

const page = (options, title, content) => {
  const attributes = Object.entries({ 'data-program': options.program, ...options.attributes })
    .map(([name, value]) => ` ${name}="${html(value)}"`).join('');
  const banner = options.consent === 'banner'
    ? `<p id="banner">May we remember who sent you?
       <button id="yes" onclick="merit('consent', true)">Yes</button>
       <button id="no" onclick="merit('consent', false)">No</button></p>` : '';
  const script = options.script === false ? ''
    : `<script>${STUB}</script><script async src="${html(options.tracker)}/merit.js"${attributes}></script>`;
  return {
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${html(title)} - Lamp Shop</title>
      <link rel="icon" href="data:,">${script}</head>
      <body><h1>${html(title)}</h1>${banner}${content}</body></html>`,
  };
};

const thanks = (options, query) => {
  const order = { action: 'order', order_id: query.get('order'), amount: query.get('amount') ?? '90.00', currency: 'USD' };
  const email = query.get('email');
  if (email) order.email = email;
  if (options.pixel) {
    const fields = new URLSearchParams({ program: options.program, ...order });
    return page(options, 'Thank you', `<img id="pixel" alt="" src="${html(`${options.tracker}/p.gif?${fields}`)}">`);
  }
  // In a script element only `<` could end it.
  const literal = JSON.stringify(order).replaceAll('<', '\\u003c');
  return page(options, 'Thank you', `<pre id="answer"></pre><script>
    merit('convert', ${literal}, function (answer) { document.getElementById('answer').textContent = JSON.stringify(answer); });
  </script>`);
};

export const openShop = async (options) => {
  const server = await listen((request, url, body) => {
    const click = options.carry && url.searchParams.get('merit_click');
    const link = (path) => html(click ? `${path}${path.includes('?') ? '&' : '?'}merit_click=${click}` : path);
    switch (url.pathname) {
      case '/': return page(options, 'Lamps', `<a id="product" href="${link('/product')}">A lamp</a>`);
      case '/product': return page(options, 'A lamp', `<p>90.00 USD</p><a id="checkout" href="${link('/checkout')}">Buy</a>`);
      case '/checkout': {
        if (request.method !== 'POST') {
          const order = options.nextOrder ?? 'L-1';
          return page(options, 'Checkout', `<form method="post" action="${link('/checkout')}">
            <input name="order" value="${html(order)}"><input name="amount" value="90.00"><button id="pay">Pay</button></form>`);
        }
        const location = `/thanks?${new URLSearchParams(body)}${click ? `&merit_click=${click}` : ''}`;
        return { status: 303, headers: { location } };
      }
      case '/thanks': return thanks(options, url.searchParams);
      case '/bare': return { headers: { 'content-type': 'text/html' }, body: options.bare ?? '' };
      default: return { status: 404 };
    }
  });
  return { ...server, origin: `http://shop.test:${server.port}`, options };
};

// The way of a visitor from the page that is open to the thank-you page, as a person would click it.
export const buy = async (page) => {
  await page.click('#product');
  await page.click('#checkout');
  await page.click('#pay');
  await page.waitForURL(/\/thanks/);
};

// The answer that the thank-you page got.
export const answerOf = async (page) => {
  await page.waitForFunction(() => document.getElementById('answer').textContent !== '');
  return JSON.parse(await page.textContent('#answer'));
};
