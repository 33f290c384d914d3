// The languages as items of a menu.

import { Menu } from '@mantine/core';
import { isLanguage, LANGUAGES } from '../language/languages';
import { chooseLanguage } from '../language/start';
import { useWords } from '../language/words';

export const LanguageItems = () => {
  const { language } = useWords();
  return (
    <Menu.RadioGroup value={language} onChange={(chosen) => isLanguage(chosen) && void chooseLanguage(chosen)}>
      {Object.entries(LANGUAGES).map(([key, { name }]) => (
        <Menu.RadioItem key={key} lang={key} value={key}>
          {name}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
};
