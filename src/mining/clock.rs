//! Working time: a clock that stands still while nobody is on duty.
//!
//! The hours of duty are those in which anybody was seen at work (see [`workload`](mod@super::workload)); one clock serves
//! the whole organisation. In an organisation that never closes it is the ordinary clock.

use super::enabled::enabled;
use super::week::{HOUR, hour_of_week};
use super::workload::opening_hours;
use crate::eventlog::{EventLog, UNKNOWN};

const WEEK: i64 = 168 * HOUR;

/// Maps instants to working time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingClock {
    /// working time from the beginning of the week to that of each hour, and of the whole week [us]
    until: [i64; 169],
}

impl WorkingClock {
    /// The clock of a log.
    pub fn of(log: &EventLog) -> Self {
        let open = opening_hours(log);
        let mut until = [0; 169];
        for hour in 0..168 {
            until[hour + 1] = until[hour] + if open.0[hour] { HOUR } else { 0 };
        }
        Self { until }
    }

    /// Hours of the week that count.
    pub fn hours_a_week(&self) -> usize {
        (self.until[168] / HOUR) as usize
    }

    /// Working time that has passed at an instant, from a fixed beginning [us].
    pub fn at(&self, instant: i64) -> i64 {
        if instant == UNKNOWN {
            return UNKNOWN;
        }
        let hour = hour_of_week(instant);
        let into = instant.rem_euclid(HOUR);
        // Weeks begin on a Monday: the epoch was three days into one.
        let weeks = (instant + 3 * 24 * HOUR).div_euclid(WEEK);
        let part = into.min(self.until[hour + 1] - self.until[hour]);
        weeks * self.until[168] + self.until[hour] + part
    }
}

/// The log with every instant on the working clock: its durations are working time. What was enabled when is as in the log.
pub fn in_working_time(log: &EventLog, clock: &WorkingClock) -> EventLog {
    let on_clock = |column: &[i64]| column.iter().map(|&t| clock.at(t)).collect();
    EventLog {
        enabled: on_clock(&enabled(log)),
        start: on_clock(&log.start),
        end: on_clock(&log.end),
        ..log.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_out_of_hours() {
        // Open on Mondays from 0 to 2; the epoch was a Thursday.
        let mut until = [2 * HOUR; 169];
        (until[0], until[1]) = (0, HOUR);
        let clock = WorkingClock { until };
        let monday = 4 * 24 * HOUR;
        let between = |a: i64, b: i64| clock.at(b) - clock.at(a);
        assert_eq!(between(monday, monday + 90 * HOUR / 60), 90 * HOUR / 60);
        assert_eq!(between(monday + HOUR, monday + 5 * HOUR), HOUR);
        assert_eq!(between(monday + HOUR, monday + WEEK + HOUR / 2), HOUR + HOUR / 2);
        assert_eq!(between(0, monday), 0);
        assert_eq!((clock.at(UNKNOWN), clock.hours_a_week()), (UNKNOWN, 2));
        assert_eq!(between(monday - 3 * WEEK, monday), 6 * HOUR);
    }
}
