// The languages of the console, and what each asks of numbers, dates and the direction of reading.

export const LANGUAGES = {
  en: { name: 'English', direction: 'ltr', locale: 'en-GB', calendar: 'gregory', weekStart: 1 },
  vi: { name: 'Tiếng Việt', direction: 'ltr', locale: 'vi-VN', calendar: 'gregory', weekStart: 1 },
  fa: { name: 'فارسی', direction: 'rtl', locale: 'fa-IR', calendar: 'persian', weekStart: 6 },
} as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && Object.hasOwn(LANGUAGES, text);
