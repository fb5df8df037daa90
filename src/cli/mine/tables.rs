//! The parts of `turnaround mine`: each as JSON and as a table on the terminal.

use crate::cli::columns::{number, percent, table};
use crate::mining::footprint::WIDEST_MATRIX;
use crate::mining::network::MOST_PEOPLE;
use crate::mining::{Footprint, Handover, Miner, Spread, Study, Tie, Who};
use serde_json::{Value, json};

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
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
    /// Which orders of two activities the log shows
    Footprint,
    /// Process tree and how well the log fits it
    Model,
}

/// In the order in which they are shown.
pub const PARTS: [(Part, Show); 11] = [
    (Part::Summary, summary),
    (Part::Bottlenecks, bottlenecks),
    (Part::Graph, graph),
    (Part::Variants, variants),
    (Part::Handovers, handovers),
    (Part::Together, together),
    (Part::Resources, resources),
    (Part::Batches, batches),
    (Part::Rework, rework),
    (Part::Footprint, footprint),
    (Part::Model, model),
];

/// Makes a part of so many rows.
pub type Show = for<'a> fn(&'a Study, usize) -> Shown<'a>;

/// A part: its key, its text, and its JSON, which is made only where it is asked for.
pub struct Shown<'a> {
    pub key: &'static str,
    pub text: String,
    pub json: Box<dyn FnOnce() -> Value + 'a>,
}

impl<'a> Shown<'a> {
    fn new(key: &'static str, json: impl FnOnce() -> Value + 'a, text: String) -> Self {
        Self { key, text, json: Box::new(json) }
    }
}

fn summary(study: &Study, _: usize) -> Shown<'_> {
    let (s, w) = (study.summary(), study.working_summary());
    let spread = |name: &str, s: &Spread| {
        [name.to_owned(), number(s.mean), number(s.median), number(s.p90), number(s.max)]
    };
    let times = [
        spread("cycle time", &s.cycle),
        spread("  worked on", &s.processing),
        spread("  waiting", &s.waiting),
        spread("in working time", &w.cycle),
        spread("  worked on", &w.processing),
        spread("  waiting", &w.waiting),
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
    text += &format!(
        "work is seen in {} of the 168 hours of the week: working time\n",
        study.clock().hours_a_week()
    );
    text += &table("Times of cases [h]", ["", "mean", "median", "P90", "longest"], &times);
    Shown::new("summary", move || json!(s), text)
}

fn bottlenecks(study: &Study, n_rows: usize) -> Shown<'_> {
    let list = study.bottlenecks();
    let rows: Vec<_> = list
        .iter()
        .take(n_rows)
        .map(|b| {
            let c = &b.causes;
            let of_waiting = |x: f64| percent(x / b.waiting);
            [
                b.activity.clone(),
                b.rows.to_string(),
                percent(b.share),
                number(b.processing / b.rows as f64),
                number(b.waiting / b.rows as f64),
                number(b.waiting_working / b.rows as f64),
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
        "in working time",
        "batching",
        "contention",
        "priority",
        "off duty",
        "extraneous",
    ];
    let title = "Where the time goes: share of all work and waiting; means [h]; waiting by cause";
    Shown::new("bottlenecks", move || json!(list), table(title, header, &rows))
}

fn graph(study: &Study, n_rows: usize) -> Shown<'_> {
    let (graph, working) = (study.dfg(), study.working_dfg());
    let rows: Vec<_> = (graph.edges.iter().zip(&working.edges))
        .take(n_rows)
        .map(|(e, working)| {
            let w = &e.waiting;
            [
                format!("{} → {}", e.from, e.to),
                e.count.to_string(),
                number(w.mean),
                number(w.median),
                number(w.p90),
                number(working.waiting.mean),
            ]
        })
        .collect();
    let title = "What follows what; time between [h]";
    let text = table(title, ["step", "count", "mean", "median", "P90", "working time"], &rows);
    let json = move || {
        let mut value = json!(graph);
        value["working_time"] = json!(working.edges);
        value
    };
    Shown::new("graph", json, text)
}

fn variants(study: &Study, n_rows: usize) -> Shown<'_> {
    let list = study.variants();
    let rows: Vec<_> = list
        .iter()
        .take(n_rows)
        .map(|v| {
            let path = v.activities.join(" → ");
            [v.cases.to_string(), percent(v.share), percent(v.cumulative), number(v.cycle.median), path]
        })
        .collect();
    let title = format!("Variants, {} of {}; median cycle time [h]", rows.len(), list.len());
    let text = table(&title, ["cases", "share", "up to here", "cycle", "activities"], &rows);
    Shown::new("variants", move || json!(list), text)
}

fn handovers(study: &Study, n_rows: usize) -> Shown<'_> {
    let of = |who: Who, title: &str| {
        let list = &study.network(who).handovers;
        let others = list.iter().filter(|h| h.from != h.to).take(n_rows);
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
        (list, table(title, header, &rows))
    };
    let (people, mut text) = of(Who::Resources, "Handovers between people, by their total waiting [h]");
    let (teams, more) = of(Who::Teams, "Handovers between teams, by their total waiting [h]");
    text += &more;
    Shown::new("handovers", move || json!({ "resources": people, "teams": teams }), text)
}

fn together(study: &Study, n_rows: usize) -> Shown<'_> {
    let rows = |list: &[Tie], between: &str| -> Vec<_> {
        let row = |t: &Tie| [format!("{} {between} {}", t.a, t.b), t.count.to_string()];
        list.iter().take(n_rows).map(row).collect()
    };
    let (people, teams) = (study.network(Who::Resources), study.network(Who::Teams));
    let pairs = rows(&people.working_together, "and");
    let back = rows(&people.subcontracting, "→");
    let mut text = table("Who works on the same cases", ["pair", "cases"], &pairs);
    text += &table("Given away and taken back", ["from and to", "times"], &back);
    if people.crowded_cases > 0 {
        text += &format!(
            "{} cases with more than {MOST_PEOPLE} people are left out: they say nothing about pairs\n",
            people.crowded_cases
        );
    }
    let json = move || {
        json!({
            "crowded_cases": people.crowded_cases,
            "working_together": people.working_together,
            "subcontracting": people.subcontracting,
            "teams": { "working_together": teams.working_together, "subcontracting": teams.subcontracting },
        })
    };
    Shown::new("together", json, text)
}

fn resources(study: &Study, n_rows: usize) -> Shown<'_> {
    let list = study.workload();
    let rows: Vec<_> = list
        .iter()
        .take(n_rows)
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
    Shown::new(
        "resources",
        move || json!(list),
        table("Resources, the busiest first; busy [h]", header, &rows),
    )
}

fn batches(study: &Study, n_rows: usize) -> Shown<'_> {
    let list = study.batching();
    let rows: Vec<_> = list
        .iter()
        .take(n_rows)
        .map(|b| {
            let shape = format!("{:?}", b.shape).to_lowercase();
            [b.activity.clone(), shape, b.batches.to_string(), percent(b.share), number(b.mean_size)]
        })
        .collect();
    let header = ["activity", "shape", "batches", "of its rows", "mean size"];
    Shown::new("batches", move || json!(list), table("Work done in batches", header, &rows))
}

fn rework(study: &Study, n_rows: usize) -> Shown<'_> {
    let list = &study.summary().rework;
    let rows: Vec<_> = list
        .iter()
        .take(n_rows)
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
    Shown::new("rework", move || json!(list), table("Activities done again in the same case", header, &rows))
}

/// Beyond so many activities the matrix is not printed.
const WIDEST_FOOTPRINT: usize = 40;

fn footprint(study: &Study, _: usize) -> Shown<'_> {
    let f = study.footprint();
    let n = f.activities.len();
    let text = if n <= WIDEST_FOOTPRINT {
        matrix(f)
    } else if n <= WIDEST_MATRIX {
        format!("\nFootprint: {n} activities are too many to print; --json and -o have it\n")
    } else {
        format!("\nFootprint: left out, a matrix of {n} activities says nothing (at most {WIDEST_MATRIX})\n")
    };
    let json = move || match f.matrix() {
        Some(relations) => json!({ "activities": f.activities, "relations": relations }),
        None => json!({ "left_out": format!("more than {WIDEST_MATRIX} activities: {n}") }),
    };
    Shown::new("footprint", json, text)
}

/// Activities are numbered in the columns.
fn matrix(f: &Footprint) -> String {
    let mut text = "\nFootprint: → comes right before, ← right after, ‖ both, # never\n".to_owned();
    for (k, name) in f.activities.iter().enumerate() {
        let signs: Vec<_> = (0..f.activities.len()).map(|b| f.relation(k, b).sign()).collect();
        text += &format!("{:>3}  {}  {name}\n", k + 1, signs.join(" "));
    }
    text
}

fn model(study: &Study, n_rows: usize) -> Shown<'_> {
    let model = study.model();
    let tree_text = model.tree.print(&study.log.activities);
    let miner = match study.miner {
        Miner::Inductive(noise) => format!("inductive miner, noise {noise}"),
        Miner::Split(eta) => format!("split miner's relation, percentile {eta}"),
    };
    let mut text = format!("\nProcess tree ({miner})\n{tree_text}\n");
    if model.cut_short {
        text += "so many activities: parts of it allow any order, because more would have taken too long; \
                 filters such as --top-variants or --activity make it say more\n";
    }
    match &model.conformance {
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
                .take(n_rows)
                .map(|d| {
                    [d.activity.clone(), d.log_only.to_string(), d.model_only.to_string(), d.both.to_string()]
                })
                .collect();
            let header = ["activity", "not in the model", "not in the log", "agree"];
            text += &table("Where log and model differ [rows]", header, &rows);
        }
        None => text += "alignments: the model has too many states\n",
    }
    let json = move || {
        json!({
            "miner": miner,
            "cut_short": model.cut_short,
            "tree": tree_text,
            "alignments": model.conformance,
            "replay": model.replay,
        })
    };
    Shown::new("model", json, text)
}

fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map_or_else(|_| "an unknown instant".to_owned(), |t| t.to_string())
}
