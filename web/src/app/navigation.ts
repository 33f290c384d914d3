// Where one can go, for each role: the menu, the command palette and the shortcuts (`g`, then a letter) are made from this list.

import { IconGauge, IconReceipt2, type TablerIcon } from '@tabler/icons-react';
import type { Role } from '../data/session';
import type { TextKey } from '../../generated/keys';

export interface Destination {
  to: string;
  label: TextKey;
  icon: TablerIcon;
  letter?: string;
}

export interface Group {
  label: TextKey;
  destinations: Destination[];
}

const overview: Destination = { to: '/overview', label: 'navigation.overview', icon: IconGauge, letter: 'o' };
const conversions: Destination = {
  to: '/conversions',
  label: 'navigation.conversions',
  icon: IconReceipt2,
  letter: 'c',
};

const GROUPS: Record<Role, Group[]> = {
  operator: [{ label: 'navigation.group_measure', destinations: [overview, conversions] }],
  advertiser: [{ label: 'navigation.group_measure', destinations: [overview, conversions] }],
  publisher: [{ label: 'navigation.group_measure', destinations: [overview, conversions] }],
  manager: [{ label: 'navigation.group_measure', destinations: [overview, conversions] }],
};

export const groupsOf = (role: Role): Group[] => GROUPS[role];

export const destinationsOf = (role: Role): Destination[] => groupsOf(role).flatMap((group) => group.destinations);
