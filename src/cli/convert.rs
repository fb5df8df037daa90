//! `turnaround convert`: event logs and models from one format to another.

mod model;

use super::args;
use super::exit::{Failure, print};
use super::log_file::{self, Filters, Reading};
use super::work;
use crate::output::folder::write_atomically_with;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Converts an event log, or a model of another program, from one format to another.
///
/// Formats are told by the names of the files. Logs: .csv, .tsv, .xes, .parquet, .jsonocel, .xmlocel, each also with .gz.
/// Models: a BPMN diagram with the parameters of Prosimos (--json) or QBP (in the diagram) becomes a folder with a scenario and a
/// report of what means something else there; without parameters it becomes a skeleton that says what is missing. A process of a
/// scenario becomes a BPMN diagram, and the model that is mined from a log a BPMN diagram or a Petri net (.pnml). What had to be
/// guessed, and what could not be read, is said with its place and count.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround convert docs/examples/orders.csv orders.xes.gz --column case=order_no\n  turnaround convert orders.xes.gz orders.parquet\n  turnaround convert docs/examples/claims.bpmn --json docs/examples/claims.json -o claims\n  turnaround convert docs/examples/claims.bpmn -o skeleton\n  turnaround convert scenarios/bus bus.bpmn --process restore\n  turnaround convert orders.xes.gz orders.bpmn\n  turnaround convert orders.xes.gz orders.pnml\n  turnaround convert orders.xes.gz first.parquet --to 2026-01-06"
)]
pub struct Args {
    /// The log or model to read
    input: PathBuf,
    /// The file or folder to write
    #[arg(required_unless_present = "out")]
    output: Option<PathBuf>,
    /// The file or folder to write
    #[arg(short = 'o', long = "output", value_name = "PATH", conflicts_with = "output")]
    out: Option<PathBuf>,
    /// Format of the output, where its name does not say
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<String>,
    /// The parameters of a BPMN diagram, as Prosimos has them
    #[arg(long, value_name = "FILE", help_heading = "Models")]
    json: Option<PathBuf>,
    /// The process of a scenario to draw; the one of its first arrivals when absent
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    process: Option<String>,
    /// Behaviour that is left out of a model mined from a log: a way that is rarer than this share of the most frequent one
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, value_parser = args::noise, help_heading = "Models")]
    noise: f64,
    /// What guides the inductive miner for a model mined from a log
    #[arg(long, value_enum, default_value_t = super::miner::Guide::Inductive, help_heading = "Models")]
    miner: super::miner::Guide,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    filters: Filters,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let Some(output) = args.output.as_deref().or(args.out.as_deref()) else {
        return Err(Failure::BadInput(
            "error: where to?\nhint: name a file or a folder behind -o".to_owned(),
        ));
    };
    if model::is_model(&args.input) {
        return model::import(&args.input, args.json.as_deref(), output);
    }
    if args.json.is_some() {
        return Err(Failure::BadInput("error: --json goes with a BPMN diagram".to_owned()));
    }
    if let Some(to) = model::Target::of(output) {
        let is_scenario = args.input.is_dir() || args.input.extension().is_some_and(|e| e == "toml");
        if is_scenario {
            return model::draw_scenario(&args.input, args.process.as_deref(), to, output);
        }
        let (log, _) = log_file::read_filtered(&args.input, &args.reading, &args.filters)?;
        return model::draw_log(&log, args.miner.with(args.noise), to, output);
    }
    convert_log(args, output)
}

fn convert_log(args: &Args, output: &Path) -> Result<(), Failure> {
    let (to, gzip) = log_file::format_of(output, args.output_format.as_deref())?;
    let (log, report) = log_file::read_filtered(&args.input, &args.reading, &args.filters)?;
    let stop = work::interruption();
    let written = write_atomically_with(output, |out| {
        let mut out = Stoppable { out, stop };
        if gzip { to.write_gzip(&log, &mut out) } else { (to.write)(&log, &mut out) }
    });
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted("nothing was written".to_owned()));
    }
    written.map_err(Failure::Failed)?;
    let summary = format!(
        "{} cases, {} activity instances from {} events ({} left out), {} activities, {} resources -> {}\n",
        log.cases.len(),
        log.len(),
        report.n_events,
        report.n_left_out,
        log.activities.len(),
        log.resources.len(),
        output.display()
    );
    print(&summary)
}

/// Fails when the user asks to stop, so that what was begun is taken away again.
struct Stoppable<'a> {
    out: &'a mut dyn Write,
    stop: &'a AtomicBool,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(io::Error::other("interrupted")),
            false => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
