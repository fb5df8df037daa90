//! What is said of a figure that is not known, of which there are samples: a net present value above all.
//!
//! A sample stands for one state of what is not known (inputs, and what chance the simulation left); all weigh alike.

use crate::stats::describe::mean;
use crate::stats::{quantile_sorted, regression};
use serde::Serialize;

/// The share of the worst samples that the expected shortfall is over.
pub const TAIL: f64 = 0.05;

/// A figure in one line; all in its unit but `positive`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Risk {
    pub mean: f64,
    /// Quantiles (type 7).
    pub p5: f64,
    pub p50: f64,
    pub p95: f64,
    /// P(figure > 0) [1]
    pub positive: f64,
    /// Mean of the worst 5 %: Acerbi and Tasche, "On the coherence of expected shortfall", Journal of Banking and
    /// Finance 26 (2002), 1487-1503. A loss is negative.
    pub shortfall: f64,
    /// See [`evpi`].
    pub evpi: f64,
    /// Independent states behind the samples: of the inputs, where they are carried.
    pub n: usize,
}

/// The samples in one line; None without samples, or when one of them is not finite. `states`: how many of them are independent.
pub fn risk(samples: &[f64], states: usize) -> Option<Risk> {
    if samples.is_empty() || samples.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let quantile = |p: f64| quantile_sorted(&sorted, p);
    Some(Risk {
        mean: mean(samples),
        p5: quantile(0.05),
        p50: quantile(0.5),
        p95: quantile(0.95),
        positive: sorted.iter().filter(|x| **x > 0.0).count() as f64 / n as f64,
        shortfall: shortfall(&sorted, TAIL),
        evpi: evpi(samples),
        n: states,
    })
}

/// Mean of the lowest `share` of the values, which are ascending; the last of them counts by the part that is left.
fn shortfall(sorted: &[f64], share: f64) -> f64 {
    let wanted = share * sorted.len() as f64;
    let mut left = wanted;
    let mut sum = 0.0;
    for x in sorted {
        let weight = left.min(1.0);
        if weight <= 0.0 {
            break;
        }
        sum += weight * x;
        left -= weight;
    }
    sum / wanted
}

/// Expected value of perfect information: E[max(x, 0)] - max(E[x], 0), what it is worth at most to know the figure before
/// deciding between doing it and doing nothing. Raiffa and Schlaifer, Applied Statistical Decision Theory (1961).
pub fn evpi(samples: &[f64]) -> f64 {
    let gain: Vec<f64> = samples.iter().map(|x| x.max(0.0)).collect();
    (mean(&gain) - mean(samples).max(0.0)).max(0.0)
}

/// The same where one of several can be chosen, or nothing: E[max(x_i, 0)] - max(E[x_i], 0) over the options i, of which sample k of
/// each stands for the same state.
pub fn evpi_of_several(options: &[&[f64]]) -> f64 {
    let n = options.iter().map(|samples| samples.len()).min().unwrap_or(0);
    if n == 0 {
        return 0.0;
    }
    let best = |k: usize| options.iter().map(|samples| samples[k]).fold(0.0, f64::max);
    let known = (0..n).map(best).sum::<f64>() / n as f64;
    (known - options.iter().map(|samples| mean(&samples[..n])).fold(0.0, f64::max)).max(0.0)
}

/// Expected value of perfect information about one input: of what a regression of the figure on the input explains.
/// Strong, Oakley, Brennan, "Estimating multiparameter partial expected value of perfect information from a
/// probabilistic sensitivity analysis sample", Medical Decision Making 34 (2014), 311-326, with a polynomial whose
/// degree (0 to 3) the Bayesian information criterion chooses: an input that explains nothing is worth nothing.
///
/// Panics when there are not as many inputs as samples.
pub fn evppi(input: &[f64], samples: &[f64]) -> f64 {
    evpi(&regression::polynomial(input, samples, 3).fitted)
}

/// Where a figure is zero as a function of one input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakEven {
    /// Within the input's values.
    At(f64),
    /// Above, or below, zero at every value of the input that was looked at.
    Above,
    Below,
    /// The input does not move the figure beyond chance.
    Unmoved,
}

/// The value of the input at which the figure, by its straight line over the input, is zero. The line must explain more
/// than chance does: by BIC against a constant.
pub fn break_even(input: &[f64], samples: &[f64]) -> BreakEven {
    let fit = regression::polynomial(input, samples, 1);
    let [a, b] = fit.coefficients[..] else { return BreakEven::Unmoved };
    let (low, high) =
        input.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(*x), h.max(*x)));
    let at = fit.center + fit.scale * (-a / b);
    match () {
        _ if (low..=high).contains(&at) => BreakEven::At(at),
        _ if mean(&fit.fitted) > 0.0 => BreakEven::Above,
        _ => BreakEven::Below,
    }
}
