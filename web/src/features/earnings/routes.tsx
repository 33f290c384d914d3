import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isView, type View } from './view';

export interface EarningsSearch {
  view?: View;
  publisher?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

export const earningRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/earnings',
    validateSearch: (search: Record<string, unknown>): EarningsSearch => ({
      view: isView(search.view) ? search.view : undefined,
      publisher: text(search.publisher),
    }),
    component: lazyRouteComponent(() => import('./EarningsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/earnings/details',
    validateSearch: (search: Record<string, unknown>): { publisher?: string } => ({
      publisher: text(search.publisher),
    }),
    component: lazyRouteComponent(() => import('./DetailsPage')),
  }),
];
