// Which language the page speaks, and how it writes times and money in it.

import { LANGUAGES, TEXTS } from './texts.js';

const KEPT = 'merit.language';
let chosen = 'en';

const kept = () => {
  try { return localStorage.getItem(KEPT); } catch { return null; }
};

// The language that was chosen before, else the first of the browser's that we have.
export const startLanguage = () => {
  const wanted = [kept(), ...navigator.languages].filter(Boolean).map((tag) => tag.split('-')[0].toLowerCase());
  use(wanted.find((one) => Object.hasOwn(LANGUAGES, one)) ?? 'en');
};

export const choose = (language) => {
  use(language);
  try { localStorage.setItem(KEPT, language); } catch { /* asked again next time */ }
};

const use = (language) => {
  chosen = language;
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].direction;
};

export const language = () => chosen;
export const locale = () => LANGUAGES[chosen].locale;

// The text of a key, if there is one.
export const words = (key) => TEXTS[chosen][key] ?? TEXTS.en[key];
export const t = (key) => words(key) ?? key;

// A word of the API (`pending`, `operator`, ...) in the reader's language; unknown words stay as they are.
export const word = (kind, value) => words(`${kind}_${value}`) ?? value;

export const number = (value) => new Intl.NumberFormat(locale()).format(value);

// An exact fraction `n/d`: as a percentage where that is a whole number, else as it is.
export const share = (text) => {
  const [part, whole] = String(text).split('/').map(Number);
  return whole > 0 && (part * 100) % whole === 0 ? new Intl.NumberFormat(locale(), { style: 'percent' }).format(part / whole) : String(text);
};

// Money is a decimal string and never becomes a floating point number on the way.
export const money = (value) => {
  if (!value) return '';
  const { amount, currency } = value;
  try {
    return new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 12 }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
};

export const time = (text, timeZone) => {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return String(text ?? '');
  try {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(moment);
  } catch {
    return moment.toISOString();
  }
};
