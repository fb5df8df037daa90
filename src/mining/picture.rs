//! The data of pictures of whole logs: dotted chart, performance spectrum, and what happens over time.

use super::sample::{earliest, latest, traces};
use super::week::{Week, hour_of_week};
use crate::eventlog::{EventLog, NONE, UNKNOWN};

/// One row of the log as a dot of the dotted chart (Song and van der Aalst, 2007).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Dot {
    /// place of the case when cases are ordered by their arrival
    pub case: u32,
    /// start [us since 1970-01-01T00:00Z]
    pub at: i64,
    /// since the start of the case [us]
    pub since: i64,
    /// number of the activity in the log
    pub activity: u32,
}

/// The dots of a log, case by case in order of arrival. Of more than `limit` cases only every k-th is shown.
pub fn dotted(log: &EventLog, limit: usize) -> Vec<Dot> {
    let mut ranges: Vec<_> = traces(log).into_iter().map(|r| (earliest(log, r.clone()), r)).collect();
    ranges.sort_by_key(|(arrival, r)| (*arrival, r.start));
    let step = ranges.len().div_ceil(limit.max(1)).max(1);
    let shown = (0u32..).zip(ranges).step_by(step);
    shown
        .flat_map(|(case, (arrival, range))| {
            let known = range.filter(|&row| log.start[row] != UNKNOWN);
            known.map(move |row| {
                let at = log.start[row];
                Dot { case, at, since: at - arrival, activity: log.activity[row] }
            })
        })
        .collect()
}

/// One passage from an activity to the next, as a line of the performance spectrum (Denisov, Fahland and van der
/// Aalst, BPM 2018).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Passage {
    /// end of the first row [us since 1970-01-01T00:00Z]
    pub from: i64,
    /// start of the second
    pub to: i64,
    /// quarter of the passages of this segment by their length: 0 for the fastest
    pub quartile: u8,
}

/// The passages of the segment from activity `a` right to `b`, by their beginning.
pub fn spectrum(log: &EventLog, a: u32, b: u32) -> Vec<Passage> {
    let rows = (1..log.len()).filter(|&row| {
        let here = log.case[row - 1] == log.case[row] && (log.activity[row - 1], log.activity[row]) == (a, b);
        here && log.end[row - 1] != UNKNOWN && log.start[row] != UNKNOWN
    });
    let times: Vec<(i64, i64)> = rows.map(|row| (log.end[row - 1], log.start[row])).collect();
    let mut lengths: Vec<i64> = times.iter().map(|(from, to)| to - from).collect();
    lengths.sort_unstable();
    let quartile = |length: i64| (4 * lengths.partition_point(|&l| l < length) / lengths.len()) as u8;
    let mut list: Vec<Passage> =
        times.iter().map(|&(from, to)| Passage { from, to, quartile: quartile(to - from) }).collect();
    list.sort_by_key(|p| (p.from, p.to));
    list
}

/// Cases in progress over time: (instant, number from then on), at every change.
pub fn in_progress(log: &EventLog) -> Vec<(i64, u32)> {
    let mut changes: Vec<(i64, i32)> = Vec::new();
    for range in traces(log) {
        let (from, to) = (earliest(log, range.clone()), latest(log, range));
        if from != UNKNOWN {
            changes.extend([(from, 1), (to, -1)]);
        }
    }
    changes.sort_unstable();
    let mut now = 0;
    let steps = changes.chunk_by(|a, b| a.0 == b.0).map(|chunk| {
        now += chunk.iter().map(|c| c.1).sum::<i32>();
        (chunk[0].0, now as u32)
    });
    steps.collect()
}

/// Starts and ends of rows by hour of the week, UTC; a row that takes no time counts once.
pub fn events_by_hour(log: &EventLog) -> Week<u32> {
    let mut week = Week::default();
    for (&start, &end) in log.start.iter().zip(&log.end) {
        let both = [start, if end == start { UNKNOWN } else { end }];
        both.into_iter().filter(|&t| t != UNKNOWN).for_each(|t| week.0[hour_of_week(t)] += 1);
    }
    week
}

/// How many of some instants lie in each of `n` periods of this length, from `from` on.
pub fn by_period(instants: impl Iterator<Item = i64>, from: i64, length: i64, n: usize) -> Vec<u32> {
    let mut counts = vec![0; n];
    for at in instants {
        if let Some(count) =
            usize::try_from((at - from).div_euclid(length)).ok().and_then(|k| counts.get_mut(k))
        {
            *count += 1;
        }
    }
    counts
}

/// The first instant of each case.
pub fn arrivals(log: &EventLog) -> Vec<i64> {
    let first = traces(log).into_iter().map(|range| earliest(log, range));
    first.filter(|&t| t != UNKNOWN).collect()
}

/// The starts of each resource's rows.
pub fn starts_by_resource(log: &EventLog) -> Vec<Vec<i64>> {
    let mut starts = vec![Vec::new(); log.resources.len()];
    for (&resource, &start) in log.resource.iter().zip(&log.start) {
        if resource != NONE && start != UNKNOWN {
            starts[resource as usize].push(start);
        }
    }
    starts
}
