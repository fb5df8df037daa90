//! The theory scenarios: each file states what theory says, and the engine must agree within four standard errors.

#![allow(clippy::disallowed_methods, reason = "these tests read the scenarios that they run")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use turnaround::experiment::{Arm, Note, Results, Watch, run, threads};
use turnaround::model::Model;
use turnaround::{report, scenario};

/// Every scenario of a folder of the repository, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is part of the repository");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

/// The arms of a scenario with these changes.
fn arms(file: &Path, settings: &[&str]) -> Vec<(scenario::Arm, Model)> {
    let source = std::fs::read_to_string(file).expect("a scenario can be read");
    let (mut tree, found) = scenario::parse(&file.display().to_string(), &source);
    assert!(found.is_empty(), "{}: {found:?}", file.display());
    let changes: Vec<_> = (settings.iter())
        .map(|s| turnaround::text::Change::from_argument(s, &mut tree.sources).expect("a setting"))
        .collect();
    let (tree, unmade) = scenario::apply(&tree, &changes);
    assert!(unmade.is_empty(), "{}: {unmade:?}", file.display());
    let (arms, found) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{}: {errors:?}", file.display());
    arms
}

fn simulate(arms: &[(scenario::Arm, Model)]) -> Results {
    let runs: Vec<Arm> =
        arms.iter().map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    run(&runs, true, watch, &threads(None).expect("threads")).expect("the runs end")
}

#[test]
fn the_engine_agrees_with_theory() {
    let mut wrong = Vec::new();
    let mut n = 0;
    for file in files("scenarios/theory") {
        let arms = arms(&file, &[]);
        let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
        let checked = report::checked(&simulate(&arms), &models);
        assert!(!checked.is_empty(), "{} states no known answer", file.display());
        n += checked.len();
        for c in checked.iter().filter(|c| c.z().is_nan() || c.z().abs() > 4.0) {
            wrong.push(format!(
                "{}: {} ({}) is {} +- {}, not {}: z = {:.1}",
                file.display(),
                c.metric,
                c.arm,
                c.estimate,
                c.se,
                c.known,
                c.z()
            ));
        }
    }
    assert!(n > 50, "only {n} known answers were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The published results of an independent implementation, which are estimates themselves.
#[test]
fn the_treatment_centre_agrees_with_the_published_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/treatment_centre/scenario.toml");
    let mut arms = arms(&file, &[]);
    arms.truncate(1);
    let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    let checked = report::checked(&simulate(&arms), &models);
    assert_eq!(checked.len(), 7);
    for c in checked {
        assert!(c.known_se > 0.0 && c.se > 0.0, "{c:?}");
        assert!(c.se < 1.5 * c.known_se, "less precise than the published value: {c:?}");
        assert!(c.z().abs() < 3.0, "z = {:.2}: {c:?}", c.z());
    }
}

/// The acceptance table of `scenarios/bus/README.md`.
#[test]
fn the_bus_baseline_lands_on_published_figures() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bus/scenario.toml");
    let arms = arms(&file, &["compare.replications=16"]);
    let results = simulate(&arms);
    let value = |name: &str| {
        let i = results.metrics.iter().position(|m| m.name == name).expect(name);
        results.arms[0].estimates[i].value
    };
    for (metric, low, high) in [
        ("failures_per_day", 8.4 * 0.95, 8.4 * 1.05),
        ("mtbf_calendar", 72.0 * 0.95, 72.0 * 1.05),
        ("mtbf", 66.0 * 0.95, 66.0 * 1.05),
        ("down_for_parts_share", 3.5, 6.0),
        ("technician_hours_per_10k_miles", 114.0 * 0.85, 114.0 * 1.15),
        ("maintenance_cost_per_mile", 2.94 * 0.85, 2.94 * 1.15),
    ] {
        let x = value(metric);
        assert!((low..=high).contains(&x), "{metric} is {x}, not between {low} and {high}");
    }
    for metric in &results.metrics {
        assert!(metric.link_error.is_none_or(|e| e < 1e-9), "{}: {:?}", metric.name, metric.link_error);
    }
}

/// Asking by the same channels with nobody adopting the tool: no mechanism is left that could make a difference.
#[test]
fn without_its_mechanisms_the_tool_changes_nothing() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bus/scenario.toml");
    let mut settings = vec!["compare.replications=10".to_owned(), "run.window=\"13 weeks\"".to_owned()];
    settings.push("arm.after.set={ \"constant.moderation\" = \"$0 per year\" }".to_owned());
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let mut arms = arms(&file, &settings);
    arms.truncate(2);
    let results = simulate(&arms);
    for (metric, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        assert!(change.difference.is_identical(), "{}: {:?}", metric.name, change.difference);
    }
}

/// The acceptance table of `scenarios/it_incidents/README.md`: the shape of the event log that the baseline follows.
#[test]
fn the_it_incidents_have_the_shape_of_the_log() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/it_incidents/scenario.toml");
    let mut arms = arms(&file, &["compare.replications=16"]);
    arms.truncate(2);
    let results = simulate(&arms);
    let value = |arm: usize, name: &str| {
        let i = results.metrics.iter().position(|m| m.name == name).expect(name);
        results.arms[arm].estimates[i].value
    };
    for (metric, log, tolerance) in [
        ("reassignments.mean", 0.96, 0.08),
        ("reassigned.once", 46.9, 1.5),
        ("reassigned.twice", 23.7, 3.0),
        ("reassigned.three_times", 11.2, 3.0),
        ("resolution.mean", 90.1, 0.1 * 90.1),
        ("resolution.p90", 306.0, 0.2 * 306.0),
        ("resolution.handed_0", 36.5, 0.1 * 36.5),
        ("resolution.handed_1", 115.5, 0.15 * 115.5),
        ("resolution.handed_2", 161.1, 0.15 * 161.1),
        ("resolution.handed_3", 190.4, 0.15 * 190.4),
    ] {
        let x = value(0, metric);
        assert!((x - log).abs() <= tolerance, "{metric} is {x}, in the log {log} +- {tolerance}");
    }
    // Each further team makes it longer, though no input says so.
    let handed = [0, 1, 2, 3].map(|n| value(0, &format!("resolution.handed_{n}")));
    assert!(handed.is_sorted(), "{handed:?}");
    // What the tool is for, and what it cannot do: the share that leaves the desk stays.
    assert!(value(1, "reassignments.mean") < 0.8 * value(0, "reassignments.mean"));
    assert!((value(1, "reassigned.once") - value(0, "reassigned.once")).abs() < 0.2);
    // A tool that nobody has before is no small sample.
    let few: Vec<_> = results.notes.iter().filter(|n| matches!(n, Note::FewCases { .. })).collect();
    assert!(few.is_empty(), "{few:?}");
}

/// With the same posts and searches but nobody who has the tool, no mechanism is left that could make a difference.
#[test]
fn a_tool_that_nobody_has_does_not_help_the_desks() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/it_incidents/scenario.toml");
    let settings = [
        "compare.replications=10",
        "run.window=\"6 weeks\"",
        "arm.after.set={ \"adoption.roll_out.team.specialists.ceiling\" = \"70 %\" }",
    ];
    let mut arms = arms(&file, &settings);
    arms.truncate(2);
    let results = simulate(&arms);
    for (metric, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        let tool = metric.name.starts_with("tool") || metric.name.starts_with("cost");
        assert!(tool || change.difference.is_identical(), "{}: {:?}", metric.name, change.difference);
    }
}
