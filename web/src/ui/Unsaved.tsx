// Whoever leaves a form in which something was typed is asked first. `isLost` says at any moment whether something would be.

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useWords } from '../language/words';

export const LeaveQuestion = ({ stay, leave }: { stay: () => void; leave: () => void }) => {
  const { t } = useWords();
  return (
    <Modal opened onClose={stay} title={t('ui.unsaved')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="md">
        <Text>{t('ui.unsaved_text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave}>
            {t('ui.leave')}
          </Button>
          <Button onClick={stay} data-autofocus>
            {t('ui.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};

export const Unsaved = ({ isLost }: { isLost: () => boolean }) => {
  const blocker = useBlocker({ shouldBlockFn: isLost, enableBeforeUnload: isLost, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return <LeaveQuestion stay={blocker.reset} leave={blocker.proceed} />;
};
