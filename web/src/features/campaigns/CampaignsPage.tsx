// Campaigns on media that publishers do not bring: what each is, and where its costs are.

import { Button, Select } from '@mantine/core';
import { IconSpeakerphone, IconUpload } from '@tabler/icons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { FilterBar } from '../../ui/FilterBar';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named, Nothing } from '../../ui/values';
import { CHANNELS, isChannel, type Campaign } from './campaign';
import { CampaignForm } from './CampaignForm';

const route = getRouteApi('/campaigns');

const CampaignsPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const { channel } = route.useSearch();
  const [making, setMaking] = useState(false);
  const mayMake = may(session, 'propose');
  const columns: Column<Campaign>[] = [
    { key: 'name', heading: t('campaign.name'), cell: (row) => <Foreign>{row.name}</Foreign>, grow: true },
    { key: 'channel', heading: t('campaign.channel'), cell: (row) => word('channel', row.channel) },
    ...(session.actingAs.role === 'advertiser'
      ? []
      : [
          {
            key: 'advertiser',
            heading: t('campaign.advertiser'),
            cell: (row: Campaign) => <Named kind="advertiser" id={row.advertiser_id} />,
          },
        ]),
    {
      key: 'program',
      heading: t('conversion.program'),
      cell: (row) => <Named kind="program" id={row.program_id} />,
      wideOnly: true,
    },
    {
      key: 'external',
      heading: t('campaign.external'),
      cell: (row) => (row.external_id ? <Code>{row.external_id}</Code> : <Nothing />),
      wideOnly: true,
    },
    {
      key: 'status',
      heading: t('link.status'),
      cell: (row) => <State value={row.status ?? 'active'} kind="status" />,
    },
    { key: 'made', heading: t('link.created'), cell: (row) => <Moment at={row.created_at} date />, wideOnly: true },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.campaigns')}
        lead={t('campaign.lead')}
        actions={
          mayMake && (
            <>
              <Button
                variant="default"
                leftSection={<IconUpload size={16} stroke={1.6} aria-hidden />}
                renderRoot={(props) => <Link to="/costs/import" {...props} />}
              >
                {t('cost.import')}
              </Button>
              <Add onClick={() => setMaking(true)}>{t('campaign.new')}</Add>
            </>
          )
        }
        filters={
          <FilterBar>
            <Select
              aria-label={t('campaign.channel')}
              placeholder={t('campaign.channel')}
              data={CHANNELS.map((value) => ({ value, label: word('channel', value) }))}
              value={channel ?? null}
              onChange={(value) =>
                void navigate({
                  to: '/campaigns',
                  search: { channel: isChannel(value) ? value : undefined },
                  replace: true,
                })
              }
              clearable
              clearButtonProps={{ 'aria-label': t('ui.clear') }}
            />
          </FilterBar>
        }
        queryKey={['campaigns', channel]}
        read={(cursor) =>
          answer(GET('/api/v1/campaigns', { params: { query: { channel, limit: ROWS_A_PAGE, cursor } } }))
        }
        columns={columns}
        rowKey={(row) => row.id}
        open={(row) => void navigate({ to: '/campaigns/$campaignId', params: { campaignId: row.id } })}
        empty={{ icon: IconSpeakerphone, title: t('campaign.empty_title'), text: t('campaign.empty_text') }}
      />
      {making && <CampaignForm close={() => setMaking(false)} />}
    </>
  );
};

export default CampaignsPage;
