//! `turnaround completions`: what a shell needs to complete commands and flags.

use super::exit::{Failure, print};
use clap::CommandFactory;

/// Prints completions for a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround completions bash > turnaround.bash\n  turnaround completions zsh > _turnaround"
)]
pub struct Args {
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "turnaround", &mut bytes);
    print(&String::from_utf8_lossy(&bytes))
}
