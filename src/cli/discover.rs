//! `turnaround discover`: from an event log to a scenario that runs, and how far such a scenario is from a log it has not seen.

use super::args;
use super::columns::{number, table};
use super::exit::{Failure, print};
use super::files;
use super::log_file::{self, Filters, Reading};
use crate::calibrate::published::{PUBLISHED, PUBLISHED_MEASURES};
use crate::calibrate::{Choice, Protocol, choose, protocol};
use crate::diag::{self, Diagnostic};
use crate::eventlog::{EventLog, ReadReport};
use crate::mining::discover::{Discovered, Ongoing, discover, notes, ongoing};
use crate::mining::fidelity::{Distances, MEASURES};
use crate::output::folder::write_folder;
use crate::{report, scenario};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Discovers a scenario from an event log: control flow, arrivals, teams with their hours, work times, waiting for others.
///
/// The folder has a scenario that `check` passes and `run` takes at once, tables of observed values where no family of laws fits,
/// and discovery.md, which says what was found, how sure, and what not. Parts that can be made in several ways are chosen by
/// simulating: what comes nearest to cases that were held back is taken. Hours are UTC.
///
/// With --train and --test the published protocol is run: discover from one log, simulate as many cases as the other has from
/// its first arrival on, and print the mean distances beside those that other simulators reached.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround discover log.csv -o found\n  turnaround discover --train train.csv --test test.csv"
)]
pub struct Args {
    /// Event log
    #[arg(required_unless_present = "train", conflicts_with_all = ["train", "test"], requires = "output")]
    log: Option<PathBuf>,
    /// Folder for the scenario
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace the folder, all of it, if a scenario is there
    #[arg(long)]
    force: bool,
    /// One line that says what the scenario is about
    #[arg(long, default_value = "")]
    title: String,
    /// The log to discover from
    #[arg(long, value_name = "LOG", requires = "test")]
    train: Option<PathBuf>,
    /// The log to compare with
    #[arg(long, value_name = "LOG", requires = "train")]
    test: Option<PathBuf>,
    /// Simulations of the test log
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Simulations of the held-back cases for each alternative; 0: nothing is chosen, the defaults are taken
    #[arg(long, default_value_t = 5)]
    trials: u32,
    /// Take choices and times from this share of the cases only, the latest; otherwise it is chosen
    #[arg(long, value_name = "SHARE", value_parser = args::share)]
    recent: Option<f64>,
    /// Begin where the log ends, with the cases that are then under way, instead of empty with a warm-up
    #[arg(long, conflicts_with = "train")]
    ongoing: bool,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1, value_parser = args::seed)]
    seed: u64,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    filters: Filters,
}

const SCENARIO: &str = "scenario.toml";
/// Longer lists of observed values go into a file of their own.
const LONGEST: usize = 12;

pub fn run(args: &Args) -> Result<(), Failure> {
    match (&args.log, &args.output, &args.train, &args.test) {
        (Some(log), Some(folder), ..) => to_folder(args, log, folder),
        (_, _, Some(train), Some(test)) => measured(args, train, test),
        _ => Err(Failure::BadInput("error: give a log and -o DIR, or --train and --test".to_owned())),
    }
}

fn read(path: &Path, args: &Args) -> Result<(EventLog, ReadReport), Failure> {
    log_file::read_filtered(path, &args.reading, &args.filters)
}

fn no_instants(path: &Path) -> Failure {
    Failure::BadInput(format!(
        "error: no case of {} has an instant\nhint: say which column holds the times: --column end=NAME",
        path.display()
    ))
}

fn to_folder(args: &Args, path: &Path, folder: &Path) -> Result<(), Failure> {
    files::may_write(folder, SCENARIO, args.force)?;
    let (log, said) = read(path, args)?;
    let log_name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name = folder.file_name().map_or_else(|| "found".to_owned(), |n| n.to_string_lossy().into_owned());
    let title =
        if args.title.is_empty() { format!("Discovered from {log_name}") } else { args.title.clone() };
    let choice = chosen(&log, args);
    let found = discover(&log, &name, &title, choice.options).ok_or_else(|| no_instants(path))?;
    let end = (0..log.len()).map(|row| log.start[row].max(log.end[row])).max().unwrap_or_default();
    let under_way = ongoing(&log, &found, end);
    let (model, begin) = match args.ongoing {
        true => (under_way.model_from(&found, end), under_way.clone()),
        false => (found.model.clone(), Ongoing::default()),
    };
    let notes = [log_file::told_in_part(&said), notes(&log, &found, &begin)].concat();
    let printed = scenario::print_with_files(&model, LONGEST);
    check(&printed)?;
    let report = report::discovered(&found, &choice, &notes, (&under_way, args.ongoing), &log_name);
    let mut files = vec![
        (SCENARIO.to_owned(), printed.text.clone().into_bytes()),
        ("discovery.md".to_owned(), report.into_bytes()),
        ("README.md".to_owned(), readme(&found, folder, &log_name).into_bytes()),
    ];
    files.extend(printed.files.into_iter().map(|(name, text)| (name, text.into_bytes())));
    write_folder(folder, &files, args.force).map_err(Failure::Failed)?;
    let text = if args.json {
        summary_json(&found, &choice, &notes)
    } else {
        summary(&found, &choice, &notes, folder)
    };
    print(&text)?;
    eprintln!("next: turnaround run {}", folder.display());
    Ok(())
}

fn chosen(log: &EventLog, args: &Args) -> Choice {
    let mut choice = match args.trials {
        0 => Choice::default(),
        trials => choose(log, trials, args.seed),
    };
    if let Some(share) = args.recent {
        (choice.options.recent_flow, choice.options.recent_times) = (share, share);
    }
    choice
}

/// The text must mean what was discovered: it is read as anybody's.
fn check(printed: &scenario::Printed) -> Result<(), Failure> {
    let (tree, mut found) = scenario::parse(SCENARIO, &printed.text);
    let loader = |name: &str| {
        let file = printed.files.iter().find(|(known, _)| known == name);
        file.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| "no such file".to_owned())
    };
    found.extend(scenario::lower(&tree, &loader).1);
    if !found.iter().any(Diagnostic::is_error) {
        return Ok(());
    }
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    Err(Failure::Failed(format!(
        "the discovered scenario cannot be read back; nothing was written\n{}",
        diag::render(&errors, &tree.sources, false)
    )))
}

fn readme(found: &Discovered, folder: &Path, log: &str) -> String {
    let team = found.model.teams.iter().next();
    let (key, count) = match team {
        Some(team) => match team.crews.as_slice() {
            [crew] => (format!("team.{}.members", team.name), crew.count + 1),
            crews => (format!("team.{}.crew.{}.members", team.name, crews[0].name), crews[0].count + 1),
        },
        None => ("arrival.cases.limit".to_owned(), 100),
    };
    include_str!("discover.md")
        .replace("DIR", &folder.display().to_string())
        .replace("LOG", log)
        .replace("KEY", &key)
        .replace("COUNT", &count.to_string())
}

fn summary(found: &Discovered, choice: &Choice, notes: &[String], folder: &Path) -> String {
    let fits = 1.0 - found.branching.deviations as f64 / found.branching.rows.max(1) as f64;
    let members: u32 = found.pools.list.iter().flat_map(|p| &p.crews).map(|c| c.members).sum();
    let mut text = format!(
        "{} cases, {} rows: {} activities, {} choices, {} teams with {members} places; {:.1} % of the rows fit\n",
        found.cases,
        found.rows,
        found.names.len(),
        found.branching.choices.len(),
        found.pools.list.len(),
        fits * 100.0,
    );
    let taken = choice.trials.iter().filter(|t| t.taken);
    taken.for_each(|t| text += &format!("{}: {}\n", t.part, t.told));
    notes.iter().for_each(|note| text += &format!("note: {note}\n"));
    text + &format!("Scenario: {}\n", folder.display())
}

fn summary_json(found: &Discovered, choice: &Choice, notes: &[String]) -> String {
    let taken: Vec<_> = choice
        .trials
        .iter()
        .filter(|t| t.taken)
        .map(|t| json!({ "part": t.part, "taken": t.told }))
        .collect();
    let object = json!({
        "cases": found.cases,
        "rows": found.rows,
        "activities": found.names,
        "deviations": found.branching.deviations,
        "chosen": taken,
        "notes": notes,
    });
    super::json::text(object)
}

fn measured(args: &Args, train: &Path, test: &Path) -> Result<(), Failure> {
    let ((train_log, _), (test_log, _)) = (read(train, args)?, read(test, args)?);
    let choice = chosen(&train_log, args);
    let p =
        protocol(&train_log, &test_log, choice, args.runs, args.seed).ok_or_else(|| no_instants(train))?;
    if args.json {
        return print(&protocol_json(&p));
    }
    let mut text = trials(&p.choice);
    text += &row(&p);
    text += &format!(
        "\nMeans of {} runs of {} cases from the first test arrival on, when {} training cases were under way; lower is better. AED, CED, \
         RED and CTD are hours.\n\
         Random training cases have no AED: they are not consecutive. Other rows: published, or measured on the same file.\n",
        p.runs,
        test_log.cases.len(),
        p.under_way,
    );
    print(text.trim_start_matches('\n'))
}

/// The five published measures among all.
fn pick(d: &Distances) -> [f64; 5] {
    PUBLISHED_MEASURES.map(|key| d[MEASURES.iter().position(|m| m.key == key).unwrap_or(0)])
}

fn trials(choice: &Choice) -> String {
    if choice.trials.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 8]> = choice
        .trials
        .iter()
        .map(|t| {
            let [a, b, c, d, e] = pick(&t.distances).map(number);
            let mark = if t.taken { "taken" } else { "" };
            [t.told.clone(), a, b, c, d, e, number(t.score), mark.to_owned()]
        })
        .collect();
    table(
        "Alternatives, on held-back training cases",
        ["", "NGD", "AED", "CED", "RED", "CTD", "score", ""],
        &rows,
    )
}

fn row(p: &Protocol) -> String {
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

fn protocol_json(p: &Protocol) -> String {
    let z = p.floor.z(&p.mean);
    let measures: Vec<_> = (0..MEASURES.len())
        .map(|m| {
            json!({
                "key": MEASURES[m].key,
                "unit": MEASURES[m].unit,
                "mean": p.mean[m],
                "sd": p.sd[m],
                "floor": p.floor.mean[m],
                "z": z[m],
                "replay_floor": p.replay[m],
            })
        })
        .collect();
    let published: Vec<_> = PUBLISHED
        .iter()
        .map(|row| json!({ "log": row.log, "simulator": row.simulator, "distances": row.distances }))
        .collect();
    let object = json!({ "runs": p.runs, "measures": measures, "published": published, "published_measures": PUBLISHED_MEASURES });
    super::json::text(object)
}
