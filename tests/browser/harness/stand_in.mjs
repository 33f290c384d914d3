// A stand-in for the tracker's browser endpoints, for what a true tracker cannot be made to do on demand:
// to fail, to be slow, to answer nonsense. It keeps every request that it accepted.

import { readFile } from 'node:fs/promises';
import { listen } from './http.mjs';

export const SCRIPT = new URL('../../../crates/edge/script/merit.js', import.meta.url);
const clickId = (number) => `clk_${String(number).padStart(56, '0')}`;

export const openStandIn = async () => {
  const script = await readFile(SCRIPT, 'utf8');
  const seen = [];
  const answers = new Map();
  let server;
  const tracker = {
    seen,
    // Replaces the answer: `(path, body) => ({ status, body })`, or null to drop the connection.
    answer: undefined,
    of: (path) => seen.filter((one) => one.path === path).map((one) => one.body),
    clickId,
    get origin() { return `http://track.shop.test:${tracker.port}`; },
    down: () => server.close(),
    up: async () => { server = await listen(handle, tracker.port); },
    close: () => server.close(),
  };
  const reply = (path, body) => {
    if (path === '/m/visit') return { click_id: clickId(tracker.of(path).length), code: 'ok' };
    if (path === '/m/identify') return { stored: true };
    const known = answers.get(body.idempotency_key);
    const answer = known ?? { conversion_id: `cnv_${answers.size + 1}`, decision: 'pending', code: 'ok' };
    answers.set(body.idempotency_key, answer);
    return answer;
  };
  const handle = (request, url, text) => {
    const cors = { 'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-credentials': 'true' };
    if (url.pathname === '/merit.js') return { headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: script };
    if (!url.pathname.startsWith('/m/') || request.method !== 'POST') return { status: 404 };
    const body = JSON.parse(text);
    const { cookie } = request.headers;
    const special = tracker.answer?.(url.pathname, body);
    if (special === null) return null;
    if (special) return { status: special.status, headers: { ...cors, 'content-type': 'application/json' }, body: special.body };
    seen.push({ path: url.pathname, body, cookie, type: request.headers['content-type'], origin: request.headers.origin });
    return {
      headers: { ...cors, 'content-type': 'application/json', 'set-cookie': 'merit_v=visitor; Path=/; HttpOnly' },
      body: JSON.stringify(reply(url.pathname, body)),
    };
  };
  server = await listen(handle);
  tracker.port = server.port;
  tracker.conversions = answers;
  return tracker;
};
