// One payout run: who is paid, who is not and why, and the next step of it.

import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Foreign, Moment, Money, Named, Nothing } from '../../ui/values';

type Run = Schemas['PayoutRunDetail'];
type Payout = Schemas['PayoutView'];
type NotPaid = Schemas['NotPaidView'];
type Step = 'approve' | 'send' | 'cancel' | 'confirm';

const route = getRouteApi('/payout_runs/$runId');

const STEPS: Record<string, Step[]> = {
  proposed: ['approve', 'cancel'],
  approved: ['send', 'cancel'],
  sent: ['confirm'],
};

// The run after the step; the bank's answer changes payments and tells nothing of the run.
const take = async (id: string, step: Step, dryRun: boolean, key: string): Promise<Run | null> => {
  const params = { path: { payout_run_id: id }, ...writeParams(dryRun, key) };
  if (step === 'confirm') {
    await answer(POST('/api/v1/payout_runs/{payout_run_id}/confirm', { params }));
    return null;
  }
  if (step === 'approve') return answer(POST('/api/v1/payout_runs/{payout_run_id}/approve', { params }));
  if (step === 'send') return answer(POST('/api/v1/payout_runs/{payout_run_id}/send', { params }));
  return answer(POST('/api/v1/payout_runs/{payout_run_id}/cancel', { params }));
};

const Payouts = ({ run }: { run: Run }) => {
  const { t } = useWords();
  const columns: Column<Payout>[] = [
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
      grow: true,
    },
    {
      key: 'account',
      heading: t('payout.account'),
      cell: (row) => (row.account ? <Foreign>{row.account}</Foreign> : <Nothing />),
    },
    {
      key: 'withheld',
      heading: t('payout.withheld'),
      cell: (row) => <Money value={row.withheld} exact />,
      numeric: true,
      wideOnly: true,
    },
    {
      key: 'amount',
      heading: t('conversion.amount'),
      cell: (row) => <Money value={row.amount} exact />,
      numeric: true,
    },
    { key: 'state', heading: t('conversion.state'), cell: (row) => <State value={row.state} kind="payout_state" /> },
  ];
  return (
    <Table
      label={t('payout.paid')}
      columns={columns}
      rows={run.payouts}
      rowKey={(row) => row.id}
      empty={<p style={{ padding: 16 }}>{t('payout.nobody')}</p>}
    />
  );
};

const Others = ({ run }: { run: Run }) => {
  const { t, said } = useWords();
  const columns: Column<NotPaid>[] = [
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
    },
    { key: 'balance', heading: t('ledger.balance'), cell: (row) => <Money value={row.balance} exact />, numeric: true },
    { key: 'why', heading: t('ui.reason'), cell: (row) => <Foreign>{said(row.sentence)}</Foreign>, grow: true },
  ];
  return (
    <Table
      label={t('payout.not_paid')}
      columns={columns}
      rows={run.not_paid}
      rowKey={(row) => `${row.publisher_id}${row.balance.currency}`}
      empty={null}
    />
  );
};

const PayoutRunPage = () => {
  const { t, word } = useWords();
  const { user } = useSession();
  const { runId } = route.useParams();
  const [step, setStep] = useState<Step>();
  const { data, error, refetch } = useQuery({
    queryKey: ['payout_runs', runId],
    queryFn: () => answer(GET('/api/v1/payout_runs/{payout_run_id}', { params: { path: { payout_run_id: runId } } })),
  });
  const own = data?.proposed_by.includes(user.id) ?? false;
  return (
    <Page
      title={data ? `${word('payment_method', data.method)} · ${data.currency}` : t('navigation.payout_runs')}
      lead={data && <State value={data.state} kind="run_state" />}
      actions={
        <>
          {data?.file && (
            <Button component="a" variant="default" href={data.file.url}>
              {t('payout.file')}
            </Button>
          )}
          {(STEPS[data?.state ?? ''] ?? []).map((one) => (
            <Button
              key={one}
              variant={one === 'cancel' ? 'default' : 'filled'}
              disabled={one === 'approve' && own}
              onClick={() => setStep(one)}
            >
              {t(`payout.${one}`)}
            </Button>
          ))}
        </>
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={320} radius="lg" />}
      {data && (
        <>
          <Section title={<Money value={data.total} exact />} hint={<Moment at={data.proposed_at} />} flush>
            {own && data.state === 'proposed' && (
              <p style={{ margin: 0, padding: '0 16px 12px' }}>{t('payout.four_eyes')}</p>
            )}
            <Payouts run={data} />
          </Section>
          {data.not_paid.length > 0 && (
            <Section title={t('payout.not_paid')} flush>
              <Others run={data} />
            </Section>
          )}
        </>
      )}
      {step && (
        <Confirm<Run | null>
          title={t(`payout.${step}`)}
          action={t(`payout.${step}`)}
          danger={step === 'cancel'}
          run={(_, dryRun, key) => take(runId, step, dryRun, key)}
          effect={(run) => <Money value={(run ?? data)?.total} exact />}
          done={(run) => (run ? word('run_state', run.state) : t('payout.confirmed'))}
          changes={['payout_runs', 'ledger', 'payouts']}
          close={() => setStep(undefined)}
        >
          {t(`payout.${step}_text`)}
        </Confirm>
      )}
    </Page>
  );
};

export default PayoutRunPage;
