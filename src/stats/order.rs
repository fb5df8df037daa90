//! Intervals for quantiles from order statistics: no assumption about the law of the values.

use super::quantile::quantile_sorted;

/// A quantile of independent values. A bound that no order statistic gives is infinite: with n values the 5 % quantile
/// has a lower bound at level 95 % from n = 72 on.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct OrderQuantile {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The `p` quantile (type 7) of ascending values with its interval: David and Nagaraja, Order Statistics (2003), 7.1. The
/// number of values below the quantile is binomial; each bound errs with at most half of what the level leaves.
pub fn order_quantile(sorted: &[f64], p: f64, level: f64) -> OrderQuantile {
    let n = sorted.len();
    let alpha = (1.0 - level) / 2.0;
    let below = cumulative(n, p);
    // Lower: the k-th smallest value with P(B < k) <= alpha; upper: that with P(B >= k) <= alpha.
    let lower = (1..=n).rev().find(|k| below[k - 1] <= alpha);
    let upper = (1..=n).find(|k| 1.0 - below[k - 1] <= alpha);
    OrderQuantile {
        value: quantile_sorted(sorted, p),
        lower: lower.map_or(f64::NEG_INFINITY, |k| sorted[k - 1]),
        upper: upper.map_or(f64::INFINITY, |k| sorted[k - 1]),
    }
}

/// P(B <= k) of the binomial law, for k from 0 to n - 1.
fn cumulative(n: usize, p: f64) -> Vec<f64> {
    let mut log = n as f64 * (-p).ln_1p();
    let odds = (p / (1.0 - p)).ln();
    let mut sum = 0.0;
    (0..n)
        .map(|k| {
            sum += log.exp();
            log += ((n - k) as f64 / (k + 1) as f64).ln() + odds;
            sum.min(1.0)
        })
        .collect()
}
