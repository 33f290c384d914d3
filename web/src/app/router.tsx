// The pages by their addresses. Each noun brings its own (`features/NOUN/routes.tsx`); here they are put together.

import { createRouter } from '@tanstack/react-router';
import { conversionRoutes } from '../features/conversions/routes';
import { overviewRoutes } from '../features/overview/routes';
import { PageFailed, PageLoading, PageMissing } from './states';
import { homeRoute, rootRoute } from './roots';

const routes = rootRoute.addChildren([homeRoute, ...overviewRoutes, ...conversionRoutes]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  defaultPendingComponent: PageLoading,
  defaultNotFoundComponent: PageMissing,
  defaultPendingMs: 150,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
