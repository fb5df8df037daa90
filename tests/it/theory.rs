//! The scenarios with known answers: each file states what is known, the program must agree within four standard errors,
//! and `docs/validation.md` must say what it says.

use crate::world::{arms, files, simulate};
use std::path::{Path, PathBuf};
use turnaround::report::{Checked, Validated, validation};

const COMMAND: &str = "cargo run --release -- validate scenarios/theory scenarios/treatment_centre scenarios/aircraft_pool --markdown";

/// Set UPDATE_GOLDEN=1 to write the document anew.
#[test]
#[allow(clippy::disallowed_methods, reason = "compares a document of the repository")]
fn the_engine_agrees_with_what_is_known_and_the_document_says_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scenarios: Vec<PathBuf> = files("scenarios/theory");
    scenarios.extend(["treatment_centre", "aircraft_pool"].map(|name| root.join("scenarios").join(name)));
    let mut all = Vec::new();
    for path in &scenarios {
        let file = path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/");
        let arms = arms(&if path.is_dir() { path.join("scenario.toml") } else { path.clone() }, &[]);
        let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
        let validated = Validated::new(file.clone(), &simulate(&arms), &models);
        all.push(validated.unwrap_or_else(|| panic!("{file} states no known answer")));
    }
    let is_wrong = |c: &&Checked| c.z().is_nan() || c.z().abs() > validation::LIMIT;
    let wrong = all.iter().flat_map(|v| v.answers.iter().filter(is_wrong).map(move |c| (v, c)));
    let wrong: Vec<_> = wrong
        .map(|(v, c)| {
            format!("{}: {} ({}) is {} +- {}, not {}", v.file, c.metric, c.arm, c.estimate, c.se, c.known)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let tally = validation::tally(&all);
    assert!(tally.n_answers > 100, "only {} known answers were found", tally.n_answers);
    // Standard errors are right on the whole: z squared has mean 1 and variance 2. At worst the answers of a scenario, which
    // share their replications, are one answer: then the sum over all has variance 2 x the sum of squared group sizes.
    let squares: usize = all.iter().map(|v| v.answers.len().pow(2)).sum();
    let error = (2.0 * squares as f64).sqrt() / tally.n_answers as f64;
    assert!((tally.mean_square - 1.0).abs() < 3.0 * error, "mean of z squared {}", tally.mean_square);

    let document = validation::document(&all, COMMAND);
    let place = root.join("docs/validation.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&place, &document).expect("the document can be written");
    }
    let kept = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        kept == document,
        "docs/validation.md is not what the program says; UPDATE_GOLDEN=1 writes it anew"
    );
}
