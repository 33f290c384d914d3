// Signing in with an e-mail address and a password, and the code of a second factor for whoever has one.

import { Alert, Anchor, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../../data/problem';
import { sessionQuery, signIn } from '../../data/session';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { EntryFrame } from './EntryFrame';
import { isEmail } from './checks';

const SignInPage = () => {
  const { t } = useWords();
  const queries = useQueryClient();
  // Asked for once the password is right.
  const [coded, setCoded] = useState(false);
  const form = useForm({
    initial: { email: '', password: '', code: '' },
    check: ({ email, password, code }) => ({
      email: !email ? t('ui.required') : isEmail(email) ? undefined : t('ui.email_wrong'),
      password: password ? undefined : t('ui.required'),
      code: coded && !code.trim() ? t('ui.required') : undefined,
    }),
    submit: async ({ email, password, code }) => {
      try {
        await signIn({ email: email.trim(), password, ...(coded && { code }) });
      } catch (problem) {
        if (!(problem instanceof Problem && problem.code === 'second_factor_needed')) throw problem;
        setCoded(true);
        return;
      }
      await queries.resetQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const back = () => {
    setCoded(false);
    form.set('code', '');
    form.set('password', '');
  };
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
          {coded ? (
            <TextInput
              {...form.field('code')}
              label={t('sign_in.code')}
              description={t('sign_in.code_hint')}
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={40}
              dir="ltr"
              autoFocus
            />
          ) : (
            <>
              <TextInput
                {...form.field('email')}
                label={t('ui.email')}
                type="email"
                autoComplete="username"
                dir="ltr"
              />
              <PasswordInput
                {...form.field('password')}
                label={t('ui.password')}
                autoComplete="current-password"
                dir="ltr"
                visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
              />
            </>
          )}
          <Button type="submit" loading={form.busy} fullWidth size="md" mt="xs">
            {t('sign_in.submit')}
          </Button>
          {!coded && (
            <Anchor component={Link} to="/forgot" size="sm" ta="center" underline="always">
              {t('sign_in.forgot_question')}
            </Anchor>
          )}
          {coded && (
            <Button variant="subtle" onClick={back}>
              {t('sign_in.code_back')}
            </Button>
          )}
        </Stack>
      </form>
    </EntryFrame>
  );
};

export default SignInPage;
