import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { readSearch } from './search';

export const attributionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/attribution',
    validateSearch: readSearch,
    component: lazyRouteComponent(() => import('./AttributionPage')),
  }),
];
