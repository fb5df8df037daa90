//! Ranges of the register as numbers: what is varied, how it is drawn, what it changes, and which mistakes are told.

use std::collections::BTreeMap;
use turnaround::diag::{self, Diagnostic};
use turnaround::model::Model;
use turnaround::scenario::{self, Range, Scenario, between};
use turnaround::text::Change;

/// A desk where people ask by mail; `%` stands where a register goes.
const DESK: &str = r#"
title = "A desk"
[run]
window = "10 weeks"
[compare]
primary = "wait"
[team.clerks]
label = "Clerks"
members = 3
wage = "$38/h"
[arrival.customers]
process = "visit"
every = { exponential = { mean = "20 min" } }
[process.visit]
first = "way"
[process.visit.step.way]
label = "Which way"
choose = [ { chance = "60 %", to = "short" }, { chance = "30 %", to = "long" }, { chance = "10 %", to = "done" } ]
[process.visit.step.short]
task = { team = "clerks", time = { lognormal = { mean = "10 min", cv = 0.5 } } }
next = "done"
[process.visit.step.long]
task = { team = "clerks", time = { mixture = { weights = [0.7, 0.2, 0.1], of = [{ uniform = { min = "1 h", max = "2 h" } }, { exponential = { mean = "2 h" } }, { weibull = { shape = 3, scale = "4 h" } }] } } }
next = "done"
[process.visit.step.done]
end = {}
[constant]
licence = "$12 per month"
pause = "1 h 30 min"
[metric.wait]
unit = "min"
better = "lower"
mean = "visit.waiting"
[arm.after.set]
"team.clerks.members" = 4
"#;

fn desk(register: &str) -> (Scenario, Model) {
    let (tree, found) = scenario::parse("desk.toml", &format!("{DESK}{register}"));
    assert!(found.is_empty(), "{found:?}");
    let (mut arms, found) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
    assert!(!found.iter().any(Diagnostic::is_error), "{}", diag::render(&found, &tree.sources, false));
    let (_, model) = arms.swap_remove(0);
    (tree, model)
}

/// What is said beside the inputs that have no line.
fn said(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(|d| !d.message.contains("have no line in the assumptions register")).collect()
}

fn line(path: &str, rest: &str) -> String {
    format!("[[assumption]]\npath = '{path}'\nmark = \"A\"\n{rest}\n")
}

fn only(path: &str, rest: &str) -> (Scenario, Range) {
    let (tree, model) = desk(&line(path, rest));
    let mut ranges = scenario::ranges(&tree, &model);
    assert_eq!(ranges.len(), 1, "{ranges:?}");
    (tree, ranges.remove(0))
}

/// What a value changes, as texts.
fn written(range: &Range, value: f64) -> BTreeMap<String, String> {
    range.changes(value).iter().map(|c: &Change| (c.path_text(), c.node.inline())).collect()
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn one_quantity_with_two_ends_is_varied_in_its_own_unit() {
    let (_, range) = only("constant.licence", "range = [\"$3 per month\", \"$22 per month\"]");
    let month = 365.0 / 12.0 * 86_400.0;
    for (value, dollars) in [(range.low, 3.0), (range.mode, 12.0), (range.high, 22.0)] {
        assert!((value * month - dollars).abs() < 1e-9, "{value}");
    }
    assert_eq!(range.unit.unit(), "$ per month");
    assert_eq!(range.label, "licence");
    assert_eq!(written(&range, 7.25 / month), texts(&[("constant.licence", "\"$7.25 per month\"")]));
    let (_, range) = only("team.clerks.members", "range = [2, 6]");
    assert_eq!(range.label, "Clerks: members");
    assert_eq!(written(&range, 4.6), texts(&[("team.clerks.members", "5")]), "whole members");
    let (_, range) = only("constant.pause", "range = [\"1 h\", \"2 h\"]");
    assert_eq!(written(&range, 4500.0), texts(&[("constant.pause", "\"75 min\"")]));
}

/// PERT on [low, high] with mode m has the mean (low + 4 m + high) / 6; its median and the ends come from the beta law.
#[test]
fn an_expert_range_is_a_pert_law_unless_another_is_named() {
    let mean =
        |range: &Range| (0..4000).map(|i| range.quantile((i as f64 + 0.5) / 4000.0)).sum::<f64>() / 4000.0;
    let ends = "range = [\"30 %\", \"80 %\"]";
    let path = "process.visit.step.way.choose.0.chance";
    let (_, range) = only(path, ends);
    assert!((mean(&range) - (0.3 + 2.4 + 0.8) / 6.0).abs() < 1e-5);
    assert_eq!((range.quantile(0.0), range.quantile(1.0)), (0.3, 0.8));
    let (_, range) = only(path, &format!("{ends}\nlaw = \"triangular\""));
    assert!((mean(&range) - (0.3 + 0.6 + 0.8) / 3.0).abs() < 1e-5);
    let (_, range) = only(path, &format!("{ends}\nlaw = \"uniform\""));
    assert!((range.quantile(0.25) - 0.425).abs() < 1e-12);
    // The ends of a 90 % range are points of its law: of the log odds for a share, lognormal for what cannot be negative.
    for (path, ends) in [
        (path, ends),
        ("process.visit.step.short.task.time.lognormal.cv", "range = [0.3, 0.9]"),
        ("constant.pause", "range = [\"1 h\", \"2 h\"]"),
    ] {
        let (_, range) = only(path, &format!("{ends}\nlaw = \"range_90\""));
        for (u, end) in [(0.05, range.low), (0.95, range.high)] {
            assert!((range.quantile(u) / end - 1.0).abs() < 1e-9, "{path}");
            assert!((range.law.below(end) - u).abs() < 1e-9, "{path}");
        }
    }
}

/// A share of n is Beta(n p, n (1 - p)), with variance p (1 - p) / (n + 1); a mean is known to cv / sqrt(n), widened as t is.
#[test]
fn observations_behind_a_value_give_its_law() {
    let moments = |range: &Range| {
        let values: Vec<f64> = (0..20_000).map(|i| range.quantile((i as f64 + 0.5) / 20_000.0)).collect();
        let mean = values.iter().sum::<f64>() / 2e4;
        (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 2e4).sqrt())
    };
    let (_, range) = only("process.visit.step.way.choose.1.chance", "provenance = \"data\"\nn = 50");
    let (mean, sd) = moments(&range);
    assert!((mean - 0.3).abs() < 1e-5 && (sd - (0.21f64 / 51.0).sqrt()).abs() < 2e-5, "{mean} {sd}");
    let path = "process.visit.step.short.task.time";
    let (_, range) = only(path, "provenance = \"data\"\nvaries = \"lognormal.mean\"\nn = 25\ncv = 0.5");
    let (mean, sd) = moments(&range);
    let expected = 600.0 * 0.5 / 5.0 * (24.0f64 / 22.0).sqrt();
    assert!((mean - 600.0).abs() < 0.02 && (sd - expected).abs() < 0.05, "{mean} {sd}");
    let (_, range) = only(path, "provenance = \"data\"\nvaries = \"lognormal.mean\"\nse = \"1 min\"");
    let (mean, sd) = moments(&range);
    assert!((mean - 600.0).abs() < 0.02 && (sd - 60.0).abs() < 0.05, "{mean} {sd}");
}

/// The rest of a whole is shared out in the old proportions, and the changed scenario passes every check.
#[test]
fn other_shares_of_a_whole_follow() {
    let (tree, range) =
        only("process.visit.step.way", "varies = \"choose.0.chance\"\nrange = [\"40 %\", \"80 %\"]");
    let chance = |i: usize| format!("process.visit.step.way.choose.{i}.chance");
    let expected = [(chance(0), "\"80 %\""), (chance(1), "\"15 %\""), (chance(2), "\"5 %\"")];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    assert_eq!(written(&range, 0.8), texts(&expected));
    for u in [0.001, 0.2, 0.7, 0.999] {
        let (changed, unmade) = scenario::apply(&tree, &range.changes(range.quantile(u)));
        let (arms, found) = scenario::lower_arms(&changed, &|name| Err(name.to_owned()));
        let found = said(found);
        assert!(unmade.is_empty() && found.is_empty() && arms.len() == 2, "{unmade:?} {found:?}");
    }
    let weights = "task.time.mixture.weights";
    let (_, range) =
        only("process.visit.step.long", &format!("varies = \"{weights}.2\"\nrange = [0.05, 0.55]"));
    let weight = |i: usize| format!("process.visit.step.long.{weights}.{i}");
    let expected = [(weight(0), "0.35"), (weight(1), "0.1"), (weight(2), "0.55")];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    assert_eq!(written(&range, 0.55), texts(&expected));
}

#[test]
fn keys_of_one_line_move_together_and_levers_of_arms_can_be_varied() {
    let ends = "varies = { wage = [\"$30/h\", \"$50/h\"], members = [2, 6] }\nlaw = \"uniform\"";
    let (_, range) = only("team.clerks", ends);
    let expected = texts(&[("team.clerks.wage", "\"$35/h\""), ("team.clerks.members", "3")]);
    assert_eq!(written(&range, 35.0 / 3600.0), expected, "a quarter of the way, both");
    let (tree, range) = only("arm.after.set", "varies = \"team.clerks.members\"\nrange = [3, 6]");
    assert_eq!(range.path, "arm.after.set.\"team.clerks.members\"");
    assert_eq!(range.label, "Clerks: members (after)");
    let (changed, unmade) = scenario::apply(&tree, &range.changes(5.0));
    assert!(unmade.is_empty(), "{unmade:?}");
    let arms = scenario::arms(&changed);
    assert_eq!(arms[1].changes[0].node.inline(), "5");
    let (_, range) =
        only("arm.after.set.\"team.clerks.members\"", "label = \"Clerks with the tool\"\nrange = [3, 6]");
    assert_eq!(range.label, "Clerks with the tool");
}

#[test]
fn prose_and_what_is_fixed_is_not_varied() {
    let lines = [
        line("team", "range = [\"10\", \"18\"]"),
        line("constant.licence", "range = \"what shops ask\""),
        line("constant.pause", "provenance = \"fixed\"\nrange = [\"1 h\", \"2 h\"]"),
        line("team.clerks.wage", "provenance = \"policy\"\nrange = [\"$30/h\", \"$50/h\"]"),
    ];
    let (tree, model) = desk(&lines.concat());
    assert_eq!(scenario::ranges(&tree, &model), []);
}

#[test]
fn mistakes_of_ranges_are_told_with_place_and_hint() {
    for (path, rest, message, place) in [
        ("constant.licence", "range = [\"3 min\", \"22 min\"]", "`3 min` is no value for the key", "range"),
        (
            "constant.licence",
            "range = [\"$22 per month\", \"$3 per month\"]",
            "begins with its smaller value",
            "range",
        ),
        ("constant.licence", "range = [\"$20 per month\", \"$30 per month\"]", "leaves out", "range"),
        (
            "process.visit.step.way.choose.0.chance",
            "range = [\"-5 %\", \"70 %\"]",
            "is out of range for the key",
            "range",
        ),
        (
            "process.visit.step.short",
            "varies = \"task.time\"\nrange = [\"1 min\", \"2 min\"]",
            "no single quantity",
            "varies",
        ),
        (
            "process.visit.step.short",
            "varies = \"task.speed\"\nrange = [\"1 min\", \"2 min\"]",
            "has no key",
            "varies",
        ),
        ("team.clerks", "varies = \"members\"", "nothing says between which values", "varies"),
        ("constant.pause", "n = 12", "give `n` and `cv`", "n"),
        ("team", "n = 12", "no single quantity", "path"),
    ] {
        let source = format!("{DESK}{}", line(path, rest));
        let (tree, _) = scenario::parse("desk.toml", &source);
        let (_, found) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
        let found = said(found);
        let [d] = found.as_slice() else { panic!("{rest}: {}", diag::render(&found, &tree.sources, false)) };
        assert!(d.message.contains(message), "{rest}: {}", d.message);
        assert!(d.hint.is_some(), "{rest}");
        assert_eq!(tree.sources.slice(d.span.expect("a place")), place, "{rest}");
    }
    let both = [
        line("team.clerks.members", "range = [2, 6]"),
        line("team.clerks", "varies = \"members\"\nrange = [2, 4]"),
    ];
    let (tree, _) = scenario::parse("desk.toml", &format!("{DESK}{}", both.concat()));
    let (_, found) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
    assert!(found.iter().any(|d| d.message.contains("varied by two lines")), "{found:?}");
}

#[test]
fn a_range_of_the_command_line_is_uniform() {
    let (tree, _) = desk("");
    let range = between(&tree, "team.clerks.wage", "$30/h", "$50/h").expect("a range");
    assert!((range.quantile(0.25) * 3600.0 - 35.0).abs() < 1e-9);
    for (path, low, high) in [
        ("team.clerks", "1", "2"),
        ("team.clerks.wage", "$50/h", "$30/h"),
        ("team.clerk.wage", "$30/h", "$40/h"),
    ] {
        assert!(between(&tree, path, low, high).is_err_and(|d| d.hint.is_some()), "{path}");
    }
}

/// With `[compare.inputs]` every quantity that an arm sets has a range, or a line that says it is decided.
#[test]
fn levers_without_a_range_are_refused_where_ranges_are_carried() {
    let found = |register: &str, inputs: &str| {
        let source = DESK.replace("primary = \"wait\"", &format!("primary = \"wait\"\n{inputs}"));
        let (tree, _) = scenario::parse("desk.toml", &format!("{source}{register}"));
        let (_, found) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
        said(found).iter().map(|d| d.message.clone()).collect::<Vec<_>>()
    };
    let carried = "inputs = { outer = 50, inner = 2 }";
    let refused = "the arm `after` sets what the register does not know: `team.clerks.members`";
    assert_eq!(found("", carried), [refused]);
    assert!(found("", "inputs = \"point_estimates_only\"").is_empty());
    assert!(found("", "").is_empty());
    // A range of the value before says nothing about the value after.
    assert_eq!(found(&line("team.clerks.members", "range = [2, 6]"), carried), [refused]);
    for known in [
        line("team.clerks.members", "provenance = \"policy\""),
        line("arm.after", "provenance = \"policy\""),
        line("arm.after.set.\"team.clerks.members\"", "range = [3, 6]"),
        line("arm.after.set", "varies = \"team.clerks.members\"\nrange = [3, 6]"),
    ] {
        assert_eq!(found(&known, carried), Vec::<String>::new(), "{known}");
    }
}
