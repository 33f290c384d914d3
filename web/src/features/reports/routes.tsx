import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { readSearch } from './search';

export const reportRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/reports',
    validateSearch: readSearch,
    component: lazyRouteComponent(() => import('./ReportsPage')),
  }),
];
