//! What is not known about an operation's inputs, carried into the values of its candidates.
//!
//! Samples of the inputs by their ranges, each with a few paired replications of its own, give values V_b of a candidate. What
//! the inputs alone do to it is the variance of V_b less that of the error of the few replications; together with the
//! error at the inputs as they are written it makes the interval that is shown ([`InputSpread`]). Where the mean of V_b is another
//! value than that at the written inputs, beyond three standard errors, the ranges lean, and the value is the expected one.

use crate::stats::describe::{mean, variance};
use crate::stats::student::normal_quantile;
use crate::stats::{Estimate, InputSpread, drivers};

/// An input with a range, as reports need it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Unknown {
    pub label: String,
    /// As people write them, with their unit.
    pub low: String,
    pub high: String,
    /// `[sample]`: the share of the input's law below the sampled value.
    #[serde(skip)]
    pub positions: Vec<f64>,
}

/// Values of one candidate over samples of the inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// `[sample][replication]` [money]
    pub values: Vec<Vec<f64>>,
}

/// The input that the value of a candidate depends on most.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Lever {
    pub label: String,
    pub low: String,
    pub high: String,
    /// Of the variance that the inputs make [1].
    pub share: f64,
    /// Whether the value is higher where the input is.
    pub rises: bool,
}

impl Samples {
    /// The value in each sample.
    pub fn means(&self) -> Vec<f64> {
        self.values.iter().map(|v| mean(v)).collect()
    }

    /// What the inputs do; None with too few samples.
    pub fn spread(&self) -> Option<InputSpread> {
        // Every sample has replications of its own.
        InputSpread::new(&self.means(), self.noise(), f64::INFINITY)
    }

    /// Variance of the error of one sample's mean.
    fn noise(&self) -> f64 {
        let each = self.values.iter().map(|v| variance(v) / v.len() as f64);
        mean(&each.collect::<Vec<_>>())
    }

    /// This candidate less another of the same operation: in each sample both had the same luck.
    pub fn less(&self, other: &Self) -> Self {
        let less = |(a, b): (&Vec<f64>, &Vec<f64>)| a.iter().zip(b).map(|(a, b)| a - b).collect();
        Self { values: self.values.iter().zip(&other.values).map(less).collect() }
    }

    /// By how much the expected value over the samples differs from the one at the written inputs, beyond its error.
    fn lean(&self, exact: &Estimate) -> f64 {
        let Some(spread) = self.spread().filter(|s| s.input() > 0.0 && exact.has_interval()) else {
            return 0.0;
        };
        let lean = spread.mean - exact.value;
        let error = spread.between / spread.samples as f64 + exact.se * exact.se;
        if lean.abs() > 3.0 * error.sqrt() { lean } else { 0.0 }
    }

    /// The value in each sample as if it had many replications, given the one at the written inputs.
    pub fn states(&self, exact: &Estimate) -> Vec<f64> {
        let means = self.means();
        let Some(spread) = self.spread().filter(|s| s.between > 0.0) else { return means };
        let (shrink, centre) = ((spread.input() / spread.between).sqrt(), exact.value + self.lean(exact));
        means.iter().map(|v| centre + shrink * (v - spread.mean)).collect()
    }

    /// Share of the samples in which the value is above zero.
    pub fn positive(&self, exact: &Estimate) -> Option<f64> {
        let states = self.states(exact);
        let above = states.iter().filter(|v| **v > 0.0).count();
        (!states.is_empty()).then(|| above as f64 / states.len() as f64)
    }

    /// The inputs that drive the value, the greatest share first.
    pub fn levers(&self, inputs: &[Unknown]) -> Vec<Lever> {
        let scores: Vec<Vec<f64>> =
            inputs.iter().map(|i| i.positions.iter().map(|u| normal_quantile(*u)).collect()).collect();
        let found = drivers(&scores, &self.means(), self.noise());
        let lever = |d: &crate::stats::Driver| {
            let input = &inputs[d.input];
            Lever {
                label: input.label.clone(),
                low: input.low.clone(),
                high: input.high.clone(),
                share: d.share,
                rises: d.slope > 0.0,
            }
        };
        found.map_or_else(Vec::new, |found| found.drivers.iter().map(lever).collect())
    }
}

/// An estimate at the inputs as they are written, with what these samples say is not known.
pub fn with_unknown(exact: &Estimate, samples: &Samples, level: f64) -> Estimate {
    samples.spread().map_or(*exact, |spread| moved(spread.total(exact, level), samples.lean(exact)))
}

fn moved(e: Estimate, by: f64) -> Estimate {
    Estimate { value: e.value + by, lower: e.lower + by, upper: e.upper + by, ..e }
}

/// The same for the difference of two that were sampled independently of each other, given each of them.
pub fn with_both(
    exact: &Estimate,
    (one, one_exact): (&Samples, &Estimate),
    (other, other_exact): (&Samples, &Estimate),
    level: f64,
) -> Estimate {
    let lean = one.lean(one_exact) - other.lean(other_exact);
    let total = match (one.spread(), other.spread()) {
        (Some(a), Some(b)) => {
            let both = InputSpread {
                samples: a.samples.min(b.samples),
                mean: a.mean - b.mean,
                between: a.input() + b.input(),
                noise: 0.0,
                df: a.df.min(b.df),
            };
            both.total(exact, level)
        }
        (Some(one), None) | (None, Some(one)) => one.total(exact, level),
        (None, None) => *exact,
    };
    moved(total, lean)
}
