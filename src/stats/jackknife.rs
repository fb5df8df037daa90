//! The central estimator: a metric is a smooth function of sums over replications.
//!
//! Replication r leaves a row of sums s_r (numerators and denominators of base measures: hours of restore time
//! and cases restored, bus-days of uptime and failures). The metric is g(sum of all s_r); leaving out one
//! replication at a time gives its standard error whatever g is, so mean, rate, share and any formula of the
//! metric tree are estimated in the same few lines.
//!
//! Averaging a ratio per replication instead is biased when a replication holds few events (with five failures
//! expected, MTBF comes out 28 % too long); the ratio of the sums is not.
//!
//! Source: Miller, "The jackknife: a review", Biometrika 61 (1974), 1-15; for ratios in simulation: Law,
//! Simulation Modeling and Analysis (2015), section 9.5.3. The value shown is g itself, not the bias-corrected
//! pseudo-value mean, so that a table's "after" less "before" is its "change".

use super::estimate::{Estimate, guard};

/// Per-replication sums of one arm: a row per replication, a column per base measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums {
    columns: usize,
    rows: Vec<f64>,
    totals: Vec<f64>,
}

impl Sums {
    /// An empty table of `columns` base measures.
    pub fn new(columns: usize) -> Self {
        assert!(columns > 0, "at least one base measure");
        Self { columns, rows: Vec::new(), totals: vec![0.0; columns] }
    }

    /// Adds the sums of the next replication. Panics when `row` has the wrong length.
    pub fn push(&mut self, row: &[f64]) {
        assert_eq!(row.len(), self.columns, "one sum per base measure");
        self.rows.extend_from_slice(row);
        for (total, x) in self.totals.iter_mut().zip(row) {
            *total += x;
        }
    }

    /// Replications so far.
    pub fn n(&self) -> usize {
        self.rows.len() / self.columns
    }

    /// The sums of replication `r`.
    pub fn row(&self, r: usize) -> &[f64] {
        &self.rows[r * self.columns..(r + 1) * self.columns]
    }

    /// The sums over all replications.
    pub fn totals(&self) -> &[f64] {
        &self.totals
    }

    /// The metric `g` with its interval.
    pub fn estimate(&self, g: impl Fn(&[f64]) -> f64, level: f64) -> Estimate {
        jackknife_t(self.n(), self.leaving_out(&g), g(&self.totals), level)
    }

    /// Change of the metric `g` from `before` to `after`, over paired replications.
    /// Panics when the arms have different numbers of replications.
    pub fn difference(before: &Self, after: &Self, g: impl Fn(&[f64]) -> f64, level: f64) -> Estimate {
        let full = g(&after.totals) - g(&before.totals);
        let differ = Self::count_differing(before, after, &g);
        guard(full, differ, before.n(), level).unwrap_or_else(|| {
            let (b, a) = (before.leaving_out(&g), after.leaving_out(&g));
            jackknife_t(before.n(), |r| a(r) - b(r), full, level)
        })
    }

    /// Change of the metric `g` in percent of its value before [%], by the jackknife of the log ratio.
    /// None when a percentage makes no sense: a value is zero, or the two have different signs.
    pub fn percent(before: &Self, after: &Self, g: impl Fn(&[f64]) -> f64, level: f64) -> Option<Estimate> {
        let quotient = g(&after.totals) / g(&before.totals);
        if !(quotient.is_finite() && quotient > 0.0) {
            return None;
        }
        let differ = Self::count_differing(before, after, &g);
        Some(guard(100.0 * (quotient - 1.0), differ, before.n(), level).unwrap_or_else(|| {
            let (b, a) = (before.leaving_out(&g), after.leaving_out(&g));
            let log = jackknife_t(before.n(), |r| (a(r) / b(r)).ln(), quotient.ln(), level);
            Estimate::percent_from_log(log.value, log.se, log.n, level)
        }))
    }

    /// g of all replications but r.
    fn leaving_out<'a>(&'a self, g: &'a impl Fn(&[f64]) -> f64) -> impl Fn(usize) -> f64 + 'a {
        move |r| {
            let rest: Vec<f64> = self.totals.iter().zip(self.row(r)).map(|(total, x)| total - x).collect();
            g(&rest)
        }
    }

    /// Replications whose own value of the metric differs between the arms (undefined in both is equal).
    fn count_differing(before: &Self, after: &Self, g: &impl Fn(&[f64]) -> f64) -> usize {
        assert_eq!(before.n(), after.n(), "paired replications");
        (0..before.n()).filter(|&r| differ(g(before.row(r)), g(after.row(r)))).count()
    }
}

/// Jackknife-t interval of a statistic of `n` replications: `full` on all of them, `leave_one_out(r)` without
/// replication r. A leave-one-out value that is not finite (the only failure left out) means no interval.
pub fn jackknife_t(n: usize, leave_one_out: impl Fn(usize) -> f64, full: f64, level: f64) -> Estimate {
    if n < 2 {
        return Estimate::without_interval(full, n, level);
    }
    // se^2 = (n - 1)/n sum (theta_(r) - mean)^2; deviations from `full` first, so that equal values cancel exactly.
    let deviations: Vec<f64> = (0..n).map(|r| leave_one_out(r) - full).collect();
    let count = n as f64;
    let centre = deviations.iter().sum::<f64>() / count;
    let squares: f64 = deviations.iter().map(|d| (d - centre).powi(2)).sum();
    Estimate::t(full, ((count - 1.0) / count * squares).sqrt(), n, level)
}

/// Ratio of sums, such as MTBF = total uptime / total failures: one numerator and denominator per replication.
pub fn ratio(numerators: &[f64], denominators: &[f64], level: f64) -> Estimate {
    assert_eq!(numerators.len(), denominators.len(), "one numerator and one denominator per replication");
    let mut sums = Sums::new(2);
    for (num, den) in numerators.iter().zip(denominators) {
        sums.push(&[*num, *den]);
    }
    sums.estimate(|s| s[0] / s[1], level)
}

/// Not equal, where two undefined values count as equal.
pub(super) fn differ(a: f64, b: f64) -> bool {
    a != b && !(a.is_nan() && b.is_nan())
}
