// The pages by their addresses. Each noun brings its own (`features/NOUN/routes.tsx`); here they are put together.

import { createRouter } from '@tanstack/react-router';
import { accountRoutes } from '../features/account/routes';
import { advertiserRoutes } from '../features/advertisers/routes';
import { alertRoutes } from '../features/alerts/routes';
import { applicationRoutes } from '../features/applications/routes';
import { attributionRoutes } from '../features/attribution/routes';
import { auditRoutes } from '../features/audit/routes';
import { contractRoutes } from '../features/contracts/routes';
import { conversionRoutes } from '../features/conversions/routes';
import { creativeRoutes } from '../features/creatives/routes';
import { disputeRoutes } from '../features/disputes/routes';
import { budgetRoutes } from '../features/budget/routes';
import { campaignRoutes } from '../features/campaigns/routes';
import { costRoutes } from '../features/costs/routes';
import { couponRoutes } from '../features/coupons/routes';
import { earningRoutes } from '../features/earnings/routes';
import { healthRoutes } from '../features/health/routes';
import { incrementalityRoutes } from '../features/incrementality/routes';
import { integrationRoutes } from '../features/integration/routes';
import { invoiceRoutes } from '../features/invoices/routes';
import { joiningRoutes } from '../features/joining/routes';
import { ledgerRoutes } from '../features/ledger/routes';
import { linkRoutes } from '../features/links/routes';
import { networkRoutes } from '../features/network/routes';
import { overviewRoutes } from '../features/overview/routes';
import { partyRoutes } from '../features/parties/routes';
import { payoutRunRoutes } from '../features/payout_runs/routes';
import { programRoutes } from '../features/programs/routes';
import { publisherRoutes } from '../features/publishers/routes';
import { quarantineRoutes } from '../features/quarantine/routes';
import { reportRoutes } from '../features/reports/routes';
import { signInRoutes } from '../features/sign_in/routes';
import { userRoutes } from '../features/users/routes';
import { homeRoute, rootRoute } from './roots';
import { PageFailed, PageLoading, PageMissing } from './states';

const routes = rootRoute.addChildren([
  homeRoute,
  ...overviewRoutes,
  ...reportRoutes,
  ...attributionRoutes,
  ...incrementalityRoutes,
  ...conversionRoutes,
  ...applicationRoutes,
  ...disputeRoutes,
  ...alertRoutes,
  ...programRoutes,
  ...contractRoutes,
  ...advertiserRoutes,
  ...publisherRoutes,
  ...ledgerRoutes,
  ...invoiceRoutes,
  ...payoutRunRoutes,
  ...quarantineRoutes,
  ...auditRoutes,
  ...networkRoutes,
  ...userRoutes,
  ...linkRoutes,
  ...joiningRoutes,
  ...accountRoutes,
  ...signInRoutes,
  ...earningRoutes,
  ...campaignRoutes,
  ...costRoutes,
  ...integrationRoutes,
  ...budgetRoutes,
  ...couponRoutes,
  ...creativeRoutes,
  ...partyRoutes,
  ...healthRoutes,
]);

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
