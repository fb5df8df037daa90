//! What grows and what does not: many replications on one and two threads, the memory of a replication by its length, and how
//! long the program takes to start.
//!
//! `cargo bench --bench scale` (half a minute after the build). Times are those of the processor; `-- 10` runs ten queues
//! instead of a hundred.

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

/// M/M/1 for so many customers, from empty, in twenty bins: sums by bin would grow with the length if the bins did not.
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
        assert!(record.stopped.is_none(), "a run was stopped");
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

/// One replication with this metric as the primary, whose distribution is charted if it is one of cases; a process of its own,
/// as memory that was once taken does not come back. Says its peak.
fn one_for_memory(customers: f64, primary: &str) {
    let mut model = queue(customers);
    let id = model.metrics.iter_ids().find(|m| m.1.name == primary).map(|m| m.0);
    model.design.primary = Some(id.expect("a metric of this name"));
    let plan = Plan::compile(&model);
    let record =
        Runner::new(&plan).run(Key::new(1, 0), RunOptions { max_open: 1_000_000, ..RunOptions::default() });
    assert!(record.stopped.is_none(), "the run was stopped");
    println!("{}", peak().map_or_else(|| "not told here".to_owned(), |mb| format!("{mb:.0} MB")));
}

fn memory(what: &str, primary: &str) {
    for customers in ["1e5", "1e6", "1e7"] {
        let program = std::env::current_exe().expect("this program");
        let done = Command::new(program).args(["--memory", customers, primary]).output().expect("it starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let said = String::from_utf8_lossy(&done.stdout);
        println!(
            "| memory of a process with one replication of {customers} customers, {what} | {} |",
            said.trim()
        );
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
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [flag, customers, primary] = &arguments[..]
        && flag == "--memory"
    {
        return one_for_memory(customers.parse().expect("a number"), primary);
    }
    let queues = arguments.first().map_or(100, |n| n.parse().expect("a number of queues"));
    println!("| work | measured |\n|---|---|");
    memory("with means and rates only", "queue");
    memory("with the distribution of waits, which keeps each", "wait");
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
