//! The command line: arguments, exit codes, progress. Data goes to stdout, talk to stderr.
//!
//! One file per command; each has `Args` with help and an example, and `run(Args) -> Result<(), Failure>`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command line is at home with files, clocks and the environment"
)]

mod check;
mod exit;
mod folder;
mod input;
mod progress;
mod run;
mod schema;
mod show;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

pub use exit::Failure;

const AFTER_HELP: &str = "\
Exit codes: 0 fine, 1 failed, 2 bad input, 3 precision not reached, 130 interrupted (what was done is kept).

Examples:
  turnaround run scenarios/bus
  turnaround run scenarios/bus -S channel.phone.reach=\"60 %\" --replications 100
  turnaround check scenarios/bus scenarios/theory/*.toml";

/// Compares a process before and after a change by simulation, with honest intervals.
#[derive(Debug, Parser)]
#[command(name = "turnaround", version, about, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Check(check::Args),
    Show(show::Args),
    Schema(schema::Args),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
