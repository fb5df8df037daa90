//! `[arm.NAME]`: other worlds, as named lists of changes to the file. `before` is the file itself.

use super::{ROOT, Scenario};
use crate::diag::{Diagnostic, Sink};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Change, Reader};

pub static SCHEMA: Schema = Schema {
    name: "arm",
    doc: "Another world: changes to the file, each a path and its new value. `before` is the file itself.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::optional("set", Kind::Changes, "paths and new values"),
    ],
    example: "[arm.after]\nlabel = \"With the tool\"\n[arm.after.set]\n\"channel.phone.reach\" = \"70 %\"",
};

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
        label: r
            .as_ref()
            .and_then(|r| r.text("label"))
            .map_or_else(|| name.replace('_', " "), |t| t.value.to_owned()),
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

/// The scenario with these changes, and why some of them could not be made.
pub fn apply(scenario: &Scenario, changes: &[Change]) -> (Scenario, Vec<Diagnostic>) {
    let sink = Sink::default();
    let mut changed = scenario.clone();
    changes.iter().for_each(|change| changed.apply(change, &ROOT, &sink));
    (changed, sink.into_vec())
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
            if ["arm", "compare", "metric", "theory", "assumption", "report"].contains(&first.value.as_str())
            {
                let d = Diagnostic::error(format!(
                    "an arm cannot change `{}`: arms would not be comparable",
                    first.value
                ));
                r.report(d.at(first.span));
            }
        }
    }
}
