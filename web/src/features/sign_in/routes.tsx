import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { FORGOT_PATH, REDEEM_PATH, rootRoute } from '../../app/roots';

export const signInRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: REDEEM_PATH,
    component: lazyRouteComponent(() => import('./RedeemPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: FORGOT_PATH,
    component: lazyRouteComponent(() => import('./ForgotPage')),
  }),
];
