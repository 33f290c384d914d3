// What publishers object to, and until when each wants an answer.

import { Button, Drawer, Group, Stack } from '@mantine/core';
import { IconMessageQuestion } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Facts } from '../../ui/Facts';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge, State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Money, Named } from '../../ui/values';
import { NewDispute } from './NewDispute';
import classes from './disputes.module.css';

const route = getRouteApi('/disputes');

type Dispute = Schemas['DisputeView'];
type Reply = 'accept' | 'decline' | 'ask' | 'reply';

const REPLIES: Reply[] = ['accept', 'ask', 'decline'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/disputes', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const send = (dispute: Dispute, reply: Reply, text: string, dryRun: boolean, key: string) => {
  const params = { path: { dispute_id: dispute.id }, ...writeParams(dryRun, key) };
  if (reply === 'accept')
    return answer(POST('/api/v1/disputes/{dispute_id}/accept', { params, body: { answer: text } }));
  if (reply === 'ask') return answer(POST('/api/v1/disputes/{dispute_id}/ask', { params, body: { question: text } }));
  if (reply === 'reply') return answer(POST('/api/v1/disputes/{dispute_id}/reply', { params, body: { text } }));
  return answer(POST('/api/v1/disputes/{dispute_id}/decline', { params, body: { answer: text } }));
};

const Detail = ({ dispute, close }: { dispute: Dispute; close: () => void }) => {
  const { t, word } = useWords();
  const session = useSession();
  const [reply, setReply] = useState<Reply>();
  const open = dispute.state === 'open' || dispute.state === 'needs_info';
  const { evidence } = dispute;
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={520}
      title={word('dispute_kind', dispute.kind)}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <Facts
          rows={[
            [t('conversion.state'), <State key="state" value={dispute.state} kind="dispute_state" />],
            [t('conversion.publisher'), <Named key="publisher" kind="publisher" id={dispute.publisher_id} />],
            [t('conversion.program'), <Named key="program" kind="program" id={dispute.program_id} />],
            [t('dispute.deadline'), <Moment key="deadline" at={dispute.deadline} />],
            [t('conversion.order'), evidence.order_id && <Foreign>{evidence.order_id}</Foreign>],
            [
              t('conversion.amount'),
              evidence.amount && <Foreign>{`${evidence.amount} ${evidence.currency ?? ''}`}</Foreign>,
            ],
            [t('receipt.click_id'), evidence.click_id && <Code>{evidence.click_id}</Code>],
            [t('dispute.change'), dispute.commission_change && <Money value={dispute.commission_change} exact sign />],
          ]}
        />
        <ol className={classes.messages}>
          {dispute.messages.map((message) => (
            <li key={message.at} className={message.side === 'publisher' ? classes.theirs : classes.ours}>
              <Foreign>{message.text}</Foreign>
              <small>
                {word('role', message.side)} · <Moment at={message.at} relative />
              </small>
            </li>
          ))}
        </ol>
        {open && session.actingAs.publishers.includes(dispute.publisher_id) && may(session, 'propose') && (
          <Button variant="default" onClick={() => setReply('reply')}>
            {t('dispute.reply')}
          </Button>
        )}
        {open && session.actingAs.role !== 'publisher' && may(session, 'approve') && (
          <Group gap="xs">
            {REPLIES.map((one) => (
              <Button
                key={one}
                size="xs"
                variant={one === 'accept' ? 'filled' : 'default'}
                onClick={() => setReply(one)}
              >
                {t(`dispute.${one}`)}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
      {reply && (
        <Confirm<Dispute>
          title={t(`dispute.${reply}`)}
          action={t(`dispute.${reply}`)}
          danger={reply === 'decline'}
          text={{ label: t(reply === 'reply' ? 'dispute.text' : 'application.answer'), needed: () => true }}
          run={({ text }, dryRun, key) => send(dispute, reply, text, dryRun, key)}
          effect={
            reply === 'reply'
              ? undefined
              : (after) => (after.commission_change ? <Money value={after.commission_change} exact sign /> : null)
          }
          done={() => t('application.answered')}
          changes={['disputes', 'conversions', 'waiting']}
          close={() => setReply(undefined)}
          finished={close}
        />
      )}
    </Drawer>
  );
};

const DisputesPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState<Dispute>();
  const [opening, setOpening] = useState(search.conversion !== undefined);
  const mayOpen = session.actingAs.publishers.length > 0 && may(session, 'propose');
  const columns: Column<Dispute>[] = [
    { key: 'opened', heading: t('conversion.time'), cell: (row) => <Moment at={row.opened_at} /> },
    { key: 'kind', heading: t('dispute.kind'), cell: (row) => word('dispute_kind', row.kind) },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
    },
    {
      key: 'program',
      heading: t('conversion.program'),
      cell: (row) => <Named kind="program" id={row.program_id} />,
      grow: true,
    },
    {
      key: 'deadline',
      heading: t('dispute.deadline'),
      cell: (row) =>
        row.overdue_at ? <Badge tone="bad">{t('dispute.overdue')}</Badge> : <Moment at={row.deadline} date />,
    },
    { key: 'state', heading: t('conversion.state'), cell: (row) => <State value={row.state} kind="dispute_state" /> },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.disputes')}
        lead={t('dispute.lead')}
        actions={mayOpen && <Button onClick={() => setOpening(true)}>{t('dispute.new')}</Button>}
        queryKey={['disputes']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={setShown}
        empty={{ icon: IconMessageQuestion, title: t('dispute.empty_title'), text: t('dispute.empty_text') }}
      />
      {opening && mayOpen && (
        <NewDispute
          conversion={search.conversion}
          close={() => {
            setOpening(false);
            void navigate({ search: {}, replace: true });
          }}
        />
      )}
      {shown && <Detail dispute={shown} close={() => setShown(undefined)} />}
    </>
  );
};

export default DisputesPage;
