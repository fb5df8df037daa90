//! Measures accumulate by time bin.

use crate::plan::{Axis, Curve, Meter};
use crate::units::{Duration, Time};

/// The sums of all measures by bin; what falls after the window is not counted.
#[derive(Clone, Debug, Default)]
pub struct Meters {
    n_bins: usize,
    /// `[meter][bin]`
    sums: Vec<f64>,
    counts: Vec<f64>,
    width: Duration,
    end: Time,
    /// The bin of the present and its limits; `n_bins` and empty limits beyond the window.
    bin: usize,
    from: Time,
    to: Time,
}

impl Meters {
    pub(super) fn reset(&mut self, n_meters: usize, axis: &Axis) {
        self.n_bins = axis.n_bins;
        for column in [&mut self.sums, &mut self.counts] {
            column.clear();
            column.resize(n_meters * axis.n_bins, 0.0);
        }
        self.width = axis.bin;
        self.end = axis.window_end;
        self.bin = 0;
        self.from = Time::ZERO;
        self.to = if axis.n_bins > 0 { (Time::ZERO + axis.bin).min(self.end) } else { Time::ZERO };
    }

    pub(super) fn sums(&self) -> &[f64] {
        &self.sums
    }

    pub(super) fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// Number of the present bin; the number of bins when the window is over.
    #[inline]
    pub fn bin(&self) -> usize {
        self.bin
    }

    /// Adds to the present bin.
    #[inline]
    pub fn add(&mut self, meter: Meter, amount: f64) {
        if meter != Meter::NONE && self.bin < self.n_bins {
            self.sums[meter.0 as usize * self.n_bins + self.bin] += amount;
        }
    }

    /// Adds a case's value to the bin of its start.
    #[inline]
    pub(super) fn add_case(&mut self, meter: Meter, bin: u32, value: f64) {
        let at = meter.0 as usize * self.n_bins + bin as usize;
        self.sums[at] += value;
        self.counts[at] += 1.0;
    }

    /// Adds `value` x time from `since` to `until` [value x s], split exactly at the borders of bins.
    #[inline]
    pub fn integrate(&mut self, meter: Meter, value: f64, since: Time, until: Time) {
        if meter == Meter::NONE || value == 0.0 {
            return;
        }
        if since >= self.from && until <= self.to && until > since {
            self.sums[meter.0 as usize * self.n_bins + self.bin] += value * until.since(since).seconds();
        } else {
            self.integrate_over_bins(meter, value, since, until);
        }
    }

    fn integrate_over_bins(&mut self, meter: Meter, value: f64, since: Time, until: Time) {
        let width = self.width.ticks();
        let end = self.end.min(until).ticks();
        let mut from = since.ticks().max(0);
        while from < end {
            let bin = from / width;
            let to = end.min((bin + 1) * width);
            self.sums[meter.0 as usize * self.n_bins + bin as usize] +=
                value * Duration::from_ticks(to - from).seconds();
            from = to;
        }
    }

    /// Adds `factor` x the growth of the curve's integral, split exactly at the borders of bins; the times come with
    /// the value of the integral.
    pub fn integrate_curve(
        &mut self,
        meter: Meter,
        factor: f64,
        curve: &Curve,
        since: (Time, f64),
        until: (Time, f64),
    ) {
        if meter == Meter::NONE || factor == 0.0 || self.n_bins == 0 {
            return;
        }
        let width = self.width.ticks();
        let end = self.end.min(until.0);
        let (mut from, mut before) = since;
        while from < end {
            let bin = from.ticks() / width;
            let to = end.min(Time::from_ticks((bin + 1) * width));
            let after = if to == until.0 { until.1 } else { curve.cumulative(to) };
            self.sums[meter.0 as usize * self.n_bins + bin as usize] += factor * (after - before);
            (from, before) = (to, after);
        }
    }

    /// Moves the present bin; time never runs backwards.
    #[inline]
    pub(super) fn advance(&mut self, now: Time) {
        while now >= self.to && self.bin < self.n_bins {
            self.bin += 1;
            self.from = self.to;
            self.to = if self.bin < self.n_bins { (self.to + self.width).min(self.end) } else { self.from };
        }
    }

    /// Lets a measure be the same as another one.
    pub(super) fn copy(&mut self, from: usize, to: usize) {
        let n = self.n_bins;
        self.sums.copy_within(from * n..(from + 1) * n, to * n);
    }
}

/// A level that is integrated over time: people at work, units on the shelf.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    meter: Meter,
    value: f64,
    since: Time,
}

impl Level {
    /// From the beginning of the run.
    pub fn new(meter: Meter, value: f64) -> Self {
        Self { meter, value, since: Time::ZERO }
    }

    pub fn value(&self) -> f64 {
        self.value
    }

    /// From now on the level has another value (or the same: this brings the integral up to date).
    #[inline]
    pub fn set(&mut self, now: Time, value: f64, meters: &mut Meters) {
        if self.meter != Meter::NONE {
            meters.integrate(self.meter, self.value, self.since, now);
            self.since = now;
        }
        self.value = value;
    }

    #[inline]
    pub fn add(&mut self, now: Time, change: f64, meters: &mut Meters) {
        self.set(now, self.value + change, meters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Clock;
    use jiff::civil::date;

    fn at(seconds: i64) -> Time {
        Time::from_ticks(seconds * crate::units::TICKS_PER_SECOND)
    }

    /// Bins 0-10, 10-20, 20-25.
    fn meters() -> Meters {
        let axis = Axis {
            clock: Clock::starting(date(2026, 1, 5).at(0, 0, 0, 0), at(40)),
            bin: at(10).since(at(0)),
            n_bins: 3,
            cohort_from: at(0),
            window_end: at(25),
            end: at(40),
        };
        let mut meters = Meters::default();
        meters.reset(2, &axis);
        meters
    }

    #[test]
    fn integrals_are_split_at_the_borders_of_bins() {
        let mut meters = meters();
        let mut level = Level::new(Meter(1), 1.0);
        let mut step = |now: i64, value: f64| {
            meters.advance(at(now));
            level.set(at(now), value, &mut meters);
        };
        step(4, 3.0);
        step(22, 0.0);
        step(23, 2.0);
        step(40, 0.0);
        assert_eq!(meters.sums(), [0.0, 0.0, 0.0, 4.0 + 18.0, 30.0, 6.0 + 4.0]);
    }

    #[test]
    fn counts_go_to_the_present_bin_and_end_with_the_window() {
        let mut meters = meters();
        for now in [0, 5, 10, 24, 25, 39] {
            meters.advance(at(now));
            meters.add(Meter(0), 1.0);
            meters.add(Meter::NONE, 1.0);
        }
        assert_eq!(meters.sums(), [2.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    }
}
