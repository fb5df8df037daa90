//! How many replications: a rule to stop, and a plan from a pilot.
//!
//! Law, Simulation Modeling and Analysis (2015), sections 9.4.1 and 11.2.

use super::estimate::Estimate;
use super::student::{chi_squared_quantile, t_factor};

/// Run `first` replications, then batches of `batch`, until every goal is reached or `cap` is.
/// The batch is fixed: a number that followed the threads would make the result depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoppingRule {
    pub first: usize,
    pub batch: usize,
    pub cap: usize,
}

impl Default for StoppingRule {
    fn default() -> Self {
        Self { first: 20, batch: 10, cap: 1_000 }
    }
}

/// How precise an estimate is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Precision {
    /// relative error at most gamma of the true value, such as 0.05
    Relative(f64),
    /// half-width at most this much, in the unit of the metric
    Absolute(f64),
}

/// What to do after `n` replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// run this many more
    More(usize),
    /// every goal is reached
    Reached,
    /// the cap stopped it first
    Capped,
}

/// Replications for a half-width, from a pilot in pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// pairs with common random numbers; None beyond [`MOST`]
    pub with_crn: Option<usize>,
    /// replications of each arm with independent numbers; None beyond [`MOST`]
    pub without_crn: Option<usize>,
}

/// No plan asks for more replications than this.
pub const MOST: usize = 10_000_000;

/// Confidence with which a plan from a pilot shall suffice.
pub const PLANNING_CONFIDENCE: f64 = 0.8;

impl Precision {
    /// The half-width to reach [unit of the metric]. A relative goal gamma is held against the estimate as
    /// gamma / (1 + gamma), so that the error relative to the unknown true value is at most gamma.
    pub fn half_width(self, value: f64) -> f64 {
        match self {
            Self::Relative(gamma) => gamma / (1.0 + gamma) * value.abs(),
            Self::Absolute(target) => target,
        }
    }

    pub fn is_reached(self, estimate: &Estimate) -> bool {
        estimate.half_width() <= self.half_width(estimate.value)
    }
}

impl StoppingRule {
    /// Decides after `n` replications, given the estimates that have a goal.
    pub fn decide(&self, n: usize, goals: &[(Estimate, Precision)]) -> Decision {
        if n < self.first.min(self.cap) {
            return Decision::More(self.first.min(self.cap) - n);
        }
        if goals.iter().all(|(estimate, precision)| precision.is_reached(estimate)) {
            return Decision::Reached;
        }
        if n >= self.cap { Decision::Capped } else { Decision::More(self.batch.min(self.cap - n)) }
    }
}

/// The smallest n >= 2 with t(n - 1) sd / sqrt(n) <= `half_width`; None beyond [`MOST`].
pub fn replications_for(sd: f64, half_width: f64, level: f64) -> Option<usize> {
    let enough = |n: usize| t_factor(level, n as f64 - 1.0) * sd / (n as f64).sqrt() <= half_width;
    if !enough(MOST) {
        return None;
    }
    let (mut low, mut high) = (1, 2);
    while !enough(high) {
        low = high;
        high = (2 * high).min(MOST);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// Upper confidence bound of a standard deviation seen in `n` normal values. A plan from the plain standard
/// deviation of a pilot misses its target about every second time.
pub fn sd_upper_bound(sd: f64, n: usize, confidence: f64) -> f64 {
    let df = n as f64 - 1.0;
    if df < 1.0 {
        return f64::INFINITY;
    }
    sd * (df / chi_squared_quantile(1.0 - confidence, df)).sqrt()
}

/// Plans the replications for `half_width` [unit of the metric] of a difference from a pilot's estimates of both
/// arms and of their difference, with [`PLANNING_CONFIDENCE`].
pub fn plan(before: &Estimate, after: &Estimate, difference: &Estimate, half_width: f64) -> Plan {
    let n = difference.n;
    let needed = |se: f64| {
        let sd = sd_upper_bound(se * (n as f64).sqrt(), n, PLANNING_CONFIDENCE);
        replications_for(sd, half_width, difference.level)
    };
    Plan { with_crn: needed(difference.se), without_crn: needed(before.se.hypot(after.se)) }
}

/// Variance reduction factor of common random numbers: (variance before + variance after) / variance of the
/// difference. None when the difference does not vary or a variance is not known.
pub fn variance_reduction(before: &Estimate, after: &Estimate, difference: &Estimate) -> Option<f64> {
    let factor = (before.se.hypot(after.se) / difference.se).powi(2);
    (factor.is_finite() && difference.has_interval()).then_some(factor)
}
