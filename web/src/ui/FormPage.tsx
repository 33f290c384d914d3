// A page that is one form: its sections, a bar with the button that is always in reach, and a question before leaving what is not stored.

import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWords } from '../language/words';
import type { Draft } from './draft';
import classes from './fields.module.css';
import { Page } from './Page';

interface Props<Values> {
  title: string;
  lead?: ReactNode;
  draft: Draft<Values>;
  // The button that stores it.
  action: string;
  cancel: () => void;
  wide?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}

const Leaving = ({ isDirty }: { isDirty: () => boolean }) => {
  const { t } = useWords();
  const blocker = useBlocker({ shouldBlockFn: isDirty, enableBeforeUnload: isDirty, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title={t('ui.unsaved')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Text size="sm">{t('ui.unsaved_text')}</Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={blocker.proceed}>
          {t('ui.leave')}
        </Button>
        <Button data-autofocus onClick={blocker.reset}>
          {t('ui.stay')}
        </Button>
      </Group>
    </Modal>
  );
};

export const FormPage = <Values,>({ title, lead, draft, action, cancel, wide, actions, children }: Props<Values>) => {
  const { t } = useWords();
  return (
    <Page title={title} lead={lead} width={wide ? 'wide' : 'narrow'} actions={actions}>
      <form {...draft.form} className={classes.form}>
        {children}
        {draft.problem && (
          <Alert color="red" variant="light" role="alert">
            {draft.problem}
          </Alert>
        )}
        <div className={classes.bar}>
          <span className={classes.said}>{draft.dirty && t('ui.unsaved_now')}</span>
          <Button variant="default" onClick={cancel}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={draft.busy}>
            {action}
          </Button>
        </div>
      </form>
      <Leaving isDirty={draft.isDirty} />
    </Page>
  );
};
