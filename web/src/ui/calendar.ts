// Days and months in the reader's calendar. A day is a text like `2026-01-31` in the calendar of the API; the reader's own calendar
// decides only how days are gathered into months and how they are called.

import { LANGUAGES } from '../language/languages';
import { language } from '../language/locales';

const DAY_MS = 86_400_000;

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

// Which day it is in a zone.
export const today = (zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(),
  );

const counters = new Map<string, Intl.DateTimeFormat>();

// The number of the day within its month.
const dayOfMonth = (day: string): number => {
  const { calendar } = LANGUAGES[language()];
  let counter = counters.get(calendar);
  if (!counter) {
    counter = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { day: 'numeric', timeZone: 'UTC' });
    counters.set(calendar, counter);
  }
  return Number(counter.format(new Date(`${day}T12:00:00Z`)));
};

export const firstOfMonth = (day: string): string => plusDays(day, 1 - dayOfMonth(day));

// Every day of the month that begins with `first`.
export const daysOfMonth = (first: string): string[] => {
  const days = [first];
  for (let next = plusDays(first, 1); dayOfMonth(next) !== 1; next = plusDays(next, 1)) days.push(next);
  return days;
};

export const nextMonth = (first: string): string => firstOfMonth(plusDays(first, 32));

export const previousMonth = (first: string): string => firstOfMonth(plusDays(first, -1));

// How many cells stay empty before the first day, in weeks that begin as the reader's do.
export const emptyBefore = (first: string): number =>
  (new Date(`${first}T00:00:00Z`).getUTCDay() - LANGUAGES[language()].weekStart + 7) % 7;
