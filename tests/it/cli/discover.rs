//! `turnaround discover`: a folder whole or not at all.

use super::Place;
use std::fs;

const LOG: &str = "docs/examples/orders.csv --column case=order_no --column resource=who";

#[test]
fn a_folder_is_checked_run_and_never_overwritten_by_accident() {
    let place = Place::new();
    let args: Vec<&str> = std::iter::once("discover").chain(LOG.split(' ')).chain(["-o", "found"]).collect();
    place.well(&args);
    for file in ["scenario.toml", "discovery.md", "README.md"] {
        assert!(place.path("found").join(file).is_file(), "{file}");
    }
    place.well(&["check", "found"]);
    let before = fs::read(place.path("found/scenario.toml")).expect("a scenario");
    let again = place.run(&args);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("there already") && again.err.contains("--force"), "{}", again.err);
    let forced: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
    place.well(&forced);
    assert_eq!(fs::read(place.path("found/scenario.toml")).expect("a scenario"), before);
    // Nothing is left beside it.
    let left: Vec<_> =
        fs::read_dir(place.path("")).expect("the place").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn bad_input_is_said_and_nothing_is_written() {
    let place = Place::new();
    let missing = place.run(&["discover", "nothing.csv", "-o", "found"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("nothing.csv"));
    assert_eq!(place.run(&["discover", "docs/examples/orders.csv"]).code, 2);
    assert_eq!(place.run(&["discover", "--train", "docs/examples/orders.csv"]).code, 2);
    assert!(!place.path("found").exists());
    // A folder of something else is not replaced, whatever is said.
    fs::create_dir(place.path("mine")).expect("a folder");
    fs::write(place.path("mine/letter.txt"), "dear").expect("a file");
    let mine = place.run(&["discover", "docs/examples/orders.csv", "-o", "mine", "--force"]);
    assert_eq!(mine.code, 2);
    assert!(place.path("mine/letter.txt").is_file(), "{}", mine.err);
}

/// `scenarios/loan_application` is what the documented command prints, with arms behind it.
#[test]
fn the_committed_scenario_is_what_the_command_prints() {
    let Some(folder) = crate::shared_logs::folder() else { return };
    let log = folder.join("logs/loan_train.csv");
    let log = log.to_str().expect("a path");
    let place = Place::new();
    place.well(&["discover", log, "-o", "loan_application", "--title", "Loan applications"]);
    let read = |path: std::path::PathBuf| fs::read_to_string(path).expect("a file");
    let printed = |file: &str| read(place.path("loan_application").join(file));
    let committed = |file: &str| read(place.path("scenarios/loan_application").join(file));
    assert!(committed("scenario.toml").starts_with(&printed("scenario.toml")), "scenario.toml differs");
    assert!(committed("discovery.md") == printed("discovery.md"), "discovery.md differs");
}
