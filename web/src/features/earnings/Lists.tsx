// The three lists of a publisher's money: every movement in words, payments, and statements as PDF.

import { Anchor, Button, Select } from '@mantine/core';
import { IconBook, IconCash, IconFileText } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Page } from '../../data/client';
import { moment } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { More } from '../../ui/More';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Foreign, Moment, Money, Nothing } from '../../ui/values';
import { accountsQuery, type Payout, type Statement, type Transfer } from './money';
import classes from './earnings.module.css';

const ROWS_A_PAGE = 50;

const usePages = <Row,>(queryKey: unknown[], read: (cursor: string | undefined) => Promise<Page<Row>>) =>
  useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

// What an account gives stands with a minus, and so does what it is promised no more.
const signed = (row: Transfer, account: string) =>
  (row.debit === account) === (row.phase === 'void_pending')
    ? row.amount
    : { ...row.amount, amount: `-${row.amount.amount}` };

const Movements = ({ account }: { account: string }) => {
  const { t, word } = useWords();
  const list = usePages(['ledger', 'transfers', account], (cursor) =>
    answer(GET('/api/v1/ledger/transfers', { params: { query: { account, limit: ROWS_A_PAGE, cursor } } })),
  );
  const columns: Column<Transfer>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.at} /> },
    {
      key: 'what',
      heading: t('earning.what'),
      cell: (row) => {
        const words = word('movement', row.reason);
        return row.source.startsWith('cnv_') ? (
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link to="/conversions/$conversionId" params={{ conversionId: row.source }} {...props} />
            )}
          >
            {words}
          </Anchor>
        ) : (
          words
        );
      },
      grow: true,
    },
    { key: 'phase', heading: t('earning.counts'), cell: (row) => word('phase', row.phase) },
    {
      key: 'amount',
      heading: t('conversion.amount'),
      cell: (row) => (
        <span className={row.phase === 'posted' || row.phase === 'post_pending' ? undefined : classes.faint}>
          <Money value={signed(row, account)} exact sign />
        </span>
      ),
      numeric: true,
    },
  ];
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  return (
    <Table
      label={t('earning.lines')}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.source}${row.sequence}`}
      empty={<Empty icon={IconBook} title={t('earning.no_lines')} text={t('earning.no_balance_text')} />}
      footer={<More list={list} shown={rows?.length ?? 0} />}
    />
  );
};

export const Lines = ({ publisher }: { publisher: string }) => {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(accountsQuery(publisher));
  const [chosen, setChosen] = useState<string>();
  const account = chosen ?? data?.[0]?.account;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (data?.length === 0)
    return <Empty icon={IconBook} title={t('earning.no_lines')} text={t('earning.no_balance_text')} />;
  return (
    <>
      {data && data.length > 1 && (
        <div className={classes.choice}>
          <Select
            aria-label={t('contract.currency')}
            data={data.map((one) => ({ value: one.account, label: one.currency }))}
            value={account ?? null}
            onChange={(value) => setChosen(value ?? undefined)}
            allowDeselect={false}
            w={120}
          />
        </div>
      )}
      {account && <Movements key={account} account={account} />}
    </>
  );
};

export const Payouts = ({ publisher }: { publisher: string }) => {
  const { t, word } = useWords();
  const list = usePages(['payouts', publisher], (cursor) =>
    answer(GET('/api/v1/payouts', { params: { query: { publisher_id: publisher, limit: ROWS_A_PAGE, cursor } } })),
  );
  const columns: Column<Payout>[] = [
    { key: 'end', heading: t('payout.period_end'), cell: (row) => <Moment at={row.period_end} date /> },
    {
      key: 'account',
      heading: t('payout.account'),
      cell: (row) => (
        <>
          {word('payment_method', row.method)} {row.account && <Foreign>{row.account}</Foreign>}
        </>
      ),
    },
    {
      key: 'state',
      heading: t('conversion.state'),
      cell: (row) => <State value={row.state} kind="payout_state" />,
    },
    {
      key: 'why',
      heading: t('ui.reason'),
      cell: (row) => (row.reason ? <Foreign>{word('not_paid', row.reason)}</Foreign> : <Nothing />),
      grow: true,
      wideOnly: true,
    },
    {
      key: 'settled',
      heading: t('earning.settled'),
      cell: (row) => <Moment at={row.settled_at} date />,
      wideOnly: true,
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
  ];
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  return (
    <Table
      label={t('earning.payouts')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<Empty icon={IconCash} title={t('earning.no_payout')} text={t('earning.no_payout_text')} />}
      footer={<More list={list} shown={rows?.length ?? 0} />}
    />
  );
};

const MONTH: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric' };

// A month of the network; in another calendar than its own, a month is told by its first and last day.
const useSpan = () => {
  const { language } = useWords();
  return (row: Statement) => {
    const { period, zone } = row;
    if (language !== 'fa') return moment(period.start, zone, MONTH);
    const last = new Date(Date.parse(period.end) - 1).toISOString();
    return `${moment(period.start, zone, { dateStyle: 'medium' })} – ${moment(last, zone, { dateStyle: 'medium' })}`;
  };
};

export const Statements = ({ publisher }: { publisher: string }) => {
  const { t, language } = useWords();
  const span = useSpan();
  const list = usePages(['statements', publisher], (cursor) =>
    answer(GET('/api/v1/statements', { params: { query: { publisher_id: publisher, limit: ROWS_A_PAGE, cursor } } })),
  );
  const columns: Column<Statement>[] = [
    { key: 'period', heading: t('earning.period'), cell: (row) => span(row), grow: true },
    { key: 'number', heading: t('invoice.number'), cell: (row) => <Foreign>{row.number}</Foreign> },
    {
      key: 'opening',
      heading: t('earning.opening'),
      cell: (row) => <Money value={row.opening} exact />,
      numeric: true,
      wideOnly: true,
    },
    {
      key: 'closing',
      heading: t('earning.closing'),
      cell: (row) => <Money value={row.closing} exact />,
      numeric: true,
    },
    {
      key: 'issued',
      heading: t('invoice.issued'),
      cell: (row) => <Moment at={row.issued_at} date />,
      wideOnly: true,
    },
    {
      key: 'paper',
      heading: '',
      cell: (row) => (
        <Button
          component="a"
          size="xs"
          variant="default"
          href={`/api/v1/statements/${row.id}/pdf?language=${language}`}
          target="_blank"
          aria-label={t('earning.pdf_of', { number: row.number })}
        >
          {t('invoice.pdf')}
        </Button>
      ),
    },
  ];
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  return (
    <Table
      label={t('earning.statements')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<Empty icon={IconFileText} title={t('earning.no_statement')} text={t('earning.no_statement_text')} />}
      footer={<More list={list} shown={rows?.length ?? 0} />}
    />
  );
};
