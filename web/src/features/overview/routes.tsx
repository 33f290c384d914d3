import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isPeriod, type Period } from '../../ui/periods';

export const overviewRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/overview',
    validateSearch: (search: Record<string, unknown>): { period?: Period } => ({
      period: isPeriod(search.period) ? search.period : undefined,
    }),
    component: lazyRouteComponent(() => import('./OverviewPage')),
  }),
];
