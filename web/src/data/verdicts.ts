// What verdict codes say, in the reader's language.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { useWords } from '../language/words';
import { answer, GET, type Schemas } from './client';

export const verdictsQuery = queryOptions({
  queryKey: ['verdict_codes'],
  queryFn: async () => {
    const { items } = await answer(GET('/api/v1/verdict_codes'));
    return new Map(items.map((verdict) => [verdict.code, verdict]));
  },
  staleTime: Infinity,
});

// The verdict behind a code; the code itself while it is not known.
export const useVerdict = () => {
  const { said } = useWords();
  const { data } = useQuery(verdictsQuery);
  return (code: string): { words: string; counted: boolean; verdict: Schemas['VerdictCodeView'] | undefined } => {
    const verdict = data?.get(code);
    return { words: verdict ? said(verdict) : code, counted: verdict?.counted ?? false, verdict };
  };
};
