//! Quantiles of values pooled over replications, with a bootstrap over replications.
//!
//! Cases of one replication depend on each other; replications do not. So whole replications are resampled
//! (cluster bootstrap), in both arms the same ones. The standard error of the 1,000 resampled quantiles times
//! t(n - 1) gives the interval; the percentile and BCa intervals are too short for 10 to 50 replications.
//!
//! A resample is a weight per replication, so it needs no new data: the pooled values are sorted once, each with
//! the number of its replication, and cut into blocks of 512; for every block boundary the values below it
//! are counted by replication. The weighted rank of a boundary is then a dot product of n terms, and a resampled
//! quantile is found by bisection over boundaries and one walk inside a block. It is exact, not approximated:
//! the tests compare it with the quantile of the copied-out resample.

use super::resample::{Resampler, SAMPLES};
use super::resampled::Resampled;

/// Values between two boundaries.
const BLOCK: usize = 512;

/// The `p` quantile of sorted values, type 7 of Hyndman and Fan, "Sample quantiles in statistical packages",
/// The American Statistician 50 (1996), 361-365: linear between order statistics at rank (n - 1) p.
/// NaN for no values. An infinite value stands for "longer than observed".
pub fn quantile_sorted(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let (low, fraction) = type7(sorted.len() as u64, p);
    interpolate(sorted[low as usize], sorted[(low as usize + 1).min(last)], fraction)
}

/// The values of all replications of one arm, sorted together.
///
/// A duration that is still running when it is cut off at `tau` is entered as infinity: as long as every case is
/// followed for at least `tau`, quantiles below `tau` are then the Kaplan-Meier quantiles, and those above are
/// infinite: not reached.
#[derive(Clone, Debug)]
pub struct Pooled {
    /// ascending
    values: Vec<f64>,
    /// replication of each value
    labels: Vec<u32>,
    /// values of each replication
    sizes: Vec<u32>,
    /// row k, column r: values of replication r among the first k * BLOCK
    below: Vec<u32>,
}

impl Pooled {
    /// Pools one column per replication. Columns may be in any order; ascending ones are merged faster.
    pub fn new<C: AsRef<[f64]>>(columns: &[C]) -> Self {
        let sizes: Vec<u32> = columns.iter().map(|c| c.as_ref().len() as u32).collect();
        let mut pairs: Vec<(f64, u32)> = Vec::with_capacity(sizes.iter().map(|&s| s as usize).sum());
        for (r, column) in (0u32..).zip(columns) {
            pairs.extend(column.as_ref().iter().map(|&x| (x, r)));
        }
        // Stable: it recognises ascending runs, and ties stay in the order of replications.
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut counts = vec![0u32; sizes.len()];
        let mut below = Vec::with_capacity((pairs.len() / BLOCK + 1) * sizes.len());
        for block in pairs.chunks(BLOCK) {
            below.extend_from_slice(&counts);
            for &(_, r) in block {
                counts[r as usize] += 1;
            }
        }
        let (values, labels) = pairs.into_iter().unzip();
        Self { values, labels, sizes, below }
    }

    /// Number of replications.
    pub fn replications(&self) -> usize {
        self.sizes.len()
    }

    /// All values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Replication of each value, in the order of [`Pooled::values`].
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Number of values of each replication.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    /// The `p` quantile of all values (type 7).
    pub fn quantile(&self, p: f64) -> f64 {
        quantile_sorted(&self.values, p)
    }

    /// The `p` quantile when replication r counts `weights[r]` times.
    pub fn weighted_quantile(&self, weights: &[u32], p: f64) -> f64 {
        let n = self.sizes.len();
        let total = dot(weights, &self.sizes);
        if total == 0 {
            return f64::NAN;
        }
        let (low, fraction) = type7(total, p);
        // The last boundary whose weighted rank is at most `low`; boundary 0 has rank 0.
        let rank_at = |block: usize| dot(weights, &self.below[block * n..(block + 1) * n]);
        let (mut first, mut end) = (0, self.below.len() / n);
        while end - first > 1 {
            let middle = (first + end) / 2;
            if rank_at(middle) <= low {
                first = middle;
            } else {
                end = middle;
            }
        }
        let mut rank = rank_at(first);
        let mut at_low = None;
        for i in first * BLOCK..self.values.len() {
            rank += u64::from(weights[self.labels[i] as usize]);
            if at_low.is_none() && rank > low {
                at_low = Some(self.values[i]);
                if fraction == 0.0 {
                    break;
                }
            }
            if rank > low + 1 {
                return interpolate(at_low.unwrap_or(self.values[i]), self.values[i], fraction);
            }
        }
        at_low.unwrap_or(f64::NAN)
    }

    /// The `p` quantile, resampled over replications. With the same seed and number of replications, arms are
    /// resampled alike and may be compared.
    pub fn bootstrap(&self, p: f64, seed: u64) -> Resampled {
        let mut resampler = Resampler::new(self.sizes.len(), seed);
        let replicates = (0..SAMPLES).map(|_| self.weighted_quantile(resampler.draw(), p)).collect();
        Resampled::bootstrap(self.quantile(p), self.own_quantiles(p), replicates, seed)
    }

    /// The `p` quantile of each replication by itself.
    fn own_quantiles(&self, p: f64) -> Vec<f64> {
        let wanted: Vec<(u64, f64)> = self.sizes.iter().map(|&n| type7(u64::from(n), p)).collect();
        let mut seen = vec![0u64; self.sizes.len()];
        let mut own = vec![f64::NAN; self.sizes.len()];
        for (&x, &r) in self.values.iter().zip(&self.labels) {
            let r = r as usize;
            let (low, fraction) = wanted[r];
            if seen[r] == low {
                own[r] = x;
            } else if seen[r] == low + 1 {
                own[r] = interpolate(own[r], x, fraction);
            }
            seen[r] += 1;
        }
        own
    }
}

/// Zero-based rank below, and the fraction towards the next, of the type 7 quantile of n values.
fn type7(n: u64, p: f64) -> (u64, f64) {
    let h = n.saturating_sub(1) as f64 * p;
    (h as u64, h.fract())
}

fn interpolate(low: f64, high: f64, fraction: f64) -> f64 {
    // Written so that infinities do not meet as 0 x infinity.
    if fraction == 0.0 || low == high { low } else { low + fraction * (high - low) }
}

fn dot(weights: &[u32], counts: &[u32]) -> u64 {
    weights.iter().zip(counts).map(|(&w, &c)| u64::from(w) * u64::from(c)).sum()
}
