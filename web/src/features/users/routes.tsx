import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import type { Role } from '../../data/session';

const ROLES: readonly unknown[] = ['operator', 'advertiser', 'publisher', 'manager'];

export const userRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users',
    // `add` opens the form of a new person who acts for `party`.
    validateSearch: (search: Record<string, unknown>): { add?: Role; party?: string; shown?: 'keys' } => ({
      add: ROLES.includes(search.add) ? (search.add as Role) : undefined,
      party: typeof search.party === 'string' ? search.party : undefined,
      shown: search.shown === 'keys' ? 'keys' : undefined,
    }),
    component: lazyRouteComponent(() => import('./UsersPage')),
  }),
];
