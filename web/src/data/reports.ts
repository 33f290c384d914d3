// Reports: asking for one, and reading its values.

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { money, number, percent, type Amount, type MoneyOptions } from '../language/format';
import { answer, GET, POST, type Schemas } from './client';

export type ReportRequest = Schemas['ReportDraft'];
export type Report = Schemas['ReportView'];
export type ReportRow = Schemas['ReportRow'];

// A value of a report: a count, an amount, a ratio as a decimal text, or nothing.
export type Value = number | string | Amount | null;

export const reportQuery = (request: ReportRequest) =>
  queryOptions({
    queryKey: ['report', request],
    queryFn: ({ signal }) => answer(POST('/api/v1/reports', { body: request, signal })),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
  });

export const useReport = (request: ReportRequest) => useQuery(reportQuery(request));

export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: () => answer(GET('/api/v1/reports/metrics')),
  staleTime: Infinity,
});

export const dimensionsQuery = queryOptions({
  queryKey: ['dimensions'],
  queryFn: () => answer(GET('/api/v1/reports/dimensions')),
  staleTime: Infinity,
});

const isAmount = (value: unknown): value is Amount =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

export const valueAt = (row: ReportRow | undefined, column: number): Value =>
  ((row?.values as unknown[] | undefined)?.[column] ?? null) as Value;

export const comparedAt = (row: ReportRow | undefined, column: number): Value =>
  ((row?.compared as unknown[] | null | undefined)?.[column] ?? null) as Value;

// The value as a number: for drawing and comparing only, never to be shown as an amount.
export const magnitude = (value: Value): number | null => {
  if (value === null) return null;
  return Number(isAmount(value) ? value.amount : value);
};

// A value in the reader's way; `unit` is that of the metric.
export const showValue = (value: Value, unit: string, options: MoneyOptions = {}): string => {
  if (value === null) return '–';
  if (isAmount(value)) return money(value, options);
  if (unit === 'ratio') return percent(value);
  return options.short ? number(value, { notation: 'compact', maximumFractionDigits: 1 }) : number(value);
};

// How much it has changed, as a ratio; nothing where there was nothing.
export const change = (now: Value, before: Value): number | null => {
  const [to, from] = [magnitude(now), magnitude(before)];
  return to === null || from === null || from === 0 ? null : (to - from) / Math.abs(from);
};
