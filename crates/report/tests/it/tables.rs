//! Tables as people read them.

use report::{
    Viewer, reference,
    table::{Page, Row},
};
use serde_json::json;

use crate::world::{facts, line, lines, prepare, table};

fn november() -> Vec<report::Fact> {
    facts(
        "2026-10-31T10:00:00Z country=VN clicks=7
         2026-11-01T10:00:00Z country=VN clicks=3
         2026-11-01T10:00:00Z country=IR clicks=5
         2026-11-02T10:00:00Z country=VN clicks=4
         2026-11-02T10:00:00Z clicks=1
         2026-11-02T23:30:00Z country=DE clicks=2",
    )
}

#[test]
fn rows_are_ordered_and_cut() {
    let facts = november();
    let two_days =
        json!({"metrics": ["clicks"], "by": ["country"], "from": "2026-11-01", "to": "2026-11-02"});
    let whole = table(&facts, two_days.clone());
    assert_eq!(lines(&whole.rows), ["VN | 7", "IR | 5", "(none) | 1"]);
    assert_eq!(lines(&whole.totals), ["* | 13"]);

    let mut first = two_days.clone();
    first["limit"] = json!(1);
    first["rest"] = json!(true);
    let first = table(&facts, first);
    assert_eq!(lines(&first.rows), ["VN | 7"]);
    assert_eq!(first.rest.iter().map(line).collect::<Vec<_>>(), ["* | 6"]);
    assert_eq!(lines(&first.totals), ["* | 13"]);
    assert_eq!(first.rows_in_all, 3);

    let mut by_name = two_days;
    by_name["order"] = json!(["-country"]);
    assert_eq!(lines(&table(&facts, by_name).rows), ["VN | 7", "IR | 5", "(none) | 1"]);
}

#[test]
fn days_follow_each_other() {
    let request =
        json!({"metrics": ["clicks"], "by": ["day", "country"], "from": "2026-11-01", "to": "2026-11-03"});
    // Half past eleven in UTC is the next day in Berlin.
    assert_eq!(
        lines(&table(&november(), request).rows),
        [
            "2026-11-01 IR | 5",
            "2026-11-01 VN | 3",
            "2026-11-02 VN | 4",
            "2026-11-02 (none) | 1",
            "2026-11-03 DE | 2"
        ]
    );
}

#[test]
fn an_earlier_period_stands_beside() {
    let request = json!({"metrics": ["clicks"], "by": ["country"], "from": "2026-11-02", "to": "2026-11-02",
        "compare": "previous_period"});
    let table = table(&november(), request);
    assert_eq!(lines(&table.rows), ["VN | 4 < 3", "(none) | 1 < 0", "IR | 0 < 5"]);
    assert_eq!(lines(&table.totals), ["* | 5 < 8"]);
}

#[test]
fn nothing_has_totals_too() {
    let request =
        json!({"metrics": ["clicks", "ctr"], "by": ["country"], "from": "2020-01-01", "to": "2020-01-02"});
    let table = table(&november(), request);
    assert_eq!(lines(&table.rows), Vec::<String>::new());
    assert_eq!(lines(&table.totals), ["* | 0 -"]);
}

#[test]
fn a_conversion_is_found_by_each_of_its_dates() {
    // Clicked on the 1st, ordered on the 2nd, approved on the 20th: out of pending, into approved. Refunded by half on the 25th.
    let order = "action_kind=order clicked=2026-11-01T09:00:00Z converted=2026-11-02T10:00:00Z currency=USD order_currency=USD";
    let facts = facts(&format!(
        "2026-11-02T10:00:00Z {order} approved=- paid=- state=pending conversions=1 commission_network=10000000
         2026-11-20T10:00:00Z {order} approved=- paid=- state=pending conversions=-1 commission_network=-10000000
         2026-11-20T10:00:00Z {order} approved=2026-11-20T10:00:00Z paid=- state=approved conversions=1 commission_network=10000000
         2026-11-25T10:00:00Z {order} approved=2026-11-20T10:00:00Z paid=- state=approved commission_network=-5000000 reversed_commission_network=5000000"
    ));
    for (basis, as_of, expected) in [
        ("click", None, vec!["2026-11-01 approved | 1 5.00"]),
        ("conversion", None, vec!["2026-11-02 approved | 1 5.00"]),
        ("approval", None, vec!["2026-11-20 approved | 1 5.00"]),
        (
            "booking",
            None,
            vec![
                "2026-11-02 pending | 1 10.00",
                "2026-11-20 approved | 1 10.00",
                "2026-11-20 pending | -1 -10.00",
                "2026-11-25 approved | 0 -5.00",
            ],
        ),
        ("conversion", Some("2026-11-03T00:00:00Z"), vec!["2026-11-02 pending | 1 10.00"]),
        ("conversion", Some("2026-11-21T00:00:00Z"), vec!["2026-11-02 approved | 1 10.00"]),
    ] {
        let request = json!({"metrics": ["conversions", "commission"], "by": ["day", "state"], "period": "this_month",
            "basis": basis, "as_of": as_of, "order": ["day", "state"]});
        assert_eq!(lines(&table(&facts, request).rows), expected, "by {basis} as of {as_of:?}");
    }
}

#[test]
fn booked_amounts_keep_their_currencies_apart() {
    let facts = facts(
        "2026-11-01T10:00:00Z state=approved currency=USD order_currency=VND commission=2000000 revenue=1000000000 revenue_network=40000000 commission_network=2000000
         2026-11-01T10:00:00Z state=approved currency=EUR order_currency=EUR commission=1000000 revenue=9000000 revenue_network=10000000 commission_network=1100000
         2026-11-01T10:00:00Z state=approved currency=EUR order_currency=EUR commission=500000 revenue=1000000 unconverted=1",
    );
    let mut request =
        json!({"metrics": ["commission", "revenue", "roas"], "period": "this_month", "amounts": "booked"});
    let booked = table(&facts, request.clone());
    assert_eq!(lines(&booked.rows), ["USD VND | 2.00 1000000 -", "EUR EUR | 1.50 10.00 6.666667"]);
    assert_eq!(lines(&booked.totals), ["EUR EUR | 1.50 10.00 6.666667", "USD VND | 2.00 1000000 -"]);
    request["amounts"] = json!("network");
    let converted = table(&facts, request);
    assert_eq!(lines(&converted.rows), [" | 3.10 50.00 16.129032"]);
    assert_eq!(converted.unconverted, 1);
}

#[test]
fn rows_that_have_changed_say_what_they_were() {
    let facts = facts(
        "2026-11-01T10:00:00Z clicks=5
         2026-11-02T10:00:00Z clicks=1
         2026-11-03T09:00:00Z clicks=7
         2026-11-05T10:00:00Z clicks=3 converted=2026-11-02T10:00:00Z clicked=2026-11-02T10:00:00Z",
    );
    let ask = json!({
        "metrics": ["clicks"], "by": ["day"], "from": "2026-11-01", "to": "2026-11-03", "since": "2026-11-03T00:00:00Z",
    });
    let prepared = prepare(ask, Viewer::Operator).unwrap();
    let answer = |plan| reference::answer(&facts, plan);
    let mut now = prepared.table(answer(&prepared.plan), None, Page::default());
    let then = prepared.table(answer(prepared.then.as_ref().unwrap()), None, Page::default());
    now.mark_changes(&then);
    let told = |row: &Row| {
        let texts = |values: &Vec<report::metric::Value>| -> String {
            values.iter().map(|value| value.text().unwrap_or_else(|| "-".to_owned())).collect()
        };
        let changed =
            row.then.as_ref().map(|then| format!(", {} until {}", texts(then), row.booked_at.unwrap()));
        format!("{}{}", line(row), changed.unwrap_or_default())
    };
    let rows: Vec<String> = now.rows.iter().chain(&now.totals).map(told).collect();
    assert_eq!(
        rows,
        [
            "2026-11-01 | 5",
            "2026-11-02 | 4, 1 until 2026-11-05T10:00:00.000000Z",
            "2026-11-03 | 7, - until 2026-11-03T09:00:00.000000Z",
            "* | 16, 6 until 2026-11-05T10:00:00.000000Z",
        ]
    );
}
