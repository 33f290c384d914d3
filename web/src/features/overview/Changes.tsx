// What has changed for a publisher lately, the newest first: answers, terms that begin, conversions that were taken back, payments, alerts.

import { Skeleton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCash,
  IconFileText,
  IconMessageQuestion,
  IconUserCheck,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, GET } from '../../data/client';
import { useSession } from '../../data/session_context';
import { moment } from '../../language/format';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import { Moment, Money, Named } from '../../ui/values';
import classes from './by_state.module.css';

const SHOWN = 7;
const READ = 20;

interface Change {
  key: string;
  at: string;
  icon: TablerIcon;
  tone?: 'good' | 'bad' | 'warn';
  words: ReactNode;
  to: string;
}

const readAll = async () => {
  const query = { limit: READ };
  const [rejected, reversed, applications, disputes, payouts, contracts, alerts] = await Promise.all([
    answer(GET('/api/v1/conversions', { params: { query: { ...query, state: 'rejected' } } })),
    answer(GET('/api/v1/conversions', { params: { query: { ...query, state: 'reversed' } } })),
    answer(GET('/api/v1/applications', { params: { query } })),
    answer(GET('/api/v1/disputes', { params: { query } })),
    answer(GET('/api/v1/payouts', { params: { query } })),
    answer(GET('/api/v1/contracts', { params: { query } })),
    answer(GET('/api/v1/alerts', { params: { query } })),
  ]);
  return { taken: [...rejected.items, ...reversed.items], applications, disputes, payouts, contracts, alerts };
};

const useChanges = () => {
  const { t, word, said } = useWords();
  const { network } = useSession();
  const { data, error, refetch } = useQuery({ queryKey: ['changes'], queryFn: readAll });
  const changes: Change[] = [];
  for (const one of data?.taken ?? []) {
    if (!one.last_change) continue;
    const { at, reason } = one.last_change;
    changes.push({
      key: one.id,
      at,
      icon: one.state === 'rejected' ? IconX : IconArrowBackUp,
      tone: 'bad',
      to: `/conversions/${one.id}`,
      words: (
        <>
          {t(one.state === 'rejected' ? 'overview.change_rejected' : 'overview.change_reversed')}
          {reason && ` · ${word('reason', reason)}`}
        </>
      ),
    });
  }
  for (const one of data?.applications.items ?? []) {
    if (one.kind !== 'application' && one.state !== 'open') continue;
    if (one.kind === 'application' && !one.answered_at) continue;
    changes.push({
      key: one.id,
      at: one.answered_at ?? one.created_at,
      icon: IconUserCheck,
      tone: one.state === 'declined' ? 'bad' : 'good',
      to: '/join',
      words: (
        <>
          <Named kind="program" id={one.program_id} /> ·{' '}
          {one.kind === 'application' ? word('application_state', one.state) : t('overview.change_invited')}
        </>
      ),
    });
  }
  for (const one of data?.disputes.items ?? []) {
    const last = one.messages.at(-1);
    if (!last || last.side === 'publisher') continue;
    changes.push({
      key: one.id,
      at: last.at,
      icon: IconMessageQuestion,
      tone: one.state === 'needs_info' ? 'warn' : undefined,
      to: '/disputes',
      words: `${t('overview.change_dispute')} · ${word('dispute_state', one.state)}`,
    });
  }
  for (const one of data?.payouts.items ?? []) {
    const at = one.settled_at ?? one.approved_at;
    if (!at) continue;
    changes.push({
      key: one.id,
      at,
      icon: IconCash,
      tone: one.state === 'confirmed' ? 'good' : undefined,
      to: '/earnings',
      words: (
        <>
          {t('overview.change_payout')} · <Money value={one.amount} /> · {word('payout_state', one.state)}
        </>
      ),
    });
  }
  for (const one of data?.contracts.items ?? []) {
    if (one.number === 1) continue;
    changes.push({
      key: one.version_id,
      at: one.created_at,
      icon: IconFileText,
      tone: 'warn',
      to: '/join',
      words: (
        <>
          <Named kind="program" id={one.program_id} /> ·{' '}
          {t('overview.change_terms', { time: moment(one.valid_from, network.zone, { dateStyle: 'medium' }) })}
        </>
      ),
    });
  }
  for (const one of data?.alerts.items ?? []) {
    changes.push({
      key: one.id,
      at: one.at,
      icon: IconAlertTriangle,
      tone: one.kind === 'funds_back' ? 'good' : 'warn',
      to: '/join',
      words: <bdi>{said(one.words)}</bdi>,
    });
  }
  changes.sort((one, other) => (one.at < other.at ? 1 : -1));
  return { changes: data && changes.slice(0, SHOWN), error, refetch };
};

export const Changes = () => {
  const { t } = useWords();
  const { changes, error, refetch } = useChanges();
  return (
    <Section title={t('overview.changes')} flush>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!changes && !error && <Skeleton h={160} m="md" />}
      {changes?.length === 0 && <div className={classes.sign}>{t('overview.changes_none')}</div>}
      <ul className={classes.changes}>
        {changes?.map(({ key, at, icon: Icon, tone, words, to }) => (
          <li key={key}>
            <Link to={to} className={classes.change}>
              <span className={`${classes.icon} ${tone ? classes[tone] : ''}`}>
                <Icon size={16} stroke={1.7} aria-hidden />
              </span>
              <span>
                {words}
                <br />
                <small>
                  <Moment at={at} relative />
                </small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
};
