//! The scenario language: what lowers, what is refused and in which words, what printing gives back.

#![allow(clippy::disallowed_methods, reason = "these tests read their scenarios from files")]

use std::fs;
use std::path::{Path, PathBuf};
use turnaround::diag::{self, Diagnostic};
use turnaround::model::Model;
use turnaround::scenario;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Files beside the test data.
fn load(file: &str) -> Result<Vec<u8>, String> {
    fs::read(data(file)).map_err(|_| "no such file".to_owned())
}

/// The models of all arms, and what was said.
fn lower(source: &str) -> (Vec<Model>, Vec<Diagnostic>, String) {
    let (scenario, mut found) = scenario::parse("scenario.toml", source);
    let (arms, more) = scenario::lower_arms(&scenario, &load);
    found.extend(more);
    let text = diag::render(&found, &scenario.sources, false);
    (arms.into_iter().map(|(_, model)| model).collect(), found, text)
}

fn lower_well(source: &str) -> Model {
    let (models, found, said) = lower(source);
    assert!(!found.iter().any(Diagnostic::is_error), "{said}");
    models.into_iter().next().expect("a model")
}

#[test]
fn everything_lowers_and_comes_back() {
    let model = lower_well(&read(&data("everything.toml")));
    let text = scenario::print(&model);
    let again = lower_well(&text);
    assert!(again == model, "printing changes the model");
    assert_eq!(scenario::print(&again), text, "printing is not canonical");
}
