//! Whole replications: ns per customer of M/M/1, and activities a second of a process with gateways, rework and pools.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::sim::{RunOptions, Runner};

#[path = "../tests/it/build.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod build;
use build::*;
use turnaround::activity::*;
use turnaround::model::*;

/// One server at utilisation 0.9; about `n` customers.
fn mm1(n: f64) -> Build {
    let mut b = Build::new(0.0, n / 0.9, 0.0);
    let team = b.team("server", 1);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "serve", Activity::Task(task(team, exponential(1.0))), Some(end));
    b.arrivals("in", p, exponential(1.0 / 0.9));
    b.measure(Measure::Case(p, Sampled::CycleTime));
    b
}

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
    let tow = Delay { until: DelayUntil::Elapsed(Amount::Law(minutes(75.0, 0.6))) };
    let tow = b.step(p, "tow", Activity::Delay(tow), Some(diagnose));
    b.step(p, "report", Activity::Task(task(dispatchers, minutes(6.0, 0.4))), Some(tow));
    b.arrivals("calls", p, exponential(86_400.0 / 34.0));
    b.measure(Measure::Case(p, Sampled::CycleTime));
    b.measure(Measure::Busy(technicians));
    b
}

fn bench(
    c: &mut Criterion,
    name: &str,
    build: &Build,
    per: &str,
    rows: bool,
    count: impl Fn(&Record) -> u64,
) {
    let plan = Plan::compile(&build.model);
    let mut runner = Runner::new(&plan);
    let options = RunOptions { rows, ..RunOptions::default() };
    let mut record = Record::default();
    runner.run_into(Key::new(1, 0), options, &mut record);
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(count(&record))).sample_size(20);
    group.bench_function(per, |b| b.iter(|| runner.run_into(Key::new(1, 0), options, &mut record)));
    group.finish();
}

fn simulate(c: &mut Criterion) {
    let mm1 = mm1(200_000.0);
    bench(c, "M/M/1", &mm1, "customers", false, |r| r.n_ended);
    bench(c, "M/M/1 with rows", &mm1, "customers", true, |r| r.n_ended);
    let garage = garage(300.0);
    bench(c, "garage", &garage, "activities", false, |r| r.n_activities);
    bench(c, "garage with rows", &garage, "activities", true, |r| r.n_activities);
}

criterion_group!(benches, simulate);
criterion_main!(benches);
