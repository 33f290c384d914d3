//! Limits over periods and zones, and that they are never overshot.

use std::collections::BTreeMap;

use commission::{
    Asker, CapKey, CapReached, CapScope, CapSubject, CapsOf, CompiledCap, Demand, Want, admit, cap_code,
    compile_program_caps, demands_for, exhausted, keys_for, thresholds,
};
use model::{
    Currency, Money,
    calendar::{Period, Zone},
    contract::{Audience, CapMetric},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    table::rows,
    world::{at, compile, program_id, program_with_caps, publisher, usd},
};

fn program_caps(zone: &str, caps: &Value) -> (Vec<CompiledCap>, Zone) {
    let program = program_with_caps(zone, caps);
    (compile_program_caps(&program).unwrap(), program.zone)
}

/// Counters as a store keeps them.
#[derive(Default)]
struct Counters(BTreeMap<CapKey, i64>);

impl Counters {
    fn used(&self, key: &CapKey) -> i64 {
        self.0.get(key).copied().unwrap_or(0)
    }

    fn try_take(&mut self, demands: &[Demand<'_>]) -> Result<(), CapReached> {
        let increments = admit(demands, &|key| self.used(key))?;
        for (key, more) in increments {
            *self.0.entry(key).or_default() += more;
        }
        Ok(())
    }
}

/// Two conversions are let in for each period; the third waits for the next.
const PERIODS: &str = "
    zone             | period | moments, and whether each is let in
    UTC              | hour   | 2026-03-01T10:00:00Z+ 2026-03-01T10:59:59Z+ 2026-03-01T10:59:59.999999Z- 2026-03-01T11:00:00Z+
    UTC              | day    | 2026-03-01T00:00:00Z+ 2026-03-01T12:00:00Z+ 2026-03-01T23:59:59Z- 2026-03-02T00:00:00Z+
    # a week begins on Monday: 2026-03-01 is a Sunday
    UTC              | week   | 2026-02-23T00:00:00Z+ 2026-03-01T12:00:00Z+ 2026-03-01T23:59:59Z- 2026-03-02T00:00:00Z+
    UTC              | month  | 2026-02-01T00:00:00Z+ 2026-02-28T12:00:00Z+ 2026-02-28T23:59:59Z- 2026-03-01T00:00:00Z+
    UTC              | total  | 2026-02-01T00:00:00Z+ 2027-02-28T12:00:00Z+ 2036-02-28T23:59:59Z- 2099-03-01T00:00:00Z-
    # the day of Ho Chi Minh City begins at 17:00 UTC
    Asia/Ho_Chi_Minh | day    | 2026-03-01T16:59:59Z+ 2026-03-01T17:00:00Z+ 2026-03-02T16:00:00Z+ 2026-03-02T16:59:59Z- 2026-03-02T17:00:00Z+
    # Tehran is three and a half hours ahead: its hours begin at half past
    Asia/Tehran      | hour   | 2026-03-01T10:30:00Z+ 2026-03-01T11:00:00Z+ 2026-03-01T11:29:59Z- 2026-03-01T11:30:00Z+
    # the day on which the clocks of Berlin go back has 25 hours
    Europe/Berlin    | day    | 2026-10-24T22:00:00Z+ 2026-10-25T12:00:00Z+ 2026-10-25T22:59:59Z- 2026-10-25T23:00:00Z+
    # and its repeated hour is one period
    Europe/Berlin    | hour   | 2026-10-25T00:30:00Z+ 2026-10-25T01:30:00Z+ 2026-10-25T01:45:00Z- 2026-10-25T02:00:00Z+
    # the day on which they go forward has 23, and the hour after one is three o'clock
    Europe/Berlin    | day    | 2026-03-28T23:00:00Z+ 2026-03-29T12:00:00Z+ 2026-03-29T21:59:59Z- 2026-03-29T22:00:00Z+
    Europe/Berlin    | hour   | 2026-03-29T00:30:00Z+ 2026-03-29T00:45:00Z+ 2026-03-29T00:59:59Z- 2026-03-29T01:00:00Z+
    # a week with a short day and one with a long day, both from Monday to Monday
    Europe/Berlin    | week   | 2026-03-22T23:00:00Z+ 2026-03-29T12:00:00Z+ 2026-03-29T21:59:59Z- 2026-03-29T22:00:00Z+
    Europe/Berlin    | week   | 2026-10-18T22:00:00Z+ 2026-10-25T21:30:00Z+ 2026-10-25T22:59:59Z- 2026-10-25T23:00:00Z+
    # months and quarters begin in winter time and end in summer time, or the other way round
    Europe/Berlin    | month  | 2026-02-28T23:00:00Z+ 2026-03-31T21:59:58Z+ 2026-03-31T21:59:59Z- 2026-03-31T22:00:00Z+
    Europe/Berlin    | month  | 2026-09-30T22:00:00Z+ 2026-10-31T22:30:00Z+ 2026-10-31T22:59:59Z- 2026-10-31T23:00:00Z+
    Europe/Berlin    | quarter | 2025-12-31T23:00:00Z+ 2026-03-31T21:00:00Z+ 2026-03-31T21:59:59Z- 2026-03-31T22:00:00Z+
    Europe/Berlin    | total  | 2026-03-29T00:59:59Z+ 2026-10-25T01:30:00Z+ 2026-10-25T02:30:00Z- 2027-03-28T01:00:00Z-
    # in Cairo the clocks go forward at midnight: that day begins at one o'clock
    Africa/Cairo     | day    | 2026-04-23T22:00:00Z+ 2026-04-24T12:00:00Z+ 2026-04-24T20:59:59Z- 2026-04-24T21:00:00Z+
";

#[test]
fn periods_and_zones() {
    for row in rows(PERIODS) {
        let cap = json!({"metric": "conversions", "period": row.cell("period"), "limit": "2"});
        let (caps, zone) = program_caps(row.cell("zone"), &json!([cap]));
        let mut counters = Counters::default();
        for moment in row.cell("moments, and whether each is let in").split(' ') {
            let (moment, let_in) = moment.split_at(moment.len() - 1);
            let demands =
                demands_for(&caps, publisher(1), &zone, at(moment), &[Want::Conversion], Asker::Touch);
            let taken = counters.try_take(&demands);
            assert_eq!(taken.is_ok(), let_in == "+", "{moment} of {}", row.line);
        }
    }
}

#[test]
fn a_refused_event_counts_nowhere() {
    let (caps, zone) = program_caps(
        "UTC",
        &json!([
            {"metric": "conversions", "period": "day", "limit": "10"},
            {"metric": "charge", "period": "day", "limit": "100.00", "currency": "USD"},
        ]),
    );
    let mut counters = Counters::default();
    let mut offer = |charge: &str| {
        let wants = [Want::Conversion, Want::Charge(usd(charge))];
        let demands =
            demands_for(&caps, publisher(1), &zone, at("2026-03-01T10:00:00Z"), &wants, Asker::Touch);
        counters.try_take(&demands)
    };
    assert!(offer("60.00").is_ok());
    let reached = offer("40.01").unwrap_err();
    assert_eq!(reached.metric, CapMetric::Charge);
    assert_eq!(
        reached.to_string(),
        "the program's cap on charge per day is 100.00 USD; 60.00 USD is used and 40.01 USD more was wanted"
    );
    assert!(offer("40.00").is_ok(), "what fits is let in to the last unit");
    let counts: Vec<_> = counters.0.values().copied().collect();
    assert_eq!(counts, [2, usd("100.00").units()], "the refused one is counted nowhere");
}

#[test]
fn amounts_of_other_currencies_pass_by() {
    let cap = json!({"metric": "commission", "period": "total", "limit": "1", "currency": "EUR"});
    let (caps, zone) = program_caps("UTC", &json!([cap]));
    let now = at("2026-03-01T10:00:00Z");
    let demands = demands_for(&caps, publisher(1), &zone, now, &[Want::Commission(usd("5"))], Asker::Touch);
    assert!(demands.is_empty());
    let euro = Money::parse("5", Currency::EUR).unwrap();
    let demands = demands_for(&caps, publisher(1), &zone, now, &[Want::Commission(euro)], Asker::Touch);
    assert!(admit(&demands, &|_| 0).is_err());
}

#[test]
fn a_publishers_cap_counts_him_alone_and_the_programs_all() {
    let contract = compile(1, json!({"caps": [{"metric": "clicks", "period": "day", "limit": "1"}]}));
    let cap = json!({"metric": "clicks", "period": "day", "limit": "2"});
    let (caps, zone) = program_caps("UTC", &json!([cap]));
    let now = at("2026-03-01T10:00:00Z");
    let mut counters = Counters::default();
    let mut click = |number| {
        let mut demands =
            demands_for(contract.caps(), publisher(number), &zone, now, &[Want::Click], Asker::Touch);
        demands.extend(demands_for(&caps, publisher(number), &zone, now, &[Want::Click], Asker::Touch));
        counters.try_take(&demands).map_err(|reached| reached.key.scope)
    };
    assert_eq!(click(1), Ok(()));
    assert_eq!(click(1), Err(CapScope::Publisher(publisher(1))));
    assert_eq!(click(2), Ok(()));
    assert_eq!(click(3), Err(CapScope::Program));
}

#[test]
fn soft_caps_only_count_and_share_a_counter_with_hard_ones() {
    let (caps, zone) = program_caps(
        "UTC",
        &json!([
            {"metric": "clicks", "period": "day", "limit": "1", "soft": true},
            {"metric": "clicks", "period": "day", "limit": "3"},
        ]),
    );
    let now = at("2026-03-01T10:00:00Z");
    let keys: Vec<_> = keys_for(&caps, publisher(1).into(), &zone, now).map(|(key, _)| key).collect();
    assert_eq!(keys[0], keys[1]);
    let demands = demands_for(&caps, publisher(1), &zone, now, &[Want::Click], Asker::Touch);
    let mut counters = Counters::default();
    let let_in = (0..5).filter(|_| counters.try_take(&demands).is_ok()).count();
    assert_eq!(let_in, 3);
    assert_eq!(counters.used(&keys[0]), 3, "each click is counted once");
}

#[test]
fn several_demands_of_one_counter_add_up() {
    let (caps, zone) = program_caps(
        "UTC",
        &json!([{"metric": "charge", "period": "day", "limit": "10", "currency": "USD"}]),
    );
    let now = at("2026-03-01T10:00:00Z");
    let want =
        |amount| demands_for(&caps, publisher(1), &zone, now, &[Want::Charge(usd(amount))], Asker::Touch);
    let both = [want("6"), want("5")].concat();
    assert_eq!(admit(&both, &|_| 0).unwrap_err().wanted, usd("11").units());
    let fits = [want("6"), want("4")].concat();
    assert_eq!(admit(&fits, &|_| 0).unwrap(), [(fits[0].key.clone(), usd("10").units())]);
    let huge = Demand { want: i64::MAX, ..both[0].clone() };
    assert!(admit(&[huge], &|_| 1).is_err(), "a sum that does not fit is above every limit");
}

/// Caps of 10 each; `used` is what their counters hold.
const EXHAUSTED: &str = "
    metric      | soft | used | code
    conversions |      | 9    |
    conversions |      | 10   | cap_conversion
    conversions | soft | 10   |
    commission  |      | 10   | cap_commission
    commission  |      | 9    |
    charge      |      | 11   | cap_charge
    # the cap on clicks is judged when the click is admitted
    clicks      |      | 10   |
";

#[test]
fn clicks_stop_when_what_they_could_bring_is_used_up() {
    for row in rows(EXHAUSTED) {
        let money = matches!(row.cell("metric"), "commission" | "charge");
        let currency = money.then_some("USD");
        let (caps, zone) = program_caps(
            "UTC",
            &json!([{
                "metric": row.cell("metric"), "period": "day", "limit": "10",
                "currency": currency, "soft": row.cell("soft") == "soft",
            }]),
        );
        let used: i64 = row.cell("used").parse().unwrap();
        let used = if money { used * 1_000_000 } else { used };
        let code = exhausted(&caps, publisher(1).into(), &zone, at("2026-03-01T10:00:00Z"), &|_| used);
        assert_eq!(code.map_or("", |code| code.word()), row.cell("code"), "{}", row.line);
    }
}

#[test]
fn a_limit_of_zero_lets_nothing_in() {
    let (caps, zone) =
        program_caps("UTC", &json!([{"metric": "conversions", "period": "total", "limit": "0"}]));
    let now = at("2026-03-01T10:00:00Z");
    assert!(exhausted(&caps, publisher(1).into(), &zone, now, &|_| 0).is_some());
    let demands = demands_for(&caps, publisher(1), &zone, now, &[Want::Conversion], Asker::Touch);
    assert!(admit(&demands, &|_| 0).is_err());
}

#[test]
fn codes_of_caps() {
    for (metric, touch) in [
        (CapMetric::Clicks, "cap_click"),
        (CapMetric::Conversions, "cap_conversion"),
        (CapMetric::Commission, "cap_commission"),
        (CapMetric::Charge, "cap_charge"),
    ] {
        assert_eq!(cap_code(metric, true).word(), touch);
        assert_eq!(cap_code(metric, false).word(), "cap_reached");
    }
}

#[test]
fn bytes_of_no_key_are_refused() {
    let key = CapKey {
        scope: CapScope::Program,
        program_id: program_id(),
        metric: CapMetric::Clicks,
        period: Period::Total,
        currency: None,
        start: at("1970-01-01T00:00:00Z"),
    };
    let good = key.to_bytes();
    assert_eq!(CapKey::from_bytes(&good), Some(key));
    assert_eq!(CapKey::from_bytes(&good[1..]), None);
    // An unknown scope, a program with a publisher, an unknown metric, a metric of money without a
    // currency, an unknown period, a count with a currency.
    for (place, byte) in [(0, 0), (17, 1), (33, 9), (33, 3), (34, 0), (35, 0)] {
        let mut damaged = good.clone();
        damaged[place] = byte;
        assert_eq!(CapKey::from_bytes(&damaged), None, "byte {place} = {byte}");
    }
}

proptest! {
    #[test]
    fn keys_read_back(program: [u8; 16], one: Option<[u8; 16]>, money: Option<bool>, start: i64) {
        let key = CapKey {
            scope: one.map_or(CapScope::Program, |id| CapScope::Publisher(model::PublisherId::from_bytes(id))),
            program_id: model::ProgramId::from_bytes(program),
            metric: match money {
                None => CapMetric::Conversions,
                Some(true) => CapMetric::Charge,
                Some(false) => CapMetric::Commission,
            },
            period: Period::Week,
            currency: money.map(|_| Currency::VND),
            start: model::Timestamp::from_micros(start),
        };
        prop_assert_eq!(CapKey::from_bytes(&key.to_bytes()), Some(key));
    }

    /// I5: whatever comes, a cap is never overshot, and what would have fitted is not refused.
    #[test]
    fn never_overshot(limit in 0_i64..500, wants in prop::collection::vec(1_i64..100, 0..40)) {
        let text = Money::from_units(limit, Currency::USD).amount_text();
        let cap = json!({"metric": "commission", "period": "total", "limit": text, "currency": "USD"});
        let (caps, zone) = program_caps("UTC", &json!([cap]));
        let now = at("2026-03-01T10:00:00Z");
        let (mut counters, mut expected) = (Counters::default(), 0);
        for want in wants {
            let amount = Money::from_units(want, Currency::USD);
            let demands = demands_for(&caps, publisher(1), &zone, now, &[Want::Commission(amount)], Asker::Touch);
            let let_in = counters.try_take(&demands).is_ok();
            prop_assert_eq!(let_in, expected + want <= limit);
            expected += if let_in { want } else { 0 };
            prop_assert_eq!(counters.0.values().sum::<i64>(), expected);
        }
    }
}

/// A cap of 240 clicks a period that spreads them: how many may have come by which moment.
const EVEN: &str = "
    zone          | period | moment                | at most
    UTC           | day    | 2026-03-01T00:00:00Z  | 10
    UTC           | day    | 2026-03-01T00:59:59Z  | 10
    UTC           | day    | 2026-03-01T01:00:00Z  | 20
    UTC           | day    | 2026-03-01T12:30:00Z  | 130
    UTC           | day    | 2026-03-01T23:59:59Z  | 240
    UTC           | hour   | 2026-03-01T10:02:29Z  | 10
    UTC           | hour   | 2026-03-01T10:02:30Z  | 20
    # a week begins on Monday, and a part of it is seven hours
    UTC           | week   | 2026-03-02T07:00:00Z  | 20
    # the day on which the clocks of Berlin go back has 25 hours, so a part is 62.5 minutes
    Europe/Berlin | day    | 2026-10-24T23:02:29Z  | 10
    Europe/Berlin | day    | 2026-10-24T23:02:30Z  | 20
";

#[test]
fn an_even_cap_lets_clicks_in_step_by_step() {
    for row in rows(EVEN) {
        let (zone, period, moment, most) =
            (row.cell("zone"), row.cell("period"), row.cell("moment"), row.cell("at most"));
        let cap = json!([{ "metric": "clicks", "period": period, "limit": "240", "even": true }]);
        let (caps, zone) = program_caps(zone, &cap);
        let most: i64 = most.parse().unwrap();
        let demands = demands_for(&caps, publisher(1), &zone, at(moment), &[Want::Click], Asker::Touch);
        assert!(admit(&demands, &|_| most - 1).is_ok(), "{moment}: click {most}");
        assert!(admit(&demands, &|_| most).is_err(), "{moment}: one click more");
    }
}

#[test]
fn an_even_cap_on_conversions_spreads_the_clicks_and_judges_conversions_whole() {
    let cap = json!([{ "metric": "conversions", "period": "day", "limit": "24", "even": true }]);
    let (caps, zone) = program_caps("UTC", &cap);
    let early = at("2026-03-01T00:10:00Z");
    let spent = |used: i64| exhausted(&caps, publisher(1).into(), &zone, early, &|_| used);
    assert_eq!((spent(0), spent(1)), (None, Some(model::Code::CapConversion)));
    let conversion = demands_for(
        &caps,
        publisher(1),
        &zone,
        early,
        &[Want::Conversion],
        Asker::Conversion { of_counted_click: true },
    );
    assert!(admit(&conversion, &|_| 23).is_ok() && admit(&conversion, &|_| 24).is_err());
}

/// A cap of ten conversions: what becomes of the next one.
const REACHED: &str = "
    when_reached | click before | used | let in | overrun | held
    reject       | yes          | 9    | yes    | no      | no
    reject       | yes          | 10   | no     | no      | no
    honour       | yes          | 9    | yes    | no      | no
    honour       | yes          | 10   | yes    | yes     | no
    honour       | yes          | 25   | yes    | yes     | no
    # no click that was counted before: a coupon or an impression, say
    honour       | no           | 9    | yes    | no      | no
    honour       | no           | 10   | no     | no      | no
    # a person decides what comes above the cap, however it came
    hold         | yes          | 9    | yes    | no      | no
    hold         | yes          | 10   | yes    | no      | yes
    hold         | no           | 10   | yes    | no      | yes
    hold         | no           | 25   | yes    | no      | yes
";

#[test]
fn a_cap_may_honour_conversions_of_earlier_clicks() {
    for row in rows(REACHED) {
        let when_reached = row.cell("when_reached");
        let cap = json!([{ "metric": "conversions", "period": "day", "limit": "10", "when_reached": when_reached }]);
        let (caps, zone) = program_caps("UTC", &cap);
        let moment = at("2026-03-01T10:00:00Z");
        let wants = [Want::Conversion];
        let demands = demands_for(
            &caps,
            publisher(1),
            &zone,
            moment,
            &wants,
            Asker::Conversion { of_counted_click: row.cell("click before") == "yes" },
        );
        let used: i64 = row.cell("used").parse().unwrap();
        let says = |column| row.cell(column) == "yes";
        assert_eq!(admit(&demands, &|_| used).is_ok(), says("let in"), "{}", row.line);
        assert_eq!(commission::overrun(&demands, &|_| used).is_some(), says("overrun"), "{}", row.line);
        assert_eq!(commission::held(&demands, &|_| used).is_some(), says("held"), "{}", row.line);
    }
}

/// Switches that could never have an effect.
const CONTRADICTIONS: &str = r#"
    cap                                                                                      | field
    {"metric": "clicks", "period": "day", "limit": "5", "when_reached": "honour"}              | caps[0].when_reached
    {"metric": "conversions", "period": "day", "limit": "5", "soft": true, "when_reached": "honour"} | caps[0].when_reached
    {"metric": "clicks", "period": "day", "limit": "5", "when_reached": "hold"}                | caps[0].when_reached
    {"metric": "conversions", "period": "day", "limit": "5", "soft": true, "when_reached": "hold"} | caps[0].when_reached
    {"metric": "clicks", "period": "day", "limit": "5", "alert_at": [0]}                       | caps[0].alert_at
    {"metric": "clicks", "period": "day", "limit": "5", "alert_at": [101]}                     | caps[0].alert_at
    {"metric": "clicks", "period": "day", "limit": "5", "alert_at": [80, 80]}                  | caps[0].alert_at
    {"metric": "clicks", "period": "day", "limit": "5", "alert_at": [90, 80]}                  | caps[0].alert_at
    {"metric": "clicks", "period": "day", "limit": "5", "alert_at": [1, 2, 3, 4, 5, 6]}        | caps[0].alert_at
    {"metric": "clicks", "period": "total", "limit": "5", "even": true}                        | caps[0].even
    {"metric": "clicks", "period": "day", "limit": "5", "even": true, "soft": true}            | caps[0].even
"#;

#[test]
fn a_switch_without_effect_is_refused_by_name() {
    for row in rows(CONTRADICTIONS) {
        let cap: Value = serde_json::from_str(row.cell("cap")).unwrap();
        let errors = compile_program_caps(&program_with_caps("UTC", &json!([cap]))).unwrap_err();
        assert_eq!(errors[0].field, row.cell("field"), "{errors:?}");
    }
}

/// A cap of 100 dollars of commission: which percentages an order finds reached, or reaches itself.
const TOLD: &str = "
    soft | alert_at | used | wants | told
    no   | 80 100   | 70   | 9     |
    no   | 80 100   | 70   | 10    | 80
    no   | 80 100   | 70   | 30    | 80 100
    # what was reached before is named again: telling once is for whoever remembers
    no   | 80 100   | 85   | 1     | 80
    # it does not fit any more, so the cap is full although 5.00 are left
    no   | 80 100   | 95   | 6     | 80 100
    no   | 50 80 100| 40   | 61    | 50 80 100
    no   |          | 95   | 5     |
    # a soft cap lets everything in and tells all the same
    soft | 80 100   | 95   | 6     | 80 100
    soft | 80 100   | 70   | 9     |
";

#[test]
fn percentages_that_are_reached_are_told() {
    for row in rows(TOLD) {
        let alert_at: Vec<u16> =
            row.cell("alert_at").split_whitespace().map(|it| it.parse().unwrap()).collect();
        let cap = json!([{
            "metric": "commission", "period": "month", "limit": "100", "currency": "USD",
            "soft": row.cell("soft") == "soft", "alert_at": alert_at,
        }]);
        let (caps, zone) = program_caps("UTC", &cap);
        let moment = at("2026-03-01T10:00:00Z");
        let wants = [Want::Commission(usd(row.cell("wants")))];
        let asker = Asker::Conversion { of_counted_click: true };
        let demands = demands_for(&caps, publisher(1), &zone, moment, &wants, asker);
        let used = usd(row.cell("used")).units();
        let told = thresholds(&demands, &admit(&demands, &|_| used), &|_| used);
        let told: Vec<String> = told.iter().map(|one| one.percent.to_string()).collect();
        assert_eq!(told.join(" "), row.cell("told"), "{}", row.line);
    }
}

#[test]
fn an_even_share_that_is_used_up_does_not_make_the_cap_full() {
    let cap =
        json!([{ "metric": "clicks", "period": "day", "limit": "240", "even": true, "alert_at": [4, 100] }]);
    let (caps, zone) = program_caps("UTC", &cap);
    let early = at("2026-03-01T00:10:00Z");
    let demands = demands_for(&caps, publisher(1), &zone, early, &[Want::Click], Asker::Touch);
    let told = |used: i64| {
        let told = thresholds(&demands, &admit(&demands, &|_| used), &|_| used);
        told.iter().map(|one| one.percent).collect::<Vec<_>>()
    };
    assert_eq!((told(8), told(9), told(10)), (vec![], vec![4], vec![4]));
}

/// A contract with everybody lets in two clicks a day over what each table says. Whose click it is, with which `sub1` (`-` for none), and
/// whether it is let in.
const OVER: &[(&str, &str)] = &[
    ("publisher", "1 a+ 1 b+ 1 a- 2 a+ 2 -+ 2 b-"),
    ("together", "1 a+ 2 b+ 1 a- 3 c- 2 --"),
    ("sub1", "1 a+ 1 b+ 1 a+ 1 a- 1 b+ 1 b- 2 a+ 1 -+ 1 -+ 1 -- 1 A+"),
    ("source", "1 a+ 1 b+ 1 c- 2 a+"),
];

#[test]
fn a_contract_says_over_whom_its_caps_count() {
    let zone = Zone::utc();
    for (over, clicks) in OVER {
        let contract = compile(
            1,
            json!({"currency": "USD", "actions": [], "caps": [
                {"metric": "clicks", "period": "day", "limit": "2", "over": over},
            ]}),
        );
        let mut counters = Counters::default();
        let words: Vec<&str> = clicks.split_whitespace().collect();
        for pair in words.chunks(2) {
            let (sub, let_in) = pair[1].split_at(pair[1].len() - 1);
            let subs: BTreeMap<String, String> =
                [("sub1".to_owned(), sub.to_owned())].into_iter().filter(|_| sub != "-").collect();
            let who = CapSubject { publisher_id: publisher(pair[0].parse().unwrap()), subs: Some(&subs) };
            let now = at("2026-03-01T10:00:00Z");
            let demands = demands_for(contract.caps(), who, &zone, now, &[Want::Click], Asker::Touch);
            let outcome = counters.try_take(&demands);
            assert_eq!(outcome.is_ok(), let_in == "+", "{over}: {pair:?} in {clicks}");
            for demand in &demands {
                let bytes = demand.key.to_bytes();
                assert_eq!(CapKey::from_bytes(&bytes).as_ref(), Some(&demand.key), "{over}");
                assert!((1..bytes.len()).all(|length| {
                    CapKey::from_bytes(&bytes[..length]).is_none_or(|other| other != demand.key)
                }));
                assert!(demand.key.scope != CapScope::Program);
            }
        }
    }
}

#[test]
fn caps_over_nobody_are_refused() {
    let refused = |of: CapsOf, over: &str| {
        let caps: Vec<model::contract::Cap> = serde_json::from_value(
            json!([{"metric": "clicks", "period": "day", "limit": "2", "over": over}]),
        )
        .unwrap();
        let errors = commission::compile_caps(&caps, of, program_id(), None).err()?;
        Some(errors.into_iter().map(|error| error.field).collect::<Vec<_>>())
    };
    let one = CapsOf::Contract(Audience::Publisher(publisher(1)));
    let field = Some(vec!["caps[0].over".to_owned()]);
    assert_eq!(refused(one, "together"), field);
    assert_eq!(refused(CapsOf::Program, "sub1"), field);
    assert_eq!(refused(CapsOf::Program, "publisher"), field);
    assert_eq!(refused(CapsOf::Contract(Audience::Everybody), "together"), None);
    assert_eq!(refused(one, "sub10"), None);
}
