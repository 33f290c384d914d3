// A stand-in for the API behind the start page, for what a true server cannot be made to answer on demand.
// The files of the page are the true ones, under its content security policy.

import { readFile } from 'node:fs/promises';
import { listen } from './http.mjs';

const CONSOLE = new URL('../../../crates/console/', import.meta.url);
const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };

const policy = async () => {
  const [, literal] = /CONTENT_SECURITY_POLICY: &str = "([^"]*)"/.exec(await readFile(new URL('src/lib.rs', CONSOLE), 'utf8'));
  return literal.replace(/\\\n\s*/g, '');
};

// `routes` maps `'GET /setup'` to `{ status, body }` or to a function of the request's body and query that returns it
// (perhaps later). What is not there is 404. Every request to the API is kept in `seen`.
export const openStandInApi = async (routes) => {
  const csp = await policy();
  const seen = [];
  const server = await listen(async (request, url, text) => {
    if (!url.pathname.startsWith('/api/v1/')) {
      const name = url.pathname === '/' ? 'index.html' : url.pathname.replace('/assets/', '');
      const body = await readFile(new URL(`static/${name}`, CONSOLE)).catch(() => null);
      if (!body) return { status: 404 };
      return { headers: { 'content-type': TYPES[name.split('.').pop()], 'content-security-policy': csp, 'cache-control': 'no-cache' }, body };
    }
    const body = text ? JSON.parse(text) : undefined;
    const name = `${request.method} ${url.pathname.slice('/api/v1'.length)}`;
    seen.push({ name, body, headers: request.headers });
    const route = routes[name];
    const answer = (typeof route === 'function' ? await route(body, url.searchParams) : route)
      ?? { status: 404, body: { code: 'not_found', message: `there is no ${name}` } };
    const type = (answer.status ?? 200) < 400 ? 'application/json' : 'application/problem+json';
    return { status: answer.status, headers: { 'content-type': type }, body: JSON.stringify(answer.body ?? {}) };
  });
  return { ...server, seen, routes, origin: `http://127.0.0.1:${server.port}` };
};
