// Who wants to join which program: read what he says, answer.

import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment, Named } from '../../ui/values';

type Application = Schemas['ApplicationView'];
// When the publisher may ask again, as the API has it when nothing is said.
const AGAIN_AFTER_DAYS = 30;

type Reply = 'accept' | 'decline';

const read = (state: 'open' | undefined) => (cursor: string | undefined) =>
  answer(GET('/api/v1/applications', { params: { query: { state, limit: ROWS_A_PAGE, cursor } } }));

const Answer = ({ application, reply, close }: { application: Application; reply: Reply; close: () => void }) => {
  const { t } = useWords();
  const path = { application_id: application.id };
  return (
    <Confirm<Application>
      title={t(reply === 'accept' ? 'application.accept' : 'application.decline')}
      action={t(reply === 'accept' ? 'application.accept' : 'application.decline')}
      danger={reply === 'decline'}
      text={{ label: t('application.answer'), needed: () => reply === 'decline' }}
      run={({ text }, dryRun, key) =>
        reply === 'accept'
          ? answer(
              POST('/api/v1/applications/{application_id}/accept', {
                params: { path, ...writeParams(dryRun, key) },
                body: { answer: text },
              }),
            )
          : answer(
              POST('/api/v1/applications/{application_id}/decline', {
                params: { path, ...writeParams(dryRun, key) },
                body: { answer: text, again_after_days: AGAIN_AFTER_DAYS },
              }),
            )
      }
      done={() => t('application.answered')}
      changes={['applications', 'waiting']}
      close={close}
    >
      <Foreign>{application.message}</Foreign>
    </Confirm>
  );
};

const ApplicationsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const [state, setState] = useState<'open' | undefined>('open');
  const [replying, setReplying] = useState<{ application: Application; reply: Reply }>();
  const mayAnswer = may(session, 'approve');
  const columns: Column<Application>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.created_at} date /> },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
    },
    { key: 'program', heading: t('conversion.program'), cell: (row) => <Named kind="program" id={row.program_id} /> },
    { key: 'message', heading: t('application.message'), cell: (row) => <Foreign>{row.message}</Foreign>, grow: true },
    {
      key: 'state',
      heading: t('conversion.state'),
      cell: (row) => <State value={row.state} kind="application_state" />,
    },
    {
      key: 'answer',
      heading: '',
      cell: (row) =>
        mayAnswer && row.kind === 'application' && row.state === 'open' ? (
          <Group gap={6} wrap="nowrap">
            <Button size="xs" onClick={() => setReplying({ application: row, reply: 'accept' })}>
              {t('application.accept')}
            </Button>
            <Button size="xs" variant="default" onClick={() => setReplying({ application: row, reply: 'decline' })}>
              {t('application.decline')}
            </Button>
          </Group>
        ) : null,
    },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.approvals')}
        lead={t('application.lead')}
        actions={
          <SegmentedControl
            aria-label={t('conversion.state')}
            value={state ?? 'all'}
            onChange={(value) => setState(value === 'open' ? 'open' : undefined)}
            data={[
              { value: 'open', label: t('application.waiting') },
              { value: 'all', label: t('ui.all') },
            ]}
          />
        }
        queryKey={['applications', state]}
        read={read(state)}
        columns={columns}
        rowKey={(row) => row.id}
        empty={{ icon: IconUserCheck, title: t('application.empty_title'), text: t('application.empty_text') }}
      />
      {replying && <Answer {...replying} close={() => setReplying(undefined)} />}
    </>
  );
};

export default ApplicationsPage;
