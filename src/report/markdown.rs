//! The report in Markdown: the question, who it is about, what came out, what it rests on.

use super::figures::capitalised;
use super::inputs::{rounded, share_of_line, told};
use super::table;
use crate::business::Case;
use crate::experiment::Results;
use crate::model::{Mark, Model};
use std::fmt::Write;

/// `models` by arm, the control first.
pub fn markdown(results: &Results, models: &[(&str, &Model)], case: Option<&Case>) -> String {
    let mut text = String::new();
    let Some((_, model)) = models.first() else { return text };
    let title = if results.title.is_empty() { &results.scenario } else { &results.title };
    let _ = writeln!(text, "# {title}\n");
    for note in results.notes.iter().filter(|note| note.is_of_interruption()) {
        let _ = writeln!(text, "**{}.**\n", capitalised(&note.to_string()));
    }
    if !model.headline.question.is_empty() {
        let _ = writeln!(text, "**{}**\n", model.headline.question);
    }
    in_short(&mut text, results, model, case);
    let _ = writeln!(text, "{}", model.description.trim());
    opening(&mut text, results, model);
    if !model.headline.mechanism.is_empty() {
        let _ = writeln!(text, "\n## How the change acts\n\n{}", model.headline.mechanism);
    }
    let _ = writeln!(text, "\n## Results\n\n```text\n{}```", table(results, "", None));
    inputs(&mut text, results);
    if let Some(case) = case {
        money(&mut text, case);
    }
    register(&mut text, model, results);
    text
}

/// What an executive reads, as on the page.
fn in_short(text: &mut String, results: &Results, model: &Model, case: Option<&Case>) {
    let summary = super::html::summary(results, model);
    if summary.finding.is_empty() {
        return;
    }
    let _ = writeln!(text, "**{}**\n", summary.finding);
    let money = case.map_or_else(Vec::new, |case| super::money::chapter(case).short);
    for sentence in summary.short.iter().chain(&money) {
        let _ = writeln!(text, "* {sentence}");
    }
    text.push('\n');
}

/// Money over the years: an answer, sentences, tables.
fn money(text: &mut String, case: &Case) {
    let chapter = super::money::chapter(case);
    let _ = writeln!(text, "\n## Money over the years\n\n**{}**\n", chapter.answer);
    chapter.sentences.iter().for_each(|s| {
        let _ = writeln!(text, "{s}\n");
    });
    for table in &chapter.tables {
        let row = |cells: &[String]| format!("| {} |", cells.join(" | ").replace('\n', " "));
        let _ = writeln!(text, "### {}\n\n{}", table.caption, row(&table.header));
        let _ = writeln!(text, "|{}", "---|".repeat(table.header.len()));
        table.rows.iter().for_each(|cells| {
            let _ = writeln!(text, "{}", row(cells));
        });
        text.push('\n');
    }
    chapter.notes.iter().for_each(|s| {
        let _ = writeln!(text, "{s}\n");
    });
}

/// Who is concerned and which metrics it is about.
fn opening(text: &mut String, results: &Results, model: &Model) {
    let headline = &model.headline;
    if headline.teams.is_empty() && headline.metrics.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n| | |\n|---|---|");
    for team in &headline.teams {
        let name = &model.teams[*team].name;
        let _ = writeln!(text, "| team | {} |", model.label(&format!("team.{name}")));
    }
    for metric in &headline.metrics {
        let i = metric.0 as usize;
        let info = &results.metrics[i];
        let estimates = results.arms.iter().map(|arm| {
            let e = &arm.estimates[i];
            let decimals = super::decimals(e.value, e.se);
            format!("{} {} {}", arm.label, super::number(e.value, decimals), info.unit)
        });
        let estimates: Vec<_> = estimates.collect();
        let _ = writeln!(text, "| operating metric | **{}**: {} |", info.label, estimates.join("; "));
    }
}

/// What the inputs do to the change of the primary.
fn inputs(text: &mut String, results: &Results) {
    let (Some(inputs), Some(primary)) = (&results.inputs, results.primary) else { return };
    let metric = &results.metrics[primary];
    let _ = writeln!(text, "\n## What is not known about the inputs");
    for (arm, effects) in results.arms.iter().zip(&inputs.on_changes).skip(1) {
        let Some(effect) = &effects[primary] else { continue };
        let change = &arm.changes[primary];
        let exact = change.exact.as_ref().map_or_else(String::new, |e| table::interval(&e.adjusted));
        let _ = writeln!(
            text,
            "\n**{}**: change of {} {} if the inputs were exact, {} with what is not known [{}]. {}",
            arm.label,
            metric.label,
            exact,
            table::interval(&change.adjusted),
            metric.unit,
            capitalised(&told(inputs, effect, metric))
        );
    }
}

fn register(text: &mut String, model: &Model, results: &Results) {
    if model.assumptions.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n## What it rests on\n\nS published source, D derived from public data, A assumption.\n\n\
         | input | value | mark | range | share | source |\n|---|---|---|---|---|---|"
    );
    for (i, a) in model.assumptions.iter().enumerate() {
        let mark = match a.mark {
            Mark::Source => "S",
            Mark::Derived => "D",
            Mark::Assumption => "A",
        };
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let range = a.range.as_ref().map_or_else(String::new, ToString::to_string);
        let share = share_of_line(results, i).map_or_else(String::new, |s| table::percent_of(rounded(s)));
        let _ = writeln!(
            text,
            "| `{}` | {} | {mark} | {} | {share} | {} |",
            a.path,
            cell(&a.value),
            cell(&range),
            cell(&a.source)
        );
    }
}
