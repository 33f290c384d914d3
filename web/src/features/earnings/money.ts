// What of a publisher's money the API tells.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, GET, type Schemas } from '../../data/client';
import { Problem } from '../../data/problem';
import { useSession } from '../../data/session_context';

export type Account = Schemas['AccountView'];
export type Details = Schemas['PaymentDetailsView'];
export type Payout = Schemas['PayoutView'];
export type Statement = Schemas['StatementView'];
export type Transfer = Schemas['TransferView'];

const ACCOUNTS_READ = 200;

// The balances of one publisher, one for each currency.
export const accountsQuery = (publisher: string) =>
  queryOptions({
    queryKey: ['ledger', 'accounts', 'of', publisher],
    queryFn: async () => {
      const { items } = await answer(GET('/api/v1/ledger/accounts', { params: { query: { limit: ACCOUNTS_READ } } }));
      return items.filter((account) => account.publisher_id === publisher);
    },
  });

// Where the money goes; null while the publisher has not said so.
export const detailsQuery = (publisher: string) =>
  queryOptions({
    queryKey: ['payment_details', publisher],
    queryFn: () =>
      answer(
        GET('/api/v1/publishers/{publisher_id}/payment_details', { params: { path: { publisher_id: publisher } } }),
      ).catch((problem: unknown) => {
        if (problem instanceof Problem && problem.status === 404) return null;
        throw problem;
      }),
  });

export const useDetails = (publisher: string) => useQuery(detailsQuery(publisher));

// The publisher that is looked at: the only one of the person, or the one that was chosen.
export const usePublisher = (chosen: string | undefined): string | undefined => {
  const { actingAs } = useSession();
  return chosen !== undefined && actingAs.publishers.includes(chosen) ? chosen : actingAs.publishers[0];
};
