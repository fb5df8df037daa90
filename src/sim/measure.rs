//! Measures accumulate by time bin.

use crate::plan::Meter;
use crate::units::{Duration, Time};

/// The sums of all measures by bin; what falls after the window is not counted.
#[derive(Clone, Debug, Default)]
pub struct Meters {
    n_bins: usize,
    /// `[meter][bin]`
    sums: Vec<f64>,
    width: Duration,
    /// The bin of the present and its limits; beyond the window it is empty.
    bin: usize,
    from: Time,
    to: Time,
}

impl Meters {
    /// Adds to the present bin.
    #[inline]
    pub fn add(&mut self, meter: Meter, amount: f64) {
        if meter != Meter::NONE && self.bin < self.n_bins {
            self.sums[meter.0 as usize * self.n_bins + self.bin] += amount;
        }
    }

    /// Adds `value` x time from `since` to `until`, split exactly at the borders of bins.
    #[inline]
    pub fn integrate(&mut self, meter: Meter, value: f64, since: Time, until: Time) {
        if meter == Meter::NONE || value == 0.0 || until <= since {
            return;
        }
        if since >= self.from && until <= self.to {
            self.sums[meter.0 as usize * self.n_bins + self.bin] += value * until.since(since).seconds();
        } else {
            self.integrate_over_bins(meter, value, since, until);
        }
    }

    fn integrate_over_bins(&mut self, meter: Meter, value: f64, since: Time, until: Time) {
        let width = self.width.ticks();
        let end = (self.n_bins as i64 * width).min(until.ticks());
        let mut from = since.ticks().max(0);
        while from < end {
            let bin = from / width;
            let to = end.min((bin + 1) * width);
            self.sums[meter.0 as usize * self.n_bins + bin as usize] +=
                value * Duration::from_ticks(to - from).seconds();
            from = to;
        }
    }

    /// Moves the present bin; time never runs backwards.
    #[inline]
    pub fn advance(&mut self, now: Time) {
        while now >= self.to && self.bin < self.n_bins {
            self.bin += 1;
            self.from = self.to;
            self.to = if self.bin < self.n_bins { self.to + self.width } else { self.from };
        }
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
    pub fn new(meter: Meter, value: f64) -> Self {
        Self { meter, value, since: Time::ZERO }
    }

    pub fn value(&self) -> f64 {
        self.value
    }

    /// From now on the level has another value.
    #[inline]
    pub fn set(&mut self, now: Time, value: f64, meters: &mut Meters) {
        if self.meter != Meter::NONE {
            meters.integrate(self.meter, self.value, self.since, now);
        }
        self.value = value;
        self.since = now;
    }

    #[inline]
    pub fn add(&mut self, now: Time, change: f64, meters: &mut Meters) {
        self.set(now, self.value + change, meters);
    }
}
