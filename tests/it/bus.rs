//! The bus case: the baseline against published figures, and what the tool's mechanisms do.

#![allow(clippy::disallowed_methods, reason = "the register is compared with the file that shows it")]

mod mechanisms;
mod money;

use crate::world::{self, simulate};

/// The acceptance table of `scenarios/bus/README.md`.
#[test]
fn the_bus_baseline_lands_on_published_figures() {
    let arms = world::named("bus", &["compare.replications=16"]);
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

/// Every input has a line in the register, every assumption a range or a reason why it has none, and the table of the README
/// is the register.
#[test]
fn the_register_of_a_case_is_whole_and_stands_in_its_readme() {
    for case in ["bus", "aircraft_pool", "field_service"] {
        register_stands_in_the_readme(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(case),
        );
    }
}

fn register_stands_in_the_readme(root: &std::path::Path) {
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect(file);
    let (tree, _) = turnaround::scenario::parse("scenario.toml", &read("scenario.toml"));
    let (arms, found) = turnaround::scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
    assert!(found.is_empty(), "{found:?}");
    let register = &arms[0].1.assumptions;
    let readme = read("README.md");
    let rows: Vec<&str> =
        readme.lines().filter(|line| line.starts_with("| `") && line.contains("| [")).collect();
    assert_eq!(rows.len(), register.len());
    for (row, a) in rows.iter().zip(register) {
        let mark = match a.mark {
            turnaround::model::Mark::Source => "[S]",
            turnaround::model::Mark::Derived => "[D]",
            turnaround::model::Mark::Assumption => "[A]",
        };
        let range =
            a.range.as_ref().map_or_else(String::new, ToString::to_string).replace(" to ", " \u{2013} ");
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells[0], format!("`{}`", a.path));
        assert_eq!((cells[2], cells[4]), (mark, a.source.as_str()), "{}", a.path);
        assert_eq!(cells[3].replace(" to ", " \u{2013} "), range, "{}", a.path);
    }
}

/// The arm as it is, its channels, places and search, but nobody ever adopts the tool and nobody is paid for it: no
/// mechanism is left that could make a difference.
#[test]
fn without_its_mechanisms_the_tool_changes_nothing() {
    let mut settings = vec!["compare.replications=10".to_owned(), "run.window=\"13 weeks\"".to_owned()];
    settings.push("arm.after.set.\"constant.moderation\"=\"$0 per year\"".to_owned());
    // Nobody adopts, which is none of the values that the register thinks possible.
    settings.push("compare.inputs=\"point_estimates_only\"".to_owned());
    for team in ["technicians", "clerks", "inventory_managers", "buyers"] {
        settings.push(format!("arm.after.set.\"adoption.roll_out.team.{team}.ceiling\"=\"0 %\""));
    }
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let mut arms = world::named("bus", &settings);
    arms.truncate(2);
    assert_eq!(arms[1].0.changes.len(), 8, "the arm's own changes are kept");
    let results = simulate(&arms);
    for (metric, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        assert!(change.difference.is_identical(), "{}: {:?}", metric.name, change.difference);
    }
}
