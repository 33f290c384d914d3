// What waits for somebody: each line leads to where it is done.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, GET } from '../../data/client';
import { number } from '../../language/format';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Section } from '../../ui/Page';
import classes from './overview.module.css';

// Lists are paged and not counted by the server, so a long one shows this limit and a plus.
const COUNTED_MAX = 100;

interface Counted {
  items: unknown[];
  next_cursor?: string | null;
}

const WAITING: { label: TextKey; to: string; search: object; count: () => Promise<Counted> }[] = [
  {
    label: 'overview.attention_applications',
    to: '/applications',
    search: {},
    count: () => answer(GET('/api/v1/applications', { params: { query: { state: 'open', limit: COUNTED_MAX } } })),
  },
  {
    label: 'overview.attention_disputes',
    to: '/disputes',
    search: {},
    count: () => answer(GET('/api/v1/disputes', { params: { query: { state: 'open', limit: COUNTED_MAX } } })),
  },
  {
    label: 'overview.attention_pending',
    to: '/conversions',
    search: { state: 'pending' },
    count: () => answer(GET('/api/v1/conversions', { params: { query: { state: 'pending', limit: COUNTED_MAX } } })),
  },
  {
    label: 'overview.attention_held',
    to: '/conversions',
    search: { state: 'held' },
    count: () => answer(GET('/api/v1/conversions', { params: { query: { state: 'held', limit: COUNTED_MAX } } })),
  },
];

export const Attention = () => {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['waiting'],
    queryFn: () => Promise.all(WAITING.map(({ count }) => count())),
  });
  const waiting = WAITING.map((one, at) => ({ ...one, found: data?.[at] })).filter(({ found }) => found?.items.length);
  return (
    <Section title={t('overview.attention')} flush>
      {waiting.map(({ label, to, search, found }) => (
        <Link key={label} to={to} search={search} className={classes.waiting}>
          <span>{t(label)}</span>
          <span className={classes.count}>
            {number(found?.items.length ?? 0)}
            {found?.next_cursor ? '+' : ''}
          </span>
        </Link>
      ))}
      {data && waiting.length === 0 && <div className={classes.calm}>{t('overview.attention_none')}</div>}
    </Section>
  );
};
