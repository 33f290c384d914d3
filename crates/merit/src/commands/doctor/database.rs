//! The database: reachable, of which schema, how durable, and who decides on it.

use model::Clock;
use store::{Store, condition, portable};

use super::Check;
use crate::{ambient::SystemClock, open, settings::Settings};

/// How far a server's clock may differ, in microseconds.
const SERVER_SKEW_MAX_US: i64 = 5_000_000;
/// How far into the future stored changes may lie, in microseconds.
const FUTURE_MAX_US: i64 = 1_000_000;

pub async fn look(settings: &Settings, checks: &mut Vec<Check>) {
    if settings.database.is_empty() && !settings.data.join("merit.db").exists() {
        checks.push(Check::good("database", "none yet; `merit serve` makes it"));
        return;
    }
    let mut options = open::long_reads(settings);
    // What is wrong with a server is to be seen, not to end the look at it.
    options.accept_server_without_fsync = true;
    let store = match open::open_store(settings, options).await {
        Ok(store) => store,
        Err(error) => {
            checks.push(Check::wrong("database", format!("{error:#}")));
            return;
        }
    };
    durability(&store, checks).await;
    let version = schema(&store, checks).await;
    if version == Some(portable::known_schema_version()) {
        checks.push(newest_change(&store).await);
    }
    checks.push(engine(&store).await);
}

/// What the database says about itself: asked on the connection that writes.
async fn durability(store: &Store, checks: &mut Vec<Check>) {
    let condition = match store.write("doctor", condition::read).await {
        Ok(condition) => condition,
        Err(error) => {
            checks.push(Check::wrong("database", error.to_string()));
            return;
        }
    };
    checks.push(Check::good("database", format!("{} {}", condition.engine, condition.version)));
    let settings: Vec<String> =
        condition.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    checks.push(match condition.complaints.as_slice() {
        [] => Check::good("durability", settings.join(", ")),
        complaints => {
            let lost = "what was acknowledged can be lost in a power cut";
            Check::wrong("durability", format!("{}: {lost}", complaints.join(", ")))
        }
    });
    if let Some(server) = condition.server_time {
        let skew = SystemClock.now().micros_since(server);
        checks.push(match skew.abs() > SERVER_SKEW_MAX_US {
            true => {
                let seconds = skew / 1_000_000;
                Check::warning("database clock", format!("{seconds} s behind this machine's"))
            }
            false => Check::good("database clock", "the same as this machine's"),
        });
    }
}

async fn schema(store: &Store, checks: &mut Vec<Check>) -> Option<i64> {
    const NAME: &str = "schema";
    let known = portable::known_schema_version();
    let version = store.read("schema version", portable::schema_version).await;
    checks.push(match &version {
        Err(error) => Check::wrong(NAME, error.to_string()),
        Ok(None) => Check::good(NAME, "none yet; `merit serve` makes it"),
        Ok(Some(version)) if *version > known => Check::wrong(
            NAME,
            format!("version {version}, this program knows up to {known}: use a newer program"),
        ),
        Ok(Some(version)) if *version < known => {
            Check::warning(NAME, format!("version {version}; the next start brings it to {known}"))
        }
        Ok(Some(version)) => Check::good(NAME, format!("version {version}")),
    });
    version.ok().flatten()
}

/// A stored change from the future means that a clock went back.
async fn newest_change(store: &Store) -> Check {
    const NAME: &str = "newest change";
    match store.read("newest change", condition::newest_change).await {
        Err(error) => Check::wrong(NAME, error.to_string()),
        Ok(None) => Check::good(NAME, "none yet"),
        Ok(Some(at)) if at.micros_since(SystemClock.now()) > FUTURE_MAX_US => {
            Check::wrong(NAME, format!("{at} is in the future: the clock was set back"))
        }
        Ok(Some(at)) => Check::good(NAME, at.to_string()),
    }
}

/// Whether a server decides events at present; both are in order.
async fn engine(store: &Store) -> Check {
    const NAME: &str = "engine";
    let connection = store.engine();
    let tried = tokio::task::spawn_blocking(move || connection.and_then(|mut engine| engine.lock())).await;
    match tried {
        Ok(Ok(())) => Check::good(NAME, "no server runs on this database"),
        Ok(Err(store::Error::EngineTaken)) => Check::good(NAME, "a server runs on this database"),
        Ok(Err(error)) => Check::wrong(NAME, error.to_string()),
        Err(error) => Check::wrong(NAME, error.to_string()),
    }
}
