//! The benchmarks that there are.

use anyhow::bail;

use crate::{benchmarks, rig::Effort};

/// One benchmark.
pub struct Benchmark {
    /// The word on the command line.
    pub name: &'static str,
    /// What is measured against what.
    pub what: &'static str,
    /// Measures and prints.
    pub run: fn(&Effort) -> anyhow::Result<()>,
}

/// Every benchmark, in the order in which they run.
pub const BENCHMARKS: &[Benchmark] = &[
    benchmarks::redirect::BENCHMARK,
    benchmarks::conversions::BENCHMARK,
    benchmarks::rates::BENCHMARK,
    benchmarks::reports::BENCHMARK,
    benchmarks::attribution::BENCHMARK,
    benchmarks::identity::BENCHMARK,
    benchmarks::memory::BENCHMARK,
];

/// The benchmarks of these names, or all.
pub fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Benchmark>> {
    if names.is_empty() {
        return Ok(BENCHMARKS.iter().collect());
    }
    let find = |name: &String| match BENCHMARKS.iter().find(|one| one.name == name) {
        Some(found) => Ok(found),
        None => {
            let known: Vec<&str> = BENCHMARKS.iter().map(|one| one.name).collect();
            bail!("there is no benchmark `{name}`; there are: {}", known.join(", "))
        }
    };
    names.iter().map(find).collect()
}
