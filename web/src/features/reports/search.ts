// A report as it stands in the address, and as it is asked for.

import type { ReportRequest } from '../../data/reports';
import { isPeriod, type Period } from '../../ui/periods';

export const COMPARISONS = ['previous_period', 'previous_weeks', 'previous_year', 'previous_year_weeks'] as const;
export const BASES = ['conversion', 'click', 'approval', 'payment', 'booking'] as const;
export const TESTS = ['in', 'not_in', 'contains', 'starts_with'] as const;

export type Comparison = (typeof COMPARISONS)[number];
export type Basis = (typeof BASES)[number];
export type Test = (typeof TESTS)[number];

export interface Filter {
  dimension: string;
  test: Test;
  // `null` stands for no value.
  values: (string | null)[];
}

export interface ReportSearch {
  metrics?: string;
  by?: string;
  period?: Period;
  from?: string;
  to?: string;
  compare?: Comparison;
  basis?: Basis;
  order?: string;
  filters?: Filter[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WORDS = /^[a-z0-9_]+(,[a-z0-9_]+)*$/;

const words = (value: unknown) => (typeof value === 'string' && WORDS.test(value) ? value : undefined);
const dayOf = (value: unknown) => (typeof value === 'string' && DAY.test(value) ? value : undefined);
const oneOf = <Word extends string>(list: readonly Word[], value: unknown) =>
  list.includes(value as Word) ? (value as Word) : undefined;

const isFilter = (value: unknown): value is Filter => {
  if (typeof value !== 'object' || value === null) return false;
  const { dimension, test, values } = value as Partial<Filter>;
  const known = typeof dimension === 'string' && oneOf(TESTS, test) !== undefined && Array.isArray(values);
  return known && values.every((one) => one === null || typeof one === 'string');
};

// Whatever the address says that is no part of a report is left out.
export const readSearch = (search: Record<string, unknown>): ReportSearch => ({
  metrics: words(search.metrics),
  by: words(search.by),
  period: isPeriod(search.period) ? search.period : undefined,
  from: dayOf(search.from),
  to: dayOf(search.to),
  compare: oneOf(COMPARISONS, search.compare),
  basis: oneOf(BASES, search.basis),
  order: typeof search.order === 'string' && /^-?[a-z0-9_]+$/.test(search.order) ? search.order : undefined,
  filters: Array.isArray(search.filters) ? search.filters.filter(isFilter) : undefined,
});

const condition = ({ dimension, test, values }: Filter): object => {
  if (test === 'in') return { in: [dimension, values] };
  if (test === 'not_in') return { not: { in: [dimension, values] } };
  const each = values.map((value) => ({ [test]: [dimension, value ?? ''] }));
  return each.length === 1 && each[0] ? each[0] : { or: each };
};

export const listed = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? [];

export const defaults = {
  metrics: 'clicks,conversions,cvr,revenue,commission',
  by: 'day',
  period: 'last_30_days',
} as const;

// The range and the conditions of a report, which the facts behind it share.
export const scopeOf = (search: ReportSearch) => {
  const filters = search.filters ?? [];
  const when =
    search.from && search.to ? { from: search.from, to: search.to } : { period: search.period ?? defaults.period };
  return {
    ...when,
    basis: search.basis,
    filter: filters.length > 0 ? ({ and: filters.map(condition) } as unknown as Record<string, never>) : undefined,
  };
};

export const requestOf = (search: ReportSearch): ReportRequest => ({
  ...scopeOf(search),
  metrics: listed(search.metrics ?? defaults.metrics),
  by: search.by === undefined ? listed(defaults.by) : listed(search.by),
  compare: search.compare,
  order: search.order ? [search.order] : undefined,
  page_size: 2000,
});
