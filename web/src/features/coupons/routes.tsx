import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const couponRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/coupons',
    component: lazyRouteComponent(() => import('./CouponsPage')),
  }),
];
