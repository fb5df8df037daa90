//! One arm's replications as resampled metrics: value, values of single replications, and what intervals need.

use crate::ids::MeasureId;
use crate::metrics::{Column, Columns, Evaluator, Reduced};

use crate::stats::{Pooled, Resampled, Resampler, SAMPLES, Sums, quantile_sorted};
use std::sync::OnceLock;

/// The window of one arm: a row of column sums per replication, and the values that quantiles are taken of.
pub struct Sample<'a> {
    columns: &'a Columns,
    evaluator: &'a Evaluator,
    sums: Sums,
    /// `[pool][replication]`: values in the window, ascending.
    values: Vec<Vec<Vec<f64>>>,
    /// `[pool]`: the same, sorted together when first asked for.
    pooled: Vec<OnceLock<Pooled>>,
}

impl<'a> Sample<'a> {
    /// Bins before `cut` are left out; durations of `restricted` measures beyond the follow-up are not known.
    pub fn new(
        columns: &'a Columns,
        evaluator: &'a Evaluator,
        replications: &[&Reduced],
        cut: usize,
        restricted: &[MeasureId],
    ) -> Self {
        let mut sums = Sums::new(columns.len());
        replications.iter().for_each(|r| sums.push(&r.window(cut)));
        let limit = |pool: usize| match restricted.contains(&columns.pools()[pool]) {
            true => columns.follow_up(),
            false => f64::INFINITY,
        };
        let window = |reduced: &Reduced, pool: usize| {
            let known = |x: f64| if x > limit(pool) { f64::INFINITY } else { x };
            let in_window = reduced.pools[pool].iter().filter(|s| s.bin as usize >= cut);
            in_window.map(|s| known(s.value)).collect()
        };
        let n_pools = columns.pools().len();
        let values = (0..n_pools)
            .map(|pool| replications.iter().map(|reduced| window(reduced, pool)).collect())
            .collect();
        Self { columns, evaluator, sums, values, pooled: vec![OnceLock::new(); n_pools] }
    }

    /// The column sums of all replications.
    pub fn totals(&self) -> &[f64] {
        self.sums.totals()
    }

    /// All values of a pool.
    pub fn pooled(&self, pool: usize) -> &Pooled {
        self.pooled[pool].get_or_init(|| Pooled::new(&self.values[pool]))
    }

    /// Every metric. `seed` draws the resamples, the same in all arms.
    pub fn metrics(&self, seed: u64) -> Vec<Resampled> {
        let mut metrics = self.smooth();
        let rough: Vec<usize> = (0..self.evaluator.len()).filter(|m| self.evaluator.is_rough(*m)).collect();
        if !rough.is_empty() {
            self.replace_rough(&rough, seed, &mut metrics);
        }
        metrics
    }

    /// Every metric by the jackknife, what depends on a quantile, too: for few replications with many cases each.
    pub fn left_out(&self) -> Vec<Resampled> {
        let mut metrics = self.smooth();
        let rough: Vec<usize> = (0..self.evaluator.len()).filter(|m| self.evaluator.is_rough(*m)).collect();
        if rough.is_empty() {
            return metrics;
        }
        let n = self.sums.n();
        let mut values = vec![0.0; self.evaluator.len()];
        let mut evaluate = |row: &[f64], weights: &[u32]| -> Vec<f64> {
            let quantiles = self.evaluator.quantiles().iter();
            let slots: Vec<f64> =
                quantiles.map(|q| self.pooled(q.pool).weighted_quantile(weights, q.p)).collect();
            self.evaluator.values(row, &slots, &mut values);
            rough.iter().map(|m| values[*m]).collect()
        };
        let full = evaluate(self.totals(), &vec![1; n]);
        let without: Vec<Vec<f64>> = (0..n)
            .map(|r| {
                let mut weights = vec![1; n];
                weights[r] = 0;
                let rest: Vec<f64> =
                    self.totals().iter().zip(self.sums.row(r)).map(|(total, x)| total - x).collect();
                evaluate(&rest, &weights)
            })
            .collect();
        for (k, m) in rough.iter().enumerate() {
            let left_out = without.iter().map(|row| row[k]).collect();
            metrics[*m] = Resampled::jackknife(full[k], vec![f64::NAN; n], left_out);
        }
        metrics
    }

    /// One metric; cheaper than all when it is smooth.
    pub fn metric(&self, metric: usize, seed: u64) -> Resampled {
        let mut metrics = self.smooth();
        if self.evaluator.is_rough(metric) {
            self.replace_rough(&[metric], seed, &mut metrics);
        }
        metrics.swap_remove(metric)
    }

    /// These metrics, in this order.
    pub fn some(&self, wanted: &[usize], seed: u64) -> Vec<Resampled> {
        let mut metrics = self.smooth();
        let rough: Vec<usize> = wanted.iter().copied().filter(|m| self.evaluator.is_rough(*m)).collect();
        if !rough.is_empty() {
            self.replace_rough(&rough, seed, &mut metrics);
        }
        wanted.iter().map(|m| metrics[*m].clone()).collect()
    }

    /// The mean of a case measure.
    pub fn mean_of(&self, measure: MeasureId) -> Resampled {
        let at = |column| self.columns.position(column).expect("a column of the experiment");
        let (sum, count) = (at(Column::Sum(measure)), at(Column::Count(measure)));
        self.sums.jackknife(|row| row[sum] / row[count])
    }

    /// All metrics by the jackknife; what depends on a quantile comes out as NaN.
    fn smooth(&self) -> Vec<Resampled> {
        jackknife(self.evaluator, &self.sums)
    }

    fn replace_rough(&self, rough: &[usize], seed: u64, metrics: &mut [Resampled]) {
        let n = self.sums.n();
        let quantiles = self.evaluator.quantiles();
        let mut values = vec![0.0; self.evaluator.len()];
        let mut evaluate = |row: &[f64], of: &mut dyn FnMut(usize, f64) -> f64| -> Vec<f64> {
            let slots: Vec<f64> = quantiles.iter().map(|q| of(q.pool, q.p)).collect();
            self.evaluator.values(row, &slots, &mut values);
            rough.iter().map(|m| values[*m]).collect()
        };
        let full = evaluate(self.totals(), &mut |pool, p| self.pooled(pool).quantile(p));
        let own: Vec<Vec<f64>> = (0..n)
            .map(|r| evaluate(self.sums.row(r), &mut |pool, p| quantile_sorted(&self.values[pool][r], p)))
            .collect();
        let mut resampler = Resampler::new(n, seed);
        let mut total = vec![0.0; self.columns.len()];
        let replicates: Vec<Vec<f64>> = (0..SAMPLES)
            .map(|_| {
                let weights = resampler.draw();
                total.fill(0.0);
                for (r, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0) {
                    total
                        .iter_mut()
                        .zip(self.sums.row(r))
                        .for_each(|(sum, x)| *sum += f64::from(*weight) * x);
                }
                evaluate(&total, &mut |pool, p| self.pooled(pool).weighted_quantile(weights, p))
            })
            .collect();
        let column = |table: &[Vec<f64>], k: usize| table.iter().map(|row| row[k]).collect();
        for (k, m) in rough.iter().enumerate() {
            metrics[*m] = Resampled::bootstrap(full[k], column(&own, k), column(&replicates, k), seed);
        }
    }
}

/// All metrics by the jackknife. Here all metrics share one pass; [`Sums::jackknife`] is for a single function.
pub fn jackknife(evaluator: &Evaluator, sums: &Sums) -> Vec<Resampled> {
    let (n, m) = (sums.n(), evaluator.len());
    let unknown = vec![f64::NAN; evaluator.quantiles().len()];
    let mut values = vec![0.0; m];
    let mut rest = vec![0.0; sums.totals().len()];
    let (mut own, mut left_out) = (vec![vec![0.0; n]; m], vec![vec![0.0; n]; m]);
    for r in 0..n {
        evaluator.values(sums.row(r), &unknown, &mut values);
        (0..m).for_each(|k| own[k][r] = values[k]);
        rest.iter_mut().zip(sums.totals()).zip(sums.row(r)).for_each(|((rest, total), x)| *rest = total - x);
        evaluator.values(&rest, &unknown, &mut values);
        (0..m).for_each(|k| left_out[k][r] = values[k]);
    }
    evaluator.values(sums.totals(), &unknown, &mut values);
    let parts = values.into_iter().zip(own).zip(left_out);
    parts.map(|((value, own), left_out)| Resampled::jackknife(value, own, left_out)).collect()
}
