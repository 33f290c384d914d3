//! Exchange rates as a file that `merit import exchange_rates` takes.

use app::App;
use indicatif::ProgressBar;
use model::{NetworkId, exchange::ExchangeRate};
use serde_json::{Value, json};

use super::{
    Target,
    sink::{Failure, Sink},
};

/// The columns: those of the import, and what a stored rate has beside them.
const COLUMNS: &[&str] = &["day", "base", "quote", "rate", "source", "exchange_rate_id", "created_at"];

/// Arguments of `export exchange_rates`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) target: Target,
}

/// Writes all rates of the network, in the order in which they were entered.
pub async fn write(app: &App, network: NetworkId, mut sink: Sink, bar: ProgressBar) -> Result<u64, Failure> {
    app.store
        .read("export exchange rates", move |tx| {
            sink.begin(&[COLUMNS])?;
            // By the order of writing, so that a correction comes after what it corrects, also in another installation.
            let (rates, _) = store::configuration::changed_since::<ExchangeRate>(tx, 0)?;
            for rate in rates.iter().filter(|rate| rate.network_id == network) {
                sink.row(&[COLUMNS], values(rate))?;
                bar.inc(1);
            }
            sink.finish()
        })
        .await
}

fn values(rate: &ExchangeRate) -> Vec<Value> {
    vec![
        json!(rate.day),
        json!(rate.base),
        json!(rate.quote),
        json!(rate.rate),
        json!(rate.source),
        json!(rate.id),
        json!(rate.created_at),
    ]
}
