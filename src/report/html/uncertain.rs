//! What the result rests on, and what is not known.

use super::Page;
use super::worlds::in_words;
use crate::activity::Activity;
use crate::experiment::Results;
use crate::model::{Assumption, Mark, Model, Provenance};
use crate::report::figures::capitalised;
use crate::report::inputs::{carried, indices, parts, rounded, share_of_line, told};
use crate::report::table::{interval, open_cases, percent_of};
use crate::report::{decimals, number, plain};
use serde::Serialize;

#[derive(Serialize)]
pub struct Uncertain {
    chance: String,
    inputs: String,
    /// What the inputs do to the primary in each arm.
    by_inputs: Vec<ByInputs>,
    /// The assumptions about what the arms change.
    change: Vec<Input>,
    censored: String,
    notes: Vec<String>,
}

/// Both intervals of the primary's change in an arm, and the inputs that make the difference.
#[derive(Serialize)]
struct ByInputs {
    arm: String,
    exact: String,
    total: String,
    told: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    label: String,
    key: String,
    share: String,
    slope: String,
    narrowed: String,
}

/// The inputs of one mark.
#[derive(Serialize)]
pub struct Marked {
    mark: &'static str,
    name: &'static str,
    inputs: Vec<Input>,
}

#[derive(Serialize)]
struct Input {
    what: String,
    key: String,
    value: String,
    range: String,
    /// Its share in what is not known about the primary.
    share: String,
    source: String,
    known: &'static str,
    owner: String,
}

const MARKS: [(Mark, &str, &str); 3] = [
    (Mark::Assumption, "A", "Assumption"),
    (Mark::Derived, "D", "Derived from public data"),
    (Mark::Source, "S", "Published source"),
];

pub fn uncertain(page: &Page, model: &Model) -> Uncertain {
    let results = page.results;
    let with = |mark: Mark| model.assumptions.iter().filter(|a| a.mark == mark).count();
    let (all, assumed) = (model.assumptions.len(), with(Mark::Assumption));
    let ranged = model.assumptions.iter().filter(|a| a.mark == Mark::Assumption && a.range.is_some()).count();
    let inputs = if all == 0 {
        "The scenario has no register of assumptions: where its inputs come from is not said.".to_owned()
    } else {
        format!(
            "Of {all} entries of the register {assumed} are assumptions, {ranged} of them with a range; {} are derived from public \
             data and {} taken from a published source. {}",
            with(Mark::Derived),
            with(Mark::Source),
            match carried(results) {
                Some(_) =>
                    "Ranges that are numbers are in the intervals of this page; those in words are not.",
                None => "No interval on this page contains what a range would add.",
            }
        )
    };
    let keys = changed_keys(page);
    // A line about more than a key says nothing where another line is closer to it.
    let closer = |a: &Assumption, key: &str| {
        let others = model.assumptions.iter().filter(|b| b.path.len() > a.path.len());
        within(key, &a.path) && others.into_iter().any(|b| within(key, &b.path))
    };
    let concerns =
        |a: &Assumption, key: &String| within(&a.path, key) || (within(key, &a.path) && !closer(a, key));
    let about = |a: &&Assumption| a.mark == Mark::Assumption && keys.iter().any(|key| concerns(a, key));
    Uncertain {
        chance: carried(results).unwrap_or_else(|| {
            format!(
                "The intervals hold what chance leaves open after {} replications of the same inputs. They say nothing about whether \
                 the inputs, or the mechanisms, are right.",
                results.replications
            )
        }),
        by_inputs: by_inputs(results),
        inputs,
        change: (model.assumptions.iter().enumerate())
            .filter(|(_, a)| about(a))
            .map(|(i, a)| input(model, a, share_of_line(results, i)))
            .collect(),
        censored: open_cases(results),
        notes: results.notes.iter().map(|note| capitalised(&called(results, &note.to_string()))).collect(),
    }
}

/// A note in which metrics and arms are called by their labels: "restore_time.mean in arm after".
fn called(results: &Results, note: &str) -> String {
    let metrics = results.metrics.iter().map(|m| (m.name.as_str(), m.label.as_str()));
    let arms = results.arms.iter().map(|a| (a.name.as_str(), a.label.as_str()));
    let mut text = note.to_owned();
    for (name, label) in metrics.filter(|(name, label)| !label.is_empty() && name != label) {
        text = text.replace(&format!(" {name} in arm "), &format!(" \u{201c}{label}\u{201d} in arm "));
    }
    for (name, label) in arms.filter(|(_, label)| !label.is_empty()) {
        for end in [" ", ":", ";", ",", ""] {
            let (old, new) = (format!(" in arm {name}{end}"), format!(" in \u{201c}{label}\u{201d}{end}"));
            text = match end {
                "" => text.strip_suffix(&old).map_or(text.clone(), |head| format!("{head}{new}")),
                _ => text.replace(&old, &new),
            };
        }
    }
    text
}

fn by_inputs(results: &Results) -> Vec<ByInputs> {
    let (Some(inputs), Some(primary)) = (&results.inputs, results.primary) else { return Vec::new() };
    let metric = &results.metrics[primary];
    let unit = if metric.unit.is_empty() { String::new() } else { format!(" {}", metric.unit) };
    let arms = results.arms.iter().zip(&inputs.on_changes).enumerate().skip(1);
    arms.filter_map(|(a, (arm, effects))| {
        let (effect, change) = (effects[primary].as_ref()?, &arm.changes[primary]);
        let part = |p: crate::report::inputs::Part| Part {
            label: p.label.to_owned(),
            key: p.key.to_owned(),
            share: percent_of(rounded(p.share)),
            slope: format!("{}{unit}", number(p.slope, decimals(p.slope, 0.1 * effect.half_width))),
            narrowed: format!("\u{b1}{}{unit}", plain(p.narrowed)),
        };
        Some(ByInputs {
            arm: arm.label.clone(),
            exact: change.exact.as_ref().map_or_else(String::new, |e| interval(&e.adjusted) + &unit),
            total: interval(&change.adjusted) + &unit,
            told: capitalised(&told(inputs, effect, metric))
                + &indices(inputs, a).map_or_else(String::new, |told| format!(" {told}.")),
            parts: parts(inputs, effect).into_iter().map(part).collect(),
        })
    })
    .collect()
}

pub fn register(model: &Model, results: &Results) -> Vec<Marked> {
    let of = |(mark, sign, name): (Mark, &'static str, &'static str)| Marked {
        mark: sign,
        name,
        inputs: (model.assumptions.iter().enumerate())
            .filter(|(_, a)| a.mark == mark)
            .map(|(i, a)| input(model, a, share_of_line(results, i)))
            .collect(),
    };
    MARKS.map(of).into_iter().filter(|m| !m.inputs.is_empty()).collect()
}

/// The keys that arms change, and those of the channels (with their spread) that they ask by and the control does not.
fn changed_keys(page: &Page) -> Vec<String> {
    let mut keys: Vec<String> =
        page.arms.iter().skip(1).flat_map(|(arm, _)| arm.changes.iter().map(|c| c.path_text())).collect();
    let asked = |model: &Model| -> Vec<String> {
        let asks = model.steps.iter().filter_map(|step| match &step.activity {
            Activity::Ask(ask) => Some(ask),
            _ => None,
        });
        let channels = asks.flat_map(|ask| &ask.channels).map(|c| &model.channels[*c]);
        let spread =
            |c: &crate::model::Channel| c.adoption.map(|a| format!("adoption.{}", model.adoptions[a].name));
        channels.flat_map(|c| [Some(format!("channel.{}", c.name)), spread(c)]).flatten().collect()
    };
    let Some((_, control)) = page.arms.first() else { return keys };
    let known = asked(control);
    for (_, model) in &page.arms[1..] {
        keys.extend(asked(model).into_iter().filter(|key| !known.contains(key)));
    }
    keys
}

/// The first path is the second, or a part of it.
fn within(a: &str, b: &str) -> bool {
    a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn input(model: &Model, a: &Assumption, share: Option<f64>) -> Input {
    Input {
        what: in_words(model, &a.path),
        share: share.map_or_else(String::new, |share| percent_of(rounded(share))),
        key: a.path.clone(),
        value: a.value.clone(),
        range: a.range.as_ref().map_or_else(String::new, ToString::to_string),
        source: a.source.clone(),
        known: match a.provenance {
            Provenance::Data => "estimated from data",
            Provenance::Expert => "expert's judgement",
            Provenance::Fixed => "fixed",
            Provenance::Policy => "decided",
        },
        owner: a.owner.clone().unwrap_or_default(),
    }
}
