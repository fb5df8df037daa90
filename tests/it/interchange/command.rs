//! `turnaround convert` with models: what it writes, says and returns.

use crate::cli::Place;

#[test]
fn a_model_becomes_a_folder_that_runs() {
    let place = Place::new();
    let convert =
        ["convert", "docs/examples/claims.bpmn", "--json", "docs/examples/claims.json", "-o", "claims"];
    assert_eq!(place.well(&convert), "claims/scenario.toml\nclaims/IMPORT.md\n");
    place.well(&["check", "claims"]);
    place.well(&["run", "claims", "-n", "2"]);
    let again = place.run(&convert);
    assert_eq!((again.code, again.out.as_str()), (2, ""));
    assert!(again.err.contains("is there already"), "{}", again.err);
    // What was written is drawn, and reads as a skeleton again.
    place.well(&["convert", "claims", "claims.bpmn"]);
    let skeleton = place.run(&["convert", "claims.bpmn", "-o", "again"]);
    assert_eq!(skeleton.code, 0, "{}", skeleton.err);
    assert!(skeleton.err.contains("to do: task `Register claim`"), "{}", skeleton.err);
    assert_eq!(place.run(&["check", "again"]).code, 2);
}

#[test]
fn broken_models_are_refused_and_nothing_is_written() {
    let place = Place::new();
    std::fs::write(place.path("broken.bpmn"), "<definitions>\n<process id='p'>").expect("written");
    std::fs::write(place.path("broken.json"), "{\"resource_profiles\": 3}").expect("written");
    for (arguments, words) in [
        (vec!["convert", "broken.bpmn", "-o", "x"], "line 2: the file ends before"),
        (
            vec!["convert", "docs/examples/claims.bpmn", "--json", "broken.json", "-o", "x"],
            "expected a list, found 3",
        ),
        (
            vec!["convert", "docs/examples/claims.bpmn", "--json", "none.json", "-o", "x"],
            "cannot read none.json",
        ),
        (vec!["convert", "docs/examples/orders.csv", "--json", "broken.json", "x.csv"], "--json goes with"),
        (vec!["convert", "scenarios/theory/mm1.toml", "x.pnml"], "not written as a Petri net"),
        (
            vec!["convert", "scenarios/theory/mm1.toml", "x.bpmn", "--process", "none"],
            "no process is called `none`",
        ),
    ] {
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, 2, "{arguments:?} {}", outcome.err);
        assert!(outcome.err.contains(words), "{arguments:?} {}", outcome.err);
        assert!(!place.path("x").exists() && !place.path("x.bpmn").exists());
    }
}
