//! A change that goes live within the window: the metrics week by week, and by months from that day on, with what sums of
//! them need to have an error.

use super::sample::jackknife;
use crate::metrics::{Evaluator, Reduced};
use crate::model::Metric;
use crate::stats::{Resampled, Sums};
use crate::units::MONTH;
use rayon::prelude::*;

/// How a change comes into effect. Values are in the display unit of their metric.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseIn {
    /// From the start of the run to the day on which the change goes live [s].
    pub go_live: f64,
    /// The metrics that are followed.
    pub metrics: Vec<usize>,
    /// The bins of the run that count, the first of them, and the first after go-live.
    pub weeks: Course,
    pub first: usize,
    pub live: usize,
    /// Whole months from go-live on.
    pub months: Course,
    /// The last half-year of the run, or the second half of what comes after go-live where that is shorter.
    pub settled: Course,
    /// `[arm][metric of the list][bin]`: what replication 0 saw, as a manager would.
    pub seen: Vec<Vec<Vec<f64>>>,
}

/// Pseudo-values ([`Resampled::pseudo_values`]) over stretches of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Start and end of each stretch [s].
    pub spans: Vec<(f64, f64)>,
    /// `[arm][metric of the list][span][replication]`
    pub values: Vec<Vec<Vec<Vec<f64>>>>,
}

impl PhaseIn {
    /// `arms` has for each arm its evaluator and its replications; `bins` are their starts and ends [s], of which those from
    /// `cut` on count.
    pub fn new(
        metrics: &[Metric],
        arms: &[(&Evaluator, Vec<&Reduced>)],
        wanted: &[usize],
        bins: &[(f64, f64)],
        cut: usize,
        go_live: f64,
    ) -> Self {
        let wanted: Vec<usize> = wanted.iter().copied().filter(|m| !arms[0].0.is_rough(*m)).collect();
        let end = bins.last().map_or(go_live, |bin| bin.1);
        // A hair less than a month is missing by rounding only.
        let n_months = ((end - go_live) / MONTH + 1e-9).floor() as usize;
        let months = (0..n_months).map(|k| (go_live + k as f64 * MONTH, go_live + (k + 1) as f64 * MONTH));
        let resampled = |spans: &[(f64, f64)]| -> Vec<Vec<Vec<Resampled>>> {
            let of_arm = |(evaluator, replications): &(&Evaluator, Vec<&Reduced>)| {
                spans.par_iter().map(|span| at(evaluator, replications, bins, *span)).collect()
            };
            arms.iter().map(of_arm).collect()
        };
        let course = |spans: Vec<(f64, f64)>, found: &[Vec<Vec<Resampled>>]| {
            let pseudo = |arm: &Vec<Vec<Resampled>>, m: usize| -> Vec<Vec<f64>> {
                let unit = metrics[m].unit_size;
                let each = arm.iter().map(|of| of[m].pseudo_values().unwrap_or_default());
                each.map(|values| values.iter().map(|x| x / unit).collect()).collect()
            };
            let values = found.iter().map(|arm| wanted.iter().map(|m| pseudo(arm, *m)).collect()).collect();
            Course { spans, values }
        };
        let weeks = resampled(bins);
        let months: Vec<(f64, f64)> = months.collect();
        let by_month = resampled(&months);
        let late = vec![(end - (6.0 * MONTH).min((end - go_live) / 2.0), end)];
        let settled = resampled(&late);
        let seen = |arm: &Vec<Vec<Resampled>>| -> Vec<Vec<f64>> {
            let own = |m: &usize| arm.iter().map(|of| of[*m].own[0] / metrics[*m].unit_size).collect();
            wanted.iter().map(own).collect()
        };
        Self {
            go_live,
            first: cut,
            live: bins.iter().position(|bin| bin.0 >= go_live).unwrap_or(bins.len()),
            seen: weeks.iter().map(seen).collect(),
            weeks: course(bins.to_vec(), &weeks),
            months: course(months, &by_month),
            settled: course(late, &settled),
            metrics: wanted,
        }
    }

    /// Where a metric stands in the list.
    pub fn position(&self, metric: usize) -> Option<usize> {
        self.metrics.iter().position(|m| *m == metric)
    }
}

/// All metrics over a stretch of time; a bin counts by the part that lies within.
fn at(
    evaluator: &Evaluator,
    replications: &[&Reduced],
    bins: &[(f64, f64)],
    span: (f64, f64),
) -> Vec<Resampled> {
    let weights: Vec<(usize, f64)> = bins
        .iter()
        .enumerate()
        .map(|(bin, (from, to))| (bin, ((to.min(span.1) - from.max(span.0)) / (to - from)).max(0.0)))
        .filter(|(_, weight)| *weight > 1e-9)
        .collect();
    let mut sums = Sums::new(replications[0].row(0).len());
    for replication in replications {
        let mut total = vec![0.0; replication.row(0).len()];
        for (bin, weight) in &weights {
            total.iter_mut().zip(replication.row(*bin)).for_each(|(sum, x)| *sum += weight * x);
        }
        sums.push(&total);
    }
    jackknife(evaluator, &sums)
}
