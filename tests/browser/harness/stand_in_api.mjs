// A stand-in for the API behind the console, for what a true server cannot be made to answer on demand.
// The files of the console are the true ones, under their content security policy.

import { consoleFile } from './console_files.mjs';
import { listen } from './http.mjs';

// What a server tells of itself, outside of its API and as it stands.
const PLAIN = ['/healthz', '/readyz', '/metrics'];

// `routes` maps `'GET /setup'` to `{ status, body }` or to a function of the request's body and query that returns it
// (perhaps later). What is not there is 404. Every request to the API is kept in `seen`.
export const openStandInApi = async (routes) => {
  const seen = [];
  const server = await listen(async (request, url, text) => {
    if (PLAIN.includes(url.pathname)) return routes[`GET ${url.pathname}`] ?? { status: 404 };
    if (!url.pathname.startsWith('/api/v1/')) return consoleFile(url.pathname);
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
