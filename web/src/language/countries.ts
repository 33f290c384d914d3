// The countries by their ISO 3166 codes, called as the reader calls them.

import { locale } from './locales';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
// Codes that name no country: unions, the whole world, and those that are kept for tests.
const NONE = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

export const countries = (): { value: string; label: string }[] => {
  const names = new Intl.DisplayNames(locale(), { type: 'region', fallback: 'none' });
  const found = LETTERS.flatMap((first) =>
    LETTERS.flatMap((second) => {
      const value = first + second;
      const label = NONE.has(value) ? undefined : names.of(value);
      return label ? [{ value, label }] : [];
    }),
  );
  return found.sort((one, other) => one.label.localeCompare(other.label, locale()));
};
