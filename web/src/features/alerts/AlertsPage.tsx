// Caps that were reached and funds that run low, as they were noticed.

import { IconAlertTriangle } from '@tabler/icons-react';
import { answer, GET, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Named } from '../../ui/values';

type Alert = Schemas['AlertView'];

const TONES = { cap: 'warn', funds_low: 'warn', funds_out: 'bad', funds_back: 'good' } as const;

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/alerts', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const AlertsPage = () => {
  const { t, word, said } = useWords();
  const columns: Column<Alert>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.at} /> },
    {
      key: 'kind',
      heading: t('alert.kind'),
      cell: (row) => <Badge tone={TONES[row.kind]}>{word('alert_kind', row.kind)}</Badge>,
    },
    { key: 'words', heading: t('alert.words'), cell: (row) => <Foreign>{said(row.words)}</Foreign>, grow: true },
    {
      key: 'program',
      heading: t('conversion.program'),
      cell: (row) => <Named kind="program" id={row.program_id} />,
      wideOnly: true,
    },
  ];
  return (
    <ListPage
      title={t('navigation.alerts')}
      queryKey={['alerts']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      empty={{ icon: IconAlertTriangle, title: t('alert.empty_title'), text: t('alert.empty_text') }}
    />
  );
};

export default AlertsPage;
