import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const healthRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/health',
    component: lazyRouteComponent(() => import('./HealthPage')),
  }),
];
