//! `turnaround schema`: the scenario language for editors, or for people.

use super::exit::{Failure, print};
use crate::scenario;

/// Prints the JSON Schema of scenario files, which editors use for completion and checks.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround schema > scenario.schema.json\n  turnaround schema --reference"
)]
pub struct Args {
    /// Print the reference of the language in Markdown instead
    #[arg(long)]
    reference: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    if args.reference {
        return print(&scenario::reference());
    }
    let text =
        serde_json::to_string_pretty(&scenario::schema()).map_err(|e| Failure::Failed(e.to_string()))?;
    print(&(text + "\n"))
}
