//! Whole replications: ns per customer or activity, and how many of them a second, without and with rows.
//!
//! Time is that of the processor (of the wall where Linux' `/proc` is not there). A line is the median over rounds; the
//! rounds of all lines are interleaved, so that they share whatever else the machine does. `cargo bench --bench simulate -- mm1` runs the lines whose name contains `mm1`;
//! `--once NAME` runs one replication of one line (see instructions.py).

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads files and the clock"
)]

use std::time::Instant;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::sim::{RunOptions, Runner};

mod shared;
use shared::{arm, on_cpu};

#[path = "../tests/it/build.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod build;
use build::*;
use turnaround::activity::*;
use turnaround::model::*;

/// Two shifts of technicians, bays, clerks and towing; diagnosis, rework, a choice of repairs with mechanic and bay.
fn garage(weeks: f64) -> Build {
    let mut b = Build::new(0.0, weeks * 604_800.0, 0.0).bin(604_800.0);
    let day: Vec<_> = (0..7).map(|d| (f64::from(d) * 24.0 + 6.0, f64::from(d) * 24.0 + 14.0)).collect();
    let late: Vec<_> = (0..7).map(|d| (f64::from(d) * 24.0 + 14.0, f64::from(d) * 24.0 + 22.0)).collect();
    let (day, late) = (b.calendar("day", &day), b.calendar("late", &late));
    let mut crews = vec![b.crew("early", 9), b.crew("late", 8)];
    crews[0].calendar = Some(day);
    crews[1].calendar = Some(late);
    let technicians = b.team_of("technicians", crews.clone(), Dispatch::Fifo);
    crews.iter_mut().for_each(|crew| crew.count = 3);
    let clerks = b.team_of("clerks", crews, Dispatch::Priority);
    let (bays, dispatchers) = (b.team("bays", 10), b.team("dispatchers", 3));
    let p = b.process("repair");
    let minutes = |m: f64, cv: f64| law("lognormal", &[("mean", m * 60.0), ("cv", cv)]);
    let to = |p: f64, to| Branch { when: When::Chance(p), to };
    let end = b.end(p);
    let test = {
        let mut test = task(technicians, minutes(30.0, 0.3));
        test.off_shift = OffShift::Pause;
        let retry = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
        let id = b.step(p, "test", Activity::Task(test), Some(retry));
        (id, retry)
    };
    let repair = |b: &mut Build, name: &str, time: f64| {
        let mut work = task(technicians, minutes(time, 0.8));
        work.needs.push(need(bays));
        work.off_shift = OffShift::Pause;
        b.step(p, name, Activity::Task(work), Some(test.0))
    };
    let small = repair(&mut b, "small", 60.0);
    let middle = repair(&mut b, "middle", 120.0);
    let large = repair(&mut b, "large", 300.0);
    let choose = Choose { branches: vec![to(0.5, small), to(0.35, middle), to(0.15, large)] };
    let choose = b.step(p, "which", Activity::Choose(choose), None);
    let retry = Choose { branches: vec![to(0.1, choose), to(0.9, end)] };
    b.model.steps[test.1].activity = Activity::Choose(retry);
    let part = b.step(p, "part", Activity::Task(task(clerks, minutes(12.0, 0.5))), Some(choose));
    let needs_part = Choose { branches: vec![to(0.6, part), to(0.4, choose)] };
    let needs_part = b.step(p, "part needed", Activity::Choose(needs_part), None);
    let mut diagnose = task(technicians, minutes(45.0, 1.0));
    diagnose.off_shift = OffShift::Pause;
    let diagnose = b.step(p, "diagnose", Activity::Task(diagnose), Some(needs_part));
    let tow = Delay { until: DelayUntil::Elapsed(Amount::Law(minutes(75.0, 0.6))), recorded: true };
    let tow = b.step(p, "tow", Activity::Delay(tow), Some(diagnose));
    b.step(p, "report", Activity::Task(task(dispatchers, minutes(6.0, 0.4))), Some(tow));
    b.arrivals("calls", p, exponential(86_400.0 / 34.0));
    b.measure(Measure::Case(p, Sampled::CycleTime));
    b.measure(Measure::Busy(technicians));
    b
}

/// A queue without chance: what is left of M/M/1 when nothing is drawn and every event comes where one expects it.
fn queue_without_chance() -> Model {
    let hour = 3_600.0;
    let mut b = Build::new(2_000.0 * hour, 20_000.0 * hour, 0.0).bin(1_000.0 * hour);
    let server = b.team("server", 1);
    let p = b.process("visit");
    let end = b.end(p);
    b.step(p, "serve", Activity::Task(task(server, constant(hour))), Some(end));
    b.arrivals("customers", p, constant(1.1 * hour));
    for what in [Sampled::CycleTime, Sampled::Waiting] {
        b.measure(Measure::Case(p, what));
    }
    b.measure(Measure::Busy(server));
    b.measure(Measure::Queue(server));
    b.model
}

/// A line of the table.
struct Line {
    name: String,
    /// What is counted: customers or activities.
    per: fn(&Record) -> u64,
    plan: Plan,
    rows: bool,
}

const ROUNDS: u64 = 21;
/// Replications of a round, so that it has at least this many units.
const UNITS: u64 = 100_000;

fn lines() -> Vec<Line> {
    let customers: fn(&Record) -> u64 = |record| record.n_ended;
    let activities: fn(&Record) -> u64 = |record| record.n_activities;
    let models = [
        ("mm1", arm("theory/mm1.toml", "before"), customers),
        ("queue without chance", queue_without_chance(), customers),
        ("machine_repair", arm("theory/machine_repair.toml", "before"), activities),
        ("garage", garage(100.0).model, activities),
        ("bus before", arm("bus/scenario.toml", "before"), activities),
        ("bus after", arm("bus/scenario.toml", "after"), activities),
    ];
    let line = |(name, model, per): &(&str, Model, _), rows: bool| Line {
        name: if rows { format!("{name} with rows") } else { (*name).to_owned() },
        per: *per,
        plan: Plan::compile(model),
        rows,
    };
    models.iter().flat_map(|m| [line(m, false), line(m, true)]).collect()
}

/// One replication, for a program that counts instructions: says how many activities and events it had.
fn once(line: &Line) {
    let options = RunOptions { rows: line.rows, ..RunOptions::default() };
    let record = Runner::new(&line.plan).run(Key::new(1, 0), options);
    println!("{} {}", record.n_activities, record.n_events);
}

fn main() {
    let start = Instant::now();
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let mut lines = lines();
    if std::env::args().any(|a| a == "--once") {
        lines.retain(|line| wanted.contains(&line.name));
        return lines.iter().for_each(once);
    }
    lines.retain(|line| wanted.is_empty() || wanted.iter().any(|w| line.name.contains(w.as_str())));
    let mut runners: Vec<_> = lines.iter().map(|line| (Runner::new(&line.plan), Record::default())).collect();
    let mut results: Vec<_> = lines.iter().map(|line| (Vec::new(), line)).collect();
    for round in 0..ROUNDS {
        for ((runner, record), (times, line)) in runners.iter_mut().zip(&mut results) {
            let (mut n, before) = (0, on_cpu(start));
            while n < UNITS {
                let options = RunOptions { rows: line.rows, ..RunOptions::default() };
                runner.run_into(Key::new(1, round), options, record);
                n += (line.per)(record).max(1);
            }
            times.push((on_cpu(start) - before) / n as f64);
        }
    }
    println!("{:28} {:>10} {:>14} {:>16}", "", "ns each", "million/s", "ms/replication");
    for ((_, record), (times, line)) in runners.iter().zip(&mut results) {
        times.sort_by(f64::total_cmp);
        let ns = times[times.len() / 2];
        let replication = ns * (line.per)(record) as f64 * 1e-6;
        println!("{:28} {ns:>10.1} {:>14.2} {replication:>16.2}", line.name, 1e3 / ns);
    }
}
