//! Event logs: what is read and mined, in turnaround and in the crate process_mining.

use crate::{Answer, timed};
use process_mining::core::event_data::case_centric::xes::{XESImportOptions, import_xes_path};
use std::fs;
use std::hint::black_box;
use std::path::Path;
use turnaround::eventlog::{EventLog, Instance, format};
use turnaround::mining;
use turnaround::rng::{Key, Purpose, Stream};

const HOUR: i64 = 3_600_000_000;

/// Writes the logs: `big` (1.05 million events), `blocks` (400 activities), `small` (1,000 cases that deviate).
pub fn make(folder: &str) {
    let mut bits = Key::new(1, 0).stream(Purpose::of("mine"), 0, 0);
    let folder = Path::new(folder);
    fs::create_dir_all(folder).expect("a folder");
    let below = |bits: &mut Stream, n: usize| (bits.uniform() * n as f64) as usize;
    let big = log(24, (0..52_500).map(|_| (0..20).map(|_| below(&mut bits, 24) as u32).collect()));
    write(folder, "big", &big, &["csv", "xes"]);
    let blocks = log(400, (0..5_000).map(|_| blocks(&mut bits)));
    write(folder, "blocks", &blocks, &["xes"]);
    let small = log(10, (0..1_000).map(|_| small(&mut bits)));
    write(folder, "small", &small, &["xes"]);
}

fn write(folder: &Path, name: &str, log: &EventLog, kinds: &[&str]) {
    for kind in kinds {
        let format = format::by_name(kind).expect("a format");
        let file = fs::File::create(folder.join(format!("{name}.{kind}"))).expect("a file");
        (format.write)(log, &mut std::io::BufWriter::new(file)).expect("written");
    }
}

/// Cases of activities, an event an hour.
fn log(activities: usize, traces: impl Iterator<Item = Vec<u32>>) -> EventLog {
    let mut log = EventLog::default();
    for a in 0..activities {
        log.activities.intern(&format!("activity {a}"));
    }
    for (c, trace) in traces.enumerate() {
        let case = log.cases.intern(&c.to_string());
        for (k, activity) in trace.into_iter().enumerate() {
            let start = (c as i64 / 10 + k as i64) * HOUR;
            let resource = log.resources.intern(&format!("worker-{}", (c + k) % 50));
            log.push(Instance { case, activity, start, end: start, resource, ..Instance::default() });
        }
    }
    log
}

/// 40 blocks of ten activities: in sequence, one of them, in any order, repeated; one event in a hundred is missing.
fn blocks(bits: &mut Stream) -> Vec<u32> {
    let below = |bits: &mut Stream, n: usize| (bits.uniform() * n as f64) as usize;
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

/// A skip, work side by side, a repetition; one event in ten is another one.
fn small(bits: &mut Stream) -> Vec<u32> {
    let mut trace = vec![0, 1];
    trace.extend(if bits.uniform() < 0.5 { [2, 3] } else { [3, 2] });
    while bits.uniform() < 0.6 {
        trace.extend([4, 5]);
    }
    if bits.uniform() < 0.5 {
        trace.push(6);
    }
    trace.extend([7, 8, 9]);
    for event in &mut trace {
        if bits.uniform() < 0.1 {
            *event = (bits.uniform() * 10.0) as u32;
        }
    }
    trace
}

fn read(file: &str) -> EventLog {
    let kind = Path::new(file).extension().and_then(|e| e.to_str()).expect("an extension");
    let bytes = fs::read(file).expect("a file");
    let format = format::by_name(kind).expect("a format");
    let (mut log, _) = (format.read)(&mut &bytes[..], &format::ReadOptions::default());
    log.sort();
    log
}

/// Reads a log; the answer is the number of cases.
pub fn import(file: &str) -> (f64, Answer) {
    timed(|| {
        let log = read(file);
        Answer { units: log.len() as u64, answer: log.cases.len() as f64 }
    })
}

pub fn import_process_mining(file: &str) -> (f64, Answer) {
    timed(|| {
        let log = import_xes_path(file, XESImportOptions::default()).expect("a log");
        let events = log.traces.iter().map(|t| t.events.len() as u64).sum();
        Answer { units: events, answer: log.traces.len() as f64 }
    })
}

/// How often what follows what, and after what time on average; the answer is the number of arcs.
pub fn graph(file: &str) -> (f64, Answer) {
    const TIMES: u32 = 20;
    let log = read(file);
    let (seconds, answer) = timed(|| {
        let arcs = (0..TIMES).map(|_| black_box(mining::dfg::counts(&log)).edges.len()).max();
        Answer { units: log.len() as u64, answer: arcs.unwrap_or(0) as f64 }
    });
    (seconds / f64::from(TIMES), answer)
}

/// The inductive miner; the answer is the number of activities in the tree.
pub fn inductive(file: &str) -> (f64, Answer) {
    let log = read(file);
    timed(|| {
        let tree = mining::inductive(&log, 0.2);
        Answer { units: log.len() as u64, answer: tree.activities().len() as f64 }
    })
}

/// Optimal alignments with the tree of the inductive miner; the answer is the mean fitness of the cases.
pub fn alignments(file: &str) -> (f64, Answer) {
    let log = read(file);
    let tree = mining::inductive(&log, 0.2);
    timed(|| {
        let conformance = mining::conformance(&log, &tree).expect("alignments");
        Answer { units: log.cases.len() as u64, answer: conformance.mean_fitness }
    })
}
