// Another password for oneself. Every session ends with it, this one too.

import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, PATCH } from '../../data/client';
import { sessionQuery } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { Section } from '../../ui/Page';
import { Unsaved } from '../../ui/Unsaved';
import { isLongEnough } from '../sign_in/checks';

export const OwnPassword = () => {
  const { t } = useWords();
  const { user } = useSession();
  const queries = useQueryClient();
  const form = useForm({
    initial: { current_password: '', password: '' },
    check: ({ current_password, password }) => ({
      current_password: current_password ? undefined : t('ui.required'),
      password: !password ? t('ui.required') : isLongEnough(password) ? undefined : t('ui.password_short'),
    }),
    submit: async (values) => {
      await answer(PATCH('/api/v1/users/{user_id}', { params: { path: { user_id: user.id } }, body: values }));
      notifications.show({ message: t('sign_in.password_changed'), color: 'teal' });
      await queries.resetQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const shown = { 'aria-label': t('sign_in.password_show') };
  return (
    <Section title={t('ui.password')} hint={t('sign_in.password_change_hint')}>
      <form {...form.form}>
        <Stack gap="md">
          {form.problem && (
            <Alert color="red" variant="light" role="alert">
              {form.problem}
            </Alert>
          )}
          <PasswordInput
            {...form.field('current_password')}
            label={t('sign_in.password_current')}
            autoComplete="current-password"
            visibilityToggleButtonProps={shown}
            dir="ltr"
          />
          <PasswordInput
            {...form.field('password')}
            label={t('sign_in.password_new')}
            description={t('sign_in.password_hint')}
            autoComplete="new-password"
            visibilityToggleButtonProps={shown}
            dir="ltr"
          />
          <Group>
            <Button type="submit" variant="default" loading={form.busy}>
              {t('sign_in.password_change')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Unsaved isLost={form.isDirty} />
    </Section>
  );
};
