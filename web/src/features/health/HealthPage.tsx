// How the server itself is: whether it takes traffic, how fast it stores, what it had to refuse, and the chain of finished days that nobody
// can change unseen.

import { Alert, Skeleton } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { answer, GET, type Schemas } from '../../data/client';
import { day, number } from '../../language/format';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Tile } from '../../ui/Tile';
import { Code } from '../../ui/values';
import { quantile, readMetrics, type Measured } from './metrics';
import classes from './health.module.css';

const PAUSE_MS = 5000;
const DAYS_SHOWN = 14;
const MOST = 0.99;
const HASH_SHOWN = 16;

type Root = Schemas['SignedRootView'];

const ask = async (path: string) => {
  const response = await fetch(path, { cache: 'no-store' });
  return { ok: response.ok, text: await response.text() };
};

const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    refetchInterval: PAUSE_MS,
    staleTime: 0,
    queryFn: async () => {
      const [alive, ready, metrics] = await Promise.all([ask('/healthz'), ask('/readyz'), ask('/metrics')]);
      const known = metrics.ok && metrics.text.includes('merit_');
      return {
        alive: alive.ok,
        ready: ready.ok,
        why: ready.text.trim(),
        measured: known ? readMetrics(metrics.text) : null,
      };
    },
  });

const milliseconds = (seconds: number | undefined): string => {
  if (seconds === undefined) return '–';
  if (seconds === Infinity) return '∞';
  return number(seconds * 1000, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 2 });
};

interface Figure {
  label: TextKey;
  show: (measured: Measured) => string;
}

const count =
  (name: string) =>
  (measured: Measured): string => {
    const value = measured.value(name);
    return value === undefined ? '–' : number(value);
  };

const slowest = (name: string) => (measured: Measured) => {
  const times = measured.histogram(name);
  return milliseconds(times && quantile(times, MOST));
};

const INTAKE: Figure[] = [
  { label: 'health.redirect_time', show: slowest('merit_tracking_request_seconds') },
  { label: 'health.commit_time', show: slowest('merit_batch_seconds') },
  { label: 'health.queue', show: count('merit_queue_length') },
  { label: 'health.connections', show: count('merit_connections') },
];

// Each of these should stand at zero.
const TROUBLE: { name: string; label: TextKey; text: TextKey }[] = [
  { name: 'merit_commits_failed_total', label: 'health.commits_failed', text: 'health.commits_failed_text' },
  { name: 'merit_events_failed_total', label: 'health.events_failed', text: 'health.events_failed_text' },
  { name: 'merit_refused_busy_total', label: 'health.refused_busy', text: 'health.refused_busy_text' },
  { name: 'merit_redirects_unlogged_total', label: 'health.unlogged', text: 'health.unlogged_text' },
];

const Roots = () => {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['proof_roots'],
    queryFn: () => answer(GET('/api/v1/proof_roots', { params: { query: { limit: DAYS_SHOWN } } })),
  });
  const columns: Column<Root>[] = [
    { key: 'day', heading: t('cost.day'), cell: ({ record }) => day(record.day) },
    { key: 'leaves', heading: t('health.decisions'), cell: ({ record }) => number(record.leaves), numeric: true },
    {
      key: 'root',
      heading: t('health.root'),
      cell: ({ record }) => <Code>{`${record.root.slice(0, HASH_SHOWN)}…`}</Code>,
      grow: true,
    },
    {
      key: 'chain',
      heading: t('health.chained'),
      cell: ({ record }) => {
        const before = data?.items.find((one) => one.record_sha256 === record.previous);
        return before ? (
          <Badge tone="good">{day(before.record.day, { day: 'numeric', month: 'short' })}</Badge>
        ) : (
          <Code>{`${record.previous.slice(0, HASH_SHOWN / 2)}…`}</Code>
        );
      },
      wideOnly: true,
    },
  ];
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Table
      label={t('health.days')}
      columns={columns}
      rows={data?.items}
      rowKey={({ record }) => record.day}
      empty={<Empty icon={IconShieldCheck} title={t('health.no_days')} text={t('health.no_days_text')} />}
    />
  );
};

const HealthPage = () => {
  const { t } = useWords();
  const { data, error, refetch } = useHealth();
  const measured = data?.measured;
  return (
    <Page
      title={t('navigation.health')}
      lead={t('health.lead')}
      actions={
        data && <Badge tone={data.ready ? 'good' : 'bad'}>{t(data.ready ? 'health.ready' : 'health.not_ready')}</Badge>
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data && !data.ready && (
        <Alert color="red" variant="light" role="alert">
          {t('health.not_ready_text')} <Code>{data.why.slice(0, 200)}</Code>
        </Alert>
      )}
      {!data && !error && <Skeleton h={104} radius="lg" />}
      {data && !measured && (
        <Alert color="yellow" variant="light">
          {t('health.no_metrics')}
        </Alert>
      )}
      {measured && (
        <>
          <div className={classes.tiles}>
            {INTAKE.map(({ label, show }) => (
              <Tile key={label} label={t(label)} value={show(measured)} />
            ))}
          </div>
          <Section title={t('health.trouble')} hint={t('health.trouble_hint')} flush>
            <ul className={classes.list}>
              {TROUBLE.map(({ name, label, text }) => {
                const value = measured.value(name) ?? 0;
                return (
                  <li key={name}>
                    <span>
                      <strong>{t(label)}</strong>
                      <small>{t(text)}</small>
                    </span>
                    <Badge tone={value === 0 ? 'good' : 'bad'}>{number(value)}</Badge>
                  </li>
                );
              })}
            </ul>
          </Section>
        </>
      )}
      <Section title={t('health.days')} hint={t('health.days_hint')} flush>
        <Roots />
      </Section>
    </Page>
  );
};

export default HealthPage;
