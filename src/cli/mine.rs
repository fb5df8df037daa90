//! `turnaround mine`: what an event log says about its process, on the terminal and as a folder.

mod tables;

use super::exit::{Failure, print};
use super::log_file::{self, Filters, Reading};
#[cfg(feature = "charts")]
use crate::experiment;
use crate::mining::Study;
use crate::output::folder::write_atomically;
use crate::output::mined;
use crate::report::{self, Mined};
use serde_json::{Map, Value};
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
    /// Parts to show; all when absent
    #[arg(long, value_enum, value_name = "PART")]
    show: Vec<Part>,
    /// Rows of each table
    #[arg(long, default_value_t = 15)]
    rows: usize,
    /// For the model: leave out what is rarer than this share of the most frequent continuation
    #[arg(long, default_value_t = 0.2, value_name = "SHARE", value_parser = share)]
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
    let log = args.filters.apply(log_file::read(&args.log, &args.reading)?);
    if log.is_empty() {
        return Err(Failure::BadInput("error: no row passes the filters".to_owned()));
    }
    let study = Study::new(log, args.miner.with(args.noise));
    let wanted = PARTS.iter().filter(|(part, _)| args.show.is_empty() || args.show.contains(part));
    let shown: Vec<Shown> = wanted.map(|(_, show)| show(&study, args.rows)).collect();
    let text: String = shown.iter().map(|(_, _, text)| text.as_str()).collect();
    let mut said = if args.json { pretty(shown) } else { text.trim_start_matches('\n').to_owned() };
    if let Some(folder) = &args.output {
        fill(folder, &study, args)?;
        if !args.json {
            said += &format!("\nPage, charts and tables: {}\n", folder.join(PAGE).display());
        }
    }
    print(&said)
}

/// One object, each part under its key.
fn pretty(parts: Vec<Shown>) -> String {
    let object: Map<String, Value> =
        parts.into_iter().map(|(key, value, _)| (key.to_owned(), value)).collect();
    format!("{:#}\n", Value::Object(object))
}

const PAGE: &str = "mine.html";

/// Everything that is found, whatever is shown on the terminal.
fn fill(folder: &Path, study: &Study, args: &Args) -> Result<(), Failure> {
    let write =
        |name: &str, bytes: &[u8]| write_atomically(&folder.join(name), bytes).map_err(Failure::Failed);
    let mut files = Vec::new();
    let frames = mined::frames(study).into_iter().map(|named| (named, true));
    let tables = mined::tables(study).into_iter().map(|named| (named, false));
    for ((name, what, table), is_frame) in frames.chain(tables) {
        let file = format!("tables/{name}.csv");
        write(&file, &table.to_csv())?;
        files.push((file, what));
        if is_frame {
            let file = format!("tables/{name}.parquet");
            write(&file, &table.to_parquet().map_err(Failure::Failed)?)?;
            files.push((file, "the same, typed"));
        }
    }
    let all = pretty(PARTS.iter().map(|(_, show)| show(study, 0)).collect());
    write("mine.json", all.as_bytes())?;
    files.push(("mine.json".to_owned(), "everything that is found, for programs"));
    let name = args.log.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mined = Mined { study, name: &name, filters: &args.filters.told() };
    #[cfg(feature = "charts")]
    let pictures = report::mined_pictures(&mined);
    #[cfg(not(feature = "charts"))]
    let pictures: Vec<report::Picture> = Vec::new();
    let page = report::mined_html(&mined, &pictures, &files).map_err(Failure::Failed)?;
    write(PAGE, page.as_bytes())?;
    #[cfg(feature = "charts")]
    for (picture, png) in
        pictures.iter().zip(experiment::side_by_side(&pictures, |p| crate::chart::svg_to_png(&p.svg)))
    {
        write(&format!("charts/{}.svg", picture.name), picture.svg.as_bytes())?;
        write(&format!("charts/{}.png", picture.name), &png.map_err(Failure::Failed)?)?;
    }
    Ok(())
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "write a number from 0 to below 1".to_owned())?;
    if (0.0..1.0).contains(&share) { Ok(share) } else { Err("write a number from 0 to below 1".to_owned()) }
}
