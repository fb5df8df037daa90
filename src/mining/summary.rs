//! A log at a glance: sizes, times of cases, arrivals, rework.

use super::sample::{earliest, latest, traces};
use super::spread::{HOUR, Spread};
use super::variants::grouped;
use super::week::{Week, hour_of_week};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::stats::describe::{mean, sd};

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Summary {
    pub cases: usize,
    /// activity instances
    pub rows: usize,
    pub activities: usize,
    pub resources: usize,
    pub teams: usize,
    pub variants: usize,
    /// first and last instant [us since 1970-01-01T00:00Z]
    pub first: i64,
    pub last: i64,
    pub rows_per_case: f64,
    /// rows of which the end, or any instant, is not known
    pub open_rows: usize,
    /// rows without a resource
    pub rows_without_resource: usize,
    /// rows that take no time: with a log of completions only, all
    pub instant_rows: usize,
    /// from the first start to the last end of a case
    pub cycle: Spread,
    /// time of a case in which someone worked on it
    pub processing: Spread,
    /// the rest of its cycle time
    pub waiting: Spread,
    pub arrivals: Arrivals,
    /// activities that a case repeats, the most repeated first
    pub rework: Vec<Rework>,
}

/// When cases start.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Arrivals {
    /// [1/day] over the time between the first and the last arrival
    pub per_day: f64,
    /// coefficient of variation of the gaps between arrivals; 1 for a Poisson process
    pub gap_cv: f64,
    /// arrivals by hour of the week, UTC
    pub by_hour_of_week: Week<u32>,
}

/// An activity that is done more than once in a case.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Rework {
    pub activity: String,
    /// cases with the activity
    pub cases: usize,
    /// cases that do it more than once
    pub repeating: usize,
    /// rows beyond the first of each case
    pub repeats: usize,
    /// of these, rows right after a row of the same activity
    pub immediate: usize,
    /// time that the repeats took [h]
    pub processing: f64,
}

pub fn summary(log: &EventLog) -> Summary {
    let ranges = traces(log);
    let (mut cycle, mut processing, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
    for range in &ranges {
        let all = latest(log, range.clone()).saturating_sub(earliest(log, range.clone()));
        let worked = busy(range.clone().map(|row| (log.start[row], log.end[row])));
        cycle.push(all);
        processing.push(worked);
        waiting.push(all - worked);
    }
    let whole = 0..log.len();
    Summary {
        cases: ranges.len(),
        rows: log.len(),
        activities: log.activities.len(),
        resources: log.resources.len(),
        teams: log.teams.len(),
        variants: grouped(log).len(),
        first: earliest(log, whole.clone()),
        last: latest(log, whole),
        rows_per_case: log.len() as f64 / ranges.len() as f64,
        open_rows: log.end.iter().filter(|&&t| t == UNKNOWN).count(),
        rows_without_resource: log.resource.iter().filter(|&&r| r == NONE).count(),
        instant_rows: log.start.iter().zip(&log.end).filter(|(s, e)| s == e).count(),
        cycle: Spread::of(&mut cycle),
        processing: Spread::of(&mut processing),
        waiting: Spread::of(&mut waiting),
        arrivals: arrivals(log),
        rework: rework(log),
    }
}

pub fn arrivals(log: &EventLog) -> Arrivals {
    let mut starts: Vec<i64> = traces(log).into_iter().map(|r| earliest(log, r)).collect();
    starts.retain(|&t| t != UNKNOWN);
    starts.sort_unstable();
    let gaps: Vec<f64> = starts.windows(2).map(|w| (w[1] - w[0]) as f64 / HOUR).collect();
    let mut by_hour_of_week = Week::default();
    starts.iter().for_each(|&t| by_hour_of_week.0[hour_of_week(t)] += 1);
    Arrivals { per_day: 24.0 / mean(&gaps), gap_cv: sd(&gaps) / mean(&gaps), by_hour_of_week }
}

pub fn rework(log: &EventLog) -> Vec<Rework> {
    let n = log.activities.len();
    let empty = |a: u32| Rework {
        activity: log.activities.name(a).to_owned(),
        cases: 0,
        repeating: 0,
        repeats: 0,
        immediate: 0,
        processing: 0.0,
    };
    let mut list: Vec<Rework> = (0..n as u32).map(empty).collect();
    let mut seen = vec![0usize; n];
    for range in traces(log) {
        for row in range.clone() {
            let a = log.activity[row] as usize;
            seen[a] += 1;
            match seen[a] {
                1 => list[a].cases += 1,
                2 => list[a].repeating += 1,
                _ => {}
            }
            if seen[a] > 1 {
                list[a].repeats += 1;
                list[a].immediate += usize::from(log.activity[row - 1] as usize == a);
                list[a].processing += duration(log, row) as f64 / HOUR;
            }
        }
        range.for_each(|row| seen[log.activity[row] as usize] = 0);
    }
    list.retain(|r| r.repeats > 0);
    list.sort_by_key(|r| std::cmp::Reverse(r.repeats));
    list
}

/// From start to end [us]; 0 when not known.
pub(super) fn duration(log: &EventLog, row: usize) -> i64 {
    if log.start[row] == UNKNOWN || log.end[row] == UNKNOWN { 0 } else { log.end[row] - log.start[row] }
}

/// Length of the union of intervals that are sorted by their starts.
pub(super) fn busy(intervals: impl Iterator<Item = (i64, i64)>) -> i64 {
    let (mut total, mut until) = (0, UNKNOWN);
    for (start, end) in intervals.filter(|&(s, e)| s != UNKNOWN && e != UNKNOWN) {
        total += (end - start.max(until)).max(0);
        until = until.max(end);
    }
    total
}
