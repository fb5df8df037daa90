//! The directly-follows graph: which activity came right after which, how often, and how long that took.
//!
//! "After" is the order of a sorted log: by start, then end, then source. The waiting of a step is the time from the
//! end of the row before it to its own start, zero when the two overlap.

use super::sample::traces;
use super::spread::Spread;
use crate::eventlog::{EventLog, UNKNOWN};

/// Above so many cells the counts are kept sorted instead of in a matrix.
const MAX_CELLS: usize = 1 << 24;

/// How often and how long, without names: the part that must be fast.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// activities, the length of all lists below
    pub n: usize,
    /// rows of each activity
    pub rows: Vec<u32>,
    /// cases that start with each activity
    pub starts: Vec<u32>,
    /// cases that end with each activity
    pub ends: Vec<u32>,
    /// (from, to, count, total waiting [us]) of each pair that occurs, ascending
    pub edges: Vec<(u32, u32, u32, f64)>,
}

/// Counts and total waiting in one pass over the rows.
pub fn counts(log: &EventLog) -> Counts {
    let n = log.activities.len();
    let (mut rows, mut starts, mut ends) = (vec![0; n], vec![0; n], vec![0; n]);
    if let (Some(&first), Some(&last)) = (log.activity.first(), log.activity.last()) {
        starts[first as usize] += 1;
        ends[last as usize] += 1;
    }
    log.activity.iter().for_each(|&a| rows[a as usize] += 1);
    let pairs = log
        .activity
        .windows(2)
        .zip(log.case.windows(2))
        .zip(log.end.iter().zip(&log.start[1.min(log.len())..]));
    let mut edges = Vec::new();
    if n * n <= MAX_CELLS {
        let mut cells = vec![(0u32, 0f64); n * n];
        for ((activity, case), (&end, &start)) in pairs {
            if case[0] == case[1] {
                let cell = &mut cells[activity[0] as usize * n + activity[1] as usize];
                cell.0 += 1;
                cell.1 += waiting(end, start) as f64;
            } else {
                ends[activity[0] as usize] += 1;
                starts[activity[1] as usize] += 1;
            }
        }
        let used = cells.iter().enumerate().filter(|(_, cell)| cell.0 > 0);
        edges.extend(used.map(|(i, cell)| ((i / n) as u32, (i % n) as u32, cell.0, cell.1)));
    } else {
        let mut steps = Vec::with_capacity(log.len());
        for ((activity, case), (&end, &start)) in pairs {
            if case[0] == case[1] {
                steps.push((activity[0], activity[1], waiting(end, start)));
            } else {
                ends[activity[0] as usize] += 1;
                starts[activity[1] as usize] += 1;
            }
        }
        steps.sort_unstable();
        edges.extend(steps.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(|chunk| {
            (chunk[0].0, chunk[0].1, chunk.len() as u32, chunk.iter().map(|s| s.2 as f64).sum())
        }));
    }
    Counts { n, rows, starts, ends, edges }
}

/// The graph with names and the spread of times.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Dfg {
    pub cases: usize,
    /// in the order in which the log names them
    pub activities: Vec<Node>,
    /// the most frequent first
    pub edges: Vec<Edge>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Node {
    pub name: String,
    pub rows: u32,
    /// cases that start here
    pub starts: u32,
    /// cases that end here
    pub ends: u32,
    /// from start to end
    pub processing: Spread,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub count: u32,
    /// from the end of `from` to the start of `to`
    pub waiting: Spread,
}

/// The graph of a log.
pub fn dfg(log: &EventLog) -> Dfg {
    let counts = counts(log);
    let mut processing: Vec<Vec<i64>> = counts.rows.iter().map(|&n| Vec::with_capacity(n as usize)).collect();
    for ((&a, &start), &end) in log.activity.iter().zip(&log.start).zip(&log.end) {
        if start != UNKNOWN && end != UNKNOWN {
            processing[a as usize].push(end - start);
        }
    }
    let mut waits: Vec<Vec<i64>> = counts.edges.iter().map(|e| Vec::with_capacity(e.2 as usize)).collect();
    let n = counts.n;
    let mut table = vec![0; if n * n <= MAX_CELLS { n * n } else { 0 }];
    for (i, e) in counts.edges.iter().enumerate().take(table.len()) {
        table[e.0 as usize * n + e.1 as usize] = i as u32;
    }
    let place = |a: u32, b: u32| match table.get(a as usize * n + b as usize) {
        Some(&i) => i as usize,
        None => counts.edges.partition_point(|e| (e.0, e.1) < (a, b)),
    };
    for row in 1..log.len() {
        if log.case[row] == log.case[row - 1] && log.end[row - 1] != UNKNOWN && log.start[row] != UNKNOWN {
            let wait = waiting(log.end[row - 1], log.start[row]);
            waits[place(log.activity[row - 1], log.activity[row])].push(wait);
        }
    }
    let name = |a: u32| log.activities.name(a).to_owned();
    let activities = processing.iter_mut().enumerate().map(|(a, times)| Node {
        name: name(a as u32),
        rows: counts.rows[a],
        starts: counts.starts[a],
        ends: counts.ends[a],
        processing: Spread::of(times),
    });
    let edges = counts.edges.iter().zip(&mut waits);
    let mut edges: Vec<Edge> = edges
        .map(|(e, waits)| Edge { from: name(e.0), to: name(e.1), count: e.2, waiting: Spread::of(waits) })
        .collect();
    edges.sort_by_key(|e| std::cmp::Reverse(e.count));
    Dfg { cases: traces(log).len(), activities: activities.collect(), edges }
}

/// Zero when unknown or when the rows overlap.
#[inline]
fn waiting(end: i64, start: i64) -> i64 {
    if end == UNKNOWN { 0 } else { start.saturating_sub(end).max(0) }
}
