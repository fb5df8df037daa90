//! One line for each case: the table that people take to other tools.

use super::sample::{earliest, latest, traces};
use super::spread::HOUR;
use super::summary::busy;
use super::variants::grouped;
use crate::eventlog::{EventLog, NONE};
use std::collections::BTreeSet;

/// What can be said of a case as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub name: String,
    /// first and last known instant [us since 1970-01-01T00:00Z]
    pub first: i64,
    pub last: i64,
    /// from the first to the last [h]
    pub cycle: f64,
    /// time in which someone worked on it [h]
    pub processing: f64,
    /// activity instances
    pub rows: usize,
    /// rows of activities that the case had before
    pub repeats: usize,
    pub resources: usize,
    /// place of its variant among all, from 0, the most frequent first
    pub variant: usize,
}

/// All cases, in the order of the log.
pub fn cases(log: &EventLog) -> Vec<Case> {
    let mut variant = vec![0; log.cases.len()];
    for (v, (_, ranges)) in grouped(log).into_iter().enumerate() {
        ranges.into_iter().for_each(|range| variant[log.case[range.start] as usize] = v);
    }
    let distinct = |column: &[u32]| column.iter().filter(|&&id| id != NONE).collect::<BTreeSet<_>>().len();
    let case = |range: std::ops::Range<usize>| {
        let number = log.case[range.start];
        let (first, last) = (earliest(log, range.clone()), latest(log, range.clone()));
        Case {
            name: log.cases.name(number).to_owned(),
            first,
            last,
            cycle: last.saturating_sub(first) as f64 / HOUR,
            processing: busy(range.clone().map(|row| (log.start[row], log.end[row]))) as f64 / HOUR,
            rows: range.len(),
            repeats: range.len() - distinct(&log.activity[range.clone()]),
            resources: distinct(&log.resource[range]),
            variant: variant[number as usize],
        }
    };
    traces(log).into_iter().map(case).collect()
}
