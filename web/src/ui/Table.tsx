// A table: columns, rows that open something, rows that can be chosen, states while loading, when empty and when failing. Long ones draw
// only the rows in sight. On a phone each row is a small card.

import { Checkbox, Skeleton } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { useWords } from '../language/words';
import classes from './table.module.css';

export interface Column<Row> {
  key: string;
  heading: ReactNode;
  cell: (row: Row) => ReactNode;
  // Numbers and amounts stand at the end of their column.
  numeric?: boolean;
  // Takes what is left.
  grow?: boolean;
  // Left out on a phone.
  wideOnly?: boolean;
  // The direction in which the rows are ordered by it, and how to change that.
  sort?: { direction: 'asc' | 'desc' | undefined; change: () => void };
}

interface Choice {
  chosen: ReadonlySet<string>;
  change: (chosen: ReadonlySet<string>) => void;
  can?: (id: string) => boolean;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  open?: (row: Row) => void;
  choice?: Choice;
  // What stands there when there is no row.
  empty: ReactNode;
  footer?: ReactNode;
  // A row of sums at the end.
  totals?: ReactNode[];
}

const ROWS_DRAWN_AT_ONCE = 120;
const ROW_HEIGHT = 45;

const Loading = ({ columns }: { columns: number }) => (
  <tbody>
    {[0, 1, 2, 3, 4, 5].map((row) => (
      <tr key={row}>
        {Array.from({ length: columns }, (_, column) => (
          <td key={column}>
            <Skeleton h={12} w={column === 0 ? '70%' : '50%'} my={4} />
          </td>
        ))}
      </tr>
    ))}
  </tbody>
);

const SORT_MARK = { asc: '↑', desc: '↓' } as const;

const look = <Row,>({ numeric, wideOnly, grow }: Column<Row>): string =>
  [numeric && classes.numeric, wideOnly && classes.wideOnly, grow && classes.grow].filter(Boolean).join(' ');

const Heading = <Row,>({ column }: { column: Column<Row> }) => {
  const { t } = useWords();
  const { sort } = column;
  const ordered = sort?.direction === 'asc' ? 'ascending' : sort?.direction === 'desc' ? 'descending' : undefined;
  return (
    <th scope="col" className={look(column)} aria-sort={ordered}>
      {sort ? (
        <button type="button" className={classes.sort} onClick={sort.change}>
          {column.heading}
          <span aria-hidden>{sort.direction ? ` ${SORT_MARK[sort.direction]}` : ''}</span>
        </button>
      ) : (
        column.heading || <span className="visually-hidden">{t('navigation.actions')}</span>
      )}
    </th>
  );
};

// Only the rows in sight, with empty space for the others above and below.
const useWindow = (count: number) => {
  const body = useRef<HTMLTableSectionElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => setOffset(body.current?.offsetTop ?? 0), [count]);
  const all = count <= ROWS_DRAWN_AT_ONCE;
  const virtual = useWindowVirtualizer({
    count: all ? 0 : count,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
    scrollMargin: offset,
  });
  const items = virtual.getVirtualItems();
  const first = all ? 0 : (items[0]?.index ?? 0);
  const last = all ? count : (items.at(-1)?.index ?? -1) + 1;
  const before = all ? 0 : (items[0]?.start ?? offset) - offset;
  const after = all ? 0 : virtual.getTotalSize() - ((items.at(-1)?.end ?? offset) - offset);
  return { body, first, last, before, after };
};

const space = (blockSize: number): CSSProperties => ({ blockSize, padding: 0, border: 0 });

export const Table = <Row,>({ label, columns, rows, rowKey, open, choice, empty, footer, totals }: Props<Row>) => {
  const { t } = useWords();
  const { body, first, last, before, after } = useWindow(rows?.length ?? 0);
  if (rows?.length === 0) return <>{empty}</>;
  const width = columns.length + (choice ? 1 : 0);
  const ids = (rows ?? []).map(rowKey).filter((id) => choice?.can?.(id) ?? true);
  const every = choice !== undefined && ids.length > 0 && ids.every((id) => choice.chosen.has(id));
  const toggle = (id: string) => {
    if (!choice) return;
    const next = new Set(choice.chosen);
    if (!next.delete(id)) next.add(id);
    choice.change(next);
  };
  const onKey = (row: Row) => (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && open) open(row);
    if (event.key === ' ' && choice) {
      event.preventDefault();
      toggle(rowKey(row));
    }
    const sibling =
      event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : undefined;
    const target = sibling && event.currentTarget[sibling];
    if (target instanceof HTMLElement) {
      event.preventDefault();
      target.focus();
    }
  };
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label} aria-busy={rows === undefined} aria-rowcount={rows?.length}>
        <thead>
          <tr>
            {choice && (
              <th className={classes.choice}>
                <Checkbox
                  size="xs"
                  aria-label={t('ui.select_all')}
                  checked={every}
                  indeterminate={!every && ids.some((id) => choice.chosen.has(id))}
                  onChange={() => choice.change(new Set(every ? [] : ids))}
                />
              </th>
            )}
            {columns.map((column) => (
              <Heading key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        {rows === undefined ? (
          <Loading columns={width} />
        ) : (
          <tbody ref={body}>
            {before > 0 && (
              <tr aria-hidden>
                <td colSpan={width} style={space(before)} />
              </tr>
            )}
            {rows.slice(first, last).map((row) => {
              const id = rowKey(row);
              const chosen = choice?.chosen.has(id) ?? false;
              return (
                <tr
                  key={id}
                  tabIndex={open || choice ? 0 : undefined}
                  className={[open && classes.opens, chosen && classes.chosen].filter(Boolean).join(' ') || undefined}
                  onClick={open ? () => open(row) : undefined}
                  onKeyDown={open || choice ? onKey(row) : undefined}
                >
                  {choice && (
                    <td className={classes.choice} onClick={(event) => event.stopPropagation()}>
                      <Checkbox
                        size="xs"
                        aria-label={t('ui.select_row')}
                        checked={chosen}
                        disabled={choice.can ? !choice.can(id) : false}
                        onChange={() => toggle(id)}
                      />
                    </td>
                  )}
                  {columns.map((column) => (
                    <td
                      key={column.key}
                      data-label={typeof column.heading === 'string' ? column.heading : undefined}
                      className={look(column)}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {after > 0 && (
              <tr aria-hidden>
                <td colSpan={width} style={space(after)} />
              </tr>
            )}
          </tbody>
        )}
        {totals && rows !== undefined && (
          <tfoot>
            <tr>
              {totals.map((total, at) => (
                <td
                  key={columns[at]?.key ?? at}
                  data-label={typeof columns[at]?.heading === 'string' ? columns[at].heading : undefined}
                  className={columns[at]?.numeric ? classes.numeric : undefined}
                >
                  {total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {footer && <div className={classes.footer}>{footer}</div>}
    </div>
  );
};
