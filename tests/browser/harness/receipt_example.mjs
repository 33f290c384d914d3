// A receipt as the API gives it out to an operator, with texts of hostile visitors and publishers.

const verdict = (code, en, vi, fa) => ({ code, party: 'nobody', en, vi, fa });
const OK = verdict('ok', 'Accepted. Nothing needs to be done.', 'Đã được ghi nhận. Không cần làm gì thêm.', 'پذیرفته شد. نیازی به انجام کاری نیست.');
const LATER = verdict('touch_later_won', 'A later touch won.', 'Một lượt tiếp xúc sau đã thắng.', 'تماسی دیرتر برنده شد.');
const usd = (amount) => ({ amount, currency: 'USD' });

export const receipt = (hostile) => ({
  document: {
    format: 1, viewer: 'operator',
    conversion: {
      id: 'cnv_1', network_id: 'net_1', advertiser_id: 'adv_1', program_id: 'prg_1', action: 'order',
      received_at: '2026-03-04T05:06:07.000001Z', judged_at: '2026-03-04T05:06:07.000001Z', amount: usd('90.00'), state: 'pending',
      verdict: OK, reason: OK.en, stands: { commission: usd('6.75'), fee: usd('1.35'), charge: usd('8.10') }, reversed: '0/1',
      approve_at: '2026-04-03T05:06:07.000001Z',
    },
    report: {
      advertiser_id: 'adv_1', intake: 'script', action: 'order', received_at: '2026-03-04T05:06:07.000001Z', order_id: hostile,
      amount: '90.00', currency: 'USD', coupon: 'SPRING', adv: { adv1: hostile }, items: [{ sku: hostile, quantity: 2, price: '45.00' }],
    },
    identified: 'click_id',
    journey: [
      { at: '2026-03-02T01:00:00Z', publisher: 'Another Blog', outcome: 'dropped', verdict: LATER,
        particulars: { touch_id: 'tch_1', kind: 'click', publisher_id: 'pub_2', link_id: 'lnk_2', program_id: 'prg_1', verdict: OK, stored: true } },
      { at: '2026-03-04T05:00:00Z', publisher: hostile, outcome: 'kept', verdict: OK, credit: '1/1',
        particulars: { touch_id: 'tch_2', kind: 'visit', publisher_id: 'pub_1', link_id: 'lnk_1', program_id: 'prg_1', verdict: OK, stored: true,
          country: 'VN', device: 'mobile', referrer_host: 'blog.example', parameters: { subs: { sub1: hostile, source: 'مقاله' }, ref_id: 'r-1' } } },
    ],
    contracts: [{ id: 'cov_1', contract_id: 'con_1', number: 3, valid_from: '2026-01-01T00:00:00Z', payout_model: 'last' }],
    lines: [{ line: 1, publisher_id: 'pub_1', publisher: hostile, touch_id: 'tch_2', link_id: 'lnk_1', contract_version_id: 'cov_1',
      rule: 'standard', rule_words: '7.5 % of the amount', rule_says: { en: '7.5 % of the amount', vi: '7.5 % giá trị đơn', fa: '۷٫۵ ٪ از مبلغ' }, credit: '1/1',
      decided: { commission: usd('6.75') }, stands: { commission: usd('6.75'), fee: usd('1.35') } }],
    decisions: [
      { number: 1, kind: 'decided', at: '2026-03-04T05:06:07Z', actor: 'engine', state: 'pending', reversed: '0/1', delta: { commission: usd('6.75') }, receipt_sha256: 'a'.repeat(64) },
      { number: 2, kind: 'reversed', at: '2026-03-05T05:06:07Z', actor: 'user:usr_1', reason: 'returned', note: hostile, state: 'pending', reversed: '1/3', delta: { commission: usd('-2.25') }, receipt_sha256: 'b'.repeat(64) },
    ],
    transfers: [],
  },
  signature: { algorithm: 'Ed25519', public_key: 'k', value: 's' },
});
