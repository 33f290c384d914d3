// Signing in with an e-mail address and a password.

import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery, signIn } from '../../data/session';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { EntryFrame } from './EntryFrame';
import { isEmail } from './checks';

const SignInPage = () => {
  const { t } = useWords();
  const queries = useQueryClient();
  const form = useForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      email: !email ? t('ui.required') : isEmail(email) ? undefined : t('ui.email_wrong'),
      password: password ? undefined : t('ui.required'),
    }),
    submit: async (values) => {
      await signIn({ email: values.email.trim(), password: values.password });
      await queries.resetQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <EntryFrame title={t('sign_in.title')} width={400}>
      <form {...form.form}>
        <Stack gap="md">
          <Title order={1}>{t('sign_in.title')}</Title>
          {form.problem && (
            <Alert color="red" variant="light" role="alert">
              {form.problem}
            </Alert>
          )}
          <TextInput {...form.field('email')} label={t('ui.email')} type="email" autoComplete="username" dir="ltr" />
          <PasswordInput
            {...form.field('password')}
            label={t('ui.password')}
            autoComplete="current-password"
            dir="ltr"
            visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
          />
          <Button type="submit" loading={form.busy} fullWidth size="md" mt="xs">
            {t('sign_in.submit')}
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
};

export default SignInPage;
