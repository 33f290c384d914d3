// Which days a named range has, seen from a day. The same as the server's for reports: weeks begin on Monday, and today is a whole day.

import { plusDays } from './calendar';
import type { Period } from './periods';

export interface Days {
  from: string;
  to: string;
}

const MONDAY = 1;
const WEEK = 7;

const monthOf = (day: string, months: number): string => {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
};

const quarterOf = (day: string, quarters: number): string => {
  const month = Number(day.slice(5, 7)) - 1;
  return monthOf(day, quarters * 3 - (month % 3));
};

const weekOf = (day: string, weeks: number): string => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return plusDays(day, weeks * WEEK - ((weekday - MONDAY + WEEK) % WEEK));
};

const yearOf = (day: string, years: number): string => `${Number(day.slice(0, 4)) + years}-01-01`;

export const daysOf = (period: Period, today: string): Days => {
  const before = (first: string, next: string): Days => ({ from: first, to: plusDays(next, -1) });
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: plusDays(today, -1), to: plusDays(today, -1) };
    case 'last_7_days':
      return { from: plusDays(today, -6), to: today };
    case 'last_30_days':
      return { from: plusDays(today, -29), to: today };
    case 'last_90_days':
      return { from: plusDays(today, -89), to: today };
    case 'this_week':
      return before(weekOf(today, 0), weekOf(today, 1));
    case 'last_week':
      return before(weekOf(today, -1), weekOf(today, 0));
    case 'this_month':
      return before(monthOf(today, 0), monthOf(today, 1));
    case 'last_month':
      return before(monthOf(today, -1), monthOf(today, 0));
    case 'this_quarter':
      return before(quarterOf(today, 0), quarterOf(today, 1));
    case 'last_quarter':
      return before(quarterOf(today, -1), quarterOf(today, 0));
    case 'this_year':
      return before(yearOf(today, 0), yearOf(today, 1));
    case 'last_year':
      return before(yearOf(today, -1), yearOf(today, 0));
  }
};
