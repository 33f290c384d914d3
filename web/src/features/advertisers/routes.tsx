import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const advertiserRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/advertisers',
    component: lazyRouteComponent(() => import('./AdvertisersPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/advertisers/new',
    component: lazyRouteComponent(() => import('./AdvertiserForm'), 'NewAdvertiser'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/advertisers/$advertiserId',
    component: lazyRouteComponent(() => import('./AdvertiserPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/advertisers/$advertiserId/edit',
    component: lazyRouteComponent(() => import('./AdvertiserForm'), 'EditAdvertiser'),
  }),
];
