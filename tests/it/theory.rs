//! The theory scenarios: each file states what theory says, and the engine must agree within four standard errors.

use crate::world::{arms, files, simulate};
use turnaround::report;

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
