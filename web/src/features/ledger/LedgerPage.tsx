// The ledger: every account with what is settled and what still waits, and the transfers of the one that is looked at.

import { Button } from '@mantine/core';
import { IconBook } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { FilterBar } from '../../ui/FilterBar';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Money } from '../../ui/values';
import { NamedSelect } from '../conversions/Filters';
import type { LedgerSearch } from './routes';

type Account = Schemas['AccountView'];
type Transfer = Schemas['TransferView'];

const route = getRouteApi('/ledger');

const readAccounts =
  ({ advertiser, publisher }: LedgerSearch) =>
  (cursor: string | undefined) =>
    answer(
      GET('/api/v1/ledger/accounts', {
        params: { query: { advertiser_id: advertiser, publisher_id: publisher, limit: ROWS_A_PAGE, cursor } },
      }),
    );

const readTransfers = (account: string) => (cursor: string | undefined) =>
  answer(GET('/api/v1/ledger/transfers', { params: { query: { account, limit: ROWS_A_PAGE, cursor } } }));

// Accounts are named by their kind and the id of whose they are: `publisher:pub_…:USD`.
const useAccountName = () => {
  const publishers = useNamed('publisher').data ?? [];
  const advertisers = useNamed('advertiser').data ?? [];
  const { word } = useWords();
  return (account: string) => {
    const [kind = '', id = '', currency = ''] = account.split(':');
    const owner = [...publishers, ...advertisers].find((one) => one.id === id);
    return owner ? `${owner.name} · ${currency}` : `${word('account', kind)} · ${currency || id}`;
  };
};

const Transfers = ({ account, back }: { account: string; back: () => void }) => {
  const { t, word } = useWords();
  const name = useAccountName();
  const columns: Column<Transfer>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.at} /> },
    { key: 'reason', heading: t('ui.reason'), cell: (row) => word('transfer', row.reason) },
    { key: 'phase', heading: t('ledger.phase'), cell: (row) => word('phase', row.phase) },
    { key: 'from', heading: t('ledger.from'), cell: (row) => <Foreign>{row.debit ? name(row.debit) : '–'}</Foreign> },
    { key: 'to', heading: t('ledger.to'), cell: (row) => <Foreign>{row.credit ? name(row.credit) : '–'}</Foreign> },
    {
      key: 'source',
      heading: t('ledger.source'),
      cell: (row) => <Code>{row.source.slice(0, 12)}</Code>,
      wideOnly: true,
    },
    {
      key: 'amount',
      heading: t('conversion.amount'),
      cell: (row) => <Money value={row.amount} exact />,
      numeric: true,
    },
  ];
  return (
    <ListPage
      title={name(account)}
      lead={t('ledger.transfers')}
      actions={
        <Button variant="default" onClick={back}>
          {t('ledger.all_accounts')}
        </Button>
      }
      queryKey={['ledger', 'transfers', account]}
      read={readTransfers(account)}
      columns={columns}
      rowKey={(row) => `${row.source}${row.sequence}`}
      empty={{ icon: IconBook, title: t('ui.nothing_found') }}
    />
  );
};

const LedgerPage = () => {
  const { t, word } = useWords();
  const name = useAccountName();
  const { actingAs } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [account, setAccount] = useState<string>();
  const columns: Column<Account>[] = [
    { key: 'account', heading: t('ledger.account'), cell: (row) => <Foreign>{name(row.account)}</Foreign>, grow: true },
    { key: 'kind', heading: t('ledger.kind'), cell: (row) => word('account', row.kind) },
    { key: 'balance', heading: t('ledger.balance'), cell: (row) => <Money value={row.balance} />, numeric: true },
    { key: 'available', heading: t('ledger.available'), cell: (row) => <Money value={row.available} />, numeric: true },
    { key: 'in', heading: t('ledger.pending_in'), cell: (row) => <Money value={row.credits_pending} />, numeric: true },
    {
      key: 'out',
      heading: t('ledger.pending_out'),
      cell: (row) => <Money value={row.debits_pending} />,
      numeric: true,
    },
  ];
  if (account) return <Transfers account={account} back={() => setAccount(undefined)} />;
  return (
    <ListPage
      title={t('navigation.ledger')}
      lead={t('ledger.lead')}
      filters={
        actingAs.role !== 'advertiser' &&
        actingAs.role !== 'publisher' && (
          <FilterBar>
            <NamedSelect
              kind="advertiser"
              label={t('ledger.advertiser')}
              value={search.advertiser}
              onChange={(advertiser) => void navigate({ search: { advertiser }, replace: true })}
            />
            <NamedSelect
              kind="publisher"
              label={t('ledger.publisher')}
              value={search.publisher}
              onChange={(publisher) => void navigate({ search: { publisher }, replace: true })}
            />
          </FilterBar>
        )
      }
      queryKey={['ledger', 'accounts', search]}
      read={readAccounts(search)}
      columns={columns}
      rowKey={(row) => row.account}
      open={(row) => setAccount(row.account)}
      empty={{ icon: IconBook, title: t('ledger.empty_title'), text: t('ledger.empty_text') }}
    />
  );
};

export default LedgerPage;
