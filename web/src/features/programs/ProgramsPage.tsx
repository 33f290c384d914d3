// The programs: what is paid for, for whom they are open, whether they run.

import { IconTarget } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge, State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Named } from '../../ui/values';

type Program = Schemas['ProgramView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/programs', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const ProgramsPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const begin = mayAs(session, ['operator', 'advertiser', 'manager'], 'propose') ? (
    <Add onClick={() => void navigate({ to: '/programs/new' })}>{t('program.new')}</Add>
  ) : undefined;
  const columns: Column<Program>[] = [
    { key: 'name', heading: t('ui.name'), cell: (row) => <Foreign>{row.name}</Foreign>, grow: true },
    {
      key: 'advertiser',
      heading: t('role.advertiser'),
      cell: (row) => <Named kind="advertiser" id={row.advertiser_id} />,
    },
    {
      key: 'actions',
      heading: t('program.actions'),
      cell: (row) => <Foreign>{row.actions.map(({ name }) => name).join(', ')}</Foreign>,
    },
    { key: 'joining', heading: t('program.joining'), cell: (row) => word('joining', row.joining) },
    {
      key: 'funded',
      heading: t('program.funded'),
      cell: (row) => (
        <Badge tone={row.funded ? 'good' : 'bad'}>{t(row.funded ? 'program.funded_yes' : 'program.funded_no')}</Badge>
      ),
    },
    { key: 'created', heading: t('ui.since'), cell: (row) => <Moment at={row.created_at} date />, wideOnly: true },
    { key: 'status', heading: t('conversion.state'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  return (
    <ListPage
      title={t('navigation.programs')}
      actions={begin}
      queryKey={['programs']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      open={(row) => void navigate({ to: '/programs/$programId', params: { programId: row.id } })}
      empty={{
        icon: IconTarget,
        title: t('program.empty_title'),
        text: t('overview.start_program'),
        action: begin,
      }}
    />
  );
};

export default ProgramsPage;
