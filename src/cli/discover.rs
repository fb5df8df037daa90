//! `turnaround discover`: from an event log to a scenario that runs.

use super::columns::{number, table};
use super::exit::{Failure, print};
use super::log_file::{self, Columns};
use crate::calibrate::published::{PUBLISHED, PUBLISHED_MEASURES};
use crate::calibrate::{Choice, Protocol, protocol};
use crate::mining::fidelity::{Distances, MEASURES};
use std::path::PathBuf;

/// Discovers a scenario from an event log: control flow, arrivals, teams with their hours, work times, waiting.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  turnaround discover --train train.csv --test test.csv")]
pub struct Args {
    #[command(flatten)]
    columns: Columns,
    #[arg(long, value_name = "LOG")]
    train: PathBuf,
    #[arg(long, value_name = "LOG")]
    test: PathBuf,
    #[arg(long, default_value_t = 10)]
    runs: u32,
    #[arg(long, default_value_t = 5)]
    trials: u32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let train = log_file::read(&args.train, &args.columns)?;
    let test = log_file::read(&args.test, &args.columns)?;
    let Some(p) = protocol(&train, &test, args.runs, args.trials, args.seed) else {
        return Err(Failure::BadInput("error: no case has an instant".to_owned()));
    };
    let mut text = trials(&p.choice);
    text += &row(&p);
    print(&text)
}

fn trials(choice: &Choice) -> String {
    let rows: Vec<[String; 8]> = choice
        .trials
        .iter()
        .map(|t| {
            let d = |key: &str| number(t.distances[MEASURES.iter().position(|m| m.key == key).unwrap_or(0)]);
            let mark = if t.taken { "*" } else { "" };
            [format!("{}: {}", t.part, t.told), d("ngd"), d("aed"), d("ced"), d("red"), d("ctd"), number(t.score), mark.to_owned()]
        })
        .collect();
    table("Alternatives on held-back cases", ["", "NGD", "AED", "CED", "RED", "CTD", "score", ""], &rows)
}

fn row(p: &Protocol) -> String {
    let pick = |d: &Distances| PUBLISHED_MEASURES.map(|key| d[MEASURES.iter().position(|m| m.key == key).unwrap_or(0)]);
    let line = |name: &str, values: [f64; 5]| -> [String; 6] {
        let [a, b, c, d, e] = values.map(number);
        [name.to_owned(), a, b, c, d, e]
    };
    let mut rows = vec![
        line("this model", pick(&p.mean)),
        line("  sd between runs", pick(&p.sd)),
        line("random training cases", pick(&p.floor.mean)),
        line("  z against them", pick(&p.floor.z(&p.mean))),
        line("replay floor", pick(&p.replay)),
    ];
    for published in PUBLISHED {
        let [a, b, c, d, e] = published.distances.map(|d| d.map_or("-".to_owned(), number));
        rows.push([format!("{} on {}", published.simulator, published.log), a, b, c, d, e]);
    }
    table("Distance from the test log", ["", "NGD", "AED", "CED", "RED", "CTD"], &rows)
}
