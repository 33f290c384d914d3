// The second factor: setting it up (password, QR code, first code, recovery codes) and turning it off.

import { Alert, Button, Group, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Copy } from '../../ui/Copy';
import { Failed } from '../../ui/Failed';
import { useForm } from '../../ui/form';
import { Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Unsaved } from '../../ui/Unsaved';
import { Code } from '../../ui/values';
import classes from './account.module.css';

const Qr = lazy(() => import('../../ui/Qr').then((module) => ({ default: module.Qr })));

const factorQuery = queryOptions({
  queryKey: ['second_factor'],
  queryFn: () => answer(GET('/api/v1/second_factor')),
});

const Problem = ({ text }: { text: string | undefined }) =>
  text ? (
    <Alert color="red" variant="light" role="alert">
      {text}
    </Alert>
  ) : null;

const CodeField = ({ field }: { field: object }) => {
  const { t } = useWords();
  return (
    <TextInput
      {...field}
      label={t('sign_in.code')}
      autoComplete="one-time-code"
      inputMode="numeric"
      maxLength={40}
      dir="ltr"
    />
  );
};

// The password again: whoever finds a browser open must not take the account over.
const Begin = ({ begun }: { begun: (app: Schemas['SecondFactorSecret']) => void }) => {
  const { t } = useWords();
  const form = useForm({
    initial: { password: '' },
    check: ({ password }) => ({ password: password ? undefined : t('ui.required') }),
    submit: async (values) => {
      const { app } = await answer(POST('/api/v1/second_factor', { body: values }));
      if (app) begun(app);
    },
  });
  return (
    <form {...form.form}>
      <Unsaved isLost={form.isDirty} />
      <Stack gap="md">
        <Problem text={form.problem} />
        <PasswordInput
          {...form.field('password')}
          label={t('sign_in.password_current')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
          dir="ltr"
        />
        <Group>
          <Button type="submit" loading={form.busy}>
            {t('sign_in.factor_begin')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const Confirmation = ({
  app,
  confirmed,
}: {
  app: Schemas['SecondFactorSecret'];
  confirmed: (codes: string[]) => void;
}) => {
  const { t } = useWords();
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() ? undefined : t('ui.required') }),
    submit: async (values) => {
      const { recovery_codes } = await answer(POST('/api/v1/second_factor/confirm', { body: values }));
      confirmed(recovery_codes ?? []);
    },
  });
  return (
    <form {...form.form}>
      <Unsaved isLost={form.isDirty} />
      <Stack gap="md">
        <Text>{t('sign_in.factor_scan')}</Text>
        <Suspense fallback={<Skeleton h={200} w={200} />}>
          <Qr text={app.address} label={t('sign_in.factor_qr')} className={classes.qr} />
        </Suspense>
        <Group gap="xs" className={classes.secret}>
          <Code>{app.secret}</Code>
          <Copy text={app.secret} what={t('sign_in.factor_copy')} small />
        </Group>
        <Problem text={form.problem} />
        <CodeField field={form.field('code')} />
        <Group>
          <Button type="submit" loading={form.busy}>
            {t('sign_in.factor_confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const RecoveryCodes = ({ codes, done }: { codes: string[]; done: () => void }) => {
  const { t } = useWords();
  return (
    <Stack gap="md">
      <Alert color="teal" variant="light" role="status">
        {t('sign_in.recovery_hint')}
      </Alert>
      <ul className={classes.codes} data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </ul>
      <Group>
        <Copy text={codes.join('\n')} what={t('sign_in.recovery_copy')} />
        <Button variant="default" onClick={done}>
          {t('sign_in.recovery_kept')}
        </Button>
      </Group>
    </Stack>
  );
};

const TurnOff = ({ done }: { done: () => Promise<void> }) => {
  const { t } = useWords();
  const form = useForm({
    initial: { password: '', code: '' },
    check: ({ password, code }) => ({
      password: password ? undefined : t('ui.required'),
      code: code.trim() ? undefined : t('ui.required'),
    }),
    submit: async (values) => {
      await answer(POST('/api/v1/second_factor/turn_off', { body: values }));
      notifications.show({ message: t('sign_in.factor_off_done'), color: 'teal' });
      await done();
    },
  });
  return (
    <form {...form.form}>
      <Unsaved isLost={form.isDirty} />
      <Stack gap="md">
        <Problem text={form.problem} />
        <PasswordInput
          {...form.field('password')}
          label={t('sign_in.password_current')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
          dir="ltr"
        />
        <CodeField field={form.field('code')} />
        <Group>
          <Button type="submit" color="red.9" loading={form.busy}>
            {t('sign_in.factor_turn_off')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

export const SecondFactor = () => {
  const { t } = useWords();
  const queries = useQueryClient();
  const factor = useQuery(factorQuery);
  const [open, setOpen] = useState(false);
  const [app, setApp] = useState<Schemas['SecondFactorSecret']>();
  const [codes, setCodes] = useState<string[]>();
  const again = async () => {
    setOpen(false);
    setApp(undefined);
    await queries.invalidateQueries({ queryKey: ['second_factor'] });
    await queries.invalidateQueries({ queryKey: ['sessions'] });
  };
  const body = () => {
    if (factor.error) return <Failed error={factor.error} retry={() => void factor.refetch()} />;
    if (!factor.data) return <Skeleton h={80} />;
    if (codes) return <RecoveryCodes codes={codes} done={() => setCodes(undefined)} />;
    const { on, recovery_codes_left } = factor.data;
    if (app) {
      const confirmed = (shown: string[]) => {
        setCodes(shown);
        void again();
      };
      return <Confirmation app={app} confirmed={confirmed} />;
    }
    if (open) return on ? <TurnOff done={again} /> : <Begin begun={setApp} />;
    return (
      <Group justify="space-between">
        <Group gap="xs">
          <Badge tone={on ? 'good' : 'plain'}>{t(on ? 'sign_in.factor_on' : 'sign_in.factor_off')}</Badge>
          {on && <Text c="dimmed">{t('sign_in.recovery_left', { count: number(recovery_codes_left) })}</Text>}
        </Group>
        <Button variant="default" onClick={() => setOpen(true)}>
          {t(on ? 'sign_in.factor_turn_off' : 'sign_in.factor_set_up')}
        </Button>
      </Group>
    );
  };
  return (
    <Section title={t('sign_in.factor')} hint={t('sign_in.factor_hint')}>
      {body()}
    </Section>
  );
};
