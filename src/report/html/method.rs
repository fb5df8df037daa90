//! How the numbers were made, and how to make them again.

use super::Page;
use crate::experiment::Results;
use crate::model::{Kind, Model};
use crate::report::table::{efficiency, runs, span};
use serde::Serialize;

#[derive(Serialize)]
pub struct Line {
    term: &'static str,
    text: String,
}

#[derive(Serialize)]
pub struct Command {
    what: &'static str,
    text: String,
}

#[derive(Serialize)]
pub struct File {
    name: &'static str,
    what: &'static str,
}

/// Every input of a run.
const SCENARIO: &str = "scenario.resolved.toml";

/// One line under the title.
pub fn byline(page: &Page) -> String {
    let results = page.results;
    let paired = if results.arms.len() > 1 && results.crn { "paired " } else { "" };
    let scenario = match results.scenario.as_str() {
        "" => String::new(),
        name => format!("Scenario {name}, "),
    };
    format!(
        "{scenario}{} {paired}replications, seed {}, turnaround {}, run {}",
        results.replications,
        results.seed,
        env!("CARGO_PKG_VERSION"),
        page.key
    )
}

pub fn lines(page: &Page, model: &Model) -> Vec<Line> {
    let results = page.results;
    let mut lines =
        vec![Line { term: "Runs", text: runs(results) }, Line { term: "Design", text: design(model) }];
    if results.follow_up.is_finite() {
        let text = format!(
            "Cases that start in the window count; each is followed for {} after its start, the same in all arms.",
            span(results.follow_up)
        );
        lines.push(Line { term: "Follow-up", text });
    }
    if results.arms.len() > 1 {
        lines.push(Line { term: "Common random numbers", text: pairing(results) });
    }
    lines.push(Line {
        term: "Random numbers",
        text: format!(
            "{}, seed {}. A number's key is the name of what it decides, so the order of events and the number of threads \
             change nothing.",
            page.generator, results.seed
        ),
    });
    lines.push(Line {
        term: "Intervals",
        text: format!(
            "{} intervals over replications: from the jackknife where a metric is a function of sums, from the bootstrap where it \
             depends on a quantile. All cases are pooled; there is no mean of ratios.",
            super::level(results)
        ),
    });
    let named = match page.first {
        Some(_) => ".",
        None => "; manifest.json names the executable and every file of this folder by its BLAKE3 hash.",
    };
    lines.push(Line { term: "Program", text: format!("turnaround {}{named}", env!("CARGO_PKG_VERSION")) });
    lines
}

fn design(model: &Model) -> String {
    match model.design.kind {
        Kind::Steady => "The settled state: what is measured begins after the warm-up.",
        Kind::Terminating => "The whole window, from an empty start to its end.",
    }
    .to_owned()
}

fn pairing(results: &Results) -> String {
    if !results.crn {
        return "Not used: the arms drew different random numbers.".to_owned();
    }
    let first = "All arms meet the same events in the same replication, so that their difference is due to what differs.";
    let each = results.arms.iter().skip(1).filter_map(|arm| {
        let text = efficiency(results, arm)?;
        Some(text.replace("Common random numbers, ", "").replace(" (*)", "").replace(&arm.name, &arm.label))
    });
    [first.to_owned()].into_iter().chain(each).collect::<Vec<_>>().join(" ")
}

/// Typed in the run folder, they give the same numbers.
pub fn commands(page: &Page) -> Vec<Command> {
    let results = page.results;
    let again = format!("turnaround run {SCENARIO}");
    if page.first.is_some() {
        return vec![Command { what: "The whole run", text: again }];
    }
    vec![
        Command { what: "The same numbers again", text: again.clone() },
        Command { what: "This page and the tables again", text: "turnaround report .".to_owned() },
        Command { what: "With other chance", text: format!("{again} --seed {}", results.seed + 1) },
        Command {
            what: "With narrower intervals",
            text: format!("{again} --replications {}", 4 * results.replications),
        },
    ]
}

/// The files of the run folder that hold what this page shows.
pub fn files(page: &Page) -> Vec<File> {
    let results = page.results;
    let file = |name, what| File { name, what };
    let adopted = results.arms.iter().any(|arm| !arm.adoption.is_empty());
    let all = [
        Some(file(
            "metrics.csv",
            "every metric of every arm with intervals, changes and verdicts: the tables of this page",
        )),
        results
            .inputs
            .is_some()
            .then(|| file("inputs.csv", "every sample of the inputs, and what came out of it")),
        results.inputs.is_some().then(|| file("input_shares.csv", "which inputs make what is not known")),
        results.curves.is_some().then(|| file("distribution.csv", "the distribution that is drawn")),
        (results.curves.as_ref().and_then(|c| c.gap.as_ref()))
            .map(|_| file("distribution_gap.csv", "by how much the two distributions differ")),
        results.breakdown.is_some().then(|| file("stages.csv", "mean time of a case in each stage")),
        adopted.then(|| file("adoption.csv", "how channels are expected to spread")),
        page.money.map(|_| file("money.csv", "flows of money by month, line and option")),
        page.money.map(|_| file("options.csv", "what each option is worth, by stakeholder and rate")),
        page.money
            .filter(|(case, _)| !case.ramped.is_empty())
            .map(|_| file("ramp.csv", "how the change comes into effect, week by week")),
        Some(file("replications.parquet", "every metric in every single replication")),
        Some(file("weekly.parquet", "every metric by bin of the run, warm-up included")),
        (results.spans.iter().any(|span| span.len() > 1)).then(|| {
            file("courses.csv", "every metric by span of several bins, as the pictures over time have it")
        }),
        Some(file("report.xlsx", "tables and charts as a workbook; the cash flow in formulas")),
        Some(file("results.json", "levels, changes and verdicts for programs")),
        Some(file(SCENARIO, "every input: the scenario as it was run")),
        Some(file("manifest.json", "what was asked, by which program, and the hash of each file")),
    ];
    let is_there = |file: &File| page.first.is_none() || file.name.ends_with(".csv") || file.name == SCENARIO;
    all.into_iter().flatten().filter(is_there).collect()
}
