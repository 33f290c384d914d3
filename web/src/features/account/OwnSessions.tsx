// In which browsers one is signed in, and signing them out.

import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { problemText } from '../../data/problem';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Foreign, Moment } from '../../ui/values';
import classes from './account.module.css';

type OwnSession = Schemas['OwnSessionView'];

const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await answer(GET('/api/v1/sessions'))).items,
});

// Ends one session, or all others.
const useEnd = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session: OwnSession | undefined) =>
      session
        ? answer(POST('/api/v1/sessions/{session_id}/end', { params: { path: { session_id: session.id } } }))
        : answer(POST('/api/v1/sessions/end_others')),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
    onError: (error) => notifications.show({ message: problemText(error), color: 'red' }),
  });
};

export const OwnSessions = () => {
  const { t } = useWords();
  const sessions = useQuery(sessionsQuery);
  const end = useEnd();
  const others = sessions.data?.some(({ current }) => !current);
  return (
    <Section title={t('sign_in.sessions')} hint={t('sign_in.sessions_hint')}>
      {sessions.isPending && <Skeleton h={120} />}
      {sessions.error && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul className={classes.sessions}>
        {sessions.data?.map((session) => (
          <li key={session.id}>
            <Stack gap={2} className={classes.browser}>
              <Foreign>{session.user_agent ?? t('sign_in.sessions_unknown')}</Foreign>
              <Group gap="xs" className={classes.when}>
                <Moment at={session.created_at} />
                {session.current && <Badge tone="good">{t('sign_in.sessions_current')}</Badge>}
              </Group>
            </Stack>
            {!session.current && (
              <Button variant="subtle" size="xs" disabled={end.isPending} onClick={() => end.mutate(session)}>
                {t('sign_in.sessions_end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others && (
        <Button variant="default" mt="md" loading={end.isPending} onClick={() => end.mutate(undefined)}>
          {t('sign_in.sessions_end_others')}
        </Button>
      )}
    </Section>
  );
};
