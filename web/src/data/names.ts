// The names behind ids. Lists of the API carry ids; their names are read once and kept for some minutes.

import { useQuery } from '@tanstack/react-query';
import { answer, GET, type Page } from './client';

export type NamedKind = 'publisher' | 'program' | 'advertiser';

export interface NamedObject {
  id: string;
  name: string;
  status: string;
}

const PAGE = 200;
const PAGES_MAX = 25;

type List = (query: { limit: number; cursor?: string }) => Promise<Page<NamedObject>>;

const LISTS: Record<NamedKind, List> = {
  publisher: (query) => answer(GET('/api/v1/publishers', { params: { query } })),
  program: (query) => answer(GET('/api/v1/programs', { params: { query } })),
  advertiser: (query) => answer(GET('/api/v1/advertisers', { params: { query } })),
};

const readAll = async (kind: NamedKind): Promise<NamedObject[]> => {
  const found: NamedObject[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next_cursor } = await LISTS[kind]({ limit: PAGE, ...(cursor ? { cursor } : {}) });
    found.push(...items);
    if (!next_cursor) break;
    cursor = next_cursor;
  }
  return found;
};

// Every publisher, program or advertiser that the person may know of.
export const useNamed = (kind: NamedKind) =>
  useQuery({ queryKey: ['named', kind], queryFn: () => readAll(kind), staleTime: 300_000 });

// The name of one: undefined while it is being read, null when it is not known.
export const useName = (kind: NamedKind, id: string | null | undefined): string | null | undefined => {
  const { data, isError } = useNamed(kind);
  if (!id || isError) return null;
  return data ? (data.find((one) => one.id === id)?.name ?? null) : undefined;
};
