//! Waiting that neither busy nor absent people explain: for a customer, for a letter, for nobody knows what. It becomes a timer
//! before the activity (Chapela-Campa and Dumas, Information Systems 122 (2024)).

use super::durations::{duty_of, fitted};
use super::duty::Duty;
use super::pools::Pools;
use crate::dist::Fit;
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::mining::workload::rows_of_resources;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How the time of a timer is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delays {
    /// there are none
    Never,
    /// in hours of duty
    Working,
    /// by the clock
    Elapsed,
}

/// A timer before an activity.
#[derive(Clone, Debug, PartialEq)]
pub struct Timer {
    pub fit: Fit,
    /// hours that count; by the clock when absent
    pub duty: Option<Duty>,
    /// mean over all rows [s]
    pub mean: f64,
    /// share of the rows with any
    pub share: f64,
}

/// Less than this share of the rows wait, or less time than this share of work and waiting: no timer.
const WORTH: f64 = 0.05;
/// Shorter waits are none [s].
const INSTANT: f64 = 60.0;
/// Shorter pauses between two pieces of work do not make anybody idle [us].
const IDLE: i64 = 1_000_000;

/// The timer of each activity; `enabled` as from [`enabled`](crate::mining::enabled()).
pub fn timers(
    log: &EventLog,
    pools: &Pools,
    enabled: &[i64],
    net: &[f64],
    delays: Delays,
) -> Vec<Option<Timer>> {
    if delays == Delays::Never {
        return vec![None; log.activities.len()];
    }
    let waits = unexplained(log, pools, enabled, delays);
    let mut by: Vec<(Vec<f64>, f64, Option<usize>)> = vec![(Vec::new(), 0.0, None); log.activities.len()];
    for row in (0..log.len()).filter(|&row| waits[row].is_finite()) {
        let part = &mut by[log.activity[row] as usize];
        part.0.push(if waits[row] < INSTANT { 0.0 } else { waits[row] });
        part.1 += if net[row].is_finite() { net[row] } else { 0.0 };
        part.2 = part.2.or(Some(row));
    }
    let each = by.into_iter().enumerate().map(|(activity, (values, work, _))| {
        let n = values.len() as f64;
        let total: f64 = values.iter().sum();
        let share = values.iter().filter(|v| **v > 0.0).count() as f64 / n;
        if values.is_empty() || share < WORTH || total < WORTH * (total + work) {
            return None;
        }
        let duty = match delays {
            Delays::Working => pools.of_activity[activity].and_then(|p| usual_duty(pools, p)),
            _ => None,
        };
        Some(Timer { fit: fitted(&values)?, duty, mean: total / n, share })
    });
    each.collect()
}

/// The hours of the largest crew of a team.
pub(super) fn usual_duty(pools: &Pools, pool: usize) -> Option<Duty> {
    let crews = &pools.list[pool].crews;
    crews.iter().rev().max_by_key(|c| c.members)?.duty.clone()
}

/// How long each row waited for something else than people [s]; NaN where that is not known.
///
/// Up to the last moment at which who did it was idle the work cannot have been there to do. If other work came after that moment, it
/// became ready somewhere during that work: half of it counts. Where who did it was never idle, or off duty, the row waited for people
/// only.
fn unexplained(log: &EventLog, pools: &Pools, enabled: &[i64], delays: Delays) -> Vec<f64> {
    let mut waits = vec![f64::NAN; log.len()];
    let known = |row: usize| enabled[row] != UNKNOWN && log.start[row] != UNKNOWN;
    let length = |row: usize, from: i64, to: i64| match delays {
        Delays::Working => on_duty(log, pools, row, from, to),
        _ => to - from,
    };
    for row in (0..log.len()).filter(|&row| log.resource[row] == NONE && known(row)) {
        waits[row] = length(row, enabled[row], log.start[row].max(enabled[row])) as f64 * 1e-6;
    }
    let idle = idle_until(log, pools, enabled);
    for row in (0..log.len()).filter(|&row| log.resource[row] != NONE && known(row)) {
        let (from, to) = (enabled[row], log.start[row]);
        waits[row] = idle[row].map_or(0.0, |until| {
            (length(row, from, until) as f64 + 0.5 * length(row, until, to) as f64) * 1e-6
        });
    }
    waits
}

/// Time on duty of who did a row [us].
fn on_duty(log: &EventLog, pools: &Pools, row: usize, from: i64, to: i64) -> i64 {
    match duty_of(log, pools, row) {
        Some((duty, _)) => duty.between(from, to),
        None => to - from,
    }
}

/// When each row was ready at the earliest: enabled, and not before whoever did it was idle for the last time. Unknown as `enabled` is.
pub fn ready(log: &EventLog, pools: &Pools, enabled: &[i64]) -> Vec<i64> {
    let idle = idle_until(log, pools, enabled);
    enabled.iter().zip(idle).map(|(from, until)| until.map_or(*from, |until| until.max(*from))).collect()
}

/// The end of the last time, between the enabling and the start of a row, at which who did it was on duty and had nothing to do.
fn idle_until(log: &EventLog, pools: &Pools, enabled: &[i64]) -> Vec<Option<i64>> {
    let mut all = vec![None; log.len()];
    let known = |row: usize| enabled[row] != UNKNOWN && log.start[row] != UNKNOWN;
    for (resource, rows) in rows_of_resources(log).into_iter().enumerate() {
        let places = pools.of_resource[resource].map_or(1, |(p, c)| pools.list[p].crews[c].at_once) as usize;
        // The ends of what goes on at an instant, the earliest first.
        let mut running: BinaryHeap<Reverse<i64>> = BinaryHeap::new();
        let longest = rows.iter().map(|&row| log.end[row] - log.start[row]).max().unwrap_or(0);
        for (i, &row) in rows.iter().enumerate().filter(|(_, row)| known(**row)) {
            let (from, to) = (enabled[row], log.start[row]);
            if from >= to {
                continue;
            }
            let first = rows.partition_point(|&r| log.start[r] < from.saturating_sub(longest));
            let mut at = from;
            let mut idle_until = None;
            let mut look = |at: i64, until: i64| {
                if at < until && on_duty(log, pools, row, at, until) > IDLE {
                    idle_until = Some(until);
                }
            };
            // Idle is who does fewer things than at once possible.
            running.clear();
            for &other in rows[first..i].iter().filter(|&&other| log.end[other] > from) {
                let start = log.start[other].max(from);
                while running.peek().is_some_and(|end| end.0 <= start) {
                    if let (true, Some(end)) = (running.len() == places, running.pop()) {
                        at = end.0;
                    }
                }
                if running.len() < places {
                    look(at, start.min(to));
                }
                running.push(Reverse(log.end[other]));
            }
            while running.len() >= places
                && let Some(end) = running.pop()
            {
                at = end.0;
            }
            look(at, to);
            all[row] = idle_until;
        }
    }
    all
}
