// What was read from the server, and what happens when reading or writing fails.

import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Problem } from '../data/problem';
import { sessionQuery } from '../data/session';

// A session that has ended leads back to signing in, from whatever was being done.
const ended = (error: unknown) => {
  if (error instanceof Problem && error.status === 401 && error.code !== 'sign_in_refused') {
    queries.setQueryData(sessionQuery.queryKey, null);
  }
};

// A refusal stays one; only what can pass by itself is tried again.
const worthAnother = (count: number, error: unknown) =>
  count < 2 && error instanceof Problem && (error.status === 0 || error.status === 502 || error.status === 504);

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: ended }),
  mutationCache: new MutationCache({ onError: ended }),
  defaultOptions: { queries: { retry: worthAnother, staleTime: 15_000, refetchOnWindowFocus: true } },
});
