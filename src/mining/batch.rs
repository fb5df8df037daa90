//! Work done in batches: one resource does one activity for several cases in one go, all of which were waiting when
//! the first began (Martin, Pufahl and Mannhardt, "Detection of batch activities from event logs", Information
//! Systems 95 (2021)).
//!
//! Work that is done one after the other may simply have queued. It is a batch only when it was collected: the
//! resource was on duty and free for some of the time in which the first of it waited.

use super::week::{Week, by_hour};
use super::workload::{on_duty, rows_of_resources};
use crate::eventlog::{EventLog, UNKNOWN};
use std::collections::BTreeMap;

/// Share of the first waiting in which a resource that collects is free.
const FREE_FROM: f64 = 0.1;

/// How the instances of a batch lie in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// all start and end together
    Parallel,
    /// one begins where the one before it ends
    Sequential,
    /// they overlap
    Concurrent,
}

/// Rows that were done as one batch, by start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub shape: Shape,
    pub rows: Vec<usize>,
}

/// The batches of an activity.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Batching {
    pub activity: String,
    pub shape: Shape,
    pub batches: usize,
    /// rows in batches
    pub rows: usize,
    /// of all rows of the activity
    pub share: f64,
    pub mean_size: f64,
    pub largest: usize,
}

/// All batches of at least `min_size` rows of distinct cases; `enabled` as from [`enabled`](super::enabled()). Rows
/// that take no time are no work and form none.
pub fn batches(log: &EventLog, enabled: &[i64], min_size: usize) -> Vec<Batch> {
    let mut found = Vec::new();
    for (all, duty) in rows_of_resources(log).into_iter().zip(on_duty(log)) {
        let mut by_activity: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for &row in all.iter().filter(|&&row| log.end[row] > log.start[row]) {
            by_activity.entry(log.activity[row]).or_default().push(row);
        }
        for rows in by_activity.values() {
            let mut from = 0;
            let mut until = UNKNOWN;
            for i in 0..=rows.len() {
                let goes_on = rows.get(i).is_some_and(|&row| {
                    let first = rows[from];
                    let together = (log.start[row], log.end[row]) == (log.start[first], log.end[first]);
                    log.start[row] <= until
                        && enabled[row] <= log.start[first]
                        && (enabled[row] < log.start[row] || together)
                        && rows[from..i].iter().all(|&r| log.case[r] != log.case[row])
                });
                if goes_on {
                    until = until.max(log.end[rows[i]]);
                    continue;
                }
                if i - from >= min_size {
                    let batch = Batch { shape: shape(log, &rows[from..i]), rows: rows[from..i].to_vec() };
                    if batch.shape == Shape::Parallel || collected(log, enabled, &batch.rows, &all, &duty) {
                        found.push(batch);
                    }
                }
                if let Some(&row) = rows.get(i) {
                    (from, until) = (i, log.end[row]);
                }
            }
        }
    }
    found
}

/// Batches by activity and shape, the most rows first.
pub fn batching(log: &EventLog, batches: &[Batch]) -> Vec<Batching> {
    let mut groups: BTreeMap<(u32, Shape), Vec<usize>> = BTreeMap::new();
    for batch in batches {
        groups.entry((log.activity[batch.rows[0]], batch.shape)).or_default().push(batch.rows.len());
    }
    let mut list: Vec<Batching> = groups
        .into_iter()
        .map(|((activity, shape), sizes)| {
            let rows: usize = sizes.iter().sum();
            let all = log.activity.iter().filter(|&&a| a == activity).count();
            Batching {
                activity: log.activities.name(activity).to_owned(),
                shape,
                batches: sizes.len(),
                rows,
                share: rows as f64 / all as f64,
                mean_size: rows as f64 / sizes.len() as f64,
                largest: sizes.into_iter().max().unwrap_or(0),
            }
        })
        .collect();
    list.sort_by_key(|b| std::cmp::Reverse(b.rows));
    list
}

/// Whether the resource, whose rows are `all`, was free and on duty while the first of the batch waited.
fn collected(log: &EventLog, enabled: &[i64], batch: &[usize], all: &[usize], duty: &Week<bool>) -> bool {
    let to = log.start[batch[0]];
    let from = batch.iter().map(|&row| enabled[row]).min().unwrap_or(to);
    let before = &all[..all.partition_point(|&row| log.start[row] < to)];
    let mut free = 0;
    let mut until = from;
    let mut idle =
        |a: i64, b: i64| by_hour(a, b, |hour, length| free += if duty.0[hour] { length } else { 0 });
    for &row in before.iter().filter(|&&row| log.end[row] > from) {
        idle(until, log.start[row]);
        until = until.max(log.end[row]);
    }
    idle(until, to);
    free as f64 > FREE_FROM * (to - from) as f64
}

fn shape(log: &EventLog, rows: &[usize]) -> Shape {
    let times = |row: usize| (log.start[row], log.end[row]);
    if rows.iter().all(|&row| times(row) == times(rows[0])) {
        Shape::Parallel
    } else if rows.windows(2).all(|w| log.start[w[1]] == log.end[w[0]]) {
        Shape::Sequential
    } else {
        Shape::Concurrent
    }
}
