import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

export const programRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/programs',
    component: lazyRouteComponent(() => import('./ProgramsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/programs/new',
    validateSearch: (search: Record<string, unknown>): { advertiser?: string } => ({
      advertiser: typeof search.advertiser === 'string' ? search.advertiser : undefined,
    }),
    component: lazyRouteComponent(() => import('./ProgramForm'), 'NewProgram'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/programs/$programId',
    component: lazyRouteComponent(() => import('./ProgramPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/programs/$programId/edit',
    component: lazyRouteComponent(() => import('./ProgramForm'), 'EditProgram'),
  }),
];
