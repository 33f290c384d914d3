// Whoever leaves a form in which something was typed is asked first. `kept` says at any moment that nothing would be lost any more.

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { useWords } from '../language/words';

export const Unsaved = ({ changed, kept }: { changed: boolean; kept: RefObject<boolean> }) => {
  const { t } = useWords();
  const lost = () => changed && !kept.current;
  const blocker = useBlocker({ shouldBlockFn: lost, enableBeforeUnload: lost, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title={t('ui.unsaved')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="md">
        <Text>{t('ui.unsaved_text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={blocker.proceed}>
            {t('ui.leave')}
          </Button>
          <Button onClick={blocker.reset} data-autofocus>
            {t('ui.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
