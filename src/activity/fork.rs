//! `fork` and `join`: several branches at once.

use super::choose::Branch;
use super::op::{Arm, Op};
use super::{Expansion, When, op};
use crate::ids::StepId;

/// Starts a token on every branch (`when` absent), or on every branch whose condition or own chance holds
/// (inclusive or; at least the first branch marked `otherwise` when none does).
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    pub branches: Vec<Branch>,
    /// Inclusive or: branches are taken independently.
    pub inclusive: bool,
    /// Where the branches meet.
    pub join: StepId,
}

/// Waits for every branch that its fork started.
#[derive(Clone, Debug, PartialEq)]
pub struct Join;

impl Fork {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.leave();
        let mut branches = Vec::with_capacity(self.branches.len());
        for branch in &self.branches {
            let arm = match &branch.when {
                _ if !self.inclusive => Arm::Always,
                When::Chance(p) => Arm::Chance(*p),
                When::Condition(expr) => Arm::Condition(x.maker.code(expr)),
                When::Otherwise => Arm::Otherwise,
            };
            branches.push((arm, x.label(branch.to)));
        }
        let join = x.label(self.join);
        let purpose = x.purpose("branches");
        x.program.forks.push(op::Fork { purpose, branches, join });
        x.emit(Op::Fork(x.program.forks.len() as u32 - 1));
    }
}
