import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const invoiceRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invoices',
    validateSearch: (search: Record<string, unknown>): { shown?: 'statements' } => ({
      shown: search.shown === 'statements' ? 'statements' : undefined,
    }),
    component: lazyRouteComponent(() => import('./InvoicesPage')),
  }),
];
