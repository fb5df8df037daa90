//! What is measured during a run, and what is reported.
//!
//! A *measure* is a quantity that the engine accumulates per time bin. A *metric* is a function of sums of measures over
//! the window and over replications, or a formula over other metrics: that is the explicit link from front-line to
//! operating to financial metrics.

use crate::expr::Expr;
use crate::ids::{
    AssetGroupId, AttrId, ChannelId, MeasureId, MetricId, ModeId, PartId, ProcessId, StageId, StepId, TeamId,
};
use crate::units::Dim;

#[derive(Clone, Debug, PartialEq)]
pub struct MeasureDef {
    /// As written in the scenario: "restore.time", "team.technicians.busy".
    pub name: String,
    pub what: Measure,
    pub dim: Dim,
    /// Counts only cases for which this holds when they end (case measures only).
    pub filter: Option<Expr>,
}

/// A quantity the engine accumulates. Case measures belong to the bin of the case's start and leave a sample each.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// One value for each case (sampled).
    Case(ProcessId, Sampled),
    /// Cases of a process that started, by start time [count].
    Cases(ProcessId),
    /// Entries of a step, by time of entry [count].
    Entries(StepId),
    /// Integrals over time [person-s]: members working; on shift; working beyond the shift; requests waiting.
    Busy(TeamId),
    OnShift(TeamId),
    Overtime(TeamId),
    Queue(TeamId),
    /// Wages: on-shift time at the wage plus overtime at the overtime wage [$]; busy time at the wage [$].
    Wages(TeamId),
    BusyWages(TeamId),
    /// Working time spent on asking, reading and answering [person-s].
    AskingTime(TeamId),
    /// Part measures, over all sites; `None`: over all parts. Units demanded at own site and those served from its shelf
    /// at once [count].
    Demanded(Option<PartId>),
    Filled(Option<PartId>),
    /// Integrals [unit-s]: on shelves; backordered.
    OnHand(Option<PartId>),
    Backordered(Option<PartId>),
    /// Units received from suppliers [count] and their price, premium and fees included [$].
    Purchased(Option<PartId>),
    PurchaseCost(Option<PartId>),
    /// Emergency orders [count]; transfers between sites for cases [count]; their fees [$].
    Emergencies(Option<PartId>),
    Transfers(Option<PartId>),
    TransferCost(Option<PartId>),
    /// Holding cost [$].
    HoldingCost(Option<PartId>),
    /// Looks at a record, and looks where record and shelf agreed about "any there" [count].
    RecordLooks,
    RecordRight,
    /// Searches, asks, searches that found, posts; `None`: over all channels [count].
    Searches,
    Found,
    Asks(Option<ChannelId>),
    /// Integral of the number of workers who have the channel [person-s], and of all workers it is meant for.
    Adopters(ChannelId),
    Eligible(ChannelId),
    /// Asset measures: failures (of a mode) [count]; time in service, out of service [asset-s]; use [use];
    /// time out of service while the asset's case is in a stage [asset-s]; needed but missing [asset-s]; needed [asset-s].
    Failures(AssetGroupId, Option<ModeId>),
    Uptime(AssetGroupId),
    Downtime(AssetGroupId),
    Used(AssetGroupId),
    DownInStage(AssetGroupId, StageId),
    Missed(AssetGroupId),
    Needed(AssetGroupId),
    /// Assets x time [asset-s].
    AssetTime(AssetGroupId),
    /// Elapsed time [s].
    Elapsed,
}

/// The value a case leaves when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampled {
    /// From start to end [s].
    CycleTime,
    /// Time in a stage [s]; only cases that entered it.
    StageTime(StageId),
    /// As above, cases that never entered count as zero.
    StageTimeAll(StageId),
    /// The final value of an attribute.
    Attribute(AttrId),
    /// Time waiting for teams; time worked on [s].
    Waiting,
    /// Time waiting for teams at a step [s]; only cases whose turn came there.
    WaitingAt(StepId),
    Working,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// The key in tables and JSON: "restore_time.mean".
    pub name: String,
    pub label: String,
    /// One sentence: what it says.
    pub doc: String,
    pub level: Level,
    pub of: MetricOf,
    pub dim: Dim,
    /// Unit in which it is shown, e.g. "h", and how many base units that is.
    pub unit: String,
    pub unit_size: f64,
    pub better: Better,
    /// The smallest change that matters: a share of the control's value, or an absolute amount in base units.
    pub matters: Option<f64>,
    pub matters_relative: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    FrontLine,
    Operating,
    Financial,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Lower,
    Higher,
    /// Neither: shown, not judged.
    Neutral,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MetricOf {
    /// Mean of a sampled measure; quantile (0-1); share of samples above a limit [base units].
    Mean(MeasureId),
    Quantile(MeasureId, f64),
    ShareOver(MeasureId, f64),
    /// Sum over sum.
    Ratio(MeasureId, MeasureId),
    /// Sum per elapsed time [per s]; time average of an integral (sum / elapsed).
    Rate(MeasureId),
    /// Computed from other metrics (`Expr` loads by metric index); acyclic.
    Formula(Expr, Vec<MetricId>),
}
