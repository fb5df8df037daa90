//! The result as tables: before, after, change with interval, verdict.

use crate::experiment::{ArmResults, Change, MetricInfo, Results};
use crate::model::{Better, Level, Model};
use crate::report::number;
use crate::report::table::{
    Scale, bounds, digits_alike, interval, interval_with, level_decimals, level_name, value, value_decimals,
    verdict,
};
use crate::stats::{Estimate, Verdict};
use serde::Serialize;

/// One of the metrics that the question is about.
#[derive(Serialize)]
pub struct Tile {
    label: String,
    doc: String,
    unit: String,
    /// Level in the control.
    before: String,
    /// The interval of the level, where there is nothing to compare.
    known: String,
    /// None where there is one arm only.
    change: Option<Changed>,
}

#[derive(Serialize)]
pub struct Changed {
    after: String,
    difference: String,
    percent: String,
    sign: Sign,
    words: String,
}

/// A table of one arm against the control, or of a single arm.
#[derive(Serialize)]
pub struct Table {
    id: String,
    caption: String,
    /// Less important: shown when asked for.
    folded: bool,
    before: String,
    after: Option<String>,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    name: &'static str,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    label: String,
    doc: String,
    unit: String,
    primary: bool,
    before: String,
    /// Empty in a table of a single arm.
    after: String,
    /// The change and its interval; of a single arm the interval only.
    change: String,
    range: String,
    percent: String,
    percent_range: String,
    verdict: String,
    /// The change's interval if the inputs were exact, where they are not taken as such.
    exact: String,
    sign: Sign,
}

/// The mark in front of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    Better,
    Worse,
    /// Beyond chance, but neither direction is better.
    Moves,
    /// May be chance.
    Open,
    Identical,
}

/// Whether a change is beyond chance at the level of its verdict, and whether that is good.
pub fn sign(change: &Change, better: Better) -> Sign {
    let adjusted = &change.adjusted;
    match () {
        _ if adjusted.is_identical() => Sign::Identical,
        _ if !adjusted.has_interval() || adjusted.contains(0.0) => Sign::Open,
        _ if better == Better::Neutral => Sign::Moves,
        _ if (adjusted.value > 0.0) == (better == Better::Higher) => Sign::Better,
        _ => Sign::Worse,
    }
}

/// Metrics for which somebody has said how much matters.
pub fn judged(metric: &MetricInfo) -> bool {
    metric.matters.is_some() && metric.better != Better::Neutral
}

/// The metrics that the page speaks about first: those of the headline, else the primary one.
pub fn headline(results: &Results, model: &Model) -> Vec<usize> {
    let named: Vec<usize> = model.headline.metrics.iter().map(|m| m.0 as usize).collect();
    if named.is_empty() { results.primary.into_iter().collect() } else { named }
}

pub fn tiles(results: &Results, model: &Model) -> Vec<Tile> {
    let Some(control) = results.arms.first() else { return Vec::new() };
    let tile = |i: usize| {
        let metric = &results.metrics[i];
        let other = results.arms.get(1).unwrap_or(control);
        let scale = Scale::of(&[&control.estimates[i], &other.estimates[i]]);
        let [before, after] = [control, other].map(|arm| scale.apply(&arm.estimates[i]));
        let mut digits = level_decimals(&before, &after);
        let mut of_change = None;
        if let Some(arm) = results.arms.get(1) {
            let change = scale.apply(&arm.changes[i].adjusted);
            of_change = digits_alike(&before, &after, &change);
            // No digit finer than the change is known to.
            let finest = value_decimals(&change);
            digits = of_change.map_or(digits.map(|own| own.min(finest)), |alike| [alike; 2]);
        }
        let change = results.arms.get(1).map(|arm| {
            let change = &arm.changes[i];
            let difference = scale.apply(&change.adjusted);
            Changed {
                after: number(after.value, digits[1]),
                difference: interval_with(
                    &difference,
                    of_change.unwrap_or_else(|| value_decimals(&difference)),
                ),
                percent: percent(change),
                sign: sign(change, metric.better),
                words: change.words.clone(),
            }
        });
        Tile {
            label: metric.label.clone(),
            doc: metric.doc.clone(),
            unit: scale.unit(&metric.unit),
            before: number(before.value, digits[0]),
            known: match before.has_interval() {
                true => bounds(&scale.apply(control.level(i)), digits[0]),
                false => String::new(),
            },
            change,
        }
    };
    let mut shown = headline(results, model);
    shown.extend(bottom_line(results).filter(|i| !shown.contains(i)));
    shown.into_iter().map(tile).collect()
}

/// The judged financial metric that sums up most: no other is computed from it, and it is computed from most.
fn bottom_line(results: &Results) -> Option<usize> {
    let metrics = &results.metrics;
    let is_part = |i: usize| metrics.iter().any(|m| m.children.contains(&i));
    let whole = |i: &usize| metrics[*i].level == Level::Financial && judged(&metrics[*i]) && !is_part(*i);
    let parts = |i: &usize| {
        let mut below = vec![*i];
        let mut at = 0;
        while at < below.len() {
            let children = metrics[below[at]].children.iter().filter(|c| !below.contains(c));
            let children: Vec<usize> = children.copied().collect();
            below.extend(children);
            at += 1;
        }
        below.len()
    };
    // Of equals the first in the scenario.
    (0..metrics.len()).rev().filter(whole).max_by_key(parts)
}

/// A metric and what it means.
#[derive(Serialize)]
pub struct Meaning {
    label: String,
    doc: String,
}

/// What the metrics of the headline mean; the tiles of a single arm say it themselves.
pub fn meanings(results: &Results, model: &Model) -> Vec<Meaning> {
    if results.arms.len() < 2 {
        return Vec::new();
    }
    let meaning =
        |i: usize| Meaning { label: results.metrics[i].label.clone(), doc: results.metrics[i].doc.clone() };
    headline(results, model).into_iter().map(meaning).filter(|m| !m.doc.is_empty()).collect()
}

/// How the tiles are to be read; empty for a single arm.
pub fn tiles_reading(results: &Results) -> String {
    match results.arms.get(1) {
        None => String::new(),
        Some(arm) => format!(
            "{} \u{2192} {}. In brackets: the {} interval of the change, at the level of its verdict. Clear is what lies {}.",
            results.arms[0].label,
            arm.label,
            super::level(results),
            crate::report::inputs::beyond(results)
        ),
    }
}

/// The table of the first comparison, what is left of it, and a folded one for each other arm.
pub fn tables(results: &Results, model: &Model) -> Vec<Table> {
    let all: Vec<usize> = (0..results.metrics.len()).collect();
    let headline = headline(results, model);
    let leads =
        |i: &usize| headline.contains(i) || results.primary == Some(*i) || judged(&results.metrics[*i]);
    let (mut first, mut rest): (Vec<usize>, Vec<usize>) = all.into_iter().partition(leads);
    if first.is_empty() {
        std::mem::swap(&mut first, &mut rest);
    }
    let mut tables = Vec::new();
    let mut add = |arm: Option<usize>, chosen: &[usize], folded: bool, caption: String| {
        if !chosen.is_empty() {
            tables.push(table(results, arm, chosen, folded, caption));
        }
    };
    match results.arms.as_slice() {
        [] => {}
        [_] => {
            add(None, &first, false, "What was measured".to_owned());
            add(None, &rest, true, format!("{} more metrics", rest.len()));
        }
        [control, others @ ..] => {
            let against = |arm: &ArmResults| format!("{} against {}", arm.label, control.label);
            add(Some(1), &first, false, against(&others[0]));
            add(Some(1), &rest, true, format!("{}: {} more metrics", against(&others[0]), rest.len()));
            for (k, arm) in others.iter().enumerate().skip(1) {
                add(Some(k + 1), &first, true, against(arm));
            }
        }
    }
    for (k, table) in tables.iter_mut().enumerate() {
        table.id = format!("table-{}", k + 1);
    }
    tables
}

/// How the tables are to be read, in sentences.
pub fn reading(results: &Results) -> Vec<String> {
    if results.arms.len() < 2 {
        return vec![format!(
            "In brackets: the {} interval over {} replications.",
            super::level(results),
            results.replications
        )];
    }
    let mut sentences = vec![
        format!(
            "Change: the paired difference with its {} interval in brackets, then the same in percent. All changes on this page \
             have the interval at the level of their verdict, which is wider where several comparisons share it; metrics.csv \
             also has the interval that each would have alone. A filled mark is {}; a hollow one may be nothing; = is \
             identical in every replication.",
            super::level(results),
            crate::report::inputs::beyond(results)
        ),
        levels_of_confidence(results),
    ];
    sentences.extend(crate::report::inputs::carried(results));
    sentences
}

/// At which level the changes hold, and with how many others.
fn levels_of_confidence(results: &Results) -> String {
    let level = super::level(results);
    let arms = results.arms.len() - 1;
    let across = if arms > 1 { format!(", shared by {arms} arms (Bonferroni)") } else { String::new() };
    let judged = |(i, m): &(usize, &MetricInfo)| results.primary != Some(*i) && m.better != Better::Neutral;
    format!(
        "Changes and verdicts hold at {level} for the primary, and at {level} for the other {} together (Holm){across}; \u{b1} of a \
         level holds for each by itself. (+n): about so many more replications would settle it.",
        results.metrics.iter().enumerate().filter(judged).count()
    )
}

fn table(results: &Results, arm: Option<usize>, chosen: &[usize], folded: bool, caption: String) -> Table {
    let groups = [Level::FrontLine, Level::Operating, Level::Financial].map(|level| Group {
        name: level_name(level),
        rows: (chosen.iter().filter(|i| results.metrics[**i].level == level))
            .map(|i| row(results, arm, *i))
            .collect(),
    });
    Table {
        id: String::new(),
        caption,
        folded,
        before: results.arms[0].label.clone(),
        after: arm.map(|arm| results.arms[arm].label.clone()),
        groups: groups.into_iter().filter(|g| !g.rows.is_empty()).collect(),
    }
}

fn row(results: &Results, arm: Option<usize>, i: usize) -> Row {
    let metric = &results.metrics[i];
    let before = results.arms[0].level(i);
    let scale = Scale::of(&[before, arm.map_or(before, |arm| results.arms[arm].level(i))]);
    let before = scale.apply(before);
    let shared = Row {
        label: if metric.label.is_empty() { metric.name.clone() } else { metric.label.clone() },
        doc: metric.doc.clone(),
        unit: scale.unit(&metric.unit),
        primary: results.primary == Some(i),
        before: String::new(),
        after: String::new(),
        change: String::new(),
        range: String::new(),
        percent: String::new(),
        percent_range: String::new(),
        verdict: String::new(),
        exact: String::new(),
        sign: Sign::Open,
    };
    let Some(arm) = arm else {
        let decimals = value_decimals(&before);
        let change = if before.has_interval() { bounds(&before, decimals) } else { "none".to_owned() };
        return Row { before: number(before.value, decimals), change, ..shared };
    };
    let arm = &results.arms[arm];
    let change = &arm.changes[i];
    let after = scale.apply(arm.level(i));
    let digits = level_decimals(&before, &after);
    let [(shown, range), (percent, percent_range)] =
        [interval(&scale.apply(&change.adjusted)), percent(change)].map(parted);
    Row {
        before: value(&before, digits[0]),
        after: value(&after, digits[1]),
        change: shown,
        range,
        percent,
        percent_range,
        verdict: verdict(change, metric.better),
        exact: (change.exact.as_ref())
            .map_or_else(String::new, |e| parted(interval(&scale.apply(&e.adjusted))).1),
        sign: sign(change, metric.better),
        ..shared
    }
}

/// A value and its interval, between which a line may break.
fn parted(text: String) -> (String, String) {
    match text.split_once(" [") {
        Some((value, range)) => (value.to_owned(), format!("[{range}")),
        None => (text, String::new()),
    }
}

fn percent(change: &Change) -> String {
    let known = |p: &&Estimate| p.has_interval() && !p.is_identical();
    change.adjusted_percent.as_ref().filter(known).map_or_else(String::new, |p| {
        let digits = value_decimals(p);
        format!("{} % {}", number(p.value, digits), bounds(p, digits))
    })
}

/// The verdict says that the change is too small to matter.
pub fn is_small(change: &Change) -> bool {
    matches!(change.verdict, Some(Verdict::SmallImprovement | Verdict::SmallWorsening))
}
