//! The same models in other people's simulators, run as separate programs: SimPy and Ciw (`tests/oracles/queues.py`).

#![allow(clippy::disallowed_methods, reason = "tests run other programs")]

use crate::world::{arms, simulate};
use std::path::Path;
use std::process::Command;

/// Their model, our scenario, our metric; all with the same inputs.
const MODELS: &[(&str, &str, &str)] = &[
    ("many_servers", "mmc", "wait"),
    ("urgent", "priority", "wait_urgent"),
    ("normal", "priority", "wait_normal"),
    ("network", "tandem", "time"),
    ("impatient", "erlang_a", "wait"),
    ("irregular", "mg1_weibull", "wait"),
];

/// Agreement within three standard errors of the difference; `PYTHON` names a Python that has the libraries.
fn agree(replications: u32, window: f64) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/queues.py");
    let mut wrong = Vec::new();
    let is_there = |library: &&str| {
        let there = Command::new(&python).args(["-c", &format!("import {library}")]).output();
        let there = there.is_ok_and(|output| output.status.success());
        if !there {
            eprintln!("skipped: no Python with {library} (set PYTHON)");
        }
        there
    };
    let libraries: Vec<&str> = ["simpy", "ciw"].into_iter().filter(is_there).collect();
    for (model, scenario, metric) in MODELS.iter().filter(|_| !libraries.is_empty()) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/theory/{scenario}.toml"));
        let results = simulate(&arms(&path, &[])[..1]);
        let which = results.metrics.iter().position(|m| m.name == *metric).expect("the metric");
        let ours = results.arms[0].estimates[which];
        for library in &libraries {
            let numbers = [replications.to_string(), "200".to_owned(), window.to_string()];
            let output = Command::new(&python).args([script, *library, *model]).args(numbers).output();
            let output = output.expect("Python runs");
            assert!(output.status.success(), "{library}: {}", String::from_utf8_lossy(&output.stderr));
            let theirs: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let number = |key: &str| theirs[key].as_f64().expect("a number");
            let (mean, se) = (number("mean"), number("se"));
            let z = (ours.value - mean) / ours.se.hypot(se);
            println!(
                "{library:6} {model:13} {mean:9.5} +- {se:.5}   ours {:9.5} +- {:.5}   z {z:5.2}",
                ours.value, ours.se
            );
            if z.is_nan() || z.abs() > 3.0 {
                wrong.push(format!("{library} {model}: {mean} +- {se}, ours {} +- {}", ours.value, ours.se));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn simpy_and_ciw_agree() {
    agree(6, 1_000.0);
}

/// `cargo test --release --test it peers:: -- --ignored --nocapture` prints the table of docs/statistics.md.
#[test]
#[ignore = "a quarter of an hour"]
fn simpy_and_ciw_agree_closely() {
    agree(40, 10_000.0);
}
