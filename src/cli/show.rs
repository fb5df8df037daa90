//! `turnaround show`: a scenario at a stage of its way to the engine.

use super::exit::{Failure, print};
use super::input;
use crate::plan::Plan;
use crate::scenario;
use std::path::PathBuf;

/// Prints what a scenario means: names resolved, changes made, everything in canonical form.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround show scenarios/bus\n  turnaround show scenarios/bus --arm after\n  turnaround show scenarios/theory/mm1.toml --stage plan"
)]
pub struct Args {
    /// Scenario file, or folder with a scenario.toml
    scenario: PathBuf,
    #[arg(long, value_enum, default_value_t = Stage::Model)]
    stage: Stage,
    /// The arm to show
    #[arg(long, default_value = "before")]
    arm: String,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Stage {
    /// The text's tree with the changes of the command line, without comments
    Text,
    /// What it means, as a scenario in canonical form
    Model,
    /// The tables that the engine interprets
    Plan,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(&args.scenario, &args.set)?;
    if let Stage::Text = args.stage {
        return print(&crate::text::print(&input.scenario.root));
    }
    let Some((_, model)) = input.arms.iter().find(|(arm, _)| arm.name == args.arm) else {
        let known: Vec<_> = input.arms.iter().map(|(arm, _)| arm.name.as_str()).collect();
        return Err(Failure::BadInput(format!(
            "error: there is no arm `{}`\nhint: the arms are {}",
            args.arm,
            known.join(", ")
        )));
    };
    match args.stage {
        Stage::Plan => print(&format!("{:#?}\n", Plan::compile(model))),
        _ => print(&scenario::print(model)),
    }
}
