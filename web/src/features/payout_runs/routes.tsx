import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const payoutRunRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/payout_runs',
    component: lazyRouteComponent(() => import('./PayoutRunsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/payout_runs/$runId',
    component: lazyRouteComponent(() => import('./PayoutRunPage')),
  }),
];
