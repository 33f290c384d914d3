// What was earned in the range, by what has become of it.

import { Anchor, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { magnitude, showValue, useReport, valueAt } from '../../data/reports';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import type { Period } from '../../ui/periods';
import classes from './by_state.module.css';

const PARTS: { metric: string; label: TextKey; look: string }[] = [
  { metric: 'approved_commission', label: 'overview.earned_approved', look: 'approved' },
  { metric: 'pending_commission', label: 'overview.earned_pending', look: 'pending' },
  { metric: 'bonus', label: 'overview.earned_bonus', look: 'bonus' },
  { metric: 'reversed_commission', label: 'overview.earned_reversed', look: 'reversed' },
];

export const EarningsByState = ({ period }: { period: Period }) => {
  const { t } = useWords();
  const { data, error, refetch } = useReport({ metrics: PARTS.map(({ metric }) => metric), by: [], period });
  const totals = data?.totals[0];
  return (
    <Section
      title={t('overview.earned')}
      hint={t('overview.earned_hint')}
      actions={
        <Anchor size="sm" renderRoot={(props) => <Link to="/earnings" {...props} />}>
          {t('navigation.earnings')}
        </Anchor>
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={120} />}
      {data && (
        <>
          <div className={classes.bar} aria-hidden>
            {PARTS.map(({ metric, look }, at) => (
              <span
                key={metric}
                className={classes[look]}
                style={{ '--size': Math.max(0, magnitude(valueAt(totals, at)) ?? 0) } as CSSProperties}
              />
            ))}
          </div>
          <dl className={classes.parts}>
            {PARTS.map(({ metric, label, look }, at) => (
              <div key={metric}>
                <dt>
                  <i className={classes[look]} aria-hidden />
                  {t(label)}
                </dt>
                <dd>{showValue(valueAt(totals, at), 'money')}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Section>
  );
};
