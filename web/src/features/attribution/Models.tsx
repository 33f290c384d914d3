// The models side by side: what each gives every channel, and what it would move away from the first one.

import type { CSSProperties, ReactNode } from 'react';
import { money, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Table, type Column } from '../../ui/Table';
import { Foreign } from '../../ui/values';
import type { ViewProps } from './AttributionPage';
import classes from './attribution.module.css';
import { channelName, type Attribution, type Channel } from './journeys';
import type { Measure } from './search';

interface Row {
  at: number;
  channel: Channel;
  name: string;
}

// For drawing and ordering only; amounts are shown from their texts.
const size = ({ channel }: Row, model: number, measure: Measure): number => {
  const cell = channel.cells[model];
  return measure === 'value' ? Number(cell?.value.amount ?? 0) : (cell?.conversions ?? 0);
};

const shares = (conversions: number) => number(conversions, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const MovedText = ({ row, model, measure }: { row: Row; model: number; measure: Measure }) => {
  const cell = row.channel.cells[model];
  if (model === 0 || !cell) return null;
  const moved = measure === 'value' ? Number(cell.moved.amount) : size(row, model, measure) - size(row, 0, measure);
  const text =
    measure === 'value'
      ? money(cell.moved, { sign: true })
      : number(moved, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const look = Math.abs(moved) < 0.005 ? undefined : moved > 0 ? classes.more : classes.less;
  return <small className={`${classes.moved} ${look ?? ''}`}>{text}</small>;
};

// What all channels have together: participation gives more than there was, so of it nothing is said.
const total = ({ value, conversions, models }: Attribution, model: number, measure: Measure): ReactNode => {
  if (models[model] === 'participation') return '–';
  return measure === 'value' ? money(value) : shares(conversions);
};

const PARTS = ['took_part', 'assisted', 'closed'] as const;

export const Models = ({ told, search, change, open }: ViewProps) => {
  const { t } = useWords();
  const measure = search.measure ?? 'value';
  const rows = told.channels.map((channel, at): Row => ({ at, channel, name: channelName(channel) }));
  const order = search.order ?? `-${told.models[0] ?? ''}`;
  const [by, down] = order.startsWith('-') ? [order.slice(1), -1] : [order, 1];
  const part = PARTS.find((one) => one === by);
  const model = told.models.indexOf(by);
  const compare = (one: Row, other: Row): number =>
    part
      ? one.channel[part] - other.channel[part]
      : model >= 0
        ? size(one, model, measure) - size(other, model, measure)
        : one.name.localeCompare(other.name);
  const ordered = [...rows].sort((one, other) => down * compare(one, other) || one.at - other.at);
  const sort = (key: string, first: 'asc' | 'desc'): Column<Row>['sort'] => {
    const direction = by === key ? (down < 0 ? 'desc' : 'asc') : undefined;
    const next = direction ? (direction === 'asc' ? 'desc' : 'asc') : first;
    return { direction, change: () => change({ ...search, order: next === 'desc' ? `-${key}` : key }) };
  };
  const columns: Column<Row>[] = [
    {
      key: 'name',
      heading: t('attribution.channel'),
      cell: ({ name }) => <Foreign>{name}</Foreign>,
      grow: true,
      sort: sort('name', 'asc'),
    },
    ...told.models.map((name, at): Column<Row> => {
      const most = Math.max(...rows.map((row) => size(row, at, measure)), 0);
      return {
        key: name,
        heading: t(`attribution.model_${name}` as 'attribution.model_last'),
        cell: (row) => {
          const cell = row.channel.cells[at];
          const drawn = most > 0 ? Math.max(0, size(row, at, measure) / most) : 0;
          return (
            <span className={classes.cell} style={{ '--part': drawn } as CSSProperties}>
              <span>{cell && (measure === 'value' ? money(cell.value) : shares(cell.conversions))}</span>
              <MovedText row={row} model={at} measure={measure} />
            </span>
          );
        },
        numeric: true,
        sort: sort(name, 'desc'),
      };
    }),
    ...PARTS.map((key): Column<Row> => ({
      key,
      heading: t(`attribution.${key}`),
      cell: ({ channel }) => number(channel[key]),
      numeric: true,
      sort: sort(key, 'desc'),
    })),
  ];
  return (
    <>
      <p className={classes.hint}>
        {t('attribution.models_hint', { model: t(`attribution.model_${told.models[0]}` as 'attribution.model_last') })}
      </p>
      <Table
        label={t('attribution.view_models')}
        columns={columns}
        rows={ordered}
        rowKey={({ at }) => String(at)}
        open={({ at }) => open(at)}
        empty={null}
        totals={[
          t('report.total'),
          ...told.models.map((name, at) => <span key={name}>{total(told, at, measure)}</span>),
          ...PARTS.map(() => ''),
        ]}
      />
    </>
  );
};
