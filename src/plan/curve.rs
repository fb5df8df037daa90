//! Profiles compiled to a cumulative function and its exact inverse.

use super::Clock;
use crate::model::Profile;
use crate::units::{Duration, Time};

/// A function of time, piecewise constant and periodic, with its integral from the clock's zero [value x s].
#[derive(Clone, Debug)]
pub struct Curve {
    /// Start of the period that holds the clock's zero [s], at most 0; and length of the period [s].
    origin: f64,
    period: f64,
    pieces: Vec<Piece>,
    /// By start, and by the integral before: where a piece is.
    starts: Guide,
    integrals: Guide,
    /// Integral over one period, and from `origin` to zero.
    per_period: f64,
    at_zero: f64,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// [s since the period began]
    start: f64,
    value: f64,
    /// Integral over the period up to `start`.
    before: f64,
}

/// Finds a place in a rising sequence of n values, in constant time where they are spread evenly (Chen and Asau 1974): cell k
/// of n has the number of values that lie in cells before it.
#[derive(Clone, Debug)]
struct Guide {
    cells_per_unit: f64,
    cells: Vec<u32>,
}

impl Guide {
    /// The values lie between 0 and `end`.
    fn new(end: f64, values: impl ExactSizeIterator<Item = f64>) -> Self {
        let mut cells = vec![0; values.len()];
        let cells_per_unit = if end > 0.0 { cells.len() as f64 / end } else { 0.0 };
        for value in values {
            if let Some(next) = cells.get_mut(((value * cells_per_unit) as usize).saturating_add(1)) {
                *next += 1;
            }
        }
        let mut before = 0;
        cells.iter_mut().for_each(|n| {
            before += *n;
            *n = before;
        });
        Self { cells_per_unit, cells }
    }

    /// The first place for which `is_before` does not hold; it holds for all values in cells before that of `at`.
    #[inline]
    fn first(&self, at: f64, is_before: impl Fn(usize) -> bool) -> usize {
        let cell = ((at * self.cells_per_unit) as usize).min(self.cells.len() - 1);
        let mut i = self.cells[cell] as usize;
        while is_before(i) {
            i += 1;
        }
        i
    }
}

impl Curve {
    pub fn new(profile: &Profile, clock: Clock) -> Self {
        Self::of(profile.period, &profile.pieces, clock)
    }

    /// The same value at all times.
    pub fn constant(value: f64, clock: Clock) -> Self {
        Self::of(Duration::DAY.seconds(), &[(0.0, value)], clock)
    }

    fn of(period: f64, values: &[(f64, f64)], clock: Clock) -> Self {
        let mut before = 0.0;
        let mut pieces = Vec::with_capacity(values.len());
        for (i, &(start, value)) in values.iter().enumerate() {
            pieces.push(Piece { start, value, before });
            before += value * (values.get(i + 1).map_or(period, |next| next.0) - start);
        }
        let origin = clock.period_start(Duration::from_seconds(period)).seconds();
        let starts = Guide::new(period, pieces.iter().map(|p| p.start));
        let integrals = Guide::new(before, pieces.iter().map(|p| p.before));
        let per_period = before;
        let mut curve = Self { origin, period, pieces, starts, integrals, per_period, at_zero: 0.0 };
        curve.at_zero = curve.integral(0.0);
        curve
    }

    /// Average over a period.
    pub fn mean(&self) -> f64 {
        self.per_period / self.period
    }

    /// The value at a time; at a change the new one.
    pub fn value(&self, at: Time) -> f64 {
        self.pieces[self.piece_at(self.split(at.seconds()).1)].value
    }

    /// The next time at which the value may change.
    pub fn next_change(&self, at: Time) -> Time {
        // Rounding to ticks may put `at` a hair before the change that it is.
        let (periods, within) = self.split(at.seconds() + 0.5 / crate::units::TICKS_PER_SECOND as f64);
        let next = self.pieces.get(self.piece_at(within) + 1).map_or(self.period, |p| p.start);
        self.time(self.origin + periods * self.period + next)
    }

    /// Integral from the clock's zero.
    pub fn cumulative(&self, at: Time) -> f64 {
        self.integral(at.seconds()) - self.at_zero
    }

    /// When the integral from the clock's zero reaches `target` (0 or more); [`Time::NEVER`] if it does not.
    pub fn inverse(&self, target: f64) -> Time {
        if self.per_period <= 0.0 {
            return if target <= 0.0 { Time::ZERO } else { Time::NEVER };
        }
        let target = target + self.at_zero;
        let periods = (target / self.per_period).floor();
        let rest = target - periods * self.per_period;
        let next = self.integrals.first(rest, |i| self.pieces.get(i).is_some_and(|p| p.before < rest));
        let piece = self.pieces[next.max(1) - 1];
        let within = if piece.value > 0.0 { (rest - piece.before) / piece.value } else { 0.0 };
        self.time(self.origin + periods * self.period + (piece.start + within).min(self.period))
    }

    fn time(&self, seconds: f64) -> Time {
        Time::ZERO + Duration::from_seconds(seconds)
    }

    /// Whole periods since `origin`, and seconds into the present one.
    fn split(&self, seconds: f64) -> (f64, f64) {
        let since = seconds - self.origin;
        let periods = (since / self.period).floor();
        (periods, since - periods * self.period)
    }

    fn piece_at(&self, within: f64) -> usize {
        self.starts.first(within, |i| self.pieces.get(i).is_some_and(|p| p.start <= within)).max(1) - 1
    }

    /// Integral from `origin`.
    fn integral(&self, seconds: f64) -> f64 {
        let (periods, within) = self.split(seconds);
        let piece = self.pieces[self.piece_at(within)];
        periods * self.per_period + piece.before + piece.value * (within - piece.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        /// Pieces of any length, with stretches of nothing among them: at, just before and just behind their borders.
        #[test]
        fn guides_find_what_a_search_finds(pieces in proptest::collection::vec((1..9_000_u32, 0..4_u32), 1..60)) {
            let mut end = 0.0;
            let mut values = Vec::new();
            for (length, value) in pieces {
                values.push((end, f64::from(value) / 3.0));
                end += f64::from(length) / 7.0;
            }
            let curve = Curve::of(end, &values, Clock::starting(date(2026, 1, 5).at(0, 0, 0, 0), Time::NEVER));
            let borders = |of: fn(&Piece) -> f64| {
                let near = |x: f64| [x.next_down(), x, x.next_up()];
                curve.pieces.iter().map(of).flat_map(near).filter(|x| *x >= 0.0).collect::<Vec<_>>()
            };
            for at in borders(|p| p.start) {
                let found = curve.starts.first(at, |i| curve.pieces.get(i).is_some_and(|p| p.start <= at));
                prop_assert_eq!(found, curve.pieces.partition_point(|p| p.start <= at));
            }
            for at in borders(|p| p.before) {
                let found = curve.integrals.first(at, |i| curve.pieces.get(i).is_some_and(|p| p.before < at));
                prop_assert_eq!(found, curve.pieces.partition_point(|p| p.before < at));
            }
        }
    }

    /// Hours 0-6: 0, 6-12: 2, 12-24: 1; the run starts on a Tuesday at 09:00.
    fn curve() -> Curve {
        let pieces = vec![(0.0, 0.0), (6.0 * 3600.0, 2.0), (12.0 * 3600.0, 1.0)];
        let profile = Profile { name: String::new(), period: 86_400.0, pieces };
        Curve::new(&profile, Clock::starting(date(2026, 1, 6).at(9, 0, 0, 0), Time::NEVER))
    }

    fn t(hours: f64) -> Time {
        Time::ZERO + Duration::from_seconds(hours * 3600.0)
    }

    #[test]
    fn values_and_integrals() {
        let curve = curve();
        for (at, value, integral) in [(0.0, 2.0, 0.0), (3.0, 1.0, 6.0), (15.0, 0.0, 18.0), (21.0, 2.0, 18.0)]
        {
            assert_eq!(curve.value(t(at)), value);
            assert!((curve.cumulative(t(at)) - integral * 3600.0).abs() < 1e-6);
        }
        assert!((curve.cumulative(t(240.0)) - 240.0 * 3600.0).abs() < 1e-6);
        assert_eq!(curve.mean(), 1.0);
        assert_eq!(curve.next_change(t(0.0)), t(3.0));
        assert_eq!(curve.next_change(t(3.0)), t(15.0));
        assert_eq!(curve.next_change(t(15.0)), t(21.0));
    }

    #[test]
    fn inverse_undoes_the_integral() {
        let curve = curve();
        for i in 1..2_000 {
            let target = f64::from(i) * 777.7;
            let at = curve.inverse(target);
            assert!((curve.cumulative(at) - target).abs() < 2e-6, "at {at:?}");
        }
        // 18 hours' worth are reached at midnight, not when the rate comes back
        assert_eq!(curve.inverse(18.0 * 3600.0), t(15.0));
        let nothing = Curve::constant(0.0, Clock::starting(date(2026, 1, 6).at(9, 0, 0, 0), Time::NEVER));
        assert_eq!(nothing.inverse(1.0), Time::NEVER);
    }

    #[test]
    fn weeks_begin_on_monday() {
        let pieces = vec![(0.0, 1.0), (86_400.0, 5.0), (2.0 * 86_400.0, 0.0)];
        let profile = Profile { name: String::new(), period: 604_800.0, pieces };
        let curve = Curve::new(&profile, Clock::starting(date(2026, 1, 6).at(9, 0, 0, 0), Time::NEVER));
        assert_eq!(curve.value(t(0.0)), 5.0);
        assert_eq!(curve.value(t(15.0)), 0.0);
        assert_eq!(curve.value(t(135.0)), 1.0);
    }
}
