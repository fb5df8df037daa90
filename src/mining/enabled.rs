//! When work could first have begun: as the log says, or else the end of the work that came before it.
//!
//! Two activities are concurrent when they overlap in at least three quarters of the cases that have both (the
//! oracle of Chapela-Campa and Dumas, "Enhancing business process simulation models with extraneous activity
//! delays", Information Systems 122 (2024)). Work waits for the latest end, before its start, of an activity
//! that is not concurrent with it; the first work of a case for nothing.

use super::sample::{earliest, traces};
use crate::eventlog::{EventLog, UNKNOWN};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

/// Share of the cases with both activities in which they overlap.
const CONCURRENT_FROM: f64 = 0.75;

/// The instant at which each row was enabled; unknown where its start is.
pub fn enabled(log: &EventLog) -> Vec<i64> {
    let concurrent = concurrent(log);
    let mut enabled = log.enabled.clone();
    let mut latest: BTreeMap<u32, i64> = BTreeMap::new();
    for range in traces(log) {
        let first = earliest(log, range.clone());
        latest.clear();
        let mut running: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::new();
        for row in range {
            let (activity, start, end) = (log.activity[row], log.start[row], log.end[row]);
            if start == UNKNOWN {
                continue;
            }
            while let Some(&Reverse((ended, other))) = running.peek().filter(|r| r.0.0 <= start) {
                running.pop();
                latest.insert(other, ended);
            }
            if enabled[row] == UNKNOWN {
                let before = latest.iter().filter(|(other, _)| !are(&concurrent, activity, **other));
                enabled[row] = before.map(|(_, &ended)| ended).max().unwrap_or(first);
            }
            if end != UNKNOWN {
                running.push(Reverse((end, activity)));
            }
        }
    }
    enabled
}

/// Pairs of concurrent activities (a, b), a < b, ascending.
pub fn concurrent(log: &EventLog) -> Vec<(u32, u32)> {
    let ranges = traces(log);
    let mut overlaps: Vec<(u32, u32, u32)> = Vec::new();
    let mut cases: Vec<Vec<u32>> = vec![Vec::new(); log.activities.len()];
    for (case, range) in (0u32..).zip(&ranges) {
        for row in range.clone() {
            let list = &mut cases[log.activity[row] as usize];
            if list.last() != Some(&case) {
                list.push(case);
            }
        }
        overlapping(log, range.clone(), |a, b| overlaps.push((a.min(b), a.max(b), case)));
    }
    overlaps.sort_unstable();
    overlaps.dedup();
    let pairs = overlaps.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1));
    let share = |pair: &&[(u32, u32, u32)]| {
        let both = common(&cases[pair[0].0 as usize], &cases[pair[0].1 as usize]);
        pair.len() as f64 >= CONCURRENT_FROM * both as f64
    };
    pairs.filter(share).map(|pair| (pair[0].0, pair[0].1)).collect()
}

/// Whether two activities are in a list of concurrent pairs.
pub fn are(concurrent: &[(u32, u32)], a: u32, b: u32) -> bool {
    concurrent.binary_search(&(a.min(b), a.max(b))).is_ok()
}

/// Calls `found` for the activities of rows that overlap in time.
fn overlapping(log: &EventLog, rows: Range<usize>, mut found: impl FnMut(u32, u32)) {
    let mut running: Vec<usize> = Vec::new();
    for row in rows.filter(|&row| log.start[row] != UNKNOWN && log.end[row] > log.start[row]) {
        running.retain(|&r| log.end[r] > log.start[row]);
        for &r in running.iter().filter(|&&r| log.activity[r] != log.activity[row]) {
            found(log.activity[r], log.activity[row]);
        }
        running.push(row);
    }
}

/// How many numbers two ascending lists share.
fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|x| b.binary_search(x).is_ok()).count()
}
