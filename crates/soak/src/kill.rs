//! kill -9: the server is killed at random moments under load and started again on the same data.

use std::{sync::Arc, time::Duration};

use testkit::SeededEntropy;
use tokio::time::Instant;

use crate::{
    compare::{Findings, compare, compare_all},
    load::{Journal, Load, Scene},
    orders::below,
    report::{Outcome, millis},
    server::{Control, Launch, Server},
    world,
};

/// When after the beginning of the load a server is killed, in milliseconds.
const MOMENT_MS: (usize, usize) = (20, 400);
/// One kill in so many comes later, when the first checkpoint of SQLite runs: a second after the start.
const LATE_EVERY: u64 = 8;
const LATE_MS: (usize, usize) = (900, 1_300);
/// How long after the last look at the metrics.
const ASIDE_MS: (usize, usize) = (0, 12);
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Crashes.
    pub crashes: u64,
    /// When no further one is begun.
    pub until: Instant,
    /// Clients at once.
    pub clients: u64,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// A number of milliseconds between two.
pub fn moment((from, to): (usize, usize), chance: &SeededEntropy) -> Duration {
    Duration::from_millis((from + below(to - from + 1, chance).unwrap_or(0)) as u64)
}

/// A part of a run: the network, what was acknowledged so far, and by the last server.
pub struct Run<'a> {
    /// How servers are started.
    pub launch: &'a Launch,
    /// What outlives them.
    pub scene: Arc<Scene>,
    /// What came of it so far.
    pub outcome: Outcome,
    seen: Journal,
    last: Journal,
    began: Instant,
    told_at: Instant,
}

impl<'a> Run<'a> {
    /// Writes the network into the empty database.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn begin(launch: &'a Launch, part: String, seed: u64) -> anyhow::Result<Self> {
        let world = world::create(launch.database.options(), seed).await?;
        let scene = Arc::new(Scene::new(world, launch.control == Control::None));
        let outcome = Outcome::new(part);
        let (seen, last, began) = (Journal::default(), Journal::default(), Instant::now());
        Ok(Self { launch, scene, outcome, seen, last, began, told_at: began })
    }

    /// Starts a server and looks for what the one before it acknowledged.
    ///
    /// # Errors
    /// When the server does not start or the database cannot be read.
    pub async fn restart(&mut self) -> anyhow::Result<(Server, Findings)> {
        let server = self.launch.start().await?;
        if self.outcome.crashes > 0 {
            self.outcome.restarted(server.started_in);
        }
        let findings = self.look().await?;
        Ok((server, findings))
    }

    /// Looks for what was acknowledged since the last look.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn look(&mut self) -> anyhow::Result<Findings> {
        let store = self.launch.database.open().await?;
        let findings = compare(&store, &self.scene, &self.last).await?;
        drop(store);
        self.seen.add(std::mem::take(&mut self.last));
        if self.told_at.elapsed() >= TELL_EVERY {
            self.told_at = Instant::now();
            let took_ms = millis(self.began.elapsed());
            let so_far = Outcome { findings: findings.clone(), took_ms, ..self.outcome.clone() };
            eprintln!("  so far {}", so_far.text());
        }
        Ok(findings)
    }

    /// Whether there is no need to go on: a control has lost something, or a server that must not has.
    pub fn is_decided(&self, findings: &Findings) -> bool {
        if self.launch.control == Control::None { !findings.is_clean() } else { findings.lost() > 0 }
    }

    /// Takes down what the clients of a server have seen that is gone now.
    pub fn crashed(&mut self, journal: Journal) {
        self.outcome.crashes += 1;
        self.outcome.saw(&journal);
        self.last = journal;
        self.scene.orders.lock().after_crash();
    }

    /// Compares everything with everything, and lets the server's own check of its invariants find nothing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn finish(mut self) -> anyhow::Result<Outcome> {
        self.look().await?;
        let store = self.launch.database.open().await?;
        (self.outcome.findings, self.outcome.untold) = compare_all(&store, &self.scene, &self.seen).await?;
        drop(store);
        if self.launch.control == Control::None
            && let Err(error) = self.launch.verify()
        {
            self.outcome.findings.wrong(&format!("{error:#}"));
        }
        self.outcome.took_ms = millis(self.began.elapsed());
        Ok(self.outcome)
    }
}

/// Kills servers until the plan is done; with a control, until something is lost.
///
/// # Errors
/// When a server does not start again, or the database cannot be read.
pub async fn run(launch: &Launch, plan: Plan) -> anyhow::Result<Outcome> {
    let what = if launch.control == Control::None { "kill -9" } else { "control of kill -9" };
    let part = format!("{what}, {}", launch.database.name());
    let mut run = Run::begin(launch, part, plan.seed).await?;
    let chance = SeededEntropy::new(plan.seed);
    for kill in 1..=plan.crashes {
        let (server, findings) = run.restart().await?;
        if run.is_decided(&findings) || Instant::now() >= plan.until {
            break;
        }
        let load = Load::start(&run.scene, server.address, plan.clients, plan.seed.wrapping_add(kill));
        let late = kill % LATE_EVERY == 0;
        tokio::time::sleep(moment(if late { LATE_MS } else { MOMENT_MS }, &chance)).await;
        let unlogged = server.metric("merit_redirects_unlogged_total").await?;
        // An answer comes when the server has time for it; the kill must not prefer such moments.
        tokio::time::sleep(moment(ASIDE_MS, &chance)).await;
        server.kill()?;
        let mut journal = load.finish().await;
        if unlogged > 0 {
            journal.wrong.push(format!("{unlogged} redirects went on before their click was stored"));
        }
        run.crashed(journal);
    }
    let (server, _) = run.restart().await?;
    let outcome = run.finish().await?;
    server.stop().await?;
    Ok(outcome)
}
