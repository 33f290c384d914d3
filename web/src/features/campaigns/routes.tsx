import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/roots';
import { isChannel, type Channel } from './campaign';

export const campaignRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/campaigns',
    validateSearch: (search: Record<string, unknown>): { channel?: Channel } => ({
      channel: isChannel(search.channel) ? search.channel : undefined,
    }),
    component: lazyRouteComponent(() => import('./CampaignsPage')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/campaigns/$campaignId',
    component: lazyRouteComponent(() => import('./CampaignPage')),
  }),
];
