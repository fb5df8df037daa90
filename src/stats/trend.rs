//! A trend over few points in time, without assuming a law of the errors or being misled by one odd year.
//!
//! The slope is the median of the slopes of all pairs (Theil 1950; Sen, "Estimates of the regression coefficient based on
//! Kendall's tau", Journal of the American Statistical Association 63 (1968), 1379-1389). Its interval leaves out as many slopes at either end as
//! Kendall's S allows, by the exact distribution of S for any n: with four points there is no 95 % interval at all, which is
//! what four points can say. Whether there is a trend is Mann's test of S (Mann 1945; Kendall 1975).
//!
//! The points are taken as independent of each other but for the trend.

use super::quantile_sorted;
use super::student::normal_quantile;
use statrs::distribution::{ContinuousCDF, Normal};

/// Fewer points than this show no trend, whatever they are.
pub const MIN_POINTS: usize = 4;

/// A trend with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Trend {
    /// change of y for a unit of x: the median of all pairs
    pub slope: f64,
    /// infinite where so few points have no interval at this level
    pub lower: f64,
    pub upper: f64,
    /// the level asked for
    pub level: f64,
    /// probability with which the interval holds the slope: the least possible one at or above the level
    pub coverage: f64,
    /// y at x = 0: the median of y - slope x
    pub intercept: f64,
    pub n: usize,
    /// Kendall's S: rising pairs less falling ones
    pub s: i64,
    /// S as a share of all pairs
    pub tau: f64,
    /// of "no trend", two-sided: exact, or normal where values are equal
    pub p_value: f64,
}

impl Trend {
    pub fn has_interval(&self) -> bool {
        self.lower.is_finite() && self.upper.is_finite()
    }

    /// The interval lies above zero.
    pub fn rises(&self) -> bool {
        self.lower > 0.0
    }

    /// The interval lies below zero.
    pub fn falls(&self) -> bool {
        self.upper < 0.0
    }
}

/// The trend of points (x, y); None for fewer than two different x.
pub fn theil_sen(points: &[(f64, f64)], level: f64) -> Option<Trend> {
    let n = points.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (points[i], points[j])));
    let mut slopes: Vec<f64> =
        pairs.filter(|(a, b)| a.0 != b.0).map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect();
    if slopes.is_empty() || slopes.iter().any(|s| !s.is_finite()) {
        return None;
    }
    slopes.sort_by(f64::total_cmp);
    let slope = quantile_sorted(&slopes, 0.5);
    let mut rest: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    rest.sort_by(f64::total_cmp);

    let s: i64 = slopes.iter().map(|s| i64::from(*s > 0.0) - i64::from(*s < 0.0)).sum();
    let untied = slopes.len() == n * (n - 1) / 2 && slopes.iter().all(|s| *s != 0.0);
    let law = Kendall::new(n);
    let variance = tied_variance(points);
    let p_value = if untied { law.two_sided(s) } else { two_sided_normal(s, variance) };
    // The slope lies between the k-th slope from either end exactly if |S| of the rest is at most N - 2k.
    let n_slopes = slopes.len() as i64;
    let coverage = |k: i64| if untied { law.within(n_slopes - 2 * k) } else { f64::NAN };
    let k = match untied {
        true => (1..=(n_slopes + 1) / 2).take_while(|k| coverage(*k) >= level).last(),
        false => {
            let reach = normal_quantile(0.5 + level / 2.0) * variance.sqrt();
            let k = ((n_slopes as f64 - reach) / 2.0).floor() as i64;
            // Equal values take nothing away from the number of points that an interval needs.
            (k >= 1 && law.within((n * (n - 1) / 2) as i64 - 2) >= level).then_some(k)
        }
    };
    let (lower, upper, coverage) = match k {
        Some(k) => (slopes[k as usize - 1], slopes[(n_slopes - k) as usize], coverage(k)),
        None => (f64::NEG_INFINITY, f64::INFINITY, 1.0),
    };
    Some(Trend {
        slope,
        lower,
        upper,
        level,
        coverage: if coverage.is_nan() { level } else { coverage },
        intercept: quantile_sorted(&rest, 0.5),
        n,
        s,
        tau: s as f64 / n_slopes as f64,
        p_value,
    })
}

/// The exact distribution of Kendall's S for n different values in random order.
struct Kendall {
    /// `[i]`: probability of i falling pairs
    inversions: Vec<f64>,
}

impl Kendall {
    /// The number of falling pairs is a sum of independent uniform numbers on 0..k, one for each k below n.
    fn new(n: usize) -> Self {
        let mut inversions = vec![1.0];
        for k in 1..n {
            let mut next = vec![0.0; inversions.len() + k];
            for (i, p) in inversions.iter().enumerate() {
                (0..=k).for_each(|j| next[i + j] += p / (k + 1) as f64);
            }
            inversions = next;
        }
        Self { inversions }
    }

    /// P(|S| <= s)
    fn within(&self, s: i64) -> f64 {
        let pairs = self.inversions.len() as i64 - 1;
        let inside = |i: usize| (pairs - 2 * i as i64).abs() <= s;
        self.inversions.iter().enumerate().filter(|(i, _)| inside(*i)).map(|(_, p)| p).sum()
    }

    /// P(|S| >= |s|)
    fn two_sided(&self, s: i64) -> f64 {
        let pairs = self.inversions.len() as i64 - 1;
        let beyond = |i: usize| (pairs - 2 * i as i64).abs() >= s.abs();
        self.inversions.iter().enumerate().filter(|(i, _)| beyond(*i)).map(|(_, p)| p).sum::<f64>().min(1.0)
    }
}

/// Variance of S with equal values of x or y (Kendall 1975, chapter 4).
fn tied_variance(points: &[(f64, f64)]) -> f64 {
    let groups = |mut values: Vec<f64>| -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        values.chunk_by(|a, b| a == b).map(|group| group.len() as f64).collect()
    };
    let (x, y) = (groups(points.iter().map(|p| p.0).collect()), groups(points.iter().map(|p| p.1).collect()));
    let sum = |g: &[f64], f: fn(f64) -> f64| g.iter().map(|t| f(*t)).sum::<f64>();
    let full = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let pairs = |t: f64| t * (t - 1.0);
    let triples = |t: f64| t * (t - 1.0) * (t - 2.0);
    let n = points.len() as f64;
    let mut variance = (full(n) - sum(&x, full) - sum(&y, full)) / 18.0;
    variance += sum(&x, pairs) * sum(&y, pairs) / (2.0 * pairs(n));
    if n > 2.0 {
        variance += sum(&x, triples) * sum(&y, triples) / (9.0 * triples(n));
    }
    variance
}

/// With the continuity correction.
fn two_sided_normal(s: i64, variance: f64) -> f64 {
    let z = (s.abs() as f64 - 1.0).max(0.0) / variance.sqrt();
    if z.is_nan() { 1.0 } else { (2.0 * Normal::standard().cdf(-z)).min(1.0) }
}
