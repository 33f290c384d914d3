import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const applicationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/applications',
    component: lazyRouteComponent(() => import('./ApplicationsPage')),
  }),
];
