// The ranges of time that have a name.

export const PERIODS = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
] as const;

export type Period = (typeof PERIODS)[number];

export const isPeriod = (text: unknown): text is Period => PERIODS.includes(text as Period);
