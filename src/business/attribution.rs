//! What each mechanism of a change earns: the change of a metric, divided among switches that turn one mechanism off each.

use super::shapley;
use crate::experiment::in_unit;
use crate::stats::{Estimate, Resampled, bonferroni_level};

/// The change of one metric from the control to an arm, in parts that add up to it.
#[derive(Clone, Debug)]
pub struct Attribution {
    pub before: Estimate,
    /// What the arm changes with every mechanism off.
    pub rest: Estimate,
    /// One for each switch.
    pub shares: Vec<Share>,
    pub after: Estimate,
    pub total: Estimate,
    /// Level of the intervals of the shares: all of them together hold at the level asked for.
    pub shares_level: f64,
}

/// What one mechanism earns.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Its Shapley value: the shares and the rest add up to the total.
    pub value: Estimate,
    /// What it adds when all others are off.
    pub alone: Estimate,
    /// What it adds to all others.
    pub last: Estimate,
}

impl Attribution {
    /// `coalitions[s]` is the arm in which those switches are on whose bit is set in s. All in base units; the result in
    /// units of `unit_size`.
    ///
    /// # Panics
    /// Unless there is a coalition for each set of switches.
    pub fn new(control: &Resampled, coalitions: &[Resampled], level: f64, unit_size: f64) -> Self {
        assert!(coalitions.len().is_power_of_two(), "one coalition for each set of switches");
        let switches = coalitions.len().trailing_zeros() as usize;
        let (none, all) = (&coalitions[0], &coalitions[coalitions.len() - 1]);
        let shares_level = bonferroni_level(level, switches.max(1));
        let show = |e: Estimate| in_unit(e, unit_size);
        let change = |from: &Resampled, to: &Resampled, level| show(Resampled::difference(from, to, level));
        let share = |i: usize| {
            let weights = shapley::weights(switches, i);
            let terms: Vec<(f64, &Resampled)> = weights.into_iter().zip(coalitions).collect();
            let without = coalitions.len() - 1 - (1 << i);
            Share {
                value: show(Resampled::contrast(&terms, shares_level)),
                alone: change(none, &coalitions[1 << i], shares_level),
                last: change(&coalitions[without], all, shares_level),
            }
        };
        Self {
            before: show(control.estimate(level)),
            rest: change(control, none, level),
            shares: (0..switches).map(share).collect(),
            after: show(all.estimate(level)),
            total: change(control, all, level),
            shares_level,
        }
    }
}
