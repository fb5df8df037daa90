//! Whole models: the example of the documents, and those of the data folder, which may be absent.

use super::*;
use crate::shared_logs;
use turnaround::diag::Diagnostic;

/// Everything that can be said about the text of an imported scenario.
fn check(scenario: &Table) -> Vec<Diagnostic> {
    let (tree, mut found) = turnaround::scenario::parse("imported", &text::print(scenario));
    found.extend(turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned())).1);
    found
}

#[test]
fn the_example_is_carried_over() {
    let json: Value = serde_json::from_str(&example("claims.json")).expect("JSON");
    let imported = scenario(&example("claims.bpmn"), &json);
    assert_eq!(check(&imported.scenario), []);
    assert_eq!(imported.report.of(Kind::Lost).count() + imported.report.of(Kind::ToDo).count(), 0);
    let text = text::print(&imported.scenario);
    // Junior clerks take half as long again for everything.
    assert!(text.contains("speed = 0.6666666666666666"), "{text}");
    insta::assert_snapshot!("imported_claims", text);
    insta::assert_snapshot!("imported_claims_report", imported.report.markdown("Claims"));
}

#[test]
fn a_diagram_alone_is_a_skeleton_with_things_to_do() {
    let imported = import(&example("claims.bpmn"), None);
    assert!(!imported.report.has_errors());
    // Seven activities, two events, how often cases come; two gateways.
    assert_eq!(
        imported.report.of(Kind::ToDo).map(|n| n.count).sum::<u32>(),
        12,
        "{}",
        imported.report.lines()
    );
    let errors = check(&imported.scenario).iter().filter(|d| d.is_error()).count();
    assert_eq!(errors, 10);
}

#[test]
fn models_of_the_data_folder_run_as_calculated_by_hand() {
    let Some(folder) = shared_logs::folder() else { return };
    let quick = ["compare.replications=4", "run.window=8 weeks", "run.drain=8 weeks"];
    // Means of work [s]: each task 1,800 + Exp(100) cut off at 3,600 takes 1,900 s; so on.
    let cut = |scale: f64, room: f64| scale - room * (-room / scale).exp() / (1.0 - (-room / scale).exp());
    let task = 1_800.0 + cut(100.0, 1_800.0);
    let day = 86_400.0;
    // Every case: a check, with a chance of .2 to do it again after two tasks of which one takes a day.
    let form = (task + 0.2 * (task + day)) / 0.8;
    // Three at once and an assessment; half are refused, the others get an offer.
    let offer = {
        // Design and approval, again with .2; four packs and quotes; .5 agree; else reconsidered, .55 design again.
        let round = (2.0 * task) / 0.8 + 4.0 * task;
        let again = 0.5 * 0.55;
        (round + 0.5 * task + 0.5 * (task + 0.45 * task)) / (1.0 - again)
    };
    let loan = form + 4.0 * task + 0.5 * task + 0.5 * offer;
    let insurance = None;
    let known: [(&str, Option<f64>); 7] = [
        ("extr_Insurance_Claims", insurance),
        ("extr_Loan_Application", Some(loan)),
        ("extr_Loan_Application_3_timers", Some(loan)),
        ("prosimos_AND_join", Some(7.0 * (1_500.0 + cut(150.0, 2_100.0)))),
        ("prosimos_batch-example", None),
        ("prosimos_gateway_cond_xor", Some(1.75)),
        ("prosimos_timer_with_task", Some(1_800.0)),
    ];
    for (name, working) in known {
        let read =
            |ending: &str| std::fs::read_to_string(folder.join("models").join(format!("{name}.{ending}")));
        let json: Value = serde_json::from_str(&read("json").expect("a model")).expect("JSON");
        let imported = scenario(&read("bpmn").expect("a model"), &json);
        let found = check(&imported.scenario);
        assert!(!found.iter().any(Diagnostic::is_error), "{name}: {found:?}");
        match working {
            Some(seconds) => expect(&imported, &quick, &[("working", &format!("{seconds} s"))]),
            None => {
                simulate(&imported.scenario, &["compare.replications=2", "run.window=2 weeks"]);
            }
        }
    }
}
