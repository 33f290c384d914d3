// What came and could not become a touch or a conversion: nothing is thrown away, and each says why.

import { Drawer, Stack } from '@mantine/core';
import { IconShieldQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { Facts } from '../../ui/Facts';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named } from '../../ui/values';

type Quarantined = Schemas['QuarantineView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/quarantine', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const QuarantinePage = () => {
  const { t, word } = useWords();
  const [shown, setShown] = useState<Quarantined>();
  const columns: Column<Quarantined>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.received_at} /> },
    { key: 'kind', heading: t('quarantine.kind'), cell: (row) => word('fact', row.kind) },
    { key: 'code', heading: t('quarantine.code'), cell: (row) => <Code>{row.code}</Code> },
    { key: 'reason', heading: t('ui.reason'), cell: (row) => <Foreign>{row.reason}</Foreign>, grow: true },
    {
      key: 'advertiser',
      heading: t('role.advertiser'),
      cell: (row) => <Named kind="advertiser" id={row.advertiser_id} />,
      wideOnly: true,
    },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.quarantine')}
        lead={t('quarantine.lead')}
        queryKey={['quarantine']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={setShown}
        empty={{ icon: IconShieldQuestion, title: t('quarantine.empty_title'), text: t('quarantine.empty_text') }}
      />
      {shown && (
        <Drawer
          opened
          onClose={() => setShown(undefined)}
          position="right"
          size={520}
          title={<Code>{shown.code}</Code>}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <Stack>
            <Foreign>{shown.reason}</Foreign>
            <Facts
              rows={[
                [t('ui.id'), <Code key="id">{shown.id}</Code>],
                [t('conversion.time'), <Moment key="time" at={shown.received_at} />],
                [t('quarantine.request'), <Code key="request">{shown.request}</Code>],
              ]}
            />
          </Stack>
        </Drawer>
      )}
    </>
  );
};

export default QuarantinePage;
