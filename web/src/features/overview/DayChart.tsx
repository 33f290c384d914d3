// One figure day by day, over the same days of the period before.

import { SegmentedControl, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { comparedAt, magnitude, showValue, useReport, valueAt, type Report, type Value } from '../../data/reports';
import type { Role } from '../../data/session';
import { useSession } from '../../data/session_context';
import { day, moment, shortNumber } from '../../language/format';
import { useWords } from '../../language/words';
import { Chart, type Series } from '../../ui/Chart';
import { Section } from '../../ui/Page';
import type { Period } from '../../ui/periods';
import { byDay, figuresOf } from './figures';
import classes from './overview.module.css';

const HEIGHT = 260;
const CHOICES_MAX = 4;

// The name of a point of time as a report writes it, whole and short.
const pointName = (name: string, zone: string): [string, string] =>
  name.length === 10
    ? [day(name, { dateStyle: 'full' }), day(name, { day: 'numeric', month: 'short' })]
    : [moment(name, zone), moment(name, zone, { hour: '2-digit', minute: '2-digit' })];

const show = (report: Report, column: number, of: (row: Report['rows'][number]) => Value) => {
  const unit = report.metrics[column]?.unit ?? 'count';
  const currency = report.rows.map(of).find((value) => typeof value === 'object' && value !== null);
  return (value: number | null) => {
    if (value === null) return '–';
    if (currency && typeof currency === 'object') {
      return showValue({ amount: String(value), currency: currency.currency }, unit);
    }
    return showValue(unit === 'ratio' ? String(value) : value, unit);
  };
};

export const DayChart = ({ period, role }: { period: Period; role: Role }) => {
  const { t, language } = useWords();
  const { network } = useSession();
  const figures = figuresOf(role);
  const [chosen, setChosen] = useState(role === 'publisher' ? 0 : 1);
  const { data } = useReport(byDay(role, period));
  const label = t(figures[chosen]?.label ?? 'metric.conversions');
  const drawing = useMemo(() => {
    if (!data) return undefined;
    const names = data.rows.map((row) => pointName(row.keys[0]?.value ?? '', network.zone));
    const now = (row: Report['rows'][number]) => valueAt(row, chosen);
    const before = (row: Report['rows'][number]) => comparedAt(row, chosen);
    const sayNow = show(data, chosen, now);
    const series: Series[] = [
      {
        name: t('overview.range_before'),
        kind: 'line',
        faint: true,
        values: data.rows.map((row) => magnitude(before(row))),
        show: sayNow,
      },
      {
        name: t('overview.this_range'),
        kind: 'line',
        values: data.rows.map((row) => magnitude(now(row))),
        show: sayNow,
      },
    ];
    return { points: names.map(([whole]) => whole), ticks: names.map(([, short]) => short), series };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- dates and words are others in another language
  }, [data, chosen, network.zone, language]);
  return (
    <Section
      title={label}
      hint={
        <span className={classes.legend}>
          <span>
            <i /> {t('overview.this_range')}
          </span>
          <span>
            <i className={classes.before} /> {t('overview.range_before')}
          </span>
        </span>
      }
      actions={
        <SegmentedControl
          size="xs"
          visibleFrom="sm"
          aria-label={t('overview.chart')}
          value={String(chosen)}
          onChange={(value) => setChosen(Number(value))}
          data={figures.slice(0, CHOICES_MAX + 1).map((figure, at) => ({ value: String(at), label: t(figure.label) }))}
        />
      }
    >
      {drawing ? (
        <Chart label={`${label}: ${t('overview.chart')}`} {...drawing} axis={shortNumber} height={HEIGHT} />
      ) : (
        <Skeleton h={HEIGHT} />
      )}
    </Section>
  );
};
