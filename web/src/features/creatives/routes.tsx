import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isKind, type CreativeKind } from './creative';

export interface CreativeSearch {
  program?: string;
  kind?: CreativeKind;
}

export const creativeRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/creatives',
    validateSearch: (search: Record<string, unknown>): CreativeSearch => ({
      program: typeof search.program === 'string' && search.program ? search.program : undefined,
      kind: isKind(search.kind) ? search.kind : undefined,
    }),
    component: lazyRouteComponent(() => import('./CreativesPage')),
  }),
];
