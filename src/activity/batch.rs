//! `batch`: cases wait for each other and are worked on together.

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
