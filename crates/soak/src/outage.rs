//! The database goes away: the PostgreSQL cluster is killed under a server that runs on, and comes back. Meanwhile
//! postbacks are refused with a 503, visitors are redirected without a stored click and counted, and afterwards the server
//! recovers by itself.

use std::{sync::Arc, time::Duration};

use anyhow::ensure;
use testkit::{SeededEntropy, postgres::ThrowAwayPostgres};
use tokio::time::Instant;

use crate::{
    http,
    kill::{Plan, Run, moment},
    load::Load,
    report::Outcome,
    server::{Launch, Server},
};

const BEFORE_MS: (usize, usize) = (100, 400);
/// How long after the loss of its database a server may wait with its first refusal: it tries to connect again for five
/// seconds before it gives a batch up.
const REFUSAL_LIMIT: Duration = Duration::from_secs(20);
/// How long a recovery may take once the database is back.
const RECOVERY_LIMIT: Duration = Duration::from_secs(30);
const READINESS_PATIENCE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(5);
/// How long the load goes on before and after the database is back.
const MEANWHILE: Duration = Duration::from_millis(200);

/// Takes the database away until the plan is done.
///
/// # Errors
/// When the server does not refuse or recover as it must, or the database cannot be read.
pub async fn run(launch: &Launch, cluster: &Arc<ThrowAwayPostgres>, plan: Plan) -> anyhow::Result<Outcome> {
    let mut run = Run::begin(launch, "database killed, PostgreSQL".to_owned(), plan.seed).await?;
    let chance = SeededEntropy::new(plan.seed);
    let (server, _) = run.restart().await?;
    for outage in 1..=plan.crashes {
        let load = Load::start(&run.scene, server.address, plan.clients, plan.seed.wrapping_add(outage));
        tokio::time::sleep(moment(BEFORE_MS, &chance)).await;
        load.redirects_may_be_unlogged();
        cluster.kill_immediately()?;
        refuses(&server, &load).await?;
        tokio::time::sleep(MEANWHILE).await;
        let database = Arc::clone(cluster);
        tokio::task::spawn_blocking(move || database.start_again()).await??;
        let took = recovers(&server, &load).await?;
        tokio::time::sleep(MEANWHILE).await;
        let journal = load.finish().await;
        run.outcome.restarted(took);
        run.crashed(journal);
        if !run.look().await?.is_clean() || Instant::now() >= plan.until {
            break;
        }
    }
    let unlogged = server.metric("merit_redirects_unlogged_total").await?;
    let mut outcome = run.finish().await?;
    // Every redirect that went on without its click must have been counted; one that was not is an event lost in silence.
    let uncounted = outcome.findings.unlogged.saturating_sub(unlogged);
    outcome.findings.lost_clicks += uncounted;
    server.stop().await?;
    Ok(outcome)
}

/// Waits until postbacks are refused, and sees that the server then says so of itself.
async fn refuses(server: &Server, load: &Load) -> anyhow::Result<()> {
    let began = Instant::now();
    while load.refused() == 0 {
        ensure!(began.elapsed() < REFUSAL_LIMIT, "no postback was refused although the database is away");
        tokio::time::sleep(STEP).await;
    }
    // As one who balances load would ask: no answer in a second is as good as a no.
    let asked = tokio::time::timeout(READINESS_PATIENCE, http::get(server.address, "/readyz")).await;
    let ready = asked.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status != 503));
    ensure!(!ready, "the server calls itself ready without a database");
    Ok(())
}

/// Waits until conversions are acknowledged again; tells how long that took.
async fn recovers(server: &Server, load: &Load) -> anyhow::Result<Duration> {
    let (began, before) = (Instant::now(), load.converted());
    while load.converted() == before || http::get(server.address, "/readyz").await?.status != 200 {
        ensure!(
            began.elapsed() < RECOVERY_LIMIT,
            "the server did not recover although the database is back:\n{}",
            server.last_words()
        );
        tokio::time::sleep(STEP).await;
    }
    Ok(began.elapsed())
}
