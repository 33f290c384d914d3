//! Facts written as a table, and requests as JSON.

use model::{Currency, NetworkId, Timestamp, TouchId, VisitorId};
use report::{
    Dimension, Fact, FactKind, Measure, Viewer, reference,
    request::{Context, Prepared, Request, RequestError},
    table::{KeyText, Page, Row, Table},
};
use serde_json::Value;

pub const NETWORK: NetworkId = NetworkId::from_bytes([1; 16]);

/// One fact a line: its moment, then `name=value` for dimensions, measures and dates.
pub fn facts(text: &str) -> Vec<Fact> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect()
}

fn fact(line: &str) -> Fact {
    let mut words = line.split_whitespace();
    let at = Timestamp::parse(words.next().unwrap()).unwrap();
    let mut fact = Fact::new(NETWORK, FactKind::Touch, at);
    for word in words {
        let (name, value) = word.split_once('=').unwrap();
        let moment = || (value != "-").then(|| Timestamp::parse(value).unwrap());
        match name {
            "clicked" => fact.clicked_at = moment().unwrap(),
            "converted" => fact.converted_at = moment().unwrap(),
            "approved" => fact.approved_at = moment(),
            "paid" => fact.paid_at = moment(),
            "visitor" => fact.visitor_id = Some(VisitorId::from_bytes([value.as_bytes()[0]; 16])),
            "touch" => fact.touch_id = Some(TouchId::from_bytes([value.as_bytes()[0]; 16])),
            _ => match Measure::ALL.iter().find(|measure| measure.word() == name) {
                Some(measure) => fact.measures[measure.index()] = value.parse().unwrap(),
                None => {
                    let dimension: Dimension = name.parse().unwrap();
                    fact.dimensions[dimension.index()] = Some(value.into());
                }
            },
        }
    }
    fact
}

pub fn context(viewer: Viewer) -> Context {
    Context {
        network_id: NETWORK,
        currency: Currency::USD,
        zone: "Europe/Berlin".parse().unwrap(),
        now: Timestamp::parse("2026-11-22T12:00:00Z").unwrap(),
        viewer,
        walls: report::Filter::default(),
        groups_max: 1_000_000,
        serving: report::plan::Serving::default(),
    }
}

pub fn prepare(request: Value, viewer: Viewer) -> Result<Prepared, RequestError> {
    serde_json::from_value::<Request>(request).unwrap().prepare(&context(viewer))
}

pub fn table(facts: &[Fact], request: Value) -> Table {
    let prepared = prepare(request, Viewer::Operator).unwrap();
    let answer = |plan| reference::answer(facts, plan);
    let compared = prepared.compared.as_ref().map(answer);
    prepared.table(answer(&prepared.plan), compared.as_ref(), Page::default())
}

/// A row as `key key | value value`, with the compared values behind `<`.
pub fn line(row: &Row) -> String {
    let key = |key: &KeyText| match key {
        KeyText::Dimension(text) => text.clone().unwrap_or_else(|| "(none)".to_owned()),
        KeyText::Period(text) => text.clone(),
        KeyText::All => "*".to_owned(),
    };
    let values = |values: &[report::metric::Value]| -> String {
        let texts: Vec<String> =
            values.iter().map(|value| value.text().unwrap_or_else(|| "-".to_owned())).collect();
        texts.join(" ")
    };
    let keys: Vec<String> = row.key.iter().map(key).collect();
    let compared = row.compared.as_ref().map_or(String::new(), |compared| format!(" < {}", values(compared)));
    format!("{} | {}{compared}", keys.join(" "), values(&row.values))
}

pub fn lines(rows: &[Row]) -> Vec<String> {
    rows.iter().map(line).collect()
}
