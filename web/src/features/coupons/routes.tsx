import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export interface CouponSearch {
  program?: string;
}

export const couponRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/coupons',
    validateSearch: (search: Record<string, unknown>): CouponSearch => ({
      program: typeof search.program === 'string' && search.program ? search.program : undefined,
    }),
    component: lazyRouteComponent(() => import('./CouponsPage')),
  }),
];
