import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isStanding, type Standing } from './standing';

export const joiningRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/join',
    validateSearch: (search: Record<string, unknown>): { standing?: Standing; publisher?: string } => ({
      standing: isStanding(search.standing) ? search.standing : undefined,
      publisher: typeof search.publisher === 'string' ? search.publisher : undefined,
    }),
    component: lazyRouteComponent(() => import('./JoiningPage')),
  }),
];
