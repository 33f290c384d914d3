// The advertisers: how they pay and how they report.

import { IconBuildingStore } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge, State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment } from '../../ui/values';

type Advertiser = Schemas['AdvertiserView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/advertisers', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const AdvertisersPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const begin = mayAs(session, ['operator'], 'propose') ? (
    <Add onClick={() => void navigate({ to: '/advertisers/new' })}>{t('advertiser.new')}</Add>
  ) : undefined;
  const columns: Column<Advertiser>[] = [
    { key: 'name', heading: t('ui.name'), cell: (row) => <Foreign>{row.name}</Foreign>, grow: true },
    { key: 'billing', heading: t('advertiser.billing'), cell: (row) => word('billing', row.billing) },
    {
      key: 'postback',
      heading: t('advertiser.postback'),
      cell: (row) =>
        row.has_signing_secret ? (
          <Badge tone="good">{t('advertiser.signed')}</Badge>
        ) : (
          <Badge tone={row.has_postback_token ? 'accent' : 'warn'}>
            {t(row.has_postback_token ? 'advertiser.token' : 'advertiser.no_postback')}
          </Badge>
        ),
    },
    { key: 'created', heading: t('ui.since'), cell: (row) => <Moment at={row.created_at} date />, wideOnly: true },
    { key: 'status', heading: t('conversion.state'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  return (
    <ListPage
      title={t('navigation.advertisers')}
      actions={begin}
      queryKey={['advertisers']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      open={(row) => void navigate({ to: '/advertisers/$advertiserId', params: { advertiserId: row.id } })}
      empty={{
        icon: IconBuildingStore,
        title: t('advertiser.empty_title'),
        text: t('advertiser.empty_text'),
        action: begin,
      }}
    />
  );
};

export default AdvertisersPage;
