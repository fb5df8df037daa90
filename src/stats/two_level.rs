//! Two sources of error in one interval: the replications, and the inputs.
//!
//! Outer samples b = 1..B of the inputs are run with the same few replications r = 1..m, which draw the same random numbers in
//! every sample. A statistic is then a two-way table without repetition,
//!
//! ```text
//! D_br = mean + input_b + chance_r + rest_br      Var_b(D_b) = sigma2_input + sigma2_rest / m
//! ```
//!
//! in which what chance does to all samples alike drops out, and what it does beyond that shows in the rest (analysis of
//! variance, for example Searle, Casella and McCulloch, "Variance components", 1992, chapter 4). So what the inputs alone do is
//! Var_b(D_b) less the noise, never below zero, and the variance of an estimate from many replications at the central
//! inputs is sigma2_input + SE^2. Barton, Nelson and Xie, "Quantifying input uncertainty via simulation confidence intervals",
//! INFORMS Journal on Computing 26 (2014), 74-87, add the same two parts.

use super::Estimate;
use super::describe::{mean, variance};
use super::student::normal_quantile;

/// The spread of a statistic over samples of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct InputSpread {
    /// Samples in which the statistic is defined.
    pub samples: usize,
    /// Mean over the samples.
    pub mean: f64,
    /// Variance between samples.
    pub between: f64,
    /// The part of it that is the error of the few replications of each sample.
    pub noise: f64,
    /// Degrees of freedom with which the part of the inputs is known.
    pub df: f64,
}

/// The part of the variance between samples that the error of the few replications makes: the mean square of the rest of the
/// two-way table `[sample][replication]`, over the number of replications. Rows that are not wholly known are left out. NaN
/// with fewer than two replications, or two samples.
pub fn noise(table: &[Vec<f64>]) -> f64 {
    let rows: Vec<&Vec<f64>> = table.iter().filter(|row| row.iter().all(|x| x.is_finite())).collect();
    let m = rows.first().map_or(0, |row| row.len());
    if rows.len() < 2 || m < 2 {
        return f64::NAN;
    }
    let of_row: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
    let of_column: Vec<f64> =
        (0..m).map(|r| mean(&rows.iter().map(|row| row[r]).collect::<Vec<_>>())).collect();
    let all = mean(&of_row);
    let rest = |b: usize, r: usize| rows[b][r] - of_row[b] - of_column[r] + all;
    let squares: f64 = (0..rows.len()).map(|b| (0..m).map(|r| rest(b, r).powi(2)).sum::<f64>()).sum();
    squares / ((rows.len() - 1) * (m - 1) * m) as f64
}

/// Degrees of freedom with which the part of the inputs is known from the two-way table `[sample][replication]`. The few
/// replications may feel the inputs each in its own way, which more samples do not show: so twice the square of that
/// part over its variance (Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin
/// 2 (1946), 110-114), with the variance by the jackknife over replications, and no fewer than the replications less one. Not
/// limited by fewer than three of them, or where the samples differ by no more than their noise: twice the square of what may be
/// nothing says nothing.
pub fn freedom(table: &[Vec<f64>]) -> f64 {
    let rows: Vec<&Vec<f64>> = table.iter().filter(|row| row.iter().all(|x| x.is_finite())).collect();
    let m = rows.first().map_or(0, |row| row.len());
    if rows.len() < 2 || m < 3 {
        return f64::INFINITY;
    }
    let input = |rows: &[Vec<f64>]| {
        let means: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
        variance(&means) - noise(rows)
    };
    let without = |r: usize| {
        let row = |row: &&Vec<f64>| {
            let others = row.iter().enumerate().filter(|(i, _)| *i != r);
            others.map(|(_, x)| *x).collect()
        };
        input(&rows.iter().map(row).collect::<Vec<_>>())
    };
    let left_out: Vec<f64> = (0..m).map(without).collect();
    let all = input(&rows.iter().map(|row| (*row).clone()).collect::<Vec<_>>());
    let k = m as f64;
    let error = (k - 1.0).powi(2) / k * variance(&left_out);
    let noise = noise(&rows.iter().map(|row| (*row).clone()).collect::<Vec<_>>());
    let spread =
        InputSpread { samples: rows.len(), mean: 0.0, between: all + noise, noise, df: f64::INFINITY };
    if error <= 0.0 || !spread.is_shown(m as u32) {
        return f64::INFINITY;
    }
    (2.0 * all * all / error).max(k - 1.0)
}

impl InputSpread {
    /// Fewer samples than this say nothing about a variance.
    pub const FEWEST: usize = 10;

    /// From the values of the samples, the variance of the error of one of them, and what [`freedom`] says; samples where the
    /// statistic is undefined are left out. None when too few are left.
    pub fn new(values: &[f64], noise: f64, freedom: f64) -> Option<Self> {
        let known: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        if known.len() < Self::FEWEST || !noise.is_finite() {
            return None;
        }
        let between = variance(&known);
        // Rounding of equal values is no spread.
        let between = if between <= (1e-12 * mean(&known)).powi(2) { 0.0 } else { between };
        // Few samples and few replications both make the part of the inputs uncertain.
        let df = 1.0 / (1.0 / freedom + 1.0 / (known.len() as f64 - 1.0));
        Some(Self { samples: known.len(), mean: mean(&known), between, noise, df })
    }

    /// The variance that the inputs alone make.
    pub fn input(&self) -> f64 {
        (self.between - self.noise).max(0.0)
    }

    /// Whether the samples differ by more than their noise, at 5 %: the F test of the two-way table with `replications`
    /// columns. If not, what [`input`](Self::input) says may itself be noise.
    ///
    /// The F distribution by Paulson, "An approximate normalization of the analysis of variance distribution", Annals of
    /// Mathematical Statistics 13 (1942), 233-235.
    pub fn is_shown(&self, replications: u32) -> bool {
        if self.noise <= 0.0 {
            return self.between > 0.0;
        }
        let above = self.samples as f64 - 1.0;
        let below = above * (f64::from(replications) - 1.0).max(1.0);
        let (a, b, root) = (2.0 / (9.0 * above), 2.0 / (9.0 * below), (self.between / self.noise).cbrt());
        let z = ((1.0 - b) * root - (1.0 - a)) / (b * root * root + a).sqrt();
        z > normal_quantile(0.95)
    }

    /// The share of the total variance of an estimate with this standard error that the inputs make, 0 to 1.
    pub fn share(&self, se: f64) -> f64 {
        let input = self.input();
        if input == 0.0 { 0.0 } else { input / (input + se * se) }
    }

    /// An estimate at the central inputs with the interval that contains both sources of error; the degrees of freedom of their sum
    /// are Satterthwaite's. Without a spread by inputs it stays as it is.
    pub fn total(&self, exact: &Estimate, level: f64) -> Estimate {
        if self.input() == 0.0 || !exact.has_interval() {
            return *exact;
        }
        let se = (self.input() + exact.se * exact.se).sqrt();
        let df = self.df_with(self.input(), exact);
        Estimate::with_df(exact.value, se, df, exact.n, level)
    }

    /// Degrees of freedom of the sum of this variance by the inputs and the error of an estimate.
    pub fn df_with(&self, input: f64, exact: &Estimate) -> f64 {
        let chance = exact.se * exact.se;
        (input + chance).powi(2) / (input * input / self.df + chance * chance / exact.df)
    }

    /// As [`total`](Self::total) for a percent change whose spread is that of the log ratio.
    pub fn total_percent(&self, exact: &Estimate, level: f64) -> Estimate {
        if self.input() == 0.0 || !exact.has_interval() {
            return *exact;
        }
        let log = (exact.value / 100.0).ln_1p();
        let se = exact.se / (100.0 + exact.value);
        let total = self.total(&Estimate { value: log, se, ..*exact }, level);
        let percent = |l: f64| 100.0 * l.exp_m1();
        Estimate {
            value: exact.value,
            se: total.se * (100.0 + exact.value),
            lower: percent(total.lower),
            upper: percent(total.upper),
            ..total
        }
    }

    /// Replications, in place of n that gave this standard error, after which it is a fifth of what the inputs make: more
    /// would not make the interval visibly narrower. None when the inputs make nothing.
    pub fn enough(&self, n: usize, se: f64) -> Option<usize> {
        let input = self.input();
        (input > 0.0 && se.is_finite()).then(|| (n as f64 * 25.0 * se * se / input).ceil() as usize)
    }
}
