//! `turnaround sweep`: a scenario at several values of some of its keys.

mod design;
mod files;
mod grid;

use super::args;
use super::exit::{Failure, print};
use super::input::{self, Input};
use super::options::Options;
use super::study;
use super::work;
use super::{index, progress};
use crate::scenario::{self, Pick};
use files::{Row, Shown};
use grid::Cell;
use std::path::PathBuf;

/// Runs a scenario at every combination of several values of some of its keys.
///
/// The keys and values come from -S key=a,b,c, or from [[sweep]] in the scenario when no -S has several values. Each
/// combination is a run with its own run folder, so what was answered before is not run again. The table shows the primary
/// metric; sweep.csv and sweep.parquet hold all metrics; two keys give a heat map.
///
/// With --latin-hypercube or --sobol the keys have ranges (-S key=low..high), and the cells lie anywhere between the limits: many keys
/// are covered by few runs. A chart shows the metric against each key.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround sweep scenarios/theory/tandem.toml -S team.first.members=1,2,3 -n 10\n  turnaround sweep scenarios/theory/tandem.toml -S team.first.members=1,2 -S team.second.members=1,2 -n 10\n  turnaround sweep docs/examples/stock.toml -S part.gearbox.stock.0.initial=8..20 --sobol 4 -n 5"
)]
pub struct Args {
    /// Scenario file, or folder with a scenario.toml
    scenario: PathBuf,
    /// A key with its values; one with a single value is only changed. A value that has a comma goes in quotes
    #[arg(short = 'S', value_name = "KEY=A,B,C")]
    set: Vec<String>,
    /// So many cells between the limits of -S key=low..high: each key's values fall one into each of as many stretches
    #[arg(long, value_name = "CELLS", value_parser = args::cells, conflicts_with = "sobol")]
    latin_hypercube: Option<usize>,
    /// So many cells between the limits of -S key=low..high, at scrambled Sobol points; powers of two are best
    #[arg(long, value_name = "CELLS", value_parser = args::cells)]
    sobol: Option<usize>,
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
    let (rest, ranged) = study::split_ranges(&args.set);
    let (fixed, mut factors) = grid::split(&rest);
    let asked = |settings: Vec<String>| fixed.iter().cloned().chain(settings).collect::<Vec<String>>();
    let mut all = asked(options.settings());
    let mut base = input::read(&args.scenario, &all)?;
    // What is not known about the inputs is carried only when that is asked for; without ranges a cell is the run by hand.
    if !scenario::ranges(&base.scenario, &base.arms[0].1).is_empty() {
        all = asked(options.settings_of_many());
        base = input::read(&args.scenario, &all)?;
    }
    let fixed = all;
    let spread = match (args.latin_hypercube, args.sobol) {
        (Some(n), _) => Some(design::Spread::LatinHypercube(n)),
        (None, Some(n)) => Some(design::Spread::Sobol(n)),
        (None, None) => None,
    };
    let cells = match spread {
        Some(spread) => {
            let (keys, cells) = design::cells(&base, &ranged, spread)?;
            if cells.is_empty() || !factors.is_empty() {
                return Err(Failure::BadInput(
                    "error: cells between limits need keys with ranges, and only these\nhint: for example -S team.clerks.members=2..6 \
                     --latin-hypercube 20"
                        .to_owned(),
                ));
            }
            factors = keys;
            cells
        }
        None if !ranged.is_empty() => {
            return Err(Failure::BadInput(
                "error: nothing says how many cells there are between the limits\nhint: --latin-hypercube 20, or --sobol 32".to_owned(),
            ));
        }
        None => {
            if factors.is_empty() {
                factors = grid::written(&base);
            }
            grid::cells(&factors)
        }
    };
    if factors.is_empty() {
        return Err(Failure::BadInput(
            "error: there is nothing to sweep\nhint: give a key several values, for example -S team.clerks.members=2,3,4, \
             or write [[sweep]] into the scenario"
                .to_owned(),
        ));
    }
    let shown = Shown::new(&base, args.metric.as_deref(), args.arm.as_deref())?;
    // All cells are read before the first is run: a bad value is known at once.
    let inputs = cells.iter().map(|cell| read(args, &fixed, cell)).collect::<Result<Vec<_>, _>>()?;
    let bars = progress::Bars::new(inputs.len());
    let (mut rows, mut ending) = (Vec::new(), Ok(()));
    for (cell, input) in cells.iter().zip(&inputs) {
        let bar = bars.next(&cell.values.join(", "));
        let answer = work::answer(options, input, &pool, &bar, false)?;
        bars.done(&bar, answer.kept);
        if let Some(kept) = &answer.interrupted {
            ending = Err(work::interrupted(&answer, kept));
            break;
        }
        rows.push(Row { values: cell.values.clone(), numbers: cell.numbers.clone(), json: answer.json });
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
fn read(args: &Args, fixed: &[String], cell: &Cell) -> Result<Input, Failure> {
    let settings: Vec<String> = fixed.iter().chain(&cell.settings).cloned().collect();
    let (input, diagnostics) = input::examine_arms(&args.scenario, &settings, &Pick::Usual)?;
    match diagnostics.iter().any(crate::diag::Diagnostic::is_error) {
        true => Err(Failure::BadInput(input::render(&diagnostics, &input.scenario))),
        false => Ok(input.without_sweep().without_ramp()),
    }
}
