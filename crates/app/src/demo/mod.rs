//! A demo network with a plausible past.
//!
//! Everything is made through the same code as in earnest: parties and terms by the use cases of `configuration`, touches and
//! conversions by the intake in large batches, approvals and reversals by `lifecycle`, each at its simulated moment. The past
//! is drawn from a seed, so that the same seed and end give the same ids, amounts and verdicts; only secrets (passwords, keys,
//! the postback token and the signatures of click ids) are really random.
//!
//! `people` and `terms` say who is there and what is agreed, `visitors`, `orders` and `own` what happens on a day, `past` lets the
//! days pass.

mod campaigns;
mod draw;
mod joining;
mod orders;
mod own;
mod past;
mod people;
mod terms;
mod visitors;

use model::{AdvertiserId, NetworkId, ProgramId, PublisherId, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::{App, errors::Refusal};

/// How much past there is.
#[derive(Debug, Clone, Copy)]
pub struct DemoOptions {
    /// Days.
    pub days: u32,
    /// Clicks over all days, counted or not.
    pub clicks: u32,
    /// What everything is drawn from.
    pub seed: u64,
    /// Where the past ends.
    pub until: Timestamp,
}

/// What whoever tries it out needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSummary {
    /// The network.
    pub network_id: NetworkId,
    /// The advertiser.
    pub advertiser_id: AdvertiserId,
    /// The program, with the actions `lead`, `qualified_lead` and `order`.
    pub program_id: ProgramId,
    /// What the advertiser's server proves its postbacks with.
    pub postback_token: String,
    /// API keys, one for each role.
    pub keys: DemoKeys,
    /// Who can sign in.
    pub sign_in: Vec<DemoSignIn>,
    /// Tracking links.
    pub links: Vec<DemoLink>,
}

/// One API key for each role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoKeys {
    /// Of the operator.
    pub operator: String,
    /// Of the advertiser.
    pub advertiser: String,
    /// Of the first publisher.
    pub publisher: String,
    /// Of a manager who serves the advertiser and three publishers.
    pub manager: String,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSignIn {
    /// As what.
    pub role: String,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// A tracking link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLink {
    /// `/c/` and its slug.
    pub path: String,
    /// Who is paid.
    pub publisher_id: PublisherId,
    /// Where it leads.
    pub program_id: ProgramId,
}

/// Fills an empty installation. `progress` is told what is done and how much of it so far.
///
/// # Errors
/// `invalid_state` when there is anybody already; storage errors.
pub async fn fill(
    app: &App,
    options: DemoOptions,
    progress: &(dyn Fn(&str, u64) + Sync),
) -> Result<DemoSummary, Refusal> {
    let scene = people::create(app, options).await?;
    app.snapshot.refresh().await?;
    let summary = scene.summary();
    let (told, mut telling) = mpsc::unbounded_channel();
    let (done, ended) = oneshot::channel();
    let past = past::Past::new(app, options, scene, told)?;
    std::thread::Builder::new()
        .name("demo".to_owned())
        .spawn(move || {
            // Nobody waits any more when the caller was dropped; what is stored stays.
            let _ = done.send(past.happen());
        })
        .map_err(|error| store::Error::Unavailable(error.to_string()))?;
    tokio::pin!(ended);
    loop {
        tokio::select! {
            Some((what, count)) = telling.recv() => progress(what, count),
            result = &mut ended => {
                let stopped = |_| store::Error::Unavailable("the demo stopped half-way".to_owned());
                result.map_err(stopped)??;
                app.snapshot.refresh().await?;
                return Ok(summary);
            }
        }
    }
}
