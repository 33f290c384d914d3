// Choosing a password with a one-time link: an invitation, or a link for whoever forgot his. The token stands behind `#`, which is sent
// to nobody.

import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { actIn, answer, POST, rememberSession } from '../../data/client';
import { Problem, problemText } from '../../data/problem';
import { sessionQuery, signIn } from '../../data/session';
import { moment } from '../../language/format';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { Foreign } from '../../ui/values';
import { EntryFrame } from './EntryFrame';
import { isLongEnough } from './checks';
import { homeZone } from './currencies';

const Chosen = ({ token, email }: { token: string; email: string }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    initial: { password: '' },
    check: ({ password }) => ({
      password: !password ? t('ui.required') : isLongEnough(password) ? undefined : t('ui.password_short'),
    }),
    submit: async ({ password }) => {
      await answer(POST('/api/v1/password_links/redeem', { body: { token, password } }));
      // Whoever was signed in here before is not the one whom the link is for.
      rememberSession(undefined);
      actIn(undefined);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      await signIn({ email, password }).catch((problem: unknown) => {
        // A second factor is asked for on the page of signing in.
        if (!(problem instanceof Problem)) throw problem;
      });
      await queries.resetQueries({ queryKey: sessionQuery.queryKey });
      await navigate({ to: '/' });
    },
  });
  return (
    <form {...form.form}>
      <Stack gap="md">
        {form.problem && (
          <Alert color="red" variant="light" role="alert">
            {form.problem}
          </Alert>
        )}
        <input type="hidden" name="email" value={email} autoComplete="username" readOnly />
        <PasswordInput
          {...form.field('password')}
          label={t('sign_in.password_new')}
          description={t('sign_in.password_hint')}
          autoComplete="new-password"
          dir="ltr"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
        />
        <Button type="submit" loading={form.busy} fullWidth size="md" mt="xs">
          {t('sign_in.redeem_submit')}
        </Button>
      </Stack>
    </form>
  );
};

const RedeemPage = () => {
  const { t } = useWords();
  const [token] = useState(() => window.location.hash.slice(1));
  const link = useQuery({
    queryKey: ['password_link', token],
    queryFn: () => answer(POST('/api/v1/password_links/look', { body: { token } })),
    enabled: token !== '',
    staleTime: Infinity,
  });
  const title = link.data?.purpose === 'invitation' ? t('sign_in.redeem_invited') : t('sign_in.redeem_title');
  const dead = token === '' || (link.error instanceof Problem && link.error.status === 404);
  return (
    <EntryFrame title={title} width={440}>
      <Stack gap="md">
        <Title order={1}>{title}</Title>
        {dead && (
          <Alert color="red" variant="light" role="alert">
            {t('sign_in.redeem_dead')}
          </Alert>
        )}
        {!dead && link.error && (
          <Alert color="red" variant="light" role="alert">
            {problemText(link.error)}
          </Alert>
        )}
        {(dead || link.error) && (
          <Anchor href="/" underline="always">
            {t('sign_in.title')}
          </Anchor>
        )}
        {!dead && link.isPending && <Skeleton h={160} />}
        {link.data && (
          <>
            <Text>
              {t('sign_in.redeem_for')} <Foreign>{link.data.name}</Foreign> · <Foreign>{link.data.email}</Foreign>
            </Text>
            <Text c="dimmed" size="sm">
              {t('sign_in.redeem_until')}{' '}
              <time dateTime={link.data.expires_at}>{moment(link.data.expires_at, homeZone())}</time>
            </Text>
            <Chosen token={token} email={link.data.email} />
          </>
        )}
      </Stack>
    </EntryFrame>
  );
};

export default RedeemPage;
