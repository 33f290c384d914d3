// Whoever forgot his password asks for a link by mail. What he is told is the same whether or not anybody signs in with the address.

import { Alert, Anchor, Button, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, POST } from '../../data/client';
import { problemText } from '../../data/problem';
import { setupQuery } from '../../data/session';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { Code, Foreign } from '../../ui/values';
import { EntryFrame } from './EntryFrame';
import { isEmail } from './checks';

const COMMAND = 'merit user reset-password';

const Asked = ({ email }: { email: string }) => {
  const { t } = useWords();
  return (
    <div role="status">
      <Stack gap="sm">
        <Text>
          {t('sign_in.forgot_asked')} <Foreign>{email}</Foreign>
        </Text>
        <Text c="dimmed" size="sm">
          {t('sign_in.forgot_nothing')}
        </Text>
      </Stack>
    </div>
  );
};

const Ask = ({ done }: { done: (email: string) => void }) => {
  const { t, language } = useWords();
  const form = useForm({
    initial: { email: '' },
    check: ({ email }) => ({
      email: !email.trim() ? t('ui.required') : isEmail(email.trim()) ? undefined : t('ui.email_wrong'),
    }),
    submit: async ({ email }) => {
      await answer(POST('/api/v1/password_resets', { body: { email: email.trim(), language } }));
      done(email.trim());
    },
  });
  return (
    <form {...form.form}>
      <Stack gap="md">
        <Text c="dimmed">{t('sign_in.forgot_lead')}</Text>
        {form.problem && (
          <Alert color="red" variant="light" role="alert">
            {form.problem}
          </Alert>
        )}
        <TextInput {...form.field('email')} label={t('ui.email')} type="email" autoComplete="username" dir="ltr" />
        <Button type="submit" loading={form.busy} fullWidth size="md" mt="xs">
          {t('sign_in.forgot_submit')}
        </Button>
      </Stack>
    </form>
  );
};

const ForgotPage = () => {
  const { t } = useWords();
  const [asked, setAsked] = useState<string>();
  const setup = useQuery(setupQuery);
  return (
    <EntryFrame title={t('sign_in.forgot')} width={420}>
      <Stack gap="md">
        <Title order={1}>{t('sign_in.forgot')}</Title>
        {setup.isPending && <Skeleton h={140} />}
        {setup.error && (
          <Alert color="red" variant="light" role="alert">
            {problemText(setup.error)}
          </Alert>
        )}
        {setup.data?.password_mails === false && (
          <>
            <Text>{t('sign_in.forgot_no_mails')}</Text>
            <Text c="dimmed" size="sm">
              {t('sign_in.forgot_command')} <Code>{COMMAND}</Code>
            </Text>
          </>
        )}
        {setup.data?.password_mails && (asked ? <Asked email={asked} /> : <Ask done={setAsked} />)}
        <Anchor component={Link} to="/" underline="always" size="sm">
          {t('sign_in.forgot_back')}
        </Anchor>
      </Stack>
    </EntryFrame>
  );
};

export default ForgotPage;
