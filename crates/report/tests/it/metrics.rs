//! Every metric on facts that a person can check with a pencil.

use std::collections::BTreeSet;

use report::{Viewer, metric::Metric};
use serde_json::json;

use crate::world::{facts, table};

/// A day of one program: 1000 impressions, 100 clicks, 80 of them unique; 4 orders, a lead and what became of them. Sums are in
/// millionths of a dollar.
fn day() -> Vec<report::Fact> {
    facts(
        "2026-11-01T10:00:00Z impressions=1000
         2026-11-01T10:00:00Z clicks=80 unique_clicks=80
         2026-11-01T10:00:00Z clicks=15
         2026-11-01T10:00:00Z clicks=5 invalid_clicks=5
         2026-11-01T11:00:00Z state=approved action_kind=order customer=new conversions=1 pieces=3 commission_network=10000000 fee_network=3000000 revenue_network=100000000 order_value_network=100000000
         2026-11-01T11:00:00Z state=paid paid=2026-11-01T11:01:00Z action_kind=order customer=returning conversions=1 commission_network=5000000 fee_network=1500000 revenue_network=50000000 order_value_network=100000000 reversed_value_network=50000000 reversed_commission_network=5000000 reversed_fee_network=1500000
         2026-11-01T11:00:00Z state=pending action_kind=order conversions=1 commission_network=2000000 fee_network=600000 revenue_network=20000000 order_value_network=20000000
         2026-11-01T11:00:00Z state=rejected action_kind=order customer=new conversions=1 order_value_network=30000000
         2026-11-01T11:00:00Z state=reversed action_kind=order conversions=1 order_value_network=40000000 reversed_value_network=40000000
         2026-11-01T11:00:00Z state=held action_kind=lead conversions=1 commission_network=1000000
         2026-11-01T11:00:00Z bonus_network=4000000
         2026-11-01T11:00:00Z network_bonus_network=500000
         2026-11-01T11:00:00Z spend_network=6000000",
    )
}

#[test]
fn every_metric_of_a_day() {
    let day = day();
    let expected = [
        ("impressions", "1000"),
        ("clicks", "100"),
        ("unique_clicks", "80"),
        ("duplicate_clicks", "15"),
        ("invalid_clicks", "5"),
        ("conversions", "4"),
        ("all_conversions", "6"),
        ("pending_conversions", "2"),
        ("approved_conversions", "2"),
        ("paid_conversions", "1"),
        ("rejected_conversions", "1"),
        ("reversed_conversions", "1"),
        ("leads", "1"),
        ("qualified_leads", "0"),
        ("orders", "3"),
        ("installs", "0"),
        ("items_sold", "3"),
        ("new_customers", "1"),
        ("commission", "18.00"),
        ("pending_commission", "3.00"),
        ("approved_commission", "15.00"),
        ("paid_commission", "5.00"),
        ("reversed_commission", "5.00"),
        ("bonus", "4.00"),
        ("earnings", "22.50"),
        ("fee", "5.10"),
        ("charge", "23.10"),
        ("pending_charge", "3.60"),
        ("approved_charge", "19.50"),
        ("reversed_charge", "6.50"),
        ("spend", "6.00"),
        // 18.00 + 5.10 + 4.00 + 6.00
        ("cost", "33.10"),
        ("revenue", "170.00"),
        ("pending_revenue", "20.00"),
        ("approved_revenue", "150.00"),
        ("rejected_revenue", "30.00"),
        ("reversed_revenue", "90.00"),
        ("order_value", "290.00"),
        ("profit", "136.90"),
        ("network_margin", "4.60"),
        ("ctr", "0.1"),
        ("cvr", "0.05"),
        ("epc", "0.225"),
        ("cpm", "33.10"),
        // 33.10 / 80
        ("cpc", "0.41375"),
        ("cpl", "33.10"),
        ("cpql", "-"),
        ("cpa", "16.55"),
        ("cpo", "11.033333"),
        ("cost_per_new_customer", "33.10"),
        ("aov", "56.666667"),
        ("roi", "4.135952"),
        ("roas", "5.135952"),
        ("cir", "0.194706"),
        ("lead_to_order", "3"),
        // 3 were approved at some time, 1 was rejected
        ("approval_rate", "0.75"),
        // 90 of 240 that were approved at some time
        ("reversal_rate", "0.375"),
        ("new_customer_share", "0.5"),
        // Of no visitor, and without touches, sketches say nothing.
        ("reach", "0"),
        ("frequency", "-"),
        ("time_to_convert", "-"),
        ("time_to_approve", "0"),
        ("time_to_pay", "60"),
    ];
    let words: Vec<&str> = expected.iter().map(|(word, _)| *word).collect();
    let all: Vec<&str> = Metric::all().map(|metric| metric.word).collect();
    assert_eq!(words, all, "the table of this test names every metric");
    let table = table(&day, json!({"metrics": words, "from": "2026-11-01", "to": "2026-11-01"}));
    let values = &table.rows[0].values;
    for ((word, text), value) in expected.iter().zip(values) {
        assert_eq!(value.text().as_deref().unwrap_or("-"), *text, "{word}");
    }
    assert_eq!(table.totals[0].values, *values, "one row is its own total");
}

#[test]
fn metrics_are_described() {
    let words: BTreeSet<&str> = Metric::all().map(|metric| metric.word).collect();
    assert_eq!(words.len(), Metric::all().count(), "no word twice");
    for metric in Metric::all() {
        for text in metric.names.iter().chain(&metric.descriptions) {
            assert!(!text.trim().is_empty(), "{metric}");
        }
        assert!(metric.descriptions.iter().all(|text| text.ends_with('.')), "{metric}");
    }
    let cir = Metric::find("cir").unwrap();
    assert_eq!(cir.formula_text(), "(commission + fee + bonus + spend) / revenue");
    let orders = Metric::find("orders").unwrap();
    assert_eq!(
        orders.formula_text(),
        "conversions [state: pending, held, approved, paid, own; action_kind: order]"
    );
}

#[test]
fn sides_see_what_is_theirs() {
    let hidden = |viewer| -> Vec<&str> {
        Metric::all().filter(|metric| !metric.seen_by(viewer)).map(|metric| metric.word).collect()
    };
    assert_eq!(hidden(Viewer::Operator), Vec::<&str>::new());
    assert_eq!(hidden(Viewer::Advertiser), ["earnings", "network_margin"]);
    let of_fees = [
        "fee",
        "charge",
        "pending_charge",
        "approved_charge",
        "reversed_charge",
        "spend",
        "cost",
        "profit",
        "network_margin",
        "cpm",
        "cpc",
        "cpl",
        "cpql",
        "cpa",
        "cpo",
        "cost_per_new_customer",
        "roi",
        "roas",
        "cir",
    ];
    assert_eq!(hidden(Viewer::Publisher), of_fees);
}
