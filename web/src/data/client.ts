// The server as the console sees it: the public API with the session's cookie, its CSRF token and a key against repetition for each
// write. Types come from the API's document.

import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, type ProblemBody } from './problem';
import type { components, paths } from '../../generated/schema';

export type Schemas = components['schemas'];

let csrfToken: string | undefined;
let network: string | undefined;

// From signing in until signing out.
export const rememberSession = (token: string | null | undefined) => {
  csrfToken = token ?? undefined;
};

// In which of his networks the person acts; the server chooses when nothing is said.
export const actIn = (id: string | undefined) => {
  network = id;
};

const credentials: Middleware = {
  onRequest: ({ request }) => {
    request.headers.set('accept', 'application/json');
    if (network) request.headers.set('merit-network', network);
    if (request.method === 'GET') return request;
    if (csrfToken) request.headers.set('x-csrf-token', csrfToken);
    if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', newKey());
    return request;
  },
};

// crypto.randomUUID is missing where the page is not served securely, such as on a host of the local network.
export const newKey = (): string => [...crypto.getRandomValues(new Uint32Array(4))].join('-');

// Through the window's own fetch at the time of the call, as openapi-fetch would otherwise keep the first one.
const client = createClient<paths>({ baseUrl: '/', fetch: (request) => fetch(request) });
client.use(credentials);

export const { GET, POST, PUT, PATCH, DELETE } = client;

// The live feed: an answer that goes on. EventSource could not say which network is meant.
export const openFeed = (lastId: string | undefined, signal: AbortSignal): Promise<Response> =>
  fetch('/api/v1/events/stream', {
    signal,
    headers: {
      accept: 'text/event-stream',
      ...(network ? { 'merit-network': network } : {}),
      ...(lastId ? { 'last-event-id': lastId } : {}),
    },
  });

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

// What the server answered, or a Problem.
export const answer = async <Data>(request: Promise<Answer<Data>>): Promise<Data> => {
  let got: Answer<Data>;
  try {
    got = await request;
  } catch (error) {
    // An interrupted request is no failure of the server.
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, {});
  }
  const { data, error, response } = got;
  if (response.ok) return data as Data;
  const body = typeof error === 'object' && error !== null ? (error as ProblemBody) : {};
  throw new Problem(response.status, body);
};

export interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}
