//! `turnaround sweep`: a scenario at several values of some of its keys.

mod files;
mod grid;

use super::exit::{Failure, print};
use super::input::{self, Input};
use super::options::Options;
use super::work;
use super::{index, progress};
use crate::scenario::Pick;
use files::{Row, Shown};
use grid::Factor;
use std::path::PathBuf;

/// Runs a scenario at every combination of several values of some of its keys.
///
/// The keys and values come from -S key=a,b,c, or from [[sweep]] in the scenario when no -S has several values. Each
/// combination is a run with its own run folder, so what was answered before is not run again. The table shows the primary
/// metric; sweep.csv and sweep.parquet hold all metrics; two keys give a heat map.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround sweep scenarios/theory/tandem.toml -S team.first.members=1,2,3 -n 10\n  turnaround sweep scenarios/theory/tandem.toml -S team.first.members=1,2 -S team.second.members=1,2 -n 10"
)]
pub struct Args {
    /// Scenario file, or folder with a scenario.toml
    scenario: PathBuf,
    /// A key with its values; one with a single value is only changed. A value that has a comma goes in quotes
    #[arg(short = 'S', value_name = "KEY=A,B,C")]
    set: Vec<String>,
    /// The metric to show; the primary when absent
    #[arg(long)]
    metric: Option<String>,
    /// The arm to show in the heat map; the first that is not the control when absent
    #[arg(long)]
    arm: Option<String>,
    #[command(flatten)]
    options: Options,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let options = &args.options;
    let pool = options.threads()?;
    let (mut fixed, mut factors) = grid::split(&args.set);
    fixed.extend(options.settings());
    let base = input::read(&args.scenario, &fixed)?;
    if factors.is_empty() {
        factors = grid::written(&base);
    }
    if factors.is_empty() {
        return Err(Failure::BadInput(
            "error: there is nothing to sweep\nhint: give a key several values, for example -S team.clerks.members=2,3,4, \
             or write [[sweep]] into the scenario"
                .to_owned(),
        ));
    }
    let shown = Shown::new(&base, args.metric.as_deref(), args.arm.as_deref())?;
    // All cells are read before the first is run: a bad value is known at once.
    let cells = grid::cells(&factors);
    let inputs =
        cells.iter().map(|cell| read(args, &fixed, cell, &factors)).collect::<Result<Vec<_>, _>>()?;
    let bars = progress::Bars::new(inputs.len());
    let (mut rows, mut ending) = (Vec::new(), Ok(()));
    for (cell, input) in cells.iter().zip(&inputs) {
        let bar = bars.next(&cell.join(", "));
        let answer = work::answer(options, input, &pool, &bar)?;
        bars.done(&bar, answer.kept);
        if let Some(counts) = answer.interrupted {
            ending = Err(work::interrupted(&answer, counts));
            break;
        }
        rows.push(Row { values: cell.clone(), json: answer.json });
    }
    let table = files::table(&base, &factors, &rows, &shown);
    let json = files::object(&base, &factors, &rows);
    let mut text = table.clone();
    if ending.is_ok() {
        let folder = files::write(options, &base, &factors, &rows, &shown, (&table, &json))?;
        text.push_str(&format!("Sweep: {}\n", folder.display()));
        index::write(&options.output)?;
    }
    print(&if options.json { format!("{json}\n") } else { text })?;
    ending
}

/// One cell's scenario; what the base already warned of is not said again.
fn read(args: &Args, fixed: &[String], cell: &[String], factors: &[Factor]) -> Result<Input, Failure> {
    let of_cell = factors.iter().zip(cell).map(|(factor, value)| format!("{}={value}", factor.path));
    let settings: Vec<String> = fixed.iter().cloned().chain(of_cell).collect();
    let (input, diagnostics) = input::examine_arms(&args.scenario, &settings, &Pick::Usual)?;
    match diagnostics.iter().any(crate::diag::Diagnostic::is_error) {
        true => Err(Failure::BadInput(input::render(&diagnostics, &input.scenario))),
        false => Ok(input.without_sweep().without_ramp()),
    }
}
