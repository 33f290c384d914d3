// What the rows of a report are called.

import type { Report, ReportRow } from '../../data/reports';
import { day, moment, number } from '../../language/format';
import { t, word } from '../../language/words';

const KINDS_OF_WORDS: Record<string, string> = { state: 'state', touch_kind: 'touch_kind', intake: 'intake' };

const period = (name: string, value: string, zone: string, short: boolean): string => {
  if (name === 'hour') return moment(value, zone, short ? { hour: '2-digit', minute: '2-digit' } : undefined);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  if (name === 'year') return day(value, { year: 'numeric' });
  if (name === 'month') return day(value, { month: short ? 'short' : 'long', year: 'numeric' });
  return day(
    value,
    short ? { day: 'numeric', month: 'short' } : { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  );
};

export const keyName = (report: Report, row: ReportRow, at: number, short = false): string => {
  const [column, key] = [report.keys[at], row.keys[at]];
  if (!column || !key?.value) return t('report.no_value');
  if (key.name) return key.name;
  if (column.kind === 'period') return period(column.name, key.value, report.zone, short);
  const kind = KINDS_OF_WORDS[column.name];
  return kind ? word(kind, key.value) : key.value;
};

export const rowName = (report: Report, row: ReportRow): string =>
  report.keys.map((_, at) => keyName(report, row, at)).join(' · ') || t('report.all');

export const rowKey = (row: ReportRow): string => row.keys.map((key) => key?.value ?? '').join(' ');

export const count = (rows: number) => number(rows);
