//! What one replication leaves behind: columns of numbers, nothing named.

use crate::ids::{MeasureId, PartId, ProcessId, SiteId, StepId, TeamId};
use crate::units::Time;

/// The outcome of one replication of one arm.
///
/// Every measure has one value per time bin; case measures have a sum and a count per bin of the case's start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub n_bins: usize,
    /// `[measure][bin]`, row-major; the sum for case measures.
    pub sums: Vec<f64>,
    /// `[measure][bin]`: number of cases behind a case measure's sum; 0 for other measures.
    pub counts: Vec<f64>,
    /// Individual values, for the measures that some metric or chart needs them of.
    pub samples: Vec<Samples>,
    /// Activity instances, when the event log was asked for.
    pub rows: Rows,
    /// Events handled, activities (steps with work, delay, search or movement) completed, cases started and ended.
    pub n_events: u64,
    pub n_activities: u64,
    pub n_started: u64,
    pub n_ended: u64,
    /// Times of steps that were computed as less than nothing, or as no number: taken as zero.
    pub misfits: Tally,
    /// Cases of the window that were still open at the end, by the step where most of them were.
    pub stuck: Tally,
    /// Why the run stopped early, if it did.
    pub stopped: Option<Stopped>,
}

/// How often something happened, and the step where it did first, or most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub n: u64,
    pub step: Option<StepId>,
}

impl Tally {
    pub fn add(&mut self, step: StepId) {
        self.n += 1;
        self.step.get_or_insert(step);
    }

    /// The sum; the step of the larger one.
    pub fn plus(self, other: Self) -> Self {
        let step = if other.n > self.n { other.step } else { self.step };
        Self { n: self.n + other.n, step }
    }
}

/// Sampled values of one measure, in the order in which the cases ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    pub measure: Option<MeasureId>,
    pub cases: Vec<Sample>,
    /// How old each case was [s]; none where the values themselves grow with the age.
    pub ages: Vec<f64>,
}

impl Samples {
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.cases.iter().map(|case| case.value)
    }
}

/// What one case left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In base units; for cases still open at the end, what had accrued.
    pub value: f64,
    /// Bin of the case's start.
    pub bin: u32,
    /// Whether the case was still open when the run ended (right-censored).
    pub open: bool,
}

/// Activity instances as struct of arrays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Number of the case in order of start.
    pub case: Vec<u64>,
    pub step: Vec<StepId>,
    pub enabled: Vec<Time>,
    pub start: Vec<Time>,
    pub complete: Vec<Time>,
    /// The worker: team, and number within the team; `None` where nobody worked.
    pub team: Vec<Option<TeamId>>,
    pub member: Vec<u32>,
    pub site: Vec<Option<SiteId>>,
    /// The case's asset, as (number + 1) over all fleets; 0 for none.
    pub asset: Vec<u32>,
    /// The part that the step took, brought back, ordered or asked for.
    pub part: Vec<Option<PartId>>,
    /// What each case carried at its start: all attributes of the first case, then of the second, in order of start.
    pub carried: Vec<f64>,
}

impl Rows {
    /// Leaves out the cases that came first, so many of them.
    pub fn without_first(&mut self, cases: u64) {
        let keep: Vec<bool> = self.case.iter().map(|case| *case >= cases).collect();
        fn take<T>(column: &mut Vec<T>, keep: &[bool]) {
            let mut kept = keep.iter();
            column.retain(|_| kept.next().is_some_and(|keep| *keep));
        }
        take(&mut self.case, &keep);
        take(&mut self.step, &keep);
        take(&mut self.enabled, &keep);
        take(&mut self.start, &keep);
        take(&mut self.complete, &keep);
        take(&mut self.team, &keep);
        take(&mut self.member, &keep);
        take(&mut self.site, &keep);
        take(&mut self.asset, &keep);
        take(&mut self.part, &keep);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// More open cases than the limit: the queue explodes.
    TooManyCases(u64),
    /// A step was entered too often without time passing.
    NoTimePasses(StepId),
    /// Too many cases of this process came without time passing.
    NoTimeBetween(ProcessId),
}

impl Record {
    pub fn sum(&self, measure: MeasureId, bin: usize) -> f64 {
        self.sums[measure.0 as usize * self.n_bins + bin]
    }

    pub fn count(&self, measure: MeasureId, bin: usize) -> f64 {
        self.counts[measure.0 as usize * self.n_bins + bin]
    }
}
