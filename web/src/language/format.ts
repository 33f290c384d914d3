// Numbers, amounts and moments as the reader writes them. Amounts are decimal texts and never become floating point numbers:
// Intl.NumberFormat takes the text as it is.

import { readPreference } from '../data/preferences';
import type { components } from '../../generated/schema';
import { language, LANGUAGES_OF_FORMATS, locale } from './locales';

export type Amount = components['schemas']['Money'];

const formats = new Map<string, Intl.NumberFormat>();

const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const key = locale() + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale(), options)));
  return format;
};

const asNumeric = (text: string) => text as Intl.StringNumericLiteral;

export const number = (value: number | string, options: Intl.NumberFormatOptions = {}): string =>
  numberFormat(options).format(typeof value === 'string' ? asNumeric(value) : value);

// `12,400` becomes `12.4K`.
export const shortNumber = (value: number): string =>
  number(value, { notation: 'compact', maximumFractionDigits: Math.abs(value) < 1000 ? 2 : 1 });

// A ratio as a text, `0.0523`, as a percentage.
export const percent = (ratio: string | number, digits = 1): string =>
  number(ratio, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });

// An exact fraction `n/d`: as a percentage where that is whole, else as it is.
export const share = (fraction: string): string => {
  const [part, whole] = fraction.split('/').map(Number);
  if (part === undefined || whole === undefined || !(whole > 0)) return fraction;
  return (part * 100) % whole === 0 ? percent(part / whole, 0) : `${number(part)}/${number(whole)}`;
};

// Moves the decimal point of a text one place to the left: rial to toman.
const tenth = (text: string): string => {
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '0', rest = ''] = text.slice(sign.length).split('.');
  const padded = whole.padStart(2, '0');
  const part = padded.slice(-1) + rest;
  return `${sign}${padded.slice(0, -1)}${/[1-9]/.test(part) ? `.${part}` : ''}`;
};

export interface MoneyOptions {
  // Every digit that is stored, instead of as many as the currency usually has.
  exact?: boolean;
  // `12.4K`, for tiles and axes.
  short?: boolean;
  sign?: boolean;
}

const currencyDigits = (currency: string): number => {
  try {
    return numberFormat({ style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};

const inToman = (currency: string) => currency === 'IRR' && readPreference('toman') === true;

export const money = ({ amount, currency }: Amount, { exact, short, sign }: MoneyOptions = {}): string => {
  // The dong has no smaller unit, and nobody has used one of the rial for decades, whatever ISO 4217 says.
  const whole = currency === 'IRR' || currency === 'VND' || currency === 'IRT';
  const least = whole ? 0 : currencyDigits(currency);
  const digits: Intl.NumberFormatOptions = short
    ? { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }
    : { minimumFractionDigits: least, maximumFractionDigits: exact ? 12 : least };
  const options: Intl.NumberFormatOptions = { ...digits, signDisplay: sign ? 'exceptZero' : 'negative' };
  if (inToman(currency)) {
    return `${number(tenth(amount), { ...options, minimumFractionDigits: 0 })} ${LANGUAGES_OF_FORMATS[language()].toman}`;
  }
  try {
    return number(amount, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...options });
  } catch {
    return `${number(amount, options)} ${currency}`;
  }
};

const moments = new Map<string, Intl.DateTimeFormat>();

export const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const { tag } = LANGUAGES_OF_FORMATS[language()];
  const key = tag + JSON.stringify(options);
  let format = moments.get(key);
  if (!format) moments.set(key, (format = new Intl.DateTimeFormat(tag, options)));
  return format;
};

// A moment of the server in the network's zone; one that cannot be read stays as it is.
export const moment = (text: string, zone: string | undefined, options?: Intl.DateTimeFormatOptions): string => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return dateFormat({ ...(options ?? { dateStyle: 'medium', timeStyle: 'short' }), timeZone: zone }).format(date);
};

// A calendar day, `2026-01-31`.
export const day = (text: string, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }): string =>
  moment(`${text}T12:00:00Z`, 'UTC', options);

const AGO: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

// `3 minutes ago`; after a week the date.
export const ago = (text: string, zone: string | undefined, now: number = Date.now()): string => {
  const seconds = Math.round((Date.parse(text) - now) / 1000);
  if (Math.abs(seconds) > 7 * 86_400) return moment(text, zone, { dateStyle: 'medium' });
  const [unit, length] = AGO.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' });
  return format.format(Math.trunc(seconds / length), unit);
};

// A length of time, `30 days`.
export const duration = (seconds: number): string => {
  const [unit, length] = AGO.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1];
  return number(seconds / length, { style: 'unit', unit, unitDisplay: 'long' });
};
