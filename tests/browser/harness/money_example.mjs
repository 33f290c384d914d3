// A publisher's money as the API gives it out.

import { HOSTILE, list } from './publisher_example.mjs';

export const usd = (amount) => ({ amount, currency: 'USD' });
const ACCOUNT = 'publisher:pub_1:USD';

export const account = (currency, [available, waiting, away]) => {
  const money = (amount) => ({ amount, currency });
  return {
    account: `publisher:pub_1:${currency}`, kind: 'publisher', advertiser_id: null, publisher_id: 'pub_1', currency,
    balance: money(available), available: money(available), credits_pending: money(waiting), credits_posted: money(available),
    debits_pending: money(away), debits_posted: money('0'),
  };
};

const transfer = (sequence, phase, reason, amount, more = {}) => ({
  source: 'cnv_1', sequence, line: 0, leg: 'commission', phase, pending_sequence: null, reason, debit: null, credit: ACCOUNT, amount: usd(amount),
  at: '2026-03-04T05:06:07Z', ...more,
});

export const details = (more = {}) => ({
  publisher_id: 'pub_1', version: 1, method: 'ach', holder: HOSTILE, holder_kind: 'company', account_kind: 'checking', account_number: '••••6789',
  routing_number: '••••0021', iban: null, bic: null, tax_id: null, has_instructions: false, held_until: '2026-12-01T05:06:07Z',
  address: { street: 'Main', building_number: '1', post_code: '73301', town: 'Austin', country: 'US' }, currency: 'USD', minimum: '50.00',
  schedule: { every: 'request' }, withholding_percent: null, created_at: '2026-03-04T05:06:07Z', created_by: 'user:usr_1', ...more,
});

const payout = (id, state, more = {}) => ({
  id, run_id: 'pyr_1', publisher_id: 'pub_1', method: 'ach', account: '••••6789', amount: usd('120.00'), gross: usd('120.00'), payable: usd('120.004'),
  withheld: usd('0.00'), period_end: '2026-03-01T00:00:00Z', approved_at: '2026-03-02T00:00:00Z', settled_at: null, state, reason: null, replaced: [],
  details_version: 1, ...more,
});

export const earnings = (more = {}) => ({
  'GET /ledger/accounts': list([account('USD', ['1172.202', '713.022', '120.00']), account('IRR', ['-1000000000000000', '0', '0'])]),
  'GET /ledger/transfers': list([
    transfer(4, 'pending', 'payout_reserved', '120.00', { source: 'pyt_1', leg: 'payout', debit: ACCOUNT, credit: null }), transfer(3, 'posted', 'reversed', '2.25', { debit: ACCOUNT, credit: null }),
    transfer(2, 'void_pending', 'rejected', '4.47'), transfer(1, 'post_pending', 'approved', '15.48'), transfer(0, 'pending', 'earned', '15.48'),
  ]),
  'GET /publishers/pub_1/payment_details': { body: details() },
  'GET /payouts': list([payout('pyt_1', 'sent'), payout('pyt_2', 'left_out', { reason: 'cool_down' }), payout('pyt_3', 'failed', { reason: HOSTILE })]),
  'GET /statements': list([{
    id: 'stm_1', number: 'ST-2026-0001', network_id: 'net_1', publisher_id: 'pub_1', period: { start: '2026-01-31T17:00:00Z', end: '2026-02-28T17:00:00Z' },
    zone: 'Asia/Ho_Chi_Minh', currency: 'USD', opening: usd('0.00'), closing: usd('1172.20'), issued_at: '2026-03-01T00:00:00Z', lines: [],
    issuer: { legal_name: 'Network' }, recipient: { legal_name: HOSTILE },
  }]),
  ...more,
});
