//! An estimate with its interval, and intervals for means.

use super::describe::{mean, sd, skewness, variance};
use super::student::{t_factor, t_p_value};

/// With fewer replications in which the arms differ, a difference is shown without an interval: the t
/// distribution says nothing about a sample that is nearly all zeros.
pub const MIN_NONZERO_DIFFERENCES: usize = 10;

/// A number with its uncertainty: there is no naked mean in this program.
///
/// Two special forms keep NaN out of tables: no variation at all (`se` 0, the interval is the point; for a
/// difference of zero see [`Estimate::is_identical`]) and no interval (`se` and bounds infinite, see
/// [`Estimate::has_interval`]). A metric that is undefined, such as 0 failures in 0 hours, has the value NaN
/// and no interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    pub value: f64,
    /// standard error, in the unit of `value`
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    /// nominal confidence level of the interval, such as 0.95
    pub level: f64,
    /// degrees of freedom of the t distribution behind the interval
    pub df: f64,
    /// independent observations: replications, or pairs of replications
    pub n: usize,
}

impl Estimate {
    /// The symmetric interval value +- t(n - 1) se.
    pub fn t(value: f64, se: f64, n: usize, level: f64) -> Self {
        Self::with_df(value, se, n as f64 - 1.0, n, level)
    }

    /// The symmetric interval value +- t(df) se.
    pub fn with_df(value: f64, se: f64, df: f64, n: usize, level: f64) -> Self {
        if !(value.is_finite() && se.is_finite() && df > 0.0) {
            return Self::without_interval(value, n, level);
        }
        let half = if se == 0.0 { 0.0 } else { t_factor(level, df) * se };
        Self { value, se, lower: value - half, upper: value + half, level, df, n }
    }

    /// The percent change 100 (e^L - 1) from an estimate L of a log ratio: the t interval is taken on the log
    /// scale and carried over, `se` by the delta method [%].
    pub fn percent_from_log(log_ratio: f64, se: f64, n: usize, level: f64) -> Self {
        let log = Self::t(log_ratio, se, n, level);
        let percent = |l: f64| 100.0 * l.exp_m1();
        if !log.has_interval() {
            return Self::without_interval(percent(log_ratio), n, level);
        }
        Self {
            value: percent(log.value),
            se: 100.0 * log.value.exp() * log.se,
            lower: percent(log.lower),
            upper: percent(log.upper),
            ..log
        }
    }

    /// A difference that is zero in every replication.
    pub fn identical(n: usize, level: f64) -> Self {
        Self { value: 0.0, se: 0.0, lower: 0.0, upper: 0.0, level, df: n as f64 - 1.0, n }
    }

    /// A value about whose precision nothing can be said.
    pub fn without_interval(value: f64, n: usize, level: f64) -> Self {
        let (lower, upper) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { value, se: f64::INFINITY, lower, upper, level, df: n as f64 - 1.0, n }
    }

    pub fn has_interval(&self) -> bool {
        self.se.is_finite()
    }

    /// For a difference: zero in every replication.
    pub fn is_identical(&self) -> bool {
        self.value == 0.0 && self.se == 0.0
    }

    /// Half the length of the interval.
    pub fn half_width(&self) -> f64 {
        (self.upper - self.lower) / 2.0
    }

    /// For a difference: two-sided p-value of "no difference". Used to order the secondaries, never printed.
    pub fn p_value(&self) -> f64 {
        if !self.has_interval() || self.is_identical() {
            return 1.0;
        }
        t_p_value(self.value / self.se, self.df)
    }

    /// At another level, as skewed as it is.
    pub fn at_level(&self, level: f64) -> Self {
        if !self.has_interval() || self.se == 0.0 || level == self.level {
            return Self { level, ..*self };
        }
        let factor = t_factor(level, self.df) / t_factor(self.level, self.df);
        let (below, above) = ((self.value - self.lower) * factor, (self.upper - self.value) * factor);
        Self { lower: self.value - below, upper: self.value + above, level, ..*self }
    }

    pub fn contains(&self, x: f64) -> bool {
        self.lower <= x && x <= self.upper
    }
}

/// Two-sided p-value of "no difference" by the interval at each level: one less the highest level at which it leaves out zero. For
/// symmetric intervals that is [`Estimate::p_value`]. So an interval and what is said of its p-value never contradict each other.
pub fn p_value(interval: &dyn Fn(f64) -> Estimate, level: f64) -> f64 {
    let e = interval(level);
    let is_skewed = (e.lower + e.upper - 2.0 * e.value).abs() > 1e-9 * (e.upper - e.lower);
    if !e.has_interval() || e.is_identical() || !is_skewed {
        return e.p_value();
    }
    let leaves_out = |log_p: f64| !interval(1.0 - log_p.exp()).contains(0.0);
    let (mut low, mut high) = (1e-12_f64.ln(), 0.999_f64.ln());
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if leaves_out(middle) { high = middle } else { low = middle }
    }
    high.exp()
}

/// Mean of independent values with the t interval.
pub fn mean_t(values: &[f64], level: f64) -> Estimate {
    Estimate::t(mean(values), standard_error(values), values.len(), level)
}

/// Mean of independent values; Willink's interval when the sample is small and skewed
/// (|skewness| > 1 and 10 <= n < 50), otherwise the t interval.
///
/// Willink, "A confidence interval and test for the mean of an asymmetric distribution", Communications in
/// Statistics, Theory and Methods 34 (2005), 753-766. The transformation is steep, and its interval without end, where
/// 6 a (t + a) comes near 1: the skewness counts only as far as 0.95, where the longer side is twice that of t.
pub fn mean_skew_adjusted(values: &[f64], level: f64) -> Estimate {
    let symmetric = mean_t(values, level);
    let skew = skewness(values);
    let adjust = symmetric.has_interval() && (10..50).contains(&values.len()) && skew.abs() > 1.0;
    if !adjust {
        return symmetric;
    }
    let t = t_factor(level, symmetric.df);
    // The root of 6 a (t + a) = 0.95: the longer side is then twice that of t.
    let most = ((t * t + 4.0 * 0.95 / 6.0).sqrt() - t) / 2.0;
    let a = (skew / (6.0 * (values.len() as f64).sqrt())).clamp(-most, most);
    let g = |r: f64| ((1.0 + 6.0 * a * (r - a)).cbrt() - 1.0) / (2.0 * a);
    let Estimate { value, se, .. } = symmetric;
    Estimate { lower: value - g(t) * se, upper: value - g(-t) * se, ..symmetric }
}

/// Mean of `after - before` over paired replications.
/// Panics when the arms have different numbers of replications.
pub fn paired_t(before: &[f64], after: &[f64], level: f64) -> Estimate {
    paired(before, after, level, mean_t)
}

/// As [`paired_t`], with the interval of [`mean_skew_adjusted`]: for yearly costs.
pub fn paired_skew_adjusted(before: &[f64], after: &[f64], level: f64) -> Estimate {
    paired(before, after, level, mean_skew_adjusted)
}

/// Mean of `after - before` for independent samples (no common random numbers): Welch's interval.
/// `n` of the result is the smaller sample.
pub fn welch(before: &[f64], after: &[f64], level: f64) -> Estimate {
    let part = |x: &[f64]| (variance(x) / x.len() as f64, x.len() as f64 - 1.0);
    let ((vb, db), (va, da)) = (part(before), part(after));
    let n = before.len().min(after.len());
    let df = if vb + va == 0.0 { db.min(da) } else { (vb + va).powi(2) / (vb * vb / db + va * va / da) };
    Estimate::with_df(mean(after) - mean(before), (vb + va).sqrt(), df, n, level)
}

/// What every paired comparison does first: all zero is said to be identical, and a sample with too few
/// differences gets no interval. `differ` counts the replications in which the arms differ.
pub(super) fn guard(value: f64, differ: usize, n: usize, level: f64) -> Option<Estimate> {
    match differ {
        0 if value == 0.0 => Some(Estimate::identical(n, level)),
        _ if differ < MIN_NONZERO_DIFFERENCES => Some(Estimate::without_interval(value, n, level)),
        _ => None,
    }
}

fn paired(before: &[f64], after: &[f64], level: f64, interval: fn(&[f64], f64) -> Estimate) -> Estimate {
    assert_eq!(before.len(), after.len(), "paired replications");
    let differences: Vec<f64> = before.iter().zip(after).map(|(b, a)| a - b).collect();
    let differ = differences.iter().filter(|d| **d != 0.0).count();
    guard(mean(&differences), differ, differences.len(), level)
        .unwrap_or_else(|| interval(&differences, level))
}

/// Standard error of the mean; a sample whose values are all equal has exactly zero.
fn standard_error(values: &[f64]) -> f64 {
    sd(values) / (values.len() as f64).sqrt()
}
