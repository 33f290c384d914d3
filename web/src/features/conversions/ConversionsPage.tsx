// Every conversion, found by what it is: a list that can be judged in bulk by those who may.

import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconReceipt2, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { More } from '../../ui/More';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Foreign, Moment, Money, Named, Nothing } from '../../ui/values';
import { Filters } from './Filters';
import type { Conversion } from './conversion';
import { Judge } from './Judge';
import type { ConversionSearch } from './routes';

const route = getRouteApi('/conversions');
const ROWS_A_PAGE = 50;

const queryOf = (search: ConversionSearch) => ({
  state: search.state,
  program_id: search.program,
  publisher_id: search.publisher,
  action: search.action,
  code: search.code,
  order_id: search.order,
  from: search.from,
  to: search.to,
});

const useConversions = (search: ConversionSearch) =>
  useInfiniteQuery({
    queryKey: ['conversions', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      answer(
        GET('/api/v1/conversions', {
          params: { query: { ...queryOf(search), limit: ROWS_A_PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const useColumns = (): Column<Conversion>[] => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const columns: Column<Conversion>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.received_at} /> },
    { key: 'action', heading: t('conversion.action'), cell: (row) => <Foreign>{row.action}</Foreign> },
    {
      key: 'order',
      heading: t('conversion.order'),
      cell: (row) => (row.order_id ? <Foreign>{row.order_id}</Foreign> : <Nothing />),
    },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
    },
    {
      key: 'program',
      heading: t('conversion.program'),
      cell: (row) => <Named kind="program" id={row.program_id} />,
      wideOnly: true,
    },
    { key: 'amount', heading: t('conversion.amount'), cell: (row) => <Money value={row.amount} />, numeric: true },
    {
      key: 'commission',
      heading: t('conversion.commission'),
      cell: (row) => <Money value={row.commission} />,
      numeric: true,
    },
    { key: 'state', heading: t('conversion.state'), cell: (row) => <State value={row.state} /> },
  ];
  const hidden = actingAs.role === 'publisher' ? ['order', 'publisher'] : [];
  return columns.filter(({ key }) => !hidden.includes(key));
};

const ConversionsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = useConversions(search);
  const rows = list.data?.pages.flatMap((page) => page.items);
  const mayJudge = session.actingAs.role !== 'publisher' && may(session, 'approve');
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title={t('navigation.conversions')}
      actions={
        mayJudge && (
          <Button
            variant="default"
            leftSection={<IconUpload size={16} stroke={1.6} aria-hidden />}
            renderRoot={(props) => <Link to="/conversions/file" {...props} />}
          >
            {t('conversion.by_file')}
          </Button>
        )
      }
    >
      <Filters search={search} change={(next) => void navigate({ search: next, replace: true })} />
      <Section flush>
        {list.error ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : (
          <Table
            label={t('navigation.conversions')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            open={(row) => void navigate({ to: '/conversions/$conversionId', params: { conversionId: row.id } })}
            choice={mayJudge ? { chosen, change: setChosen } : undefined}
            empty={
              <Empty
                icon={IconReceipt2}
                title={t(filtered ? 'ui.nothing_found' : 'conversion.empty_title')}
                text={t(filtered ? 'conversion.filtered_text' : 'conversion.empty_text')}
              />
            }
            footer={<More list={list} shown={rows?.length ?? 0} />}
          />
        )}
      </Section>
      {chosen.size > 0 && <Judge chosen={chosen} clear={() => setChosen(new Set())} />}
    </Page>
  );
};

export default ConversionsPage;
