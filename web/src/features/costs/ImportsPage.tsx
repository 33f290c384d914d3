// What was said about costs, import by import, each of which can be undone.

import { Button, Drawer, Stack } from '@mantine/core';
import { IconArrowBackUp, IconFileSpreadsheet, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { day, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Facts } from '../../ui/Facts';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named, Nothing } from '../../ui/values';
import { Outcome, type Import } from './Outcome';

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/cost_imports', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const ImportsPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const [open, setOpen] = useState<Import>();
  const [undoing, setUndoing] = useState<Import>();
  const mayWrite = may(session, 'propose');
  const columns: Column<Import>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.at} /> },
    {
      key: 'file',
      heading: t('cost.file'),
      cell: (row) => (row.file_name ? <Foreign>{row.file_name}</Foreign> : word('cost_kind', row.kind)),
      grow: true,
    },
    {
      key: 'days',
      heading: t('cost.days'),
      cell: (row) => (row.from && row.to ? `${day(row.from)} – ${day(row.to)}` : <Nothing />),
      wideOnly: true,
    },
    {
      key: 'changed',
      heading: t('cost.booked'),
      cell: (row) => number(row.days.added + row.days.changed + row.days.removed),
      numeric: true,
    },
    {
      key: 'refused',
      heading: t('cost.refused_rows'),
      cell: (row) => (row.refused > 0 ? <Badge tone="warn">{number(row.refused)}</Badge> : number(0)),
      numeric: true,
    },
    {
      key: 'state',
      heading: t('conversion.state'),
      cell: (row) =>
        row.undone_by ? (
          <Badge tone="plain">{t('cost.undone')}</Badge>
        ) : row.kind === 'undo' ? (
          <Badge tone="plain">{word('cost_kind', 'undo')}</Badge>
        ) : (
          <Badge tone="good">{t('cost.holds')}</Badge>
        ),
    },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.costs')}
        lead={t('cost.lead')}
        actions={
          mayWrite && (
            <Button
              leftSection={<IconUpload size={16} stroke={1.6} aria-hidden />}
              renderRoot={(props) => <Link to="/costs/import" {...props} />}
            >
              {t('cost.import')}
            </Button>
          )
        }
        queryKey={['cost_imports']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={setOpen}
        empty={{ icon: IconFileSpreadsheet, title: t('cost.empty_title'), text: t('cost.empty_text') }}
      />
      {open && (
        <Drawer
          opened
          onClose={() => setOpen(undefined)}
          position="right"
          size={560}
          title={open.file_name ?? word('cost_kind', open.kind)}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <Stack gap="md">
            <Facts
              rows={[
                [t('conversion.time'), <Moment key="at" at={open.at} />],
                [t('campaign.advertiser'), <Named key="advertiser" kind="advertiser" id={open.advertiser_id} />],
                [t('ui.by'), <Code key="actor">{open.actor}</Code>],
              ]}
            />
            <Outcome outcome={open} />
            {mayWrite && !open.undone_by && open.kind !== 'undo' && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={16} stroke={1.6} aria-hidden />}
                onClick={() => setUndoing(open)}
              >
                {t('cost.undo')}
              </Button>
            )}
          </Stack>
        </Drawer>
      )}
      {undoing && (
        <Confirm<Import>
          title={t('cost.undo_title')}
          action={t('cost.undo')}
          danger
          run={(_, dryRun, key) =>
            answer(
              POST('/api/v1/cost_imports/{cost_import_id}/undo', {
                params: { path: { cost_import_id: undoing.id }, ...writeParams(dryRun, key) },
              }),
            )
          }
          effect={(outcome) => <Outcome outcome={outcome} />}
          done={() => t('cost.undone_now')}
          changes={['cost_imports', 'campaign_costs', 'report']}
          close={() => setUndoing(undefined)}
          finished={() => setOpen(undefined)}
        >
          {t('cost.undo_text')}
        </Confirm>
      )}
    </>
  );
};

export default ImportsPage;
