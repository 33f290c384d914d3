// The receipt of a conversion, as far as the console reads it. The document is signed as it is, so the API describes it as an object.

import type { Amount } from '../../language/format';
import type { Said } from '../../language/words';

export interface Verdict extends Said {
  code: string;
  party?: string;
}

export interface Sums {
  commission?: Amount;
  fee?: Amount;
  charge?: Amount;
}

export interface Touch {
  at: string;
  credit?: string;
  outcome: string;
  publisher: string;
  verdict: Verdict;
  particulars?: {
    kind?: string;
    link_id?: string;
    touch_id?: string;
    country?: string;
    device?: string;
    referrer_host?: string;
    won_customer?: string;
    payout_table_id?: string;
    weight?: number;
    stored?: boolean;
    parameters?: { ref_id?: string; subs?: Record<string, string> };
  };
}

export interface Line {
  contract_version_id: string;
  credit: string;
  decided: Sums;
  stands: Sums;
  publisher: string;
  publisher_id: string;
  rule: string;
  rule_says?: Said;
  rule_words?: string;
}

export interface Decision {
  actor: string;
  at: string;
  delta?: Sums;
  kind: string;
  number: number;
  note?: string;
  reason?: string;
  reason_words?: Said;
  receipt_sha256?: string;
  state: string;
}

export interface ReportedItem {
  sku?: string;
  category?: string;
  price: string;
  quantity?: number;
}

export interface Reported {
  action: string;
  adv?: Record<string, string>;
  amount?: string;
  currency?: string;
  click_id?: string;
  coupon?: string;
  customer_id?: string;
  customer?: string;
  intake: string;
  items?: ReportedItem[];
  occurred_at?: string;
  received_at: string;
  order_id?: string;
}

export interface Contract {
  id: string;
  contract_id: string;
  number: number;
  click_window_seconds?: number;
  view_window_seconds?: number;
  hold_seconds?: number;
  payout_model?: string;
}

export interface Receipt {
  conversion: {
    id: string;
    action: string;
    advertiser_id: string;
    program_id?: string | null;
    amount?: Amount | null;
    approve_at?: string | null;
    received_at: string;
    judged_at?: string;
    duplicate_of?: string;
    reason?: string;
    reversed: string;
    stands?: Sums;
    state: string;
    verdict: Verdict;
    flags?: Verdict[];
    customer?: { since?: string; month?: number };
  };
  contracts: Contract[];
  decisions: Decision[];
  identified: string;
  journey: Touch[];
  lines: Line[];
  report: Reported;
  transfers?: {
    amount: Amount;
    at: string;
    credit?: string;
    debit?: string;
    leg: string;
    phase: string;
    reason: string;
    number: number;
  }[];
}
