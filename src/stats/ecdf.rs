//! Distribution functions and histograms, small enough to draw.

use super::quantile::{Pooled, quantile_sorted};
use super::resample::{Resampler, SAMPLES};

/// Points that a curve is thinned to: more cannot be seen.
pub const MAX_POINTS: usize = 500;

/// An empirical distribution function, thinned to at most [`MAX_POINTS`], with a simultaneous band.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Ecdf {
    /// ascending, distinct, finite; unit of the values
    pub x: Vec<f64>,
    /// share of all values that are <= x (infinite ones count in the whole)
    pub share: Vec<f64>,
    /// the band is share +- this much, cut to [0, 1]
    pub half_width: f64,
    pub level: f64,
    /// number of values
    pub n: usize,
}

impl Ecdf {
    /// Of independent values, with the band of [`dkw_half_width`].
    pub fn independent(values: &[f64], level: f64) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self::thinned(&sorted, dkw_half_width(values.len(), level), level)
    }

    /// Of values that depend on each other within a replication: the half-width is the `level` quantile, over
    /// resampled replications, of the largest distance to the curve at its points.
    pub fn clustered(pooled: &Pooled, level: f64, seed: u64) -> Self {
        let mut ecdf = Self::thinned(pooled.values(), f64::INFINITY, level);
        let n = pooled.replications();
        let below = counts_below(pooled, &ecdf.x);
        if n < 2 {
            return ecdf;
        }
        let mut resampler = Resampler::new(n, seed);
        let mut distances: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                let weights = resampler.draw();
                let total = weighted(weights, pooled.sizes());
                let shares = below.chunks_exact(n).map(|row| weighted(weights, row) / total);
                shares.zip(&ecdf.share).map(|(resampled, full)| (resampled - full).abs()).fold(0.0, f64::max)
            })
            .collect();
        ecdf.half_width = half_width(&mut distances, level, n);
        ecdf
    }

    /// The band at point k.
    pub fn band(&self, k: usize) -> (f64, f64) {
        ((self.share[k] - self.half_width).max(0.0), (self.share[k] + self.half_width).min(1.0))
    }

    /// Keeps points at evenly spaced ranks, first and last among them; at ties the share counts them all.
    fn thinned(sorted: &[f64], half_width: f64, level: f64) -> Self {
        let n = sorted.len();
        let finite = sorted.partition_point(|v| v.is_finite());
        let points = finite.min(MAX_POINTS);
        let (mut x, mut share): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for k in 0..points {
            let value = sorted[if points == 1 { 0 } else { k * (finite - 1) / (points - 1) }];
            if x.last() != Some(&value) {
                x.push(value);
                share.push(sorted.partition_point(|v| *v <= value) as f64 / n as f64);
            }
        }
        Self { x, share, half_width, level, n }
    }
}

/// By how much two distribution functions differ, with a simultaneous band over paired replications.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EcdfGap {
    /// ascending, distinct, finite; unit of the values
    pub x: Vec<f64>,
    /// share of the after's values that are <= x, less that of the before's
    pub gap: Vec<f64>,
    /// the band is gap +- this much at every point at once
    pub half_width: f64,
    pub level: f64,
}

impl EcdfGap {
    /// Points at which the curves are compared.
    const POINTS: usize = 200;

    /// At points of both curves. The half-width is that of [`Ecdf::clustered`], each sample taking the same replications
    /// in both arms, so that what pairing removes from a difference is removed here. None where the arms have different
    /// numbers of replications, or no value.
    pub fn paired(before: &Pooled, after: &Pooled, level: f64, seed: u64) -> Option<Self> {
        let n = before.replications();
        if n != after.replications() || before.values().is_empty() || after.values().is_empty() {
            return None;
        }
        let finite = |pooled: &Pooled| pooled.values().partition_point(|v| v.is_finite());
        let mut x: Vec<f64> = Vec::with_capacity(Self::POINTS);
        for pooled in [before, after] {
            let (n, most) = (finite(pooled), Self::POINTS / 2);
            x.extend((0..most.min(n)).map(|k| pooled.values()[k * (n - 1) / (most.min(n) - 1).max(1)]));
        }
        x.sort_by(f64::total_cmp);
        x.dedup();
        let below = [before, after].map(|pooled| counts_below(pooled, &x));
        let whole = [before, after].map(|pooled| pooled.values().len() as f64);
        let share = |arm: usize, k: usize| {
            below[arm][k * n..(k + 1) * n].iter().map(|c| u64::from(*c)).sum::<u64>() as f64 / whole[arm]
        };
        let gap: Vec<f64> = (0..x.len()).map(|k| share(1, k) - share(0, k)).collect();
        let mut resampler = Resampler::new(n, seed);
        let mut distances: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                let weights = resampler.draw();
                let totals = [before, after].map(|pooled| weighted(weights, pooled.sizes()));
                let shares = [0, 1].map(|arm| {
                    below[arm].chunks_exact(n).map(move |row| weighted(weights, row) / totals[arm])
                });
                let [before, after] = shares;
                before.zip(after).zip(&gap).map(|((b, a), full)| (a - b - full).abs()).fold(0.0, f64::max)
            })
            .collect();
        let half_width = if n < 2 { f64::INFINITY } else { half_width(&mut distances, level, n) };
        Some(Self { x, gap, half_width, level })
    }
}

/// Row k: values of each replication at or below point k.
fn counts_below(pooled: &Pooled, x: &[f64]) -> Vec<u32> {
    let n = pooled.replications();
    let mut below: Vec<u32> = Vec::with_capacity(x.len() * n);
    let mut counts = vec![0u32; n];
    let mut values = pooled.values().iter().zip(pooled.labels()).peekable();
    for x in x {
        while let Some((_, &r)) = values.next_if(|(v, _)| *v <= x) {
            counts[r as usize] += 1;
        }
        below.extend_from_slice(&counts);
    }
    below
}

/// The `level` quantile of the largest distances of resampled curves. As for quantiles, n resampled clusters show
/// (n - 1)/n of the variance.
fn half_width(distances: &mut [f64], level: f64, n: usize) -> f64 {
    distances.sort_by(f64::total_cmp);
    quantile_sorted(distances, level) * (n as f64 / (n as f64 - 1.0)).sqrt()
}

/// Half-width of the band that holds the whole distribution function of `n` independent values: Massart, "The
/// tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of Probability 18 (1990), 1269-1283.
pub fn dkw_half_width(n: usize, level: f64) -> f64 {
    ((2.0 / (1.0 - level)).ln() / (2.0 * n as f64)).sqrt()
}

/// Counts in bins of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// left edge of the first bin, unit of the values
    pub start: f64,
    /// width of a bin, unit of the values
    pub width: f64,
    pub counts: Vec<u64>,
}

impl Histogram {
    /// Bins by the rule of Freedman and Diaconis (1981), width 2 IQR / cbrt(n), at most 200 of them.
    /// Infinite values are left out.
    pub fn new(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(&start), Some(&end)) = (sorted.first(), sorted.last()) else {
            return Self { start: 0.0, width: 1.0, counts: Vec::new() };
        };
        let spread = quantile_sorted(&sorted, 0.75) - quantile_sorted(&sorted, 0.25);
        let wanted = 2.0 * spread / (sorted.len() as f64).cbrt();
        let bins = ((end - start) / wanted).ceil().clamp(1.0, 200.0);
        let width = if end > start { (end - start) / bins } else { 1.0 };
        let mut counts = vec![0; if bins.is_nan() { 1 } else { bins as usize }];
        for v in sorted {
            let bin = ((v - start) / width) as usize;
            let last = counts.len() - 1;
            counts[bin.min(last)] += 1;
        }
        Self { start, width, counts }
    }
}

fn weighted(weights: &[u32], counts: &[u32]) -> f64 {
    weights.iter().zip(counts).map(|(&w, &c)| u64::from(w) * u64::from(c)).sum::<u64>() as f64
}
