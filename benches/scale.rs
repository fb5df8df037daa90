//! What grows and what does not: many replications on one and two threads, the memory of a replication by its length, and how
//! long the program takes to start.
//!
//! `cargo bench --bench scale` (a minute). Times are those of the processor; `-- QUEUES` runs another number of queues than 100.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads files and the clock"
)]

use rayon::prelude::*;
use std::process::Command;
use std::time::Instant;
use turnaround::model::Model;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::sim::{RunOptions, Runner};
use turnaround::units::Duration;

mod shared;
use shared::{arm, on_cpu};

/// M/M/1 for so many customers, in twenty bins, from empty.
fn queue(customers: f64) -> Model {
    let mut model = arm("theory/mm1.toml", "before");
    let window = Duration::from_seconds(customers / 0.9 * 3600.0);
    model.run.window = window;
    model.run.warm_up = turnaround::model::WarmUp::Fixed(Duration::ZERO);
    model.run.bin = Duration::from_ticks(window.ticks() / 20);
    model
}

/// Processor time of all threads, and customers served [s].
fn replicate(plan: &Plan, n: u64, threads: usize) -> (f64, f64, u64) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
    let wall = Instant::now();
    let run = |(runner, record): &mut (Runner, Record), r| {
        let start = (Instant::now(), on_cpu(Instant::now()));
        runner.run_into(Key::new(1, r), RunOptions { max_open: 1_000_000, ..RunOptions::default() }, record);
        ((on_cpu(start.0) - start.1) * 1e-9, record.n_ended)
    };
    let fresh = || (Runner::new(plan), Record::default());
    let each: Vec<(f64, u64)> = pool.install(|| (0..n).into_par_iter().map_init(fresh, run).collect());
    let (cpu, customers) = each.iter().fold((0.0, 0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
    (cpu, wall.elapsed().as_secs_f64(), customers)
}

/// The largest memory that this process has had so far [MB], where `/proc` tells.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kb| kb / 1024.0)
}

fn memory(what: &str, change: impl Fn(&mut Model)) {
    for customers in [1e5, 1e6, 1e7] {
        let mut model = queue(customers);
        change(&mut model);
        let plan = Plan::compile(&model);
        Runner::new(&plan).run(Key::new(1, 0), RunOptions { max_open: 1_000_000, ..RunOptions::default() });
        let Some(peak) = peak() else { return println!("memory is not told here") };
        println!("| memory, {customers:.0e} customers, {what} | {peak:.0} MB at most so far |");
    }
}

fn start_up() {
    let starts = 51;
    let mut times: Vec<f64> = (0..starts)
        .map(|_| {
            let start = Instant::now();
            let done = Command::new(env!("CARGO_BIN_EXE_turnaround")).arg("--version").output();
            assert!(done.expect("the program starts").status.success());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("| `turnaround --version`, median of {starts} | {:.1} ms of the wall |", times[starts / 2]);
}

fn main() {
    let queues = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100);
    println!("| work | measured |\n|---|---|");
    // Memory first: what comes later may have more of it. Means alone, then with a distribution that is charted.
    memory("means", |model| {
        model.design.primary = model.metrics.iter_ids().find(|m| m.1.name == "queue").map(|m| m.0)
    });
    memory("and every wait for its distribution", |_| {});
    start_up();
    let plan = Plan::compile(&queue(1e6));
    for threads in [1, 2] {
        let (cpu, wall, customers) = replicate(&plan, queues, threads);
        let each = cpu * 1e9 / customers as f64;
        println!(
            "| {queues} queues of a million customers on {threads} thread{} | {cpu:.1} s of processors, {each:.0} ns a customer; {wall:.1} s of the wall |",
            if threads == 1 { "" } else { "s" }
        );
    }
}
