//! What the samples say about every number: its spread, the share of the inputs in it, and which inputs.

use super::super::results::Results;
use super::sample::{Outcome, Point};
use super::{Effect, Inputs, Sampling, Table};
use crate::stats::student::{normal_quantile, t_factor};
use crate::stats::two_level::{freedom, noise};
use crate::stats::{Drivers, Estimate, InputSpread, drivers};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// `[arm][metric]`: the spread of the logarithm of the ratio to the control, for percent changes.
pub type Logs = Vec<Vec<Option<InputSpread>>>;

/// Samples beside the central results.
pub struct Seen<'a> {
    results: &'a Results,
    sampling: &'a Sampling<'a>,
    outcomes: &'a [Outcome],
    /// The worlds of the written inputs with the same replications.
    written: &'a Outcome,
    /// `[input][sample]`
    scores: Vec<Vec<f64>>,
    /// `[input]`: where it acts, once that was looked at.
    acts: Vec<Option<Acts>>,
}

/// `[arm][metric]`: whether an input that stands elsewhere makes another value of it, and of its change against the control.
struct Acts {
    level: Vec<Vec<bool>>,
    change: Vec<Vec<bool>>,
}

impl<'a> Seen<'a> {
    pub fn new(
        results: &'a Results,
        sampling: &'a Sampling<'a>,
        written: &'a Outcome,
        outcomes: &'a [Outcome],
    ) -> Self {
        let scores = |ranks: &Vec<f64>| ranks.iter().map(|u| normal_quantile(*u)).collect();
        let acts = sampling.ranks.iter().map(|_| None).collect();
        Self {
            results,
            sampling,
            outcomes,
            written,
            scores: sampling.ranks.iter().map(scores).collect(),
            acts,
        }
    }

    /// Inputs that are named as drivers of something and of which it is not known where they act. Among many numbers chance names
    /// some that cannot.
    pub fn not_looked_at(&self, inputs: &Inputs) -> Vec<usize> {
        let effects = inputs.on_levels.iter().chain(&inputs.on_changes).flatten().flatten();
        let drivers = effects.filter_map(|effect| effect.drivers.as_ref()).flat_map(|d| &d.drivers);
        let named: BTreeSet<usize> = drivers.map(|d| d.input).filter(|j| self.acts[*j].is_none()).collect();
        named.into_iter().collect()
    }

    /// What worlds in which each of these inputs stands elsewhere say, after the world in which none does.
    pub fn learn(&mut self, named: &[usize], found: &[Outcome]) {
        let Some((base, moved)) = found.split_first() else { return };
        for (j, other) in named.iter().zip(moved) {
            let value = |o: &Outcome, arm: usize, m: usize| o.levels[arm][m].value;
            let change = |o: &Outcome, arm: usize, m: usize| value(o, arm, m) - value(o, 0, m);
            let each = |of: &dyn Fn(&Outcome, usize, usize) -> f64, arm: usize| {
                let differs = |m: usize| {
                    let (a, b) = (of(base, arm, m), of(other, arm, m));
                    // Rounding of what is the same is no difference; what is undefined in both neither.
                    let size = value(base, arm, m).abs().max(value(base, 0, m).abs());
                    (a - b).abs() > 1e-12 * size || a.is_nan() != b.is_nan()
                };
                (0..base.levels[arm].len()).map(differs).collect()
            };
            let arms = 0..base.levels.len();
            let level = arms.clone().map(|arm| each(&value, arm)).collect();
            self.acts[*j] = Some(Acts { level, change: arms.map(|arm| each(&change, arm)).collect() });
        }
    }

    /// The scores of the inputs; those of inputs that are known to do nothing here are left out.
    fn scores(&self, acts: impl Fn(&Acts) -> bool) -> Vec<Vec<f64>> {
        let each = self.scores.iter().zip(&self.acts).map(|(scores, known)| match known {
            Some(known) if !acts(known) => vec![0.0; scores.len()],
            _ => scores.clone(),
        });
        each.collect()
    }

    pub fn inputs(&self) -> (Inputs, Logs) {
        let n_arms = self.results.arms.len();
        let metrics: Vec<usize> = (0..self.results.metrics.len()).collect();
        let levels = |arm: usize| metrics.iter().map(|m| self.values(arm, *m)).collect();
        let on_levels = |arm: usize| metrics.par_iter().map(|m| self.on_level(arm, *m)).collect::<Vec<_>>();
        let on_changes = |arm: usize| match arm {
            0 => Vec::new(),
            _ => metrics.par_iter().map(|m| self.on_change(arm, *m)).collect::<Vec<_>>(),
        };
        let logs = |arm: usize| match arm {
            0 => Vec::new(),
            _ => metrics.iter().map(|m| self.log(arm, *m)).collect(),
        };
        let inputs = Inputs {
            inputs: self.sampling.inputs.clone(),
            outer: self.outcomes.len(),
            inner: self.sampling.inner,
            values: self.sampling.values.clone(),
            levels: (0..n_arms).map(levels).collect(),
            tables: (0..n_arms).map(|arm| metrics.iter().map(|m| self.of_arm(arm, *m)).collect()).collect(),
            scores: self.scores.clone(),
            acts: self.acts.iter().map(|known| known.as_ref().map(|acts| acts.change.clone())).collect(),
            on_levels: (0..n_arms).map(on_levels).collect(),
            on_changes: (0..n_arms).map(on_changes).collect(),
            sobol: None,
        };
        (inputs, (0..n_arms).map(logs).collect())
    }

    fn points(&self, arm: usize, metric: usize) -> impl Iterator<Item = &Point> {
        self.outcomes.iter().map(move |o| &o.levels[arm][metric])
    }

    /// In display units.
    fn values(&self, arm: usize, metric: usize) -> Vec<f64> {
        let size = self.results.metrics[metric].unit_size;
        // Sums that should cancel leave rounding, which would count as a spread.
        let shown = |p: &Point| if (p.value / size).abs() < 1e-9 { 0.0 } else { p.value / size };
        self.points(arm, metric).map(shown).collect()
    }

    /// The two-way table of a statistic of the control and an arm: the pseudo-values of the jackknife, `[sample][replication]`.
    fn table(&self, arm: usize, metric: usize, of: &dyn Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
        let m = f64::from(self.sampling.inner);
        let row = |(before, after): (&Point, &Point)| {
            let all = of(before.value, after.value);
            let pairs = before.left_out.iter().zip(&after.left_out);
            pairs.map(|(b, a)| m * all - (m - 1.0) * of(*b, *a)).collect()
        };
        self.points(0, metric).zip(self.points(arm, metric)).map(row).collect()
    }

    /// The metric itself, in display units; with few replications of one, which say nothing of its error, its value.
    fn of_arm(&self, arm: usize, metric: usize) -> Table {
        let (m, size) = (f64::from(self.sampling.inner), self.results.metrics[metric].unit_size);
        let row = |p: &Point| -> Vec<f64> {
            match p.left_out.len() {
                0 | 1 => vec![p.value / size],
                _ => p.left_out.iter().map(|x| (m * p.value - (m - 1.0) * x) / size).collect(),
            }
        };
        Table {
            samples: self.points(arm, metric).map(row).collect(),
            written: row(&self.written.levels[arm][metric]),
        }
    }

    fn on_level(&self, arm: usize, metric: usize) -> Option<Effect> {
        let (central, size) =
            (&self.results.arms[arm].estimates[metric], self.results.metrics[metric].unit_size);
        let table = self.table(arm, metric, &|_, after| after / size);
        let written = self.written.levels[arm][metric].value / size;
        let scores = self.scores(|acts| acts.level[arm][metric]);
        self.effect(&self.values(arm, metric), written, &table, central, &scores)
    }

    fn on_change(&self, arm: usize, metric: usize) -> Option<Effect> {
        let central = &self.results.arms[arm].changes[metric].difference;
        let size = self.results.metrics[metric].unit_size;
        let (before, after) = (self.values(0, metric), self.values(arm, metric));
        let values: Vec<f64> = before.iter().zip(&after).map(|(b, a)| a - b).collect();
        let table = self.table(arm, metric, &|before, after| (after - before) / size);
        let written = |arm: usize| self.written.levels[arm][metric].value / size;
        let scores = self.scores(|acts| acts.change[arm][metric]);
        self.effect(&values, written(arm) - written(0), &table, central, &scores)
    }

    fn log(&self, arm: usize, metric: usize) -> Option<InputSpread> {
        self.results.arms[arm].changes[metric].percent.as_ref()?;
        let log = |before: f64, after: f64| (after / before).ln();
        let pairs = self.points(0, metric).zip(self.points(arm, metric));
        let logs: Vec<f64> = pairs.map(|(b, a)| log(b.value, a.value)).collect();
        let table = self.table(arm, metric, &log);
        InputSpread::new(&logs, noise(&table), freedom(&table))
    }

    fn effect(
        &self,
        values: &[f64],
        written: f64,
        table: &[Vec<f64>],
        central: &Estimate,
        scores: &[Vec<f64>],
    ) -> Option<Effect> {
        let noise = noise(table);
        let spread = InputSpread::new(values, noise, freedom(table))?;
        let drivers = drivers(scores, values, noise).filter(|_| spread.input() > 0.0);
        let known = central.has_interval();
        let se = if known { central.se } else { f64::INFINITY };
        let half = |input: f64| match known {
            true => t_factor(self.results.level, spread.df_with(input, central)) * (input + se * se).sqrt(),
            false => f64::INFINITY,
        };
        // Half as wide a range has a quarter of the variance.
        let narrowed = |drivers: &Drivers| {
            drivers.drivers.iter().map(|d| half(spread.input() * (1.0 - 0.75 * d.share))).collect()
        };
        Some(Effect {
            share: if known { spread.share(se) } else { 0.0 },
            shown: spread.is_shown(self.sampling.inner),
            half_width: half(spread.input()),
            narrowed: drivers.as_ref().map_or_else(Vec::new, narrowed),
            enough: spread.enough(central.n, se),
            lean: spread.mean - written,
            // What chance does to all samples and the written inputs alike drops out.
            lean_se: (spread.between / spread.samples as f64 + spread.noise).sqrt(),
            spread,
            drivers,
        })
    }
}
