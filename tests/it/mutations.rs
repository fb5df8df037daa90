//! Tests of the tests: `tests/data/mutations.toml` names faults, and each must make a test fail.

#![allow(clippy::disallowed_methods, reason = "these tests copy the sources, break them and build them")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a copy of the project needs to build and to run its tests.
const COPIED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "ARCHITECTURE.md",
    "src",
    "tests",
    "benches",
    "scenarios",
    "docs",
    "assets",
    "fuzz",
];

struct Mutation {
    name: String,
    file: String,
    find: String,
    replace: String,
    tests: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn mutations() -> Vec<Mutation> {
    let text = fs::read_to_string(root().join("tests/data/mutations.toml")).expect("the list of mutations");
    let table: toml::Table = text.parse().expect("TOML");
    let all = table["mutation"].as_array().expect("an array of tables");
    let read = |m: &toml::Value| {
        let text = |key: &str| m[key].as_str().expect(key).to_owned();
        Mutation {
            name: text("name"),
            file: text("file"),
            find: text("find"),
            replace: text("replace"),
            tests: text("tests"),
        }
    };
    all.iter().map(read).collect()
}

/// A mutation whose place is gone would test nothing.
#[test]
fn every_mutation_has_its_place() {
    let all = mutations();
    assert!(all.len() >= 10, "only {} mutations", all.len());
    for Mutation { name, file, find, .. } in all {
        let source = fs::read_to_string(root().join(&file)).expect("a source file");
        assert_eq!(source.matches(&find).count(), 1, "{name}: its line is not once in {file}");
    }
}

/// Builds the project once for each fault, without its edges: some twenty minutes.
#[test]
#[ignore = "builds the project many times: cargo test --release mutations -- --ignored --nocapture"]
fn every_mutation_makes_a_test_fail() {
    let copy = tempfile::tempdir().expect("a folder");
    for name in COPIED {
        copy_all(&root().join(name), &copy.path().join(name));
    }
    let run = |tests: &str| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--release", "--no-default-features", "--", tests]);
        let output =
            cargo.current_dir(copy.path()).env("CARGO_TARGET_DIR", copy.path().join("target")).output();
        let output = output.expect("cargo runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    };
    let (passes, text) = run("kernel");
    assert!(passes, "the copy fails without a mutation:\n{text}");
    let mut survived = Vec::new();
    for Mutation { name, file, find, replace, tests } in mutations() {
        let path = copy.path().join(&file);
        let source = fs::read_to_string(&path).expect("a source file");
        fs::write(&path, source.replace(&find, &replace)).expect("the copy can be changed");
        let (passes, text) = run(&tests);
        fs::write(&path, source).expect("the copy can be changed back");
        let failed: Vec<&str> =
            text.lines().filter(|l| l.starts_with("test ") && l.ends_with("FAILED")).collect();
        println!("{name}: {}", if failed.is_empty() { "no test fails" } else { "" });
        failed.iter().for_each(|line| println!("    {line}"));
        assert!(passes || !failed.is_empty(), "{name}: the copy does not build:\n{text}");
        if passes {
            survived.push(name);
        }
    }
    assert!(survived.is_empty(), "no test notices: {survived:?}");
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("a copy");
    }
}
