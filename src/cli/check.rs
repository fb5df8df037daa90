//! `turnaround check`: every mistake of scenario files, without running them.

use super::exit::{Failure, print};
use super::input;
use crate::diag::Diagnostic;
use std::path::PathBuf;

/// Reads scenarios and reports every mistake at once, with its place and a hint; runs nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  turnaround check scenarios/bus scenarios/theory/mm1.toml")]
pub struct Args {
    /// Scenario files, or folders with a scenario.toml
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let mut bad = 0;
    for path in &args.scenarios {
        let (input, diagnostics) = input::examine(path, &args.set)?;
        eprint!("{}", input::render(&diagnostics, &input.scenario));
        let errors = diagnostics.iter().filter(|d| d.is_error()).count();
        let warnings = diagnostics.len() - errors;
        let found = match (errors, warnings) {
            (0, 0) => "fine".to_owned(),
            (0, w) => format!("fine, {}", plural(w, "warning")),
            (e, 0) => plural(e, "error"),
            (e, w) => format!("{}, {}", plural(e, "error"), plural(w, "warning")),
        };
        print(&format!("{}: {found}\n", input.path.display()))?;
        bad += usize::from(diagnostics.iter().any(Diagnostic::is_error));
    }
    if bad > 0 {
        return Err(Failure::BadInput(format!("{} of {} scenarios have errors", bad, args.scenarios.len())));
    }
    Ok(())
}

fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
