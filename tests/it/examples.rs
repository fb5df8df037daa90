//! Every command that a help text or a document shows is run here.
//!
//! Documents: the lines of ```` ```console ```` blocks that begin with `$ `, one document after the other in a fresh folder
//! each, and what a block shows of the output must come, `...` standing for anything. ```` ```console,slow ```` blocks are
//! left to `cargo test --release -- --ignored`. A ```` ```diff ```` block whose first line is `--- FILE` is an edit of that file.

#![allow(clippy::disallowed_methods, reason = "these tests read documents and do what they say")]

use crate::cli::{Outcome, Place, commands};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_example_of_every_help_text_works() {
    let place = Place::new();
    let root = place.well(&["--help"]);
    let of_run = examples(&place.well(&["run", "--help"]));
    let mut pages = vec![(String::new(), root.clone())];
    pages.extend(commands(&root).into_iter().map(|c| (c.to_owned(), place.well(&[c, "--help"]))));
    for (command, help) in pages {
        let examples = examples(&help);
        assert!(!examples.is_empty(), "turnaround {command} --help has no example");
        let place = Place::new();
        if examples.iter().any(|e| e.contains("output/")) {
            of_run.iter().for_each(|example| well(&place, example));
        }
        logs(&place, &examples);
        examples.iter().for_each(|example| well(&place, example));
    }
}

/// The logs that examples name, as the user would have them: made from the example of `docs/`.
fn logs(place: &Place, examples: &[String]) {
    let words = examples.iter().flat_map(|example| example.split_whitespace());
    let is_log =
        |word: &&str| ["log.", "real.", "simulated.", "train.", "test."].iter().any(|p| word.starts_with(p));
    for log in words.filter(is_log) {
        well(
            place,
            &format!(
                "turnaround convert docs/examples/orders.csv {log} --column case=order_no --column resource=who"
            ),
        );
    }
}

#[test]
fn every_command_of_every_document_works() {
    follow_documents(false);
}

#[test]
#[ignore = "takes minutes: the commands that a newcomer runs at full size"]
fn every_slow_command_of_every_document_works() {
    follow_documents(true);
}

#[test]
fn no_document_shows_a_command_that_is_not_run() {
    for path in documents() {
        for block in blocks(&fs::read_to_string(&path).expect("a document")) {
            let shown = block.text.lines().find(|line| {
                let line = line.trim_start_matches("$ ");
                line.starts_with("turnaround ") || line.starts_with("cargo run")
            });
            let run = block.language.starts_with("console");
            assert!(
                run || shown.is_none(),
                "{}: `{}` is not in a console block",
                path.display(),
                shown.unwrap_or("")
            );
        }
    }
}

/// A fenced block of a document.
struct Block {
    language: String,
    text: String,
}

fn follow_documents(slow: bool) {
    for path in documents() {
        let place = Place::new();
        for block in blocks(&fs::read_to_string(&path).expect("a document")) {
            let told = |what: &str| format!("{}: {what}", path.display());
            match block.language.as_str() {
                // Slow commands stand alone: what edits change was made by others.
                "diff" if !slow => edit(&place, &block.text),
                "console" if !slow => follow(&place, &block.text, &told),
                "console,slow" if slow => follow(&place, &block.text, &told),
                _ => {}
            }
        }
    }
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = vec![root.join("README.md")];
    let mut add = |folder: PathBuf| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        all.extend(entries.filter(|path| path.extension().is_some_and(|e| e == "md")));
    };
    add(root.join("docs"));
    for folder in fs::read_dir(root.join("scenarios")).expect("scenarios").flatten() {
        add(folder.path());
    }
    all.sort();
    all
}

fn blocks(document: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in document.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                blocks.push(Block { language: language.trim().to_owned(), text: String::new() });
            }
            None if inside => {
                let text = &mut blocks.last_mut().expect("inside").text;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    blocks
}

/// Runs the commands of a block; the lines after each must be in its output, in this order.
fn follow(place: &Place, text: &str, told: &dyn Fn(&str) -> String) {
    for part in text.split("$ ").skip(1) {
        let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
        let command = command.split(" #").next().unwrap_or(command).trim();
        // The very command that runs this test.
        if command.starts_with("cargo test") {
            continue;
        }
        let outcome = shell(place, &command.replace("cargo run --release --", "turnaround"));
        let output = format!("{}{}", outcome.out, outcome.err);
        let fails = expected.lines().any(|line| line.starts_with("error:"));
        assert_eq!(outcome.code != 0, fails, "{}", told(&format!("$ {command}\n{output}")));
        let mut lines = output.lines();
        for wanted in expected.lines().filter(|line| !line.trim().is_empty() && line.trim() != "...") {
            let there = lines.any(|line| matches(line, wanted));
            assert!(there, "{}", told(&format!("$ {command}\nwanted: {wanted}\noutput:\n{output}")));
        }
    }
}

/// The pieces between dots follow each other in the line.
fn matches(line: &str, wanted: &str) -> bool {
    let mut rest = line;
    wanted.split("...").map(str::trim).all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

/// Replaces the lines with a minus by the lines with a plus that follow them; without a minus they go to the end.
fn edit(place: &Place, diff: &str) {
    let Some((first, changes)) = diff.split_once('\n') else { return };
    let Some(file) = first.strip_prefix("--- ") else { return };
    let path = place.path(file.trim());
    let mut text = fs::read_to_string(&path).expect("the file to edit");
    let of = |sign: char| -> String {
        changes.lines().filter_map(|line| Some(format!("{}\n", line.strip_prefix(sign)?))).collect()
    };
    let (old, new) = (of('-'), of('+'));
    if old.is_empty() {
        text = format!("{text}\n{new}");
    } else {
        assert_eq!(text.matches(&old).count(), 1, "{old}");
        text = text.replace(&old, &new);
    }
    fs::write(path, text).expect("the edit is written");
}

fn examples(help: &str) -> Vec<String> {
    let list = help.split("Example").nth(1).unwrap_or_default();
    let lines = list.lines().map(str::trim);
    lines.filter(|line| line.starts_with("turnaround ")).map(str::to_owned).collect()
}

fn well(place: &Place, command: &str) {
    let outcome = shell(place, command);
    assert_eq!(outcome.code, 0, "{command}\n{}{}", outcome.out, outcome.err);
}

/// In a shell, as people type it; the program is on the path.
fn shell(place: &Place, command: &str) -> Outcome {
    let folder = Path::new(env!("CARGO_BIN_EXE_turnaround")).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output =
        Command::new("sh").args(["-c", command]).env("PATH", path).current_dir(place.path("")).output();
    output.expect("a shell").into()
}
