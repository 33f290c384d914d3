// Who brought the most.

import { Skeleton } from '@mantine/core';
import { IconTrophy } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { change, comparedAt, magnitude, showValue, useReport, valueAt } from '../../data/reports';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import type { Period } from '../../ui/periods';
import { Change } from '../../ui/Tile';
import { Foreign } from '../../ui/values';
import classes from './overview.module.css';

const SHOWN = 6;

export const TopPublishers = ({ period }: { period: Period }) => {
  const { t } = useWords();
  const { data, error, refetch } = useReport({
    metrics: ['commission'],
    by: ['publisher'],
    period,
    compare: 'previous_period',
    order: ['-commission'],
    limit: SHOWN,
  });
  const rows = data?.rows.filter((row) => row.keys[0]?.value);
  const most = Math.max(...(rows ?? []).map((row) => magnitude(valueAt(row, 0)) ?? 0), 0);
  return (
    <Section title={t('overview.top_publishers')} hint={t('metric.commission')} flush>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!rows && !error && <Skeleton h={200} m="md" />}
      {rows?.length === 0 && <Empty icon={IconTrophy} title={t('overview.top_empty')} />}
      {rows?.map((row) => {
        const value = valueAt(row, 0);
        const part = most > 0 ? Math.max(0, (magnitude(value) ?? 0) / most) : 0;
        return (
          <div key={row.keys[0]?.value} className={classes.bar} style={{ '--part': part } as CSSProperties}>
            <span className={classes.name}>
              <Foreign>{row.keys[0]?.name ?? row.keys[0]?.value ?? ''}</Foreign>
            </span>
            <span className="tabular">{showValue(value, 'money')}</span>
            <Change change={change(value, comparedAt(row, 0))} />
          </div>
        );
      })}
    </Section>
  );
};
