//! What an operation's simulated worlds say: what its metrics and stages do to its cost, and what its candidates are worth.

use super::assessment::{Mapped, Studied};
use super::elasticity::{self, Elasticity, Origin};
use super::portfolio::Operation;
use super::stages::{Halved, Stage};
use super::value::{Money, Valued, valued};
use super::worlds::World;
use crate::experiment::Observed;
use crate::model::Model;
use crate::stats::{Estimate, Resampled, bonferroni_level};
use crate::units::YEAR;
use std::collections::BTreeMap;

/// An operation with its worlds simulated.
pub struct Simulated<'a> {
    pub operation: &'a Operation,
    pub model: &'a Model,
    /// By arm: the cost, then its parts that are valued and not paid, then each candidate metric.
    pub observed: &'a Observed,
    /// What each arm stands for.
    pub worlds: &'a [World],
    /// Indices of the cost and of each candidate metric among the scenario's metrics.
    pub cost: usize,
    pub metrics: &'a [usize],
    /// Parts of the cost that are valued.
    pub n_valued: usize,
}

/// Values of a candidate in one sample of the inputs, by replication [money]: of all, and of what is paid.
pub struct InSample {
    pub all: Vec<f64>,
    pub paid: Vec<f64>,
}

impl Simulated<'_> {
    /// The yearly cost in an arm.
    fn cost_in(&self, arm: usize) -> Option<Resampled> {
        Resampled::function(&[&self.observed.metrics[arm][0]], |v| v[0] * YEAR)
    }

    /// The part of it that is paid; None where nothing is valued.
    fn paid_in(&self, arm: usize) -> Option<Resampled> {
        let parts: Vec<&Resampled> = self.observed.metrics[arm].iter().take(1 + self.n_valued).collect();
        let paid = |v: &[f64]| (v[0] - v[1..].iter().sum::<f64>()) * YEAR;
        (self.n_valued > 0).then(|| Resampled::function(&parts, paid))?
    }

    /// A candidate metric in an arm [base units].
    fn metric_in(&self, arm: usize, metric: usize) -> &Resampled {
        &self.observed.metrics[arm][1 + self.n_valued + metric]
    }

    fn arm(&self, world: World) -> Option<usize> {
        self.worlds.iter().position(|w| *w == world)
    }

    /// The values of the operation's candidates; `level` is that of each.
    pub fn candidates(&self, money: &Money, level: f64) -> Vec<Valued> {
        let Some(before) = self.cost_in(0) else { return Vec::new() };
        let each = self.operation.candidates.iter().enumerate().filter_map(|(i, candidate)| {
            let arm = self.arm(World::Candidate(i))?;
            let (after, paid) = (self.cost_in(arm)?, self.paid_in(0).zip(self.paid_in(arm)));
            let paid = paid.as_ref().map(|(before, after)| [before, after]);
            valued(&self.operation.label, candidate, [&before, &after], paid, money, level)
        });
        each.collect()
    }

    /// The values of each candidate in one sample of the inputs; `observed` has the cost of the operation and its valued parts as it
    /// is and with each candidate.
    pub fn sampled(&self, observed: &Observed, money: &Money) -> Vec<InSample> {
        let own = |arm: usize, part: usize| observed.metrics[arm][part].own.iter().map(|x| x * YEAR);
        let cost = |arm: usize| own(arm, 0).collect::<Vec<f64>>();
        let paid = |arm: usize| {
            let mut paid = cost(arm);
            for part in 1..=self.n_valued {
                paid.iter_mut().zip(own(arm, part)).for_each(|(sum, x)| *sum -= x);
            }
            paid
        };
        let each = self.operation.candidates.iter().enumerate().map(|(i, c)| {
            let money = money.of(c);
            let values = |before: Vec<f64>, after: Vec<f64>| {
                before.iter().zip(&after).map(|(b, a)| money.present(b - a, c.upfront, c.yearly)).collect()
            };
            InSample { all: values(cost(0), cost(1 + i)), paid: values(paid(0), paid(1 + i)) }
        });
        each.collect()
    }

    /// Steps 3 and 4; `costs` are those of the ledger by year.
    pub fn studied(
        &self,
        stages: &[Stage],
        costs: &BTreeMap<i32, f64>,
        map: Mapped,
        level: f64,
    ) -> Option<Studied> {
        let metric = &self.model.metrics.as_slice()[self.cost];
        Some(Studied {
            operation: self.operation.name.clone(),
            label: self.operation.label.clone(),
            cost: self.cost_in(0)?.estimate(level),
            cost_label: metric.label.clone(),
            metrics: self.elasticities(stages, costs, level),
            map,
            halved: self.halved(stages, level),
            fixed: stages.iter().flat_map(|s| s.fixed.iter().cloned()).collect(),
            waiting_only: stages
                .iter()
                .filter(|s| s.changes.is_empty() && s.fixed.is_empty())
                .map(|s| s.label.clone())
                .collect(),
        })
    }

    fn halved(&self, stages: &[Stage], level: f64) -> Vec<Halved> {
        let arms: Vec<(usize, &Stage)> = (stages.iter().enumerate())
            .filter_map(|(i, stage)| Some((self.arm(World::Halved(i))?, stage)))
            .collect();
        let each = bonferroni_level(level, arms.len());
        let Some(before) = self.cost_in(0) else { return Vec::new() };
        let mut all: Vec<Halved> = arms
            .into_iter()
            .filter_map(|(arm, stage)| {
                let after = self.cost_in(arm)?;
                let percent = |metric: usize| {
                    Resampled::percent(self.metric_in(0, metric), self.metric_in(arm, metric), each)
                };
                let names = self.metrics.iter().map(|m| self.model.metrics.as_slice()[*m].label.clone());
                Some(Halved {
                    stage: stage.label.clone(),
                    cost: Resampled::difference(&before, &after, each),
                    percent: Resampled::percent(&before, &after, each),
                    metrics: names.enumerate().map(|(m, name)| (name, percent(m))).collect(),
                })
            })
            .collect();
        all.sort_by(|a, b| a.cost.value.total_cmp(&b.cost.value));
        all
    }

    fn elasticities(&self, stages: &[Stage], costs: &BTreeMap<i32, f64>, level: f64) -> Vec<Elasticity> {
        let sources = &self.operation.metrics;
        let n_rows = sources.len() + sources.iter().filter(|s| !s.history.is_empty()).count();
        let each = bonferroni_level(level, n_rows);
        let mut all = Vec::new();
        for (m, (source, &index)) in sources.iter().zip(self.metrics).enumerate() {
            let metric = &self.model.metrics.as_slice()[index];
            let row = |origin: Origin, elasticity: Option<Estimate>| Elasticity {
                metric: metric.name.clone(),
                label: metric.label.clone(),
                level: scaled(self.metric_in(0, m).estimate(level), metric.unit_size),
                unit: metric.unit.clone(),
                origin,
                elasticity,
            };
            let between = |arm: usize| {
                let of = |arm: usize| self.metric_in(arm, m);
                let (before, after) = (self.cost_in(0)?, self.cost_in(arm)?);
                elasticity::between([&before, &after], [of(0), of(arm)], each)
            };
            let moved = match self.arm(World::Moved(m)) {
                Some(arm) => Some((arm, Origin::MovedBy)),
                None => self.mover(m, stages),
            };
            all.push(match moved.and_then(|(arm, origin)| Some(row(origin, Some(between(arm)?)))) {
                Some(row) => row,
                None => row(Origin::Nothing, None),
            });
            if let Some((estimate, years)) = elasticity::from_history(costs, &source.history, each) {
                all.push(row(Origin::History(years), Some(estimate)));
            }
        }
        all
    }

    /// The halving that moves a metric most.
    fn mover(&self, metric: usize, stages: &[Stage]) -> Option<(usize, Origin)> {
        let value = |arm: usize| self.metric_in(arm, metric).value;
        let moves = |arm: usize| (value(arm) / value(0)).ln().abs();
        let halvings = self.worlds.iter().enumerate().filter_map(|(arm, world)| match world {
            World::Halved(stage) => Some((arm, &stages[*stage].label)),
            _ => None,
        });
        let (arm, label) =
            halvings.filter(|(arm, _)| moves(*arm) > 0.0).max_by(|a, b| moves(a.0).total_cmp(&moves(b.0)))?;
        Some((arm, Origin::Halving(label.clone())))
    }
}

/// In units of this size.
fn scaled(e: Estimate, size: f64) -> Estimate {
    Estimate { value: e.value / size, se: e.se / size, lower: e.lower / size, upper: e.upper / size, ..e }
}
