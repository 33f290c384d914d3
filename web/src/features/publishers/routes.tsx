import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const publisherRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/publishers',
    component: lazyRouteComponent(() => import('./PublishersPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/publishers/new',
    component: lazyRouteComponent(() => import('./PublisherForm'), 'NewPublisher'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/publishers/$publisherId',
    component: lazyRouteComponent(() => import('./PublisherPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/publishers/$publisherId/edit',
    component: lazyRouteComponent(() => import('./PublisherForm'), 'EditPublisher'),
  }),
];
