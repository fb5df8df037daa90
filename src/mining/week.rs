//! The hours of a week. All hours are UTC; hour 0 is Monday from 0 to 1.

/// [us]
pub(super) const HOUR: i64 = 3_600_000_000;

/// One value for each of the 168 hours of the week.
#[derive(Clone, Debug, PartialEq)]
pub struct Week<T>(pub [T; 168]);

impl<T: Copy + Default> Default for Week<T> {
    fn default() -> Self {
        Self([T::default(); 168])
    }
}

impl<T: serde::Serialize> serde::Serialize for Week<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

/// The hour of the week of an instant. The epoch, 1970-01-01, was a Thursday.
pub fn hour_of_week(instant: i64) -> usize {
    (instant.div_euclid(HOUR) + 3 * 24).rem_euclid(168) as usize
}

/// Calls `piece(hour of week, length)` for the parts of an interval that lie in one calendar hour [us]. Of an interval of many
/// weeks each hour of the week gets its whole weeks in one call.
pub fn by_hour(start: i64, end: i64, mut piece: impl FnMut(usize, i64)) {
    let weeks = (end - start).max(0) / (168 * HOUR);
    if weeks > 0 {
        (0..168).for_each(|h| piece(h, weeks * HOUR));
    }
    let mut at = start + weeks * 168 * HOUR;
    while at < end {
        let next = ((at.div_euclid(HOUR) + 1) * HOUR).min(end);
        piece(hour_of_week(at), next - at);
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_add_up() {
        let mut total = Week::<i64>::default();
        let (start, end) = (5 * HOUR / 2, 5 * HOUR / 2 + 400 * HOUR + 7);
        by_hour(start, end, |h, length| total.0[h] += length);
        assert_eq!(total.0.iter().sum::<i64>(), end - start);
        // 1970-01-01T02:00 was a Thursday: hour 74; half of it, and two whole weeks more.
        assert_eq!(total.0[74], 2 * HOUR + HOUR / 2);
        assert_eq!(hour_of_week(-1), 71);
    }
}
