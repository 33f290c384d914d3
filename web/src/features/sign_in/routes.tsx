import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { REDEEM_PATH, rootRoute } from '../../app/roots';

export const signInRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: REDEEM_PATH,
    component: lazyRouteComponent(() => import('./RedeemPage')),
  }),
];
