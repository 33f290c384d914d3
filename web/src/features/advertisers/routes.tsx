import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const advertiserRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/advertisers',
    component: lazyRouteComponent(() => import('./AdvertisersPage')),
  }),
];
