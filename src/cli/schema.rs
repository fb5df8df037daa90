//! `turnaround schema`: the scenario language, or that of portfolios, for editors or for people.

use super::exit::{Failure, print};
use crate::assess::portfolio;
use crate::scenario;

/// Prints the JSON Schema of scenario files, which editors use for completion and checks.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround schema > scenario.schema.json\n  turnaround schema --reference\n  turnaround schema --portfolio > portfolio.schema.json"
)]
pub struct Args {
    /// Print the reference of the language in Markdown instead
    #[arg(long)]
    reference: bool,
    /// Of portfolio.toml, which `assess` reads, in place of scenarios
    #[arg(long)]
    portfolio: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    if args.reference {
        return print(&if args.portfolio { portfolio::reference() } else { scenario::reference() });
    }
    let schema = if args.portfolio { portfolio::schema() } else { scenario::schema() };
    let text = serde_json::to_string_pretty(&schema).map_err(|e| Failure::Failed(e.to_string()))?;
    print(&(text + "\n"))
}
