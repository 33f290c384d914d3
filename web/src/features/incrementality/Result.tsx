// What the treatment did: the sum with its interval, day by day against the mix, and how the others fare when they are judged the same way.

import { Alert } from '@mantine/core';
import { useMemo, type CSSProperties } from 'react';
import type { Schemas } from '../../data/client';
import { day, money, number, percent, shortNumber } from '../../language/format';
import { useWords } from '../../language/words';
import { Chart, type Series } from '../../ui/Chart';
import { Section } from '../../ui/Page';
import { Table, type Column } from '../../ui/Table';
import { Tile } from '../../ui/Tile';
import { Foreign } from '../../ui/values';
import classes from './incrementality.module.css';

type Told = Schemas['IncrementalityView'];
type Placebo = Schemas['PlaceboView'];

// Below this share of its movement the mix does not repeat the treated units, and says nothing of them.
const FIT_LEAST = 0.5;
const SHORT: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

const Placebos = ({ told }: { told: Told }) => {
  const { t } = useWords();
  const most = Math.max(told.ratio, ...told.placebos.map(({ ratio }) => ratio), 0);
  // The treated units stand among the others, at their rank.
  const own: Placebo = {
    unit: '',
    name: t('incrementality.treated'),
    weight: 0,
    effect_per_day: 0,
    distance_before: told.distance_before,
    ratio: told.ratio,
  };
  const rows = [own, ...told.placebos].sort((one, other) => other.ratio - one.ratio);
  const columns: Column<Placebo>[] = [
    {
      key: 'unit',
      heading: t('incrementality.unit'),
      cell: (row) => (row === own ? <strong>{row.name}</strong> : <Foreign>{row.name ?? row.unit}</Foreign>),
      grow: true,
    },
    {
      key: 'weight',
      heading: t('incrementality.weight'),
      cell: (row) => (row.weight > 0 ? percent(row.weight) : ''),
      numeric: true,
    },
    {
      key: 'ratio',
      heading: t('incrementality.ratio'),
      cell: (row) => (
        <span
          className={row === own ? classes.own : classes.other}
          style={{ '--part': most > 0 ? row.ratio / most : 0 } as CSSProperties}
        >
          {number(row.ratio, { maximumFractionDigits: 2 })}
        </span>
      ),
      numeric: true,
    },
  ];
  return (
    <Section title={t('incrementality.placebos')} hint={t('incrementality.placebos_hint')} flush>
      <Table
        label={t('incrementality.placebos')}
        columns={columns}
        rows={rows}
        rowKey={({ unit }) => unit}
        empty={null}
      />
    </Section>
  );
};

export const Result = ({ told }: { told: Told }) => {
  const { t, language } = useWords();
  const show = (value: number | null | undefined): string => {
    if (value === null || value === undefined) return '–';
    return told.currency
      ? money({ amount: value.toFixed(2), currency: told.currency })
      : number(value, { maximumFractionDigits: 1 });
  };
  const [beside, differences] = useMemo(() => {
    const points = told.days.map((one) => day(one.day));
    const ticks = told.days.map((one) => day(one.day, SHORT));
    const line = (name: string, values: number[], faint = false): Series => ({
      name,
      values,
      kind: 'line',
      faint,
      show,
    });
    const both = [
      line(
        t('incrementality.counterfactual'),
        told.days.map((one) => one.counterfactual),
        true,
      ),
      line(
        t('incrementality.actual'),
        told.days.map((one) => one.actual),
      ),
    ];
    const apart: Series = {
      name: t('incrementality.effect'),
      kind: 'bar',
      values: told.days.map((one) => one.effect),
      show,
    };
    return [
      { points, ticks, series: both },
      { points, ticks, series: [apart] },
    ];
    // eslint-disable-next-line react-hooks/exhaustive-deps -- dates and words are others in another language
  }, [told, language]);
  const begin = told.days.find(({ treated }) => treated)?.day;
  const interval = told.low !== undefined && told.low !== null ? `${show(told.low)} … ${show(told.high)}` : '–';
  return (
    <>
      {told.fit < FIT_LEAST && (
        <Alert color="yellow" variant="light" role="status">
          {t('incrementality.fit_low')}
        </Alert>
      )}
      <div className={classes.tiles}>
        <Tile label={t('incrementality.total')} value={show(told.total)} />
        <Tile label={t('incrementality.interval', { level: percent(told.level, 0) })} value={interval} />
        <Tile
          label={t('incrementality.share')}
          value={told.share === undefined || told.share === null ? '–' : percent(told.share)}
        />
        <Tile label={t('incrementality.p_value')} value={number(told.p_value, { maximumFractionDigits: 3 })} />
        <Tile label={t('incrementality.fit')} value={percent(Math.max(0, told.fit), 0)} />
      </div>
      <Section
        title={t('incrementality.beside')}
        hint={begin && t('incrementality.beside_hint', { day: day(begin) })}
        actions={
          <div className={classes.legend}>
            <span className={classes.line}>{t('incrementality.actual')}</span>
            <span className={classes.dashed}>{t('incrementality.counterfactual')}</span>
          </div>
        }
      >
        <Chart label={t('incrementality.beside')} {...beside} axis={shortNumber} height={280} />
      </Section>
      <Section title={t('incrementality.effect')} hint={t('incrementality.effect_hint')}>
        <Chart label={t('incrementality.effect')} {...differences} axis={shortNumber} height={180} />
      </Section>
      <Placebos told={told} />
      <p className={classes.note}>
        {told.left_out.length > 0 && t('incrementality.left_out', { count: number(told.left_out.length) })}{' '}
        {told.beyond > 0 && t('incrementality.beyond', { count: number(told.beyond) })}{' '}
        {t('incrementality.choose_first')}
      </p>
    </>
  );
};
