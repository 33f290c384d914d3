import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { MARKS, type Marks } from './address';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : typeof value === 'number' ? String(value) : undefined;

export const linkRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/links',
    validateSearch: (search: Record<string, unknown>): { program?: string } => ({ program: text(search.program) }),
    component: lazyRouteComponent(() => import('./LinksPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/links/$linkId',
    validateSearch: (search: Record<string, unknown>): Marks =>
      Object.fromEntries((['to', ...MARKS] as const).map((mark) => [mark, text(search[mark])])),
    component: lazyRouteComponent(() => import('./LinkPage')),
  }),
];
