import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

export const integrationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/integration',
    validateSearch: (search: Record<string, unknown>): { program?: string; action?: string } => ({
      program: text(search.program),
      action: text(search.action),
    }),
    component: lazyRouteComponent(() => import('./IntegrationPage')),
  }),
];
