//! The page of a mined log.

use super::figure::{Figure, figure};
use crate::mining::{Handover, Spread, Study, Summary, Who};
use crate::report::document::words;
use crate::report::{Mined, Picture, plain};
use serde::Serialize;

/// The text of `mine.html`. `files` are the tables beside it, each with what it holds.
///
/// # Errors
/// When the template cannot be rendered, which no input brings about.
pub fn mined_html(mined: &Mined, pictures: &[Picture], files: &[(String, &str)]) -> Result<String, String> {
    super::render("mine.html", &context(mined, pictures, files))
}

/// The values of the template.
#[derive(Serialize)]
struct Context<'a> {
    css: &'a str,
    title: &'a str,
    finding: &'a str,
    byline: String,
    tiles: Vec<Tile>,
    notes: Vec<String>,
    sections: Vec<Section>,
    lines: Vec<Line>,
    files: Vec<Line>,
}

#[derive(Serialize)]
struct Tile {
    label: &'static str,
    doc: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    what: String,
    value: String,
}

#[derive(Serialize)]
struct Section {
    id: &'static str,
    title: &'static str,
    text: Vec<String>,
    figures: Vec<Figure>,
    tables: Vec<Table>,
}

#[derive(Serialize)]
struct Table {
    caption: &'static str,
    /// How many of how many.
    shown: String,
    file: &'static str,
    header: Vec<&'static str>,
    /// Columns of words.
    words: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// Rows of a table on the page; the files hold all.
const ROWS: usize = 20;

/// Sections and the pictures in them.
const SECTIONS: [(&str, &str, &[&str]); 5] = [
    ("process", "What happens", &["map", "variants"]),
    ("time", "Where the time goes", &["waiting", "spectrum"]),
    ("people", "Who does it", &["handovers", "resources", "week"]),
    ("cases", "Cases over time", &["arrivals", "dotted"]),
    ("rework", "What is done again", &["rework"]),
];

fn context<'a>(mined: &Mined<'a>, pictures: &'a [Picture], files: &[(String, &str)]) -> Context<'a> {
    let study = mined.study;
    let mut count = 0;
    let sections = SECTIONS.iter().map(|&(id, title, names)| {
        let own = pictures.iter().filter(|p| names.contains(&p.name.as_str()));
        let figures = own.map(|picture| {
            count += 1;
            figure(picture, count)
        });
        let (text, tables) = contents(id, study);
        Section { id, title, text, figures: figures.collect(), tables }
    });
    let sections: Vec<Section> =
        sections.filter(|s| !s.figures.is_empty() || !s.tables.is_empty()).chain([model(study)]).collect();
    let finding = pictures.iter().find(|p| p.name == "map").map_or("", |p| &p.title);
    Context {
        css: include_str!("page.css"),
        title: mined.name,
        finding,
        byline: byline(mined),
        tiles: tiles(study),
        notes: notes(study.summary()),
        sections,
        lines: method(study),
        files: files.iter().map(|(name, what)| line(name, (*what).to_owned())).collect(),
    }
}

fn line(what: &str, value: String) -> Line {
    Line { what: what.to_owned(), value }
}

fn byline(mined: &Mined) -> String {
    let summary = mined.study.summary();
    let filters = if mined.filters.is_empty() { String::new() } else { format!(", {}", mined.filters) };
    format!(
        "{} to {}{filters}, turnaround {}",
        date(summary.first),
        date(summary.last),
        env!("CARGO_PKG_VERSION")
    )
}

fn date(micros: i64) -> String {
    let instant = jiff::Timestamp::from_microsecond(micros);
    instant.map_or_else(|_| "an unknown date".to_owned(), |t| t.strftime("%-d %B %Y").to_string())
}

fn percent(share: f64) -> String {
    if share.is_finite() { format!("{} %", plain(100.0 * share)) } else { "\u{2013}".to_owned() }
}

/// Hours as people say them.
fn hours(h: f64) -> String {
    match h {
        _ if !h.is_finite() => "\u{2013}".to_owned(),
        _ if h >= 48.0 => format!("{} d", plain(h / 24.0)),
        _ if h >= 1.0 || h == 0.0 => format!("{} h", plain(h)),
        _ => format!("{} min", plain(60.0 * h)),
    }
}

fn tiles(study: &Study) -> Vec<Tile> {
    let (s, w) = (study.summary(), study.working_summary());
    let count = |n: usize| crate::report::number(n as f64, 0);
    vec![
        Tile {
            label: "Size",
            doc: "Cases, and activity instances in them.".to_owned(),
            lines: vec![line("Cases", count(s.cases)), line("Rows", count(s.rows))],
        },
        Tile {
            label: "Variety",
            doc: "Distinct activities, and sequences of them.".to_owned(),
            lines: vec![line("Activities", count(s.activities)), line("Variants", count(s.variants))],
        },
        Tile {
            label: "People",
            doc: "As the log names them.".to_owned(),
            lines: vec![line("Resources", count(s.resources)), line("Teams", count(s.teams))],
        },
        Tile {
            label: "Cycle time",
            doc: format!(
                "From first to last event; in working time the median is {}.",
                hours(w.cycle.median)
            ),
            lines: vec![line("Median", hours(s.cycle.median)), line("One in ten over", hours(s.cycle.p90))],
        },
        Tile {
            label: "Waiting",
            doc: format!(
                "Time of a case in which nobody works on it; in working time {}.",
                percent(w.waiting.total / w.cycle.total)
            ),
            lines: vec![
                line("Share of the time", percent(s.waiting.total / s.cycle.total)),
                line("Mean", hours(s.waiting.mean)),
            ],
        },
        Tile {
            label: "Arrivals",
            doc: "Coefficient of variation of the gaps: 1 for arrivals without any pattern.".to_owned(),
            lines: vec![
                line("Per day", plain(s.arrivals.per_day)),
                line("Variation", plain(s.arrivals.gap_cv)),
            ],
        },
    ]
}

fn notes(s: &Summary) -> Vec<String> {
    let of = |n: usize, what: &str| match n {
        0 => None,
        _ if n == s.rows => Some(format!("All rows {what}.")),
        _ => {
            let count = |n: usize| crate::report::number(n as f64, 0);
            Some(format!("{} of {} rows {what}.", count(n), count(s.rows)))
        }
    };
    let all = [
        of(s.open_rows, "never end"),
        of(s.rows_without_resource, "have no resource: their waiting has no known cause"),
        of(s.instant_rows, "take no time: where a log has no starts, work counts as waiting"),
    ];
    all.into_iter().flatten().collect()
}

fn contents(id: &str, study: &Study) -> (Vec<String>, Vec<Table>) {
    match id {
        "process" => (Vec::new(), vec![steps(study), variants(study)]),
        "time" => (time_text(study), vec![bottlenecks(study)]),
        "people" => (Vec::new(), people(study)),
        "rework" => (Vec::new(), vec![rework(study)]),
        _ => (Vec::new(), Vec::new()),
    }
}

fn table(
    caption: &'static str,
    file: &'static str,
    header: &[&'static str],
    all: usize,
    rows: Vec<Vec<String>>,
) -> Table {
    let shown = if rows.len() < all { format!("The first {} of {all}.", rows.len()) } else { String::new() };
    Table { caption, shown, file, words: words(&rows, header.len()), header: header.to_vec(), rows }
}

fn steps(study: &Study) -> Table {
    let both = study.dfg().edges.iter().zip(&study.working_dfg().edges);
    let rows = both.take(ROWS).map(|(e, w)| {
        let spread = |s: &Spread| [hours(s.median), hours(s.p90)];
        let mut row = vec![format!("{} \u{2192} {}", e.from, e.to), e.count.to_string()];
        row.extend(spread(&e.waiting).into_iter().chain(spread(&w.waiting)));
        row
    });
    table(
        "What follows what, with the time between",
        "tables/steps.csv",
        &["Step", "Times", "Median", "P90", "Median, working time", "P90, working time"],
        study.dfg().edges.len(),
        rows.collect(),
    )
}

fn variants(study: &Study) -> Table {
    let rows = study.variants().iter().take(ROWS).map(|v| {
        vec![
            v.activities.join(" \u{2192} "),
            v.cases.to_string(),
            percent(v.share),
            percent(v.cumulative),
            hours(v.cycle.median),
        ]
    });
    table(
        "Variants",
        "tables/variants.csv",
        &["Activities", "Cases", "Share", "Up to here", "Median time"],
        study.variants().len(),
        rows.collect(),
    )
}

fn time_text(study: &Study) -> Vec<String> {
    let clock = study.clock().hours_a_week();
    let working = match clock {
        168 => "The log shows work in every hour of the week: working time is elapsed time.".to_owned(),
        n => {
            format!("The log shows work in {n} of the 168 hours of the week; working time counts only these.")
        }
    };
    let Some(top) = study.bottlenecks().first() else { return vec![working] };
    let share = percent(top.share);
    let text = format!(
        "The largest bottleneck is \u{201c}{}\u{201d}: working on it and waiting for it are {share} of the time of all cases.",
        top.activity
    );
    vec![text, working]
}

fn bottlenecks(study: &Study) -> Table {
    let list = study.bottlenecks();
    let rows = list.iter().take(ROWS).map(|b| {
        let (n, c) = (b.rows as f64, &b.causes);
        let of = |x: f64| percent(x / b.waiting);
        vec![
            b.activity.clone(),
            percent(b.share),
            hours(b.processing / n),
            hours(b.waiting / n),
            hours(b.waiting_working / n),
            of(c.batching),
            of(c.contention),
            of(c.prioritisation),
            of(c.unavailability),
            of(c.extraneous),
        ]
    });
    table(
        "Bottlenecks: activities by their share of the time",
        "tables/activities.csv",
        &[
            "Activity",
            "Share",
            "Mean work",
            "Mean wait",
            "in working time",
            "Batching",
            "Contention",
            "Priority",
            "Off duty",
            "Extraneous",
        ],
        list.len(),
        rows.collect(),
    )
}

fn people(study: &Study) -> Vec<Table> {
    let handovers = |who: Who, caption, file| {
        let list = &study.network(who).handovers;
        let others = || list.iter().filter(|h| h.from != h.to);
        let row = |h: &Handover| {
            vec![
                format!("{} \u{2192} {}", h.from, h.to),
                h.count.to_string(),
                h.cases.to_string(),
                hours(h.waiting.mean),
                hours(h.waiting.total),
            ]
        };
        let header = ["Handover", "Times", "Cases", "Mean wait", "In all"];
        table(caption, file, &header, others().count(), others().take(ROWS).map(row).collect())
    };
    let together = &study.network(Who::Resources).working_together;
    let pairs = together.iter().take(ROWS).map(|t| vec![format!("{} and {}", t.a, t.b), t.count.to_string()]);
    let back = &study.network(Who::Resources).subcontracting;
    let returned =
        back.iter().take(ROWS).map(|t| vec![format!("{} \u{2192} {}", t.a, t.b), t.count.to_string()]);
    let workload = study.workload();
    let own = workload.iter().take(ROWS).map(|w| {
        vec![
            w.resource.clone(),
            w.rows.to_string(),
            w.cases.to_string(),
            w.activities.to_string(),
            hours(w.busy),
            plain(w.at_once),
        ]
    });
    let all = [
        handovers(Who::Teams, "Handovers between teams", "tables/handovers_teams.csv"),
        handovers(Who::Resources, "Handovers between resources", "tables/handovers_resources.csv"),
        table(
            "Who works on the same cases",
            "tables/together.csv",
            &["Pair", "Cases"],
            together.len(),
            pairs.collect(),
        ),
        table(
            "Given away and taken back (subcontracting)",
            "tables/subcontracting.csv",
            &["From and to", "Times"],
            back.len(),
            returned.collect(),
        ),
        table(
            "Workload",
            "tables/resources.csv",
            &["Resource", "Rows", "Cases", "Activities", "Busy", "Tasks at once"],
            workload.len(),
            own.collect(),
        ),
    ];
    all.into_iter().filter(|t| !t.rows.is_empty()).collect()
}

fn rework(study: &Study) -> Table {
    let list = &study.summary().rework;
    let rows = list.iter().take(ROWS).map(|r| {
        vec![
            r.activity.clone(),
            r.repeating.to_string(),
            percent(r.repeating as f64 / r.cases as f64),
            r.repeats.to_string(),
            r.immediate.to_string(),
            hours(r.processing),
        ]
    });
    let header = ["Activity", "Cases", "of its cases", "Repeats", "at once", "Time in all"];
    table("Activities done again", "tables/rework.csv", &header, list.len(), rows.collect())
}

fn model(study: &Study) -> Section {
    let model = study.model();
    let tree = model.tree.print(&study.log.activities);
    let fit = match &model.conformance {
        Some(c) => format!(
            "{} of the cases fit it from end to end; the fitness of the log by optimal alignments is {}.",
            percent(c.fitting),
            plain(c.log_fitness)
        ),
        None => "It has too many states for optimal alignments.".to_owned(),
    };
    let deviations = model.conformance.iter().flat_map(|c| &c.deviations);
    let rows: Vec<Vec<String>> = deviations
        .filter(|d| d.log_only + d.model_only > 0)
        .map(|d| {
            vec![d.activity.clone(), d.log_only.to_string(), d.model_only.to_string(), d.both.to_string()]
        })
        .collect();
    let header = ["Activity", "not in the model", "not in the log", "agree"];
    let all = rows.len();
    let shown: Vec<_> = rows.into_iter().take(ROWS).collect();
    let tables = if all > 0 {
        vec![table("Where log and model differ, rows", "tables/deviations.csv", &header, all, shown)]
    } else {
        Vec::new()
    };
    Section {
        id: "model",
        title: "The model behind it",
        text: vec![format!("The {} finds this process tree. {fit}", study.miner.told()), tree],
        figures: Vec::new(),
        tables,
    }
}

fn method(study: &Study) -> Vec<Line> {
    let said = study.log.enabled.iter().any(|&t| t != crate::eventlog::UNKNOWN);
    let enabled = if said {
        "From enabled to start, as the log says when work was enabled."
    } else {
        "From enabled to start. The log does not say when work was enabled: it is taken to be the end of the work before it \
         that is not concurrent with it (concurrent: overlapping in three quarters of the cases that have both; \
         Chapela-Campa and Dumas 2024)."
    };
    vec![
        line("Waiting", enabled.to_owned()),
        line(
            "Causes of waiting",
            "Batching, contention, prioritisation, unavailability, and what nothing explains (Lashkevich and others 2023)."
                .to_owned(),
        ),
        line(
            "Working time",
            "A clock that runs only in the hours of the week in which somebody is at work in at least a tenth of the weeks; one \
             clock for all."
                .to_owned(),
        ),
        line("Time zone", "All hours and dates are UTC.".to_owned()),
        line(
            "No intervals",
            "This page describes the log; it does not say what another log of the same process would show.".to_owned(),
        ),
    ]
}
