//! Hours of duty as stretches of the week, and time counted in them.

use crate::mining::week::HOUR;

const SECOND: i64 = HOUR / 3_600;
const WEEK: i64 = 168 * HOUR;

/// Open stretches of the week [s since Monday 00:00 UTC], ascending and disjoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duty {
    pub open: Vec<(u32, u32)>,
}

impl Duty {
    pub fn always() -> Self {
        Self { open: vec![(0, 7 * 86_400)] }
    }

    /// Without the second by which a stretch is longer so that work may begin at its very end.
    pub fn without_closing_seconds(&self) -> Self {
        let open = self.open.iter().map(|&(from, to)| (from, if to % 60 == 1 { to - 1 } else { to }));
        Self { open: open.filter(|(from, to)| from < to).collect() }
    }

    pub fn is_always(&self) -> bool {
        self.per_week() == WEEK
    }

    /// Open time of a week [us].
    pub fn per_week(&self) -> i64 {
        self.open.iter().map(|(from, to)| i64::from(to - from) * SECOND).sum()
    }

    /// Open time that has passed at an instant, from a fixed beginning [us].
    pub fn at(&self, instant: i64) -> i64 {
        let (week, within) = split(instant);
        let passed = self
            .open
            .iter()
            .map(|(from, to)| (within - i64::from(*from) * SECOND).clamp(0, i64::from(to - from) * SECOND));
        week * self.per_week() + passed.sum::<i64>()
    }

    /// Open time between two instants [us].
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.at(to) - self.at(from)
    }

    pub fn is_open(&self, instant: i64) -> bool {
        let (_, within) = split(instant);
        self.open
            .iter()
            .any(|(from, to)| (i64::from(*from) * SECOND..i64::from(*to) * SECOND).contains(&within))
    }

    /// As [`Duty::is_open`], the closing instant included: what ends with the shift ends in it.
    pub fn holds(&self, instant: i64) -> bool {
        self.is_open(instant) || self.is_open(instant - 1)
    }
}

/// Weeks since one that began on a Monday, and the time since its Monday 00:00. The epoch was a Thursday.
fn split(instant: i64) -> (i64, i64) {
    let shifted = instant + 3 * 24 * HOUR;
    (shifted.div_euclid(WEEK), shifted.rem_euclid(WEEK))
}

/// Weekday, 0 for Monday, and the time since midnight [us].
pub fn day_and_time(instant: i64) -> (usize, i64) {
    let (_, within) = split(instant);
    ((within / (24 * HOUR)) as usize, within % (24 * HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_in_open_hours() {
        // Mondays and Tuesdays from 8 to 16.
        let duty = Duty { open: vec![(8 * 3_600, 16 * 3_600), (32 * 3_600, 40 * 3_600)] };
        let monday = 4 * 24 * HOUR;
        assert_eq!(duty.between(monday, monday + 9 * HOUR), HOUR);
        assert_eq!(duty.between(monday + 15 * HOUR, monday + 33 * HOUR), 2 * HOUR);
        assert_eq!(duty.between(monday - 10 * WEEK, monday), 160 * HOUR);
        assert!(duty.is_open(monday + 8 * HOUR) && !duty.is_open(monday + 16 * HOUR));
        assert!(duty.holds(monday + 16 * HOUR) && !duty.holds(monday + 16 * HOUR + 1));
        assert_eq!(day_and_time(monday + 30 * HOUR), (1, 6 * HOUR));
        assert!(Duty::always().is_always());
    }
}
