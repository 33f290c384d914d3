//! Conversions as a file: what was reported, in the columns that an import takes, and what became of it.

use std::collections::BTreeMap;

use app::{App, own_results};
use indicatif::ProgressBar;
use model::{NetworkId, Timestamp, contract::CustomerKind, conversion::Item};
use serde_json::{Value, json};
use store::conversions::Conversion;

use super::{
    Target,
    sink::{Failure, Sink},
};

/// What was reported.
const REPORT: &[&str] = &[
    "advertiser_id",
    "program_id",
    "click_id",
    "action",
    "order_id",
    "amount",
    "currency",
    "items",
    "coupon",
    "checkout_started_at",
    "paid_click_at",
    "paid_click_channel",
    "landing_url",
    "referrer",
    "landed_at",
    "customer_id",
    "new_customer",
    "email_sha256",
    "occurred_at",
    "idempotency_key",
    "test",
    "adv1",
    "adv2",
    "adv3",
    "adv4",
    "adv5",
    "adv6",
    "adv7",
    "adv8",
    "adv9",
    "adv10",
];

/// What became of it; an import passes over these.
pub const OUTCOME: &[&str] = &[
    "conversion_id",
    "network_id",
    "received_at",
    "intake",
    "publisher_id",
    "touch_id",
    "state",
    "code",
    "commission",
    "fee",
    "commission_currency",
    "reversed",
    "approve_at",
    "duplicate_of",
    "decision",
];

/// Conversions that are read at a time.
const PAGE: u32 = 1_000;

/// Arguments of `export conversions`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) target: Target,
    /// Received at this moment or later, such as 2026-01-31T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    from: Option<Timestamp>,
    /// Received before this moment.
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    to: Option<Timestamp>,
}

/// Writes the conversions of the network.
pub async fn write(
    app: &App,
    network: NetworkId,
    arguments: &Arguments,
    mut sink: Sink,
    bar: ProgressBar,
) -> Result<u64, Failure> {
    let (from, to) = (arguments.from, arguments.to);
    app.store
        .read("export conversions", move |tx| {
            let columns = [REPORT, OUTCOME];
            sink.begin(&columns)?;
            let mut after = None;
            loop {
                let ids = store::walk::conversion_ids(tx, after, PAGE)?;
                let Some(last) = ids.last() else { break };
                after = Some(*last);
                let mut page = store::conversions::by_ids(tx, &ids)?;
                page.sort_by_key(|conversion| conversion.id);
                for conversion in page {
                    let wanted = conversion.network_id == network
                        && from.is_none_or(|from| conversion.received_at >= from)
                        && to.is_none_or(|to| conversion.received_at < to);
                    if wanted {
                        sink.row(&columns, values(&conversion))?;
                    }
                    bar.inc(1);
                }
            }
            sink.finish()
        })
        .await
}

fn values(conversion: &Conversion) -> Vec<Value> {
    let report = &conversion.report;
    let (landing_url, referrer) = report.arrival.as_ref().map(own_results::addresses).unwrap_or_default();
    let mut values = vec![
        json!(report.advertiser_id),
        json!(report.program_id),
        json!(report.click_id),
        json!(report.action),
        json!(report.order_id),
        json!(report.amount),
        json!(report.currency),
        items(&report.items),
        json!(report.coupon),
        json!(report.checkout_started_at),
        json!(report.paid_click_at),
        json!(report.paid_click_channel),
        json!(landing_url),
        json!(referrer),
        json!(report.arrival.as_ref().and_then(|arrival| arrival.at)),
        json!(report.customer_id),
        json!(report.customer.map(|kind| kind == CustomerKind::New)),
        json!(report.email_sha256),
        json!(report.occurred_at),
        json!(report.idempotency_key),
        json!(report.test),
    ];
    values.extend((1..=10).map(|number| adv(&report.adv, number)));
    values.extend([
        json!(conversion.id),
        json!(conversion.network_id),
        json!(conversion.received_at),
        json!(report.intake),
        json!(conversion.publisher_id),
        json!(conversion.touch_id),
        json!(conversion.state),
        json!(conversion.code),
        json!(conversion.commission_money().map(|money| money.amount_text())),
        json!(conversion.fee_money().map(|money| money.amount_text())),
        json!(conversion.commission_currency.map(|currency| currency.code())),
        json!(conversion.reversed),
        json!(conversion.approve_at),
        json!(conversion.duplicate_of),
        json!(conversion.decision),
    ]);
    values
}

fn items(items: &[Item]) -> Value {
    if items.is_empty() { Value::Null } else { json!(items) }
}

fn adv(adv: &BTreeMap<String, String>, number: u8) -> Value {
    json!(adv.get(&format!("adv{number}")))
}
