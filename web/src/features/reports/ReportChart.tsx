// The report as a picture: lines over time, or bars for the greatest rows.

import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { comparedAt, magnitude, showValue, valueAt, type Report, type ReportRow, type Value } from '../../data/reports';
import { shortNumber } from '../../language/format';
import { useWords } from '../../language/words';
import { Chart, type Series } from '../../ui/Chart';
import { Section } from '../../ui/Page';
import { keyName } from './keys';
import { useVocabulary } from './vocabulary';

const BARS_MAX = 24;
const METRICS_MAX = 5;

const teller = (rows: ReportRow[], at: number, unit: string) => {
  const amount = rows.map((row) => valueAt(row, at)).find((value) => typeof value === 'object' && value !== null);
  return (value: number | null): string => {
    if (value === null) return '–';
    const told: Value =
      amount && typeof amount === 'object'
        ? { amount: String(value), currency: amount.currency }
        : unit === 'ratio'
          ? String(value)
          : value;
    return showValue(told, unit);
  };
};

export const ReportChart = ({ report }: { report: Report }) => {
  const { t, language } = useWords();
  const { heading } = useVocabulary();
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, report.metrics.length - 1);
  const overTime = report.keys[0]?.kind === 'period';
  const metric = report.metrics[at];
  const name = heading(metric?.name ?? '');
  const drawing = useMemo(() => {
    if (report.keys.length !== 1) return undefined;
    // Time runs from left to right, however the rows are ordered.
    const rows = overTime
      ? [...report.rows].sort((one, other) => (one.keys[0]?.value ?? '').localeCompare(other.keys[0]?.value ?? ''))
      : report.rows.slice(0, BARS_MAX);
    const show = teller(report.rows, at, metric?.unit ?? 'count');
    const kind = overTime ? ('line' as const) : ('bar' as const);
    const series: Series[] = [{ name, kind, values: rows.map((row) => magnitude(valueAt(row, at))), show }];
    if (report.compared_from && overTime) {
      series.unshift({
        name: t('overview.range_before'),
        kind,
        faint: true,
        values: rows.map((row) => magnitude(comparedAt(row, at))),
        show,
      });
    }
    return {
      points: rows.map((row) => keyName(report, row, 0)),
      ticks: rows.map((row) => keyName(report, row, 0, true)),
      series,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- dates and words are others in another language
  }, [report, at, overTime, name, language]);
  if (!drawing) return null;
  return (
    <Section
      title={name}
      actions={
        report.metrics.length > 1 && (
          <SegmentedControl
            size="xs"
            visibleFrom="sm"
            aria-label={t('report.metrics')}
            value={String(at)}
            onChange={(value) => setChosen(Number(value))}
            data={report.metrics
              .slice(0, METRICS_MAX)
              .map((one, index) => ({ value: String(index), label: heading(one.name) }))}
          />
        )
      }
    >
      <Chart label={name} {...drawing} axis={shortNumber} height={240} />
    </Section>
  );
};
