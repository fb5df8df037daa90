//! Logs and process mining on generated logs: import, the graph of a million rows, the inductive miner on 400 activities, optimal
//! alignments, distances, and discovery of a model.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use turnaround::calibrate::choose;
use turnaround::eventlog::{EventLog, Instance, format};
use turnaround::mining::discover::{Options, discover};
use turnaround::mining::{self, Tree, fidelity};
use turnaround::rng::{Key, Purpose, Stream};

const HOUR: i64 = 3_600_000_000;

fn stream() -> Stream {
    Key::new(1, 0).stream(Purpose::of("mine"), 0, 0)
}

fn below(stream: &mut Stream, n: usize) -> usize {
    (stream.uniform() * n as f64) as usize
}

/// Cases of activities, an hour each.
fn log(activities: usize, traces: impl Iterator<Item = Vec<u32>>) -> EventLog {
    let mut log = EventLog::default();
    (0..activities).for_each(|a| {
        log.activities.intern(&format!("activity {a}"));
    });
    for (c, trace) in traces.enumerate() {
        let case = log.cases.intern(&c.to_string());
        for (k, activity) in trace.into_iter().enumerate() {
            let start = (c as i64 / 10 + k as i64) * HOUR;
            log.push(Instance { case, activity, start, end: start + HOUR / 2, ..Instance::default() });
        }
    }
    log
}

/// 52,500 cases of 20 rows.
fn graph(c: &mut Criterion) {
    let mut bits = stream();
    let log = log(24, (0..52_500).map(|_| (0..20).map(|_| below(&mut bits, 24) as u32).collect()));
    let mut group = c.benchmark_group("graph");
    group.throughput(Throughput::Elements(log.len() as u64)).sample_size(20);
    group.bench_function("counts and means", |b| b.iter(|| black_box(mining::dfg::counts(&log))));
    group.bench_function("with median and P90", |b| b.iter(|| black_box(mining::dfg(&log))));
}

/// 40 blocks of ten activities: in sequence, one of them, in any order, repeated; one row in a hundred is missing.
fn blocks(bits: &mut Stream) -> Vec<u32> {
    let mut trace = Vec::new();
    for block in 0..40 {
        let mut part: Vec<u32> = (0..10).map(|i| block * 10 + i).collect();
        match block % 4 {
            0 => {}
            1 => part = vec![part[below(bits, 10)]],
            2 => (1..10).rev().for_each(|i| part.swap(i, below(bits, i + 1))),
            _ => {
                while bits.uniform() < 0.5 && part.len() < 60 {
                    part.extend_from_within(..10);
                }
            }
        }
        trace.extend(part.into_iter().filter(|_| bits.uniform() > 0.01));
    }
    trace
}

fn inductive(c: &mut Criterion) {
    let mut bits = stream();
    let log = log(400, (0..5_000).map(|_| blocks(&mut bits)));
    let mut group = c.benchmark_group("inductive miner, 400 activities");
    group.sample_size(10);
    for noise in [0.0, 0.2] {
        group.bench_function(format!("noise {noise}"), |b| {
            b.iter(|| black_box(mining::inductive(&log, noise)))
        });
    }
}

/// A thousand different random cases against a model with concurrency and loops.
fn alignments(c: &mut Criterion) {
    let model = "seq('activity 0', and(loop('activity 1', silent), loop('activity 2', silent), \
                 seq(xor('activity 3', silent), and('activity 4', 'activity 5'), xor('activity 6', silent)), \
                 xor(loop('activity 7', 'activity 8'), silent)), xor('activity 9', 'activity 10', 'activity 11'))";
    let mut bits = stream();
    let mut log = log(12, (0..1_000).map(|_| (0..15).map(|_| below(&mut bits, 12) as u32).collect()));
    let tree = Tree::parse(model, &mut log.activities).expect("a tree");
    let mut group = c.benchmark_group("alignments");
    group.throughput(Throughput::Elements(1_000)).sample_size(10);
    group.bench_function("random cases", |b| b.iter(|| black_box(mining::conformance(&log, &tree))));
}

fn distances(c: &mut Criterion) {
    let mut bits = stream();
    let mut draw = || log(12, (0..1_000).map(|_| (0..8).map(|_| below(&mut bits, 12) as u32).collect()));
    let (real, simulated) = (draw(), draw());
    let mut group = c.benchmark_group("fidelity, two logs of 8,000 rows");
    group.sample_size(20);
    group.bench_function("distances", |b| b.iter(|| black_box(fidelity::distances(&real, &simulated))));
    group.bench_function("intervals of 500 samples", |b| {
        b.iter(|| black_box(fidelity::estimates(&real, &simulated, 500, 1, 0.95)));
    });
}

/// A log of 1.05 million events as bytes, read.
fn import(c: &mut Criterion) {
    let mut bits = stream();
    let mut log = log(24, (0..52_500).map(|_| (0..20).map(|_| below(&mut bits, 24) as u32).collect()));
    // Completions only: an event for each row.
    log.start.clone_from(&log.end);
    log.resource = (0..log.len()).map(|i| log.resources.intern(&format!("worker-{}", i % 50))).collect();
    let mut group = c.benchmark_group("import of 1.05 M events");
    group.throughput(Throughput::Elements(log.len() as u64)).sample_size(10);
    for name in ["csv", "xes"] {
        let format = format::by_name(name).expect("a format");
        let mut bytes = Vec::new();
        (format.write)(&log, &mut bytes).expect("memory can be written to");
        let read = || (format.read)(&mut &bytes[..], &format::ReadOptions::default());
        group.bench_function(name, |b| b.iter(|| black_box(read())));
    }
}

/// 7,500 rows of a process with a skip, work side by side and a repetition; five people.
fn discovery(c: &mut Criterion) {
    let mut bits = stream();
    let traces = (0..1_000).map(|_| {
        let mut trace = vec![0, 1];
        trace.extend(if bits.uniform() < 0.5 { [2, 3] } else { [3, 2] });
        while bits.uniform() < 0.6 {
            trace.extend([4, 5]);
        }
        trace.push(6);
        trace
    });
    let mut log = log(7, traces);
    let people: Vec<u32> = (0..5).map(|r| log.resources.intern(&format!("person {r}"))).collect();
    log.resource = (0..log.len()).map(|row| people[row % 5]).collect();
    log.sort();
    let mut group = c.benchmark_group(format!("discovery, {} rows", log.len()));
    group.sample_size(10);
    group.bench_function("one model", |b| {
        b.iter(|| black_box(discover(&log, "bench", "", Options::default())));
    });
    group.bench_function("chosen by distance", |b| b.iter(|| black_box(choose(&log, 5, 1))));
}

criterion_group!(benches, import, graph, inductive, alignments, distances, discovery);
criterion_main!(benches);
