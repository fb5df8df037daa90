//! `[arm.NAME]`: other worlds, as named lists of changes to the file. `before` is the file itself.

use super::{ROOT, Scenario};
use crate::diag::{Diagnostic, Sink};
use crate::model::Model;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Change, Entry, Node, Reader, Table, Value};

pub static SCHEMA: Schema = Schema {
    name: "arm",
    doc: "Another world: changes to the file, each a path and its new value. `before` is the file itself.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::default("aside", Kind::Flag, "false", "whether it is run only when asked for (`--arms`)"),
        Field::optional("set", Kind::Changes, "paths and new values"),
    ],
    example: "[arm.after]\nlabel = \"With the tool\"\n[arm.after.set]\n\"channel.phone.reach\" = \"70 %\"",
};

/// Sections that say what is asked of the world, not how it is.
pub(super) const NOT_THE_WORLD: &[&str] = &[
    "arm",
    "compare",
    "metric",
    "money",
    "ramp",
    "theory",
    "assumption",
    "sweep",
    "report",
    "switch",
    "lever",
];

/// A world to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    pub name: String,
    pub label: String,
    pub changes: Vec<Change>,
}

/// The arms of a scenario; the first is `before`, the file itself.
pub fn arms(scenario: &Scenario) -> Vec<Arm> {
    let sink = Sink::default();
    let root = Reader::open(scenario, &ROOT, &sink);
    let arm = |name: &str, r: Option<Reader>| Arm {
        name: name.to_owned(),
        label: r.as_ref().and_then(|r| r.text("label")).map_or_else(|| titled(name), |t| t.value.to_owned()),
        changes: r.map_or_else(Vec::new, |r| r.changes("set")),
    };
    let written = root.map("arm");
    let before = written.iter().find(|(name, _)| name.value == "before");
    let mut all =
        vec![Arm { changes: Vec::new(), ..arm("before", before.and_then(|(_, item)| item.table())) }];
    let others = written.iter().filter(|(name, _)| name.value != "before");
    all.extend(others.map(|(name, item)| arm(name.value, item.table())));
    all
}

/// Which arms to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// All but those that are left aside.
    #[default]
    Usual,
    All,
    /// `before` and these.
    Named(Vec<String>),
}

/// The scenario with these arms only, and no word of the others.
///
/// # Errors
/// When an arm is named that there is not.
pub fn pick(scenario: &Scenario, pick: &Pick) -> Result<Scenario, String> {
    let mut picked = scenario.clone();
    let arms =
        scenario.root.get("arm").and_then(Node::as_table).map_or(&[][..], |arms| arms.entries.as_slice());
    if let Pick::Named(names) = pick
        && let Some(name) =
            names.iter().find(|name| *name != "before" && arms.iter().all(|e| e.key != **name))
    {
        let hint = crate::diag::suggest(name, arms.iter().map(|e| e.key.as_str()));
        return Err(format!(
            "no arm is called `{name}`{}",
            hint.map_or_else(String::new, |h| format!("\nhint: {h}"))
        ));
    }
    let is_aside = |e: &Entry| {
        let flag = e.node.as_table().and_then(|t| t.get("aside")).map(|n| &n.value);
        flag == Some(&Value::Bool(true))
    };
    let gone: Vec<&str> = arms
        .iter()
        .filter(|e| match pick {
            Pick::All => false,
            Pick::Usual => is_aside(e),
            Pick::Named(names) => e.key != "before" && !names.contains(&e.key),
        })
        .map(|e| e.key.as_str())
        .collect();
    let root = &mut picked.root;
    // What was asked for is not left aside when the picked scenario is read again.
    if let Some(Value::Table(arms)) = root.get_mut("arm").map(|n| &mut n.value) {
        for entry in &mut arms.entries {
            if let Value::Table(arm) = &mut entry.node.value
                && *pick != Pick::Usual
            {
                arm.entries.retain(|e| e.key != "aside");
            }
        }
    }
    if gone.is_empty() {
        return Ok(picked);
    }
    let is_gone = |node: &Node| node.as_text().is_some_and(|t| gone.contains(&t.value));
    if let Some(Value::Table(arms)) = root.get_mut("arm").map(|n| &mut n.value) {
        arms.entries.retain(|e| !gone.contains(&e.key.as_str()));
    }
    if let Some(Value::Array(theory)) = root.get_mut("theory").map(|n| &mut n.value) {
        theory.retain(|item| !item.as_table().and_then(|t| t.get("arm")).is_some_and(is_gone));
    }
    // A line of the register about what such an arm sets goes with it.
    if let Some(Value::Array(lines)) = root.get_mut("assumption").map(|n| &mut n.value) {
        lines.retain(|line| {
            let path = line.as_table().and_then(|t| t.get("path")).and_then(Node::as_text);
            let arm = path.and_then(|path| path.value.strip_prefix("arm.")?.split('.').next());
            !arm.is_some_and(|arm| gone.contains(&arm))
        });
    }
    if let Some(Value::Array(register)) = root.get_mut("assumption").map(|n| &mut n.value) {
        let of_gone = |path: &str| {
            gone.iter().any(|name| {
                path.strip_prefix("arm.")
                    .and_then(|p| p.strip_prefix(*name))
                    .is_some_and(|p| p.starts_with('.'))
            })
        };
        let path = |item: &Node| Some(item.as_table()?.get("path")?.as_text()?.value.to_owned());
        register.retain(|item| !path(item).is_some_and(|path| of_gone(&path)));
    }
    // Whether a list of arms has one left; a table without the list is about all arms.
    let trim = |table: &mut Table| match table.get_mut("arms").map(|n| &mut n.value) {
        Some(Value::Array(list)) => {
            list.retain(|item| !is_gone(item));
            !list.is_empty()
        }
        _ => true,
    };
    if let Some(Value::Table(money)) = root.get_mut("money").map(|n| &mut n.value)
        && let Some(Value::Table(costs)) = money.get_mut("cost").map(|n| &mut n.value)
    {
        // A cost that nobody has any more stays: the register may tell of it.
        for entry in &mut costs.entries {
            if let Value::Table(cost) = &mut entry.node.value {
                trim(cost);
            }
        }
    }
    let ramps = match root.get_mut("ramp").map(|n| &mut n.value) {
        Some(Value::Table(ramp)) => trim(ramp),
        _ => true,
    };
    if !ramps {
        root.entries.retain(|e| e.key != "ramp");
    }
    Ok(picked)
}

/// A name in plain words, as a label begins.
pub(super) fn titled(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The scenario with these changes, and why some of them could not be made.
pub fn apply(scenario: &Scenario, changes: &[Change]) -> (Scenario, Vec<Diagnostic>) {
    let sink = Sink::default();
    let mut changed = scenario.clone();
    changes.iter().for_each(|change| changed.apply(change, &ROOT, &sink));
    (changed, sink.into_vec())
}

/// What an arm changes, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The key: "channel.phone.reach".
    pub path: String,
    /// The value in the file; none where the file has none.
    pub before: Option<String>,
    pub after: String,
}

/// What is different in an arm, in the order in which it is written. `scenario` is the file.
pub fn differences(scenario: &Scenario, arm: &Arm) -> Vec<Difference> {
    let difference = |change: &Change| {
        let (path, new) = (change.path_text(), &change.node);
        let Some(old) = scenario.get(&path) else {
            return Difference { path, before: None, after: plain(new) };
        };
        let (before, after) = match (old.as_array(), new.as_array()) {
            (Some(old), Some(new)) if new.iter().any(|item| item.as_table().is_some()) => {
                let entries = if old.len() == 1 { "entry" } else { "entries" };
                (format!("{} {entries}", old.len()), changed_list(old, new))
            }
            _ => (plain(old), plain(new)),
        };
        Difference { path, before: Some(before), after }
    };
    arm.changes.iter().map(difference).collect()
}

/// What a long list lost and gained.
fn changed_list(old: &[Node], new: &[Node]) -> String {
    let texts = |nodes: &[Node]| nodes.iter().map(plain).collect::<Vec<_>>();
    let (old, new) = (texts(old), texts(new));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|text| !those.contains(text)).map(|text| format!("({text})")).collect()
    };
    let (lost, gained) = (only(&old, &new).join(", "), only(&new, &old).join(", "));
    match (lost.is_empty(), gained.is_empty()) {
        (true, true) => "the same in another order".to_owned(),
        (true, false) => format!("the same and {gained}"),
        (false, true) => format!("the same without {lost}"),
        (false, false) => format!("{gained} instead of {lost}"),
    }
}

/// A value without the signs of TOML.
pub(super) fn plain(node: &Node) -> String {
    match &node.value {
        Value::Text { text, .. } | Value::Datetime(text) => text.clone(),
        Value::Integer(i) => i.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Table(table) => {
            let entry = |e: &Entry| match e.node.as_table() {
                Some(_) => format!("{}: ({})", e.key, plain(&e.node)),
                None => format!("{}: {}", e.key, plain(&e.node)),
            };
            table.entries.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The arms that other sections of a model name; what they change is not part of a model.
pub fn print(model: &Model) -> Table {
    let theory = model.theory.iter().filter_map(|t| t.arm.as_ref());
    let costs = model.money.iter().flat_map(|m| &m.costs).flat_map(|c| &c.arms);
    let ramp = model.ramp.iter().flat_map(|r| &r.arms);
    let mut section = Table::default();
    for arm in theory.chain(costs).chain(ramp) {
        if section.get(arm).is_none() {
            section.push(arm.as_str(), Table::default());
        }
    }
    section
}

/// Arms change the world, not the arms.
pub fn check(root: &Reader) {
    for (name, item) in root.map("arm") {
        let Some(r) = item.table() else { continue };
        let changes = r.changes("set");
        if name.value == "before" && !changes.is_empty() {
            let d =
                Diagnostic::error("`before` is the file itself and changes nothing").at(r.place_of("set"));
            r.report(d.hint("put the changes into an arm of another name, for example [arm.after.set]"));
        }
        if name.value != "before" && changes.is_empty() {
            let d = Diagnostic::warning(format!("the arm `{}` changes nothing", name.value)).at(name.span);
            r.report(
                d.hint(format!("say what is different: [arm.{}.set] \"path.to.a.key\" = value", name.value)),
            );
        }
        for change in &changes {
            let Some(first) = change.path.first() else { continue };
            if NOT_THE_WORLD.contains(&first.value.as_str()) {
                let d = Diagnostic::error(format!(
                    "an arm cannot change `{}`: arms would not be comparable",
                    first.value
                ));
                r.report(d.at(first.span));
            }
        }
    }
}
