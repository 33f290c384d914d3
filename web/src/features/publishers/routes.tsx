import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const publisherRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/publishers',
    component: lazyRouteComponent(() => import('./PublishersPage')),
  }),
];
