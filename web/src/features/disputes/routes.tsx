import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const disputeRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/disputes',
    validateSearch: (search: Record<string, unknown>): { conversion?: string } => ({
      conversion: typeof search.conversion === 'string' && search.conversion ? search.conversion : undefined,
    }),
    component: lazyRouteComponent(() => import('./DisputesPage')),
  }),
];
