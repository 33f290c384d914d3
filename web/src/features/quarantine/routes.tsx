import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const quarantineRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/quarantine',
    component: lazyRouteComponent(() => import('./QuarantinePage')),
  }),
];
