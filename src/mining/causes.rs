//! Why work waits, and where the time of a case goes.
//!
//! The waiting of a row, from enabled to start, is divided as in Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas,
//! "Why am I waiting? Data-driven analysis of waiting times in business processes" (CAiSE 2023): first, for a
//! row in a batch, the time until the last of the batch was enabled (batching); of the rest, the time in which the resource
//! worked on what had been enabled earlier (contention) or later (prioritisation); of what then remains, the
//! time in which the resource was off duty (unavailability); what nothing explains is extraneous.

use super::batch::batches;
use super::clock::WorkingClock;
use super::spread::HOUR;
use super::summary::duration;
use super::week::by_hour;
use super::workload::{on_duty, rows_of_resources};
use crate::eventlog::{EventLog, NONE, UNKNOWN};

/// Waiting by cause [h].
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Causes {
    pub batching: f64,
    pub contention: f64,
    pub prioritisation: f64,
    pub unavailability: f64,
    pub extraneous: f64,
}

impl Causes {
    pub fn total(&self) -> f64 {
        self.batching + self.contention + self.prioritisation + self.unavailability + self.extraneous
    }

    fn add(&mut self, other: &Self) {
        self.batching += other.batching;
        self.contention += other.contention;
        self.prioritisation += other.prioritisation;
        self.unavailability += other.unavailability;
        self.extraneous += other.extraneous;
    }
}

/// What an activity contributes to the time of the cases.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Bottleneck {
    pub activity: String,
    pub rows: usize,
    /// total [h]
    pub processing: f64,
    /// total from enabled to start [h]
    pub waiting: f64,
    /// the same in working time [h]
    pub waiting_working: f64,
    pub causes: Causes,
    /// share of processing and waiting of all rows: work that runs side by side counts as often as it runs
    pub share: f64,
}

/// Activities by their share of the time, the largest first; `enabled` and `causes` as from the functions of these names.
pub fn bottlenecks(
    log: &EventLog,
    enabled: &[i64],
    causes: &[Causes],
    clock: &WorkingClock,
) -> Vec<Bottleneck> {
    let mut list: Vec<Bottleneck> = log
        .activities
        .iter()
        .map(|name| Bottleneck {
            activity: name.to_owned(),
            rows: 0,
            processing: 0.0,
            waiting: 0.0,
            waiting_working: 0.0,
            causes: Causes::default(),
            share: 0.0,
        })
        .collect();
    for row in 0..log.len() {
        let part = &mut list[log.activity[row] as usize];
        part.rows += 1;
        part.processing += duration(log, row) as f64 / HOUR;
        if enabled[row] != UNKNOWN && enabled[row] < log.start[row] {
            part.waiting += (log.start[row] - enabled[row]) as f64 / HOUR;
            part.waiting_working += (clock.at(log.start[row]) - clock.at(enabled[row])) as f64 / HOUR;
        }
        part.causes.add(&causes[row]);
    }
    let total: f64 = list.iter().map(|b| b.processing + b.waiting).sum();
    list.iter_mut().for_each(|b| b.share = (b.processing + b.waiting) / total);
    list.sort_by(|a, b| b.share.total_cmp(&a.share));
    list
}

/// The causes of each row's waiting; `enabled` as from [`enabled`](super::enabled()). Waiting of a row without a resource is
/// extraneous.
pub fn causes(log: &EventLog, enabled: &[i64]) -> Vec<Causes> {
    let mut causes = vec![Causes::default(); log.len()];
    // From when on the rest of the causes explain the waiting.
    let mut ready = enabled.to_vec();
    for batch in batches(log, enabled, 2) {
        let complete = batch.rows.iter().map(|&row| enabled[row]).max().unwrap_or(UNKNOWN);
        for &row in &batch.rows {
            ready[row] = complete.clamp(enabled[row], log.start[row].max(enabled[row]));
            causes[row].batching = (ready[row] - enabled[row]) as f64 / HOUR;
        }
    }
    let duty = on_duty(log);
    for (rows, duty) in rows_of_resources(log).iter().zip(&duty) {
        let longest = rows.iter().map(|&row| log.end[row] - log.start[row]).max().unwrap_or(0);
        for (i, &row) in rows.iter().enumerate() {
            let (from, to) = (ready[row], log.start[row]);
            if from == UNKNOWN || from >= to {
                continue;
            }
            // Tasks that reach into the waiting; none that started longer ago than the longest task takes.
            let first = rows.partition_point(|&r| log.start[r] < from.saturating_sub(longest));
            let mut at = from;
            let idle = |a: i64, b: i64, causes: &mut Causes| {
                by_hour(a, b, |hour, length| {
                    let cause =
                        if duty.0[hour] { &mut causes.extraneous } else { &mut causes.unavailability };
                    *cause += length as f64 / HOUR;
                });
            };
            for &other in &rows[first..i] {
                let (start, end) = (log.start[other].max(at), log.end[other].min(to));
                if start >= end {
                    continue;
                }
                idle(at, start, &mut causes[row]);
                let earlier = enabled[other] <= enabled[row];
                let cause =
                    if earlier { &mut causes[row].contention } else { &mut causes[row].prioritisation };
                *cause += (end - start) as f64 / HOUR;
                at = end;
            }
            idle(at, to, &mut causes[row]);
        }
    }
    for row in (0..log.len()).filter(|&row| log.resource[row] == NONE) {
        causes[row].extraneous = waiting(log, enabled, row) as f64 / HOUR;
    }
    causes
}

/// From enabled to start [us]; 0 when not known.
fn waiting(log: &EventLog, enabled: &[i64], row: usize) -> i64 {
    let known = enabled[row] != UNKNOWN && log.start[row] != UNKNOWN;
    if known { (log.start[row] - enabled[row]).max(0) } else { 0 }
}
