//! The other cases: the treatment centre against its published results, the IT incidents against the log they follow, field service
//! against published benchmarks. (The aircraft pool has exact answers: see `theory`.)

use crate::world::{named, simulate};
use turnaround::experiment::Note;
use turnaround::report;

/// The published results of an independent implementation, which are estimates themselves.
#[test]
fn the_treatment_centre_agrees_with_the_published_table() {
    let mut arms = named("treatment_centre", &[]);
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

/// The acceptance table of `scenarios/it_incidents/README.md`: the shape of the event log that the baseline follows.
#[test]
fn the_it_incidents_have_the_shape_of_the_log() {
    let mut arms = named("it_incidents", &["compare.replications=16"]);
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
    let settings = [
        "compare.replications=10",
        "run.window=\"6 weeks\"",
        "arm.after.set={ \"adoption.roll_out.team.specialists.ceiling\" = \"70 %\" }",
    ];
    let mut arms = named("it_incidents", &settings);
    arms.truncate(2);
    let results = simulate(&arms);
    for (metric, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        let tool = metric.name.starts_with("tool") || metric.name.starts_with("cost");
        assert!(tool || change.difference.is_identical(), "{}: {:?}", metric.name, change.difference);
    }
}

/// The benchmarks of `scenarios/field_service/README.md`, and that the arms act where they should.
#[test]
fn field_service_lands_on_the_published_benchmarks() {
    let arms = named("field_service", &["compare.replications=12"]);
    let results = simulate(&arms);
    let value = |arm: &str, name: &str| {
        let i = results.metrics.iter().position(|m| m.name == name).expect(name);
        results.arms.iter().find(|a| a.name == arm).expect(arm).estimates[i].value
    };
    for (metric, published, tolerance) in [("first_time_fix", 80.0, 2.0), ("after_a_miss", 1.6, 0.05)] {
        let x = value("before", metric);
        assert!((x - published).abs() <= tolerance, "{metric} is {x}, published {published} +- {tolerance}");
    }
    // A miss has one of two causes, and the metric that follows from both is the one that is counted.
    let repeats = value("before", "no_part") + value("before", "no_answer");
    assert!((100.0 - value("before", "first_time_fix") - repeats).abs() < 1e-9);
    // Parts take away misses for want of a part and no others, the tool those for want of an answer and no others.
    assert!(value("van_stock", "no_part") < 0.3 * value("before", "no_part"));
    assert!((value("van_stock", "no_answer") - value("before", "no_answer")).abs() < 0.2);
    assert!(value("after", "no_answer") < 0.95 * value("before", "no_answer"));
    assert!((value("after", "no_part") - value("before", "no_part")).abs() < 0.5);
    // At the same yearly cost.
    let stock = value("van_stock", "cost.stock") - value("before", "cost.stock");
    let tool = value("after", "cost.tool");
    assert!((stock / tool - 1.0).abs() < 0.1, "the stock costs {stock}, the tool {tool}");
}

/// The mechanism, not the arm: with the same posts but nobody who has the tool, or the same shelves with nothing on them.
#[test]
fn field_service_without_adopters_is_as_before() {
    let settings = [
        "compare.replications=10",
        "run.window=\"6 weeks\"",
        "arm.after.set.\"adoption.roll_out.team.technicians.ceiling\"=\"0 %\"",
        "arm.after.set.\"constant.moderation\"=\"$0 per year\"",
    ];
    let mut arms = named("field_service", &settings);
    arms.truncate(2);
    let results = simulate(&arms);
    for (metric, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        assert!(change.difference.is_identical(), "{}: {:?}", metric.name, change.difference);
    }
}
