// A program as it is written: what a new one begins with, and what is wrong before the server is asked.

import type { Schemas } from '../../data/client';
import { t } from '../../language/words';
import { isDecimal, isWhole } from '../../ui/digits';
import type { Errors } from '../../ui/draft';

export type Values = Schemas['ProgramDraft'];

export const KINDS: Schemas['ActionKind'][] = ['order', 'lead', 'qualified_lead', 'install', 'other'];
export const JOININGS = ['open', 'application', 'invitation'] as const;
export const STATUSES = ['active', 'paused', 'closed'] as const;
export const DEVICES = ['desktop', 'mobile', 'tablet', 'tv', 'console'];

export const begin = (advertiser: string | undefined, zone: string): Values => ({
  advertiser_id: advertiser ?? '',
  name: '',
  zone,
  joining: 'open',
  actions: [{ name: 'order', kind: 'order', order_id_required: true, amount_required: true, repeats: false }],
  landing_pages: [{ url: '', weight: 1 }],
  verified_hosts: [],
  app_schemes: [],
  blocked_addresses: [],
  caps: [],
  targeting: {},
  fallbacks: {},
  https_only: false,
  refuse_data_centers: true,
  unique_window_seconds: 86_400,
  notice_days: 14,
  requires_acceptance: false,
  public_page: true,
  public_terms: '',
});

export const hostOf = (url: string): string | undefined => {
  try {
    return new URL(url.replace(/\{[a-z0-9_]+\}/g, 'x')).hostname || undefined;
  } catch {
    return undefined;
  }
};

const isPage = (url: string) => /^https?:\/\/[^\s/]+/.test(url);

export const check = (values: Values): Errors => {
  const needed = (text: string | undefined) => (text?.trim() ? undefined : t('ui.required'));
  const errors: Errors = {
    advertiser_id: needed(values.advertiser_id),
    name: needed(values.name),
    notice_days: isWhole(values.notice_days) ? undefined : t('ui.whole_wrong'),
    unique_window_seconds: isWhole(values.unique_window_seconds) ? undefined : t('ui.whole_wrong'),
  };
  values.landing_pages.forEach(({ url, weight }, at) => {
    errors[`landing_pages[${at}].url`] = needed(url) ?? (isPage(url) ? undefined : t('ui.url_wrong'));
    errors[`landing_pages[${at}].weight`] = isWhole(weight) ? undefined : t('ui.whole_wrong');
  });
  values.actions.forEach(({ name }, at) => {
    errors[`actions[${at}].name`] =
      needed(name) ?? (/^[a-z0-9_]{1,40}$/.test(name) ? undefined : t('program.action_name_wrong'));
  });
  values.caps?.forEach(({ limit }, at) => {
    errors[`caps[${at}].limit`] = isDecimal(limit) ? undefined : t('ui.number_wrong');
  });
  return errors;
};
