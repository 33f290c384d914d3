import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const ledgerRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/ledger',
    component: lazyRouteComponent(() => import('./LedgerPage')),
  }),
];
