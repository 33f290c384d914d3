// How many touches it took, and how long.

import { Title } from '@mantine/core';
import type { CSSProperties } from 'react';
import { duration, money, number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import type { ViewProps } from './AttributionPage';
import classes from './attribution.module.css';
import { sum } from './journeys';

interface Bar {
  key: string;
  name: string;
  size: number;
  // What stands behind the count.
  more?: string;
}

// From so many touches on they are told together.
const LENGTHS_SHOWN = 12;

const Bars = ({ label, bars }: { label: string; bars: Bar[] }) => {
  const most = Math.max(...bars.map(({ size }) => size), 0);
  const all = sum(bars.map(({ size }) => size));
  return (
    <ul className={classes.bars} aria-label={label}>
      {bars.map(({ key, name, size, more }) => (
        <li key={key} className={classes.bar} style={{ '--part': most > 0 ? size / most : 0 } as CSSProperties}>
          <span>{name}</span>
          <span className={classes.figure}>
            {more && <small>{more}</small>}
            <span>{number(size)}</span>
            <small>{all > 0 ? percent(size / all) : '–'}</small>
          </span>
        </li>
      ))}
    </ul>
  );
};

export const Timing = ({ told }: ViewProps) => {
  const { t } = useWords();
  const short = told.lengths.filter(({ touches }) => touches < LENGTHS_SHOWN);
  const long = told.lengths.filter(({ touches }) => touches >= LENGTHS_SHOWN);
  const lengths: Bar[] = short.map(({ touches, conversions, value }) => ({
    key: String(touches),
    name: t('attribution.touches', { count: number(touches) }),
    size: conversions,
    more: money(value),
  }));
  if (long.length > 0) {
    lengths.push({
      key: 'more',
      name: t('attribution.touches_or_more', { count: number(LENGTHS_SHOWN) }),
      size: sum(long.map(({ conversions }) => conversions)),
    });
  }
  const lags = told.lags.map(({ from_seconds, below_seconds, conversions }): Bar => ({
    key: String(from_seconds),
    name:
      below_seconds === undefined || below_seconds === null
        ? t('attribution.longer_than', { time: duration(from_seconds) })
        : t('attribution.shorter_than', { time: duration(below_seconds) }),
    size: conversions,
  }));
  return (
    <div className={classes.halves}>
      <div className={classes.block}>
        <Title order={2}>{t('attribution.lengths')}</Title>
        <p className={classes.under}>{t('attribution.lengths_hint')}</p>
        <Bars label={t('attribution.lengths')} bars={lengths} />
      </div>
      <div className={classes.block}>
        <Title order={2}>{t('attribution.lags')}</Title>
        <p className={classes.under}>{t('attribution.lags_hint')}</p>
        <Bars label={t('attribution.lags')} bars={lags} />
      </div>
    </div>
  );
};
