// An advertiser's side of a small network, as the API gives it out.

import { HOSTILE, list, program, signedInAs } from './publisher_example.mjs';

export const usd = (amount) => ({ amount, currency: 'USD' });

const MEMBERSHIP = { role: 'advertiser', right: 'approve', advertisers: ['adv_1'], publishers: [] };

export const advertiser = (more = {}) => ({
  id: 'adv_1', network_id: 'net_1', name: 'Lamp Shop', status: 'active', billing: 'prepaid', alert_below: [], has_postback_token: true,
  has_signing_secret: false, postback: { allowed_addresses: [], browser_conversions: true, signature_age_seconds_max: 300 },
  created_at: '2026-01-01T00:00:00Z', ...more,
});

export const campaign = (id, name, more = {}) => ({
  id, advertiser_id: 'adv_1', program_id: null, channel: 'search', name, external_id: '18800010002', rules: [], starts_on: '2026-01-01', ends_on: null,
  status: 'active', created_at: '2026-01-01T00:00:00Z', ...more,
});

export const costImport = (more = {}) => ({
  id: 'cim_1', advertiser_id: 'adv_1', kind: 'file', file_name: HOSTILE, file_sha256: 'a'.repeat(64), options: {},
  days: { added: 30, changed: 2, removed: 1, unchanged: 4, waiting: 1 }, campaigns: 2, campaigns_made: 1, from: '2026-03-01', to: '2026-03-30',
  refused: 1, refused_rows: [{ line: 7, column: 'Cost', reason: HOSTILE }], skipped: { total: [33] }, undoes: null, undone_by: null,
  actor: 'user:usr_1', at: '2026-04-01T05:06:07Z', ...more,
});

export const touch = (id, more = {}) => ({
  id, network_id: 'net_1', advertiser_id: 'adv_1', program_id: 'prg_1', publisher_id: 'pub_1', link_id: 'lnk_1', kind: 'click', code: 'ok', counted: true,
  unique: true, consent: 'granted', consent_source: 'default', facts: {}, subs: {}, received_at: new Date().toISOString(), ...more,
});

export const conversion = (id, more = {}) => ({
  id, network_id: 'net_1', advertiser_id: 'adv_1', program_id: 'prg_1', publisher_id: 'pub_1', action: 'order', order_id: `L-${id}`, amount: usd('90.00'),
  commission: usd('6.75'), state: 'pending', code: 'ok', reason: 'Accepted.', received_at: new Date().toISOString(), lines: [], reversed: '0/1', ...more,
});

const verdict = (code, counted, en, vi, fa) => ({ code, number: 0, applies: 'both', counted, recoverable: false, party: 'nobody', en, vi, fa });

export const account = (available, waiting) => ({
  account: 'advertiser:adv_1:USD', kind: 'advertiser', advertiser_id: 'adv_1', publisher_id: null, currency: 'USD', balance: usd(available), available: usd(available),
  credits_pending: usd('0'), credits_posted: usd(available), debits_pending: usd(waiting), debits_posted: usd('0'),
});

const COUNTS = ['clicks', 'conversions', 'new_customers', 'impressions'];
const RATIOS = ['cir', 'roi', 'cvr'];
const unit = (metric) => (COUNTS.includes(metric) ? 'count' : RATIOS.includes(metric) ? 'ratio' : 'money');
const VALUES = { count: [120, 80], ratio: ['0.1250', '0.2500'], money: [usd('1250.50'), usd('980.00')] };
const KEYS = { day: ['2026-03-01', '2026-03-02'], channel: ['search', 'affiliate'], publisher: ['pub_1', 'pub_2'] };

// A report of whatever was asked for.
const report = ({ metrics, by }) => {
  const row = (keys) => ({ keys, values: metrics.map((metric) => VALUES[unit(metric)][0]), compared: metrics.map((metric) => VALUES[unit(metric)][1]) });
  return {
    body: {
      from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z', zone: 'UTC', basis: 'conversion', complete_to: '2026-03-03T00:00:00Z', unconverted: '0',
      metrics: metrics.map((name) => ({ name, unit: unit(name), en: name, vi: name, fa: name })), dimensions: [],
      rows: (KEYS[by[0]] ?? []).map((value) => row([{ value, name: by[0] === 'publisher' ? HOSTILE : null }])), totals: [row([])],
    },
  };
};

export const asAdvertiser = (more = {}, membership = {}) => signedInAs({
  'GET /advertisers': list([advertiser()]), 'GET /advertisers/adv_1': { body: advertiser() },
  'GET /programs': list([program('prg_1', 'Lamps', { caps: [{ metric: 'charge', limit: '500.00', currency: 'USD', period: 'month', alert_at: [80, 100], even: false, soft: false, when_reached: 'reject' }] }), program('prg_2', HOSTILE, { funded: false, caps: [] })]),
  'GET /campaigns': list([campaign('cmp_1', 'Lamps & shades'), campaign('cmp_2', HOSTILE, { channel: 'social', status: 'paused' })]),
  'GET /campaigns/cmp_1': { body: campaign('cmp_1', 'Lamps & shades') },
  'GET /campaign_costs': list([{ campaign_id: 'cmp_1', day: '2026-03-01', spend: usd('12.50'), converted: null, impressions: 900, clicks: 21, import_id: 'cim_1', booked_at: '2026-04-01T00:00:00Z' }]),
  'GET /cost_imports': list([costImport(), costImport({ id: 'cim_2', kind: 'undo', file_name: null, undoes: 'cim_0', refused: 0, refused_rows: [] })]),
  'GET /ledger/accounts': list([account('-120.50', '44.00')]),
  'POST /reports': report, 'GET /invoices': list([]), 'GET /quarantine': list([]), 'GET /touches': list([]), 'GET /conversions': list([]), 'GET /applications': list([]), 'GET /disputes': list([]),
  'GET /verdict_codes': { body: { items: [verdict('ok', true, 'Accepted. Nothing needs to be done.', 'Đã được ghi nhận.', 'پذیرفته شد.')] } },
  ...more,
}, { ...MEMBERSHIP, ...membership });
