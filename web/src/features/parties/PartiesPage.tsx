// Those whom a manager looks after, each against the period before: who fell, who rose, and by how much.

import { SegmentedControl } from '@mantine/core';
import { IconTrendingDown } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { change, comparedAt, magnitude, showValue, useReport, valueAt, type ReportRow } from '../../data/reports';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { FilterBar } from '../../ui/FilterBar';
import { Page, Section } from '../../ui/Page';
import { PeriodSelect } from '../../ui/PeriodSelect';
import { Table, type Column } from '../../ui/Table';
import { Change } from '../../ui/Tile';
import { Foreign } from '../../ui/values';

const route = getRouteApi('/parties');
const ROWS_MAX = 500;
const METRICS = ['clicks', 'conversions', 'commission', 'revenue'] as const;
const UNITS = ['count', 'count', 'money', 'money'];
// Drops and rises are told by what is earned.
const MAIN = METRICS.indexOf('commission');

const moved = (row: ReportRow) => (magnitude(valueAt(row, MAIN)) ?? 0) - (magnitude(comparedAt(row, MAIN)) ?? 0);

const PartiesPage = () => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const search = route.useSearch();
  const update = route.useNavigate();
  const navigate = useNavigate();
  const { period = 'last_30_days', moves } = search;
  const both = actingAs.publishers.length > 0 && actingAs.advertisers.length > 0;
  const of = search.of ?? (actingAs.publishers.length > 0 || actingAs.role === 'operator' ? 'publisher' : 'advertiser');
  const { data, error, refetch } = useReport({
    metrics: [...METRICS],
    by: [of],
    period,
    compare: 'previous_period',
    limit: ROWS_MAX,
  });
  const rows = data?.rows
    .filter((row) => row.keys[0]?.value)
    .filter((row) => (moves === 'down' ? moved(row) < 0 : moves === 'up' ? moved(row) > 0 : true))
    .sort((one, other) => (moves === 'up' ? moved(other) - moved(one) : moved(one) - moved(other)));
  const columns: Column<ReportRow>[] = [
    {
      key: 'party',
      heading: t(of === 'publisher' ? 'conversion.publisher' : 'campaign.advertiser'),
      cell: (row) => <Foreign>{row.keys[0]?.name ?? row.keys[0]?.value ?? ''}</Foreign>,
      grow: true,
    },
    ...METRICS.flatMap((metric, at): Column<ReportRow>[] => [
      {
        key: metric,
        heading: t(`metric.${metric}`),
        cell: (row) => showValue(valueAt(row, at), UNITS[at] ?? 'count'),
        numeric: true,
      },
      {
        key: `${metric}_change`,
        heading: at === MAIN ? t('drop.change') : '±',
        cell: (row) => <Change change={change(valueAt(row, at), comparedAt(row, at))} />,
        numeric: true,
        wideOnly: at !== MAIN,
      },
    ]),
  ];
  return (
    <Page
      title={t('navigation.parties')}
      lead={t('drop.lead')}
      actions={
        <PeriodSelect
          value={period}
          onChange={(chosen) => void update({ search: { ...search, period: chosen }, replace: true })}
        />
      }
    >
      <FilterBar>
        {(both || actingAs.role === 'operator') && (
          <SegmentedControl
            aria-label={t('drop.of')}
            value={of}
            onChange={(value) =>
              void update({
                search: { ...search, of: value === 'advertiser' ? 'advertiser' : 'publisher' },
                replace: true,
              })
            }
            data={[
              { value: 'publisher', label: t('navigation.publishers') },
              { value: 'advertiser', label: t('navigation.advertisers') },
            ]}
          />
        )}
        <SegmentedControl
          aria-label={t('drop.moves')}
          value={moves ?? 'all'}
          onChange={(value) =>
            void update({
              search: { ...search, moves: value === 'down' || value === 'up' ? value : undefined },
              replace: true,
            })
          }
          data={[
            { value: 'all', label: t('ui.all') },
            { value: 'down', label: t('drop.down') },
            { value: 'up', label: t('drop.up') },
          ]}
        />
      </FilterBar>
      <Section flush>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <Table
            label={t('navigation.parties')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.keys[0]?.value ?? ''}
            open={(row) =>
              void navigate({
                to: '/conversions',
                search: of === 'publisher' ? { publisher: row.keys[0]?.value ?? undefined } : {},
              })
            }
            empty={<Empty icon={IconTrendingDown} title={t('drop.empty_title')} text={t('drop.empty_text')} />}
          />
        )}
      </Section>
    </Page>
  );
};

export default PartiesPage;
