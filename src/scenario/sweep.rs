//! `[[sweep]]`: keys and the values that `turnaround sweep` tries.

use super::{ROOT, Scenario};
use crate::diag::Diagnostic;
use crate::model::{Model, Sweep};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Change, Node, Reader, Table, Value};

const VALUE: Kind = Kind::Other { expected: "a value for the key", example: "2" };

pub static SCHEMA: Schema = Schema {
    name: "sweep",
    doc: "A key and the values that `turnaround sweep` tries. Two or more of them make a grid. Other commands leave it aside.",
    fields: &[
        Field::required("path", Kind::Text, "the key: `\"team.clerks.members\"`"),
        Field::required("values", Kind::List(&VALUE), "its values"),
    ],
    example: "[[sweep]]\npath = \"team.clerks.members\"\nvalues = [2, 3, 4]",
};

/// Reads the sweeps and tries each key, so that `check` tells of one that is not there. What its values may be is seen when
/// the sweep changes the tree.
pub fn read(root: &Reader, model: &mut Model, scenario: &Scenario) {
    for r in root.list("sweep").iter().filter_map(|item| item.table()) {
        let Some(path) = r.text("path") else { continue };
        let nodes: Vec<Node> = r.list("values").iter().map(|item| item.node().into_owned()).collect();
        if nodes.is_empty() && r.has("values") {
            r.report(Diagnostic::error("a sweep without values").at(r.place_of("values")));
        }
        let Some(key) = key(path.value) else {
            let d = Diagnostic::error(format!("a sweep cannot change `{}`", path.value)).at(path.span);
            r.report(d.hint("name a key that says how the world is, for example \"team.clerks.members\""));
            continue;
        };
        let node = nodes.first().cloned().unwrap_or_else(|| Node::of_text("0", 0));
        scenario.clone().apply(&Change::new(key, path.span, node), &ROOT, root.sink());
        let values = nodes.iter().map(Node::inline).collect();
        model.sweeps.push(Sweep { path: path.value.to_owned(), values });
    }
}

pub fn print(model: &Model) -> Value {
    let each = model.sweeps.iter().map(|sweep| {
        let values: Value = Value::Array(sweep.values.iter().map(|text| Node::of_text(text, 0)).collect());
        Table::default().with("path", sweep.path.as_str()).with("values", values)
    });
    each.collect()
}

/// The path, unless it is one that no sweep may change.
fn key(path: &str) -> Option<&str> {
    let first = path.split('.').next().unwrap_or_default();
    (!["sweep", "metric", "theory", "assumption", "report"].contains(&first)).then_some(path)
}
