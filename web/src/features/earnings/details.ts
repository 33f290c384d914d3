// Payment details as a form holds them, what is wrong with them before the server is asked, and what is sent. The server judges again.

import type { Schemas } from '../../data/client';
import type { TextKey } from '../../../generated/keys';
import type { Details } from './money';

export type PaymentMethod = Schemas['PaymentMethod'];

export const METHODS: PaymentMethod[] = ['sepa', 'iso20022', 'ach', 'other'];
export const WEEKDAYS: Schemas['Weekday'][] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

type DetailsField =
  | 'method'
  | 'holder'
  | 'holder_kind'
  | 'address.street'
  | 'address.building_number'
  | 'address.post_code'
  | 'address.town'
  | 'address.country'
  | 'iban'
  | 'bic'
  | 'routing_number'
  | 'account_number'
  | 'account_kind'
  | 'instructions'
  | 'currency'
  | 'schedule.every'
  | 'schedule.weekday'
  | 'schedule.day'
  | 'minimum'
  | 'tax_id';

export type DetailsValues = Record<DetailsField, string>;

// Names are those of the API's members, so that its objections find their fields.
export const emptyDetails = (known: Details | null, currency: string): DetailsValues => ({
  method: known?.method ?? 'sepa',
  holder: known?.holder ?? '',
  holder_kind: known?.holder_kind ?? 'person',
  'address.street': known?.address.street ?? '',
  'address.building_number': known?.address.building_number ?? '',
  'address.post_code': known?.address.post_code ?? '',
  'address.town': known?.address.town ?? '',
  'address.country': known?.address.country ?? '',
  iban: '',
  bic: '',
  routing_number: '',
  account_number: '',
  account_kind: known?.account_kind ?? 'checking',
  instructions: '',
  currency: known?.currency ?? currency,
  'schedule.every': known?.schedule.every ?? 'month',
  'schedule.weekday': known?.schedule.every === 'week' ? known.schedule.weekday : 'monday',
  'schedule.day': known?.schedule.every === 'month' ? String(known.schedule.day) : '15',
  minimum: known?.minimum ?? '',
  tax_id: '',
});

// The fields of an account that a method uses.
export const ACCOUNT_FIELDS: Record<PaymentMethod, (keyof DetailsValues)[]> = {
  sepa: ['iban', 'bic'],
  iso20022: ['iban', 'account_number', 'bic'],
  ach: ['routing_number', 'account_number', 'account_kind'],
  other: ['instructions'],
};

const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();

// ISO 13616: the number with its first four signs behind it, letters as 10 to 35, leaves 1 when divided by 97.
const ibanHolds = (text: string): boolean => {
  const iban = plain(text);
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((sign) => parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
};

const ROUTING_WEIGHTS = [3, 7, 1];

const routingHolds = (text: string): boolean => {
  const digits = plain(text);
  if (!/^\d{9}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (ROUTING_WEIGHTS[at % 3] ?? 0), 0);
  return sum % 10 === 0;
};

export const detailsProblems = (values: DetailsValues): Partial<Record<keyof DetailsValues, TextKey>> => {
  const found: Partial<Record<keyof DetailsValues, TextKey>> = {};
  const need = (name: keyof DetailsValues) => {
    if (!values[name].trim()) found[name] = 'ui.required';
  };
  (['holder', 'address.town', 'address.country', 'currency'] as const).forEach(need);
  const { method } = values;
  if (method === 'sepa') need('iban');
  if (method === 'iso20022') {
    need('bic');
    if (!values.iban.trim()) need('account_number');
  }
  if (method === 'ach') {
    need('routing_number');
    need('account_number');
    if (values.routing_number.trim() && !routingHolds(values.routing_number))
      found.routing_number = 'earning.routing_wrong';
  }
  if (method === 'other') need('instructions');
  if ((method === 'sepa' || method === 'iso20022') && values.iban.trim() && !ibanHolds(values.iban)) {
    found.iban = 'earning.iban_wrong';
  }
  if (values.minimum.trim() && !/^\d+(\.\d+)?$/.test(values.minimum.trim())) found.minimum = 'ui.amount_wrong';
  if (values['schedule.every'] === 'month' && !/^([1-9]|[12]\d|3[01])$/.test(values['schedule.day'].trim())) {
    found['schedule.day'] = 'earning.day_wrong';
  }
  return found;
};

const schedule = (values: DetailsValues): Schemas['PayoutSchedule'] => {
  if (values['schedule.every'] === 'week') {
    return { every: 'week', weekday: values['schedule.weekday'] as Schemas['Weekday'] };
  }
  if (values['schedule.every'] === 'month') return { every: 'month', day: Number(values['schedule.day']) };
  return { every: 'request' };
};

// What the server is told. The part that is kept back as tax is the operator's to set and stays as it is.
export const detailsBody = (values: DetailsValues, known: Details | null): Schemas['PaymentDetails'] => {
  const method = values.method as PaymentMethod;
  const used = new Set(ACCOUNT_FIELDS[method]);
  const optional = (name: keyof DetailsValues) => values[name].trim() || null;
  const own = (name: keyof DetailsValues) => (used.has(name) ? optional(name) : null);
  return {
    method,
    holder: values.holder.trim(),
    holder_kind: values.holder_kind as Schemas['HolderKind'],
    address: {
      street: optional('address.street'),
      building_number: optional('address.building_number'),
      post_code: optional('address.post_code'),
      town: values['address.town'].trim(),
      country: values['address.country'],
    },
    iban: own('iban'),
    bic: own('bic'),
    routing_number: own('routing_number'),
    account_number: own('account_number'),
    account_kind: used.has('account_kind') ? (values.account_kind as Schemas['BankAccountKind']) : null,
    instructions: own('instructions'),
    currency: values.currency,
    schedule: schedule(values),
    minimum: optional('minimum'),
    tax_id: optional('tax_id'),
    withholding_percent: known?.withholding_percent ?? null,
  };
};
