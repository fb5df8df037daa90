//! What counts as money, over how many years, and how a change is phased in.

use crate::ids::{AdoptionId, MetricId};
use crate::units::{Duration, Time};

/// How the changes of metrics become flows of money over the years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Money {
    /// From the decision to the last flow that counts.
    pub horizon: Duration,
    /// From the decision to the day on which the change takes effect.
    pub lead: Duration,
    /// Real rates of discount [1 a year]; the first is the one that headlines are about.
    pub rates: Vec<f64>,
    pub lines: Vec<MoneyLine>,
    pub costs: Vec<MoneyCost>,
}

/// A metric [$/s] whose change is a flow of money. No line is part of another.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyLine {
    pub metric: MetricId,
    pub kind: MoneyKind,
}

/// Whose money it is, and whether anybody is paid less for it.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyKind {
    /// Whether a budget changes by it; otherwise it is valued, not paid.
    pub cashable: bool,
    pub stakeholder: String,
}

/// What is paid for some arms and is in no metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyCost {
    pub name: String,
    pub label: String,
    /// Names of the arms that have it.
    pub arms: Vec<String>,
    pub what: CostOf,
    /// From the decision to the (first) payment.
    pub after: Duration,
    pub kind: MoneyKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CostOf {
    /// Paid once [$].
    Once(f64),
    /// What was bought is still worth this at the horizon [$]: it counts as received then.
    Residual(f64),
    /// Paid all the time from then on [$/s].
    Running(f64),
    /// The training of every new adopter, in the month of adoption, at the mean wage of the adopter's team.
    Training(AdoptionId),
}

/// A second experiment of the same scenario, in which the change goes live within the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    /// When the change goes live, on the clock of the run.
    pub go_live: Time,
    /// The window of that experiment.
    pub window: Duration,
    /// Paired replications; at most those of the comparison.
    pub replications: u32,
    /// Names of the arms that ramp up; the others take effect at once. Empty: all arms ramp up.
    pub arms: Vec<String>,
    /// Keys and their values (TOML) in that experiment, in all arms.
    pub set: Vec<(String, String)>,
}
