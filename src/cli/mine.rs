//! `turnaround mine`: what an event log says about its process, on the terminal and as a folder.

mod tables;

use super::args;
use super::exit::{Failure, print};
use super::files;
use super::json;
use super::log_file::{self, Filters, Reading};
use crate::eventlog::ReadReport;
use crate::mining::Study;
use crate::output::folder::write_folder;
use crate::output::mined;
use crate::report::{self, Mined};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tables::{PARTS, Part, Shown};

/// Shows the process behind an event log: graph, variants, times, bottlenecks with their causes, handovers, resources, batches
/// and a model with its fitness.
///
/// Waiting is the time from when work could first have begun (as the log says, or else the end of the work before it that is
/// not concurrent with it) to its start. Times are hours. Calendar hours are UTC.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround mine log.xes.gz -o mined\n  turnaround mine log.csv --show summary --show bottlenecks\n  turnaround mine log.csv --top-variants 10 --json"
)]
pub struct Args {
    /// Event log
    log: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Folder for everything that is found: tables (CSV; cases and rows also as Parquet), charts (SVG and PNG), and a page that
    /// shows them, mine.html
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace the folder, all of it, if a mined log is there
    #[arg(long, requires = "output")]
    force: bool,
    /// Parts to show; all when absent
    #[arg(long, value_enum, value_name = "PART")]
    show: Vec<Part>,
    /// Rows of each table
    #[arg(long, default_value_t = 15)]
    rows: usize,
    /// For the model: leave out what is rarer than this share of the most frequent continuation
    #[arg(long, default_value_t = 0.2, value_name = "SHARE", value_parser = args::noise)]
    noise: f64,
    /// For the model: what guides the inductive miner
    #[arg(long, value_enum, default_value_t = super::miner::Guide::Inductive)]
    miner: super::miner::Guide,
    /// Print one JSON object on stdout, with all rows
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    filters: Filters,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    if let Some(folder) = &args.output {
        files::may_write(folder, PAGE, args.force)?;
    }
    let (log, report) = log_file::read_filtered(&args.log, &args.reading, &args.filters)?;
    let study = Study::new(log, args.miner.with(args.noise));
    let wanted = PARTS.iter().filter(|(part, _)| args.show.is_empty() || args.show.contains(part));
    let shown: Vec<Shown> = wanted.map(|(_, show)| show(&study, args.rows)).collect();
    let text: String = shown.iter().map(|part| part.text.as_str()).collect();
    let mut said = if args.json { pretty(shown, &report) } else { text.trim_start_matches('\n').to_owned() };
    if let Some(folder) = &args.output {
        fill(folder, &study, &report, args)?;
        if !args.json {
            said += &format!("\nPage, charts and tables: {}\n", folder.join(PAGE).display());
        }
    }
    print(&said)
}

/// One object, each part under its key.
fn pretty(parts: Vec<Shown>, report: &ReadReport) -> String {
    let parts = parts.into_iter().map(|part| (part.key.to_owned(), (part.json)()));
    let reading = ("reading".to_owned(), log_file::findings(report));
    json::text(Value::Object(parts.chain([reading]).collect()))
}

const PAGE: &str = "mine.html";

/// Everything that is found, whatever is shown on the terminal.
fn fill(folder: &Path, study: &Study, report: &ReadReport, args: &Args) -> Result<(), Failure> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut told = Vec::new();
    let frames = mined::frames(study).into_iter().map(|named| (named, true));
    let tables = mined::tables(study).into_iter().map(|named| (named, false));
    for ((name, what, table), is_frame) in frames.chain(tables) {
        let file = format!("tables/{name}.csv");
        all.push((file.clone(), table.to_csv()));
        told.push((file, what));
        if is_frame {
            let file = format!("tables/{name}.parquet");
            all.push((file.clone(), table.to_parquet().map_err(Failure::Failed)?));
            told.push((file, "the same, typed"));
        }
    }
    let parts = pretty(PARTS.iter().map(|(_, show)| show(study, 0)).collect(), report);
    all.push(("mine.json".to_owned(), parts.into_bytes()));
    told.push(("mine.json".to_owned(), "everything that is found, for programs"));
    let name = args.log.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mined = Mined { study, name: &name, filters: &args.filters.told() };
    #[cfg(feature = "charts")]
    let pictures = report::mined_pictures(&mined);
    #[cfg(not(feature = "charts"))]
    let pictures: Vec<report::Picture> = Vec::new();
    let page = report::mined_html(&mined, &pictures, &told).map_err(Failure::Failed)?;
    all.push((PAGE.to_owned(), page.into_bytes()));
    #[cfg(feature = "charts")]
    all.extend(files::drawn(&pictures.iter().collect::<Vec<_>>()).map_err(Failure::Failed)?);
    write_folder(folder, &all, args.force).map_err(Failure::Failed)
}
