// Saying things in the reader's language: `t('overview.title')`, and words of the API such as `pending`.

import i18next from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TextKey } from '../../generated/keys';
import { language } from './locales';

export type Values = Record<string, string | number>;

// A sentence that the server says in every language.
export interface Said {
  en: string;
  vi: string;
  fa: string;
}

// The text of a key. Outside of components; within them take `useWords`, which draws anew when the language changes.
export const t = (key: TextKey, values?: Values): string => i18next.t(key, values);

// A word of the API in the reader's language; one that is not known here stays as it is.
export const word = (kind: string, value: string): string => {
  const key = `${kind}.${value}`;
  return i18next.exists(key) ? i18next.t(key) : value.replaceAll('_', ' ');
};

export const useWords = () => {
  const { i18n } = useTranslation();
  const spoken = i18n.language;
  return useMemo(
    () => ({ t, word, language: language(), said: (sentence: Said) => sentence[language()] || sentence.en }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- new functions for a new language, so that memos see the change
    [spoken],
  );
};
