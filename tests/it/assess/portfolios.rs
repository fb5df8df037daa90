//! Whole portfolios: the recommendation follows what is simulated, whatever things are called and wherever they stand.

#![allow(clippy::disallowed_methods, reason = "these tests write the portfolios that they run")]

use crate::cli::Place;
use serde_json::Value;
use std::fs;

const REPLICATIONS: &str = "12";

/// Runs a portfolio as if all inputs were exact, and gives what `--json` says.
fn assess(place: &Place, portfolio: &str) -> Value {
    assess_with(place, portfolio, &["--point-estimates-only"])
}

fn assess_with(place: &Place, portfolio: &str, inputs: &[&str]) -> Value {
    replicated(place, portfolio, REPLICATIONS, inputs)
}

fn replicated(place: &Place, portfolio: &str, replications: &str, inputs: &[&str]) -> Value {
    let arguments = [&["assess", portfolio, "-n", replications, "-o", "found", "--json"], inputs].concat();
    let text = place.well(&arguments);
    serde_json::from_str(&text).expect("JSON")
}

/// A copy of the worked portfolio's folder, with changes to its files: (file, old, new).
fn copied(place: &Place, folder: &str, changes: &[(&str, &str, &str)]) {
    fs::create_dir_all(place.path(folder)).expect("a folder");
    for entry in fs::read_dir(place.path("scenarios/transit_authority")).expect("the portfolio").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_file() {
            continue;
        }
        let mut text = fs::read_to_string(entry.path()).expect("text");
        for (_, old, new) in changes.iter().filter(|(file, ..)| *file == name) {
            assert!(text.contains(old), "{name} has no {old}");
            text = text.replace(old, new);
        }
        fs::write(place.path(folder).join(name), text).expect("a copy");
    }
}

fn values(found: &Value) -> Vec<(String, f64, f64, f64)> {
    let each = found["candidates"].as_array().expect("candidates").iter().map(|v| {
        let npv = |key: &str| v["npv"][key].as_f64().expect("a number");
        (v["candidate"].as_str().expect("a name").to_owned(), npv("value"), npv("lower"), npv("upper"))
    });
    each.collect()
}

/// The parts counter is where people expect it; the mails between inventory and procurement are where it pays.
#[test]
fn the_right_place_is_not_the_obvious_one() {
    let place = Place::new();
    let found = assess_with(&place, "scenarios/transit_authority", &["--inputs", "24x2"]);
    assert_eq!(found["groups"][0]["group"], "Vehicle maintenance");
    assert_eq!(found["trends"]["operations"][0]["operation"], "Running repair");
    assert_eq!(found["recommendation"]["candidate"], "source");
    let values = values(&found);
    let of = |name: &str| values.iter().find(|v| v.0 == name).expect(name);
    assert!(of("source").2 > 0.0 && of("counter").3 < 0.0, "{values:?}");
    // It is no matter of having more: the same tool for all is worth less.
    assert!(of("everywhere").1 < of("source").1, "{values:?}");
    // Step 4 points to where step 5 finds it, step 3 has both ways of knowing.
    let studied = &found["studied"][0];
    assert_eq!(studied["halved"][0]["stage"], "Finding a source");
    let origins: Vec<_> =
        studied["metrics"].as_array().expect("metrics").iter().map(|m| m["origin"].to_string()).collect();
    for origin in ["\"moved_by\"", "{\"halving\":\"Finding a source\"}", "{\"history\":8}"] {
        assert!(origins.iter().any(|o| o == origin), "{origin}: {origins:?}");
    }
    // Everything is there, and says the same.
    let files = place.files("found");
    let file = |name: &str| {
        let found =
            files.iter().find(|(path, _)| path.ends_with(name)).unwrap_or_else(|| panic!("no {name}"));
        String::from_utf8(found.1.clone()).expect("text")
    };
    for name in ["assess.html", "assess.md"] {
        let text = file(name).replace('\u{a0}', " ");
        assert!(
            text.contains("The tool between inventory and procurement (Inventory managers, Procurement)."),
            "{name}"
        );
    }
    for name in ["groups", "trends", "elasticities", "stages", "activities", "handovers", "candidates"] {
        assert!(file(&format!("{name}.csv")).lines().count() > 1, "{name}");
    }
    #[cfg(feature = "charts")]
    for name in
        ["groups", "trends", "elasticities", "stages_running_repair", "map_running_repair", "candidates"]
    {
        assert!(file(&format!("charts/{name}.svg")).starts_with("<svg"), "{name}");
    }
}

/// The same bytes at any number of threads.
#[test]
fn threads_do_not_change_a_byte() {
    let place = Place::new();
    for (threads, folder) in [("1", "one"), ("2", "two")] {
        place.well(&[
            "assess",
            "scenarios/transit_authority",
            "-n",
            "2",
            "--inputs",
            "20x2",
            "--threads",
            threads,
            "-o",
            folder,
        ]);
    }
    let all = place.files("one");
    assert!(all == place.files("two"));

    // Runs are kept by what is simulated: where the answer is gone, or some runs are, or are damaged, the same answer comes again.
    let parts: Vec<&String> = all.keys().filter(|name| name.contains("assess-runs")).collect();
    assert!(parts.len() > 20, "{}", parts.len());
    let answer = all.keys().find(|name| name.ends_with("assess.json")).expect("an answer");
    fs::remove_dir_all(place.path(&format!("one/{answer}")).parent().expect("its folder")).expect("removed");
    fs::remove_file(place.path(&format!("one/{}", parts[3]))).expect("removed");
    // A part of other runs: as many bytes as may be, and none of them what is expected.
    fs::copy(place.path(&format!("one/{}", parts[0])), place.path(&format!("one/{}", parts[5])))
        .expect("copied");
    let again = ["assess", "scenarios/transit_authority", "-n", "2", "--inputs", "20x2", "-o", "one"];
    let first = place.well(&again);
    assert!(all == place.files("one"));
    // An equal request is answered from its folder.
    assert_eq!(first, place.well(&again));
}

/// Where little is asked nothing is worth its cost, though costs grow all the same.
#[test]
fn where_nothing_pays_nothing_is_recommended() {
    let place = Place::new();
    let found = assess(&place, "scenarios/transit_authority/quiet");
    assert_eq!(found["recommendation"], Value::Null);
    assert!(values(&found).iter().all(|v| v.2 <= 0.0));
    assert_eq!(found["trends"]["operations"][0]["operation"], "Running repair");
    let files = place.files("found");
    let (_, text) = files.iter().find(|(name, _)| name.ends_with("assess.md")).expect("the document");
    let text = String::from_utf8_lossy(text).replace('\u{a0}', " ");
    assert!(text.contains("Do nothing: no candidate is shown to be worth more than it costs."), "{text}");
}

/// Other names for everything: the same values, and the recommendation under its new name.
#[test]
fn names_do_not_matter() {
    let place = Place::new();
    let changes = [
        ("portfolio.toml", "operation.running_repair", "operation.zeta"),
        ("portfolio.toml", "operation.service_recovery", "operation.alpha"),
        ("portfolio.toml", "candidate.source", "candidate.first"),
        ("portfolio.toml", "candidate.counter]", "candidate.last]"),
        ("portfolio.toml", "candidate.counter.set]", "candidate.last.set]"),
        ("portfolio.toml", "\"Running repair\"", "\"Work 7\""),
        ("portfolio.toml", "\"Vehicle maintenance\"", "\"Division 3\""),
        ("vehicle_maintenance.csv", "Running repair", "Work 7"),
        ("vehicle_maintenance.csv", "Overhaul", "Aardvark"),
    ];
    copied(&place, "renamed", &changes);
    let (plain, renamed) = (assess(&place, "scenarios/transit_authority"), assess(&place, "renamed"));
    assert_eq!(renamed["recommendation"]["candidate"], "first");
    assert_eq!(renamed["recommendation"]["operation"], "Work 7");
    assert_eq!(renamed["trends"]["operations"][0]["operation"], "Work 7");
    let numbers = |found: &Value| -> Vec<f64> { values(found).iter().map(|v| v.1).collect() };
    assert_eq!(numbers(&plain), numbers(&renamed));
}

/// The slow answer at the counter, the quick one in procurement: the recommendation moves along.
#[test]
fn the_place_moves_with_the_wait() {
    let place = Place::new();
    let changes = [
        // The counter answers by mail that is read once a day, with more clerks.
        (
            "running_repair.toml",
            "reach = \"80 %\"\nretry = \"10 min\"\nlatency = { exponential = { mean = \"12 min\" } }",
            "retry = \"4 h\"\nlatency = { lognormal = { median = \"16 h\", sigma = 0.7 } }",
        ),
        ("running_repair.toml", "members = 3\ncalendar = \"store\"", "members = 9\ncalendar = \"store\""),
        ("portfolio.toml", "\"team.clerks.members\" = 4", "\"team.clerks.members\" = 10"),
        // Procurement knows, and answers at once.
        ("running_repair.toml", "known_by = { buyers = \"25 %\" }", "known_by = { buyers = \"95 %\" }"),
        (
            "running_repair.toml",
            "latency = { lognormal = { median = \"47 min\", sigma = 2.67 } }",
            "latency = \"5 min\"",
        ),
        ("running_repair.toml", "reply = \"80 %\"", "reply = \"100 %\""),
    ];
    copied(&place, "moved", &changes);
    // Long queues at the counter vary much.
    let found = replicated(&place, "moved", "30", &["--point-estimates-only"]);
    let values = values(&found);
    let of = |name: &str| values.iter().find(|v| v.0 == name).expect(name);
    assert_eq!(found["recommendation"]["candidate"], "counter", "{values:?}");
    assert!(of("source").2 <= 0.0, "{values:?}");
    assert_eq!(found["studied"][0]["halved"][0]["stage"], "Parts counter");
}

/// The ledgers swapped: the largest group is another, and so is where the first steps look; the fifth looks everywhere.
#[test]
fn the_first_steps_follow_the_ledger() {
    let place = Place::new();
    let swapped = (
        "portfolio.toml",
        "in_group = \"Vehicle maintenance\"",
        "in_group = \"Control centre and supervision\"",
    );
    copied(&place, "swapped", &[swapped]);
    let file = place.path("swapped/other_groups.csv");
    let text = fs::read_to_string(&file)
        .expect("a ledger")
        .replace("Control centre and supervision", "Vehicle maintenance");
    fs::write(&file, text.replace("Service recovery", "Running repair")).expect("written");
    let file = place.path("swapped/vehicle_maintenance.csv");
    let text = fs::read_to_string(&file).expect("a ledger").replace("Running repair", "Service recovery");
    fs::write(&file, text).expect("written");
    let found = assess(&place, "swapped");
    assert_eq!(found["groups"][0]["group"], "Control centre and supervision");
    assert_eq!(found["studied"][0]["label"], "Service recovery");
    assert_eq!(found["recommendation"]["candidate"], "source");
}

/// One year of a ledger, no operation: the first step is all that can be said, and the others say why.
#[test]
fn a_ledger_alone_is_ranked() {
    let place = Place::new();
    fs::create_dir_all(place.path("alone")).expect("a folder");
    let ledger = "Agency,Drivers,Repair,Year\nNorth,\"1,200\",900,2022\nSouth,800,\"1,400\",2022\n";
    fs::write(place.path("alone/costs.csv"), ledger).expect("a ledger");
    let portfolio = "title = \"Alone\"\n[[ledger]]\nfile = \"costs.csv\"\ngroups = [\"Drivers\", \"Repair\"]\noperation = \"Agency\"\nyear = \"Year\"\n";
    fs::write(place.path("alone/portfolio.toml"), portfolio).expect("a portfolio");
    let text = place.well(&["assess", "alone", "-o", "found"]);
    assert!(text.contains("Repair costs most: $2,300 in 2022"), "{text}");
    assert!(text.contains("One year shows no trend: the ledger has only 2022 of Repair."), "{text}");
    assert!(text.contains("Nothing can be recommended: the portfolio names no candidates."), "{text}");
}

/// A scenario or a file of it that changes makes another request, with a folder of its own.
#[test]
fn what_the_answer_rests_on_names_its_folder() {
    let place = Place::new();
    let answer = |old: &str, new: &str| {
        copied(&place, "case", &[("service_recovery.toml", old, new)]);
        let text = place.well(&["assess", "case", "-n", "2", "--point-estimates-only", "-o", "found"]);
        text.lines().find_map(|l| l.strip_prefix("Assessment: ")).expect("a folder").to_owned()
    };
    let first = answer("[run]", "[run]");
    // A comment changes nothing, a number does.
    assert_eq!(answer("[run]", "# the same\n[run]"), first);
    let seed = answer("[compare]", "[compare]\nlevel = 0.94");
    assert_ne!(seed, first);
}

/// Wrong names and wrong amounts: exit code 2, with place and hint.
#[test]
fn mistakes_have_a_place() {
    let place = Place::new();
    let said = |folder: &str, changes: &[(&str, &str, &str)]| {
        copied(&place, folder, changes);
        let outcome = place.run(&["assess", folder, "-n", "3", "--point-estimates-only", "-o", "found"]);
        assert_eq!(outcome.code, 2, "{}", outcome.err);
        outcome.err
    };
    let text = said("amount", &[("vehicle_maintenance.csv", "\"$10,211,102\"", "about 10 million")]);
    assert!(text.contains("vehicle_maintenance.csv:2, column 3") && text.contains("not an amount"), "{text}");
    let text = said(
        "group",
        &[(
            "portfolio.toml",
            "group = \"Vehicle maintenance\"\nscen",
            "group = \"Vehicle maintenence\"\nscen",
        )],
    );
    assert!(text.contains("no group `Vehicle maintenence`") && text.contains("did you mean"), "{text}");
    let text = said("metric", &[("portfolio.toml", "cost = \"cost.all\"", "cost = \"cost.everything\"")]);
    assert!(text.contains("the scenario has no metric `cost.everything`"), "{text}");
    let text = said("cost", &[("portfolio.toml", "cost = \"cost.all\"", "cost = \"down\"")]);
    assert!(text.contains("`down` is no cost"), "{text}");
    let text = said(
        "change",
        &[(
            "portfolio.toml",
            "set = { \"team.clerks.members\" = 4 }",
            "set = { \"team.clerk.members\" = 4 }",
        )],
    );
    assert!(
        text.contains("no team is called `clerk`")
            && text.contains("operation.running_repair.candidate.clerk.set"),
        "{text}"
    );
}
