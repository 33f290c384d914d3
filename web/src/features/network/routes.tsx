import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const networkRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/network',
    component: lazyRouteComponent(() => import('./NetworkPage')),
  }),
];
