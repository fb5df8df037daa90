//! What each resource did, and in which hours of the week.

use super::spread::{self, Spread};
use super::summary::busy;
use super::week::{HOUR, Week, by_hour, hour_of_week};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use std::collections::BTreeSet;

/// A resource counts as on duty in an hour of the week when it was seen at work then in this share of its weeks.
const ON_DUTY_FROM: f64 = 0.1;

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Workload {
    pub resource: String,
    pub rows: usize,
    pub cases: usize,
    pub activities: usize,
    /// first start and last end [us since 1970-01-01T00:00Z]
    pub first: i64,
    pub last: i64,
    /// time with at least one task [h]
    pub busy: f64,
    /// time of all tasks added up, over `busy`: 1 when it never does two at once
    pub at_once: f64,
    /// from start to end of a task
    pub processing: Spread,
    /// time with at least one task by hour of the week, UTC [h]
    pub by_hour_of_week: Week<f64>,
}

/// All resources, the busiest first.
pub fn workload(log: &EventLog) -> Vec<Workload> {
    let rows = rows_of_resources(log);
    let mut list: Vec<Workload> = rows
        .iter()
        .enumerate()
        .map(|(resource, rows)| {
            let times = || rows.iter().map(|&row| (log.start[row], log.end[row]));
            let mut durations: Vec<i64> = times().map(|(start, end)| end - start).collect();
            let processing = Spread::of(&mut durations);
            let busy = busy(times()) as f64 / spread::HOUR;
            let mut by_hour_of_week = Week::default();
            let mut until = UNKNOWN;
            for (start, end) in times() {
                by_hour(start.max(until), end, |h, length| {
                    by_hour_of_week.0[h] += length as f64 / spread::HOUR
                });
                until = until.max(end);
            }
            Workload {
                resource: log.resources.name(resource as u32).to_owned(),
                rows: rows.len(),
                cases: rows.iter().map(|&row| log.case[row]).collect::<BTreeSet<_>>().len(),
                activities: rows.iter().map(|&row| log.activity[row]).collect::<BTreeSet<_>>().len(),
                first: times().next().map_or(UNKNOWN, |t| t.0),
                last: times().map(|t| t.1).max().unwrap_or(UNKNOWN),
                busy,
                at_once: processing.total / busy,
                processing,
                by_hour_of_week,
            }
        })
        .collect();
    list.sort_by(|a, b| b.busy.total_cmp(&a.busy).then(b.rows.cmp(&a.rows)));
    list
}

/// The hours of the week in which each resource is on duty, as far as its work shows. A resource seen in fewer than
/// `MIN_WEEKS` weeks takes the hours of all.
pub(super) fn on_duty(log: &EventLog) -> Vec<Week<bool>> {
    const MIN_WEEKS: usize = 4;
    let rows = rows_of_resources(log);
    let everyone = seen_hours(log, rows.iter().flatten().copied()).0;
    let own = rows.iter().map(|rows| seen_hours(log, rows.iter().copied()));
    own.map(|(hours, weeks)| if weeks >= MIN_WEEKS { hours } else { everyone.clone() }).collect()
}

/// The hours of the week in which anybody is on duty; all of them when nothing was ever seen.
pub(super) fn opening_hours(log: &EventLog) -> Week<bool> {
    let known = |&row: &usize| log.start[row] != UNKNOWN && log.end[row] != UNKNOWN;
    let (hours, _) = seen_hours(log, (0..log.len()).filter(known));
    if hours.0.contains(&true) { hours } else { Week([true; 168]) }
}

/// Hours of the week in which these rows show somebody at work, and the number of weeks that they lie in.
fn seen_hours(log: &EventLog, rows: impl Iterator<Item = usize>) -> (Week<bool>, usize) {
    const WEEK: i64 = 168 * HOUR;
    let mut seen: Vec<(usize, i64)> = Vec::new();
    for row in rows {
        let (start, end) = (log.start[row], log.end[row]);
        // Long tasks pause at night: their ends say when someone was there, what lies between does not.
        let inside = if end - start <= 8 * HOUR { (end - start) / HOUR } else { 0 };
        seen.extend(
            (0..=inside)
                .map(|k| start + k * HOUR)
                .chain([end])
                .map(|at| (hour_of_week(at), at.div_euclid(WEEK))),
        );
    }
    seen.sort_unstable();
    seen.dedup();
    let weeks = seen.iter().map(|s| s.1).collect::<BTreeSet<_>>().len();
    let mut counts = Week::<usize>::default();
    seen.iter().for_each(|s| counts.0[s.0] += 1);
    (Week(counts.0.map(|n| n > 0 && n as f64 >= ON_DUTY_FROM * weeks as f64)), weeks)
}

/// The rows of each resource that have both instants, by start.
pub(super) fn rows_of_resources(log: &EventLog) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); log.resources.len()];
    for row in 0..log.len() {
        let known = log.start[row] != UNKNOWN && log.end[row] != UNKNOWN;
        if log.resource[row] != NONE && known {
            rows[log.resource[row] as usize].push(row);
        }
    }
    rows.iter_mut().for_each(|rows| rows.sort_by_key(|&row| (log.start[row], log.end[row], row)));
    rows
}
