import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

export const contractRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/contracts',
    component: lazyRouteComponent(() => import('./ContractsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/contracts/new',
    validateSearch: (search: Record<string, unknown>): { program?: string; publisher?: string; group?: string } => ({
      program: text(search.program),
      publisher: text(search.publisher),
      group: text(search.group),
    }),
    component: lazyRouteComponent(() => import('./NewContract')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/contracts/$contractId',
    component: lazyRouteComponent(() => import('./ContractPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/contracts/$contractId/new',
    component: lazyRouteComponent(() => import('./NewVersion')),
  }),
];
