//! Many metrics and many arms.
//!
//! The primary metric is not adjusted. Over the secondaries: Holm, "A simple sequentially rejective multiple test
//! procedure", Scandinavian Journal of Statistics 6 (1979), 65-70. Arms against a control: Bonferroni, which unlike
//! Dunnett's procedure does not assume how the arms are correlated, and so is safe under common random numbers.

use super::estimate::Estimate;
use super::verdict::Better;

/// Holm's result for one of several differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holm {
    /// p-value to hold against the family's 1 - level
    pub adjusted_p: f64,
    /// Level at which to state this difference's interval. That interval leaves out zero exactly when Holm's
    /// procedure calls the difference real, so claims of direction hold together at the family's level. The
    /// intervals do not cover all true values together; [`bonferroni_level`] does.
    pub level: f64,
    pub rejected: bool,
}

/// Holm's procedure over p-values at a family level such as 0.95, in the order given.
/// Leave out differences that are identical by construction: they are not tests.
pub fn holm(p_values: &[f64], level: f64) -> Vec<Holm> {
    let m = p_values.len();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut result = vec![Holm { adjusted_p: 1.0, level, rejected: false }; m];
    let (mut adjusted, mut rejecting, mut share) = (0.0f64, true, 0.0);
    for (rank, &i) in order.iter().enumerate() {
        let left = (m - rank) as f64;
        adjusted = adjusted.max((left * p_values[i]).min(1.0));
        if rejecting {
            share = (1.0 - level) / left;
            rejecting = p_values[i] <= share;
        }
        result[i] = Holm { adjusted_p: adjusted, level: 1.0 - share, rejected: rejecting };
    }
    result
}

/// The level of each of `m` intervals that are to hold together at `level`: arms against a control, weeks of a
/// ramp.
pub fn bonferroni_level(level: f64, m: usize) -> f64 {
    1.0 - (1.0 - level) / m.max(1) as f64
}

/// Multiple comparisons with the best: for each arm, simultaneous bounds of its true value less the best of the
/// others. An upper bound of 0 (for `Better::Higher`) says "not the best", a lower bound of 0 "the best".
///
/// Hsu, "Constrained simultaneous confidence intervals for multiple comparisons with the best", Annals of Statistics
/// 12 (1984), 1136-1144, with Bonferroni in place of the multivariate t, hence safe under common random
/// numbers. `difference(i, j, level)` gives the two-sided interval of arm i less arm j at that level.
pub fn mcb(
    arms: usize,
    level: f64,
    better: Better,
    difference: impl Fn(usize, usize, f64) -> Estimate,
) -> Vec<(f64, f64)> {
    if arms < 2 {
        return vec![(0.0, 0.0); arms];
    }
    // Each bound is one-sided: arms - 1 of them share the error.
    let each = 1.0 - 2.0 * (1.0 - level) / (arms - 1) as f64;
    // Lower and upper bound of the gain of arm i over arm j.
    let gain = |i: usize, j: usize| {
        let e = difference(i, j, each);
        match better {
            Better::Higher => (e.lower, e.upper),
            Better::Lower => (-e.upper, -e.lower),
        }
    };
    let others = |i: usize| (0..arms).filter(move |&j| j != i);
    let upper: Vec<f64> =
        (0..arms).map(|i| others(i).map(|j| gain(i, j).1).fold(f64::INFINITY, f64::min).max(0.0)).collect();
    (0..arms)
        .map(|i| {
            // Only arms that may still be the best can be the best other one.
            let rivals = others(i).filter(|&j| upper[j] > 0.0);
            let lower = rivals.map(|j| gain(i, j).0).fold(f64::INFINITY, f64::min).min(0.0);
            match better {
                Better::Higher => (lower, upper[i]),
                Better::Lower => (-upper[i], -lower),
            }
        })
        .collect()
}
