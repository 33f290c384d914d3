//! Incrementality as people ask for it: whose facts it is told from, and what is refused.

use model::{Timestamp, time::DAY_US};
use report::{Dimension, Fact, FactKind, Measure};
use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::World,
};

const PATH: &str = "/api/v1/incrementality";
/// The first day of the facts.
const BEGIN: &str = "2026-01-01T12:00:00Z";
const DAYS: i64 = 60;
/// The treatment begins so many days later, and adds so many orders a day.
const BEFORE: i64 = 45;
const ADDED: i64 = 20;

/// A number below `end` that looks random.
fn about(region: i64, day: i64, end: i64) -> i64 {
    let mixed = (region * 7_919 + day * 104_729 + 13).wrapping_mul(2_654_435_761);
    (mixed >> 7).rem_euclid(end)
}

/// Orders of twelve regions that rise and fall together; in the first one something is switched on.
fn facts(world: &World, advertiser: &str) -> Vec<Fact> {
    let begin = Timestamp::parse(BEGIN).unwrap();
    let network = world.ids.network.parse().unwrap();
    let fact = |region: i64, day: i64| {
        let at = begin.plus_seconds(day * DAY_US / 1_000_000);
        let common = about(99, day, 40);
        let added = if region == 0 && day >= BEFORE { ADDED } else { 0 };
        let mut fact = Fact::new(network, FactKind::OwnResult, at);
        fact.measures[Measure::Conversions.index()] =
            100 + 10 * region + common + about(region, day, 5) + added;
        fact.dimensions[Dimension::Region.index()] = Some(format!("VN-{region:02}").into());
        fact.dimensions[Dimension::Advertiser.index()] = Some(advertiser.into());
        fact.dimensions[Dimension::State.index()] = Some("own".into());
        fact.dimensions[Dimension::Action.index()] = Some("order".into());
        fact.dimensions[Dimension::ActionKind.index()] = Some("order".into());
        fact
    };
    (0..12)
        .flat_map(|region| (0..DAYS).map(move |day| (region, day)))
        .map(|(region, day)| fact(region, day))
        .collect()
}

async fn world() -> World {
    let world = World::new().await;
    let engine = world.app.reports.clone().unwrap();
    let after = Timestamp::parse("2026-03-10T00:00:00Z").unwrap();
    world.clock.set(after);
    let (facts, through) = (facts(&world, &world.ids.advertiser.to_string()), engine.position());
    engine.append(facts, through, after).unwrap();
    world
}

fn asked(members: Value) -> Value {
    let mut body = json!({"by": "region", "treated": ["VN-00"], "from": "2026-02-15", "to": "2026-03-01", "days_before": 45});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn told(world: &World, who: Persona, members: Value) -> Value {
    world.post(who, PATH, asked(members)).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_switched_on_is_found_in_ones_own_facts() {
    let world = world().await;
    let all = told(&world, Operator, json!({"level": 0.9})).await;
    let number = |value: &Value| value.as_f64().unwrap();
    let truth = 15.0 * 20.0;
    assert!((number(&all["total"]) - truth).abs() < 40.0, "{all}");
    assert!(number(&all["low"]) < truth && truth < number(&all["high"]), "{all}");
    assert!(number(&all["p_value"]) < 0.1 && number(&all["fit"]) > 0.9, "{all}");
    assert_eq!(all["days"].as_array().unwrap().len(), 60);
    assert_eq!(all["days"][45]["day"], "2026-02-15");
    assert_eq!((&all["days"][44]["treated"], &all["days"][45]["treated"]), (&json!(false), &json!(true)));
    assert_eq!((all["placebos"].as_array().unwrap().len(), &all["measure"]), (11, &json!("conversions")));
    assert!(all.get("calibration").is_none() && all.get("currency").is_none());
    for who in [Advertiser, Manager, Assistant, Reader] {
        assert_eq!(told(&world, who, json!({"level": 0.9})).await, all, "{who:?}");
    }
    let of_500 = told(&world, Advertiser, json!({"credited": 500})).await;
    let factor = number(&of_500["calibration"]["factor"]);
    assert!((factor - number(&all["total"]) / 500.0).abs() < 1e-9);
    let off = told(&world, Advertiser, json!({"credited": 500, "switched_off": true})).await;
    assert!((number(&off["calibration"]["factor"]) + factor).abs() < 1e-9);
    assert!(number(&off["calibration"]["low"]) <= number(&off["calibration"]["high"]));
    // Nobody else sees these orders, and publishers do not ask.
    for who in [OtherAdvertiser, Foreigner] {
        let (code, field) = world.post(who, PATH, asked(json!({}))).await.refused_field();
        assert_eq!((code.as_str(), field.as_str()), ("field_invalid", "treated"), "{who:?}");
    }
    assert_eq!(world.post(Publisher, PATH, asked(json!({}))).await.refused(403), "right_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_refused_by_its_field() {
    let world = world().await;
    for (members, field) in [
        (json!({"treated": []}), "treated"),
        (json!({"treated": ["VN-00", "VN-00"]}), "treated"),
        (json!({"treated": ["'; DROP TABLE facts; --"]}), "treated"),
        (json!({"treated": vec!["VN-00"; 1_000]}), "treated"),
        (json!({"treated": (0..10).map(|one| format!("VN-{one:02}")).collect::<Vec<_>>()}), "by"),
        (json!({"by": "device"}), "by"),
        (json!({"from": "yesterday"}), "from"),
        (json!({"from": "2026-02-30"}), "from"),
        (json!({"to": "2026-02-01"}), "to"),
        (json!({"to": "2026-03-10"}), "to"),
        (json!({"days_before": 0}), "days_before"),
        (json!({"days_before": 9}), "days_before"),
        (json!({"days_before": 4_000_000_000_u32}), "days_before"),
        (json!({"level": 1.0}), "level"),
        (json!({"level": -0.5}), "level"),
        (json!({"credited": 0}), "credited"),
        (json!({"measure": "epc"}), "measure"),
        (json!({"measure": "reach"}), "measure"),
        (json!({"measure": "nothing"}), "metrics"),
    ] {
        let (code, named) = world.post(Operator, PATH, asked(members.clone())).await.refused_field();
        assert_eq!((code.as_str(), named.as_str()), ("field_invalid", field), "{members}");
    }
    for members in [
        json!({"by": "moon"}),
        json!({"level": "high"}),
        json!({"x": 1}),
        json!({"filter": {"in": ["sub1"]}}),
    ] {
        let status = world.post(Operator, PATH, asked(members.clone())).await.status.as_u16();
        assert!((400..500).contains(&status), "{members}");
    }
}

#[tokio::test]
async fn a_calibration_stands_beside_the_credit_and_changes_none_of_it() {
    let world = World::new().await;
    world.order("o-1").await;
    world.order("o-2").await;
    let body = |calibrations: Value| json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "models": ["last"], "calibrations": calibrations});
    let path = "/api/v1/attribution";
    let plain = world.post(Advertiser, path, body(json!([]))).await.expect(200);
    let half = json!([{"channel": "affiliate", "factor": 0.5, "low": 0.25, "high": 1.5, "source": "switched off in March"}]);
    let told = world.post(Advertiser, path, body(half)).await.expect(200);
    let row = &told["channels"][0];
    assert_eq!(row["cells"], plain["channels"][0]["cells"]);
    assert!(plain["channels"][0].get("calibrated").is_none());
    let calibrated = &row["calibrated"];
    assert_eq!(calibrated["calibration"], json!({"factor": 0.5, "low": 0.25, "high": 1.5}));
    assert_eq!(
        (&calibrated["source"], &calibrated["cells"][0]["conversions"]),
        (&json!("switched off in March"), &json!(1.0))
    );
    assert_eq!(calibrated["cells"][0]["conversions_high"], json!(3.0));
    assert_eq!(calibrated["cells"][0]["value"]["amount"], "90.00");
    assert_eq!(calibrated["cells"][0]["value_low"]["amount"], "45.00");
    for (calibrations, field) in [
        (json!([{"channel": "tv", "factor": 1}]), "calibrations[0].channel"),
        (
            json!([{"channel": "affiliate", "factor": 1}, {"channel": "affiliate", "factor": 2}]),
            "calibrations[1].channel",
        ),
        (json!([{"channel": "affiliate", "factor": 1e300}]), "calibrations[0].factor"),
        (json!([{"channel": "affiliate", "factor": 1, "low": 2, "high": 3}]), "calibrations[0].low"),
        (json!([{"channel": "affiliate", "factor": 1, "low": 0}]), "calibrations[0].low"),
    ] {
        let (_, named) = world.post(Advertiser, path, body(calibrations.clone())).await.refused_field();
        assert_eq!(named, field, "{calibrations}");
    }
}
