import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isState, type ConversionState } from './conversion';

export interface ConversionSearch {
  state?: ConversionState;
  program?: string;
  publisher?: string;
  action?: string;
  code?: string;
  order?: string;
  from?: string;
  to?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : typeof value === 'number' ? String(value) : undefined;

export const conversionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/conversions',
    validateSearch: (search: Record<string, unknown>): ConversionSearch => ({
      state: isState(search.state) ? search.state : undefined,
      program: text(search.program),
      publisher: text(search.publisher),
      action: text(search.action),
      code: text(search.code),
      order: text(search.order),
      from: text(search.from),
      to: text(search.to),
    }),
    component: lazyRouteComponent(() => import('./ConversionsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/conversions/file',
    component: lazyRouteComponent(() => import('./FilePage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/conversions/$conversionId',
    component: lazyRouteComponent(() => import('./ReceiptPage')),
  }),
];
