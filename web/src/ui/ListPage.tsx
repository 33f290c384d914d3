// A page that is one list: filters above, rows that come page by page, and what an empty list says.

import { useInfiniteQuery } from '@tanstack/react-query';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Page as ApiPage } from '../data/client';
import { Empty } from './Empty';
import { Failed } from './Failed';
import { More } from './More';
import { Page, Section } from './Page';
import { Table, type Column } from './Table';

export const ROWS_A_PAGE = 50;

interface Props<Row> {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  filters?: ReactNode;
  // What the rows are known by: the noun first, then what they were filtered by.
  queryKey: unknown[];
  read: (cursor: string | undefined) => Promise<ApiPage<Row>>;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  open?: (row: Row) => void;
  empty: { icon: TablerIcon; title: string; text?: string; action?: ReactNode };
}

export const ListPage = <Row,>({
  title,
  lead,
  actions,
  filters,
  queryKey,
  read,
  columns,
  rowKey,
  open,
  empty,
}: Props<Row>) => {
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <Page title={title} lead={lead} actions={actions}>
      {filters}
      <Section flush>
        {list.error ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : (
          <Table
            label={title}
            columns={columns}
            rows={rows}
            rowKey={rowKey}
            open={open}
            empty={<Empty {...empty} />}
            footer={<More list={list} shown={rows?.length ?? 0} />}
          />
        )}
      </Section>
    </Page>
  );
};
