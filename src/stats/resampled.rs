//! A statistic of replications, kept with what is needed to give it, its change and its percent change an interval.
//!
//! Two schemes: the jackknife (one value without each replication) for smooth functions of sums, and the bootstrap
//! over replications (one value for each resample) for what depends on a quantile. Arms that are compared must be
//! resampled alike: the same replications left out, or the same seed.

use super::describe::{mean, sd};
use super::estimate::{Estimate, guard, mean_skew_adjusted, paired_skew_adjusted};

/// A statistic, its value in each replication alone, and its resampled values.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// of all replications together
    pub value: f64,
    /// of each replication alone; NaN where it is undefined
    pub own: Vec<f64>,
    replicates: Vec<f64>,
    scheme: Scheme,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Jackknife,
    /// with the seed of the resamples
    Bootstrap {
        seed: u64,
    },
}

impl Resampled {
    /// `leave_one_out[r]` is the statistic without replication r.
    pub fn jackknife(value: f64, own: Vec<f64>, leave_one_out: Vec<f64>) -> Self {
        assert_eq!(own.len(), leave_one_out.len(), "one value without each replication");
        Self { value, own, replicates: leave_one_out, scheme: Scheme::Jackknife }
    }

    /// `replicates[b]` is the statistic of resample b of the replications, drawn with this seed.
    pub fn bootstrap(value: f64, own: Vec<f64>, replicates: Vec<f64>, seed: u64) -> Self {
        Self { value, own, replicates, scheme: Scheme::Bootstrap { seed } }
    }

    /// A smooth function of several statistics of the same replications, with what its interval needs: an elasticity, a
    /// present value. None unless they are resampled alike.
    pub fn function(of: &[&Self], g: impl Fn(&[f64]) -> f64) -> Option<Self> {
        let (first, rest) = of.split_first()?;
        if !rest
            .iter()
            .all(|other| first.pairs_with(other) && first.replicates.len() == other.replicates.len())
        {
            return None;
        }
        let each = |at: &dyn Fn(&Self) -> f64| g(&of.iter().map(|r| at(r)).collect::<Vec<_>>());
        Some(Self {
            value: each(&|r| r.value),
            own: (0..first.n()).map(|i| each(&|r| r.own[i])).collect(),
            replicates: (0..first.replicates.len()).map(|b| each(&|r| r.replicates[b])).collect(),
            scheme: first.scheme,
        })
    }

    /// Replications.
    pub fn n(&self) -> usize {
        self.own.len()
    }

    /// Whether the two have as many replications, resampled alike.
    pub fn pairs_with(&self, other: &Self) -> bool {
        self.n() == other.n() && self.scheme == other.scheme
    }

    /// The statistic with its interval; the skew-adjusted one for a mean over replications.
    pub fn estimate(&self, level: f64) -> Estimate {
        if self.is_mean() {
            return mean_skew_adjusted(&self.own, level);
        }
        let se = self.standard_error(self.replicates.iter().map(|x| x - self.value));
        Estimate::t(self.value, se, self.n(), level)
    }

    /// One value for each replication, whose mean is the statistic and whose spread over the root of n is its standard error:
    /// the pseudo-values of the jackknife, moved to that mean. What is linear in several statistics is so in these. None
    /// for the bootstrap.
    pub fn pseudo_values(&self) -> Option<Vec<f64>> {
        if self.scheme != Scheme::Jackknife {
            return None;
        }
        let (n, middle) = (self.n() as f64, mean(&self.replicates));
        Some(self.replicates.iter().map(|left_out| self.value + (n - 1.0) * (middle - left_out)).collect())
    }

    /// `after` less `before`. Panics unless both have the same replications, resampled alike.
    pub fn difference(before: &Self, after: &Self, level: f64) -> Estimate {
        let value = after.value - before.value;
        Self::guarded(before, after, value, level).unwrap_or_else(|| {
            if before.is_mean() && after.is_mean() {
                return paired_skew_adjusted(&before.own, &after.own, level);
            }
            let se = after.standard_error(Self::pairs(before, after).map(|(b, a)| a - b - value));
            Estimate::t(value, se, after.n(), level)
        })
    }

    /// A weighted sum of statistics of the same replications, resampled alike: its jackknife or bootstrap is the same sum
    /// of theirs. Panics when they were not resampled alike, or there is none.
    pub fn sum(terms: &[(f64, &Self)]) -> Self {
        let (_, first) = terms.first().expect("at least one statistic");
        let alike = terms.iter().all(|(_, term)| first.pairs_with(term));
        assert!(alike, "statistics resampled alike");
        let total = |of: &dyn Fn(&Self) -> f64| terms.iter().map(|(weight, term)| weight * of(term)).sum();
        let each =
            |n: usize, of: &dyn Fn(&Self, usize) -> f64| (0..n).map(|r| total(&|t| of(t, r))).collect();
        Self {
            value: total(&|t| t.value),
            own: each(first.n(), &|t, r| t.own[r]),
            replicates: each(first.replicates.len(), &|t, r| t.replicates[r]),
            scheme: first.scheme,
        }
    }

    /// The estimate of a weighted sum whose weights add up to zero, such as a change: as for [`difference`](Self::difference)
    /// it is said to be identical when it is zero in every replication, and has no interval when it is zero in nearly all.
    pub fn contrast(terms: &[(f64, &Self)], level: f64) -> Estimate {
        let side = |sign: f64| -> Vec<(f64, &Self)> {
            terms.iter().map(|(weight, term)| ((sign * weight).max(0.0), *term)).collect()
        };
        Self::difference(&Self::sum(&side(-1.0)), &Self::sum(&side(1.0)), level)
    }

    /// The change in percent of the value before [%], by the log ratio. None where a percentage makes no sense: a
    /// value is zero or undefined, or the two have different signs.
    pub fn percent(before: &Self, after: &Self, level: f64) -> Option<Estimate> {
        let ratio = after.value / before.value;
        if !(ratio.is_finite() && ratio > 0.0) {
            return None;
        }
        let log = ratio.ln();
        Some(Self::guarded(before, after, 100.0 * log.exp_m1(), level).unwrap_or_else(|| {
            let se = after.standard_error(Self::pairs(before, after).map(|(b, a)| (a / b).ln() - log));
            Estimate::percent_from_log(log, se, after.n(), level)
        }))
    }

    /// `after` less `before` where the two were sampled independently of each other: Welch's interval, from the
    /// standard error and the degrees of freedom of each.
    pub fn independent_difference(before: &Self, after: &Self, level: f64) -> Estimate {
        let (b, a) = (before.estimate(level), after.estimate(level));
        let (se, df) = welch_from(&b, &a, 1.0, 1.0);
        Estimate::with_df(a.value - b.value, se, df, b.n.min(a.n), level)
    }

    /// As [`percent`](Self::percent) for independent samples: the log ratio's error by the delta method, and as many
    /// degrees of freedom as the smaller sample has.
    pub fn independent_percent(before: &Self, after: &Self, level: f64) -> Option<Estimate> {
        let ratio = after.value / before.value;
        if !(ratio.is_finite() && ratio > 0.0) {
            return None;
        }
        let (b, a) = (before.estimate(level), after.estimate(level));
        let (se, _) = welch_from(&b, &a, b.value, a.value);
        Some(Estimate::percent_from_log(ratio.ln(), se, b.n.min(a.n), level))
    }

    /// The statistic without each replication, where it was resampled so; else none.
    pub fn leaving_one_out(&self) -> &[f64] {
        if self.scheme == Scheme::Jackknife { &self.replicates } else { &[] }
    }

    fn pairs<'a>(before: &'a Self, after: &'a Self) -> impl Iterator<Item = (f64, f64)> + 'a {
        before.replicates.iter().copied().zip(after.replicates.iter().copied())
    }

    fn guarded(before: &Self, after: &Self, value: f64, level: f64) -> Option<Estimate> {
        assert_eq!(before.n(), after.n(), "paired replications");
        assert_eq!(before.scheme, after.scheme, "arms resampled alike");
        let differing = before.own.iter().zip(&after.own).filter(|(b, a)| differ(**b, **a)).count();
        let value = if differing == 0 && value.is_finite() { 0.0 } else { value };
        guard(value, differing, after.n(), level)
    }

    /// Whether the statistic is the mean of its values in single replications, as a yearly cost is. Then the
    /// jackknife equals the paired t, and the distribution of the values is known well enough to adjust for skew.
    fn is_mean(&self) -> bool {
        let rounding = 1e-12 * self.value.abs();
        self.scheme == Scheme::Jackknife && self.n() > 1 && (mean(&self.own) - self.value).abs() <= rounding
    }

    /// From resampled values less the statistic itself: small numbers, so that equal ones cancel exactly.
    fn standard_error(&self, deviations: impl Iterator<Item = f64>) -> f64 {
        let deviations: Vec<f64> = deviations.collect();
        let n = self.n() as f64;
        match self.scheme {
            // se^2 = (n - 1)/n sum (theta_(r) - mean)^2 = (n - 1)^2/n s^2
            Scheme::Jackknife => sd(&deviations) * (n - 1.0) / n.sqrt(),
            // Resampling n clusters shows (n - 1)/n of the variance between them (exactly so for a mean).
            Scheme::Bootstrap { .. } => sd(&deviations) * (n / (n - 1.0)).sqrt(),
        }
    }
}

/// Not equal, where two undefined values count as equal, and so do sums of the same numbers in another order.
fn differ(a: f64, b: f64) -> bool {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => (a - b).abs() > 1e-12 * a.abs().min(b.abs()),
        (a, b) => a != b,
    }
}

/// Standard error of the difference of two independent estimates, each divided by its size, and its degrees of freedom.
///
/// Welch, "The generalization of 'Student's' problem when several different population variances are involved",
/// Biometrika 34 (1947), 28-35.
fn welch_from(before: &Estimate, after: &Estimate, size_before: f64, size_after: f64) -> (f64, f64) {
    let (vb, va) = ((before.se / size_before).powi(2), (after.se / size_after).powi(2));
    let variance = vb + va;
    if variance == 0.0 {
        return (0.0, before.df.min(after.df));
    }
    (variance.sqrt(), variance * variance / (vb * vb / before.df + va * va / after.df))
}
