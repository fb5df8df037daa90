//! When work could first have begun: as the log says, or else the end of the work that came before it.
//!
//! Two activities are concurrent when they overlap in at least three quarters of the cases that have both (the
//! oracle of Chapela-Campa and Dumas, "Enhancing business process simulation models with extraneous activity
//! delays", Information Systems 122 (2024)). Work waits for the latest end, before its start, of an activity
//! that is not concurrent with it; the first work of a case for nothing.

use super::sample::{earliest, traces};
use crate::eventlog::{EventLog, UNKNOWN};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Range;

/// Share of the cases with both activities in which they overlap.
const CONCURRENT_FROM: f64 = 0.75;

/// The instant at which each row was enabled; unknown where its start is.
pub fn enabled(log: &EventLog) -> Vec<i64> {
    let concurrent = concurrent(log);
    let mut enabled = log.enabled.clone();
    // When each activity ended last, by activity and by instant.
    let mut latest: BTreeMap<u32, i64> = BTreeMap::new();
    let mut by_end: BTreeSet<(i64, u32)> = BTreeSet::new();
    for range in traces(log) {
        let first = earliest(log, range.clone());
        latest.clear();
        by_end.clear();
        let mut running: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::new();
        for row in range {
            let (activity, start, end) = (log.activity[row], log.start[row], log.end[row]);
            if start == UNKNOWN {
                continue;
            }
            while let Some(&Reverse((ended, other))) = running.peek().filter(|r| r.0.0 <= start) {
                running.pop();
                if let Some(earlier) = latest.insert(other, ended) {
                    by_end.remove(&(earlier, other));
                }
                by_end.insert((ended, other));
            }
            if enabled[row] == UNKNOWN {
                let before = by_end.iter().rev().find(|(_, other)| !are(&concurrent, activity, *other));
                enabled[row] = before.map_or(first, |(ended, _)| *ended);
            }
            if end != UNKNOWN {
                running.push(Reverse((end, activity)));
            }
        }
    }
    enabled
}

/// With more activities than this under way at once, a case says nothing about two of them.
const MOST_AT_ONCE: usize = 1_000;

/// Pairs of concurrent activities (a, b), a < b, ascending. Cases in which more than 1,000 activities overlap at one moment
/// have no say.
pub fn concurrent(log: &EventLog) -> Vec<(u32, u32)> {
    let ranges = traces(log);
    // Each pair once for each case in which it overlaps.
    let mut overlaps: Vec<(u32, u32)> = Vec::new();
    let mut cases: Vec<Vec<u32>> = vec![Vec::new(); log.activities.len()];
    for (case, range) in (0u32..).zip(&ranges) {
        for row in range.clone() {
            let list = &mut cases[log.activity[row] as usize];
            if list.last() != Some(&case) {
                list.push(case);
            }
        }
        overlaps.extend(overlapping(log, range.clone()));
    }
    overlaps.sort_unstable();
    let pairs = overlaps.chunk_by(|x, y| x == y);
    let share = |pair: &&[(u32, u32)]| {
        let both = common(&cases[pair[0].0 as usize], &cases[pair[0].1 as usize]);
        pair.len() as f64 >= CONCURRENT_FROM * both as f64
    };
    pairs.filter(share).map(|pair| pair[0]).collect()
}

/// Whether two activities are in a list of concurrent pairs.
pub fn are(concurrent: &[(u32, u32)], a: u32, b: u32) -> bool {
    concurrent.binary_search(&(a.min(b), a.max(b))).is_ok()
}

/// Pairs of activities (a < b) whose rows overlap in time, each once.
fn overlapping(log: &EventLog, rows: Range<usize>) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    // What is under way: when each row ends, and how many rows of each activity.
    let mut ends: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::new();
    let mut running: BTreeMap<u32, usize> = BTreeMap::new();
    for row in rows.filter(|&row| log.start[row] != UNKNOWN && log.end[row] > log.start[row]) {
        while let Some(&Reverse((_, ended))) = ends.peek().filter(|r| r.0.0 <= log.start[row]) {
            ends.pop();
            if let Some(n) = running.get_mut(&ended) {
                *n -= 1;
                if *n == 0 {
                    running.remove(&ended);
                }
            }
        }
        let activity = log.activity[row];
        pairs.extend(running.keys().filter(|&&a| a != activity).map(|&a| (a.min(activity), a.max(activity))));
        ends.push(Reverse((log.end[row], activity)));
        *running.entry(activity).or_default() += 1;
        if running.len() > MOST_AT_ONCE {
            return BTreeSet::new();
        }
    }
    pairs
}

/// How many numbers two ascending lists share.
fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|x| b.binary_search(x).is_ok()).count()
}
