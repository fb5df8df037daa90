//! `turnaround fidelity`: how far a simulated log is from the real one.

use super::args;
use super::columns::{number, table};
use super::exit::{Failure, print};
use super::json;
use super::log_file::{self, Filters, Reading};
use crate::mining::fidelity::{self, MEASURES, Part, Triple};
use serde_json::json as object;
use std::path::PathBuf;

/// Rows of the breakdown tables.
const ROWS: usize = 10;

/// Measures how far a simulated log is from the real one, and where.
///
/// Seven distances (lower is better), each with a bootstrap interval over cases. No two logs of one process have a distance of
/// zero: the floor is the mean distance of random training cases from the real log, or without a training log that of two
/// random halves of the real log; z says how many standard deviations the simulated log lies above it. The replay floor is what
/// the last training cases reach when they are moved to the start of the real log.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround fidelity real.csv simulated.csv\n  turnaround fidelity test.csv simulated.csv --train train.csv --json\n  turnaround fidelity real.csv simulated.csv --to 2026-07-01"
)]
pub struct Args {
    /// The log to compare with
    real: PathBuf,
    /// The log to measure
    simulated: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// The log that the model was made from: gives the noise floor and the replay floor
    #[arg(long, value_name = "LOG")]
    train: Option<PathBuf>,
    /// Bootstrap samples
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    samples: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1, value_parser = args::seed)]
    seed: u64,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    filters: Filters,
}

/// Draws for a floor.
const DRAWS: u32 = 200;

pub fn run(args: &Args) -> Result<(), Failure> {
    let read = |path: &PathBuf| log_file::read_filtered(path, &args.reading, &args.filters);
    let ((real, said), (simulated, said_too)) = (read(&args.real)?, read(&args.simulated)?);
    let (train, said_of_train) = args.train.as_ref().map(read).transpose()?.unzip();
    let estimates = fidelity::estimates(&real, &simulated, args.samples, args.seed, 0.95);
    let values = estimates.map(|e| e.value);
    let floor = match &train {
        Some(train) => fidelity::noise_floor(train, &real, DRAWS, args.seed),
        None => fidelity::split_floor(&real, DRAWS, args.seed),
    };
    let replay = train.as_ref().map(|train| fidelity::replay_floor(train, &real));
    let z = floor.z(&values);
    let activities = fidelity::by_activity(&real, &simulated);
    let resources = fidelity::by_resource(&real, &simulated);
    let triples = fidelity::worst_triples(&real, &simulated, ROWS);
    if args.json {
        let measures: Vec<_> = (0..MEASURES.len())
            .map(|m| {
                object!({
                    "key": MEASURES[m].key,
                    "title": MEASURES[m].title,
                    "unit": MEASURES[m].unit,
                    "distance": estimates[m],
                    "floor": floor.mean[m],
                    "floor_sd": floor.sd[m],
                    "z": z[m],
                    "replay_floor": replay.map(|r| r[m]),
                })
            })
            .collect();
        let floor = if train.is_some() { "random training cases" } else { "halves of the real log" };
        let object = object!({
            "measures": measures,
            "floor": floor,
            "activities": activities,
            "resources": resources,
            "triples": triples,
            "reading": {
                "real": log_file::findings(&said),
                "simulated": log_file::findings(&said_too),
                "train": said_of_train.as_ref().map(log_file::findings),
            },
        });
        return print(&json::text(object));
    }
    let rows: Vec<[String; 7]> = (0..MEASURES.len())
        .map(|m| {
            let e = &estimates[m];
            [
                MEASURES[m].title.to_owned(),
                MEASURES[m].unit.to_owned(),
                number(e.value),
                format!("{} to {}", number(e.lower), number(e.upper)),
                number(floor.mean[m]),
                number(z[m]),
                replay.map_or("-".to_owned(), |r| number(r[m])),
            ]
        })
        .collect();
    let header = ["distance", "", "value", "95 % interval", "floor", "z", "replay floor"];
    let title = format!("{} against {}", args.simulated.display(), args.real.display());
    let mut text = table(&title, header, &rows);
    text += match train {
        Some(_) => {
            "floor: random training cases; AED and CAR have none, for such cases are not consecutive\n"
        }
        None => "floor: random halves of the real log; give --train for the floor of the test log\n",
    };
    text += &breakdown("By activity, where times since the start of the case differ most [h]", &activities);
    text += &breakdown("By resource [h]", &resources);
    let row = |t: &Triple| {
        let names: Vec<&str> = t.activities.iter().map(|a| a.as_deref().unwrap_or("·")).collect();
        [names.join(" → "), number(t.per_case[0]), number(t.per_case[1])]
    };
    let rows: Vec<_> = triples.iter().map(row).collect();
    text +=
        &table("Sequences, per case (·: before the first, after the last)", ["", "real", "simulated"], &rows);
    print(text.trim_start_matches('\n'))
}

fn breakdown(title: &str, parts: &[Part]) -> String {
    let row = |p: &Part| {
        [
            p.name.clone(),
            number(p.per_case[0]),
            number(p.per_case[1]),
            number(p.red),
            number(p.processing[0]),
            number(p.processing[1]),
            number(p.waiting[0]),
            number(p.waiting[1]),
        ]
    };
    let rows: Vec<_> = parts.iter().take(ROWS).map(row).collect();
    let header = ["", "per case", "simulated", "distance", "work", "simulated", "wait before", "simulated"];
    table(title, header, &rows)
}
