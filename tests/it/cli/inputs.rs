//! Ranges of inputs on the command line: what is written, that it repeats, and what is refused.

use super::Place;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A desk with a range for each of its inputs; the arm answers faster.
pub(super) const DESK: &str = r#"
title = "A desk that answers faster"
[run]
window = "4 weeks"
bin = "1 week"
drain = "1 week"
[compare]
primary = "stay"
replications = 20
seed = 5
inputs = { outer = 40, inner = 2 }
[team.clerks]
members = 2
[arrival.callers]
process = "call"
every = { exponential = { mean = "10 min" } }
[process.call]
first = "answer"
[process.call.step.answer]
task = { team = "clerks", time = { exponential = { mean = "15 min" } } }
next = "done"
[process.call.step.done]
end = {}
[metric.stay]
label = "Time of a call"
unit = "min"
better = "lower"
matters = "5 %"
mean = "call.time"
[arm.after]
label = "Faster answers"
[arm.after.set]
"process.call.step.answer.task.time.exponential.mean" = "12 min"
[[assumption]]
path = "arrival.callers.every"
mark = "A"
label = "Gap between calls"
varies = "exponential.mean"
range = ["9.5 min", "11 min"]
[[assumption]]
path = "process.call.step.answer.task.time"
mark = "D"
provenance = "data"
label = "Time to answer"
varies = "exponential.mean"
n = 4000
cv = 1
[[assumption]]
path = 'arm.after.set."process.call.step.answer.task.time.exponential.mean"'
mark = "A"
label = "Time to answer, faster"
range = ["10 min", "16 min"]
[[assumption]]
path = "team.clerks"
mark = "A"
provenance = "policy"
"#;

fn desk(place: &Place) {
    fs::write(place.path("desk.toml"), DESK).expect("a scenario");
}

#[test]
fn both_intervals_are_shown_and_every_sample_is_kept() {
    let place = Place::new();
    desk(&place);
    let table = place.well(&["run", "desk.toml"]);
    assert!(table.lines().all(|line| line.chars().count() <= turnaround::report::WIDTH), "{table}");
    let table = table.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "change [95 % interval] % if inputs were exact inputs matters verdict",
        "Intervals contain what is not known about 3 inputs: 40 samples of them, each with 2 paired replications",
        "Time to answer, faster",
        "four times the observations",
    ] {
        assert!(table.contains(said), "{said}\n{table}");
    }
    let run = place.run_folder(&["desk.toml"]);
    let read = |name: &str| fs::read_to_string(place.path(&run).join(name)).expect(name);
    let samples = read("inputs.csv");
    assert_eq!(samples.lines().count(), 41);
    let header = samples.lines().next().expect("a header");
    assert!(header.starts_with("sample,arrival.callers.every.exponential.mean [min],"), "{header}");
    assert!(header.ends_with("before: stay [min],after: stay [min]"), "{header}");
    assert!(read("input_shares.csv").contains("after,stay,min,"));
    assert!(read("metrics.csv").lines().next().is_some_and(|h| h.contains(",total_change_lower,")));
    let page = read("report.html");
    for said in ["With what we do not know", "If our inputs were exact", "Share", "exact inputs:"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(read("report.md").contains("What is not known about the inputs"));
    for file in ["inputs.parquet", "samples/0000.gz", "samples/0001.gz", "charts/inputs_after.svg"] {
        assert!(Path::new(&place.path(&run)).join(file).exists(), "{file}");
    }
    let json: Value = serde_json::from_str(&place.well(&["run", "desk.toml", "--json"])).expect("JSON");
    let change = &json["changes"]["after"]["stay"];
    let width = |of: &Value| of["upper"].as_f64().expect("a bound") - of["lower"].as_f64().expect("a bound");
    assert!(width(&change["total"]) > 2.0 * width(&change["adjusted"]), "{change}");
    assert_eq!(
        (&change["lower"], &change["percent"]),
        (&change["total"]["lower"], &change["total"]["percent"])
    );
    assert_eq!(change["by_chance"]["lower"], change["adjusted"]["lower"], "one arm, one judged metric");
    let level = &json["arms"]["after"]["stay"];
    assert_eq!(level["upper"], level["total"]["upper"]);
    assert!(width(level) > width(&level["by_chance"]), "{level}");
    assert!(change["inputs"]["share"].as_f64().is_some_and(|s| s > 0.75 && s < 1.0), "{change}");
    assert_eq!(json["inputs"]["varied"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["inputs"]["varied"][2]["low"], "10 min");
}

#[test]
fn the_same_bytes_at_any_number_of_threads_and_when_made_again() {
    let places = [Place::new(), Place::new()];
    let files = |place: &Place, run: &str| {
        let mut files = place.files(run);
        files.remove("manifest.json");
        files
    };
    let runs: Vec<String> = (places.iter().zip(["1", "2"]))
        .map(|(place, threads)| {
            desk(place);
            place.run_folder(&["desk.toml", "--threads", threads])
        })
        .collect();
    let [first, second] = [0, 1].map(|k| files(&places[k], &runs[k]));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(*bytes == second[name], "{name} differs");
    }
    // From what the folder keeps, and after a part of the samples has gone.
    places[0].well(&["report", &runs[0]]);
    assert!(files(&places[0], &runs[0]) == first, "the report made again differs");
    let folder = places[0].path(&runs[0]);
    fs::remove_file(folder.join("samples/0001.gz")).expect("a part");
    let missing = places[0].run(&["report", &runs[0]]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("lacks some of its replications"), "{}", missing.err);
    fs::remove_file(folder.join("manifest.json")).expect("a manifest");
    places[0].well(&["run", "desk.toml", "--resume"]);
    assert!(files(&places[0], &runs[0]) == first, "the resumed run differs");
}

#[test]
fn ranges_are_left_out_or_asked_for_by_a_flag() {
    let place = Place::new();
    desk(&place);
    let exact = place.well(&["run", "desk.toml", "--point-estimates-only"]);
    assert!(exact.contains("in % [interval]") && !exact.contains("if inputs were exact"), "{exact}");
    let more = place.well(&["run", "desk.toml", "--inputs", "20x3"]);
    let more = more.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(more.contains("20 samples of them, each with 3 paired replications of every arm"), "{more}");
    for wrong in ["20", "20xmany", "x", "20x1"] {
        let outcome = place.run(&["run", "desk.toml", "--inputs", wrong]);
        assert_eq!(outcome.code, 2, "{wrong}");
    }
    let few = place.run(&["run", "desk.toml", "--inputs", "5x5"]);
    assert!(few.code == 2 && few.err.contains("a whole number from 20 to"), "{}", few.err);
}

#[test]
fn a_lever_without_a_range_is_no_business_case() {
    let place = Place::new();
    let register = DESK.find("[[assumption]]\npath = 'arm").expect("a line");
    let end = DESK.find("[[assumption]]\npath = \"team").expect("a line");
    fs::write(place.path("desk.toml"), format!("{}{}", &DESK[..register], &DESK[end..])).expect("a scenario");
    let outcome = place.run(&["run", "desk.toml"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("sets what the register does not know"), "{}", outcome.err);
    assert!(outcome.err.contains("--point-estimates-only"), "{}", outcome.err);
    place.well(&["run", "desk.toml", "--point-estimates-only", "-n", "10"]);
}

#[test]
fn samples_that_no_variance_can_be_told_from_are_refused_everywhere() {
    let place = Place::new();
    for command in [["assess", "scenarios/transit_authority"], ["run", "scenarios/bus"]] {
        for asked in ["0x0", "1x1", "4294967295x4294967295"] {
            let outcome = place.run(&[&command[..], &["--inputs", asked]].concat());
            assert_eq!(outcome.code, 2, "{command:?} {asked}: {}", outcome.err);
            assert!(outcome.err.contains("a whole number from 20 to"), "{}", outcome.err);
        }
    }
    for flag in ["--threads=0", "--threads=1000000", "--seed=18446744073709551615"] {
        assert_eq!(place.run(&["run", "scenarios/theory/mm1.toml", flag]).code, 2, "{flag}");
    }
    for flag in ["--longer=NaN", "--variant-share=1.5", "--noise=1"] {
        assert_eq!(place.run(&["mine", "docs/examples/orders.csv", flag]).code, 2, "{flag}");
    }
}
