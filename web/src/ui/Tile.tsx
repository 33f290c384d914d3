// A figure that counts, with what it was before.

import { Skeleton, Tooltip } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { number, percent } from '../language/format';
import { useWords } from '../language/words';
import classes from './tile.module.css';

interface Props {
  label: string;
  value: string | undefined;
  before?: string;
  // The change as a ratio; `null` where it cannot be told.
  change?: number | null;
  // Whether more is worse, as for costs.
  inverse?: boolean;
  trend?: (number | null)[];
}

const Trend = ({ values }: { values: (number | null)[] }) => {
  const known = values.map((value) => value ?? 0);
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const span = most - least || 1;
  const points = known.map((value, at) => {
    const x = known.length < 2 ? 0 : (at / (known.length - 1)) * 100;
    return `${x.toFixed(2)},${(26 - ((value - least) / span) * 24).toFixed(2)}`;
  });
  return (
    <svg className={classes.trend} viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden>
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
};

// From here on nobody reads a percentage any more: what was 3 and is 165 is told as ×55.
const MANY_TIMES = 10;

export const Change = ({ change, inverse }: { change: number | null | undefined; inverse?: boolean }) => {
  if (change === null || change === undefined) return null;
  const still = Math.abs(change) < 0.0005;
  const good = change > 0 !== Boolean(inverse);
  const Icon = change > 0 ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span className={`${classes.change} ${still ? '' : good ? classes.good : classes.bad}`}>
      {!still && <Icon size={14} stroke={2} aria-hidden />}
      {change >= MANY_TIMES
        ? `×${number(change + 1, { notation: 'compact', maximumSignificantDigits: 2 })}`
        : percent(Math.abs(change))}
    </span>
  );
};

export const Tile = ({ label, value, before, change, inverse, trend }: Props) => {
  const { t } = useWords();
  return (
    <div className={classes.tile}>
      <div className={classes.label}>{label}</div>
      {value === undefined ? (
        <Skeleton h={22} w={110} my={5} />
      ) : (
        <>
          <span className={classes.value}>{value}</span>
          {change !== undefined && (
            <span className={classes.row}>
              {before !== undefined && change !== null && (
                <Tooltip label={t('overview.before', { value: before })}>
                  <span tabIndex={0} className={classes.hold}>
                    <Change change={change} inverse={inverse} />
                    <span className="visually-hidden">{t('overview.before', { value: before })}</span>
                  </span>
                </Tooltip>
              )}
            </span>
          )}
        </>
      )}
      {trend && trend.length > 1 && <Trend values={trend} />}
    </div>
  );
};
