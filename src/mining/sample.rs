//! Parts of a log.

use crate::eventlog::{EventLog, UNKNOWN};
use std::ops::Range;

/// The rows of each case that has any.
pub(super) fn traces(log: &EventLog) -> Vec<Range<usize>> {
    log.case_ranges().into_iter().filter(|r| !r.is_empty()).collect()
}

/// The rows of each case that has any instant.
pub(super) fn timed(log: &EventLog) -> Vec<Range<usize>> {
    traces(log).into_iter().filter(|r| earliest(log, r.clone()) != UNKNOWN).collect()
}

/// The earliest known instant of some rows; `UNKNOWN` when they have none.
pub fn earliest(log: &EventLog, rows: Range<usize>) -> i64 {
    let known = rows.flat_map(|row| [log.start[row], log.end[row]]).filter(|&t| t != UNKNOWN);
    known.min().unwrap_or(UNKNOWN)
}

/// The same log, `by` microseconds later.
pub(super) fn shifted(log: &EventLog, by: i64) -> EventLog {
    let later = |column: &[i64]| column.iter().map(|&t| if t == UNKNOWN { t } else { t + by }).collect();
    EventLog { enabled: later(&log.enabled), start: later(&log.start), end: later(&log.end), ..log.clone() }
}

/// The latest known instant of some rows; `UNKNOWN` when they have none.
pub fn latest(log: &EventLog, rows: Range<usize>) -> i64 {
    rows.map(|row| log.end[row].max(log.start[row])).max().unwrap_or(UNKNOWN)
}
