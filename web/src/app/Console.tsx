// The whole console: theme, direction of reading, data and pages.

import { DirectionProvider, localStorageColorSchemeManager, MantineProvider, useDirection } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { LANGUAGES } from '../language/languages';
import { useWords } from '../language/words';
import { nonce } from './nonce';
import { queries } from './queries';
import { router } from './router';
import { theme, variables } from './theme';

const colors = localStorageColorSchemeManager({ key: 'merit.colors' });

const Themed = () => {
  const { language, t } = useWords();
  const { setDirection } = useDirection();
  const { direction } = LANGUAGES[language];
  useEffect(() => setDirection(direction), [direction, setDirection]);
  const close = t('ui.close');
  const chosen = useMemo(() => theme(language === 'fa', close), [language, close]);
  return (
    <MantineProvider
      theme={chosen}
      cssVariablesResolver={variables}
      colorSchemeManager={colors}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
    >
      <Notifications position="bottom-right" limit={3} />
      <RouterProvider router={router} />
    </MantineProvider>
  );
};

export const Console = () => (
  <QueryClientProvider client={queries}>
    <DirectionProvider
      initialDirection={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}
      detectDirection={false}
    >
      <Themed />
    </DirectionProvider>
  </QueryClientProvider>
);
