//! The result in one paragraph: sentences that say no more than the intervals do.

use super::rows::{Sign, headline, is_small, judged, sign};
use crate::experiment::{ArmResults, Change, MetricInfo, Results, forecast};
use crate::model::Model;
use crate::report::inputs::beyond;
use crate::report::table::{bounds, digits_alike, interval, interval_with, level_decimals, value_decimals};
use crate::report::{number, plain};
use crate::stats::Verdict;
use serde::Serialize;

#[derive(Serialize)]
pub struct Summary {
    /// What is found about the primary metric.
    pub finding: String,
    /// Whether that is beyond chance.
    sign: Option<Sign>,
    /// What else an answer in short must say: how many metrics move, and the other arms.
    pub short: Vec<String>,
    /// The metrics of the headline one by one.
    sentences: Vec<String>,
}

pub fn summary(results: &Results, model: &Model) -> Summary {
    let mut metrics = headline(results, model);
    if let Some(primary) = results.primary {
        metrics.retain(|i| *i != primary);
        metrics.insert(0, primary);
    }
    let Some(arm) = results.arms.get(1) else {
        let sentences = metrics.iter().map(|i| told_alone(results, *i)).collect();
        return Summary { finding: String::new(), sign: None, short: Vec::new(), sentences };
    };
    let sentences = metrics.iter().map(|i| told(results, arm, *i)).collect();
    let mut short: Vec<String> = tally(results, arm).into_iter().collect();
    if let Some(primary) = results.primary {
        short.extend(results.arms.iter().skip(2).map(|arm| beside(results, arm, primary)));
    }
    let first = metrics.first();
    Summary {
        finding: first.map_or_else(String::new, |i| finding(results, arm, *i)),
        sign: first.map(|i| sign(&arm.changes[*i], results.metrics[*i].better)),
        short,
        sentences,
    }
}

/// "Restore cycle time, mean: 5 % lower", or that nothing is shown.
fn finding(results: &Results, arm: &ArmResults, i: usize) -> String {
    let (metric, change) = (&results.metrics[i], &arm.changes[i]);
    let name = &metric.label;
    let direction = if change.adjusted.value < 0.0 { "lower" } else { "higher" };
    let percent = change.adjusted_percent.as_ref().filter(|p| p.has_interval());
    match sign(change, metric.better) {
        Sign::Identical => format!("{name}: no difference at all"),
        Sign::Open => format!("{name}: no difference {}", beyond(results)),
        _ => match percent {
            Some(p) => format!("{name}: {} % {direction}", number(p.value.abs(), value_decimals(p))),
            None => format!("{name}: {direction}"),
        },
    }
}

/// What may be said about a metric's change.
fn told(results: &Results, arm: &ArmResults, i: usize) -> String {
    let (metric, change) = (&results.metrics[i], &arm.changes[i]);
    let (control, name, small) = (&results.arms[0], &metric.label, inside(&metric.label));
    let unit = unit(metric);
    let difference = &change.adjusted;
    let alike = digits_alike(&control.estimates[i], &arm.estimates[i], difference);
    let digits = alike.unwrap_or_else(|| value_decimals(difference));
    let [before, after] = levels(control, arm, i, alike).map(|level| format!("{level}{unit}"));
    match sign(change, metric.better) {
        Sign::Identical => {
            format!("{name} is the same in every replication, {before}: nothing that differs acts on it.")
        }
        Sign::Open if !change.adjusted.has_interval() => {
            format!(
                "{name}: {before} and {after}; too few replications for an interval, so nothing is known about the change."
            )
        }
        Sign::Open => format!(
            "No difference {} in {small}: {before} ({}) and {after} ({}), a change of {}{unit}; {}.",
            beyond(results),
            control.label,
            arm.label,
            interval_with(difference, digits),
            unsettled(change, &unit)
        ),
        sign => {
            let verb = if difference.value < 0.0 { "falls" } else { "rises" };
            let by = number(difference.value.abs(), digits);
            let from = match before == after {
                true => format!("from {before}"),
                false => format!("from {before} ({}) to {after} ({})", control.label, arm.label),
            };
            format!(
                "{name} {verb} by {by}{unit} {}, {from}{}.",
                bounds(difference, digits),
                judgement(change, sign, &unit)
            )
        }
    }
}

fn told_alone(results: &Results, i: usize) -> String {
    let metric = &results.metrics[i];
    let e = &results.arms[0].estimates[i];
    let digits = value_decimals(e);
    let known = if e.has_interval() { format!(" {}", bounds(e, digits)) } else { String::new() };
    format!("{} is {}{}{known}.", metric.label, number(e.value, digits), unit(metric))
}

/// What a change beyond chance means, as far as its verdict goes.
fn judgement(change: &Change, sign: Sign, unit: &str) -> String {
    let good = if sign == Sign::Better { "an improvement" } else { "a worsening" };
    let matters = change.matters.filter(|m| *m > 0.0).map(|m| format!("{}{unit}", plain(m)));
    match (change.verdict, matters) {
        (None, _) => String::new(),
        (Some(_), None) => format!(": {good}"),
        (Some(Verdict::NotSettled { .. }), Some(matters)) => {
            format!(": {good}, but whether it is as large as the {matters} that matter is not settled")
        }
        (Some(_), Some(matters)) if is_small(change) => {
            format!(": {good}, smaller than the {matters} that would matter")
        }
        (Some(_), Some(matters)) => format!(": {good}, larger than the {matters} that matter"),
    }
}

/// What a change that may be chance leaves open.
fn unsettled(change: &Change, unit: &str) -> String {
    let matters = change.matters.map(plain).unwrap_or_default();
    match change.verdict {
        Some(Verdict::Equivalent) => {
            format!("any change is smaller than the {matters}{unit} that would matter")
        }
        Some(Verdict::NotSettled { more_replications: Some(more) }) => {
            format!("about {} more replications would settle it", number(forecast(more) as f64, 0))
        }
        _ => match change.words.split_once("not settled: ") {
            Some((_, why)) => format!("it is not settled: {why}"),
            None => "it is not settled".to_owned(),
        },
    }
}

/// How many of the judged metrics move, and by name those that get worse.
fn tally(results: &Results, arm: &ArmResults) -> Option<String> {
    let judged: Vec<usize> = (0..results.metrics.len()).filter(|i| judged(&results.metrics[*i])).collect();
    let with = |wanted: Sign| -> Vec<&str> {
        let metrics =
            judged.iter().filter(|i| sign(&arm.changes[**i], results.metrics[**i].better) == wanted);
        metrics.map(|i| results.metrics[*i].label.as_str()).collect()
    };
    let (better, worse) = (with(Sign::Better), with(Sign::Worse));
    let worse: Vec<String> = worse.into_iter().map(inside).collect();
    let names = if worse.is_empty() { String::new() } else { format!(" ({})", worse.join("; ")) };
    let still = judged.len() - better.len() - worse.len();
    let parts: Vec<String> = [
        (better.len(), format!("{} better", count(better.len(), "gets clearly", "get clearly"))),
        (worse.len(), format!("{} worse{names}", count(worse.len(), "gets clearly", "get clearly"))),
        (still, format!("{} no clear difference", count(still, "shows", "show"))),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(_, told)| told)
    .collect();
    (judged.len() > 1).then(|| {
        format!(
            "{}: of the {} metrics for which it is said how large a change matters, {}.",
            arm.label,
            judged.len(),
            parts.join("; ")
        )
    })
}

/// "1 gets", "2 get".
fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// Another arm on the primary metric.
fn beside(results: &Results, arm: &ArmResults, primary: usize) -> String {
    let (metric, change) = (&results.metrics[primary], &arm.changes[primary]);
    let (small, unit) = (inside(&metric.label), unit(metric));
    match sign(change, metric.better) {
        Sign::Identical => format!("{}: {small} is the same as in {}.", arm.label, results.arms[0].label),
        Sign::Open if !change.adjusted.has_interval() => {
            format!("{}: nothing is known about {small}.", arm.label)
        }
        Sign::Open => format!(
            "{}: no clear difference in {small}, a change of {}{unit}.",
            arm.label,
            interval(&change.adjusted)
        ),
        sign => format!(
            "{}: {small} changes by {}{unit}{}.",
            arm.label,
            interval(&change.adjusted),
            judgement(change, sign, &unit)
        ),
    }
}

/// A name within a sentence: "Asks for a part" begins small there, "MTBF" stays.
fn inside(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

/// Both levels, written so that they can be compared by eye.
fn levels(control: &ArmResults, arm: &ArmResults, i: usize, alike: Option<i32>) -> [String; 2] {
    let [before, after] = [&control.estimates[i], &arm.estimates[i]];
    let digits = alike.map_or_else(|| level_decimals(before, after), |digits| [digits; 2]);
    [number(before.value, digits[0]), number(after.value, digits[1])]
}

fn unit(metric: &MetricInfo) -> String {
    if metric.unit.is_empty() { String::new() } else { format!(" {}", metric.unit) }
}
