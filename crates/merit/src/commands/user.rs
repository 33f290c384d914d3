//! `merit user`: people who can sign in. A server that runs sees every change at once.

use std::process::ExitCode;

use app::{
    App,
    command::{self, Answer, Command},
    people::{passwords, second_factor, users},
};
use model::{
    NetworkId, UserId,
    access::{Right, Role},
    parties::{Status, User},
};
use serde_json::{Value, json};

use crate::{
    commands::{
        Usage, explain,
        membership::{Parties, RightWord, RoleWord, in_words},
        network, password, terminal,
    },
    open,
    settings::{Common, Settings},
};

/// Arguments of `user`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Lets a person in.
    Add(Add),
    /// Shows who can sign in.
    List(List),
    /// Takes a person's access away and ends his sessions; his keys stop too.
    Disable(Person),
    /// Gives a person a new password and ends his sessions.
    ResetPassword(ResetPassword),
    /// Takes the second factor from a person who lost it, and ends his sessions.
    RemoveSecondFactor(Person),
}

#[derive(clap::Args)]
struct Add {
    /// E-mail address that he signs in with.
    #[arg(long)]
    email: String,
    /// Shown name; the e-mail address when it is not given.
    #[arg(long)]
    name: Option<String>,
    /// The side that he acts for.
    #[arg(long, value_enum)]
    role: RoleWord,
    /// The most that he may do.
    #[arg(long, value_enum, default_value = "read")]
    right: RightWord,
    /// Network, when there are several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    #[command(flatten)]
    parties: Parties,
    /// Read the password from stdin instead of drawing one.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
struct List {
    /// Only the people of this network.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Person {
    /// E-mail address or id.
    #[arg(value_name = "EMAIL|ID")]
    who: String,
}

#[derive(clap::Args)]
struct ResetPassword {
    #[command(flatten)]
    person: Person,
    /// Read the password from stdin instead of drawing one.
    #[arg(long)]
    password_stdin: bool,
}

/// Shows and changes people.
///
/// # Errors
/// What was refused, or what is wrong with the database.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    open::runtime()?.block_on(async {
        let app = open::open(&settings).await?;
        match arguments.task {
            Task::Add(arguments) => add(&app, arguments).await,
            Task::List(arguments) => list(&app, &arguments).await,
            Task::Disable(person) => disable(&app, &person).await,
            Task::ResetPassword(arguments) => reset_password(&app, &arguments).await,
            Task::RemoveSecondFactor(person) => remove_second_factor(&app, &person).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(app: &App, arguments: Add) -> anyhow::Result<()> {
    let network_id = network::choose(app, arguments.network)?.id;
    let email = arguments.email.trim().to_lowercase();
    let password = password::take(arguments.password_stdin, &email, &*app.entropy)?;
    let password_hash = passwords::hash(password.text.clone(), &*app.entropy).await.map_err(explain)?;
    let name = arguments.name.unwrap_or_else(|| email.clone());
    let membership = arguments.parties.membership(network_id, arguments.role.into(), arguments.right.into());
    let command = Command::system("user.create", network_id);
    let added = command::run(
        app,
        command,
        move |change| {
            let user = User {
                id: UserId::new(change.now, change.entropy),
                email: email.clone(),
                name: name.clone(),
                password_hash: password_hash.clone(),
                status: Status::Active,
                memberships: vec![membership.clone()],
                created_at: change.now,
            };
            users::create(change, user)
        },
        |user| Answer::new(201, shown(&user)),
    );
    print_with_password(added.await.map_err(explain)?.body, &password)
}

/// Prints a person, with the password that was drawn: the only time that anybody sees it.
fn print_with_password(mut person: Value, password: &password::Password) -> anyhow::Result<()> {
    if let (true, Some(members)) = (password.drawn, person.as_object_mut()) {
        members.insert("password".to_owned(), Value::from(password.text.as_str()));
        eprintln!("the password is shown this once");
    }
    terminal::print_json(&person)
}

fn shown(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "status": user.status,
        "memberships": user.memberships,
        "created_at": user.created_at,
    })
}

async fn list(app: &App, arguments: &List) -> anyhow::Result<()> {
    let network = arguments.network;
    let people = app
        .store
        .read("list users", move |tx| match network {
            Some(network) => store::configuration::users_of(tx, network, None, usize::MAX),
            None => store::configuration::list(tx, &[], None, usize::MAX, |_: &User| true),
        })
        .await?;
    if arguments.json {
        return terminal::print_json(&people.iter().map(shown).collect::<Vec<_>>());
    }
    let rows = people.iter().map(|user| {
        let memberships: Vec<String> = user.memberships.iter().map(in_words).collect();
        vec![user.id.to_string(), user.email.clone(), user.status.word().to_owned(), memberships.join("; ")]
    });
    terminal::print_table(&["id", "email", "status", "memberships"], &rows.collect::<Vec<_>>())
}

/// The person with this e-mail address or id.
///
/// # Errors
/// When there is none.
pub async fn find(app: &App, who: &str) -> anyhow::Result<User> {
    let wanted = who.trim().to_owned();
    let found = app.store.read("find user", move |tx| match wanted.parse::<UserId>() {
        Ok(id) => store::configuration::get::<User>(tx, id),
        Err(_) => users::by_email(tx, &wanted),
    });
    let found = found.await?;
    found.ok_or_else(|| {
        anyhow::anyhow!("nobody has the e-mail address or id {who}; `merit user list` shows who is there")
    })
}

async fn disable(app: &App, person: &Person) -> anyhow::Result<()> {
    let user = find(app, &person.who).await?;
    let last = is_last_operator(app, &user).await?;
    let after = change(app, &user, "user.disable", |user| User { status: Status::Closed, ..user }).await?;
    if last {
        eprintln!("{} was the last operator who could sign in; `merit user add` lets another in", user.email);
    }
    terminal::print_json(&after)
}

async fn is_last_operator(app: &App, user: &User) -> anyhow::Result<bool> {
    let runs = |user: &User| {
        let operator = |role: Role, right: Right| role == Role::Operator && right == Right::Pay;
        user.status == Status::Active && user.memberships.iter().any(|one| operator(one.role, one.right))
    };
    let id = user.id;
    let others = app.store.read("find operators", move |tx| {
        store::configuration::list(tx, &[], None, 1, |other: &User| other.id != id && runs(other))
    });
    Ok(runs(user) && others.await?.is_empty())
}

async fn reset_password(app: &App, arguments: &ResetPassword) -> anyhow::Result<()> {
    let user = find(app, &arguments.person.who).await?;
    let password = password::take(arguments.password_stdin, &user.email, &*app.entropy)?;
    let hash = passwords::hash(password.text.clone(), &*app.entropy).await.map_err(explain)?;
    let after =
        change(app, &user, "user.reset_password", move |user| User { password_hash: hash.clone(), ..user });
    print_with_password(after.await?, &password)
}

async fn remove_second_factor(app: &App, person: &Person) -> anyhow::Result<()> {
    let user = find(app, &person.who).await?;
    let (id, network) = (user.id, home(&user)?);
    let removed = command::run(
        app,
        Command::system("user.remove_second_factor", network),
        move |change| second_factor::remove(change, id),
        |user| Answer::new(200, shown(&user)),
    );
    terminal::print_json(&removed.await.map_err(explain)?.body)
}

/// The network in whose name a person is changed.
fn home(user: &User) -> anyhow::Result<NetworkId> {
    let first = user.memberships.first().map(|membership| membership.network_id);
    first.ok_or_else(|| Usage(format!("{} belongs to no network and cannot sign in", user.email)).into())
}

async fn change(
    app: &App,
    user: &User,
    name: &'static str,
    edit: impl Fn(User) -> User + Send + 'static,
) -> anyhow::Result<Value> {
    let (id, network) = (user.id, home(user)?);
    let changed = command::run(
        app,
        Command::system(name, network),
        move |change| users::update(change, id, &mut |user| Ok(edit(user))),
        |user| Answer::new(200, shown(&user)),
    );
    Ok(changed.await.map_err(explain)?.body)
}
