import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const budgetRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/budget',
    component: lazyRouteComponent(() => import('./BudgetPage')),
  }),
];
