//! The metrics bin by bin.

use super::compare::in_unit;
use super::results::Series;
use super::sample::jackknife;
use crate::metrics::{Evaluator, Reduced};
use crate::model::Metric;
use crate::stats::{Estimate, Resampled, Sums, bonferroni_level};
use rayon::prelude::*;

/// Series of all arms: averages over replications with their intervals, and changes against the control with a
/// Bonferroni band over the bins.
///
/// `arms` has for each arm its evaluator and its replications, in the same order.
pub fn series(
    metrics: &[Metric],
    arms: &[(&Evaluator, Vec<&Reduced>)],
    bins: usize,
    level: f64,
) -> Vec<Series> {
    let band = bonferroni_level(level, bins);
    let by_bin: Vec<Vec<Bin>> = (0..bins)
        .into_par_iter()
        .map(|bin| {
            let resampled: Vec<_> = arms.iter().map(|(e, replications)| at(e, replications, bin)).collect();
            resampled
                .iter()
                .enumerate()
                .map(|(arm, of)| Bin::new(metrics, &resampled[0], of, arm, level, band))
                .collect()
        })
        .collect();
    let smooth = |arm: usize, metric: usize| !arms[arm].0.is_rough(metric);
    let column = |arm: usize, metric: usize, of: fn(&Bin) -> &Vec<Estimate>| {
        let bins = by_bin.iter().filter(|_| smooth(arm, metric));
        bins.map(|row| of(&row[arm])[metric]).collect()
    };
    (0..arms.len())
        .map(|arm| Series {
            values: (0..metrics.len()).map(|m| column(arm, m, |b| &b.values)).collect(),
            changes: if arm == 0 {
                Vec::new()
            } else {
                (0..metrics.len()).map(|m| column(arm, m, |b| &b.changes)).collect()
            },
        })
        .collect()
}

/// One arm in one bin.
struct Bin {
    values: Vec<Estimate>,
    changes: Vec<Estimate>,
}

impl Bin {
    fn new(
        metrics: &[Metric],
        control: &[Resampled],
        own: &[Resampled],
        arm: usize,
        level: f64,
        band: f64,
    ) -> Self {
        let values = metrics.iter().zip(own).map(|(m, r)| in_unit(r.estimate(level), m.unit_size)).collect();
        let change = |((m, before), after): ((&Metric, &Resampled), &Resampled)| {
            in_unit(Resampled::difference(before, after, band), m.unit_size)
        };
        let changes =
            if arm == 0 { Vec::new() } else { metrics.iter().zip(control).zip(own).map(change).collect() };
        Self { values, changes }
    }
}

fn at(evaluator: &Evaluator, replications: &[&Reduced], bin: usize) -> Vec<Resampled> {
    let mut sums = Sums::new(replications[0].row(bin).len());
    replications.iter().for_each(|r| sums.push(r.row(bin)));
    jackknife(evaluator, &sums)
}
