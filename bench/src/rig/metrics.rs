//! What a running server counts about itself.

use std::net::SocketAddr;

use super::client::{Client, get};

/// The counters of a server at one moment.
pub struct Metrics(String);

impl Metrics {
    /// Reads them.
    pub fn of(address: SocketAddr) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut client = Client::connect(address).await?;
            client.ask(&get("/metrics")).await?;
            Ok(Self(String::from_utf8_lossy(client.body()).into_owned()))
        })
    }

    /// Those of an application in this process.
    pub fn of_app(app: &app::App) -> Self {
        Self(app.metrics.text())
    }

    /// The sum of all values of a metric, whatever their labels.
    pub fn sum(&self, name: &str) -> f64 {
        self.sum_where(name, "")
    }

    /// The sum of the values of a metric whose labels hold `part`.
    pub fn sum_where(&self, name: &str, part: &str) -> f64 {
        let values = self.0.lines().filter_map(|line| {
            let (key, value) = line.rsplit_once(' ')?;
            let (own, labels) = key.split_once('{').unwrap_or((key, ""));
            (own == name && labels.contains(part)).then(|| value.parse::<f64>().ok()).flatten()
        });
        values.sum()
    }
}
