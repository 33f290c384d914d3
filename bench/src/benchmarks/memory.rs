//! Resident memory of the server: just started, and after a hundred thousand clicks of different visitors.

use anyhow::Result;

use crate::{
    registry::Benchmark,
    rig::{
        DatabaseKind, Effort,
        database::Place,
        metrics::Metrics,
        process::is_installed,
        samples::number,
        server::Server,
        table::Table,
        world::World,
        wrk::{self, Load, VISITORS},
    },
};

/// The line of the registry.
pub const BENCHMARK: Benchmark =
    Benchmark { name: "memory", what: "resident memory of the server against the mark of 100 MB", run };

/// Clicks after which memory is read again.
const CLICKS: f64 = 100_000.0;
/// What an idle server should stay under.
const MARK_MB: f64 = 100.0;

fn run(effort: &Effort) -> Result<()> {
    let mut table = Table::new(&["case", "idle MB", "of the mark", "clicks", "MB after them"]);
    for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
        let Some(place) = effort.measures(kind).then(|| Place::of(kind)).flatten() else { continue };
        let database = place.fresh()?;
        let world = World::create(&database)?;
        let server = Server::start(&database)?;
        std::thread::sleep(std::time::Duration::from_secs(2));
        let idle = server.resident_mb()?;
        let clicks = if is_installed("wrk") { click(&server, &world)? } else { 0.0 };
        let after =
            if clicks > 0.0 { number(server.resident_mb()?) } else { "NOT RUN: wrk is missing".to_owned() };
        table.row([kind.name().to_owned(), number(idle), number(idle / MARK_MB), number(clicks), after]);
    }
    table.print();
    Ok(())
}

/// Clicks until there are enough; gives how many were stored.
fn click(server: &Server, world: &World) -> Result<f64> {
    let path = world.click_path();
    let mut stored = 0.0;
    for round in 0..60 {
        let arguments = [path.clone(), (round * 4_000_000).to_string()];
        wrk::run(&Load {
            address: server.address,
            path: &path,
            connections: 64,
            seconds: 1,
            script: VISITORS,
            arguments: &arguments,
        })?;
        stored = Metrics::of(server.address)?.sum("merit_touches_total");
        if stored >= CLICKS {
            break;
        }
    }
    Ok(stored)
}
