//! The commands, on scenarios whose answers are worked out by hand or known from theory.

use crate::cli::Place;
use serde_json::Value;

const MECHANISMS: &str = "docs/examples/mechanisms.toml";
const STOCK: &str = "docs/examples/stock.toml";

fn json(place: &Place, arguments: &[&str]) -> Value {
    serde_json::from_str(&place.well(&[arguments, &["--json"]].concat())).expect("an object")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn near(value: &Value, known: f64) {
    assert!((number(value) - known).abs() < 1e-6, "{value} is not {known}");
}

/// The files of an answer, by number of threads.
fn bytes(place: &Place, arguments: &[&str], threads: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let table = place.well(&[arguments, &["--threads", threads, "-o", threads]].concat());
    place.files(table.lines().find_map(|l| l.strip_prefix("Folder: ")).expect("a folder"))
}

/// Every study has a page that needs nothing else, which says what its table says.
#[test]
fn every_study_has_a_page() {
    let place = Place::new();
    let page = |arguments: &[&str]| -> String {
        let table = place.well(arguments);
        let folder = table.lines().find_map(|l| l.strip_prefix("Folder: ")).expect("a folder").to_owned();
        String::from_utf8(place.files(&folder)["report.html"].clone()).expect("text")
    };
    let attribution = page(&["attribute", MECHANISMS]);
    for said in ["The repair is shorter", "−1.00", "attribution.csv"] {
        assert!(attribution.contains(said), "{said}");
    }
    assert!(attribution.contains("<svg") && attribution.contains("Figure 1"));
    let tornado = page(&["sensitivity", STOCK, "-n", "4"]);
    assert!(
        tornado.contains("Too few replications to say which input moves"),
        "the title says no more than is known"
    );
    assert!(tornado.contains("3 inputs change nothing, in no replication"));
    let best = page(&["best", MECHANISMS]);
    assert!(best.contains("is the best with 95\u{a0}% confidence"));
    let front = page(&[
        "optimise",
        STOCK,
        "--minimise",
        "holding",
        "--and",
        "wait",
        "--budget",
        "48",
        "-n",
        "2",
        "--population",
        "8",
    ]);
    assert!(front.contains("as written") && front.contains("tried.csv"));
    [attribution, tornado, best, front].iter().for_each(|page| crate::report::check_structure(page));
}

#[test]
fn the_best_arm_is_selected_with_the_runs_that_it_takes() {
    let place = Place::new();
    let found = json(&place, &["best", MECHANISMS]);
    assert_eq!(
        (&found["best"], &found["settled"], &found["runs"]),
        (&"after".into(), &true.into(), &20.into())
    );
    near(&found["arms"]["after"]["value"], 3.0);
    near(&found["arms"]["before"]["value"], 6.0);
    assert_eq!(found["arms"]["before"]["behind"], "after");
    near(&found["delta"], 0.06);
    // Two arms that hardly differ, and a race that is too short.
    let close = ["best", STOCK, "-n", "5", "--delta", "1 s", "--most", "8"];
    let change = ["-S", "arm.after.set.\"part.gearbox.stock.0.lead_time.gamma.mean\"=\"19 d\""];
    let found = json(&place, &[&close[..], &change].concat());
    assert_eq!(found["settled"], false);
    assert!(
        bytes(&place, &["best", STOCK, "-n", "5"], "1") == bytes(&place, &["best", STOCK, "-n", "5"], "2")
    );

    let bad = |arguments: &[&str], said: &str| {
        let outcome = place.run(&[&["best", MECHANISMS], arguments].concat());
        assert_eq!(outcome.code, 2, "{arguments:?}");
        assert!(outcome.err.contains(said), "{said}\n{}", outcome.err);
    };
    bad(&["--arms", "before,aftr"], "there is no arm `aftr`");
    bad(&["--delta", "3 miles"], "expected a duration");
    bad(&["--delta", "0 s"], "larger than zero");
    bad(&["--confidence", "95"], "from 0.5 to below 1");
}

#[test]
fn a_tornado_and_a_screening_of_a_known_function_are_exact() {
    let place = Place::new();
    // The time is max(part, 4 h) + repair. Between 2 h and 8 h the 5 % and 95 % points are 2.3 h and 7.7 h.
    let part = "process.repair.step.part.delay.time=2 h..8 h";
    let repair = "process.repair.step.repair.delay.time=\"1 h\"..\"3 h\"";
    let arguments = ["sensitivity", MECHANISMS, "--arm", "before", "-S", part, "-S", repair];
    let found = json(&place, &arguments);
    near(&found["as_written"]["value"], 6.0);
    let inputs = found["inputs"].as_array().expect("inputs");
    for (input, (low, high)) in inputs.iter().zip([(6.0, 9.7), (5.1, 6.9)]) {
        near(&input["at_low"]["value"], low);
        near(&input["at_high"]["value"], high);
        near(&input["swing"]["value"], high - low);
    }
    // The two worlds of each input, and the scenario as written, of ten replications each.
    assert_eq!(found["runs"], 50);

    let found = json(&place, &[&arguments[..], &["--morris", "20"]].concat());
    let inputs = found["inputs"].as_array().expect("inputs");
    // Repair: 1.8 h over its range, evenly. Part: from 2.3 h to 5.9 h, or from 4.1 h to 7.7 h: 1.9 h or 3.6 h for two thirds of the range.
    let of = |path: &str| {
        inputs.iter().find(|i| i["path"].as_str().is_some_and(|p| p.contains(path))).expect(path)
    };
    near(&of("step.repair.")["mu_star"], 1.8);
    near(&of("step.repair.")["sigma"], 0.0);
    let part = of("step.part.");
    let (mu, sigma) = (number(&part["mu_star"]), number(&part["sigma"]));
    assert!((1.9 * 1.5..=3.6 * 1.5).contains(&mu) && sigma > 0.5, "{part}");
    near(&part["noise"], 0.0);
    assert_eq!(found["runs"].as_u64().map(|n| n <= 20 * 3 * 10), Some(true));
    assert!(bytes(&place, &arguments, "1") == bytes(&place, &arguments, "2"));
}

#[test]
fn the_register_gives_the_inputs_and_what_does_nothing_is_seen_to_do_nothing() {
    let place = Place::new();
    let found = json(&place, &["sensitivity", STOCK, "-n", "12"]);
    let inputs = found["inputs"].as_array().expect("inputs");
    let labels: Vec<&str> = inputs.iter().filter_map(|i| i["label"].as_str()).collect();
    assert_eq!(labels[..2], ["Share of gearboxes", "Requests"]);
    // The arm changes the supplier of gearboxes; what filters cost or how long they take is the same in both worlds.
    for input in &inputs[2..] {
        near(&input["swing"]["value"], 0.0);
    }
    assert_eq!(inputs.len(), 5);
    assert!(number(&inputs[0]["swing"]["upper"]) < 0.0, "more gearboxes gain more from their supplier");
    let one = json(&place, &["sensitivity", STOCK, "-n", "12", "--inputs", "arrival"]);
    assert_eq!(one["inputs"].as_array().map(Vec::len), Some(1));
    let outcome = place.run(&["sensitivity", STOCK, "--inputs", "arival"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("there is no input with a range `arival`"), "{}", outcome.err);
    let outcome = place.run(&["sensitivity", MECHANISMS]);
    assert!(outcome.code == 2 && outcome.err.contains("no input has a range"), "{}", outcome.err);
    let outcome = place.run(&["sensitivity", STOCK, "-S", "part.filter.price=$20..$10"]);
    assert!(outcome.code == 2 && outcome.err.contains("begins with its smaller value"), "{}", outcome.err);
}

/// Units missing on average when the pipeline is Poisson with this mean and the base stock is s (Palm).
fn missing(mean: f64, s: u32) -> f64 {
    let (mut p, mut sum) = ((-mean).exp(), 0.0);
    for k in 0..200u32 {
        sum += p * f64::from(k.saturating_sub(s));
        p *= mean / f64::from(k + 1);
    }
    sum
}

/// Mean wait [h] and yearly cost of holding [$] of the two parts of the example, with these base stocks.
fn known(filters: u32, gearboxes: u32) -> (f64, f64) {
    let (f, g) = (1.4 * 7.0, 0.6 * 20.0);
    let (short_f, short_g) = (missing(f, filters), missing(g, gearboxes));
    let held = |mean: f64, s: u32, short: f64| f64::from(s) - mean + short;
    let cost = 0.25 * (40.0 * held(f, filters, short_f) + 1800.0 * held(g, gearboxes, short_g));
    ((short_f + short_g) / 2.0 * 24.0, cost)
}

#[test]
fn the_cheapest_stock_that_keeps_a_target_is_that_of_palm() {
    let place = Place::new();
    let target = ["optimise", STOCK, "--minimise", "holding", "--target", "wait <= 10 h", "-n", "8"];
    let optimum = (8..=20).flat_map(|f| (8..=24).map(move |g| known(f, g))).filter(|(wait, _)| *wait <= 10.0);
    let optimum = optimum.map(|(_, cost)| cost).fold(f64::INFINITY, f64::min);
    // All 221 settings, and a search of a third of them.
    for budget in ["1768", "600"] {
        let found = json(&place, &[&target[..], &["--budget", budget]].concat());
        assert_eq!(found["complete"], budget == "1768");
        assert!(
            found["settings"].as_u64().is_some_and(|n| n <= budget.parse::<u64>().expect("a number") / 8)
        );
        let best = found["found"]
            .as_array()
            .expect("settings")
            .iter()
            .find(|c| c["best"] == true)
            .expect("the best");
        let stock =
            |lever: &str| best["levers"][lever].as_str().and_then(|s| s.parse().ok()).expect("a count");
        let (wait, cost) = known(stock("filters"), stock("gearboxes"));
        assert!(wait < 11.0, "{best}: {wait} h");
        assert!(cost < 1.03 * optimum, "{best}: {cost} where {optimum} is possible");
        // What is shown is what theory says, within four half-widths (eight standard errors or so).
        for (metric, known) in [("wait", wait), ("holding", cost)] {
            let e = &best["metrics"][metric];
            let half = (number(&e["upper"]) - number(&e["lower"])) / 2.0;
            assert!((number(&e["value"]) - known).abs() < 2.0 * half, "{metric}: {e} and {known}");
        }
    }
}

#[test]
fn the_front_of_cost_and_wait_is_that_of_palm() {
    let place = Place::new();
    let arguments =
        ["optimise", STOCK, "--minimise", "holding", "--and", "wait", "-n", "6", "--budget", "600"];
    let found = json(&place, &arguments);
    let best = found["found"].as_array().expect("settings");
    assert!(best.len() > 8, "a front of many settings");
    let all: Vec<(f64, f64)> = (8..=20).flat_map(|f| (8..=24).map(move |g| known(f, g))).collect();
    let mut far = 0;
    for c in best {
        let stock = |lever: &str| c["levers"][lever].as_str().and_then(|s| s.parse().ok()).expect("a count");
        let (wait, cost) = known(stock("filters"), stock("gearboxes"));
        // Of what costs no more, the least wait that is possible.
        let least = all.iter().filter(|a| a.1 <= cost + 1e-9).map(|a| a.0).fold(f64::INFINITY, f64::min);
        far += usize::from(wait > 1.15 * least + 0.2);
    }
    assert!(far * 5 <= best.len(), "{far} of {} settings are far from the best: {found}", best.len());
    assert!(bytes(&place, &arguments, "1") == bytes(&place, &arguments, "2"));
}

#[test]
fn the_present_cost_of_arms_differs_by_the_net_present_value_of_the_run() {
    let place = Place::new();
    let run = json(&place, &["run", STOCK, "-n", "12"]);
    let all = |view: &Value| view["of"] == "all";
    let view = run["money"]["views"].as_array().and_then(|v| v.iter().position(all)).expect("a view");
    let npv = &run["money"]["options"][0]["worth"][view]["npv"];
    let found = json(
        &place,
        &["sensitivity", STOCK, "-n", "12", "--metric", "present_cost", "--inputs", "constant.standing"],
    );
    let change = &found["as_written"];
    assert!(
        (number(&change["value"]) + number(&npv["value"])).abs() < 1e-6 * number(&npv["value"]).abs(),
        "{change} {npv}"
    );
    // Many variants are estimated as the arms of a run are.
    let level = json(
        &place,
        &["sensitivity", STOCK, "-n", "12", "--level", "--arm", "before", "--inputs", "constant.standing"],
    );
    for end in ["value", "lower", "upper"] {
        let of_run = number(&run["arms"]["before"]["wait"][end]);
        assert!((number(&level["as_written"][end]) - of_run).abs() < 1e-9 * of_run, "{end}: {level}");
    }
    // The contract is paid whatever comes; the rest goes with what an hour costs.
    assert!(number(&found["inputs"][0]["swing"]["upper"]) < 0.0);

    // The best stocks by theory, with the factor of five years at 7 %, month by month.
    let month = 1.07f64.powf(1.0 / 12.0);
    let factor: f64 = (1..=60).map(|k| month.powi(-k) / 12.0).sum();
    let yearly = |f, g| {
        let (wait, holding) = known(f, g);
        holding + 2.0 * 2.0 * 365.0 * wait
    };
    let least = (8..=20).flat_map(|f| (8..=24).map(move |g| yearly(f, g))).fold(f64::INFINITY, f64::min);
    let found =
        json(&place, &["optimise", STOCK, "--minimise", "present_cost", "-n", "6", "--budget", "600"]);
    let best =
        found["found"].as_array().expect("settings").iter().find(|c| c["best"] == true).expect("the best");
    let stock = |lever: &str| best["levers"][lever].as_str().and_then(|s| s.parse().ok()).expect("a count");
    let reached = yearly(stock("filters"), stock("gearboxes"));
    assert!(reached < 1.05 * least, "{best}: {reached} where {least} is possible");
    let e = &best["metrics"]["present_cost"];
    let half = (number(&e["upper"]) - number(&e["lower"])) / 2.0;
    assert!((number(&e["value"]) - factor * reached).abs() < 2.0 * half, "{e} and {}", factor * reached);
}

#[test]
fn levers_on_the_command_line_and_what_is_wrong_with_them() {
    let place = Place::new();
    let keys = "part.gearbox.stock.0.initial,part.gearbox.stock.0.policy.base_stock=10..16:3";
    let found = json(&place, &["optimise", STOCK, "--lever", keys, "--minimise", "wait", "-n", "4"]);
    assert_eq!((&found["settings"], &found["complete"]), (&3.into(), &true.into()));
    let best = &found["found"][0];
    assert_eq!(best["levers"]["part.gearbox.stock.0.initial"], "16");
    let bad = |arguments: &[&str], said: &str| {
        let outcome = place.run(&[&["optimise", STOCK], arguments].concat());
        assert_eq!(outcome.code, 2, "{arguments:?}\n{}", outcome.out);
        assert!(outcome.err.contains(said), "{said}\n{}", outcome.err);
    };
    bad(
        &["--minimise", "wait", "--lever", "filter"],
        "there is no lever `filter`\nhint: did you mean `filters`?",
    );
    bad(
        &[
            "--minimise",
            "wait",
            "--lever",
            "part.filter.stock.0.initial,process.request.step.which.set.to.choose.filter=0..1",
        ],
        "cannot have the same value",
    );
    bad(&["--minimise", "wait", "--lever", "part.filter=1..3"], "holds no single quantity");
    bad(&["--minimise", "wait", "--lever", "part.filter.stock.0.initial=1..3:9"], "step of the lever");
    bad(&["--minimise", "wait", "--target", "wait = 3 h"], "is no limit");
    bad(&["--minimise", "wait", "--target", "wait <= 3 miles"], "expected a duration");
    bad(&["--minimise", "wit"], "there is no metric `wit`");
    bad(&["--minimise", "wait", "--budget", "1"], "fewer than two settings");
    bad(
        &["--minimise", "wait", "-S", "lever.filters.keys=[\"metric.wait.unit\"]"],
        "a lever cannot change `metric.wait.unit`",
    );
    let outcome = place.run(&["optimise", MECHANISMS, "--minimise", "time"]);
    assert!(outcome.code == 2 && outcome.err.contains("nothing to set"), "{}", outcome.err);
}

#[test]
fn a_sweep_covers_ranges_with_few_runs() {
    let place = Place::new();
    let ranges = [
        "-S",
        "part.gearbox.stock.0.policy.base_stock=8..20",
        "-S",
        "arrival.requests.every.exponential.rate=1.5 per d..2.5 per d",
    ];
    for spread in ["--latin-hypercube", "--sobol"] {
        let sweep = [&["sweep", STOCK, spread, "8", "-n", "5"], &ranges[..]].concat();
        let table = place.well(&sweep);
        let folder =
            table.lines().find_map(|line| line.strip_prefix("Sweep: ")).expect("the folder is named");
        let names: Vec<String> = place.files(folder).into_keys().collect();
        assert_eq!(
            names,
            ["scatter.png", "scatter.svg", "summary.txt", "sweep.csv", "sweep.json", "sweep.parquet"]
        );
        let kept = &place.files(folder)["sweep.json"];
        let found: Value = serde_json::from_slice(kept).expect("JSON");
        let cells = found["cells"].as_array().expect("cells");
        assert_eq!(cells.len(), 8);
        let value = |k: usize, cell: &Value| {
            let text =
                cell["values"][found["keys"][k]["path"].as_str().expect("a path")].as_str().expect("a value");
            text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).expect("a number")
        };
        // One rate in each eighth of the range.
        let mut eighths: Vec<u32> = cells.iter().map(|c| ((value(1, c) - 1.5) * 8.0) as u32).collect();
        eighths.sort_unstable();
        assert_eq!(eighths, [0, 1, 2, 3, 4, 5, 6, 7], "{spread}");
        assert!(cells.iter().all(|c| value(0, c).fract() == 0.0 && (8.0..=20.0).contains(&value(0, c))));
    }
    let bad = |arguments: &[&str], said: &str| {
        let outcome = place.run(&[&["sweep", STOCK, "-n", "5"], arguments].concat());
        assert_eq!(outcome.code, 2);
        assert!(outcome.err.contains(said), "{}", outcome.err);
    };
    bad(&ranges, "nothing says how many cells");
    bad(&["--sobol", "8"], "cells between limits need keys with ranges");
    bad(&["--sobol", "8", "-S", "part.gearbox.label=a..b"], "holds no single quantity");
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_leaves_nothing_and_says_so() {
    use std::process::{Command, Stdio};
    let place = Place::new();
    let mut command = place.command(&[
        "optimise",
        STOCK,
        "--minimise",
        "wait",
        "--and",
        "holding",
        "--budget",
        "100000",
        "-n",
        "2000",
    ]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // Long enough for the handler to stand, far from the end.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
    let outcome = crate::cli::Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}", outcome.err);
    assert!(outcome.err.contains("interrupted: cancelled after"), "{}", outcome.err);
    assert!(!place.path("output").exists(), "nothing was written");
}
