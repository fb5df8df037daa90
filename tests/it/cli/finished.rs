//! Finished and interrupted runs: report, compare, resume.

use super::{MM1, Outcome, Place};
use serde_json::Value;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn report_makes_the_same_bytes_again() {
    let place = Place::new();
    place.well(&["init", "blank", "case"]);
    let run = place.run_folder(&["case", "-n", "15", "-S", "compare.log=[0]"]);
    let before = place.files(&run);
    for name in
        ["summary.txt", "report.md", "results.json", "logs/before_0.parquet", "charts/changes_after.png"]
    {
        assert!(before.contains_key(name), "{name}");
        fs::remove_file(place.path(&run).join(name)).expect("it goes");
    }
    let table = place.well(&["report", &run]);
    assert!(place.files(&run) == before, "the files differ");
    assert!(table.contains(&format!("Run folder: {run}")), "{table}");
    assert_eq!(table, place.run(&["run", "case", "-n", "15", "-S", "compare.log=[0]"]).out);
}

#[test]
fn what_is_no_finished_run_is_said_with_a_way_out() {
    let place = Place::new();
    let run = place.run_folder(&[MM1, "-n", "10"]);
    let said = |folder: &str| {
        let outcome = place.run(&["report", folder]);
        assert_eq!(outcome.code, 2, "{}", outcome.err);
        outcome.err
    };
    assert!(said("nowhere").starts_with("error: nowhere does not exist\nhint: "));
    assert!(said("scenarios/theory/mm1.toml").contains("is no folder"));
    assert!(said("scenarios").contains("is not a run folder"));
    fs::write(place.path(&run).join("parts/0000.gz"), "rubbish").expect("written");
    assert!(said(&run).contains("has `parts/0000.gz` not as the run wrote it"));
    fs::remove_dir_all(place.path(&run).join("parts")).expect("it goes");
    assert!(said(&run).contains("has no replications"));
    fs::remove_file(place.path(&run).join("manifest.json")).expect("it goes");
    assert!(said(&run).contains("is an unfinished run\nhint: ") && said(&run).contains("--resume"));
}

#[test]
fn runs_with_the_same_luck_are_compared_in_pairs_and_others_by_welch() {
    let place = Place::new();
    let one = place.run_folder(&[MM1, "-n", "30"]);
    let two = place.run_folder(&[MM1, "-n", "30", "-S", "team.server.members=2"]);
    let other_seed = place.run_folder(&[MM1, "-n", "25", "--seed", "7"]);
    let compare = |a: &str, b: &str| -> Value {
        serde_json::from_str(&place.well(&["compare", a, b, "--json"])).expect("JSON")
    };

    // Paired: the difference is that of the two levels, known better than by two independent samples.
    let paired = compare(&one, &two);
    assert_eq!(paired["paired"], true);
    let wait = &paired["changes"]["before"]["wait"];
    let number = |value: &Value| value.as_f64().expect("a number");
    let difference = number(&wait["b"]["value"]) - number(&wait["a"]["value"]);
    assert!((number(&wait["change"]["value"]) - difference).abs() < 1e-9);
    assert_eq!(wait["verdict"], "improvement");

    // The same scenario with other luck: no change, by Welch's formula from the two tables.
    let welch = compare(&one, &other_seed);
    assert_eq!(welch["paired"], false);
    let busy = &welch["changes"]["before"]["busy"];
    let half = |bounds: &Value| (number(&bounds["upper"]) - number(&bounds["lower"])) / 2.0;
    let (t29, t24) = (2.045_229_6, 2.063_898_6);
    let se = (half(&busy["a"]) / t29).hypot(half(&busy["b"]) / t24);
    // t of 24 to 53 degrees of freedom
    let ratio = half(&busy["by_chance"]) / se;
    assert!((2.005..2.064).contains(&ratio), "{ratio}");
    // The change has the interval of its verdict.
    assert_eq!(busy["change"]["lower"], busy["adjusted"]["lower"]);

    let table = place.well(&["compare", &one, &other_seed]);
    assert!(table.contains("Not paired, because their seeds differ: 1 and 7: Welch's intervals"), "{table}");
    assert!(place.well(&["compare", &one, &two]).contains("Paired: "));
    let same = place.well(&["compare", &one, &one]);
    assert!(same.contains("identical") && !same.contains("improvement"), "{same}");
    let unknown = place.run(&["compare", &one, &two, "--arm", "after"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("has no arm `after`\nhint: its arms are before"), "{}", unknown.err);
}

#[test]
fn runs_of_two_scenarios_are_not_paired_and_need_a_common_metric() {
    let place = Place::new();
    let mm1 = place.run_folder(&[MM1, "-n", "10"]);
    // No metric of the same name: nothing is said of pairs.
    let tandem = place.run_folder(&["scenarios/theory/tandem.toml", "-n", "10", "--seed", "1"]);
    let mmc = place.run_folder(&["scenarios/theory/mmc.toml", "-n", "10", "--seed", "1"]);
    for json in [&[][..], &["--json"]] {
        let nothing = place.run(&[&["compare", &tandem, &mmc], json].concat());
        assert_eq!(nothing.code, 2, "{}", nothing.err);
        assert_eq!(nothing.out, "");
        assert!(nothing.err.starts_with("error: nothing can be compared: "), "{}", nothing.err);
        assert!(
            nothing.err.contains("share no metric") && nothing.err.contains("\nhint: "),
            "{}",
            nothing.err
        );
    }
    // The same scenario by another name, and so other names of its draws as far as the program can know.
    fs::copy(place.path(MM1), place.path("queue.toml")).expect("a copy");
    let queue = place.run_folder(&["queue.toml", "-n", "10"]);
    let table = place.well(&["compare", &mm1, &queue]);
    assert!(
        table.contains("Not paired, because they are of two scenarios: mm1 and queue: Welch's"),
        "{table}"
    );
    assert!(!table.contains("identical"), "{table}");
}

#[test]
fn a_killed_run_goes_on_at_the_last_whole_part_and_ends_the_same() {
    let place = Place::new();
    let arguments = [MM1, "-n", "25", "-S", "compare.log=[0,24]"];
    let run = place.run_folder(&arguments);
    let whole = place.files(&run);
    // As a kill during the third part leaves it.
    fs::remove_file(place.path(&run).join("manifest.json")).expect("it goes");
    fs::remove_file(place.path(&run).join("parts/0002.gz")).expect("it goes");
    fs::remove_file(place.path(&run).join("results.json")).expect("it goes");
    let kept =
        fs::metadata(place.path(&run).join("parts/0000.gz")).and_then(|m| m.modified()).expect("a time");
    assert_eq!(place.run_folder(&[&arguments[..], &["--resume"]].concat()), run);
    let mut again = place.files(&run);
    let same = |name: &String, bytes: &Vec<u8>| name == "manifest.json" || whole.get(name) == Some(bytes);
    assert!(again.iter().all(|(name, bytes)| same(name, bytes)), "the files differ");
    assert_eq!(again.len(), whole.len());
    let manifest = |files: &std::collections::BTreeMap<String, Vec<u8>>| -> Value {
        serde_json::from_slice(&files["manifest.json"]).expect("JSON")
    };
    assert_eq!(manifest(&again)["files"], manifest(&whole)["files"]);
    again.clear();
    let now =
        fs::metadata(place.path(&run).join("parts/0000.gz")).and_then(|m| m.modified()).expect("a time");
    assert_eq!(now, kept, "the first part was simulated again");
}

#[test]
fn a_run_to_a_precision_resumes_to_the_same_end() {
    let place = Place::new();
    let arguments = [MM1, "-n", "10", "--precision", "6 %", "-S", "compare.max_replications=60"];
    let run = place.run_folder(&arguments);
    let whole = place.files(&run);
    let parts = whole.keys().filter(|name| name.starts_with("parts/")).count();
    assert!(parts > 1, "it needs more than the first replications");
    fs::remove_file(place.path(&run).join("manifest.json")).expect("it goes");
    fs::remove_file(place.path(&run).join(format!("parts/{:04}.gz", parts - 1))).expect("it goes");
    place.run_folder(&[&arguments[..], &["--resume"]].concat());
    let again = place.files(&run);
    assert!(again.iter().all(|(name, bytes)| name == "manifest.json" || whole.get(name) == Some(bytes)));
}

#[test]
fn ctrl_c_keeps_what_was_done_and_says_how_to_go_on() {
    let place = Place::new();
    let arguments = ["run", MM1, "-n", "100000"];
    let child =
        place.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    let first_part = || {
        let runs = fs::read_dir(place.path("output/mm1")).into_iter().flatten().flatten();
        runs.map(|run| run.path().join("parts/0000.gz")).any(|part| part.exists())
    };
    while !first_part() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no part was kept");
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let outcome = Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}", outcome.err);
    assert!(outcome.err.contains("of 100000 replications are kept in output/mm1/"), "{}", outcome.err);
    assert!(outcome.err.contains("hint: the same command with --resume"), "{}", outcome.err);
    assert!(outcome.out.contains("(stopped early)"), "{}", outcome.out);
    assert!(!place.files("output").keys().any(|name| name.ends_with("manifest.json")));
}

#[test]
fn a_damaged_folder_is_not_trusted_but_mended() {
    let place = Place::new();
    let arguments = ["scenarios/theory/mm1.toml", "-n", "20"];
    let run = place.run_folder(&arguments);
    let whole = place.files(&run);
    let same = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
        let plain = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            files
                .iter()
                .filter(|(n, _)| *n != "manifest.json")
                .map(|(n, b)| (n.clone(), b.clone()))
                .collect::<Vec<_>>()
        };
        plain(files) == plain(&whole)
    };
    // A table that was edited, a chart that is gone, and a part of the replications.
    fs::write(place.path(&run).join("summary.txt"), "all is well").expect("written");
    fs::remove_file(place.path(&run).join("metrics.csv")).expect("it goes");
    let outcome = place.run(&[&["run"], &arguments[..]].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(outcome.err.contains("note: 2 files of output/mm1/"), "{}", outcome.err);
    assert!(!outcome.out.contains("all is well") && same(&place.files(&run)));
    fs::write(place.path(&run).join("parts/0001.gz"), "rubbish").expect("written");
    assert_eq!(place.run(&[&["run"], &arguments[..]].concat()).code, 0);
    assert!(same(&place.files(&run)));
    // A whole one is answered from the folder.
    let manifest = place.files(&run)["manifest.json"].clone();
    place.well(&[&["run"], &arguments[..]].concat());
    assert!(place.files(&run)["manifest.json"] == manifest);
}

#[test]
fn a_report_by_another_build_names_it() {
    let place = Place::new();
    let run = place.run_folder(&["scenarios/theory/mm1.toml", "-n", "4"]);
    let file = place.path(&run).join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&file).expect("a manifest")).expect("JSON");
    let own = manifest["program"]["executable"].clone();
    manifest["program"]["executable"] = "another".into();
    fs::write(&file, manifest.to_string()).expect("written");
    let outcome = place.run(&["report", &run]);
    assert!(outcome.code == 0 && outcome.err.contains("another build"), "{}", outcome.err);
    let manifest: Value = serde_json::from_slice(&fs::read(&file).expect("a manifest")).expect("JSON");
    assert_eq!(manifest["program"]["executable"], own);
}
