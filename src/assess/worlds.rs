//! The worlds that an operation is simulated in, as arms of its scenario: as it is, each stage halved, each metric moved,
//! each candidate. They are changes to the text, so that they have the same checks and messages as arms that somebody wrote.

use super::portfolio::Operation;
use super::stages::Stage;
use crate::diag::{Diagnostic, Span};
use crate::scenario::{self, Scenario};
use crate::text::{Change, Entry, Node, Table, Value};

/// What an arm stands for, by its number in the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// As it is.
    Before,
    /// A stage whose times are halved.
    Halved(usize),
    /// A metric that is moved.
    Moved(usize),
    Candidate(usize),
}

/// A scenario with its worlds as arms.
#[derive(Clone, Debug)]
pub struct Worlds {
    pub scenario: Scenario,
    /// What each arm stands for, in the order of [`lower_arms`](scenario::lower_arms).
    pub list: Vec<World>,
}

/// The scenario as the portfolio has it: with the operation's changes, and without what only concerns runs of its own
/// (arms, sweeps, known answers, a precision to reach, logs to keep).
pub fn adapted(scenario: &Scenario, operation: &Operation) -> (Scenario, Vec<Diagnostic>) {
    let mut scenario = scenario.clone();
    scenario.root.entries.retain(|e| !["arm", "sweep", "theory"].contains(&e.key.as_str()));
    if let Some(Value::Table(compare)) = scenario.root.get_mut("compare").map(|node| &mut node.value) {
        compare.entries.retain(|e| !["precision", "log", "max_replications"].contains(&e.key.as_str()));
    }
    let at = format!("portfolio.toml, operation.{}.set", operation.name);
    let changes: Vec<Change> = operation.set.iter().map(|c| placed(c, &at, &mut scenario)).collect();
    scenario::apply(&scenario, &changes)
}

/// Adds the worlds to an adapted scenario. Without `diagnose` only the candidates.
pub fn worlds(scenario: &Scenario, operation: &Operation, stages: &[Stage], diagnose: bool) -> Worlds {
    let mut scenario = scenario.clone();
    let mut arms = Table::default();
    let mut list = vec![World::Before];
    let place = format!("portfolio.toml, operation.{}", operation.name);
    let mut add = |scenario: &mut Scenario, world: World, label: &str, at: &str, changes: &[Change]| {
        let mut set = Table::default();
        for change in changes {
            let change = placed(change, at, scenario);
            let key_span = change.path.first().map_or_else(Span::default, |part| part.span);
            set.entries.push(Entry { key: change.path_text(), key_span, node: change.node });
        }
        let name = format!("world_{}", list.len());
        arms.push(name, Table::default().with("label", label).with("set", set));
        list.push(world);
    };
    if diagnose {
        for (i, stage) in stages.iter().enumerate().filter(|(_, stage)| !stage.changes.is_empty()) {
            let at = format!("the halving of `{}`", stage.label);
            add(&mut scenario, World::Halved(i), &format!("{} halved", stage.label), &at, &stage.changes);
        }
        for (i, metric) in operation.metrics.iter().enumerate().filter(|(_, m)| !m.moved_by.is_empty()) {
            let at = format!("{place}.metric.\"{}\".moved_by", metric.name.value);
            add(
                &mut scenario,
                World::Moved(i),
                &format!("{} moved", metric.name.value),
                &at,
                &metric.moved_by,
            );
        }
    }
    for (i, candidate) in operation.candidates.iter().enumerate() {
        let at = format!("{place}.candidate.{}.set", candidate.name);
        add(&mut scenario, World::Candidate(i), &candidate.label, &at, &candidate.set);
    }
    if list.len() > 1 {
        scenario.root.push("arm", arms);
    }
    Worlds { scenario, list }
}

/// The change with a place of its own in the scenario's sources, which messages can point to.
fn placed(change: &Change, at: &str, scenario: &mut Scenario) -> Change {
    let path = change.path_text();
    let text = format!("{path} = {}", change.node.inline());
    let start = scenario.sources.add(at, text.as_str());
    let key = Span { start, end: start + path.len() as u32 };
    let mut node: Node = change.node.clone();
    node.place_at(Span { start: key.end + 3, end: start + text.len() as u32 });
    Change::new(&path, key, node)
}
