//! The flags that commands which simulate have in common.

use super::exit::Failure;
use crate::experiment::{self, Threads};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Paired replications of each arm
    #[arg(long, short = 'n', value_name = "N")]
    replications: Option<u32>,
    /// Go on until the primary's interval is this narrow, e.g. "2 %"
    #[arg(long, value_name = "SHARE")]
    precision: Option<String>,
    /// Seed of the random numbers
    #[arg(long)]
    seed: Option<u64>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long)]
    threads: Option<usize>,
    /// Where run folders go
    #[arg(long, short, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Go on where an interrupted run of the same request stopped
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Run again even if the run folder has the answer
    #[arg(long)]
    pub force: bool,
    /// Print JSON on stdout instead of the table
    #[arg(long)]
    pub json: bool,
}

impl Options {
    /// The flags that are keys of the scenario, as settings.
    pub fn settings(&self) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(self.replications.map(|n| format!("compare.replications={n}")));
        all.extend(self.precision.as_ref().map(|p| format!("compare.precision=\"{p}\"")));
        all.extend(self.seed.map(|s| format!("compare.seed={s}")));
        all
    }

    pub fn threads(&self) -> Result<Threads, Failure> {
        experiment::threads(self.threads).map_err(Failure::Failed)
    }
}
