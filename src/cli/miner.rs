//! The flag that says which miner makes a model of a log.

use crate::mining::Miner;
use crate::mining::split::ETA;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Guide {
    /// All that follows each other, but for noise where it prevents a cut
    Inductive,
    /// What the split miner keeps of it
    Split,
}

impl Guide {
    /// The miner, with the noise of the inductive one.
    pub fn with(self, noise: f64) -> Miner {
        match self {
            Self::Inductive => Miner::Inductive(noise),
            Self::Split => Miner::Split(ETA),
        }
    }
}
