// The publishers: what kind they are and whether they work.

import { IconSpeakerphone } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Nothing } from '../../ui/values';

type Publisher = Schemas['PublisherView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/publishers', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const PublishersPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const begin = mayAs(session, ['operator'], 'propose') ? (
    <Add onClick={() => void navigate({ to: '/publishers/new' })}>{t('publisher.new')}</Add>
  ) : undefined;
  const columns: Column<Publisher>[] = [
    { key: 'name', heading: t('ui.name'), cell: (row) => <Foreign>{row.name}</Foreign>, grow: true },
    { key: 'kind', heading: t('publisher.kind'), cell: (row) => word('publisher_kind', row.kind) },
    {
      key: 'external',
      heading: t('publisher.external_id'),
      cell: (row) => (row.external_id ? <Foreign>{row.external_id}</Foreign> : <Nothing />),
    },
    { key: 'created', heading: t('ui.since'), cell: (row) => <Moment at={row.created_at} date />, wideOnly: true },
    { key: 'status', heading: t('conversion.state'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  return (
    <ListPage
      title={t('navigation.publishers')}
      actions={begin}
      queryKey={['publishers']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      open={(row) => void navigate({ to: '/publishers/$publisherId', params: { publisherId: row.id } })}
      empty={{
        icon: IconSpeakerphone,
        title: t('publisher.empty_title'),
        text: t('publisher.empty_text'),
        action: begin,
      }}
    />
  );
};

export default PublishersPage;
