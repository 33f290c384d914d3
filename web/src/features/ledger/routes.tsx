import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export interface LedgerSearch {
  advertiser?: string;
  publisher?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

export const ledgerRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/ledger',
    validateSearch: (search: Record<string, unknown>): LedgerSearch => ({
      advertiser: text(search.advertiser),
      publisher: text(search.publisher),
    }),
    component: lazyRouteComponent(() => import('./LedgerPage')),
  }),
];
