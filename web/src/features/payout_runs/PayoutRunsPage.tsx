// The payout runs: one person proposes whom to pay, another approves, the bank's file leaves, the bank confirms.

import { Button, Select, Stack } from '@mantine/core';
import { IconCash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Moment, Money } from '../../ui/values';
import { currencies } from '../sign_in/currencies';

type Run = Schemas['PayoutRunView'];
type Detail = Schemas['PayoutRunDetail'];

const METHODS = ['sepa', 'iso20022', 'ach', 'other'] as const;

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/payout_runs', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const Propose = ({ close }: { close: () => void }) => {
  const { t, word, language } = useWords();
  const { network } = useSession();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => currencies(locale()), [language]);
  const navigate = useNavigate();
  const [method, setMethod] = useState<(typeof METHODS)[number]>('sepa');
  const [currency, setCurrency] = useState(network.currency);
  return (
    <Confirm<Detail>
      key={method + currency}
      title={t('payout.propose')}
      action={t('payout.propose')}
      run={(_, dryRun, key) =>
        answer(
          POST('/api/v1/payout_runs', {
            params: writeParams(dryRun, key),
            body: { currency, method },
          }),
        )
      }
      effect={(run) => (
        <span role="status">
          {t('payout.would_pay', { count: number(run.payouts.length) })} <Money value={run.total} exact />
          {run.not_paid.length > 0 && ` · ${t('payout.would_not_pay', { count: number(run.not_paid.length) })}`}
        </span>
      )}
      done={(run) => {
        void navigate({ to: '/payout_runs/$runId', params: { runId: run.id } });
        return t('payout.proposed');
      }}
      changes={['payout_runs']}
      close={close}
    >
      <Stack>
        <Select
          label={t('payout.method')}
          data={METHODS.map((value) => ({ value, label: word('payment_method', value) }))}
          value={method}
          onChange={(value) => setMethod((value ?? 'sepa') as typeof method)}
          allowDeselect={false}
        />
        <Select
          label={t('contract.currency')}
          description={t('payout.currency_hint')}
          data={choices}
          value={currency}
          onChange={(value) => value && setCurrency(value)}
          allowDeselect={false}
          searchable
        />
      </Stack>
    </Confirm>
  );
};

const PayoutRunsPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const [proposing, setProposing] = useState(false);
  const columns: Column<Run>[] = [
    { key: 'proposed', heading: t('payout.proposed_at'), cell: (row) => <Moment at={row.proposed_at} /> },
    { key: 'method', heading: t('payout.method'), cell: (row) => word('payment_method', row.method), grow: true },
    { key: 'currency', heading: t('contract.currency'), cell: (row) => row.currency },
    { key: 'end', heading: t('payout.period_end'), cell: (row) => <Moment at={row.period_end} date /> },
    { key: 'state', heading: t('conversion.state'), cell: (row) => <State value={row.state} kind="run_state" /> },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.payout_runs')}
        lead={t('payout.lead')}
        actions={may(session, 'propose') && <Button onClick={() => setProposing(true)}>{t('payout.propose')}</Button>}
        queryKey={['payout_runs']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={(row) => void navigate({ to: '/payout_runs/$runId', params: { runId: row.id } })}
        empty={{ icon: IconCash, title: t('payout.empty_title'), text: t('payout.empty_text') }}
      />
      {proposing && <Propose close={() => setProposing(false)} />}
    </>
  );
};

export default PayoutRunsPage;
