// Who is signed in, as what, and in which network.

import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { actIn, answer, DELETE, GET, POST, rememberSession, type Schemas } from './client';
import { readPreference, writePreference } from './preferences';
import { Problem } from './problem';

export interface Session {
  user: Schemas['UserView'];
  actingAs: Schemas['MembershipView'];
  network: Schemas['NetworkView'];
}

export type Role = Schemas['Role'];
export type Right = Schemas['Right'];

// A session that begins in a network of another time may name one that the person has lost since.
const load = async (): Promise<Session | null> => {
  const kept = readPreference('network');
  actIn(typeof kept === 'string' ? kept : undefined);
  const session = await answer(GET('/api/v1/session')).catch(async (problem: unknown) => {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) return null;
    if (typeof kept !== 'string' || problem.status === 0 || problem.status >= 500) throw problem;
    actIn(undefined);
    writePreference('network', null);
    return answer(GET('/api/v1/session'));
  });
  if (!session?.user) return null;
  rememberSession(session.csrf_token);
  const { network_id } = session.acting_as;
  actIn(network_id);
  const network = await answer(GET('/api/v1/networks/{network_id}', { params: { path: { network_id } } }));
  return { user: session.user, actingAs: session.acting_as, network };
};

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: load, staleTime: Infinity, retry: false });

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => answer(GET('/api/v1/setup')),
  staleTime: Infinity,
  retry: false,
});

export const signIn = async (input: Schemas['SignIn']) => {
  const { csrf_token } = await answer(POST('/api/v1/session', { body: input }));
  rememberSession(csrf_token);
};

export const setUp = async (input: Schemas['SetupDraft']) => {
  await answer(POST('/api/v1/setup', { body: input }));
  await signIn({ email: input.operator.email, password: input.operator.password });
};

export const useSignOut = () => {
  const queries = useQueryClient();
  return async () => {
    await answer(DELETE('/api/v1/session')).catch((problem: unknown) => {
      if (!(problem instanceof Problem && problem.status === 401)) throw problem;
    });
    rememberSession(undefined);
    actIn(undefined);
    queries.setQueryData(sessionQuery.queryKey, null);
    // Nothing of the one who left may be shown to the next.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
};

const RIGHTS: Right[] = ['read', 'propose', 'approve', 'pay'];

// Whether the person's right reaches so far; the server decides again, this only spares him buttons that would refuse.
export const may = (session: Session, right: Right) => RIGHTS.indexOf(session.actingAs.right) >= RIGHTS.indexOf(right);

// The same for what only some roles may do at all.
export const mayAs = (session: Session, roles: readonly Role[], right: Right) =>
  roles.includes(session.actingAs.role) && may(session, right);
