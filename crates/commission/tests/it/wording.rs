//! Terms in words, in three languages: what decides about money is said, and nothing else.

use commission::{InWords, in_words};
use model::{codes::Language, contract::Terms};
use serde_json::json;

fn terms() -> Terms {
    serde_json::from_value(json!({
        "currency": "USD", "payout_model": "linear", "own_purchases": true, "fee": {"percent": "33"},
        "actions": [{
            "action": "order", "view_window_seconds": 86_400, "delay_seconds_min": 10, "hold_seconds": 1_209_600,
            "recurring": {"months": 12},
            "rates": [
                {"rule": "base", "kind": "percent", "percent": "7.5", "tiers": {"by": "conversions", "per": "month", "retroactive": true, "steps": [
                    {"from": "10", "percent": "9"}]}},
                {"rule": "vn", "kind": "fixed_percent", "amount": "2.00", "percent": "3",
                 "when": {"customer": "new", "countries": ["VN", "IR"], "coupons": ["SAVE"], "subs": {"sub1": ["mail"]}}},
                {"rule": "shoes", "kind": "per_item", "amount": "1.50", "when": {"skus": ["a-1"], "categories": ["shoes"]}},
                {"rule": "later", "kind": "percent", "percent": "1", "when": {
                    "months": {"from": 2, "to": 12}, "devices": ["mobile"], "from": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}},
            ],
        }],
        "touch_rates": [{"rule": "click", "kind": "per_click", "amount": "0.05"}, {"rule": "seen", "kind": "per_mille", "amount": "1.20"}],
        "caps": [{"metric": "commission", "period": "week", "limit": "500", "when_reached": "honour"}],
        "bonuses": [
            {"bonus": "busy", "by": "conversions", "per": "month", "reach": "100", "amount": "50"},
            {"bonus": "big", "by": "revenue", "per": "total", "reach": "1000", "amount": "5", "action": "order", "paid_by": "network"},
        ],
        "attribution": {"stand_down": "never", "paid_clicks_displace": true, "assist_percent": 20},
    }))
    .unwrap()
}

/// All of it, a line each, without the marks of direction.
fn lines(words: &InWords) -> Vec<String> {
    let mut lines = Vec::new();
    let rate = |rate: &commission::RateInWords| {
        format!("{}: {}", rate.rule, [vec![rate.pays.clone()], rate.when.clone()].concat().join(" · "))
    };
    for action in &words.actions {
        lines.push(action.action.clone());
        lines.extend(action.rates.iter().map(rate));
        lines.extend(action.rest.iter().cloned());
    }
    lines.extend(words.touch_rates.iter().map(rate));
    lines.extend(words.rest.iter().cloned());
    lines.iter().map(|line| line.replace(['\u{2068}', '\u{2069}'], "")).collect()
}

#[test]
fn everything_is_said_in_english() {
    assert_eq!(
        lines(&in_words(&terms(), Language::En)),
        [
            "order",
            "base: 7.5 % of the amount · after 10 conversions a month: 9 % of the amount · each step also for what came before it in the same period",
            "vn: 2.00 USD + 3 % of the amount · new customers · with the coupon SAVE · visitors from VN, IR · sub1 = mail",
            "shoes: 1.50 USD for every piece · only for the articles a-1 · only for the categories shoes",
            "later: 1 % of the amount · months 2 to 12 of the customer · on mobile · from 2026-03-01 00:00 UTC · until 2026-04-01 00:00 UTC",
            "Counted after a click for 30 days",
            "Counted after an impression for 24 hours",
            "Looked at more closely when sooner than 10 seconds after the click",
            "Approved by itself after 14 days",
            "Later purchases of a customer you won are yours for 12 months",
            "click: 0.05 USD for every unique click",
            "seen: 1.20 USD for a thousand impressions",
            "All eligible touches share equally",
            "Nobody gives way because cart or checkout had begun",
            "A later click on the advertiser's own paid media displaces the publisher",
            "20 % go to publishers who helped and did not win",
            "Bonus busy: 50.00 USD for 100 approved conversions a month",
            "Bonus big: 5.00 USD for 1000.00 USD of approved revenue in all; only order; paid by the network",
            "At most 500.00 USD of commission a week; conversions of earlier clicks are honoured",
            "Own purchases are paid",
        ]
    );
}

#[test]
fn other_languages_say_as_much_in_their_own_letters() {
    let english = lines(&in_words(&terms(), Language::En));
    for language in [Language::Vi, Language::Fa] {
        let words = lines(&in_words(&terms(), language));
        assert_eq!(words.len(), english.len(), "{words:#?}");
        for (line, english) in words.iter().zip(&english).skip(1) {
            assert_ne!(line, english, "left in English");
            assert!(!line.contains("{}"), "{line}");
        }
    }
    let persian = lines(&in_words(&terms(), Language::Fa));
    assert_eq!(
        persian[1],
        "base: ۷٫۵ ٪ از مبلغ · پس از ۱۰ تبدیل در هر ماه: ۹ ٪ از مبلغ · هر پله برای آنچه در همان دوره پیش از آن بود هم"
    );
    assert!(!persian.join("").contains("33"), "the fee is nobody else's business");
}
