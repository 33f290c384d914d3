// The root that all pages hang from: whoever is not signed in yet sees the way in, at the address where he wanted to go. The pages of one-time
// links, and of asking for one, are for people without a session, and show the same to those with one.

import { createRootRoute, createRoute, Outlet, redirect, useLocation } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { sessionQuery, setupQuery } from '../data/session';
import { Shell } from './Shell';
import { PageFailed, PageLoading } from './states';

const SignInPage = lazy(() => import('../features/sign_in/SignInPage'));
const SetupPage = lazy(() => import('../features/sign_in/SetupPage'));

export const REDEEM_PATH = '/redeem';
export const FORGOT_PATH = '/forgot';

const Gate = () => {
  const { pathname } = useLocation();
  if (pathname !== REDEEM_PATH && pathname !== FORGOT_PATH) return <Guarded />;
  return (
    <Suspense fallback={<PageLoading />}>
      <Outlet />
    </Suspense>
  );
};

const Guarded = () => {
  const session = useQuery(sessionQuery);
  const setup = useQuery({ ...setupQuery, enabled: session.data === null });
  const failed = session.error ?? setup.error;
  if (failed) {
    return <PageFailed error={failed} reset={() => void (session.error ? session.refetch() : setup.refetch())} />;
  }
  if (session.data) {
    return (
      <Shell session={session.data}>
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </Shell>
    );
  }
  if (session.isPending || setup.isPending) return <PageLoading />;
  return <Suspense fallback={<PageLoading />}>{setup.data?.open ? <SetupPage /> : <SignInPage />}</Suspense>;
};

export const rootRoute = createRootRoute({ component: Gate });

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', replace: true });
  },
});
