//! Use cases and jobs: where the pure crates meet storage.
//!
//! - `intake` decides and stores what comes in, in batches; `lifecycle` approves, rejects and reverses;
//! - `payouts` pays publishers; `awards` gives them bonuses; `billing` writes invoices, receipts and statements;
//! - `snapshot` is the configuration in memory; `configuration`, `users`, `keys`, `sessions` change it;
//! - `access` says who may do what; `idempotency` and `audit` wrap every write;
//! - `alerts` tells the parties once what they want to know in time; `funding` is prepaid money;
//! - `qr` draws addresses for phones;
//! - `live` tells what happens as it is committed;
//! - `exchange` changes a publisher's balance into the currency he is paid in;
//! - `proof` closes each day with a Merkle root over its decisions;
//! - `media` is campaigns and what they cost;
//! - `reporting` makes facts of what is stored, and runs reports over them;
//! - `outputs` saves reports and sends them when they are due;
//! - `verify` recomputes the invariants from what is stored.

pub mod access;
pub mod alerts;
pub mod audit;
pub mod awards;
pub mod billing;
pub mod checks;
pub mod click_id;
pub mod command;
pub mod configuration;
pub mod demo;
pub mod errors;
pub mod events;
pub mod exchange;
pub mod funding;
pub mod incrementality;
pub mod intake;
pub mod journeys;
pub mod lifecycle;
pub mod live;
pub mod media;
pub mod metrics;
pub mod outputs;
pub mod own_results;
pub mod payouts;
pub mod people;
pub mod posting;
pub mod proof;
pub mod qr;
pub mod receipts;
pub mod replay;
pub mod reporting;
pub mod secrets_shown;
pub mod snapshot;
pub mod storage;
pub mod terms;
pub mod verify;

pub use engine::receipt::{hex, unhex};

use std::sync::Arc;

use model::{Clock, Entropy};
use store::{Store, secrets};

use crate::{click_id::ClickIdKeys, metrics::Metrics};

/// The running application: storage, configuration, time, randomness and the way into the intake.
#[derive(Clone)]
pub struct App {
    /// Storage.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The configuration in memory.
    pub snapshot: snapshot::Publisher,
    /// Keys of click ids.
    pub click_ids: Arc<ClickIdKeys>,
    /// Key of address hashes and of visitor keys.
    pub visitor_key: [u8; 32],
    /// Key that receipts are signed with when they are read.
    pub receipt_key: Arc<ed25519_dalek::SigningKey>,
    /// Names this database, through backups and new keys: what is kept beside it says that it belongs to it.
    pub database_id: String,
    /// Keys that bank details are sealed with.
    pub seal_keys: Arc<payouts::seal::SealKeys>,
    /// Who follows the live feed.
    pub followers: live::Followers,
    /// For which networks a replay runs.
    pub replays: replay::Turns,
    /// For which networks journeys are looked through.
    pub attributions: replay::Turns,
    /// Keeps facts and adds them up; none where nobody asks for reports.
    pub reports: Option<Arc<dyn reporting::ReportEngine>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The way into the intake; none where no decider runs (commands that only read or administrate).
    pub intake: Option<intake::Handle>,
}

impl App {
    /// Opens the application on a migrated store: reads its keys (drawing them at the first start) and its configuration.
    ///
    /// # Errors
    /// Storage errors.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> store::Result<Self> {
        let now = clock.now();
        let draw = Arc::clone(&entropy);
        let (click, visitor, receipt, seal) = store
            .write("read keys", move |tx| {
                Ok::<_, store::Error>((
                    secrets::all_or_first(tx, click_id::SECRET, now, draw.as_ref())?,
                    secrets::all_or_first(tx, "visitor", now, draw.as_ref())?,
                    secrets::all_or_first(tx, "receipt", now, draw.as_ref())?,
                    secrets::all_or_first(tx, payouts::seal::SECRET, now, draw.as_ref())?,
                ))
            })
            .await?;
        let damaged = |what: &str| store::Error::Damaged(format!("the keys of {what} cannot be used"));
        // Oldest first: the last one signs.
        let numbered = click
            .iter()
            .rev()
            .map(|secret| Ok((u8::try_from(secret.number).map_err(|_| damaged("click ids"))?, secret.value)))
            .collect::<store::Result<Vec<_>>>()?;
        let click_ids =
            ClickIdKeys::new(numbered).map_err(|error| store::Error::Damaged(error.to_string()))?;
        let database_id = database_id(receipt.last().ok_or_else(|| damaged("receipts"))?);
        let snapshot = snapshot::Publisher::load(store.clone()).await?;
        Ok(Self {
            snapshot,
            database_id,
            click_ids: Arc::new(click_ids),
            visitor_key: visitor.first().ok_or_else(|| damaged("visitors"))?.value,
            receipt_key: Arc::new(ed25519_dalek::SigningKey::from_bytes(
                &receipt.first().ok_or_else(|| damaged("receipts"))?.value,
            )),
            seal_keys: Arc::new(payouts::seal::SealKeys::new(seal)),
            followers: live::Followers::default(),
            replays: replay::Turns::default(),
            attributions: replay::Turns::default(),
            reports: None,
            metrics: Arc::new(Metrics::new()),
            intake: None,
            store,
            clock,
            entropy,
        })
    }

    /// Takes the engine's lock and starts the decider; events can be submitted from then on.
    ///
    /// # Errors
    /// When another engine has the lock, the database cannot be reached, or no thread can be started.
    pub fn start_intake(&mut self, limits: intake::Limits) -> store::Result<intake::Decider> {
        let mut connection = self.store.engine()?;
        // The connection waits for its server, which the thread of an async caller must not.
        let locked = std::thread::scope(|scope| scope.spawn(|| connection.lock()).join());
        locked
            .map_err(|_| store::Error::Unavailable("the engine's lock could not be taken".to_owned()))??;
        let (decider, handle) = intake::Decider::start(connection, self.parts(), limits)
            .map_err(|error| store::Error::Unavailable(error.to_string()))?;
        self.intake = Some(handle);
        Ok(decider)
    }

    /// What deciding needs, for callers that run batches themselves.
    pub fn parts(&self) -> intake::Parts {
        intake::Parts {
            snapshot: self.snapshot.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            metrics: Arc::clone(&self.metrics),
        }
    }
}

/// The first key that receipts were signed with is drawn once and stays: what follows from it names the database.
fn database_id(first: &secrets::Secret) -> String {
    use sha2::Digest as _;
    let digest =
        sha2::Sha256::new().chain_update("database of receipts").chain_update(first.value).finalize();
    data_encoding::HEXLOWER.encode(&digest[..16])
}
