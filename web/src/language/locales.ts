// What formats need to know of a language, without the texts.

import i18next from 'i18next';
import { isLanguage, LANGUAGES, type Language } from './languages';

export const LANGUAGES_OF_FORMATS: Record<Language, { tag: string; toman: string }> = {
  en: { tag: 'en-GB', toman: 'toman' },
  vi: { tag: 'vi-VN', toman: 'toman' },
  fa: { tag: 'fa-IR-u-ca-persian', toman: 'تومان' },
};

export const language = (): Language => (isLanguage(i18next.language) ? i18next.language : 'en');

export const locale = () => LANGUAGES[language()].locale;
