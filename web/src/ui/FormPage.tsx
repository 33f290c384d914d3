// A page that is one form: its sections, a bar with the button that is always in reach, and a question before leaving what is not stored.

import { Alert, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language/words';
import type { Draft } from './draft';
import classes from './fields.module.css';
import { Page } from './Page';
import { Unsaved } from './Unsaved';

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
      <Unsaved isLost={draft.isDirty} />
    </Page>
  );
};
