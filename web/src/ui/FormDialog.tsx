// A small form in a dialog.

import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language/words';
import type { Draft } from './draft';

interface Props<Values> {
  title: string;
  draft: Draft<Values>;
  action: string;
  close: () => void;
  children: ReactNode;
}

export const FormDialog = <Values,>({ title, draft, action, close, children }: Props<Values>) => {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size="lg"
      closeOnClickOutside={!draft.dirty}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form {...draft.form}>
        <Stack gap="md">
          {children}
          {draft.problem && (
            <Alert color="red" variant="light" role="alert">
              {draft.problem}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={draft.busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
