//! What the five steps found, as plain data.

use super::choose::Choice;
use super::elasticity::Elasticity;
use super::rank::Ranked;
use super::stages::Halved;
use super::trends::Trends;
use super::value::{Money, Valued};
use crate::mining::{Bottleneck, Handover};

#[derive(Clone, Debug, serde::Serialize)]
pub struct Assessment {
    pub title: String,
    pub question: String,
    pub description: String,
    pub currency: String,
    pub tool: String,
    pub money: Money,
    /// Confidence level of the statements of a step together.
    pub level: f64,
    pub seed: u64,
    /// Paired replications of each world.
    pub replications: u32,
    /// Ledger lines read, and cells without an amount.
    pub ledger_lines: usize,
    pub ledger_missing: usize,
    /// The year that is ranked.
    pub year: i32,
    /// Step 1: the groups by cost.
    pub groups: Vec<Ranked>,
    /// Step 2: the operations of the largest group.
    pub trends: Trends,
    /// Steps 3 and 4: the operations that they looked into.
    pub studied: Vec<Studied>,
    /// Operations of the largest group that rise, but have no scenario.
    pub without_scenario: Vec<String>,
    /// Operations whose scenario weighs money by itself (`[money]`, `[ramp]`), which is left aside here.
    pub own_money: Vec<String>,
    /// Samples of the inputs, and replications of each; None: the inputs are taken as exact.
    pub samples: Option<(u32, u32)>,
    /// Inputs with a range, in all operations.
    pub unknown: usize,
    /// Step 5: every candidate of every operation.
    pub candidates: Vec<Valued>,
    pub choice: Choice,
}

/// Steps 3 and 4 in one operation.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Studied {
    pub operation: String,
    pub label: String,
    /// Its cost before [money per year], by the scenario.
    pub cost: crate::stats::Estimate,
    pub cost_label: String,
    /// Step 3.
    pub metrics: Vec<Elasticity>,
    /// Step 4: what the log shows, and what halving each stage does, the largest saving first.
    pub map: Mapped,
    pub halved: Vec<Halved>,
    /// Stages without a time of their own: all of it is waiting for people.
    pub waiting_only: Vec<String>,
    /// Steps whose times come from a file and are not halved.
    pub fixed: Vec<String>,
}

/// What an event log shows.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Mapped {
    /// The file; None: simulated from the scenario.
    pub log: Option<String>,
    pub cases: usize,
    pub rows: usize,
    /// Activities by their share of the time.
    pub activities: Vec<Bottleneck>,
    /// Between teams.
    pub handovers: Vec<Handover>,
}
