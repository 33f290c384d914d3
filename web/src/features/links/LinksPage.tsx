// The tracking links: one for each place where a publisher speaks of a program.

import { IconLink } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { Copy } from '../../ui/Copy';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { FilterBar } from '../../ui/FilterBar';
import { More } from '../../ui/More';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named } from '../../ui/values';
import { NamedSelect } from '../conversions/Filters';
import { NewLink } from './NewLink';
import classes from './links.module.css';

type Link = Schemas['LinkView'];

const ROWS_A_PAGE = 50;

const route = getRouteApi('/links');

const useLinks = (program: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['links', program],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answer(GET('/api/v1/links', { params: { query: { program_id: program, limit: ROWS_A_PAGE, cursor } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const LinksPage = () => {
  const { t } = useWords();
  const session = useSession();
  const { role } = session.actingAs;
  const { program } = route.useSearch();
  const navigate = route.useNavigate();
  const [making, setMaking] = useState(false);
  const list = useLinks(program);
  const rows = list.data?.pages.flatMap((page) => page.items);
  const mayMake = role !== 'advertiser' && may(session, 'propose');
  const columns: Column<Link>[] = [
    { key: 'name', heading: t('link.name'), cell: (row) => <Foreign>{row.name || row.slug}</Foreign> },
    { key: 'program', heading: t('link.program'), cell: (row) => <Named kind="program" id={row.program_id} /> },
    ...(role === 'publisher'
      ? []
      : [
          {
            key: 'publisher',
            heading: t('link.publisher'),
            cell: (row: Link) => <Named kind="publisher" id={row.publisher_id} />,
          },
        ]),
    {
      key: 'address',
      heading: t('link.address'),
      cell: (row) => (
        <span className={classes.short}>
          <Code>{row.url}</Code>
          <Copy small text={new URL(row.url, location.origin).href} what={t('link.copy')} />
        </span>
      ),
    },
    { key: 'status', heading: t('link.status'), cell: (row) => <State value={row.status} kind="status" /> },
    { key: 'created', heading: t('link.created'), cell: (row) => <Moment at={row.created_at} date />, wideOnly: true },
  ];
  const make = mayMake && <Add onClick={() => setMaking(true)}>{t('link.new')}</Add>;
  return (
    <Page title={t('navigation.links')} lead={t('link.lead')} actions={make}>
      <FilterBar>
        <NamedSelect
          kind="program"
          label={t('link.program')}
          value={program}
          onChange={(chosen) => void navigate({ search: { program: chosen }, replace: true })}
        />
      </FilterBar>
      <Section flush>
        {list.error ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : (
          <Table
            label={t('navigation.links')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            open={(row) => void navigate({ to: '/links/$linkId', params: { linkId: row.id } })}
            empty={<Empty icon={IconLink} title={t('link.empty_title')} text={t('link.empty_text')} action={make} />}
            footer={<More list={list} shown={rows?.length ?? 0} />}
          />
        )}
      </Section>
      {making && <NewLink program={program} close={() => setMaking(false)} />}
    </Page>
  );
};

export default LinksPage;
