// The frame of the pages before one is signed in: the mark, the language, a card in the middle.

import { Anchor, Button, Menu, Paper } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LanguageItems } from '../../app/LanguageItems';
import { LANGUAGES } from '../../language/languages';
import { useWords } from '../../language/words';
import { usePageTitle } from '../../ui/page_title';
import classes from './entry.module.css';

export const EntryFrame = ({ title, width, children }: { title: string; width: number; children: ReactNode }) => {
  const { t, language } = useWords();
  usePageTitle(title);
  return (
    <div className={classes.entry}>
      <header className={classes.bar}>
        <span className={classes.brand}>
          <img src="/mark.svg" alt="" width={30} height={30} />
          <bdi>{'Merit'}</bdi>
        </span>
        <Menu position="bottom-end" width={180}>
          <Menu.Target>
            <Button
              variant="subtle"
              color="slate"
              leftSection={<IconLanguage size={18} stroke={1.6} aria-hidden />}
              aria-label={`${t('ui.language')}: ${LANGUAGES[language].name}`}
            >
              {LANGUAGES[language].name}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <LanguageItems />
          </Menu.Dropdown>
        </Menu>
      </header>
      <main className={classes.middle}>
        <Paper className={classes.card} maw={width} shadow="xs">
          {children}
        </Paper>
      </main>
      <footer className={classes.foot}>
        <span>{t('ui.tagline')}</span>
        <Anchor href="/api/docs" c="dimmed" size="sm" underline="always">
          {t('ui.docs')}
        </Anchor>
      </footer>
    </div>
  );
};
