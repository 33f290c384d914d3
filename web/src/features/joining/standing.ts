// Where a publisher stands with a program, and what he can do about it.

import type { Schemas } from '../../data/client';

export type ProgramStanding = Schemas['ProgramStandingView'];
export type Standing = Schemas['Standing'];
export type Step = 'apply' | 'accept' | 'decline' | 'withdraw' | 'leave';

export const STANDINGS = [
  'none',
  'applied',
  'invited',
  'member',
  'declined',
  'ended',
] as const satisfies readonly Standing[];

export const isStanding = (value: unknown): value is Standing => STANDINGS.some((one) => one === value);

// The steps that are open, the one he most likely wants first. An application that was answered with other terms waits for him like an
// invitation does.
export const stepsOf = ({ standing, application, membership, may_apply, may_link }: ProgramStanding): Step[] => {
  if (application?.state === 'offered') return ['accept', 'decline'];
  if (application?.state === 'open') return application.kind === 'invitation' ? ['accept', 'decline'] : ['withdraw'];
  if (standing === 'member' && membership && !membership.left_at) return ['leave'];
  return may_apply && !may_link ? ['apply'] : [];
};
