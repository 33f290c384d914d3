// Terms in words, while they are being written: the same sentences that the server says of stored ones, each with a key by which two
// versions of it are compared. The fee is said too, as whoever writes terms decides about it.

import type { Schemas } from '../../data/client';
import { duration, money, moment, number } from '../../language/format';
import { language } from '../../language/locales';
import { t, word } from '../../language/words';
import type { TextKey } from '../../../generated/keys';
import { isDecimal } from '../../ui/digits';
import type { ActionTerms, Bonus, Parameters, Rate, Step, Terms } from './terms';

export interface Sentence {
  // What it is about, the same in every version.
  key: string;
  // Under which heading it stands: an action's word, or nothing for all of it.
  action?: string;
  text: string;
}

export interface Difference {
  key: string;
  before?: string;
  after?: string;
}

const ISOLATES = ['\u2068', '\u2069'] as const;

// What people wrote keeps its direction of writing to itself.
const own = (text: string) => ISOLATES[0] + text + ISOLATES[1];
const list = (texts: readonly string[]) => texts.map(own).join(language() === 'fa' ? '، ' : ', ');
const join = (texts: readonly string[]) => texts.filter(Boolean).join(' · ');
const isMoney = (by: string) => by !== 'conversions' && by !== 'clicks';

const amountOf = (amount: string | undefined, currency: string) =>
  isDecimal(amount) ? money({ amount, currency }, { exact: true }) : '…';
const numberOf = (text: string | undefined) => (isDecimal(text) ? number(text, { maximumFractionDigits: 12 }) : '…');

const pays = (kind: string, given: Parameters, currency: string): string => {
  const amount = amountOf(given.amount, currency);
  const percent = t('terms.percent', { percent: numberOf(given.percent) });
  if (kind === 'fixed') return amount;
  if (kind === 'percent') return percent;
  if (kind === 'fixed_percent') return `${amount} + ${percent}`;
  if (kind === 'per_item' || kind === 'per_click' || kind === 'per_mille') return t(`terms.${kind}`, { amount });
  return own(kind);
};

const months = ({ from = 1, to }: Schemas['Months']): string =>
  to ? t('terms.months_to', { from: number(from), to: number(to) }) : t('terms.months_from', { from: number(from) });

const conditions = (when: Schemas['Conditions'] | undefined): string[] => {
  if (!when) return [];
  const { customer, coupons, countries, devices, skus, categories, subs, from, until } = when;
  const lists: [TextKey, string[] | null | undefined][] = [
    ['terms.coupons', coupons],
    ['terms.countries', countries],
    ['terms.devices', devices?.map((device) => word('device', device))],
    ['terms.skus', skus],
    ['terms.categories', categories],
  ];
  return [
    ...(customer ? [t(`terms.customer_${customer}`)] : []),
    ...(when.months ? [months(when.months)] : []),
    ...lists.flatMap(([key, values]) => (values?.length ? [t(key, { list: list(values) })] : [])),
    ...Object.entries(subs ?? {}).map(([name, values]) => `${own(name)} = ${list(values)}`),
    ...(from ? [t('terms.from', { time: moment(from, 'UTC') })] : []),
    ...(until ? [t('terms.until', { time: moment(until, 'UTC') })] : []),
  ];
};

const tiers = (rate: Rate, currency: string): string[] => {
  if (!rate.tiers) return [];
  const { by, per, retroactive, steps } = rate.tiers;
  return [
    ...(steps as Step[]).map((step) =>
      t(`terms.tier_${by}`, {
        from: isMoney(by) ? amountOf(step.from, currency) : numberOf(step.from),
        per: t(`terms.per_${per}`),
        pays: pays(rate.kind, step, currency),
      }),
    ),
    ...(retroactive ? [t('terms.retroactive')] : []),
  ];
};

export const sayRate = (rate: Rate, currency: string): string =>
  join([pays(rate.kind, rate, currency), ...conditions(rate.when), ...tiers(rate, currency)]);

const sayAction = (terms: ActionTerms, currency: string): Sentence[] => {
  const { action, recurring } = terms;
  const times = [
    ['click_window', terms.click_window_seconds],
    ['view_window', terms.view_window_seconds],
    ['delay', terms.delay_seconds_min],
    ['hold', terms.hold_seconds],
  ] as const;
  return [
    ...(terms.rates as Rate[]).map((rate) => ({
      key: `${action}/${rate.rule}`,
      action,
      text: `${own(rate.rule || '…')}: ${sayRate(rate, currency)}`,
    })),
    ...times.flatMap(([key, seconds]) =>
      typeof seconds === 'number' && seconds > 0
        ? [{ key: `${action}/${key}`, action, text: t(`terms.${key}`, { time: duration(seconds) }) }]
        : [],
    ),
    ...(terms.hold_seconds === 0 ? [{ key: `${action}/hold`, action, text: t('terms.no_hold') }] : []),
    ...(recurring
      ? [
          {
            key: `${action}/recurring`,
            action,
            text: recurring.months
              ? t('terms.recurring_months', { months: number(recurring.months) })
              : t('terms.recurring_ever'),
          },
        ]
      : []),
  ];
};

const sayCap = (cap: Schemas['Cap'], currency: string): string => {
  const limit = isMoney(cap.metric) ? amountOf(cap.limit, cap.currency ?? currency) : numberOf(cap.limit);
  return join([
    t(`terms.cap_${cap.metric}`, { limit, per: t(`terms.per_${cap.period}`) }),
    cap.over && cap.over !== 'publisher' ? word('cap_over', cap.over) : '',
    cap.soft ? t('terms.soft') : '',
    cap.when_reached === 'honour' || cap.when_reached === 'hold' ? t(`terms.reached_${cap.when_reached}`) : '',
    cap.even ? t('terms.even') : '',
  ]);
};

const sayBonus = (bonus: Bonus, currency: string): string =>
  join([
    t(`terms.bonus_${bonus.by}`, {
      name: own(bonus.bonus || '…'),
      amount: amountOf(bonus.amount, currency),
      reach: isMoney(bonus.by) ? amountOf(bonus.reach, currency) : numberOf(bonus.reach),
      per: t(`terms.per_${bonus.per}`),
    }),
    bonus.action ? t('terms.only', { what: own(bonus.action) }) : '',
    bonus.paid_by === 'network' ? t('terms.by_network') : '',
  ]);

// Everything that decides about money, a sentence each.
export const say = (terms: Terms): Sentence[] => {
  const { currency, payout_model = 'last', attribution, fee } = terms;
  const model =
    payout_model === 'last' || payout_model === 'first' || payout_model === 'linear' ? payout_model : 'other';
  const whole: [string, string | false | undefined][] = [
    ['currency', t('terms.currency', { currency })],
    ['model', t(`terms.model_${model}`, { model: own(word('payout_model', payout_model)) })],
    ['stand_down', t(`terms.stand_down_${attribution?.stand_down ?? 'by_kind'}`)],
    ['displace', attribution?.paid_clicks_displace && t('terms.displace')],
    [
      'assist',
      attribution?.assist_percent ? t('terms.assist', { percent: number(attribution.assist_percent) }) : undefined,
    ],
    ['own_purchases', terms.own_purchases && t('terms.own_purchases')],
    ['too_fast', terms.reject_too_fast && t('terms.too_fast')],
    ['fee_percent', fee?.percent ? t('terms.fee_percent', { percent: numberOf(fee.percent) }) : undefined],
    ['fee_fixed', fee?.fixed ? t('terms.fee_fixed', { amount: amountOf(fee.fixed, currency) }) : undefined],
    ['ended', terms.ended && t('terms.ended')],
  ];
  return [
    ...(terms.actions ?? []).flatMap((action) => sayAction(action, currency)),
    ...((terms.touch_rates ?? []) as Rate[]).map((rate) => ({
      key: `touch/${rate.rule}`,
      text: `${own(rate.rule || '…')}: ${sayRate(rate, currency)}`,
    })),
    ...(terms.bonuses ?? []).map((bonus) => ({ key: `bonus/${bonus.bonus}`, text: sayBonus(bonus, currency) })),
    ...(terms.caps ?? []).map((cap) => ({
      key: `cap/${cap.metric}/${cap.period}/${cap.over ?? ''}`,
      text: sayCap(cap, currency),
    })),
    ...whole.flatMap(([key, text]) => (text ? [{ key, text }] : [])),
  ];
};

const named = ({ action, text }: Sentence) => (action ? `${own(action)} · ${text}` : text);

// What changes from one to the other: sentences that are new, gone, or different.
export const differences = (before: Terms, after: Terms): Difference[] => {
  const [was, is] = [say(before), say(after)].map((said) => new Map(said.map((one) => [one.key, named(one)])));
  if (!was || !is) return [];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((key) => ({ key, before: was.get(key), after: is.get(key) }))
    .filter((one) => one.before !== one.after);
};
