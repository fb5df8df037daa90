//! Sobol indices of the inputs that drive the primary's change: shares with interactions and bends, which the regression
//! leaves out.

use super::super::results::Results;
use super::sample::Outcome;
use super::{Inputs, Sampling, Sobol};
use crate::stats::sobol::{MOST_DIMENSIONS, MOST_POINTS, sobol};
use crate::stats::{Saltelli, SobolIndex};

/// Where the worlds are that the indices are estimated from.
pub struct Design {
    saltelli: Saltelli,
    groups: Vec<Vec<usize>>,
    primary: usize,
    arms: usize,
    points: usize,
}

impl Design {
    /// Every input that drives the primary's change in some arm is a group of its own, all others are one together: so few
    /// groups are paid for. None where no indices are asked for, or nothing is compared.
    pub fn new(results: &Results, inputs: &Inputs, sampling: &Sampling) -> Option<Self> {
        let primary = results.primary.filter(|_| sampling.sobol > 0 && results.arms.len() > 1)?;
        let k = sampling.inputs.len();
        if 2 * k > MOST_DIMENSIONS {
            return None;
        }
        let effects = inputs.on_changes.iter().filter_map(|effects| effects.get(primary)?.as_ref());
        let drivers = effects.filter_map(|effect| effect.drivers.as_ref()).flat_map(|d| &d.drivers);
        let mut own: Vec<usize> = drivers.map(|d| d.input).collect();
        own.sort_unstable();
        own.dedup();
        let others: Vec<usize> = (0..k).filter(|j| !own.contains(j)).collect();
        let mut groups: Vec<Vec<usize>> = own.into_iter().map(|j| vec![j]).collect();
        groups.extend((!others.is_empty()).then_some(others));
        let points = (sampling.sobol as usize).min(MOST_POINTS);
        let coordinate = |i: usize, j: usize| sobol(i, j, results.seed);
        let saltelli = Saltelli::new(points, k, &groups, coordinate);
        Some(Self { saltelli, groups, primary, arms: results.arms.len(), points })
    }

    pub fn points(&self) -> Vec<Vec<f64>> {
        self.saltelli.points.clone()
    }

    pub fn indices(self, outcomes: &[Outcome], seed: u64) -> Sobol {
        let change = |arm: usize| -> Vec<f64> {
            let value = |o: &Outcome, arm: usize| o.levels[arm][self.primary].value;
            outcomes.iter().map(|o| value(o, arm) - value(o, 0)).collect()
        };
        let of_arm = |arm: usize| -> Vec<SobolIndex> {
            let known = if arm == 0 { None } else { self.saltelli.indices(&change(arm), seed) };
            known.unwrap_or_default()
        };
        let indices = (0..self.arms).map(of_arm).collect();
        Sobol { points: self.points, groups: self.groups, indices }
    }
}
