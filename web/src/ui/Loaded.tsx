// What is shown of a query: that it is loading, why it failed, or its data.

import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed } from './Failed';
import { Page } from './Page';

interface Props<Data> {
  query: UseQueryResult<Data>;
  title: string;
  children: (data: Data) => ReactNode;
}

export const Loaded = <Data,>({ query, title, children }: Props<Data>) => {
  if (query.data !== undefined) return children(query.data);
  return (
    <Page title={title} width="narrow">
      {query.error ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Skeleton h={320} radius="lg" />
      )}
    </Page>
  );
};
