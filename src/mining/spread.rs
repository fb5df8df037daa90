//! A handful of numbers about many durations.

use crate::stats::quantile_sorted;

/// Microseconds in an hour.
pub(super) const HOUR: f64 = 3_600e6;

/// The distribution of durations, in short [h]. NaN without durations.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    pub n: usize,
    /// [h]; so are the others
    pub mean: f64,
    pub median: f64,
    /// 90th percentile, type 7
    pub p90: f64,
    pub max: f64,
    /// sum of all [h]
    pub total: f64,
}

impl Spread {
    /// From durations in microseconds.
    pub fn of(durations: &mut [i64]) -> Self {
        let n = durations.len();
        let total = durations.iter().map(|&d| d as f64).sum::<f64>() / HOUR;
        let mut quantile = |p: f64| {
            let Some(last) = n.checked_sub(1) else { return f64::NAN };
            let low = (last as f64 * p) as usize;
            // The two order statistics that the quantile lies between, without sorting the rest.
            let (_, &mut at, above) = durations.select_nth_unstable(low);
            let next = above.iter().copied().min().unwrap_or(at);
            let rank = last as f64 * p - low as f64;
            quantile_sorted(&[at as f64, next as f64], rank) / HOUR
        };
        let (median, p90, max) = (quantile(0.5), quantile(0.9), quantile(1.0));
        Self { n, mean: total / n as f64, median, p90, max, total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let mut bits = crate::rng::Key::new(1, 0).stream(crate::rng::Purpose::of("test"), 0, 0);
        for n in [1, 2, 3, 10, 11, 100, 1001] {
            let mut values: Vec<i64> = (0..n).map(|_| (bits.uniform() * 1e9) as i64).collect();
            let mut sorted: Vec<f64> = values.iter().map(|&v| v as f64 / HOUR).collect();
            sorted.sort_by(f64::total_cmp);
            let spread = Spread::of(&mut values);
            for (p, value) in [(0.5, spread.median), (0.9, spread.p90), (1.0, spread.max)] {
                assert!((value - quantile_sorted(&sorted, p)).abs() < 1e-9, "{n} {p}");
            }
        }
        assert!(Spread::of(&mut []).mean.is_nan());
    }
}
