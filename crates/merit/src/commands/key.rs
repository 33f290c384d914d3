//! `merit key`: API keys, and the key that signs click ids. A server that runs sees every change of an API key at once.

use std::{process::ExitCode, sync::Arc};

use app::{
    App,
    command::{self, Answer, Command},
    people::keys::{self, NewKey},
};
use model::{ApiKeyId, NetworkId, Timestamp, access::Membership, parties::ApiKey};
use serde_json::{Value, json};

use crate::{
    commands::{
        Usage, explain,
        membership::{RightWord, in_words},
        terminal, user,
    },
    open,
    settings::{Common, Settings},
};

/// Arguments of `key`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Makes a key with the rights of its owner, or fewer, and shows its secret once.
    Create(Create),
    /// Shows the keys, without their secrets.
    List(List),
    /// Stops a key for good.
    Revoke(Revoke),
    /// Draws a new key for click ids. It signs from each server's next start on; older keys go on verifying, so no click
    /// that is under way loses its commission.
    RotateClickIds,
}

#[derive(clap::Args)]
struct Create {
    /// Shown name: what the key is for.
    #[arg(long)]
    name: String,
    /// E-mail address or id of its owner.
    #[arg(long, value_name = "EMAIL|ID")]
    user: String,
    /// The most that it may do; all that its owner may when it is not given.
    #[arg(long, value_enum)]
    right: Option<RightWord>,
    /// Network, when its owner has several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// When it stops working, such as 2027-01-31T00:00:00Z; never when it is not given.
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    expires_at: Option<Timestamp>,
}

#[derive(clap::Args)]
struct List {
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Revoke {
    /// Id of the key.
    id: ApiKeyId,
}

/// Shows and changes keys.
///
/// # Errors
/// What was refused, or what is wrong with the database.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    open::runtime()?.block_on(async {
        let app = open::open(&settings).await?;
        match arguments.task {
            Task::Create(arguments) => create(&app, arguments).await,
            Task::List(arguments) => list(&app, &arguments).await,
            Task::Revoke(arguments) => revoke(&app, arguments.id).await,
            Task::RotateClickIds => rotate_click_ids(&app).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn create(app: &App, arguments: Create) -> anyhow::Result<()> {
    let owner = user::find(app, &arguments.user).await?;
    let mut membership = choose(&owner.memberships, arguments.network)?.clone();
    if let Some(right) = arguments.right {
        membership.right = right.into();
    }
    let network = membership.network_id;
    let new = NewKey { name: arguments.name, membership, expires_at: arguments.expires_at };
    let made = command::run(
        app,
        Command::system("api_key.create", network),
        move |change| keys::create(change, &owner, new.clone()),
        |(key, secret)| {
            let mut shown = shown(&key);
            shown["secret"] = Value::from(secret.text());
            Answer::new(201, shown)
        },
    );
    let made = made.await.map_err(explain)?;
    eprintln!("the secret is shown this once");
    terminal::print_json(&made.body)
}

fn choose(memberships: &[Membership], network: Option<NetworkId>) -> anyhow::Result<&Membership> {
    let mut fitting =
        memberships.iter().filter(|one| network.is_none_or(|network| one.network_id == network));
    match (fitting.next(), fitting.next()) {
        (None, _) => Err(Usage("the owner has no membership there".to_owned()).into()),
        (Some(_), Some(_)) => {
            let message = "the owner serves several networks; name one with --network";
            Err(Usage(message.to_owned()).into())
        }
        (Some(only), None) => Ok(only),
    }
}

fn shown(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "user_id": key.user_id,
        "status": key.status,
        "membership": key.membership,
        "expires_at": key.expires_at,
        "created_at": key.created_at,
    })
}

async fn list(app: &App, arguments: &List) -> anyhow::Result<()> {
    let keys = app
        .store
        .read("list keys", |tx| store::configuration::list(tx, &[], None, usize::MAX, |_: &ApiKey| true));
    let keys = keys.await?;
    if arguments.json {
        return terminal::print_json(&keys.iter().map(shown).collect::<Vec<_>>());
    }
    let rows = keys.iter().map(|key| {
        let expires = key.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let status = key.status.word().to_owned();
        vec![key.id.to_string(), key.name.clone(), status, expires, in_words(&key.membership)]
    });
    terminal::print_table(&["id", "name", "status", "expires", "membership"], &rows.collect::<Vec<_>>())
}

async fn revoke(app: &App, id: ApiKeyId) -> anyhow::Result<()> {
    let key = app.store.read("find key", move |tx| store::configuration::get::<ApiKey>(tx, id)).await?;
    let key =
        key.ok_or_else(|| anyhow::anyhow!("there is no key {id}; `merit key list` shows which are there"))?;
    let revoked = command::run(
        app,
        Command::system("api_key.revoke", key.membership.network_id),
        move |change| keys::revoke(change, id),
        |key| Answer::new(200, shown(&key)),
    );
    terminal::print_json(&revoked.await.map_err(explain)?.body)
}

async fn rotate_click_ids(app: &App) -> anyhow::Result<()> {
    let (now, entropy) = (app.clock.now(), Arc::clone(&app.entropy));
    let rotate = move |tx: &mut store::Tx<'_>| app::click_id::rotate(tx, now, entropy.as_ref());
    let number = app.store.write("rotate click id key", rotate).await?;
    eprintln!(
        "key {number} signs click ids from the next start on; start every server of this installation again now"
    );
    terminal::print_json(&json!({ "click_id_key": number }))
}
