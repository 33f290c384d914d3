//! The first page that people open: today by hour, thirty days by day, the twenty best publishers. As requests, with everything that an
//! answer of the API takes but its JSON.

use anyhow::{Context as _, Result};
use lake::Lake;
use report::{
    Filter, Viewer,
    request::{Context, Request},
    table::Page,
};

use super::generate;
use crate::rig::{
    ambient::Stopwatch,
    samples::{Samples, number},
};

/// What the page may take.
const MARK_MS: f64 = 200.0;

fn requests() -> [Request; 3] {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    let metrics = ["clicks", "conversions", "revenue", "commission", "cost", "epc", "cvr"];
    let tile = |period: &str, by: &str| Request {
        metrics: words(&metrics),
        by: words(&[by]),
        period: Some(period.to_owned()),
        ..Request::default()
    };
    let best = Request { limit: Some(20), rest: true, ..tile("last_30_days", "publisher") };
    [tile("today", "hour"), tile("last_30_days", "day"), best]
}

/// Measures the page.
pub async fn measure(lake: &Lake, rounds: usize) -> Result<()> {
    let context = Context {
        network_id: generate::network(),
        currency: "VND".parse().context("a currency")?,
        zone: generate::zone(),
        now: generate::end().plus_micros(-1),
        viewer: Viewer::Operator,
        walls: Filter::default(),
        groups_max: 1_000_000,
        serving: report::plan::Serving::default(),
    };
    let mut pages = Samples::new();
    let mut tiles = [const { Samples::new() }; 3];
    for round in 0..=rounds.max(5) {
        let page = Stopwatch::start();
        for (request, tile) in requests().iter().zip(&mut tiles) {
            let watch = Stopwatch::start();
            let prepared = request.prepare(&context)?;
            let answer = lake.query(&prepared.plan).await?;
            let table = prepared.table(answer, None, Page::default());
            anyhow::ensure!(!table.rows.is_empty(), "the dashboard is empty");
            if round > 0 {
                tile.add(watch.seconds() * 1e3);
            }
        }
        if round > 0 {
            pages.add(page.seconds() * 1e3);
        }
    }
    let [today, month, best] = &tiles;
    println!(
        "dashboard, ms: {} (today {}, 30 days {}, publishers {}); the mark is {}\n",
        pages.shown(),
        today.shown(),
        month.shown(),
        best.shown(),
        number(MARK_MS)
    );
    Ok(())
}
