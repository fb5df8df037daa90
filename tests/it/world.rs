//! Scenarios of the repository, with changes, and their simulation: what tests of whole scenarios share.

#![allow(clippy::disallowed_methods, reason = "tests read the scenarios that they run")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use turnaround::experiment::{Arm, Results, Watch, run, threads};
use turnaround::model::Model;
use turnaround::scenario;

/// Every scenario of a folder of the repository, by name.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is part of the repository");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

/// The arms of a scenario of the repository, e.g. "bus", with these changes.
pub fn named(name: &str, settings: &[&str]) -> Vec<(scenario::Arm, Model)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    arms(&root.join(name).join("scenario.toml"), settings)
}

/// The arms of a scenario with these changes, but those that are left aside.
pub fn arms(file: &Path, settings: &[&str]) -> Vec<(scenario::Arm, Model)> {
    picked(file, settings, &scenario::Pick::Usual)
}

/// These arms of a scenario with these changes.
pub fn picked(file: &Path, settings: &[&str], pick: &scenario::Pick) -> Vec<(scenario::Arm, Model)> {
    let tree = scenario::pick(&changed(file, settings), pick).expect("arms of the scenario");
    let (arms, found) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{}: {errors:?}", file.display());
    arms
}

/// A scenario's tree with these changes.
pub fn changed(file: &Path, settings: &[&str]) -> scenario::Scenario {
    let source = std::fs::read_to_string(file).expect("a scenario can be read");
    let (mut tree, found) = scenario::parse(&file.display().to_string(), &source);
    assert!(found.is_empty(), "{}: {found:?}", file.display());
    let changes: Vec<_> = (settings.iter())
        .map(|s| turnaround::text::Change::from_argument(s, &mut tree.sources).expect("a setting"))
        .collect();
    let (tree, unmade) = scenario::apply(&tree, &changes);
    assert!(unmade.is_empty(), "{}: {unmade:?}", file.display());
    tree
}

pub fn simulate(arms: &[(scenario::Arm, Model)]) -> Results {
    let runs: Vec<Arm> =
        arms.iter().map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    run(&runs, true, watch, &threads(None).expect("threads")).expect("the runs end")
}
