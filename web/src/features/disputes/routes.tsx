import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const disputeRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/disputes',
    component: lazyRouteComponent(() => import('./DisputesPage')),
  }),
];
