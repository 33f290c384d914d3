// How and when the publisher is paid, what keeps it from him, and asking for it.

import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconBuildingBank, IconClockPause } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { moment, money, number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import { Code, Foreign } from '../../ui/values';
import { accountsQuery, useDetails, type Details } from './money';

export const useSchedule = () => {
  const { t, word } = useWords();
  return (schedule: Schemas['PayoutSchedule']) =>
    schedule.every === 'week'
      ? t('earning.every_week', { day: word('weekday', schedule.weekday) })
      : schedule.every === 'month'
        ? t('earning.every_month', { day: number(schedule.day) })
        : t('earning.every_request');
};

const Known = ({ details }: { details: Details }) => {
  const { t, word } = useWords();
  const { network } = useSession();
  const schedule = useSchedule();
  const amount = (text: string) => money({ amount: text, currency: details.currency });
  return (
    <>
      {details.held_until && (
        <Alert color="yellow" variant="light" icon={<IconClockPause size={18} aria-hidden />} mb="sm">
          {t('earning.held_until', { time: moment(details.held_until, network.zone) })}
        </Alert>
      )}
      <Facts
        rows={[
          [t('payout.method'), word('payment_method', details.method)],
          [t('earning.holder'), <Foreign key="holder">{details.holder}</Foreign>],
          [t('earning.iban'), details.iban && <Code>{details.iban}</Code>],
          [t('earning.account_number'), details.account_number && <Code>{details.account_number}</Code>],
          [t('earning.routing_number'), details.routing_number && <Code>{details.routing_number}</Code>],
          [t('earning.bic'), details.bic && <Code>{details.bic}</Code>],
          [t('earning.instructions'), details.has_instructions && t('earning.instructions_kept')],
          [t('contract.currency'), details.currency],
          [t('earning.schedule'), schedule(details.schedule)],
          [t('earning.minimum'), details.minimum && amount(details.minimum)],
          [t('payout.withheld'), details.withholding_percent && percent(Number(details.withholding_percent) / 100, 2)],
        ]}
      />
    </>
  );
};

const Ask = ({ publisher, close }: { publisher: string; close: () => void }) => {
  const { t } = useWords();
  const accounts = useQuery(accountsQuery(publisher));
  const free = accounts.data?.map((account) => money(account.available)).join(' · ') ?? '';
  return (
    <Confirm<Schemas['PayoutRequestView']>
      title={t('earning.ask')}
      action={t('earning.ask')}
      run={(_, dryRun, key) =>
        answer(
          POST('/api/v1/publishers/{publisher_id}/request_payout', {
            params: { path: { publisher_id: publisher }, ...writeParams(dryRun, key) },
          }),
        )
      }
      effect={() => <Text>{t('earning.ask_effect', { amount: free })}</Text>}
      done={() => t('earning.asked')}
      changes={['payouts', 'ledger']}
      close={close}
    />
  );
};

export const PaidHow = ({ publisher }: { publisher: string }) => {
  const { t } = useWords();
  const session = useSession();
  const { data, error, refetch } = useDetails(publisher);
  const [asking, setAsking] = useState(false);
  const mayChange = may(session, 'pay');
  const edit = (
    <Button
      variant={data ? 'default' : 'filled'}
      renderRoot={(props) => <Link to="/earnings/details" search={{ publisher }} {...props} />}
    >
      {t(data ? 'earning.change_details' : 'earning.enter_details')}
    </Button>
  );
  return (
    <Section title={t('earning.paid_how')}>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={140} />}
      {data === null && (
        <Empty
          icon={IconBuildingBank}
          title={t('earning.no_details')}
          text={t(mayChange ? 'earning.no_details_text' : 'earning.right_needed')}
          action={mayChange && edit}
        />
      )}
      {data && (
        <Stack gap="md">
          <Known details={data} />
          <Group gap="xs">
            {data.schedule.every === 'request' && may(session, 'propose') && (
              <Button onClick={() => setAsking(true)}>{t('earning.ask')}</Button>
            )}
            {mayChange && edit}
          </Group>
          {!mayChange && (
            <Text size="sm" c="dimmed">
              {t('earning.right_needed')}
            </Text>
          )}
        </Stack>
      )}
      {asking && <Ask publisher={publisher} close={() => setAsking(false)} />}
    </Section>
  );
};
