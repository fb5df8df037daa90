//! What the result rests on, and what is not known.

use super::Page;
use super::worlds::in_words;
use crate::activity::Activity;
use crate::model::{Assumption, Mark, Model, Provenance};
use crate::report::table::open_cases;
use serde::Serialize;

#[derive(Serialize)]
pub struct Uncertain {
    chance: String,
    inputs: String,
    /// The assumptions about what the arms change.
    change: Vec<Input>,
    censored: String,
    notes: Vec<String>,
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
             data and {} taken from a published source. No interval on this page contains what a range would add.",
            with(Mark::Derived),
            with(Mark::Source)
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
        chance: format!(
            "The intervals hold what chance leaves open after {} replications of the same inputs. They say nothing about whether the \
             inputs, or the mechanisms, are right.",
            results.replications
        ),
        inputs,
        change: model.assumptions.iter().filter(about).map(|a| input(model, a)).collect(),
        censored: open_cases(results),
        notes: results.notes.iter().map(ToString::to_string).collect(),
    }
}

pub fn register(model: &Model) -> Vec<Marked> {
    let of = |(mark, sign, name): (Mark, &'static str, &'static str)| Marked {
        mark: sign,
        name,
        inputs: model.assumptions.iter().filter(|a| a.mark == mark).map(|a| input(model, a)).collect(),
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

fn input(model: &Model, a: &Assumption) -> Input {
    Input {
        what: in_words(model, &a.path),
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
