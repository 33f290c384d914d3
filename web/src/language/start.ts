// Which language the console speaks: the one chosen before, else the first of the browser's that we have.

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readPreference, writePreference } from '../data/preferences';
import { isLanguage, LANGUAGES, type Language } from './languages';

const BUNDLES: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:texts/en'),
  vi: () => import('virtual:texts/vi'),
  fa: () => import('virtual:texts/fa'),
};

const wanted = (): Language => {
  const kept = readPreference('language');
  const tags = [kept, ...navigator.languages].filter((tag) => typeof tag === 'string');
  return tags.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLanguage) ?? 'en';
};

const mark = (language: Language) => {
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].direction;
};

const texts = async (language: Language) => (await BUNDLES[language]()).default;

export const startLanguage = async () => {
  const language = wanted();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await texts(language) } },
    // Keys are whole: `overview.title`. React writes text as text, so nothing is escaped twice.
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  mark(language);
};

export const chooseLanguage = async (language: Language) => {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await texts(language));
  }
  mark(language);
  writePreference('language', language);
  await i18next.changeLanguage(language);
};
