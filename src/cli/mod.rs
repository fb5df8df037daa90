//! The command line: arguments, exit codes, progress. Data goes to stdout, talk to stderr.
//!
//! One file per command; each has `Args` with help and an example, and `run(Args) -> Result<(), Failure>`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command line is at home with files, clocks and the environment"
)]

mod args;
mod assess;
mod attribute;
mod best;
mod check;
mod columns;
mod compare;
mod completions;
mod convert;
mod discover;
mod exit;
mod fidelity;
mod files;
mod finished;
mod first;
mod folder;
mod index;
mod init;
mod input;
mod inputs;
mod json;
mod log_file;
mod man;
mod mine;
mod miner;
mod optimise;
mod options;
mod progress;
mod report;
mod run;
mod schema;
mod sensitivity;
mod show;
mod study;
mod sweep;
mod unfinished;
mod validate;
mod work;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

pub use exit::Failure;

const AFTER_HELP: &str = "\
Exit codes: 0 fine, 1 failed, 2 bad input, 3 precision not reached, 130 interrupted (`run` and `sweep` keep what was done).

Examples:
  turnaround init blank my_case
  turnaround check scenarios/bus scenarios/theory/*.toml
  turnaround run scenarios/theory/mm1.toml";

/// Compares a process before and after a change by simulation, with honest intervals.
#[derive(Debug, Parser)]
#[command(name = "turnaround", version, about, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Run(run::Args),
    Sweep(sweep::Args),
    Attribute(attribute::Args),
    Best(best::Args),
    Sensitivity(sensitivity::Args),
    Optimise(optimise::Args),
    Compare(compare::Args),
    Convert(Box<convert::Args>),
    Report(report::Args),
    Mine(Box<mine::Args>),
    Discover(Box<discover::Args>),
    Fidelity(fidelity::Args),
    Assess(assess::Args),
    Validate(validate::Args),
    Show(show::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Attribute(args) => attribute::run(&args),
        Command::Best(args) => best::run(&args),
        Command::Sensitivity(args) => sensitivity::run(&args),
        Command::Optimise(args) => optimise::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Mine(args) => mine::run(&args),
        Command::Discover(args) => discover::run(&args),
        Command::Fidelity(args) => fidelity::run(&args),
        Command::Assess(args) => assess::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
