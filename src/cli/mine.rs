//! `turnaround mine`: what an event log says about its process.

use super::columns::{number, percent, table};
use super::exit::{Failure, print};
use super::log_file::{self, Columns, Filters};
use crate::eventlog::EventLog;
use crate::mining::{self, Handover, Spread, Tie, Who};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Shows the process behind an event log: graph, variants, times, bottlenecks with their causes, handovers, resources, batches
/// and a model with its fitness.
///
/// Waiting is the time from when work could first have begun (as the log says, or else the end of the work before it that is
/// not concurrent with it) to its start. Times are hours. Calendar hours are UTC.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround mine log.xes.gz\n  turnaround mine log.csv --show summary --show bottlenecks\n  turnaround mine log.csv --top-variants 10 --json"
)]
pub struct Args {
    /// Event log
    log: PathBuf,
    #[command(flatten)]
    columns: Columns,
    /// Parts to show; all when absent
    #[arg(long, value_enum, value_name = "PART")]
    show: Vec<Part>,
    /// Rows of each table
    #[arg(long, default_value_t = 15)]
    rows: usize,
    /// For the model: leave out what is rarer than this share of the most frequent continuation
    #[arg(long, default_value_t = 0.2, value_name = "SHARE", value_parser = share)]
    noise: f64,
    /// Print one JSON object on stdout, with all rows
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    filters: Filters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Sizes, times of cases, arrivals
    Summary,
    /// Activities by their share of the time, and why they wait
    Bottlenecks,
    /// What follows what
    Graph,
    /// The most frequent sequences
    Variants,
    /// Who passes work to whom, and how long it waits there
    Handovers,
    /// Who works on the same cases
    Together,
    /// Workload by resource
    Resources,
    /// Work done in batches
    Batches,
    /// Activities done again
    Rework,
    /// Process tree and how well the log fits it
    Model,
}

const PARTS: [(Part, Show); 10] = [
    (Part::Summary, summary),
    (Part::Bottlenecks, bottlenecks),
    (Part::Graph, graph),
    (Part::Variants, variants),
    (Part::Handovers, handovers),
    (Part::Together, together),
    (Part::Resources, resources),
    (Part::Batches, batches),
    (Part::Rework, rework),
    (Part::Model, model),
];

type Show = fn(&EventLog, &Args) -> Shown;

/// Key, JSON and text of a part.
type Shown = (&'static str, Value, String);

pub fn run(args: &Args) -> Result<(), Failure> {
    let log = args.filters.apply(log_file::read(&args.log, &args.columns)?);
    if log.is_empty() {
        return Err(Failure::BadInput("error: no row passes the filters".to_owned()));
    }
    let wanted = PARTS.iter().filter(|(part, _)| args.show.is_empty() || args.show.contains(part));
    let shown: Vec<Shown> = wanted.map(|(_, show)| show(&log, args)).collect();
    if args.json {
        let object: Map<String, Value> =
            shown.into_iter().map(|(key, value, _)| (key.to_owned(), value)).collect();
        return print(&format!("{:#}\n", Value::Object(object)));
    }
    let text: String = shown.into_iter().map(|(_, _, text)| text).collect();
    print(text.trim_start_matches('\n'))
}

fn summary(log: &EventLog, _: &Args) -> Shown {
    let s = mining::summary(log);
    let spread = |name: &str, s: &Spread| {
        [name.to_owned(), number(s.mean), number(s.median), number(s.p90), number(s.max)]
    };
    let times = [
        spread("cycle time", &s.cycle),
        spread("  worked on", &s.processing),
        spread("  waiting", &s.waiting),
    ];
    let mut text = format!(
        "{} cases, {} rows, {} activities, {} resources, {} teams, {} variants\nfrom {} to {}\n{} cases a day; coefficient of variation of the gaps {}\n",
        s.cases,
        s.rows,
        s.activities,
        s.resources,
        s.teams,
        s.variants,
        instant(s.first),
        instant(s.last),
        number(s.arrivals.per_day),
        number(s.arrivals.gap_cv),
    );
    for (n, what) in [
        (s.open_rows, "never end"),
        (s.rows_without_resource, "have no resource"),
        (s.instant_rows, "take no time: without starts in the log, all do"),
    ] {
        if n > 0 {
            text += &format!("{n} rows {what}\n");
        }
    }
    text += &table("Times of cases [h]", ["", "mean", "median", "P90", "longest"], &times);
    ("summary", json!(s), text)
}

fn bottlenecks(log: &EventLog, args: &Args) -> Shown {
    let list = mining::bottlenecks(log);
    let rows: Vec<_> = list
        .iter()
        .take(args.rows)
        .map(|b| {
            let c = &b.causes;
            let of_waiting = |x: f64| percent(x / b.waiting);
            [
                b.activity.clone(),
                b.rows.to_string(),
                percent(b.share),
                number(b.processing / b.rows as f64),
                number(b.waiting / b.rows as f64),
                of_waiting(c.batching),
                of_waiting(c.contention),
                of_waiting(c.prioritisation),
                of_waiting(c.unavailability),
                of_waiting(c.extraneous),
            ]
        })
        .collect();
    let header = [
        "activity",
        "rows",
        "share",
        "work",
        "wait",
        "batching",
        "contention",
        "priority",
        "off duty",
        "extraneous",
    ];
    let title = "Where the time goes: share of all work and waiting; means [h]; waiting by cause";
    ("bottlenecks", json!(list), table(title, header, &rows))
}

fn graph(log: &EventLog, args: &Args) -> Shown {
    let graph = mining::dfg(log);
    let rows: Vec<_> = graph
        .edges
        .iter()
        .take(args.rows)
        .map(|e| {
            let w = &e.waiting;
            [
                format!("{} → {}", e.from, e.to),
                e.count.to_string(),
                number(w.mean),
                number(w.median),
                number(w.p90),
            ]
        })
        .collect();
    let title = "What follows what; time between [h]";
    let text = table(title, ["step", "count", "mean", "median", "P90"], &rows);
    ("graph", json!(graph), text)
}

fn variants(log: &EventLog, args: &Args) -> Shown {
    let list = mining::variants(log);
    let rows: Vec<_> = list
        .iter()
        .take(args.rows)
        .map(|v| {
            let path = v.activities.join(" → ");
            [v.cases.to_string(), percent(v.share), percent(v.cumulative), number(v.cycle.median), path]
        })
        .collect();
    let title = format!("Variants, {} of {}; median cycle time [h]", rows.len(), list.len());
    let text = table(&title, ["cases", "share", "up to here", "cycle", "activities"], &rows);
    ("variants", json!(list), text)
}

fn handovers(log: &EventLog, args: &Args) -> Shown {
    let of = |who: Who, title: &str| {
        let list = mining::handovers(log, who);
        let others = list.iter().filter(|h| h.from != h.to).take(args.rows);
        let row = |h: &Handover| {
            let w = &h.waiting;
            [
                format!("{} → {}", h.from, h.to),
                h.count.to_string(),
                h.cases.to_string(),
                number(w.mean),
                number(w.p90),
                number(w.total),
            ]
        };
        let rows: Vec<_> = others.map(row).collect();
        let header = ["handover", "count", "cases", "mean wait", "P90", "total"];
        (json!(list), table(title, header, &rows))
    };
    let (people, mut text) = of(Who::Resources, "Handovers between people, by their total waiting [h]");
    let (teams, more) = of(Who::Teams, "Handovers between teams, by their total waiting [h]");
    text += &more;
    ("handovers", json!({ "resources": people, "teams": teams }), text)
}

fn together(log: &EventLog, args: &Args) -> Shown {
    let rows = |list: &[Tie], between: &str| -> Vec<_> {
        let row = |t: &Tie| [format!("{} {between} {}", t.a, t.b), t.count.to_string()];
        list.iter().take(args.rows).map(row).collect()
    };
    let pairs = mining::working_together(log, Who::Resources);
    let back = mining::subcontracting(log, Who::Resources);
    let mut text = table("Who works on the same cases", ["pair", "cases"], &rows(&pairs, "and"));
    text += &table("Given away and taken back", ["from and to", "times"], &rows(&back, "→"));
    ("together", json!({ "working_together": pairs, "subcontracting": back }), text)
}

fn resources(log: &EventLog, args: &Args) -> Shown {
    let list = mining::workload(log);
    let rows: Vec<_> = list
        .iter()
        .take(args.rows)
        .map(|r| {
            let hours = r.by_hour_of_week.0.iter().filter(|h| **h > 0.0).count();
            [
                r.resource.clone(),
                r.rows.to_string(),
                r.cases.to_string(),
                r.activities.to_string(),
                number(r.busy),
                number(r.at_once),
                hours.to_string(),
            ]
        })
        .collect();
    let header = ["resource", "rows", "cases", "activities", "busy", "at once", "hours of the week"];
    ("resources", json!(list), table("Resources, the busiest first; busy [h]", header, &rows))
}

fn batches(log: &EventLog, args: &Args) -> Shown {
    let enabled = mining::enabled(log);
    let list = mining::batching(log, &mining::batches(log, &enabled, 2));
    let rows: Vec<_> = list
        .iter()
        .take(args.rows)
        .map(|b| {
            let shape = format!("{:?}", b.shape).to_lowercase();
            [b.activity.clone(), shape, b.batches.to_string(), percent(b.share), number(b.mean_size)]
        })
        .collect();
    let header = ["activity", "shape", "batches", "of its rows", "mean size"];
    ("batches", json!(list), table("Work done in batches", header, &rows))
}

fn rework(log: &EventLog, args: &Args) -> Shown {
    let list = mining::summary::rework(log);
    let rows: Vec<_> = list
        .iter()
        .take(args.rows)
        .map(|r| {
            let share = percent(r.repeating as f64 / r.cases as f64);
            [
                r.activity.clone(),
                r.repeating.to_string(),
                share,
                r.repeats.to_string(),
                r.immediate.to_string(),
                number(r.processing),
            ]
        })
        .collect();
    let header = ["activity", "cases", "of its cases", "repeats", "immediate", "work [h]"];
    ("rework", json!(list), table("Activities done again in the same case", header, &rows))
}

fn model(log: &EventLog, args: &Args) -> Shown {
    let tree = mining::inductive(log, args.noise);
    let tree_text = tree.print(&log.activities);
    let replay = mining::replay(log, &tree);
    let conformance = mining::conformance(log, &tree);
    let mut text = format!("\nProcess tree (inductive miner, noise {})\n{tree_text}\n", args.noise);
    match &conformance {
        Some(c) => {
            text += &format!(
                "alignments: {} of the cases fit, fitness {} (mean of the cases {})\n",
                percent(c.fitting),
                number(c.log_fitness),
                number(c.mean_fitness)
            );
            let rows: Vec<_> = c
                .deviations
                .iter()
                .filter(|d| d.log_only + d.model_only > 0)
                .take(args.rows)
                .map(|d| {
                    [d.activity.clone(), d.log_only.to_string(), d.model_only.to_string(), d.both.to_string()]
                })
                .collect();
            let header = ["activity", "not in the model", "not in the log", "agree"];
            text += &table("Where log and model differ [rows]", header, &rows);
        }
        None => text += "alignments: the model has too many states\n",
    }
    let value = json!({
        "noise": args.noise,
        "tree": tree_text,
        "alignments": conformance,
        "replay": replay,
    });
    ("model", value, text)
}

fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map_or_else(|_| "an unknown instant".to_owned(), |t| t.to_string())
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "write a number from 0 to below 1".to_owned())?;
    if (0.0..1.0).contains(&share) { Ok(share) } else { Err("write a number from 0 to below 1".to_owned()) }
}
