// The server as the page sees it: /api/v1 with the session cookie and its CSRF token.

const BASE = '/api/v1';
let csrfToken;

// Why a request failed: `code`, `message`, `field` and `request_id` of the problem document.
export class Problem extends Error {
  constructor(status, body) {
    super(body.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'unexpected');
    this.field = body.field;
    this.requestId = body.request_id;
  }
}

const request = async (method, path, body) => {
  const headers = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') {
    headers['idempotency-key'] = crypto.getRandomValues(new Uint32Array(4)).join('-');
    if (csrfToken) headers['x-csrf-token'] = csrfToken;
  }
  let answer;
  try {
    answer = await fetch(BASE + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(0, {});
  }
  const json = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, json);
  return json;
};

// Who is signed in, as what, in which network.
const session = async () => {
  const { user, acting_as: actingAs, csrf_token: token } = await request('GET', '/session');
  csrfToken = token;
  return { user, actingAs, network: await request('GET', `/networks/${actingAs.network_id}`) };
};

const signIn = async ({ email, password }) => {
  await request('POST', '/session', { email, password });
  return session();
};

export const api = {
  setupIsOpen: async () => (await request('GET', '/setup')).open === true,
  setUp: async (input) => {
    await request('POST', '/setup', input);
    return signIn(input.operator);
  },
  // The session, or null when nobody is signed in.
  session: () => session().catch((problem) => {
    if (problem.status === 401) return null;
    throw problem;
  }),
  signIn,
  signOut: async () => {
    await request('DELETE', '/session');
    csrfToken = undefined;
  },
  // One page of a list: `items` and, when there is more, `next_cursor`.
  list: (noun, query = {}) => request('GET', `/${noun}?${new URLSearchParams(query)}`),
  receipt: (conversion) => request('GET', `/conversions/${encodeURIComponent(conversion)}/receipt`),
};
