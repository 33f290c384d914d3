// What the server says of journeys: asking for it, and naming the channels.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answer, POST, type Schemas } from '../../data/client';
import { Problem } from '../../data/problem';
import { useSession } from '../../data/session_context';
import { t, word } from '../../language/words';
import { requestOf, type AttributionSearch } from './search';

export type Attribution = Schemas['AttributionView'];
export type Channel = Schemas['ChannelView'];
export type Path = Schemas['PathView'];
export type Transition = Schemas['TransitionView'];

// One question at a time is answered for a network; whoever changes his own twice waits for the first.
const TURNS_WAITED = 12;
const TURN_MS = 1500;
const FRESH_MS = 300_000;

export const useAttribution = (search: AttributionSearch) => {
  const { network } = useSession();
  const body = requestOf(search, network.zone);
  return useQuery({
    queryKey: ['attribution', body],
    queryFn: ({ signal }) => answer(POST('/api/v1/attribution', { body, signal })),
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    refetchOnWindowFocus: false,
    retry: (count, error) => error instanceof Problem && error.code === 'too_many_attempts' && count < TURNS_WAITED,
    retryDelay: TURN_MS,
  });
};

// A channel as the reader calls it: the word of the medium in his language, the names of objects as they are.
export const channelName = ({ label, values }: Channel): string => {
  if (values.every(({ value }) => !value)) return t('attribution.nameless');
  const [first] = values;
  if (first?.by !== 'channel' || !first.value || !label.startsWith(first.value)) return label;
  return word('channel', first.value) + label.slice(first.value.length);
};

export const valueOf = (channel: Channel | undefined, by: string): string | undefined =>
  channel?.values.find((one) => one.by === by)?.value ?? undefined;

// A path without the touches that only repeat the one before.
export const merged = (path: readonly number[]): number[] =>
  path.filter((channel, at) => at === 0 || channel !== path[at - 1]);

export const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
