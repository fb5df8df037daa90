//! Random numbers are keyed by 32-bit hashes of names: two names with one hash would share their numbers.

use super::flow::places;
use crate::diag::{Diagnostic, Span};
use crate::model::Model;
use crate::plan;
use crate::text::Reader;

/// Checks a scenario with which nothing else is wrong.
pub fn check(root: &Reader, model: &Model) {
    if root.sink().has_errors() {
        return;
    }
    let names = plan::purposes(model);
    let spans = places(root);
    // "visit/serve/duration" belongs to a step `serve`, "calls/gap" to something else.
    let place = |name: &str| -> Span {
        let parts: Vec<&str> = name.split('/').collect();
        let is_named = |step: &str| parts.iter().skip(1).rev().any(|part| *part == step);
        let step = model.steps.iter_ids().find(|(_, step)| is_named(&step.name));
        step.and_then(|(id, _)| spans.get(id).copied()).unwrap_or_default()
    };
    for pair in names.windows(2) {
        let [(purpose, one), (other, two)] = pair else { continue };
        if purpose == other {
            let d = Diagnostic::error(format!("`{one}` and `{two}` would draw the same random numbers"));
            let d = d.at(place(two)).also(place(one), "the other one is here");
            root.report(d.hint("their names have the same hash, by chance: rename one of them"));
        }
    }
}
