//! `[switch.NAME]`: mechanisms that can be turned off one by one, for `turnaround attribute`.

use super::{ROOT, Scenario};
use crate::diag::{Diagnostic, Sink};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Change, Reader};

/// More than this many switches are 128 coalitions and more.
const MOST: usize = 6;

pub static SCHEMA: Schema = Schema {
    name: "switch",
    doc: "A mechanism, and what turns it off. `turnaround attribute` runs an arm with every set of switches on and says what each \
          mechanism earns. Other commands leave switches aside.",
    fields: &[
        Field::optional("label", Kind::Text, "what the mechanism is called in pictures and tables"),
        Field::required("off", Kind::Changes, "paths, and the values that turn the mechanism off"),
    ],
    example: "[switch.broadcast]\nlabel = \"One post reaches all\"\noff = { \"channel.tool.mode\" = \"one_by_one\" }",
};

/// A mechanism that can be turned off.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    pub name: String,
    pub label: String,
    /// Made after the changes of the arm.
    pub off: Vec<Change>,
}

/// The switches of a scenario, as written.
pub fn switches(scenario: &Scenario) -> Vec<Switch> {
    let sink = Sink::default();
    let root = Reader::open(scenario, &ROOT, &sink);
    let written = root.map("switch").into_iter();
    written
        .map(|(name, item)| {
            let r = item.table();
            let label = r.as_ref().and_then(|r| r.text("label")).map(|t| t.value.to_owned());
            Switch {
                name: name.value.to_owned(),
                label: label.unwrap_or_else(|| super::arms::titled(name.value)),
                off: r.map_or_else(Vec::new, |r| r.changes("off")),
            }
        })
        .collect()
}

/// Tries the paths, so that `check` tells of one that is not there. What a value may be is seen in the arm that it changes.
pub fn check(root: &Reader, scenario: &Scenario) {
    let written = root.map("switch");
    if let Some((name, _)) = written.get(MOST) {
        let d = Diagnostic::error(format!("more than {MOST} switches: every set of them would be simulated"));
        root.report(d.at(name.span).hint("put mechanisms that belong together into one switch"));
    }
    for (name, item) in written {
        let Some(r) = item.table() else { continue };
        let changes = r.changes("off");
        if changes.is_empty() && r.has("off") {
            root.report(
                Diagnostic::error(format!("the switch `{}` turns nothing off", name.value)).at(name.span),
            );
        }
        for change in &changes {
            let Some(first) = change.path.first() else { continue };
            if super::arms::NOT_THE_WORLD.contains(&first.value.as_str()) {
                let d = Diagnostic::error(format!("a switch cannot change `{}`", first.value)).at(first.span);
                root.report(
                    d.hint("name a key that says how the world is, for example \"channel.tool.mode\""),
                );
                continue;
            }
            scenario.clone().apply(change, &ROOT, root.sink());
        }
    }
}
