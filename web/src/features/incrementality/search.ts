// A treatment that is judged, as it stands in the address and as it is asked.

import type { Schemas } from '../../data/client';

export const UNITS = ['region', 'country', 'city', 'publisher'] as const;
export const LEVELS = [0.8, 0.9, 0.95] as const;

export type Unit = (typeof UNITS)[number];

export interface IncrementalitySearch {
  by?: Unit;
  measure?: string;
  treated?: string[];
  from?: string;
  to?: string;
  before?: number;
  level?: number;
  off?: boolean;
}

export const defaults = { by: 'region', measure: 'conversions', before: 60, level: 0.9 } as const;
export const BEFORE_LEAST = 10;
export const BEFORE_MOST = 730;

export const DAY = /^\d{4}-\d{2}-\d{2}$/;

const day = (value: unknown) => (typeof value === 'string' && DAY.test(value) ? value : undefined);

export const readSearch = (search: Record<string, unknown>): IncrementalitySearch => {
  const { by, measure, treated, before, level } = search;
  const units = Array.isArray(treated) ? treated.filter((one) => typeof one === 'string' && one) : [];
  return {
    by: UNITS.find((unit) => unit === by),
    measure: typeof measure === 'string' && /^[a-z0-9_]+$/.test(measure) ? measure : undefined,
    treated: units.length > 0 ? (units as string[]) : undefined,
    from: day(search.from),
    to: day(search.to),
    before: Number.isInteger(before) ? Math.min(BEFORE_MOST, Math.max(BEFORE_LEAST, Number(before))) : undefined,
    level: LEVELS.find((one) => one === level),
    off: search.off === true ? true : undefined,
  };
};

// Nothing as long as it is not said what was treated and from when on.
export const requestOf = (search: IncrementalitySearch): Schemas['IncrementalityDraft'] | undefined =>
  search.treated && search.from
    ? {
        by: search.by ?? defaults.by,
        measure: search.measure ?? defaults.measure,
        treated: search.treated,
        from: search.from,
        to: search.to,
        days_before: search.before ?? defaults.before,
        level: search.level ?? defaults.level,
        switched_off: search.off ?? false,
      }
    : undefined;
