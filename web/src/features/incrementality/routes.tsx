import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { readSearch } from './search';

export const incrementalityRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/incrementality',
    validateSearch: readSearch,
    component: lazyRouteComponent(() => import('./IncrementalityPage')),
  }),
];
