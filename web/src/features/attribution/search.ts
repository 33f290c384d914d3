// A question about journeys as it stands in the address, and as it is asked.

import type { Schemas } from '../../data/client';
import { plusDays, today } from '../../ui/calendar';
import { daysOf, type Days } from '../../ui/named_days';
import { isPeriod, type Period } from '../../ui/periods';
import { instantOf } from '../../ui/zones';

export const SPLITS = ['channel', 'campaign', 'publisher', 'link', 'program', 'source'] as const;
export const MODELS = [
  'last',
  'first',
  'last_non_direct',
  'linear',
  'position',
  'time_decay',
  'participation',
  'shapley',
  'markov_1',
  'markov_2',
  'markov_3',
] as const;
export const MEASURES = ['value', 'conversions'] as const;
export const VIEWS = ['models', 'paths', 'flow', 'timing', 'overlap'] as const;

export type Split = (typeof SPLITS)[number];
export type Model = (typeof MODELS)[number];
export type Measure = (typeof MEASURES)[number];
export type View = (typeof VIEWS)[number];

export interface AttributionSearch {
  period?: Period;
  from?: string;
  to?: string;
  by?: string;
  action?: string;
  advertiser?: string;
  program?: string;
  window?: number;
  half_life?: number;
  impressions?: boolean;
  models?: string;
  measure?: Measure;
  order?: string;
  view?: View;
}

export const defaults = {
  period: 'last_30_days',
  by: 'channel',
  models: 'last,first,linear,position,shapley,markov_1',
  window: 30,
  half_life: 168,
} as const;

export const SPLITS_MAX = 3;
export const WINDOW_MAX = 400;
export const HALF_LIFE_MAX = WINDOW_MAX * 24;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[a-z]{3}_[0-9a-z_]{1,60}$/i;

const matching = (value: unknown, form: RegExp) => (typeof value === 'string' && form.test(value) ? value : undefined);
const oneOf = <Word extends string>(list: readonly Word[], value: unknown) =>
  list.includes(value as Word) ? (value as Word) : undefined;
const whole = (value: unknown, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most ? value : undefined;

// The words of a list that are known, each once, at most so many; nothing when none is.
const known = <Word extends string>(list: readonly Word[], value: unknown, most: number): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const words = [...new Set(value.split(','))].filter((word) => oneOf(list, word));
  return words.slice(0, most).join(',') || undefined;
};

// Whatever the address says that is no part of a question is left out.
export const readSearch = (search: Record<string, unknown>): AttributionSearch => ({
  period: isPeriod(search.period) ? search.period : undefined,
  from: matching(search.from, DAY),
  to: matching(search.to, DAY),
  by: known(SPLITS, search.by, SPLITS_MAX),
  action: typeof search.action === 'string' && search.action ? search.action : undefined,
  advertiser: matching(search.advertiser, ID),
  program: matching(search.program, ID),
  window: whole(search.window, WINDOW_MAX),
  half_life: whole(search.half_life, HALF_LIFE_MAX),
  impressions: search.impressions === true ? true : undefined,
  models: known(MODELS, search.models, MODELS.length),
  measure: oneOf(MEASURES, search.measure),
  order: matching(search.order, /^-?[a-z0-9_]+$/),
  view: oneOf(VIEWS, search.view),
});

export const listed = (text: string): string[] => text.split(',').filter(Boolean);

// The channel first, as it is the one that is said in the reader's language.
const inOrder = (by: string[]): string[] => SPLITS.filter((split) => by.includes(split));

export const daysAsked = (search: AttributionSearch, zone: string): Days =>
  search.from && search.to
    ? { from: search.from, to: search.to }
    : daysOf(search.period ?? defaults.period, today(zone));

export interface Asked {
  from: string;
  to: string;
}

// The moments of the days that are asked about.
export const momentsAsked = (search: AttributionSearch, zone: string): Asked => {
  const { from, to } = daysAsked(search, zone);
  const midnight = (day: string) => instantOf({ day, time: '00:00' }, zone) ?? `${day}T00:00:00Z`;
  return { from: midnight(from), to: midnight(plusDays(to, 1)) };
};

export const requestOf = (search: AttributionSearch, zone: string): Schemas['AttributionDraft'] => ({
  ...momentsAsked(search, zone),
  by: inOrder(listed(search.by ?? defaults.by)),
  models: listed(search.models ?? defaults.models),
  action: search.action,
  advertiser_id: search.advertiser,
  program_id: search.program,
  window_days: search.window,
  half_life_hours: search.half_life,
  impressions: search.impressions ?? false,
});
