//! The difference between two agreements, one change a line.

use commission::{BetterFor, difference, sentence, worsens};
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
        assert_eq!(change.path.to_string(), row.cell("path"), "{}", row.line);
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

/// Whoever may name a rule could else give it a name by which its change reads like a harmless one.
#[test]
fn what_people_call_an_entry_does_not_say_what_it_is() {
    let table = r#"
        list               | entry                                                                                          | added     | gone
        /actions/0/rates   | {"rule": "x.actions[y", "kind": "percent", "percent": "0"}                                     | -         | -
        /actions/0/rates   | {"rule": "x.alert_at[y", "kind": "percent", "percent": "1"}                                    | -         | -
        /actions/0/rates   | {"rule": "x].touch_rates[y", "kind": "percent", "percent": "1"}                                | -         | -
        /actions/0/rates   | {"rule": "a].fee.fixed", "kind": "fixed", "amount": "1"}                                       | -         | -
        /touch_rates       | {"rule": "x.alert_at[y", "kind": "per_click", "amount": "1"}                                   | publisher | advertiser
        /bonuses           | {"bonus": "x.alert_at[y", "by": "conversions", "per": "month", "reach": "9", "amount": "5"}    | publisher | advertiser
        /bonuses           | {"bonus": "x.caps[y", "by": "conversions", "per": "month", "reach": "9", "amount": "5"}        | publisher | advertiser
        /caps              | {"metric": "clicks", "period": "day", "limit": "9"}                                            | advertiser | publisher
    "#;
    for row in rows(table) {
        let mut without = base();
        for list in ["touch_rates", "bonuses"] {
            without[list] = json!([]);
        }
        let mut with = without.clone();
        let entry: Value = serde_json::from_str(row.cell("entry")).unwrap();
        with.pointer_mut(row.cell("list")).unwrap().as_array_mut().unwrap().push(entry.clone());
        let (without, with) = (terms(without), terms(with));
        for (before, after, cell) in [(&without, &with, "added"), (&with, &without, "gone")] {
            let changes = difference(before, after);
            let [change] = changes.as_slice() else { panic!("{}: {changes:?}", row.line) };
            let better = change.better_for.map_or(json!("-"), |side| json!(side));
            assert_eq!(better, row.cell(cell), "{cell}: {}", row.line);
            assert_eq!(worsens(before, after), row.cell(cell) != "publisher", "{cell}: {}", row.line);
            // It is still shown by its name.
            let name = entry["rule"].as_str().or(entry["bonus"].as_str()).unwrap_or("clicks/day");
            assert!(change.path.to_string().ends_with(&format!("[{name}]")), "{}", change.path);
            assert!(sentence(change, Language::En).contains(&format!(" {name} is ")), "{}", row.line);
        }
    }
}

#[test]
fn a_change_within_an_entry_with_points_and_brackets_is_judged_as_any_other() {
    let named = |rule: &str, percent: &str, hour: &str| {
        let mut value = base();
        value["actions"][0]["rates"][0] =
            json!({"rule": rule, "kind": "percent", "percent": percent, "when": {"from": hour}});
        terms(value)
    };
    let (noon, one) = ("2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z");
    for rule in ["base", "1.5 [new].recurring", "x.caps[y].limit", "fee", "]["] {
        let better = |before: &Terms, after: &Terms| match difference(before, after).as_slice() {
            [change] => change.better_for,
            other => panic!("{rule}: {other:?}"),
        };
        assert_eq!(better(&named(rule, "8", noon), &named(rule, "9", noon)), Some(BetterFor::Publisher));
        assert_eq!(better(&named(rule, "8", noon), &named(rule, "7", noon)), Some(BetterFor::Advertiser));
        assert_eq!(better(&named(rule, "8", noon), &named(rule, "8", one)), None);
    }
}

#[test]
fn ten_thousand_rates_are_compared_in_the_order_in_which_they_stand() {
    const RATES: usize = 10_000;
    let with = |rates: Vec<Value>| {
        let mut value = base();
        value["actions"][0]["rates"] = Value::Array(rates);
        terms(value)
    };
    let rate = |rule: usize, percent: &str| json!({"rule": format!("rule {rule}"), "kind": "percent", "percent": percent});
    // The even ones go, the odd ones pay more and stand backwards, and as many new ones follow.
    let before = with((0..RATES).map(|rule| rate(rule, "5")).collect());
    let odd = (0..RATES).rev().filter(|rule| rule % 2 == 1).map(|rule| rate(rule, "6"));
    let after = with(odd.chain((RATES..2 * RATES).map(|rule| rate(rule, "1"))).collect());
    let changes: Vec<String> = difference(&before, &after).iter().map(|one| one.path.to_string()).collect();
    let expected = (0..2 * RATES).map(|rule| match rule < RATES && rule % 2 == 1 {
        true => format!("actions[order].rates[rule {rule}].percent"),
        false => format!("actions[order].rates[rule {rule}]"),
    });
    assert!(changes.into_iter().eq(expected));
    assert!(worsens(&before, &after) && !worsens(&before, &before));
}

#[test]
fn entries_that_share_a_name_are_compared_as_a_whole() {
    let mut twice = base();
    let rate = twice["actions"][0]["rates"][0].clone();
    twice["actions"][0]["rates"].as_array_mut().unwrap().push(rate);
    let changes = difference(&terms(base()), &terms(twice));
    let paths: Vec<String> = changes.iter().map(|one| one.path.to_string()).collect();
    assert_eq!(paths, ["actions[order].rates"]);
    assert_eq!(changes[0].better_for, None);
}
