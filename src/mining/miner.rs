//! The ways to a process tree.

use super::inductive::{Mined, mined};
use super::split::{EPSILON, split};
use crate::eventlog::EventLog;

/// A miner with what it leaves out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Miner {
    /// what is rarer than this share of the most frequent continuation, where it prevents a cut
    Inductive(f64),
    /// guided by the split miner's relation with this percentile
    Split(f64),
}

impl Miner {
    /// The tree of a sorted log.
    pub fn mine(self, log: &EventLog) -> Mined {
        match self {
            Self::Inductive(noise) => mined(log, noise),
            Self::Split(eta) => split(log, eta, EPSILON),
        }
    }

    /// In words, for a report.
    pub fn told(self) -> String {
        match self {
            Self::Inductive(noise) => format!(
                "inductive miner (what is rarer than {} % of the most frequent continuation left out)",
                noise * 100.0
            ),
            Self::Split(eta) => format!("inductive miner on the split miner's relation (percentile {eta})"),
        }
    }
}

/// The inductive miner with this noise.
impl From<f64> for Miner {
    fn from(noise: f64) -> Self {
        Self::Inductive(noise)
    }
}
