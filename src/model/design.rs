//! The design of a run and of a comparison.

use crate::ids::{MetricId, TeamId};
use crate::units::{Duration, Time};

/// The time axis of one replication: warm-up, window, drain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Civil date and time at which the clock is zero; its weekday anchors calendars.
    pub start: jiff::civil::DateTime,
    pub warm_up: WarmUp,
    /// Cases that start in the window count.
    pub window: Duration,
    /// They are followed for at most this long after the window.
    pub drain: Duration,
    /// Width of the bins of all series; divides warm-up and window.
    pub bin: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmUp {
    Fixed(Duration),
    /// At most this long; the cut-off is found by MSER-5 on the replication-averaged series of the primary metric.
    Auto(Duration),
}

impl Default for WarmUp {
    fn default() -> Self {
        Self::Fixed(Duration::ZERO)
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The settled state.
    #[default]
    Steady,
    /// A window from an empty start to its end.
    Terminating,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// A terminating comparison has no warm-up, and is not warned of queues that never settle.
    pub kind: Kind,
    pub primary: Option<MetricId>,
    pub seed: u64,
    /// Paired replications; the first batch when a precision is asked for.
    pub replications: u32,
    pub max_replications: u32,
    /// Wanted half-width of the primary's interval, as a share of its value.
    pub precision: Option<f64>,
    /// Confidence level of intervals, e.g. 0.95.
    pub level: f64,
    /// When the change goes live, in a ramp.
    pub go_live: Option<Time>,
    /// Replications whose event log is kept.
    pub logged: Vec<u32>,
    /// How what is not known about the inputs is carried into the intervals.
    pub inputs: InputDesign,
}

/// Samples of the inputs at least, and paired replications of each: fewer say too little about a variance.
pub const LEAST_OUTER: u32 = 20;
pub const LEAST_INNER: u32 = 2;

/// How what is not known about the inputs is carried into the intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputDesign {
    /// Nothing is said: intervals are for exact inputs.
    #[default]
    Unsaid,
    /// Intervals for exact inputs are asked for.
    PointEstimatesOnly,
    TwoLevel {
        /// Samples of the inputs.
        outer: u32,
        /// Paired replications of each.
        inner: u32,
        /// Points of the design for Sobol indices; 0: none are estimated.
        sobol: u32,
    },
}

/// What a report opens with: the question, whom it is about, the metrics that matter most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Headline {
    pub question: String,
    pub teams: Vec<TeamId>,
    pub metrics: Vec<MetricId>,
    /// How the change acts, in words; paragraphs are apart by an empty line.
    pub mechanism: String,
}

/// What theory says a metric's value is.
#[derive(Clone, Debug, PartialEq)]
pub struct Theory {
    /// In this arm; the scenario itself when absent.
    pub arm: Option<String>,
    pub metric: MetricId,
    /// [base units]
    pub value: f64,
    /// Its standard error where it was itself estimated, else 0 [base units].
    pub se: f64,
    pub averaged: Averaged,
    /// Formula or citation.
    pub source: String,
}

/// How a known answer was averaged; our own estimates weigh all cases alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Averaged {
    #[default]
    Cases,
    /// The mean of each replication's own value, as simulation studies often print it.
    Replications,
}
