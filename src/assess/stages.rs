//! Which times make up each stage of an operation's cases, and what would halve them.
//!
//! Halving a stage is a diagnostic, not something that can be done: all times that are written for its steps are halved (work,
//! delays, lead times, rides; the latencies of the channels that its searches use, and the lead times of the parts that its
//! cases wait for). What follows from them, queues above all, is simulated.

use crate::diag::Span;
use crate::model::Model;
use crate::scenario::Scenario;
use crate::text::quantity::{self, Quantity};
use crate::text::{Change, Entry, Node, Table, Value, quoted};
use crate::units::Dim;

/// A stage of the cases' life, or a step that belongs to none.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub label: String,
    /// What halves its times; none where all of it is waiting for people.
    pub changes: Vec<Change>,
    /// Steps whose times cannot be halved: they come from a file.
    pub fixed: Vec<String>,
}

/// A stage that was halved, and what came of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Halved {
    pub stage: String,
    /// Change of the yearly cost [money per year].
    pub cost: crate::stats::Estimate,
    /// The same [%]; None where a percentage makes no sense.
    pub percent: Option<crate::stats::Estimate>,
    /// Change of each candidate metric [%], by name.
    pub metrics: Vec<(String, Option<crate::stats::Estimate>)>,
}

/// The stages of all processes, in the order of the scenario's `[stage]`; then steps without a stage that take time.
pub fn stages(scenario: &Scenario, model: &Model) -> Vec<Stage> {
    let mut all: Vec<(String, Stage)> = Vec::new();
    for entry in entries(scenario.root.get("stage")) {
        let label = model.label(&format!("stage.{}", entry.key));
        all.push((entry.key.clone(), Stage { label, changes: Vec::new(), fixed: Vec::new() }));
    }
    for process in entries(scenario.root.get("process")) {
        for step in entries(process.node.as_table().and_then(|p| p.get("step"))) {
            let Some(table) = step.node.as_table() else { continue };
            let text = |key: &str| table.get(key).and_then(Node::as_text).map(|t| t.value.to_owned());
            let label = text("label").unwrap_or_else(|| step.key.replace('_', " "));
            let path = format!("process.{}.step.{}", quoted(&process.key), quoted(&step.key));
            let (changes, fixed) = halving(scenario, table, &path);
            if changes.is_empty() && !fixed {
                continue;
            }
            let key = text("stage").unwrap_or_else(|| path.clone());
            let at = all.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                all.push((key, Stage { label: label.clone(), changes: Vec::new(), fixed: Vec::new() }));
                all.len() - 1
            });
            let stage = &mut all[at].1;
            // Two searches of a stage may use one channel.
            let known: Vec<String> = stage.changes.iter().map(Change::path_text).collect();
            stage.changes.extend(changes.into_iter().filter(|c| !known.contains(&c.path_text())));
            if fixed {
                stage.fixed.push(label);
            }
        }
    }
    all.into_iter().map(|(_, stage)| stage).collect()
}

/// Where the times of each kind of step stand.
const TIMES: [(&str, &[&str]); 7] = [
    ("task", &["time"]),
    ("delay", &["time"]),
    ("delay", &["working"]),
    ("order", &["lead_time"]),
    ("transfer", &["time"]),
    ("batch", &["task", "time"]),
    ("ask", &["search", "cost"]),
];

/// The changes that halve a step, and whether some of it cannot be halved.
fn halving(scenario: &Scenario, step: &Table, path: &str) -> (Vec<Change>, bool) {
    let mut changes = Vec::new();
    let mut fixed = false;
    let mut halve = |path: String, node: &Node| match halved(node) {
        Some(node) => changes.push(Change::new(&path, Span::default(), node)),
        None => fixed = true,
    };
    for (kind, keys) in TIMES {
        let found = keys.iter().try_fold(step.get(kind), |at, key| Some(at?.child(key))).flatten();
        if let Some(node) = found {
            halve(format!("{path}.{kind}.{}", keys.join(".")), node);
        }
    }
    let channels = step.get("ask").and_then(|ask| ask.child("channels")).and_then(Node::as_array);
    for name in channels.into_iter().flatten().filter_map(Node::as_text) {
        let channel = format!("channel.{}", quoted(name.value));
        for key in ["latency", "retry"] {
            let path = format!("{channel}.{key}");
            if let Some(node) = scenario.get(&path) {
                halve(path, node);
            }
        }
    }
    if let Some(take) = step.get("take") {
        let text = |key: &str| take.child(key).and_then(Node::as_text).map(|t| t.value);
        if text("short").is_none_or(|short| short == "wait") {
            let part = text("part").filter(|part| !part.starts_with("attr:"));
            for (path, node) in lead_times(scenario, part) {
                halve(path, node);
            }
        }
    }
    (changes, fixed)
}

/// The lead times of a part, or of all.
fn lead_times<'a>(scenario: &'a Scenario, part: Option<&str>) -> Vec<(String, &'a Node)> {
    let mut all = Vec::new();
    for entry in entries(scenario.root.get("part")).filter(|e| part.is_none_or(|part| part == e.key)) {
        let path = format!("part.{}.stock", quoted(&entry.key));
        let Some(stock) = entry.node.child("stock") else { continue };
        match &stock.value {
            Value::Array(items) => {
                let each = items.iter().enumerate();
                all.extend(each.filter_map(|(i, item)| {
                    Some((format!("{path}.{i}.lead_time"), item.child("lead_time")?))
                }));
            }
            Value::Table(sites) => {
                let each = sites.entries.iter();
                all.extend(each.filter_map(|e| {
                    Some((format!("{path}.{}.lead_time", quoted(&e.key)), e.node.child("lead_time")?))
                }));
            }
            _ => {}
        }
    }
    all
}

/// A law or an amount of half the time: every duration in it is halved and every rate doubled, for laws scale with their
/// parameters; shapes, weights and coefficients of variation stay. None where its values come from a file.
fn halved(node: &Node) -> Option<Node> {
    let value = match &node.value {
        Value::Text { text, .. } => Value::from(match quantity::parse(text) {
            Ok(Quantity { value, dim: Dim::TIME }) => quantity::print(value / 2.0, Dim::TIME),
            Ok(Quantity { value, dim: Dim::RATE }) => quantity::print(value * 2.0, Dim::RATE),
            _ => text.clone(),
        }),
        Value::Array(items) => Value::Array(items.iter().map(halved).collect::<Option<_>>()?),
        Value::Table(table) if table.get("file").is_some() => return None,
        Value::Table(table) => {
            let entry = |e: &Entry| {
                let node = match (e.key.as_str(), e.node.as_text()) {
                    ("is", Some(expression)) => {
                        Node { span: e.node.span, value: Value::from(format!("({}) / 2", expression.value)) }
                    }
                    _ => halved(&e.node)?,
                };
                Some(Entry { node, ..e.clone() })
            };
            // One value, wherever it was written.
            Value::Table(Table {
                entries: table.entries.iter().map(entry).collect::<Option<_>>()?,
                inline: true,
            })
        }
        other => other.clone(),
    };
    Some(Node { span: node.span, value })
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = &Entry> {
    node.and_then(Node::as_table).into_iter().flat_map(|table| &table.entries)
}
