// One row: its figures, ways to look closer, and the clicks and conversions that it is made of.

import { Button, Drawer, Group, Select, Stack, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, POST, type Schemas } from '../../data/client';
import { change as changeOf, comparedAt, showValue, valueAt, type Report, type ReportRow } from '../../data/reports';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { More } from '../../ui/More';
import { Table, type Column } from '../../ui/Table';
import { Change } from '../../ui/Tile';
import { Foreign, Moment } from '../../ui/values';
import { Facts } from '../../ui/Facts';
import { rowKey, rowName } from './keys';
import { scopeOf, type Filter, type ReportSearch } from './search';
import { PERIODS_OF_TIME, useVocabulary } from './vocabulary';

type Fact = Schemas['FactView'];

interface Props {
  report: Report;
  row: ReportRow;
  search: ReportSearch;
  change: (search: ReportSearch) => void;
  close: () => void;
}

const Behind = ({ report, row, search }: Pick<Props, 'report' | 'row' | 'search'>) => {
  const { t, word } = useWords();
  const named = Object.fromEntries(report.keys.map(({ name }, at) => [name, row.keys[at]?.value ?? null]));
  const list = useInfiniteQuery({
    queryKey: ['facts', search, rowKey(row)],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        POST('/api/v1/reports/facts', { body: { ...scopeOf(search), row: named, page_size: 50, cursor: pageParam } }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const facts = list.data?.pages.flatMap((page) => page.items);
  const columns: Column<Fact>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (fact) => <Moment at={fact.recorded_at} /> },
    {
      key: 'what',
      heading: t('report.what'),
      cell: (fact) =>
        fact.conversion_id ? (
          <Link to="/conversions/$conversionId" params={{ conversionId: fact.conversion_id }}>
            {word('fact', fact.kind)}
          </Link>
        ) : (
          word('fact', fact.kind)
        ),
    },
    {
      key: 'measures',
      heading: t('report.adds'),
      cell: (fact) => (
        <Foreign>
          {Object.entries(fact.measures as Record<string, unknown>)
            .map(
              ([name, value]) =>
                `${name.replaceAll('_', ' ')} ${typeof value === 'object' ? Object.values(value ?? {}).join(' ') : String(value)}`,
            )
            .join(', ')}
        </Foreign>
      ),
    },
  ];
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  return (
    <Table
      label={t('report.behind')}
      columns={columns}
      rows={facts}
      rowKey={(fact) =>
        `${fact.conversion_id ?? fact.touch_id ?? ''}${fact.recorded_at}${JSON.stringify(fact.measures)}`
      }
      empty={t('ui.nothing_found')}
      footer={<More list={list} shown={facts?.length ?? 0} />}
    />
  );
};

export const RowDrawer = ({ report, row, search, change, close }: Props) => {
  const { t } = useWords();
  const { dimensions, heading } = useVocabulary();
  const cut = report.keys.filter(({ kind }) => kind !== 'period');
  const period = report.keys.find(({ kind }) => kind === 'period');
  const filtersWith = (test: Filter['test']): Filter[] => [
    ...(search.filters ?? []),
    ...cut.map(({ name }): Filter => {
      const value = row.keys[report.keys.findIndex((key) => key.name === name)]?.value ?? null;
      return { dimension: name, test, values: [value] };
    }),
  ];
  const dayOf = period?.name === 'day' ? (row.keys[report.keys.indexOf(period)]?.value ?? undefined) : undefined;
  const when = dayOf ? { from: dayOf, to: dayOf, period: undefined } : {};
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={560}
      title={<Foreign>{rowName(report, row)}</Foreign>}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="lg">
        <Facts
          rows={report.metrics.map(({ name, unit }, at) => [
            heading(name),
            <span key={name} className="tabular">
              {showValue(valueAt(row, at), unit, { exact: true })}{' '}
              <Change change={changeOf(valueAt(row, at), comparedAt(row, at))} />
            </span>,
          ])}
        />
        <Stack gap="xs">
          <Title order={2}>{t('report.closer')}</Title>
          <Select
            aria-label={t('report.closer')}
            placeholder={t('report.closer_by')}
            data={dimensions
              .filter(
                ({ name }) =>
                  !report.keys.some((key) => key.name === name) &&
                  (dayOf === undefined || !PERIODS_OF_TIME.includes(name) || name === 'hour'),
              )
              .map(({ name, heading: label }) => ({ value: name, label }))}
            value={null}
            onChange={(by) =>
              by &&
              change({
                ...search,
                ...when,
                by,
                order: undefined,
                filters: cut.length > 0 ? filtersWith('in') : search.filters,
              })
            }
            searchable
          />
          {cut.length > 0 && (
            <Group gap="xs">
              <Button variant="default" size="xs" onClick={() => change({ ...search, filters: filtersWith('in') })}>
                {t('report.only_this')}
              </Button>
              <Button variant="default" size="xs" onClick={() => change({ ...search, filters: filtersWith('not_in') })}>
                {t('report.without_this')}
              </Button>
            </Group>
          )}
        </Stack>
        <Stack gap="xs">
          <Title order={2}>{t('report.behind')}</Title>
          <Behind report={report} row={row} search={search} />
        </Stack>
      </Stack>
    </Drawer>
  );
};
