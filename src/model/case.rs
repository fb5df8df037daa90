//! Processes, their steps, what a case carries, and where cases come from.

use crate::activity::{Activity, Amount};
use crate::dist::Dist;
use crate::ids::{ArrivalId, AttrId, CalendarId, ProcessId, ProfileId, SiteId, StageId, StepId};
use crate::units::Dim;

#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    pub name: String,
    pub entry: StepId,
    /// Drawn or computed for each case at its start, in this order.
    pub attributes: Vec<(AttrId, Amount)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub name: String,
    pub process: ProcessId,
    /// The stretch of the case's life that this step belongs to; from entering the step to leaving it.
    pub stage: Option<StageId>,
    pub activity: Activity,
    /// Where the token goes next; `None` for steps that lead on by themselves (choose, end, ask, race).
    pub next: Option<StepId>,
}

/// A named stretch of a case's life ("waiting for parts"); steps of any process may belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub name: String,
}

/// A case attribute; 0 at the start unless the process or the arrival says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub kind: AttributeType,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AttributeType {
    /// A number of this dimension, in base units.
    Number(Dim),
    Flag,
    /// One of these names, stored as its index.
    Level(Vec<String>),
    /// A part, a site, a failure mode, a topic: stored as its index.
    Part,
    Site,
    Mode,
    Topic,
}

/// A source of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    pub name: String,
    pub process: ProcessId,
    pub pattern: ArrivalPattern,
    /// Cases per arrival.
    pub size: Option<Dist>,
    /// At most this many arrivals.
    pub limit: Option<u64>,
    /// Where the case is; the first site with equal chances among several.
    pub sites: Vec<SiteId>,
    /// Set before the process's own attributes.
    pub attributes: Vec<(AttrId, Amount)>,
    /// Where its cases begin; at the entry of the process when absent.
    pub first: Option<StepId>,
    /// How long its cases have been under way when they come [s]; their cycle time counts it.
    pub age: Option<Dist>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ArrivalPattern {
    /// Independent gaps in elapsed time [s], or in the working time of a calendar.
    Renewal { gap: Dist, working: Option<CalendarId> },
    /// A non-homogeneous Poisson process with this rate [1/s], times a factor; exact, by inversion.
    Rate { profile: ProfileId, factor: f64 },
    /// One arrival whenever the calendar opens.
    Timetable { calendar: CalendarId },
    /// Arrivals at these instants [s since start], sorted.
    Trace { times: Vec<f64> },
}

impl Arrival {
    /// The source's index, for messages.
    pub fn describe(&self, id: ArrivalId) -> String {
        format!("arrival {} ({})", id.0, self.name)
    }
}
