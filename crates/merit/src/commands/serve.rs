//! `merit serve`: the server, with the roles it is given.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use app::{App, outputs};
use axum::body::Body;
use bytes::Bytes;
use edge::{
    Edge,
    client_address::{TrustedProxies, client_address},
    listener, request_body,
};
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{Either, Full};
use hyper::{body::Incoming, service::service_fn};
use rustix::process::{Resource, Rlimit};
use tokio::signal::unix::{SignalKind, signal};
use tower::ServiceExt;

use lake::Access;
use model::Entropy;

use crate::{
    ambient::SystemEntropy,
    commands::Usage,
    facts::{self, Facts},
    open,
    settings::{Common, Settings},
};

/// Arguments of `serve`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Address to listen on.
    #[arg(long, env = "MERIT_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// What this process does: all, or a list of edge, engine, api, worker.
    #[arg(long, env = "MERIT_ROLE", value_delimiter = ',', value_name = "ROLES")]
    role: Option<Vec<String>>,
}

const ROLES: &[&str] = &["all", "edge", "engine", "api", "worker"];

/// How often days are looked for that can be closed.
const DAYS_PAUSE: Duration = Duration::from_secs(600);
/// How often decisions are looked for that were not followed yet.
const FOLLOW_PAUSE: Duration = Duration::from_secs(1);
/// How often holds that ended are looked for.
const HOLD_PAUSE: Duration = Duration::from_secs(5);
/// How often approvals that come near are looked for.
const WARN_PAUSE: Duration = Duration::from_secs(60);
/// How often steps of retroactive tiers that were reached are looked for.
const RAISE_PAUSE: Duration = Duration::from_secs(2);
/// How often reports and deliveries are looked for that are due.
const SEND_PAUSE: Duration = Duration::from_secs(2);
/// Conversions looked at in one transaction when a tier was reached.
const RAISE_BATCH: u32 = 200;
/// Conversions that are looked at in one transaction after a payment; none of them decides anything.
const PAYMENT_BATCH: u32 = 500;
/// Conversions approved in one transaction.
const HOLD_BATCH: u32 = 500;
/// How often the configuration is read again, for changes that other processes made.
const REFRESH_PAUSE: Duration = Duration::from_secs(2);
/// How long a visitor may stay known as counted: longer than any program's unique window.
const UNIQUE_KEPT_SECONDS: i64 = 40 * 86_400;
/// How long the answer to an API write is kept for repetitions of its idempotency key.
const ANSWERS_KEPT_SECONDS: i64 = 30 * 86_400;
/// How long a delivery that ended is shown.
const DELIVERIES_KEPT_SECONDS: i64 = 90 * 86_400;

/// Runs the server until it is told to stop.
///
/// # Errors
/// What keeps it from starting.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut settings = Settings::read(common)?;
    if let Some(listen) = arguments.listen {
        settings.listen = listen;
    }
    if let Some(roles) = arguments.role {
        settings.roles = roles;
    }
    if let Some(unknown) = settings.roles.iter().find(|role| !ROLES.contains(&role.as_str())) {
        return Err(Usage(format!("`{unknown}` is not a role; use all, edge, engine, api, worker")).into());
    }
    if settings.has_role("edge") && !settings.has_role("engine") {
        let message = "the role edge needs the role engine in the same process: --role edge,engine";
        return Err(Usage(message.to_owned()).into());
    }
    open::start_log(&settings)?;
    allow_open_files();
    open::runtime()?.block_on(serve(&settings))
}

/// Takes as many open files as the system lets a process have: every connection is one, and the usual soft limit of 1,024
/// is there for programs that cannot count further.
fn allow_open_files() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = rustix::process::setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

async fn serve(settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut app = open::open(settings).await?;
    let decider = if settings.has_role("engine") {
        let limits = settings.intake_limits();
        // Connecting blocks, so it happens where blocking is allowed.
        let (with_intake, decider) = tokio::task::spawn_blocking(move || {
            let decider = app.start_intake(limits)?;
            Ok::<_, store::Error>((app, decider))
        })
        .await??;
        app = with_intake;
        Some(decider)
    } else {
        None
    };
    let facts = open_facts(settings, &mut app).await?;
    let app = Arc::new(app);
    let edge = match settings.has_role("edge") {
        true => Some(Arc::new(Edge::new(Arc::clone(&app), settings.edge_settings()?))),
        false => None,
    };
    let counters = Arc::new(listener::ConnectionCounters::default());
    let mut routes = system_routes(Arc::clone(&app), Arc::clone(&counters));
    if settings.has_role("api") {
        let api = api::router_with(Arc::clone(&app), api_settings(settings)?);
        routes = routes.merge(api).merge(console::router(Box::new(nonces()?)));
    }
    let listening = listener::listen(settings.listen)
        .with_context(|| format!("cannot listen on {}; is another server running there?", settings.listen))?;
    let address = listening.local_addr()?;
    let mut jobs = start_jobs(&app, settings);
    if settings.has_role("worker") {
        jobs.push(tokio::spawn(want_outputs(Arc::clone(&app))));
        jobs.push(tokio::spawn(send_outputs(Arc::clone(&app), Arc::new(settings.courier()?))));
    }
    start_facts(&mut jobs, &app, facts.as_ref(), settings);
    announce(&app, address).await;

    let limits = connection_limits(settings);
    let front = Arc::new(Front {
        edge,
        routes,
        proxies: settings.proxies()?,
        body_limits: request_body::BodyLimits {
            bytes_max: settings.body_bytes_max,
            timeout: Duration::from_secs(settings.body_seconds_max),
        },
    });
    let make_service = move |peer: SocketAddr| {
        let front = Arc::clone(&front);
        service_fn(move |request: Request<Incoming>| answer(Arc::clone(&front), request, peer))
    };
    let stopping = {
        let followers = app.followers.clone();
        async move {
            stopped().await;
            followers.stop();
        }
    };
    let report = listener::serve(listening, limits, Arc::clone(&counters), make_service, stopping).await;
    tracing::info!(running = report.running, cut_off = report.cut_off, "stopped accepting");
    for job in jobs {
        job.abort();
    }
    if let Some(decider) = decider {
        tokio::task::spawn_blocking(move || decider.stop()).await?;
    }
    if let Some(facts) = facts.filter(|_| settings.has_role("worker")) {
        facts::finish(&facts).await;
    }
    Ok(ExitCode::SUCCESS)
}

/// What makes each answer of the console unpredictable to those who would put styles into it.
fn nonces() -> anyhow::Result<impl Fn() -> [u8; 16] + Send + Sync> {
    let entropy = SystemEntropy::new()?;
    Ok(move || {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        bytes
    })
}

/// Behind https the session cookie must never leave on plain http.
fn api_settings(settings: &Settings) -> anyhow::Result<api::Settings> {
    Ok(api::Settings { secure_cookies: settings.https, console_address: settings.mailed_console()? })
}

fn connection_limits(settings: &Settings) -> listener::ConnectionLimits {
    listener::ConnectionLimits {
        connections_max: settings.connections_max,
        head_timeout: Duration::from_secs(settings.head_seconds_max),
        idle_timeout: Duration::from_secs(settings.idle_seconds_max),
        ..listener::ConnectionLimits::default()
    }
}

type Answer = Response<Either<Full<Bytes>, Body>>;

/// What answers requests.
struct Front {
    edge: Option<Arc<Edge>>,
    routes: axum::Router,
    proxies: TrustedProxies,
    body_limits: request_body::BodyLimits,
}

/// Tracking URLs are answered at once, everything else by the routes.
async fn answer(
    front: Arc<Front>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Answer, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    if let (Some(edge), Some(route)) = (&front.edge, edge::route(parts.uri.path())) {
        let body = match route.takes_body(&parts.method) {
            false => Bytes::new(),
            true => match request_body::read_body(body, front.body_limits).await {
                Ok(body) => body,
                Err(refusal) => {
                    return Ok(edge.refuse_body(&parts, &refusal, peer.ip()).await.map(Either::Left));
                }
            },
        };
        return Ok(edge.answer(route, &parts, body, peer.ip()).await.map(Either::Left));
    }
    Ok(routed(&front, Request::from_parts(parts, body), peer).await)
}

async fn routed(front: &Front, request: Request<Incoming>, peer: SocketAddr) -> Answer {
    let mut request = request.map(Body::new);
    let address = client_address(peer.ip(), request.headers(), &front.proxies);
    request.extensions_mut().insert(api::ClientAddress(address));
    match front.routes.clone().oneshot(request).await {
        Ok(response) => response.map(Either::Right),
        Err(never) => match never {},
    }
}

/// Health, readiness and metrics.
fn system_routes(app: Arc<App>, counters: Arc<listener::ConnectionCounters>) -> axum::Router {
    use axum::routing::get;
    let ready = {
        let app = Arc::clone(&app);
        move || async move {
            // A decider that is waiting for the store knows; asking the store again would only wait with it.
            if !app.intake.as_ref().is_none_or(app::intake::Handle::is_healthy) {
                let words = "the store has not proven that it can commit\n".to_owned();
                return (StatusCode::SERVICE_UNAVAILABLE, words);
            }
            match app.store.ping().await {
                Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
            }
        }
    };
    let metrics = move || async move {
        show_connections(&app, &counters);
        let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
        ([(header::CONTENT_TYPE, kind)], app.metrics.text())
    };
    axum::Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

fn show_connections(app: &App, counters: &listener::ConnectionCounters) {
    app.metrics.connections.set(i64::try_from(counters.open()).unwrap_or(i64::MAX));
    let events = [
        ("accepted", counters.accepted()),
        ("refused", counters.refused()),
        ("evicted", counters.evicted()),
        ("timed_out", counters.timed_out()),
        ("accept_error", counters.accept_errors()),
    ];
    for (event, count) in events {
        app.metrics.set_connection_events(event, count);
    }
}

/// Opens the facts of reports where they are asked for or written.
async fn open_facts(settings: &Settings, app: &mut App) -> anyhow::Result<Option<Arc<Facts>>> {
    let access = match (settings.has_role("worker"), settings.has_role("api")) {
        (true, _) => Access::Write,
        (false, true) => Access::Read,
        (false, false) => return Ok(None),
    };
    let facts = Facts::open(settings, app, access).await?;
    app.reports = Some(Arc::clone(&facts) as _);
    Ok(Some(facts))
}

fn start_facts(
    jobs: &mut Vec<tokio::task::JoinHandle<()>>,
    app: &Arc<App>,
    facts: Option<&Arc<Facts>>,
    settings: &Settings,
) {
    let Some(facts) = facts else { return };
    let writes = settings.has_role("worker");
    jobs.push(tokio::spawn(facts::follow(Arc::clone(app), Arc::clone(facts), writes)));
    if writes {
        jobs.push(tokio::spawn(facts::keep(Arc::clone(app), Arc::clone(facts))));
    }
}

fn start_jobs(app: &Arc<App>, settings: &Settings) -> Vec<tokio::task::JoinHandle<()>> {
    let mut jobs = Vec::new();
    if settings.has_role("worker") {
        jobs.push(tokio::spawn(approve_at_end_of_hold(Arc::clone(app))));
        jobs.push(tokio::spawn(raise_to_tiers(Arc::clone(app))));
        jobs.push(tokio::spawn(tell_payments(Arc::clone(app))));
        jobs.push(tokio::spawn(look_after_disputes(Arc::clone(app))));
        jobs.push(tokio::spawn(warn_before_approval(Arc::clone(app))));
        jobs.push(tokio::spawn(forget_what_is_old(Arc::clone(app))));
        jobs.push(tokio::spawn(close_days(Arc::clone(app))));
        jobs.push(tokio::spawn(follow_decisions(Arc::clone(app))));
    }
    jobs.push(tokio::spawn(follow_configuration(Arc::clone(app))));
    jobs
}

async fn approve_at_end_of_hold(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        let approved =
            app.store.write("approve due", move |tx| app::lifecycle::approve_due(tx, now, HOLD_BATCH)).await;
        match approved {
            Ok(approved) => {
                app.metrics.approved_by_hold.inc_by(approved.len() as u64);
                if approved.len() == HOLD_BATCH as usize {
                    continue;
                }
            }
            Err(error) => tracing::error!(%error, "holds that ended could not be approved; tried again"),
        }
        tokio::time::sleep(HOLD_PAUSE).await;
    }
}

/// Raises what was paid before a step of retroactive tiers was reached, a page at a time.
async fn raise_to_tiers(app: Arc<App>) {
    loop {
        let (now, snapshot) = (app.clock.now(), app.snapshot.get());
        let raised = app.store.write("raise to tiers", move |tx| {
            app::lifecycle::raise_due(tx, &snapshot.versions, now, RAISE_BATCH)
        });
        match raised.await {
            Ok(raising) if raising.worked => {
                let (adjusted, looked_at) = (raising.adjusted, raising.looked_at);
                tracing::info!(adjusted, looked_at, "conversions were raised to a tier that was reached");
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a raise to a tier could not go on; tried again"),
        }
        tokio::time::sleep(RAISE_PAUSE).await;
    }
}

/// Tells reports which conversions a payment paid that was confirmed or came back, a page at a time.
async fn tell_payments(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        let walk = move |tx: &mut store::Tx<'_>| app::payouts::paid::walk(tx, now, PAYMENT_BATCH);
        match app.store.write("tell payments", walk).await {
            Ok(walked) if walked.worked => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "what payments paid could not be told; tried again"),
        }
        tokio::time::sleep(RAISE_PAUSE).await;
    }
}

async fn close_days(app: Arc<App>) {
    loop {
        match app::proof::days::close_finished(&app).await {
            Ok(0) => {}
            Ok(closed) => tracing::info!(closed, "days were closed with their proof"),
            Err(error) => tracing::error!(%error, "finished days could not be closed; tried again"),
        }
        tokio::time::sleep(DAYS_PAUSE).await;
    }
}

/// Gives publishers what approved conversions reach: bonuses of their contracts, and referrals.
async fn follow_decisions(app: Arc<App>) {
    loop {
        if let Err(error) = app::awards::follow(&app).await {
            tracing::error!(%error, "decisions could not be followed for bonuses; tried again");
        }
        tokio::time::sleep(FOLLOW_PAUSE).await;
    }
}

/// Marks disputes that were not answered in time, and makes the conversions of accepted ones that a crash left unmade.
async fn look_after_disputes(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        let marked = app
            .store
            .write("disputes overdue", move |tx| app::events::disputes::mark_overdue(tx, now, HOLD_BATCH));
        if let Err(error) = marked.await {
            tracing::error!(%error, "overdue disputes could not be marked; tried again");
        }
        if app.intake.is_some()
            && let Err(error) = app::events::disputes::settle_interrupted(&app, HOLD_BATCH).await
        {
            tracing::error!(%error, "an accepted dispute could not be settled; tried again");
        }
        tokio::time::sleep(WARN_PAUSE).await;
    }
}

/// Tells both parties of what will be approved by itself, before it is.
async fn warn_before_approval(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        let warned =
            app.store.write("warn due", move |tx| app::lifecycle::warn_due(tx, now, HOLD_BATCH)).await;
        match warned {
            Ok(warned) if warned == HOLD_BATCH as usize => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "warnings could not be written; tried again"),
        }
        tokio::time::sleep(WARN_PAUSE).await;
    }
}

async fn forget_what_is_old(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        let (visitors, answers) =
            (now.plus_seconds(-UNIQUE_KEPT_SECONDS), now.plus_seconds(-ANSWERS_KEPT_SECONDS));
        let sent = now.plus_seconds(-DELIVERIES_KEPT_SECONDS);
        let forgotten = app.store.write("forget what is old", move |tx| {
            Ok::<_, store::Error>(
                store::touches::forget_unique(tx, visitors)?
                    + store::idempotency::forget(tx, answers)?
                    + store::deliveries::forget(tx, sent)?,
            )
        });
        match forgotten.await {
            Ok(0) => tokio::time::sleep(Duration::from_secs(3_600)).await,
            Ok(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(error) => {
                tracing::warn!(%error, "old keys could not be removed; tried again");
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        }
    }
}

/// Makes deliveries of schedules that are due, of alerts and of decisions.
async fn want_outputs(app: Arc<App>) {
    loop {
        let due = outputs::due::send_due(&app).await;
        let followed = outputs::follow::follow(&app).await;
        match (due, followed) {
            (Ok(0), Ok(_)) => tokio::time::sleep(SEND_PAUSE).await,
            // More may be due than one look takes.
            (Ok(_), Ok(_)) => {}
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, "what is to be sent could not be looked after; tried again");
                tokio::time::sleep(SEND_PAUSE).await;
            }
        }
    }
}

/// Tries deliveries.
async fn send_outputs(app: Arc<App>, courier: Arc<outbound::Courier>) {
    loop {
        if let Err(error) = outputs::deliver::deliver_due(&app, &courier).await {
            tracing::error!(%error, "deliveries could not be looked after; tried again");
        }
        tokio::time::sleep(SEND_PAUSE).await;
    }
}

async fn follow_configuration(app: Arc<App>) {
    loop {
        tokio::time::sleep(REFRESH_PAUSE).await;
        if let Err(error) = app.snapshot.refresh().await {
            tracing::warn!(%error, "the configuration could not be read; the last one stays in use");
        }
    }
}

/// Says where to go, for a person at a terminal.
async fn announce(app: &App, address: SocketAddr) {
    let first_start = app.store.read("setup state", store::configuration::is_empty).await.unwrap_or(false);
    eprintln!("Merit listens on http://{address}");
    if first_start {
        eprintln!("First start: open http://{address}/ to create the operator and the network.");
    } else {
        eprintln!("Sign in at http://{address}/");
    }
}

/// Resolves at SIGINT or SIGTERM.
async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
}
