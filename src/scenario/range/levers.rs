//! What an arm sets must be known to the register where ranges are carried into the intervals: a lever has a range, or it is
//! decided.

use super::super::arms::arms;
use super::super::assumptions::line;
use super::super::{ROOT, Scenario};
use super::{Range, Written, kind};
use crate::diag::{Diagnostic, Sink};
use crate::model::Provenance;
use crate::text::{Change, Node, Reader, Value, quoted};

/// The levers without a range, one finding for each arm. Only quantities count: which channels there are, or when a van goes,
/// is decided by its nature.
pub fn check(scenario: &Scenario, ranges: &[Range]) -> Vec<Diagnostic> {
    let two_level = scenario.get("compare.inputs").is_some_and(|n| matches!(n.value, Value::Table(_)));
    if !two_level {
        return Vec::new();
    }
    let decided = decided(scenario);
    let covers = |path: &str, key: &str| {
        key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut found = Vec::new();
    for arm in arms(scenario) {
        let unknown = |change: &&Change| {
            let key = change.path_text();
            let set = format!("arm.{}.set", quoted(&arm.name));
            let names = [key.clone(), format!("{set}.{key}"), format!("{set}.{}", quoted(&key))];
            let known = decided.iter().any(|path| names.iter().any(|name| covers(path, name)))
                || ranges.iter().flat_map(Range::keys).any(|path| names[1..].iter().any(|name| name == path));
            is_quantity(scenario, &key, &change.node) && !known
        };
        let keys: Vec<&Change> = arm.changes.iter().filter(unknown).collect();
        let Some(place) = keys.first().and_then(|change| change.path.first()) else { continue };
        let names: Vec<String> = keys.iter().take(3).map(|c| format!("`{}`", c.path_text())).collect();
        let more = if keys.len() > 3 { ", ..." } else { "" };
        let d = Diagnostic::error(format!(
            "the arm `{}` sets what the register does not know: {}{more}",
            arm.name,
            names.join(", ")
        ));
        found.push(d.at(place.span).hint(format!(
            "give each a line with a range, path = 'arm.{}.set.{}', or with provenance = \"policy\" if it is decided; \
             --point-estimates-only does without",
            arm.name,
            quoted(&keys[0].path_text())
        )));
    }
    found
}

/// The paths of the register that are decided, or known exactly.
fn decided(scenario: &Scenario) -> Vec<String> {
    let elsewhere = Sink::default();
    let root = Reader::open(scenario, &ROOT, &elsewhere);
    let lines = root.list("assumption");
    let lines = lines.iter().filter_map(|item| line(&item.table()?, scenario));
    let fixed = lines.filter(|a| matches!(a.provenance, Provenance::Policy | Provenance::Fixed));
    fixed.map(|a| a.path).collect()
}

fn is_quantity(scenario: &Scenario, key: &str, node: &Node) -> bool {
    Written::of(node, kind(scenario, key)).is_some()
}
