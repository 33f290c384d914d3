import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isPeriod, type Period } from '../../ui/periods';

export interface PartiesSearch {
  period?: Period;
  of?: 'publisher' | 'advertiser';
  moves?: 'down' | 'up';
}

export const partyRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/parties',
    validateSearch: (search: Record<string, unknown>): PartiesSearch => ({
      period: isPeriod(search.period) ? search.period : undefined,
      of: search.of === 'publisher' || search.of === 'advertiser' ? search.of : undefined,
      moves: search.moves === 'down' || search.moves === 'up' ? search.moves : undefined,
    }),
    component: lazyRouteComponent(() => import('./PartiesPage')),
  }),
];
