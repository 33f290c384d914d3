import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const contractRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/contracts',
    component: lazyRouteComponent(() => import('./ContractsPage')),
  }),
];
