//! `race`: the first event wins, the rest is cancelled.

use super::Expansion;
use super::op::Op;
use crate::ids::StepId;

/// Starts every branch's first step; the first of these steps to be completed wins: the case goes on behind it,
/// with the delay that won, and the other branches are withdrawn from queues, hands and calendars.
#[derive(Clone, Debug, PartialEq)]
pub struct Race {
    pub branches: Vec<StepId>,
}

impl Race {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let branches = self.branches.iter().map(|step| x.label(*step)).collect();
        x.program.races.push(branches);
        x.emit(Op::Race(x.program.races.len() as u32 - 1));
    }
}
