import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const costRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/costs',
    component: lazyRouteComponent(() => import('./ImportsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/costs/import',
    component: lazyRouteComponent(() => import('./ImportPage')),
  }),
];
