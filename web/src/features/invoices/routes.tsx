import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const invoiceRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invoices',
    component: lazyRouteComponent(() => import('./InvoicesPage')),
  }),
];
