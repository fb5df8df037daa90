//! Sweeps: the grid, its files, bad keys.

use super::Place;
use std::fs;

const TANDEM: &str = "scenarios/theory/tandem.toml";

#[test]
fn a_grid_of_two_keys_leaves_a_table_a_heat_map_and_a_folder_for_each_run() {
    let place = Place::new();
    let arguments =
        ["sweep", TANDEM, "-S", "team.first.members=1,2", "-S", "team.second.members=1,2,3", "-n", "10"];
    let table = place.well(&arguments);
    let folder = table.lines().find_map(|line| line.strip_prefix("Sweep: ")).expect("the folder is named");
    let files = place.files(folder);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["heatmap.png", "heatmap.svg", "summary.txt", "sweep.csv", "sweep.json", "sweep.parquet"]
    );
    let csv = String::from_utf8(files["sweep.csv"].clone()).expect("UTF-8");
    // Six cells, one arm, five metrics.
    assert_eq!(csv.lines().count(), 1 + 6 * 5, "{csv}");
    let runs: std::collections::BTreeSet<&str> =
        csv.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(runs.len(), 6);
    for run in &runs {
        assert!(place.path("output/tandem").join(run).join("manifest.json").exists(), "{run}");
    }
    // A cell is the run that one would make by hand.
    let by_hand =
        place.run_folder(&[TANDEM, "-S", "team.first.members=2", "-S", "team.second.members=3", "-n", "10"]);
    assert!(runs.contains(by_hand.rsplit('/').next().expect("a key")), "{by_hand}");
    assert_eq!(place.well(&arguments), table, "answered before");
}

#[test]
fn the_scenario_may_write_its_sweep_and_bad_ones_are_told() {
    let place = Place::new();
    place.well(&["init", "blank", "case"]);
    let file = place.path("case/scenario.toml");
    let text = fs::read_to_string(&file).expect("a scenario");
    let plain = place.run_folder(&["case", "-n", "10"]);
    let sweep =
        |path: &str, values: &str| format!("{text}\n[[sweep]]\npath = \"{path}\"\nvalues = {values}\n");

    fs::write(&file, sweep("team.experts.members", "[2, 3]")).expect("written");
    let json = place.well(&["sweep", "case", "-n", "10", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let run = |cell: usize| json["cells"][cell]["result"]["run"].as_str().expect("a key");
    assert_eq!(json["cells"].as_array().map(Vec::len), Some(2));
    // With two experts it is the scenario itself: the sweep is no part of a request.
    assert_eq!(plain.rsplit('/').next(), Some(run(0)));
    assert_ne!(run(0), run(1));

    for (path, values, said) in [
        ("team.expert.members", "[2, 3]", "no team is called `expert`"),
        ("team.experts.membres", "[2, 3]", "unknown key `membres` in a team"),
        ("metric.cycle_time.unit", "[\"h\"]", "a sweep cannot change `metric.cycle_time.unit`"),
        ("team.experts.members", "[]", "a sweep without values"),
    ] {
        fs::write(&file, sweep(path, values)).expect("written");
        let outcome = place.run(&["check", "case"]);
        assert_eq!(outcome.code, 2, "{path}");
        assert!(outcome.err.contains(said), "{}", outcome.err);
    }

    fs::write(&file, &text).expect("written");
    let bad = |arguments: &[&str], said: &str| {
        let outcome = place.run(&[&["sweep", "case", "-n", "10"], arguments].concat());
        assert_eq!(outcome.code, 2);
        assert!(outcome.err.contains(said), "{}", outcome.err);
    };
    bad(&[], "error: there is nothing to sweep\nhint: ");
    bad(&["-S", "team.experts.members=2,none"], "expected a whole number");
    bad(&["-S", "team.experts.members=2,3", "--metric", "cycle_tme"], "there is no metric `cycle_tme`");
    bad(&["-S", "team.experts.members=2,3", "--arm", "aftr"], "did you mean `after`?");
}
