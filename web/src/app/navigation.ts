// Where one can go, for each role: the menu, the command palette and the shortcuts (`g`, then a letter) are made from this list.

import {
  IconAlertTriangle,
  IconBook,
  IconBuildingStore,
  IconCash,
  IconChartBar,
  IconFileInvoice,
  IconFileText,
  IconGauge,
  IconHistory,
  IconLink,
  IconMessageQuestion,
  IconReceipt2,
  IconShieldQuestion,
  IconSpeakerphone,
  IconTarget,
  IconUserCheck,
  IconUsers,
  IconSettings,
  IconActivityHeartbeat,
  IconTicket,
  IconTrendingUp,
  IconPigMoney,
  IconPlugConnected,
  IconAd2,
  IconReceiptDollar,
  IconPhoto,
  IconRoute,
  IconScale,
  IconWallet,
  type TablerIcon,
} from '@tabler/icons-react';
import type { TextKey } from '../../generated/keys';
import type { Role } from '../data/session';

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

const go = (to: string, label: TextKey, icon: TablerIcon, letter?: string): Destination => ({
  to,
  label,
  icon,
  letter,
});

const overview = go('/overview', 'navigation.overview', IconGauge, 'o');
const reports = go('/reports', 'navigation.reports', IconChartBar, 'r');
const attribution = go('/attribution', 'navigation.attribution', IconRoute, 't');
const incrementality = go('/incrementality', 'navigation.incrementality', IconScale);
const conversions = go('/conversions', 'navigation.conversions', IconReceipt2, 'c');
const applications = go('/applications', 'navigation.approvals', IconUserCheck, 'a');
const disputes = go('/disputes', 'navigation.disputes', IconMessageQuestion, 'd');
const alerts = go('/alerts', 'navigation.alerts', IconAlertTriangle);
const programs = go('/programs', 'navigation.programs', IconTarget, 'p');
const contracts = go('/contracts', 'navigation.contracts', IconFileText);
const advertisers = go('/advertisers', 'navigation.advertisers', IconBuildingStore);
const publishers = go('/publishers', 'navigation.publishers', IconSpeakerphone, 'u');
const ledger = go('/ledger', 'navigation.ledger', IconBook, 'b');
const invoices = go('/invoices', 'navigation.invoices', IconFileInvoice, 'i');
const payoutRuns = go('/payout_runs', 'navigation.payout_runs', IconCash);
const links = go('/links', 'navigation.links', IconLink, 'l');
const join = go('/join', 'navigation.join', IconBuildingStore, 'j');
const campaigns = go('/campaigns', 'navigation.campaigns', IconAd2);
const costs = go('/costs', 'navigation.costs', IconReceiptDollar);
const integration = go('/integration', 'navigation.integration', IconPlugConnected, 'n');
const budget = go('/budget', 'navigation.budget', IconPigMoney, 'f');
const creatives = go('/creatives', 'navigation.creatives', IconPhoto);
const coupons = go('/coupons', 'navigation.coupons', IconTicket);
const parties = go('/parties', 'navigation.parties', IconTrendingUp, 'm');
const health = go('/health', 'navigation.health', IconActivityHeartbeat, 'h');
const earnings = go('/earnings', 'navigation.earnings', IconWallet, 'e');
const quarantine = go('/quarantine', 'navigation.quarantine', IconShieldQuestion, 'q');
const audit = go('/audit', 'navigation.audit', IconHistory);
const network = go('/network', 'navigation.network', IconSettings);
const users = go('/users', 'navigation.users', IconUsers);

const measure: Group = { label: 'navigation.group_measure', destinations: [overview, reports, conversions] };

const measureAll: Group = {
  label: 'navigation.group_measure',
  destinations: [overview, reports, attribution, incrementality, conversions],
};

const media: Group = { label: 'navigation.group_media', destinations: [campaigns, costs] };

const promote: Group = { label: 'navigation.group_promote', destinations: [links, creatives, coupons, join] };

const GROUPS: Record<Role, Group[]> = {
  operator: [
    measureAll,
    { label: 'navigation.group_work', destinations: [applications, disputes, alerts] },
    {
      label: 'navigation.group_parties',
      destinations: [programs, contracts, advertisers, publishers, links, creatives, coupons, integration],
    },
    media,
    { label: 'navigation.group_money', destinations: [ledger, invoices, payoutRuns] },
    { label: 'navigation.group_system', destinations: [quarantine, audit, users, network, health] },
  ],
  advertiser: [
    measureAll,
    { label: 'navigation.group_work', destinations: [applications, disputes, alerts] },
    { label: 'navigation.group_parties', destinations: [programs, contracts, creatives, coupons, integration] },
    media,
    { label: 'navigation.group_money', destinations: [budget, ledger, invoices] },
  ],
  publisher: [
    measure,
    promote,
    { label: 'navigation.group_earn', destinations: [earnings] },
    { label: 'navigation.group_work', destinations: [disputes] },
  ],
  manager: [
    measureAll,
    promote,
    { label: 'navigation.group_work', destinations: [applications, disputes, alerts] },
    { label: 'navigation.group_parties', destinations: [parties, programs, contracts, integration] },
    media,
    { label: 'navigation.group_money', destinations: [earnings, ledger, invoices] },
  ],
};

export const groupsOf = (role: Role): Group[] => GROUPS[role];

export const destinationsOf = (role: Role): Destination[] => groupsOf(role).flatMap((group) => group.destinations);
