//! The difference between two agreements, one change a line.

use commission::{difference, sentence, worsens};
use model::{codes::Language, contract::Terms};
use serde_json::{Value, json};

use crate::table::rows;

fn base() -> Value {
    json!({
        "currency": "USD",
        "actions": [
            {"action": "order", "rates": [
                {"rule": "base", "kind": "percent", "percent": "8"},
                {"rule": "new.customers", "kind": "percent", "percent": "10", "when": {"customer": "new"}},
            ]},
            {"action": "lead", "rates": [{"rule": "lead", "kind": "fixed", "amount": "2"}]},
        ],
        "caps": [{"metric": "conversions", "period": "day", "limit": "100"}],
    })
}

fn terms(value: Value) -> Terms {
    serde_json::from_value(value).unwrap()
}

/// The base with the value at `pointer` replaced by `value`; `gone` takes it away.
fn changed(pointer: &str, value: &str) -> Terms {
    let mut changed = base();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    let value: Value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
    match parent {
        Value::Array(list) if value == "gone" => drop(list.remove(last.parse().unwrap())),
        Value::Array(list) if last == "-" => list.push(value),
        Value::Array(list) => list[last.parse::<usize>().unwrap()] = value,
        _ if value == "gone" => drop(parent.as_object_mut().unwrap().remove(last)),
        _ => drop(parent.as_object_mut().unwrap().insert(last.to_owned(), value)),
    }
    terms(changed)
}

#[test]
fn each_change_names_its_place_and_who_is_better_off() {
    let table = r#"
        change                                   | to                                     | path                                        | better     | sentence
        /actions/0/rates/0/percent               | "9"                                    | actions[order].rates[base].percent          | publisher  | Action order, rate base, percentage: 9 instead of 8.
        /actions/0/rates/0/percent               | "7.25"                                 | actions[order].rates[base].percent          | advertiser | Action order, rate base, percentage: 7.25 instead of 8.
        /actions/0/rates/1/percent               | "10.5"                                 | actions[order].rates[new.customers].percent | publisher  | Action order, rate new.customers, percentage: 10.5 instead of 10.
        /actions/0/click_window_seconds          | 604800                                 | actions[order].click_window_seconds         | advertiser | Action order, click window: 7 days instead of 30 days.
        /actions/0/view_window_seconds           | 3600                                   | actions[order].view_window_seconds          | publisher  | Action order, view window: 1 hour instead of 0 seconds.
        /actions/0/hold_seconds                  | 5184000                                | actions[order].hold_seconds                 | advertiser | Action order, time until automatic approval: 60 days instead of 30 days.
        /actions/1                               | gone                                   | actions[lead]                               | advertiser | Action lead is gone.
        /actions/0/rates/1                       | gone                                   | actions[order].rates[new.customers]         | -          | Action order, rate new.customers is gone.
        /actions/0/rates/1/when                  | {}                                     | actions[order].rates[new.customers].when.customer | -    | Action order, rate new.customers, conditions, kind of customer: none instead of new.
        /caps/0/limit                            | "50"                                   | caps[conversions/day].limit                 | advertiser | Cap conversions/day, limit: 50 instead of 100.
        /caps/0                                  | gone                                   | caps[conversions/day]                       | publisher  | Cap conversions/day is gone.
        /caps/-                                  | {"metric": "clicks", "period": "hour", "limit": "9"} | caps[clicks/hour]             | advertiser | Cap clicks/hour is new.
        /own_purchases                           | true                                   | own_purchases                               | publisher  | Pay for own purchases: yes instead of no.
        /ended                                   | true                                   | ended                                       | advertiser | End of the agreement: yes instead of no.
        /attribution                             | {"stand_down": "always"}               | attribution.stand_down                      | advertiser | Standing down after checkout: always instead of by_kind.
        /attribution                             | {"assist_percent": 10}                 | attribution.assist_percent                  | -          | Part for assists (percent): 10 instead of 0.
        /payout_model                            | "linear"                               | payout_model                                | -          | Payout model: linear instead of last.
        /fee                                     | {"percent": "20"}                      | fee.percent                                 | neutral    | Fee, percentage: 20 instead of none.
    "#;
    for row in rows(table) {
        let (before, after) = (terms(base()), changed(row.cell("change"), row.cell("to")));
        let changes = difference(&before, &after);
        let [change] = changes.as_slice() else { panic!("{}: {changes:?}", row.line) };
        assert_eq!(change.path, row.cell("path"), "{}", row.line);
        let better = change.better_for.map_or(json!("-"), |side| json!(side));
        assert_eq!(better, row.cell("better"), "{}", row.line);
        assert_eq!(sentence(change, Language::En), row.cell("sentence"), "{}", row.line);
        assert_eq!(
            worsens(&before, &after),
            !matches!(row.cell("better"), "publisher" | "neutral"),
            "{}",
            row.line
        );
        // Backwards it is the same change, and the other side is better off.
        let back = difference(&after, &before);
        let opposite = match row.cell("better") {
            "publisher" => "advertiser",
            "advertiser" => "publisher",
            other => other,
        };
        assert_eq!(back[0].better_for.map_or(json!("-"), |side| json!(side)), opposite, "{}", row.line);
        for language in [Language::Vi, Language::Fa] {
            let said = sentence(change, language);
            assert!(!said.contains("instead") && !said.contains("is gone") && said.len() > 10, "{said}");
        }
    }
}

#[test]
fn nothing_changes_when_entries_only_change_places() {
    let mut other = base();
    other["actions"].as_array_mut().unwrap().reverse();
    assert_eq!(difference(&terms(base()), &terms(other.clone())), []);
    assert!(!worsens(&terms(base()), &terms(other)));
}
