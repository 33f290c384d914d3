//! Opening the application for a command.

use std::sync::Arc;

use anyhow::Context;
use app::App;
use store::Store;

use crate::{
    ambient::{SystemClock, SystemEntropy},
    settings::Settings,
};

/// A runtime for a command; servers take as many threads as there are cores.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Opens the database, brings its schema up to date and reads keys and configuration.
///
/// # Errors
/// What is wrong with the folder or the database.
pub async fn open(settings: &Settings) -> anyhow::Result<App> {
    open_with(settings, settings.store_options()).await
}

/// As [`open`], with options of the store that a command needs otherwise than a server.
///
/// # Errors
/// What is wrong with the folder or the database.
pub async fn open_with(settings: &Settings, options: store::Options) -> anyhow::Result<App> {
    make_data_folder(settings)?;
    let store = open_store(settings, options).await?;
    store.migrate().await.context("cannot bring the schema of the database up to date")?;
    Ok(App::open(store, Arc::new(SystemClock), Arc::new(SystemEntropy::new()?)).await?)
}

/// Makes the folder of the embedded database, for nobody but its owner: the database holds keys and password hashes.
///
/// # Errors
/// When it cannot be made.
pub fn make_data_folder(settings: &Settings) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if !settings.database.is_empty() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&settings.data);
    made.with_context(|| format!("cannot create the data folder {}", settings.data.display()))
}

/// Opens the database as it is.
///
/// # Errors
/// What is wrong with the database.
pub async fn open_store(settings: &Settings, options: store::Options) -> anyhow::Result<Store> {
    Store::open(options).await.with_context(|| match settings.database.is_empty() {
        true => format!("cannot open the database in {}", settings.data.display()),
        false => "cannot open the PostgreSQL database".to_owned(),
    })
}

/// Refuses a folder without a database: opening would make an empty one where somebody mistyped a path.
///
/// # Errors
/// When there is none.
pub fn expect_database(settings: &Settings) -> anyhow::Result<()> {
    let file = settings.data.join("merit.db");
    if settings.database.is_empty() && !file.exists() {
        let message =
            "there is no database at {}; name its folder with --data, or start one with `merit serve`";
        anyhow::bail!(message.replace("{}", &file.display().to_string()));
    }
    Ok(())
}

/// Options of the store for a command that reads everything in one transaction, however long that takes.
pub fn long_reads(settings: &Settings) -> store::Options {
    let mut options = settings.store_options();
    options.statement_timeout = std::time::Duration::from_secs(7 * 86_400);
    // Opening must not make a server that runs beside this command wait long.
    options.busy_timeout = std::time::Duration::from_secs(2);
    options
}

/// Starts the log as the settings say; words go to stderr.
///
/// # Errors
/// When the filter cannot be read.
pub fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log).context("`log` cannot be read")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if settings.log_format == "json" {
        log.json().init()
    } else {
        log.init()
    }
    Ok(())
}
