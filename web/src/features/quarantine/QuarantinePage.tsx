// What came and could not become a touch or a conversion: nothing is thrown away, and each says why. Conversions are repaired and taken in
// after all; about what cannot be, somebody says why nothing is done.

import { Anchor, Button, Drawer, Group, Stack } from '@mantine/core';
import { IconShieldQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Facts } from '../../ui/Facts';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named } from '../../ui/values';
import { Replay } from './Replay';
import { replayable } from './request';

type Quarantined = Schemas['QuarantineView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/quarantine', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const Solution = ({ solution }: { solution: Quarantined['solution'] }) => {
  const { t } = useWords();
  if (!solution) return <Badge tone="warn">{t('quarantine.open')}</Badge>;
  return <Badge tone="plain">{t(solution.way === 'replayed' ? 'quarantine.replayed' : 'quarantine.dismissed')}</Badge>;
};

const Conversion = ({ id }: { id: string }) => (
  <Anchor renderRoot={(props) => <Link to="/conversions/$conversionId" params={{ conversionId: id }} {...props} />}>
    <Code>{id}</Code>
  </Anchor>
);

const Dismiss = ({ row, close, done }: { row: Quarantined; close: () => void; done: () => void }) => {
  const { t } = useWords();
  return (
    <Confirm
      title={t('quarantine.dismiss')}
      action={t('quarantine.dismiss')}
      text={{ label: t('ui.reason'), needed: () => true }}
      run={({ text }, dryRun, key) =>
        answer(
          POST('/api/v1/quarantine/{quarantine_id}/dismiss', {
            params: { path: { quarantine_id: row.id }, ...writeParams(dryRun, key) },
            body: { reason: text },
          }),
        )
      }
      done={() => t('quarantine.dismissed')}
      changes={['quarantine']}
      close={close}
      finished={done}
    >
      {t('quarantine.dismiss_hint')}
    </Confirm>
  );
};

const QuarantinePage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const [shown, setShown] = useState<Quarantined>();
  const [step, setStep] = useState<'replay' | 'dismiss'>();
  const solved = () => {
    setStep(undefined);
    setShown(undefined);
  };
  const columns: Column<Quarantined>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.received_at} /> },
    { key: 'kind', heading: t('quarantine.kind'), cell: (row) => word('fact', row.kind) },
    { key: 'code', heading: t('quarantine.code'), cell: (row) => <Code>{row.code}</Code> },
    { key: 'reason', heading: t('ui.reason'), cell: (row) => <Foreign>{row.reason}</Foreign>, grow: true },
    {
      key: 'solution',
      heading: t('quarantine.solution'),
      cell: (row) => <Solution solution={row.solution} />,
    },
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
                [t('quarantine.solution'), <Solution key="solution" solution={shown.solution} />],
                [
                  t('quarantine.conversion'),
                  shown.solution?.conversion_id && <Conversion key="conversion" id={shown.solution.conversion_id} />,
                ],
                [t('ui.reason'), shown.solution?.reason && <Foreign key="reason">{shown.solution.reason}</Foreign>],
              ]}
            />
            {may(session, 'propose') && (
              <Group gap="xs">
                {replayable(shown) && shown.solution?.way !== 'dismissed' && !shown.solution?.conversion_id && (
                  <Button onClick={() => setStep('replay')}>{t('quarantine.replay')}</Button>
                )}
                {!shown.solution && (
                  <Button variant="default" onClick={() => setStep('dismiss')}>
                    {t('quarantine.dismiss')}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </Drawer>
      )}
      {shown && step === 'replay' && <Replay row={shown} close={() => setStep(undefined)} done={solved} />}
      {shown && step === 'dismiss' && <Dismiss row={shown} close={() => setStep(undefined)} done={solved} />}
    </>
  );
};

export default QuarantinePage;
