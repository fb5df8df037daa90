//! What commands do at their edges: broken logs, odd dates, names that are not recognised, folders and files that are there
//! already.

use super::Place;
use serde_json::Value;
use std::fmt::Write;
use std::fs;

const ORDERS: [&str; 6] =
    ["docs/examples/orders.csv", "--column", "case=order_no", "--column", "resource=who", "--json"];

/// A log in XES, and its first half.
fn cut_off(place: &Place) {
    place.well(&["convert", ORDERS[0], "whole.xes", "--column", "case=order_no"]);
    let text = fs::read_to_string(place.path("whole.xes")).expect("a log");
    fs::write(place.path("half.xes"), &text[..text.len() / 2]).expect("written");
}

#[test]
fn a_log_that_is_cut_off_is_refused_or_taken_in_part_with_a_word() {
    let place = Place::new();
    cut_off(&place);
    for command in [
        &["mine", "half.xes"][..],
        &["discover", "half.xes", "-o", "found"],
        &["fidelity", "half.xes", "half.xes"],
        &["convert", "half.xes", "half.csv"],
        &["convert", "half.xes", "half.bpmn"],
    ] {
        let outcome = place.run(command);
        assert_eq!(outcome.code, 2, "{command:?}: {}", outcome.err);
        assert!(outcome.err.contains("could not be read as a whole\nhint: "), "{}", outcome.err);
        assert_eq!(outcome.out, "");
    }
    assert!(!place.path("found").exists() && !place.path("half.csv").exists());
    place.well(&["mine", "half.xes", "--partial", "-o", "mined"]);
    let mined: Value = serde_json::from_slice(&place.files("mined")["mine.json"]).expect("JSON");
    assert_eq!(
        (&mined["reading"]["partial"], &mined["schema_version"]),
        (&Value::from(true), &Value::from(1))
    );
    assert_eq!(mined["reading"]["findings"][0]["severity"], "error");
    place.well(&["discover", "half.xes", "--partial", "-o", "found"]);
    let report = fs::read_to_string(place.path("found/discovery.md")).expect("a report");
    assert!(report.contains("the log was read in part only: error: "), "{report}");
}

#[test]
fn the_hint_for_a_column_can_be_followed() {
    let place = Place::new();
    fs::write(place.path("log.csv"), "order,what,time\n1,a,2024-01-01\n1,b,2024-01-02\n").expect("written");
    let mut arguments = vec!["mine".to_owned(), "log.csv".to_owned()];
    for name in ["order", "what"] {
        let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let refused = place.run(&given);
        assert_eq!(refused.code, 2, "{}", refused.err);
        let hint = refused.err.lines().find_map(|l| l.strip_prefix("hint: name it: ")).expect("a hint");
        arguments.extend(hint.replace("NAME", name).split(' ').map(str::to_owned));
    }
    let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
    place.well(&given);
}

#[test]
fn a_date_that_stands_for_none_is_said_and_taken_as_unknown() {
    let place = Place::new();
    let log = fs::read_to_string(place.path("docs/examples/orders.csv")).expect("a log");
    // The end of the second row becomes the end of time.
    let mut text = String::new();
    for (i, line) in log.lines().enumerate() {
        let cut = line.rfind(';').expect("an end");
        let line = if i == 2 { format!("{};31/12/9999 00:00", &line[..cut]) } else { line.to_owned() };
        writeln!(text, "{line}").expect("text");
    }
    fs::write(place.path("log.csv"), text).expect("written");
    let columns = &ORDERS[1..5];
    let mined = place.run(&[&["mine", "log.csv", "--json"], columns].concat());
    assert_eq!(mined.code, 0, "{}", mined.err);
    let said = "more than 20 years from all others, and was taken as not known: \"9999-12-31T00:00:00";
    assert!(mined.err.contains(said) && mined.err.contains("on line 3"), "{}", mined.err);
    let found: Value = serde_json::from_str(&mined.out).expect("JSON");
    assert_eq!(found["summary"]["open_rows"], 1);
    place.well(&[&["discover", "log.csv", "-o", "found"], columns].concat());
    place.well(&["check", "found"]);
}

#[test]
fn a_mined_folder_holds_one_log() {
    let place = Place::new();
    let first = [&["mine"], &ORDERS[..5], &["-o", "mined"]].concat();
    place.well(&first);
    let before = place.files("mined");
    let again = place.run(&first);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(again.err.contains("is there already; nothing was written\nhint: "), "{}", again.err);
    assert!(place.files("mined") == before);
    fs::write(place.path("mined/tables/old.csv"), "old").expect("written");
    place.well(&[&first[..], &["--force"]].concat());
    assert!(place.files("mined") == before, "what another log left is gone");
    fs::create_dir(place.path("letters")).expect("a folder");
    let letters = place.run(&[&["mine"], &ORDERS[..5], &["-o", "letters", "--force"]].concat());
    assert_eq!(letters.code, 2, "{}", letters.err);
}

#[test]
#[cfg(unix)]
fn converted_files_are_as_other_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let to = |target: &str| place.well(&["convert", ORDERS[0], target, "--column", "case=order_no"]);
    to("new/folder/log.xes");
    let mode = fs::metadata(place.path("new/folder/log.xes")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    // A link stays one.
    std::os::unix::fs::symlink("new/folder/log.xes", place.path("link.xes")).expect("a link");
    fs::write(place.path("new/folder/log.xes"), "old").expect("written");
    to("link.xes");
    assert!(fs::symlink_metadata(place.path("link.xes")).expect("a link").is_symlink());
    assert!(fs::read_to_string(place.path("new/folder/log.xes")).expect("a log").starts_with("<?xml"));
    assert_eq!(fs::read_dir(place.path("new/folder")).expect("a folder").count(), 1);
}

#[test]
fn every_object_says_its_version() {
    let place = Place::new();
    let (log, rest) = (ORDERS[0], &ORDERS[1..]);
    let run = place.run_folder(&["scenarios/theory/mm1.toml", "-n", "4"]);
    for command in [
        [&["mine", log], rest].concat(),
        [&["fidelity", log, log, "--samples", "20"], rest].concat(),
        [&["discover", log, "-o", "found", "--trials", "0"], rest].concat(),
        [&["discover", "--train", log, "--test", log, "--trials", "0", "--runs", "1"], rest].concat(),
        vec!["compare", &run, &run, "--json"],
        vec!["run", "scenarios/theory/mm1.toml", "-n", "4", "--json"],
    ] {
        let object: Value = serde_json::from_str(&place.well(&command)).expect("JSON");
        assert_eq!(object["schema_version"], 1, "{command:?}");
    }
}

#[test]
fn links_of_the_index_lead_to_their_reports() {
    let place = Place::new();
    let text = fs::read(place.path("scenarios/theory/mm1.toml")).expect("a scenario");
    for name in ["a#b 50%.toml", "plain.toml"] {
        fs::write(place.path(name), &text).expect("written");
    }
    place.well(&["run", "a#b 50%.toml", "plain.toml", "-n", "2"]);
    let index = fs::read_to_string(place.path("output/index.html")).expect("an index");
    assert!(index.contains("<a href=\"a%23b%2050%25/") && index.contains("<a href=\"plain/"), "{index}");
}

#[test]
fn the_hint_for_sobol_indices_can_be_followed() {
    let place = Place::new();
    let run = ["run", "scenarios/theory/mm1.toml", "-n", "4", "--sobol-indices", "64"];
    let refused = place.run(&run);
    assert_eq!(refused.code, 2, "{}", refused.err);
    let (_, whole) = refused.err.split_once("for example inputs = ").expect("a hint");
    let whole = format!("compare.inputs={}", whole.lines().next().unwrap_or_default());
    place.well(&[&run[..], &["-S", &whole]].concat());
}
