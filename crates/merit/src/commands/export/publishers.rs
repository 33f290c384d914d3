//! Publishers as a file that `merit import publishers` takes.

use app::App;
use indicatif::ProgressBar;
use model::{NetworkId, parties::Publisher};
use serde_json::{Value, json};
use store::configuration;

use super::{
    Target,
    sink::{Failure, Sink},
};

/// The columns, which are also those of the import.
pub const COLUMNS: &[&str] = &[
    "publisher_id",
    "name",
    "status",
    "kind",
    "external_id",
    "own_customers_sha256",
    "currency",
    "referred_by",
    "created_at",
];

/// Arguments of `export publishers`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) target: Target,
}

/// Writes all publishers of the network.
pub async fn write(app: &App, network: NetworkId, mut sink: Sink, bar: ProgressBar) -> Result<u64, Failure> {
    app.store
        .read("export publishers", move |tx| {
            sink.begin(&[COLUMNS])?;
            // Ids first: they are in the order of time, and a page of rows is then small.
            let mut ids = Vec::new();
            store::walk::each_record(tx, &mut |publisher: Publisher, _| {
                if publisher.network_id == network {
                    ids.push(publisher.id);
                }
                Ok(())
            })?;
            ids.sort_unstable();
            for id in ids {
                if let Some(publisher) = configuration::get::<Publisher>(tx, id)? {
                    sink.row(&[COLUMNS], values(&publisher))?;
                    bar.inc(1);
                }
            }
            sink.finish()
        })
        .await
}

fn values(publisher: &Publisher) -> Vec<Value> {
    vec![
        json!(publisher.id),
        json!(publisher.name),
        json!(publisher.status),
        json!(publisher.kind),
        json!(publisher.external_id),
        json!(publisher.own_customers_sha256),
        json!(publisher.currency),
        json!(publisher.referred_by),
        json!(publisher.created_at),
    ]
}
