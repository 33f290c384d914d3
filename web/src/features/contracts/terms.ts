// Terms as they are written: what they begin with, their parts, and what is wrong before the server is asked.

import type { Schemas } from '../../data/client';
import { t } from '../../language/words';
import { isDecimal, isWhole } from '../../ui/digits';
import type { Errors } from '../../ui/draft';

export type Terms = Schemas['Terms'];
export type ActionTerms = Schemas['ActionTerms'];
export type Program = Schemas['ProgramView'];
export type Bonus = Schemas['BonusTerm'];

// The parameters of a rate's kind stand beside it; the API's types leave them open.
export interface Parameters {
  amount?: string;
  percent?: string;
}
export type Rate = Schemas['RateTerm'] & Parameters;
export type Step = Schemas['TierStep'] & Parameters;

export const KINDS = ['percent', 'fixed', 'fixed_percent', 'per_item'] as const;
export const TOUCH_KINDS = ['per_click', 'per_mille'] as const;
export const MODELS = ['last', 'first', 'linear', 'position', 'time_decay', 'shapley', 'markov'] as const;
export const STAND_DOWNS = ['by_kind', 'always', 'never'] as const;
export const TIER_METRICS = ['conversions', 'revenue', 'commission'] as const;
export const TIER_PERIODS = ['day', 'week', 'month', 'quarter', 'total'] as const;
export const PAYERS = ['advertiser', 'network'] as const;
export const CUSTOMERS = ['new', 'returning'] as const;
export const SUBS = [
  'source',
  'sub1',
  'sub2',
  'sub3',
  'sub4',
  'sub5',
  'sub6',
  'sub7',
  'sub8',
  'sub9',
  'sub10',
] as const;

const MONTH_SECONDS = 30 * 86_400;

export const parametersOf = (kind: string): (keyof Parameters)[] => {
  if (kind === 'percent') return ['percent'];
  return kind === 'fixed_percent' ? ['amount', 'percent'] : ['amount'];
};

// A rate with exactly the parameters of its kind, keeping what was written.
export const asKind = <One extends Parameters>(one: One, kind: string): One => {
  const { amount, percent, ...rest } = one;
  const wanted = parametersOf(kind);
  return {
    ...rest,
    ...(wanted.includes('amount') ? { amount: amount ?? '' } : {}),
    ...(wanted.includes('percent') ? { percent: percent ?? '' } : {}),
  } as One;
};

export const freshRate = (kind: string, rule: string): Rate => asKind<Rate>({ rule, kind }, kind);

export const freshAction = (action: string, money: boolean): ActionTerms => ({
  action,
  rates: [freshRate(money ? 'percent' : 'fixed', 'base')],
  click_window_seconds: MONTH_SECONDS,
  view_window_seconds: 0,
  delay_seconds_min: 0,
  hold_seconds: MONTH_SECONDS,
});

export const freshTerms = (program: Program | undefined, currency: string): Terms => ({
  currency,
  payout_model: 'last',
  ended: false,
  own_purchases: false,
  reject_too_fast: false,
  actions: (program?.actions ?? []).map(({ name, amount_required }) => freshAction(name, amount_required === true)),
});

const MESSAGES = { amount: 'ui.number_wrong', percent: 'ui.number_wrong' } as const;

const checkParameters = (errors: Errors, path: string, kind: string, given: Parameters) => {
  for (const name of parametersOf(kind)) {
    if (!isDecimal(given[name])) errors[`${path}.${name}`] = given[name] ? t(MESSAGES[name]) : t('ui.required');
  }
};

const checkRate = (errors: Errors, path: string, rate: Rate) => {
  if (!rate.rule?.trim()) errors[`${path}.rule`] = t('ui.required');
  checkParameters(errors, path, rate.kind, rate);
  (rate.tiers?.steps as Step[] | undefined)?.forEach((step, at) => {
    const place = `${path}.tiers.steps[${at}]`;
    if (!isDecimal(step.from)) errors[`${place}.from`] = t('ui.number_wrong');
    checkParameters(errors, place, rate.kind, step);
  });
};

const TIMES = ['click_window_seconds', 'view_window_seconds', 'delay_seconds_min', 'hold_seconds'] as const;

export const checkTerms = (terms: Terms): Errors => {
  const errors: Errors = {};
  if (!terms.currency) errors['terms.currency'] = t('ui.required');
  terms.actions?.forEach((action, at) => {
    const path = `terms.actions[${at}]`;
    if (!action.rates?.length) errors[`${path}.rates`] = t('contract.rate_needed');
    (action.rates as Rate[] | undefined)?.forEach((rate, index) => checkRate(errors, `${path}.rates[${index}]`, rate));
    for (const time of TIMES) {
      const seconds = action[time];
      if (seconds !== undefined && !isWhole(seconds)) errors[`${path}.${time}`] = t('ui.whole_wrong');
    }
  });
  (terms.touch_rates as Rate[] | undefined)?.forEach((rate, at) => checkRate(errors, `terms.touch_rates[${at}]`, rate));
  terms.caps?.forEach(({ limit }, at) => {
    if (!isDecimal(limit)) errors[`terms.caps[${at}].limit`] = t('ui.number_wrong');
  });
  terms.bonuses?.forEach((bonus, at) => {
    if (!bonus.bonus.trim()) errors[`terms.bonuses[${at}].bonus`] = t('ui.required');
    if (!isDecimal(bonus.reach)) errors[`terms.bonuses[${at}].reach`] = t('ui.number_wrong');
    if (!isDecimal(bonus.amount)) errors[`terms.bonuses[${at}].amount`] = t('ui.number_wrong');
  });
  for (const part of ['percent', 'fixed'] as const) {
    const given = terms.fee?.[part];
    if (given && !isDecimal(given)) errors[`terms.fee.${part}`] = t('ui.number_wrong');
  }
  return errors;
};
