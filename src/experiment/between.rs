//! Two finished experiments against each other: the same arm, or two arms, of different scenarios.

use super::compare::{Pairing, changes};
use super::results::{Change, MetricInfo, Results};
use crate::model::Metric;
use crate::stats::{Estimate, Resampled};

/// A finished experiment with what its intervals are made of.
pub struct Side {
    pub results: Results,
    pub(super) metrics: Vec<Metric>,
    /// `[arm][metric]`
    pub(super) resampled: Vec<Vec<Resampled>>,
}

/// What has changed from an arm of one experiment to an arm of another; an element for each metric that both have.
#[derive(Clone, Debug)]
pub struct Between {
    pub pairing: Pairing,
    pub metrics: Vec<MetricInfo>,
    pub primary: Option<usize>,
    pub before: Vec<Estimate>,
    pub after: Vec<Estimate>,
    pub changes: Vec<Change>,
    /// Metrics that only one of the two has.
    pub left_out: Vec<String>,
}

impl Side {
    /// Paired when replication r drew the same random numbers in both; otherwise why not. Scenarios of different names
    /// name their draws differently: the same seed then gives other numbers.
    pub fn pairing_with(&self, other: &Self) -> (Pairing, String) {
        let (a, b) = (&self.results, &other.results);
        let why = match () {
            _ if a.scenario != b.scenario => {
                format!("they are of two scenarios: {} and {}", a.scenario, b.scenario)
            }
            _ if !(a.crn && b.crn) => "one of them was run without common random numbers".to_owned(),
            _ if a.seed != b.seed => format!("their seeds differ: {} and {}", a.seed, b.seed),
            _ if a.replications != b.replications => {
                format!("their replications differ: {} and {}", a.replications, b.replications)
            }
            _ => return (Pairing::Paired, String::new()),
        };
        (Pairing::Independent, why)
    }
}

/// Compares arm `from` of `a` with arm `to` of `b`. The units, smallest effects and the primary are those of `a`.
pub fn between(a: &Side, from: usize, b: &Side, to: usize) -> Between {
    let (pairing, _) = a.pairing_with(b);
    let (infos, others) = (&a.results.metrics, &b.results.metrics);
    let same = |x: &MetricInfo, y: &MetricInfo| x.name == y.name && x.unit == y.unit;
    let pairs: Vec<(usize, usize)> = (infos.iter().enumerate())
        .filter_map(|(i, info)| Some((i, others.iter().position(|o| same(info, o))?)))
        .collect();
    let lone_a = infos.iter().filter(|x| !others.iter().any(|y| same(x, y)));
    let lone_b = others.iter().filter(|y| !infos.iter().any(|x| same(x, y)));
    let primary = pairs.iter().position(|(i, _)| Some(*i) == a.results.primary);
    let metrics: Vec<Metric> = pairs.iter().map(|(i, _)| a.metrics[*i].clone()).collect();
    let before: Vec<Resampled> = pairs.iter().map(|(i, _)| a.resampled[from][*i].clone()).collect();
    let after: Vec<Resampled> = pairs.iter().map(|(_, j)| b.resampled[to][*j].clone()).collect();
    Between {
        pairing,
        primary,
        before: pairs.iter().map(|(i, _)| a.results.arms[from].estimates[*i]).collect(),
        after: pairs.iter().map(|(_, j)| b.results.arms[to].estimates[*j]).collect(),
        changes: changes(&metrics, primary, &before, &after, pairing, a.results.level, 1),
        metrics: pairs.iter().map(|(i, _)| infos[*i].clone()).collect(),
        left_out: lone_a.chain(lone_b).map(|m| m.name.clone()).collect(),
    }
}
