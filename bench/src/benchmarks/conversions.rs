//! Orders reported by postback, each decided, posted to the ledger and committed before its answer, against bare inserts of
//! the rows that they leave.

use std::io::Write;

use anyhow::{Context, Result};

use crate::{
    registry::Benchmark,
    rig::{
        DatabaseKind, Effort,
        bare_rows::BareRows,
        client::{Client, get, post_form},
        database::{Database, Place},
        in_process::InProcess,
        metrics::Metrics,
        open_loop::{self, Steady},
        process::is_installed,
        samples::{Samples, number},
        server::Server,
        table::Table,
        world::{TOKEN, World},
        wrk::{self, Load},
    },
};

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "conversions",
    what: "conversions decided, posted and answered against bare inserts of the same rows",
    run,
};

/// Clicks that orders refer to.
const CLICKS: usize = 30_000;
/// Conversions whose rows the peer inserts.
const RECORDED: usize = 40_000;
/// Connections and waiting tasks.
const CONCURRENCY: u32 = 256;

/// Every request is another order, of a click out of the file.
const ORDERS: &str = r#"
local number, prefix, clicks = 0, "", {}
function init(arguments)
  prefix = arguments[1] .. thread_number .. "-"
  for line in io.lines(arguments[2]) do clicks[#clicks + 1] = line end
  number = thread_number * 10000
end
function request()
  number = number + 1
  local body = "token=" .. "TOKEN" .. "&action=order&currency=USD&amount=49.90&order_id=" .. prefix .. number ..
    "&click_id=" .. clicks[number * 7919 % #clicks + 1]
  return "POST /postback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " ..
    #body .. "\r\n\r\n" .. body
end
"#;

fn run(effort: &Effort) -> Result<()> {
    if !is_installed("wrk") {
        println!("NOT RUN: conversions: wrk is missing (apt-get install wrk)");
        return Ok(());
    }
    let recorded = record()?;
    let mut throughput = Table::new(&[
        "case",
        "Merit /s",
        "bare inserts /s",
        "ratio",
        "CPU us",
        "orders a commit",
        "not accepted",
    ]);
    let mut latency = Table::new(&["case at half load", "rate /s", "p50 ms", "p99 ms", "p99.9 ms", "failed"]);
    for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
        let Some(place) = effort.measures(kind).then(|| Place::of(kind)).flatten() else { continue };
        let side = Side { kind, place: &place, recorded: &recorded };
        over_http(effort, &side, &mut throughput, &mut latency)?;
        in_process(effort, &side, &mut throughput)?;
    }
    throughput.print();
    println!();
    latency.print();
    Ok(())
}

/// What both measurements of a database share.
struct Side<'a> {
    kind: DatabaseKind,
    place: &'a Place,
    recorded: &'a BareRows,
}

impl Side<'_> {
    /// The peer, in a database of its own beside the one of Merit.
    fn bare(&self, batch: f64) -> Result<f64> {
        self.recorded.insert(&self.place.fresh()?, batch.round().max(1.0) as usize)
    }
}

/// Lets conversions be decided once, for their rows.
fn record() -> Result<BareRows> {
    let database = Place::Sqlite.fresh()?;
    let world = World::create(&database)?;
    let running = InProcess::start(&database, &world)?;
    let (clicks, ids) = running.clicks(CLICKS);
    running.submit(clicks, CONCURRENCY as usize)?;
    running.submit(running.orders(&ids, RECORDED, "recorded"), CONCURRENCY as usize)?;
    running.runtime().block_on(BareRows::read(&running.app.store))
}

fn over_http(effort: &Effort, side: &Side<'_>, throughput: &mut Table, latency: &mut Table) -> Result<()> {
    let database = side.place.fresh()?;
    let world = World::create(&database)?;
    let server = Server::start(&database)?;
    let clicks = store_clicks(&server, &world)?;
    let path = write_lines(&database, &clicks)?;
    let script = ORDERS.replace("TOKEN", TOKEN);
    let mut cost = Samples::default();
    let (mut ours, mut bare, mut ratios, mut batches, mut lost) =
        (Samples::default(), Samples::default(), Samples::default(), Samples::default(), 0.0);
    for round in 0..=effort.rounds {
        // The first round warms up and does not count.
        let seconds = if round == 0 { 1 } else { effort.seconds };
        let arguments = [format!("r{round}-"), path.clone()];
        let load = Load {
            address: server.address,
            path: "/postback",
            connections: CONCURRENCY,
            seconds,
            script: &script,
            arguments: &arguments,
        };
        let before = Metrics::of(server.address)?;
        let used_before = server.process.cpu_seconds()?;
        let outcome = wrk::run(&load)?;
        let used = server.process.cpu_seconds()? - used_before;
        let after = Metrics::of(server.address)?;
        let gained = |name, part| after.sum_where(name, part) - before.sum_where(name, part);
        let decided = gained("merit_conversions_total", "");
        let batch = decided / gained("merit_batches_total", "").max(1.0);
        lost += decided - gained("merit_conversions_total", "code=\"ok\"") + outcome.failed as f64;
        if round > 0 {
            let peer = side.bare(batch)?;
            ours.add(outcome.rate);
            bare.add(peer);
            ratios.add(outcome.rate / peer);
            batches.add(batch);
            cost.add(used / decided.max(1.0) * 1e6);
        }
    }
    throughput.row([
        format!("{}, HTTP, {CONCURRENCY} connections", side.kind.name()),
        ours.shown(),
        bare.shown(),
        ratios.shown(),
        cost.shown(),
        number(batches.median()),
        number(lost),
    ]);
    half_load(effort, side.kind, &server, &clicks, ours.median() / 2.0, latency)
}

fn half_load(
    effort: &Effort,
    kind: DatabaseKind,
    server: &Server,
    clicks: &[String],
    rate: f64,
    table: &mut Table,
) -> Result<()> {
    let (mut middle, mut high, mut higher, mut failed) =
        (Samples::default(), Samples::default(), Samples::default(), 0);
    for round in 0..=effort.rounds {
        let seconds = if round == 0 { 1 } else { effort.seconds };
        let clicks = clicks.to_vec();
        let load = Steady { address: server.address, rate, seconds, connections: 128 };
        let latencies = open_loop::run(&load, 200, move |number| {
            let click = &clicks[number as usize % clicks.len()];
            let order = format!("order_id=half{round}-{number}&click_id={click}");
            post_form("/postback", &format!("token={TOKEN}&action=order&currency=USD&amount=49.90&{order}"))
        })?;
        if round > 0 {
            middle.add(latencies.millis(0.5));
            high.add(latencies.millis(0.99));
            higher.add(latencies.millis(0.999));
            failed += latencies.failed;
        }
    }
    table.row([
        kind.name().to_owned(),
        number(rate),
        middle.shown(),
        high.shown(),
        higher.shown(),
        failed.to_string(),
    ]);
    Ok(())
}

/// What the decider does when nobody has to be read from or written to.
fn in_process(effort: &Effort, side: &Side<'_>, table: &mut Table) -> Result<()> {
    let database = side.place.fresh()?;
    let world = World::create(&database)?;
    let running = InProcess::start(&database, &world)?;
    let (clicks, ids) = running.clicks(CLICKS);
    running.submit(clicks, CONCURRENCY as usize)?;
    for tasks in [CONCURRENCY as usize, 4 * CONCURRENCY as usize] {
        let (mut ours, mut bare, mut ratios, mut batches) =
            (Samples::default(), Samples::default(), Samples::default(), Samples::default());
        for round in 0..effort.rounds {
            let orders = running.orders(&ids, RECORDED, &format!("in{tasks}-{round}"));
            let before = Metrics::of_app(&running.app);
            let rate = running.submit(orders, tasks)?;
            let after = Metrics::of_app(&running.app);
            let batch = RECORDED as f64
                / (after.sum("merit_batches_total") - before.sum("merit_batches_total")).max(1.0);
            let peer = side.bare(batch)?;
            ours.add(rate);
            bare.add(peer);
            ratios.add(rate / peer);
            batches.add(batch);
        }
        let title = format!("{}, decider alone, {tasks} tasks", side.kind.name());
        table.row([
            title,
            ours.shown(),
            bare.shown(),
            ratios.shown(),
            number(batches.median()),
            "0".to_owned(),
        ]);
    }
    Ok(())
}

/// Clicks through the server; gives their click ids from where they were redirected to.
fn store_clicks(server: &Server, world: &World) -> Result<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let request = get(&world.click_path());
    let address = server.address;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let share = CLICKS / CONCURRENCY as usize + 1;
        let tasks: Vec<_> = (0..CONCURRENCY)
            .map(|_| {
                let request = request.clone();
                tokio::task::spawn_local(async move {
                    let mut client = Client::connect(address).await?;
                    let mut ids = Vec::with_capacity(share);
                    for _ in 0..share {
                        client.ask(&request).await?;
                        let location = client.header("location").context("a click was not redirected")?;
                        ids.push(location.split_once("click=").context("no click id")?.1.to_owned());
                    }
                    Ok::<_, anyhow::Error>(ids)
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await??);
        }
        Ok(all)
    })
}

fn write_lines(database: &Database, lines: &[String]) -> Result<String> {
    let path = database.folder.path().join("clicks");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(path.display().to_string())
}
