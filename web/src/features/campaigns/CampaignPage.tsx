// One campaign: what it is, and what it cost on each day.

import { Button, Skeleton } from '@mantine/core';
import { IconCalendarDollar, IconPencil } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { day, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { More } from '../../ui/More';
import { Page, Section } from '../../ui/Page';
import { Badge, State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Code, Money, Named, Nothing } from '../../ui/values';
import { campaignQuery } from './campaign';
import { CampaignForm } from './CampaignForm';

type CostDay = Schemas['CostDayView'];

const ROWS_A_PAGE = 60;

const route = getRouteApi('/campaigns/$campaignId');

const count = (value: number | null | undefined) =>
  value === null || value === undefined ? <Nothing /> : number(value);

const Days = ({ campaign }: { campaign: string }) => {
  const { t } = useWords();
  const list = useInfiniteQuery({
    queryKey: ['campaign_costs', campaign],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answer(
        GET('/api/v1/campaign_costs', {
          params: { query: { campaign_id: campaign, limit: ROWS_A_PAGE, cursor } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const columns: Column<CostDay>[] = [
    { key: 'day', heading: t('cost.day'), cell: (row) => day(row.day), grow: true },
    { key: 'impressions', heading: t('cost.impressions'), cell: (row) => count(row.impressions), numeric: true },
    { key: 'clicks', heading: t('metric.clicks'), cell: (row) => count(row.clicks), numeric: true },
    { key: 'spend', heading: t('cost.spend'), cell: (row) => <Money value={row.spend} exact />, numeric: true },
    {
      key: 'converted',
      heading: t('cost.converted'),
      cell: (row) =>
        row.converted ? <Money value={row.converted} exact /> : <Badge tone="warn">{t('cost.no_rate')}</Badge>,
      numeric: true,
      wideOnly: true,
    },
  ];
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  return (
    <Table
      label={t('cost.by_day')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.day}
      empty={<Empty icon={IconCalendarDollar} title={t('cost.no_days')} text={t('cost.no_days_text')} />}
      footer={<More list={list} shown={rows?.length ?? 0} />}
    />
  );
};

const CampaignPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const { campaignId } = route.useParams();
  const { data, error, refetch } = useQuery(campaignQuery(campaignId));
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title={data?.name ?? t('navigation.campaigns')}
      lead={data && word('channel', data.channel)}
      actions={
        data &&
        may(session, 'propose') && (
          <Button
            variant="default"
            leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            {t('campaign.edit')}
          </Button>
        )
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={240} radius="lg" />}
      {data && (
        <>
          <Section>
            <Facts
              rows={[
                [t('link.status'), <State key="status" value={data.status ?? 'active'} kind="status" />],
                [t('campaign.advertiser'), <Named key="advertiser" kind="advertiser" id={data.advertiser_id} />],
                [t('conversion.program'), data.program_id && <Named kind="program" id={data.program_id} />],
                [t('campaign.external'), data.external_id && <Code>{data.external_id}</Code>],
                [t('campaign.starts'), data.starts_on && day(data.starts_on)],
                [t('campaign.ends'), data.ends_on && day(data.ends_on)],
              ]}
            />
          </Section>
          <Section title={t('cost.by_day')} flush>
            <Days campaign={campaignId} />
          </Section>
        </>
      )}
      {editing && data && <CampaignForm known={data} close={() => setEditing(false)} />}
    </Page>
  );
};

export default CampaignPage;
