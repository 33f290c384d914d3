import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const programRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/programs',
    component: lazyRouteComponent(() => import('./ProgramsPage')),
  }),
];
