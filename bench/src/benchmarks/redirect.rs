//! A click, stored and committed before its visitor is redirected, against nginx's static 302 whose access log is buffered
//! in memory.

use anyhow::Result;

use crate::{
    registry::Benchmark,
    rig::{
        DatabaseKind, Effort,
        client::get,
        database::Place,
        metrics::Metrics,
        nginx::Nginx,
        open_loop::{self, Steady},
        process::{Process, is_installed},
        samples::{Samples, number},
        server::Server,
        table::Table,
        world::World,
        wrk::{self, Load, VISITORS},
    },
};

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "redirect",
    what: "durable redirects against nginx's static 302 with a buffered access log (wrk -t2)",
    run,
};

/// One pair of sides.
struct Pair<'a> {
    title: String,
    connections: u32,
    script: &'a str,
}

fn run(effort: &Effort) -> Result<()> {
    for program in ["nginx", "wrk"] {
        if !is_installed(program) {
            println!("NOT RUN: redirect: {program} is missing (apt-get install nginx-light wrk)");
            return Ok(());
        }
    }
    let nginx = Nginx::start()?;
    let mut throughput = Table::new(&[
        "case",
        "Merit /s",
        "nginx /s",
        "ratio",
        "CPU us",
        "nginx CPU us",
        "clicks a commit",
        "failed",
    ]);
    let mut latency = Table::new(&[
        "case at half load",
        "rate /s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "nginx p50",
        "nginx p99",
        "failed",
    ]);
    for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
        let Some(place) = effort.measures(kind).then(|| Place::of(kind)).flatten() else { continue };
        let database = place.fresh()?;
        let world = World::create(&database)?;
        let server = Server::start(&database)?;
        let name = kind.name();
        let same = Pair { title: format!("{name}, 256 connections"), connections: 256, script: "" };
        let most = measure(effort, &server, &nginx, &world, &same, &mut throughput)?;
        let few = Pair { title: format!("{name}, 64 connections"), connections: 64, script: "" };
        measure(effort, &server, &nginx, &world, &few, &mut throughput)?;
        let many =
            Pair { title: format!("{name}, 256, all visitors differ"), connections: 256, script: VISITORS };
        measure(effort, &server, &nginx, &world, &many, &mut throughput)?;
        half_load(effort, &server, &nginx, &world, (name, most / 2.0), &mut latency)?;
        report_unlogged(&server)?;
    }
    throughput.print();
    println!();
    latency.print();
    Ok(())
}

/// Measures both sides in turn; gives what Merit reached.
fn measure(
    effort: &Effort,
    server: &Server,
    nginx: &Nginx,
    world: &World,
    pair: &Pair<'_>,
    table: &mut Table,
) -> Result<f64> {
    let path = world.click_path();
    let (mut ours, mut theirs, mut ratios, mut failed) =
        (Samples::default(), Samples::default(), Samples::default(), 0);
    let (mut cost, mut peer_cost) = (Samples::default(), Samples::default());
    let before = Metrics::of(server.address)?;
    for round in 0..=effort.rounds {
        // The first round warms both sides up and does not count.
        let seconds = if round == 0 { 1 } else { effort.seconds };
        let arguments = [path.clone(), (round * 4_000_000).to_string()];
        let load = Load {
            address: server.address,
            path: &path,
            connections: pair.connections,
            seconds,
            script: pair.script,
            arguments: &arguments,
        };
        let (own, own_cost) = costed(&server.process, &load)?;
        let (peer, nginx_cost) = costed(&nginx.process, &Load { address: nginx.address, ..load })?;
        failed += own.failed;
        if round > 0 {
            ours.add(own.rate);
            theirs.add(peer.rate);
            ratios.add(own.rate / peer.rate);
            cost.add(own_cost);
            peer_cost.add(nginx_cost);
        }
    }
    let after = Metrics::of(server.address)?;
    let gained = |name| after.sum(name) - before.sum(name);
    let batch = gained("merit_touches_total") / gained("merit_batches_total").max(1.0);
    table.row([
        pair.title.clone(),
        ours.shown(),
        theirs.shown(),
        ratios.shown(),
        cost.shown(),
        peer_cost.shown(),
        number(batch),
        failed.to_string(),
    ]);
    Ok(ours.median())
}

/// A load, and what one request of it costs its server: the steadier figure of the two on a busy machine.
fn costed(process: &Process, load: &Load<'_>) -> Result<(wrk::Outcome, f64)> {
    let before = process.cpu_seconds()?;
    let outcome = wrk::run(load)?;
    let used = process.cpu_seconds()? - before;
    let answered = (outcome.rate * load.seconds as f64).max(1.0);
    Ok((outcome, used / answered * 1e6))
}

fn half_load(
    effort: &Effort,
    server: &Server,
    nginx: &Nginx,
    world: &World,
    (name, rate): (&str, f64),
    table: &mut Table,
) -> Result<()> {
    let request = get(&world.click_path());
    let latencies = |address, seconds| {
        let request = request.clone();
        open_loop::run(&Steady { address, rate, seconds, connections: 128 }, 302, move |_| request.clone())
    };
    let (mut middle, mut high, mut higher) = (Samples::default(), Samples::default(), Samples::default());
    let (mut peer_middle, mut peer_high, mut failed) = (Samples::default(), Samples::default(), 0);
    for round in 0..=effort.rounds {
        let seconds = if round == 0 { 1 } else { effort.seconds };
        let ours = latencies(server.address, seconds)?;
        let theirs = latencies(nginx.address, seconds)?;
        if round == 0 {
            continue;
        }
        middle.add(ours.millis(0.5));
        high.add(ours.millis(0.99));
        higher.add(ours.millis(0.999));
        peer_middle.add(theirs.millis(0.5));
        peer_high.add(theirs.millis(0.99));
        failed += ours.failed;
    }
    table.row([
        name.to_owned(),
        number(rate),
        middle.shown(),
        high.shown(),
        higher.shown(),
        peer_middle.shown(),
        peer_high.shown(),
        failed.to_string(),
    ]);
    Ok(())
}

/// A redirect that did not wait for its commit is no durable one.
fn report_unlogged(server: &Server) -> Result<()> {
    let unlogged = Metrics::of(server.address)?.sum("merit_redirects_unlogged_total");
    if unlogged > 0.0 {
        println!("NOTE: {unlogged} redirects went on before their click was stored");
    }
    Ok(())
}
