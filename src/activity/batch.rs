//! `batch`: cases wait for each other and are worked on together.

use super::Expansion;
use super::op::{Gather, Op, Rule};
use super::task::Task;
use crate::dist::Dist;
use crate::ids::CalendarId;

/// Gathers cases until a rule fires, then one worker set does `task` for all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Any rule that holds fires the batch.
    pub rules: Vec<BatchRule>,
    pub work: BatchWork,
    /// Multiplies the work of each case, by batch size: `(size, factor)` in rising size, nearest size counts.
    pub factors: Vec<(u32, f64)>,
    pub task: Task,
}

#[derive(Clone, Debug, PartialEq)]
pub enum BatchRule {
    /// This many cases wait.
    Size(u32),
    /// The oldest has waited this long [s].
    Age(Dist),
    /// A calendar opens (a time of day, a weekday).
    At(CalendarId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchWork {
    /// One after another: the times of the cases add up; each leaves when its own is done.
    Sequential,
    /// All at once: they start and leave together, after the longest.
    Parallel,
}

impl Batch {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let work = self.task.work(x);
        // Who has gathered stays: patience and the latch of `once` belong to tasks of single cases.
        x.program.works[work as usize].patience = None;
        let rule = |rule: &BatchRule| match rule {
            BatchRule::Size(n) => Rule::Size(*n),
            BatchRule::Age(dist) => Rule::Age(x.maker.law(dist), x.purpose("age")),
            BatchRule::At(calendar) => Rule::At(*calendar),
        };
        let rules = self.rules.iter().map(rule).collect();
        let gather =
            Gather { step: x.step_id(), work, rules, mode: self.work, factors: self.factors.clone() };
        x.program.gathers.push(gather);
        x.emit(Op::Batch(x.program.gathers.len() as u32 - 1));
    }
}
