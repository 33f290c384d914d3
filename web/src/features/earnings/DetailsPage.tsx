// Where a publisher's money goes and when: the form. Account numbers are never shown again, so they are entered anew with each change. What a
// change means for the next payment is shown before it holds.

import { Alert, Button, Select, SegmentedControl, Skeleton, Text, Textarea, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { answer, newKey, PUT, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { LANGUAGES } from '../../language/languages';
import { countries } from '../../language/countries';
import { moment, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Empty } from '../../ui/Empty';
import { useForm } from '../../ui/form';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { Unsaved } from '../../ui/Unsaved';
import { currencies } from '../sign_in/currencies';
import {
  ACCOUNT_FIELDS,
  detailsBody,
  detailsProblems,
  emptyDetails,
  METHODS,
  WEEKDAYS,
  type PaymentMethod,
} from './details';
import { useDetails, usePublisher, type Details } from './money';
import classes from './earnings.module.css';

const route = getRouteApi('/earnings/details');

const put = (publisher: string, body: Schemas['PaymentDetails'], dryRun: boolean, key: string) =>
  answer(
    PUT('/api/v1/publishers/{publisher_id}/payment_details', {
      params: { path: { publisher_id: publisher }, ...writeParams(dryRun, key) },
      body,
    }),
  );

const Form = ({ publisher, known }: { publisher: string; known: Details | null }) => {
  const { t, word, language } = useWords();
  const { network } = useSession();
  const navigate = useNavigate();
  const [ready, setReady] = useState<Schemas['PaymentDetails']>();
  const kept = useRef(false);
  const initial = useMemo(() => emptyDetails(known, network.currency), [known, network.currency]);
  const lands = useMemo(() => (language ? countries() : []), [language]);
  const form = useForm({
    initial,
    check: (values) =>
      Object.fromEntries(Object.entries(detailsProblems(values)).map(([name, problem]) => [name, t(problem)])),
    submit: async (values) => {
      const body = detailsBody(values, known);
      await put(publisher, body, true, newKey());
      setReady(body);
    },
  });
  const { values, field, set, error } = form;
  const method = values.method as PaymentMethod;
  const uses = (name: keyof typeof initial) => ACCOUNT_FIELDS[method].includes(name);
  const now = (masked: string | null | undefined) =>
    masked ? t('earning.enter_again', { now: `\u2066${masked}\u2069` }) : undefined;
  const changed = Object.entries(initial).some(([name, value]) => values[name as keyof typeof initial] !== value);
  const choice = (name: keyof typeof initial, data: { value: string; label: string }[]) => ({
    name,
    data,
    value: values[name] || null,
    error: error(name),
    onChange: (value: string | null) => set(name, value ?? ''),
    allowDeselect: false,
  });
  return (
    <form {...form.form} className={classes.form}>
      {form.problem && (
        <Alert color="red" variant="light" role="alert">
          {form.problem}
        </Alert>
      )}
      <Section title={t('earning.account_section')} hint={t('earning.account_hint')}>
        <div className={classes.grid}>
          <div className={classes.wide}>
            <Text component="label" size="sm" fw={500} id="method-label">
              {t('payout.method')}
            </Text>
            <SegmentedControl
              fullWidth
              mt={4}
              aria-labelledby="method-label"
              value={method}
              onChange={(value) => set('method', value)}
              data={METHODS.map((value) => ({ value, label: word('payment_method', value) }))}
            />
            <Text size="xs" c="dimmed" mt={4}>
              {t(`earning.method_${method}`)}
            </Text>
          </div>
          {uses('iban') && (
            <TextInput
              {...field('iban')}
              className={classes.wide}
              label={t('earning.iban')}
              description={now(known?.iban) ?? t('earning.iban_hint')}
              required={method === 'sepa'}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              maxLength={60}
            />
          )}
          {uses('routing_number') && (
            <TextInput
              {...field('routing_number')}
              label={t('earning.routing_number')}
              description={now(known?.routing_number) ?? t('earning.routing_hint')}
              required
              dir="ltr"
              inputMode="numeric"
              autoComplete="off"
              maxLength={20}
            />
          )}
          {uses('account_number') && (
            <TextInput
              {...field('account_number')}
              label={t('earning.account_number')}
              description={now(known?.account_number) ?? t('earning.account_number_hint')}
              required={method === 'ach'}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              maxLength={60}
            />
          )}
          {uses('bic') && (
            <TextInput
              {...field('bic')}
              label={t('earning.bic')}
              description={now(known?.bic) ?? t('earning.bic_hint')}
              required={method === 'iso20022'}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              maxLength={20}
            />
          )}
          {uses('account_kind') && (
            <Select
              {...choice(
                'account_kind',
                (['checking', 'savings'] as const).map((value) => ({ value, label: t(`earning.kind_${value}`) })),
              )}
              label={t('earning.account_kind')}
              description={t('earning.account_kind_hint')}
            />
          )}
          {uses('instructions') && (
            <Textarea
              {...field('instructions')}
              className={classes.wide}
              label={t('earning.instructions')}
              description={known?.has_instructions ? t('earning.instructions_again') : t('earning.instructions_hint')}
              required
              autosize
              minRows={3}
              maxLength={1000}
            />
          )}
          <Select
            {...choice('currency', currencies(LANGUAGES[language].locale))}
            label={t('contract.currency')}
            description={t('earning.currency_hint')}
            searchable
          />
        </div>
      </Section>
      <Section title={t('earning.holder_section')} hint={t('earning.holder_hint')}>
        <div className={classes.grid}>
          <TextInput {...field('holder')} label={t('earning.holder')} required autoComplete="name" maxLength={140} />
          <Select
            {...choice(
              'holder_kind',
              (['person', 'company'] as const).map((value) => ({ value, label: t(`earning.holder_${value}`) })),
            )}
            label={t('earning.holder_kind')}
          />
          <TextInput {...field('address.street')} label={t('earning.street')} maxLength={70} />
          <TextInput {...field('address.building_number')} label={t('earning.building')} maxLength={16} />
          <TextInput
            {...field('address.post_code')}
            className={classes.third}
            label={t('earning.post_code')}
            maxLength={16}
          />
          <TextInput
            {...field('address.town')}
            className={classes.third}
            label={t('earning.town')}
            required
            maxLength={35}
          />
          <Select
            {...choice('address.country', lands)}
            className={classes.third}
            label={t('earning.country')}
            required
            searchable
            limit={300}
          />
          <TextInput
            {...field('tax_id')}
            label={t('earning.tax_id')}
            description={now(known?.tax_id)}
            autoComplete="off"
            maxLength={35}
          />
        </div>
      </Section>
      <Section title={t('earning.schedule')} hint={t('earning.schedule_hint')}>
        <div className={classes.grid}>
          <Select
            {...choice(
              'schedule.every',
              (['month', 'week', 'request'] as const).map((value) => ({
                value,
                label: t(`earning.schedule_${value}`),
              })),
            )}
            label={t('earning.every')}
          />
          {values['schedule.every'] === 'month' && (
            <TextInput
              {...field('schedule.day')}
              label={t('earning.day')}
              description={t('earning.day_hint')}
              inputMode="numeric"
              maxLength={2}
            />
          )}
          {values['schedule.every'] === 'week' && (
            <Select
              {...choice(
                'schedule.weekday',
                WEEKDAYS.map((value) => ({ value, label: word('weekday', value) })),
              )}
              label={t('earning.weekday')}
            />
          )}
          <TextInput
            {...field('minimum')}
            label={t('earning.minimum')}
            description={t('earning.minimum_hint', { currency: values.currency })}
            inputMode="decimal"
            dir="ltr"
            maxLength={24}
          />
        </div>
      </Section>
      <div className={classes.foot}>
        <Button variant="default" renderRoot={(props) => <Link to="/earnings" search={{ publisher }} {...props} />}>
          {t('ui.cancel')}
        </Button>
        <Button type="submit" loading={form.busy} leftSection={<IconLock size={16} stroke={1.6} aria-hidden />}>
          {t('earning.review')}
        </Button>
      </div>
      {ready && (
        <Confirm<Details>
          title={t('earning.save_title')}
          action={t('earning.save')}
          run={(_, dryRun, key) => put(publisher, ready, dryRun, key)}
          effect={(details) => (
            <Text>
              {details.held_until
                ? t('earning.would_hold', { time: moment(details.held_until, network.zone), days: number(7) })
                : t('earning.would_not_hold')}
            </Text>
          )}
          done={() => t('earning.saved')}
          changes={['payment_details']}
          close={() => setReady(undefined)}
          finished={() => {
            kept.current = true;
            void navigate({ to: '/earnings', search: { publisher } });
          }}
        />
      )}
      <Unsaved isLost={() => changed && !kept.current} />
    </form>
  );
};

const DetailsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const publisher = usePublisher(route.useSearch().publisher) ?? '';
  const { data, error, refetch } = useDetails(publisher);
  if (!may(session, 'pay')) {
    return (
      <Page title={t('earning.details')} width="narrow">
        <Section flush>
          <Empty
            icon={IconLock}
            title={t('problem.right_missing')}
            text={t('earning.right_needed')}
            action={
              <Button component={Link} to="/earnings" variant="default" mt="xs">
                {t('navigation.earnings')}
              </Button>
            }
          />
        </Section>
      </Page>
    );
  }
  return (
    <Page title={t('earning.details')} lead={t('earning.details_lead')} width="narrow">
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={480} radius="lg" />}
      {data !== undefined && <Form key={data?.version ?? 0} publisher={publisher} known={data} />}
    </Page>
  );
};

export default DetailsPage;
