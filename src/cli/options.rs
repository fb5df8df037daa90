//! The flags that commands which simulate have in common.

use super::args;
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
    /// Carry the ranges of the assumptions register into every interval: samples of the inputs, and paired replications of
    /// each, e.g. 100x5
    #[arg(long, value_name = "SAMPLESxREPLICATIONS", value_parser = args::two_level, conflicts_with = "point_estimates_only")]
    inputs: Option<(u32, u32)>,
    /// Estimate Sobol indices of the inputs that drive the primary metric, from so many points (64 or more), with their
    /// interactions; for --inputs, or a scenario that carries its ranges
    #[arg(long, value_name = "POINTS", value_parser = args::sobol_points, conflicts_with = "point_estimates_only")]
    sobol_indices: Option<u32>,
    /// Intervals as if all inputs were exact, whatever the register says
    #[arg(long)]
    point_estimates_only: bool,
    /// Seed of the random numbers
    #[arg(long, value_parser = args::seed)]
    seed: Option<u64>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = args::threads)]
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

const POINT_ESTIMATES: &str = "compare.inputs=\"point_estimates_only\"";

impl Options {
    /// The flags that are keys of the scenario, as settings.
    pub fn settings(&self) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(self.replications.map(|n| format!("compare.replications={n}")));
        all.extend(self.precision.as_ref().map(|p| format!("compare.precision=\"{p}\"")));
        all.extend(
            self.inputs
                .map(|(outer, inner)| format!("compare.inputs={{ outer = {outer}, inner = {inner} }}")),
        );
        all.extend(self.sobol_indices.map(|n| format!("compare.inputs.sobol={n}")));
        if self.point_estimates_only {
            all.push(POINT_ESTIMATES.to_owned());
        }
        all.extend(self.seed.map(|s| format!("compare.seed={s}")));
        all
    }

    /// As [`settings`](Self::settings) for many runs of one scenario: ranges are carried only when that is asked for.
    pub fn settings_of_many(&self) -> Vec<String> {
        let mut all = self.settings();
        if self.inputs.is_none() && !self.point_estimates_only {
            all.push(POINT_ESTIMATES.to_owned());
        }
        all
    }

    pub fn threads(&self) -> Result<Threads, Failure> {
        experiment::threads(self.threads).map_err(Failure::Failed)
    }
}
