//! Ranges of inputs carried into results, on scenarios whose answers are known.

use crate::world;
use std::sync::atomic::{AtomicBool, Ordering};
use turnaround::diag::{self, Diagnostic};
use turnaround::experiment::{self, Arm, Results, Sampling, Watch, threads};
use turnaround::scenario::{self, Sampled, Varied, varied};
use turnaround::stats::{Verdict, latin_hypercube};

/// Cases that stay for two delays, `first` and `second`; the arm makes the second shorter.
const STAY: &str = r#"
title = "Two delays"
[run]
window = "50 d"
bin = "10 d"
drain = "10 d"
[compare]
primary = "stay"
replications = 40
seed = 9
[process.visit]
first = "first"
[process.visit.step.first]
delay = { time = FIRST }
next = "second"
[process.visit.step.second]
delay = { time = "60 min" }
next = "done"
[process.visit.step.done]
end = {}
[arrival.visits]
process = "visit"
every = "1 h"
[metric.stay]
unit = "min"
better = "lower"
matters = "1 min"
mean = "visit.time"
[metric.longest]
unit = "min"
better = "lower"
quantile = { of = "visit.time", p = "90 %" }
[arm.after.set]
"process.visit.step.second.delay.time" = "50 min"
"#;

fn line(path: &str, rest: &str) -> String {
    format!("[[assumption]]\npath = '{path}'\nmark = \"A\"\n{rest}\n")
}

fn second(range: &str) -> String {
    line("arm.after.set.\"process.visit.step.second.delay.time\"", range)
}

/// The results with the ranges of this register carried into them.
fn carried(first: &str, register: &str, outer: u32, inner: u32, n_threads: usize) -> Results {
    carried_with(first, register, [outer, inner, 0], n_threads)
}

fn carried_with(first: &str, register: &str, [outer, inner, sobol]: [u32; 3], n_threads: usize) -> Results {
    let source = format!("{}{register}", STAY.replace("FIRST", first));
    carried_in(&source, [outer, inner, sobol], n_threads)
}

fn carried_in(source: &str, [outer, inner, sobol]: [u32; 3], n_threads: usize) -> Results {
    let (tree, found) = scenario::parse("stay.toml", source);
    assert!(found.is_empty(), "{found:?}");
    let (arms, found) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
    assert!(!found.iter().any(Diagnostic::is_error), "{}", diag::render(&found, &tree.sources, false));
    let runs: Vec<Arm> =
        arms.iter().map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let pool = threads(Some(n_threads)).expect("threads");
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    let mut results = experiment::run(&runs, true, watch, &pool).expect("results");
    let inputs = varied(&tree, &arms[0].1);
    let names: Vec<&str> = inputs.iter().map(Varied::path).collect();
    let sampled = Sampled {
        scenario: &tree,
        inputs: &inputs,
        positions: latin_hypercube(outer as usize, &names, results.seed),
        seed: results.seed,
    };
    let sampling = Sampling {
        inputs: inputs.iter().map(told).collect(),
        positions: sampled.positions.clone(),
        ranks: sampled.positions.clone(),
        values: sampled.values(&|name| Err(name.to_owned())),
        samples: outer as usize,
        inner,
        sobol,
        models: &|at| sampled.models(at, &|name| Err(name.to_owned())),
    };
    let done = experiment::carry(&mut results, &runs, &sampling, watch, &pool, None).expect("samples");
    assert!(done);
    results
}

fn told(input: &Varied) -> experiment::Input {
    experiment::Input {
        key: input.path().to_owned(),
        label: input.label().to_owned(),
        provenance: "expert",
        law: String::new(),
        central: String::new(),
        low: String::new(),
        high: String::new(),
        unit: String::new(),
        line: input.line(),
    }
}

/// Without chance a change is its input: 50 min in a range of [42, 58] has the variance 16^2 / 12 min^2, and the first
/// delay, which both worlds have, has no part in it. The stay itself has both.
#[test]
fn without_chance_the_interval_is_the_spread_of_the_inputs() {
    let first =
        line("process.visit.step.first.delay.time", "range = [\"20 min\", \"44 min\"]\nlaw = \"uniform\"");
    let register = first + &second("range = [\"42 min\", \"58 min\"]\nlaw = \"uniform\"");
    let results = carried("\"32 min\"", &register, 200, 2, 2);
    let inputs = results.inputs.as_ref().expect("inputs");
    let change = &results.arms[1].changes[0];
    let effect = inputs.on_changes[1][0].as_ref().expect("an effect");
    let known = 256.0 / 12.0;
    // A hypercube of 200 has the variance of a uniform law to a few per thousand.
    assert!((effect.spread.input() / known - 1.0).abs() < 0.01, "{effect:?}");
    assert!((effect.share - 1.0).abs() < 1e-9 && effect.spread.noise < 1e-12, "{effect:?}");
    let half = turnaround::stats::student::t_factor(0.95, 199.0) * effect.spread.input().sqrt();
    assert!((change.adjusted.half_width() - half).abs() < 1e-9, "{:?}", change.adjusted);
    assert!((change.adjusted.value + 10.0).abs() < 1e-9, "{:?}", change.adjusted);
    // [-19.4, -0.6] reaches beyond the minute that matters; with exact inputs it is an improvement.
    assert!(matches!(change.verdict, Some(Verdict::NotSettled { more_replications: None })), "{change:?}");
    let exact = change.exact.as_ref().expect("what exact inputs would say");
    assert_eq!(exact.verdict, Some(Verdict::Improvement));
    assert!(exact.adjusted.half_width() < 1e-9);
    assert!(change.words.contains("more must be known about the inputs, first of all"), "{}", change.words);
    let drivers = effect.drivers.as_ref().expect("drivers");
    assert_eq!(drivers.drivers.len(), 1, "{drivers:?}");
    assert_eq!(
        inputs.inputs[drivers.drivers[0].input].key,
        "arm.after.set.\"process.visit.step.second.delay.time\""
    );
    // A score of a uniform law is a bend: 3 / pi of its variance is explained by a line.
    assert!((drivers.r2 - 3.0 / std::f64::consts::PI).abs() < 0.01, "{drivers:?}");
    assert!((drivers.drivers[0].share - drivers.r2).abs() < 0.01, "{drivers:?}");
    // Half as wide a range: a quarter of what the line explains.
    let narrowed = half * (1.0 - 0.75 * drivers.drivers[0].share).sqrt();
    assert!((effect.narrowed[0] - narrowed).abs() < 1e-6 * narrowed);
    let of_level = inputs.on_levels[1][0].as_ref().expect("an effect");
    assert!((of_level.spread.input() / (known + 576.0 / 12.0) - 1.0).abs() < 0.1, "{of_level:?}");
    assert!((results.arms[1].total[0].value - results.arms[1].estimates[0].value).abs() < 1e-12);
    assert!(results.arms[1].total[0].half_width() > 10.0);
    assert!(results.to_json("run")["changes"]["after"]["stay"]["total"]["lower"].is_number());
}

/// Written, the first delay is at the low end of its range, where nobody stays over the limit in either world. In every sample all do before and
/// nobody after: the samples say so all alike, without a spread, and the change is not identical by construction.
#[test]
fn what_differs_in_samples_alone_is_not_identical() {
    let first =
        line("process.visit.step.first.delay.time", "range = [\"32 min\", \"44 min\"]\nlaw = \"uniform\"");
    let over = "[metric.over]\nbetter = \"lower\"\nshare_over = { of = \"visit.time\", limit = \"92.001 min\" }\n\
                [metric.over_not_judged]\nshare_over = { of = \"visit.time\", limit = \"92.001 min\" }\n\
                [metric.over_a_day]\nbetter = \"lower\"\nshare_over = { of = \"visit.time\", limit = \"1 d\" }\n";
    let shorter = second("range = [\"9 min\", \"11 min\"]\nlaw = \"uniform\"");
    let scenario = STAY.replace("FIRST", "\"32 min\"").replace("50 min", "10 min");
    let results = carried_in(&format!("{scenario}{over}{first}{shorter}"), [40, 2, 0], 2);
    let inputs = results.inputs.as_ref().expect("inputs");
    assert_eq!(inputs.on_changes[1][2].as_ref().expect("an effect").spread.input(), 0.0);
    assert!(
        inputs.levels[0][2].iter().all(|share| *share > 0.0)
            && inputs.levels[1][2].iter().all(|share| *share == 0.0)
    );
    let changes = &results.arms[1].changes;
    assert_eq!(changes[2].verdict, Some(Verdict::NotSettled { more_replications: None }));
    assert_eq!(changes[2].words, "not settled");
    assert!(!changes[2].adjusted.has_interval(), "{:?}", changes[2]);
    assert_eq!(changes[2].exact.as_ref().and_then(|exact| exact.verdict), Some(Verdict::Identical));
    assert_eq!(changes[3].words, "no change shown; not judged");
    assert_eq!(changes[4].verdict, Some(Verdict::Identical), "zero in every sample, too");
}

/// Exponential stays make noise: the spread of the input is found beneath it, also for a quantile.
/// Both worlds have the first delay: it acts on their levels and not on the change, and is not named there. Written 50 min may be up to
/// 66: 58 are expected, which is said; a range around what is written does not lean, whatever chance does to its few replications.
#[test]
fn what_cannot_act_is_not_named_and_ranges_that_lean_are_told() {
    let first =
        line("process.visit.step.first.delay.time.exponential.mean", "range = [\"20 min\", \"44 min\"]");
    let leaning = second("range = [\"50 min\", \"66 min\"]\nlaw = \"uniform\"");
    let results = carried("{ exponential = { mean = \"32 min\" } }", &(first.clone() + &leaning), 100, 3, 2);
    let inputs = results.inputs.as_ref().expect("inputs");
    assert!(!inputs.may_act(0, 1, 0) && inputs.may_act(1, 1, 0));
    let drivers = |effects: &[Option<experiment::Effect>]| -> Vec<usize> {
        let drivers = effects[0].as_ref().and_then(|e| e.drivers.as_ref()).expect("drivers");
        drivers.drivers.iter().map(|d| d.input).collect()
    };
    assert_eq!((drivers(&inputs.on_levels[0]), drivers(&inputs.on_changes[1])), (vec![0], vec![1]));
    let effect = inputs.on_changes[1][0].as_ref().expect("an effect");
    assert!(effect.leans() && (effect.lean - 8.0).abs() < 0.1, "{effect:?}");
    let around = second("range = [\"42 min\", \"58 min\"]\nlaw = \"uniform\"");
    let results = carried("{ exponential = { mean = \"32 min\" } }", &(first + &around), 100, 3, 2);
    let inputs = results.inputs.as_ref().expect("inputs");
    assert!(!inputs.on_changes[1][0].as_ref().expect("an effect").leans());
}

#[test]
fn noise_of_few_replications_is_taken_off() {
    let register = line(
        "process.visit.step.first.delay.time",
        "varies = \"exponential.mean\"\nrange = [\"20 min\", \"44 min\"]\nlaw = \"uniform\"",
    );
    let results = carried("{ exponential = { mean = \"32 min\" } }", &register, 200, 5, 2);
    let inputs = results.inputs.as_ref().expect("inputs");
    let of_stay = inputs.on_levels[0][0].as_ref().expect("an effect");
    let known = 576.0 / 12.0;
    // A mean of 1,200 exponential stays errs by a share of 1 / sqrt(1200), in all samples alike; what is left is that
    // share of theta itself: 48 / 1200 in a replication.
    assert!(of_stay.spread.noise > 0.001 && of_stay.spread.noise < 0.03, "{of_stay:?}");
    // 6,000 stays in all: the slope itself is known to 1.3 %, its square to 2.6 %.
    assert!((of_stay.spread.input() / known - 1.0).abs() < 0.1, "{of_stay:?}");
    // The 90 % point of 60 min + exponential is 60 + mean ln 10.
    let of_longest = inputs.on_levels[0][1].as_ref().expect("an effect");
    let known = known * std::f64::consts::LN_10.powi(2);
    assert!((of_longest.spread.input() / known - 1.0).abs() < 0.15, "{of_longest:?}");
    // Both worlds have the same first delay, draw by draw: no change depends on it.
    let change = inputs.on_changes[1][0].as_ref().expect("an effect");
    assert!(change.spread.input() < 1e-12, "{change:?}");
    assert_eq!(results.arms[1].changes[0].verdict, Some(Verdict::Improvement));
}

#[test]
fn the_same_at_any_number_of_threads() {
    let register = line(
        "process.visit.step.first.delay.time",
        "varies = \"exponential.mean\"\nrange = [\"20 min\", \"44 min\"]",
    ) + &second("range = [\"45 min\", \"58 min\"]");
    let text = |n: usize| {
        let results = carried("{ exponential = { mean = \"32 min\" } }", &register, 40, 2, n);
        serde_json::to_string(&results).expect("json")
    };
    assert!(text(1) == text(2), "results depend on the number of threads");
}

/// The bootstrap of a file's rows: the mean of n exponential observations has the variance of the observations over n.
#[test]
fn rows_of_a_file_are_drawn_again() {
    let rows: Vec<f64> = (0..80).map(|i| 40.0 * -(1.0 - (i as f64 + 0.5) / 80.0).ln()).collect();
    let csv: String = std::iter::once("minutes".to_owned())
        .chain(rows.iter().map(f64::to_string))
        .map(|l| l + "\n")
        .collect();
    let law = "{ empirical = { file = \"stays.csv\", column = \"minutes\", unit = \"min\", fitted = true } }";
    let source =
        STAY.replace("FIRST", law) + &line("process.visit.step.first.delay.time", "provenance = \"data\"");
    let (tree, _) = scenario::parse("stay.toml", &source);
    let loader = |_: &str| Ok(csv.clone().into_bytes());
    let (arms, found) = scenario::lower_arms(&tree, &loader);
    assert!(!found.iter().any(Diagnostic::is_error), "{}", diag::render(&found, &tree.sources, false));
    let inputs = varied(&tree, &arms[0].1);
    assert!(matches!(inputs.as_slice(), [Varied::Rows(rows)] if rows.fitted), "{inputs:?}");
    let positions: Vec<f64> = (0..400).map(|i| (f64::from(i) + 0.5) / 400.0).collect();
    let sampled = Sampled { scenario: &tree, inputs: &inputs, positions: vec![positions], seed: 3 };
    let at = |sample: usize| [sampled.positions[0][sample]];
    let means = &sampled.values(&loader)[0];
    let variance = turnaround::stats::describe::variance(&rows) * 79.0 / 80.0 / 80.0;
    let found = turnaround::stats::describe::variance(means);
    assert!((found / variance - 1.0).abs() < 4.0 * (2.0f64 / 400.0).sqrt(), "{found} {variance}");
    // Each sample has a law of its own, fitted to its rows, and the same sample the same law.
    let first = sampled.models(&at(0), &loader).expect("models");
    assert!(first == sampled.models(&at(0), &loader).expect("models"));
    assert!(first[0] != sampled.models(&at(1), &loader).expect("models")[0]);
}

#[test]
fn a_sample_that_cannot_be_is_told_and_a_stop_leaves_the_results_alone() {
    let arms = world::arms(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/theory/mm1.toml"),
        &["compare.replications=10", "run.window=\"3000 h\""],
    );
    let runs: Vec<Arm> =
        arms.iter().map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let pool = threads(Some(2)).expect("threads");
    let stop = AtomicBool::new(false);
    let watch = Watch { progress: &|_, _| (), cancel: &stop };
    let mut results = experiment::run(&runs, true, watch, &pool).expect("results");
    let before = serde_json::to_string(&results).expect("json");
    let sampling = Sampling {
        inputs: Vec::new(),
        positions: vec![(0..20).map(f64::from).collect()],
        ranks: Vec::new(),
        values: Vec::new(),
        samples: 20,
        inner: 2,
        sobol: 0,
        models: &|at| if at == [3.0] { Err("no such world".to_owned()) } else { Ok(vec![arms[0].1.clone()]) },
    };
    let error =
        experiment::carry(&mut results, &runs[..1], &sampling, watch, &pool, None).expect_err("an error");
    assert!(
        error.to_string().contains("sample 3 of the inputs cannot be simulated: no such world"),
        "{error}"
    );
    stop.store(true, Ordering::Relaxed);
    let done = experiment::carry(&mut results, &runs[..1], &sampling, watch, &pool, None).expect("no error");
    assert!(!done && serde_json::to_string(&results).expect("json") == before);
}

/// The second delay is an input in both worlds, with a range of 8 min before and of 14 min after: shares of the change.
#[test]
fn sobol_indices_agree_with_known_shares() {
    let register =
        line("process.visit.step.second.delay.time", "range = [\"56 min\", \"64 min\"]\nlaw = \"uniform\"")
            + &second("range = [\"43 min\", \"57 min\"]\nlaw = \"uniform\"")
            + &line(
                "process.visit.step.first.delay.time",
                "range = [\"20 min\", \"44 min\"]\nlaw = \"uniform\"",
            );
    let results = carried_with("\"32 min\"", &register, [60, 2, 256], 2);
    let sobol = results.inputs.and_then(|inputs| inputs.sobol).expect("indices");
    // 14^2 and 8^2 of 260; the first delay is in both arms and does nothing.
    assert_eq!(sobol.groups, [vec![0], vec![1], vec![2]], "two drivers, and the other");
    for (index, share) in sobol.indices[1].iter().zip([64.0 / 260.0, 196.0 / 260.0, 0.0]) {
        assert!((index.first - share).abs() < 4.0 * index.first_se + 1e-9, "{index:?} {share}");
        assert!((index.total - share).abs() < 4.0 * index.total_se + 1e-9, "{index:?} {share}");
        assert!(index.first_se < 0.1 && index.total_se < 0.1, "{index:?}");
    }
}
