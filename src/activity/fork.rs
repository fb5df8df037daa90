//! `fork` and `join`: several branches at once.

use super::choose::Branch;
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
