//! Sobol indices: the share of a result's variance that an input makes alone (first order), and with all its interactions
//! (total).
//!
//! Two matrices A and B of sample points, and for each input the matrix A with that input's column from B, are the points at
//! which the model is run: n (k + 2) runs. First order by Saltelli et al., "Variance based sensitivity analysis of model
//! output", Computer Physics Communications 181 (2010), 259-270, table 2 (b); total by Jansen, Computer Physics Communications
//! 117 (1999), 35-43.

use super::describe::{mean, variance};
use super::resample::Resampler;

/// Points for one estimate of all indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Saltelli {
    /// Points of A, then of B, then of A with each group of inputs from B: `[point][input]`, numbers between 0 and 1.
    pub points: Vec<Vec<f64>>,
    n: usize,
    groups: usize,
}

/// Indices of one input, or of a group, with standard errors from resampling the points.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct SobolIndex {
    pub first: f64,
    pub first_se: f64,
    pub total: f64,
    pub total_se: f64,
}

impl Saltelli {
    /// From `n` points in twice as many dimensions as there are inputs: `coordinate(point, dimension)`. Each group of inputs has
    /// indices of its own; an input that stands in no group stays as it is in A.
    pub fn new(
        n: usize,
        inputs: usize,
        groups: &[Vec<usize>],
        coordinate: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let row =
            |i: usize, first: usize| (0..inputs).map(|j| coordinate(i, first + j)).collect::<Vec<f64>>();
        let a: Vec<Vec<f64>> = (0..n).map(|i| row(i, 0)).collect();
        let b: Vec<Vec<f64>> = (0..n).map(|i| row(i, inputs)).collect();
        let mut points: Vec<Vec<f64>> = a.iter().chain(&b).cloned().collect();
        for group in groups {
            points.extend(a.iter().zip(&b).map(|(a, b)| {
                let mut mixed = a.clone();
                group.iter().for_each(|j| mixed[*j] = b[*j]);
                mixed
            }));
        }
        Self { points, n, groups: groups.len() }
    }

    /// The indices from the results at all points, in their order. None where the results do not vary.
    pub fn indices(&self, results: &[f64], seed: u64) -> Option<Vec<SobolIndex>> {
        let (n, whole) = (self.n, vec![1; self.n]);
        // The estimators are exact for any constant that is taken off, and have the least error without the mean.
        let centre = mean(&results[..2 * n]);
        let results: Vec<f64> = results.iter().map(|x| x - centre).collect();
        let (a, b) = (&results[..n], &results[n..2 * n]);
        let all = |weights: &[u32]| -> Option<Vec<(f64, f64)>> {
            let spread = weighted_variance(a, b, weights);
            (spread > 0.0).then(|| {
                let of = |j: usize| {
                    let mixed = &results[(2 + j) * n..(3 + j) * n];
                    let terms = (0..n).map(|i| {
                        let weight = f64::from(weights[i]);
                        (weight * b[i] * (mixed[i] - a[i]), weight * (a[i] - mixed[i]).powi(2) / 2.0)
                    });
                    let (first, total) = terms.fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
                    (first / n as f64 / spread, total / n as f64 / spread)
                };
                (0..self.groups).map(of).collect()
            })
        };
        let values = all(&whole)?;
        let mut resampler = Resampler::new(n, seed);
        let replicates: Vec<Vec<(f64, f64)>> = (0..200).filter_map(|_| all(resampler.draw())).collect();
        let index = |(j, (first, total)): (usize, &(f64, f64))| {
            let (firsts, totals): (Vec<f64>, Vec<f64>) = replicates.iter().map(|row| row[j]).unzip();
            SobolIndex {
                first: *first,
                first_se: variance(&firsts).sqrt(),
                total: *total,
                total_se: variance(&totals).sqrt(),
            }
        };
        Some(values.iter().enumerate().map(index).collect())
    }
}

/// Variance of the results at both matrices together, about their mean.
fn weighted_variance(a: &[f64], b: &[f64], weights: &[u32]) -> f64 {
    let repeated: Vec<f64> = (a.iter().zip(weights).chain(b.iter().zip(weights)))
        .flat_map(|(x, w)| std::iter::repeat_n(*x, *w as usize))
        .collect();
    let centre = mean(&repeated);
    repeated.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / repeated.len() as f64
}
