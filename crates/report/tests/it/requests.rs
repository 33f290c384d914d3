//! What is refused, with the field and what to do.

use report::Viewer;
use serde_json::{Value, json};

use crate::world::prepare;

fn with(more: Value) -> Value {
    let mut request = json!({"metrics": ["clicks"], "from": "2026-11-01", "to": "2026-11-30"});
    for (field, value) in more.as_object().unwrap() {
        request[field] = value.clone();
    }
    request
}

#[test]
fn wrong_requests_name_the_field() {
    let deep = (0..20).fold(json!({"and": []}), |filter, _| json!({"not": filter}));
    for (viewer, request, field, part) in [
        (Viewer::Operator, with(json!({"metrics": []})), "metrics", "at least one"),
        (
            Viewer::Operator,
            with(json!({"metrics": ["clicks", "x' or 1=1"]})),
            "metrics",
            "`x' or 1=1` is no metric",
        ),
        (Viewer::Operator, with(json!({"metrics": ["clicks", "clicks"]})), "metrics", "named twice"),
        (Viewer::Publisher, with(json!({"metrics": ["fee"]})), "metrics", "not shown to this side"),
        (Viewer::Operator, with(json!({"by": ["planet"]})), "by", "`planet` is no dimension"),
        (Viewer::Operator, with(json!({"by": ["day", "day"]})), "by", "named twice"),
        (Viewer::Advertiser, with(json!({"by": ["sub1"]})), "by", "not shown to this side"),
        (Viewer::Operator, with(json!({"by": ["hour"], "from": "1900-01-01"})), "by", "take a shorter range"),
        (
            Viewer::Advertiser,
            with(json!({"filter": {"not": {"contains": ["sub1", "x"]}}})),
            "filter",
            "not shown",
        ),
        (Viewer::Operator, with(json!({"filter": deep})), "filter", "too large"),
        (Viewer::Operator, with(json!({"from": "yesterday"})), "from", "`yesterday` is no day"),
        (Viewer::Operator, with(json!({"to": "2026-02-30"})), "to", "is no day"),
        (Viewer::Operator, with(json!({"to": "2026-10-31"})), "to", "ends before it begins"),
        (Viewer::Operator, with(json!({"period": "today"})), "period", "either"),
        (Viewer::Operator, json!({"metrics": ["clicks"]}), "from", "say from when"),
        (Viewer::Operator, json!({"metrics": ["clicks"], "from": "2026-11-01"}), "to", "say to when"),
        (
            Viewer::Operator,
            json!({"metrics": ["clicks"], "period": "the other day"}),
            "period",
            "last_30_days",
        ),
        (Viewer::Operator, with(json!({"compare": "me"})), "compare", "previous_period"),
        (Viewer::Operator, with(json!({"order": ["-roi"]})), "order", "these are: clicks"),
        (Viewer::Operator, with(json!({"order": ["clicks", "clicks", "roi"]})), "order", "twice"),
        (Viewer::Operator, with(json!({"order": ["-clicks", "roi"]})), "order", "`roi` is no column"),
        (Viewer::Operator, with(json!({"limit": 0})), "limit", "no rows"),
    ] {
        let wrong = prepare(request.clone(), viewer).expect_err(&request.to_string());
        assert_eq!(wrong.field, field, "{request}: {wrong}");
        assert!(wrong.message.contains(part), "{request}: {wrong}");
    }
}

#[test]
fn unknown_fields_and_filters_do_not_read() {
    for request in [
        with(json!({"metric": ["clicks"]})),
        with(json!({"filter": {"in": ["planet", ["Mars"]]}})),
        with(json!({"filter": {"sql": "1=1"}})),
        with(json!({"basis": "moon"})),
        with(json!({"zone": "Mars/Olympus"})),
    ] {
        assert!(serde_json::from_value::<report::request::Request>(request.clone()).is_err(), "{request}");
    }
}

#[test]
fn days_are_whole_in_the_zone() {
    let plan =
        prepare(with(json!({"zone": "Asia/Tehran", "to": "2026-11-01"})), Viewer::Operator).unwrap().plan;
    assert_eq!(plan.from.to_string(), "2026-10-31T20:30:00.000000Z");
    assert_eq!(plan.to.to_string(), "2026-11-01T20:30:00.000000Z");
}
