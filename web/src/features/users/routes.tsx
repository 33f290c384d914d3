import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const userRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users',
    component: lazyRouteComponent(() => import('./UsersPage')),
  }),
];
