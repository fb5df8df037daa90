//! What PM4Py says about the logs of the data folder (`tests/golden/mining.json`, made by `tests/oracles/mining.py`).
//!
//! Where PM4Py is wrong, the test says so: on its own tree of `SEPSIS.xes.gz` (noise 0.2) its token replay calls 80 % of
//! the cases fitting, where its alignments, and ours, find 67 % without cost.

#![allow(clippy::disallowed_methods, reason = "these tests read data files")]

use crate::shared_logs;
use std::collections::BTreeMap;
use turnaround::mining::{self, Tree, Who};

#[test]
fn agrees_with_pm4py() {
    if shared_logs::folder().is_none() {
        return;
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/mining.json");
    let golden = std::fs::read_to_string(golden).expect("the golden file");
    let golden: BTreeMap<String, serde_json::Value> = serde_json::from_str(&golden).expect("JSON");
    for (name, expected) in &golden {
        let mut log = shared_logs::read(name);
        let graph = mining::dfg(&log);
        let number = |v: &serde_json::Value| v.as_f64().expect("a number");
        assert_eq!((log.len(), graph.cases), (int(&expected["rows"]), int(&expected["cases"])), "{name}");

        let edges: BTreeMap<_, _> =
            graph.edges.iter().map(|e| ((e.from.as_str(), e.to.as_str()), e.count as usize)).collect();
        let list = expected["edges"].as_array().expect("a list");
        let theirs: BTreeMap<_, _> =
            list.iter().map(|e| ((e[0].as_str().unwrap(), e[1].as_str().unwrap()), int(&e[2]))).collect();
        assert_eq!(edges, theirs, "{name}");
        for a in &graph.activities {
            let of = |key: &str| expected[key].get(&a.name).map_or(0, int);
            assert_eq!((a.starts as usize, a.ends as usize), (of("starts"), of("ends")), "{name} {}", a.name);
        }

        assert_eq!(mining::variants(&log).len(), int(&expected["variants"]), "{name}");
        let summary = mining::summary(&log);
        let cycle = &expected["cycle"];
        for (ours, theirs) in [
            (summary.cycle.mean, number(&cycle["mean"])),
            (summary.cycle.median, number(&cycle["median"])),
            (summary.cycle.p90, number(&cycle["p90"])),
        ] {
            assert!((ours - theirs).abs() < 1e-6, "{name} {ours} {theirs}");
        }
        let rework: BTreeMap<_, _> =
            summary.rework.iter().map(|r| (r.activity.as_str(), r.repeating)).collect();
        let theirs = expected["rework"].as_object().expect("an object").iter();
        assert_eq!(rework, theirs.map(|(a, n)| (a.as_str(), int(n))).collect(), "{name}");
        if let Some(handovers) = expected.get("handovers") {
            assert_eq!(mining::handovers(&log, Who::Resources).len(), int(handovers), "{name}");
        }

        for model in expected["models"].as_array().expect("a list") {
            let noise = number(&model["noise"]);
            let text = model["tree"].as_str().expect("a tree");
            let theirs = Tree::parse(text, &mut log.activities).expect("a tree").simplified();
            let about = format!("{name}, noise {noise}");
            if let Some(alignments) = model.get("alignments") {
                let conformance = mining::conformance(&log, &theirs).expect("a small net");
                let aligned = mining::alignments(&log, &theirs).expect("a small net").variants;
                let cost: usize = aligned.iter().map(|a| a.cases * a.cost as usize).sum();
                assert_eq!(cost, int(&alignments["cost"]), "{about}");
                assert!((conformance.fitting - number(&alignments["fitting"])).abs() < 1e-12, "{about}");
                // PM4Py adds 1/10,000 for every silent step.
                let apart = conformance.mean_fitness - number(&alignments["mean_fitness"]);
                assert!(apart.abs() < 2e-3, "{about} {apart}");
            }
            let ours = mining::inductive(&log, noise);
            let (ours, theirs) = (mining::replay(&log, &ours), mining::replay(&log, &theirs));
            if noise == 0.0 {
                assert_eq!(ours.fitting, 1.0, "{about}");
            }
            // Which tokens are lent first is a matter of choice: PM4Py's rule is another one.
            let said = number(&model["replay"]["log_fitness"]);
            assert!((theirs.log_fitness - said).abs() < 0.01, "{about} {} {said}", theirs.log_fitness);
        }
    }
}

fn int(value: &serde_json::Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}
