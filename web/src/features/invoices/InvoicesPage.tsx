// Invoices, credit notes and payment receipts, each as a PDF in the reader's language.

import { Button } from '@mantine/core';
import { IconFileInvoice } from '@tabler/icons-react';
import { answer, GET, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Money, Nothing } from '../../ui/values';

type Invoice = Schemas['InvoiceView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/invoices', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const InvoicesPage = () => {
  const { t, word, language } = useWords();
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
      cell: (row) => (
        <Button
          component="a"
          size="xs"
          variant="default"
          href={`/api/v1/invoices/${row.id}/pdf?language=${language}`}
          target="_blank"
        >
          {t('invoice.pdf')}
        </Button>
      ),
    },
  ];
  return (
    <ListPage
      title={t('navigation.invoices')}
      queryKey={['invoices']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      empty={{ icon: IconFileInvoice, title: t('invoice.empty_title'), text: t('invoice.empty_text') }}
    />
  );
};

export default InvoicesPage;
