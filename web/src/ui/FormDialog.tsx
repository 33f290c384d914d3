// A small form in a dialog.

import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language/words';
import type { Draft } from './draft';
import { FormModal } from './FormModal';

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
    <FormModal title={title} size="lg" isLost={draft.isDirty} close={close}>
      {(leave) => (
        <form {...draft.form}>
          <Stack gap="md">
            {children}
            {draft.problem && (
              <Alert color="red" variant="light" role="alert">
                {draft.problem}
              </Alert>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={draft.busy}>
                {action}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
