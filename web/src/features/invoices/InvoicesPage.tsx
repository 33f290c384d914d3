// Invoices, credit notes and payment receipts of advertisers, and statements of publishers, each as a PDF in the reader's language; and
// closing a month, which writes them.

import { Button, SegmentedControl } from '@mantine/core';
import { IconFileInvoice } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Money, Nothing } from '../../ui/values';
import { IssueMonth, type Papers } from './IssueMonth';

type Invoice = Schemas['InvoiceView'];
type Statement = Schemas['StatementView'];

const route = getRouteApi('/invoices');

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/invoices', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const readStatements = (cursor: string | undefined) =>
  answer(GET('/api/v1/statements', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const Pdf = ({ address }: { address: string }) => {
  const { t, language } = useWords();
  return (
    <Button component="a" size="xs" variant="default" href={`${address}?language=${language}`} target="_blank">
      {t('invoice.pdf')}
    </Button>
  );
};

const InvoicesPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const { shown = 'invoices' } = route.useSearch();
  const navigate = route.useNavigate();
  const [issuing, setIssuing] = useState<Papers>();
  const operator = session.actingAs.role === 'operator';
  const columns: Column<Invoice>[] = [
    { key: 'number', heading: t('invoice.number'), cell: (row) => <Foreign>{row.number}</Foreign> },
    { key: 'kind', heading: t('invoice.kind'), cell: (row) => word('paper_kind', row.kind) },
    {
      key: 'to',
      heading: t('invoice.recipient'),
      cell: (row) => <Foreign>{row.recipient.legal_name}</Foreign>,
      grow: true,
    },
    { key: 'issued', heading: t('invoice.issued'), cell: (row) => <Moment at={row.issued_at} date /> },
    { key: 'due', heading: t('invoice.due'), cell: (row) => <Moment at={row.due_at} date />, wideOnly: true },
    { key: 'gross', heading: t('conversion.amount'), cell: (row) => <Money value={row.gross} exact />, numeric: true },
    { key: 'open', heading: t('invoice.open'), cell: (row) => <Money value={row.open} exact />, numeric: true },
    {
      key: 'state',
      heading: t('conversion.state'),
      cell: (row) => (row.state ? <State value={row.state} kind="invoice_state" /> : <Nothing />),
    },
    {
      key: 'paper',
      heading: '',
      cell: (row) => <Pdf address={`/api/v1/invoices/${row.id}/pdf`} />,
    },
  ];
  const statements: Column<Statement>[] = [
    { key: 'number', heading: t('invoice.number'), cell: (row) => <Foreign>{row.number}</Foreign> },
    {
      key: 'to',
      heading: t('invoice.recipient'),
      cell: (row) => <Foreign>{row.recipient.legal_name}</Foreign>,
      grow: true,
    },
    { key: 'period', heading: t('invoice.period'), cell: (row) => <Moment at={row.period.start} date /> },
    { key: 'issued', heading: t('invoice.issued'), cell: (row) => <Moment at={row.issued_at} date />, wideOnly: true },
    {
      key: 'closing',
      heading: t('invoice.closing'),
      cell: (row) => <Money value={row.closing} exact />,
      numeric: true,
    },
    { key: 'paper', heading: '', cell: (row) => <Pdf address={`/api/v1/statements/${row.id}/pdf`} /> },
  ];
  const begin = mayAs(session, ['operator'], 'approve') ? (
    <Button onClick={() => setIssuing(shown)}>{t(`invoice.issue_${shown}`)}</Button>
  ) : undefined;
  const shared = {
    title: t('navigation.invoices'),
    actions: operator && (
      <>
        <SegmentedControl
          aria-label={t('invoice.kind')}
          value={shown}
          onChange={(value) =>
            void navigate({ search: { shown: value === 'statements' ? 'statements' : undefined }, replace: true })
          }
          data={[
            { value: 'invoices', label: t('navigation.invoices') },
            { value: 'statements', label: t('invoice.statements') },
          ]}
        />
        {begin}
      </>
    ),
  };
  return (
    <>
      {shown === 'invoices' ? (
        <ListPage
          {...shared}
          key="invoices"
          queryKey={['invoices']}
          read={read}
          columns={columns}
          rowKey={(row) => row.id}
          empty={{
            icon: IconFileInvoice,
            title: t('invoice.empty_title'),
            text: t('invoice.empty_text'),
            action: begin,
          }}
        />
      ) : (
        <ListPage
          {...shared}
          key="statements"
          queryKey={['statements']}
          read={readStatements}
          columns={statements}
          rowKey={(row) => row.id}
          empty={{
            icon: IconFileInvoice,
            title: t('invoice.no_statement'),
            text: t('invoice.no_statement_text'),
            action: begin,
          }}
        />
      )}
      {issuing && <IssueMonth papers={issuing} close={() => setIssuing(undefined)} />}
    </>
  );
};

export default InvoicesPage;
