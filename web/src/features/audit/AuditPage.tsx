// Who changed what, and when.

import { Code as Block, Drawer, ScrollArea } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import type { Column } from '../../ui/Table';
import { Code, Moment } from '../../ui/values';

type Entry = Schemas['AuditView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/audit', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const AuditPage = () => {
  const { t } = useWords();
  const [shown, setShown] = useState<Entry>();
  const columns: Column<Entry>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.at} /> },
    { key: 'action', heading: t('audit.what'), cell: (row) => <Code>{row.action}</Code> },
    { key: 'object', heading: t('audit.object'), cell: (row) => <Code>{row.object}</Code>, grow: true },
    { key: 'actor', heading: t('ui.by'), cell: (row) => <Code>{row.actor}</Code> },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.audit')}
        queryKey={['audit']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={setShown}
        empty={{ icon: IconHistory, title: t('ui.nothing_found') }}
      />
      {shown && (
        <Drawer
          opened
          onClose={() => setShown(undefined)}
          position="right"
          size={560}
          title={<Code>{shown.action}</Code>}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <ScrollArea>
            <Block block dir="ltr" tabIndex={0}>
              {JSON.stringify(shown.change, null, 2)}
            </Block>
          </ScrollArea>
        </Drawer>
      )}
    </>
  );
};

export default AuditPage;
