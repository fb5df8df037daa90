//! The house rules, held by tests that read `src/`: who may import whom, and where each library is at home.

#![allow(clippy::disallowed_methods, reason = "these tests read the sources that they check")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module and what it may import. A folder's files may import each other.
const LAYERS: &[(&str, &str)] = &[
    ("units", ""),
    ("ids", ""),
    ("diag", ""),
    ("rng", ""),
    ("text", "units ids diag"),
    ("expr", "units ids diag text"),
    ("dist", "units rng diag text"),
    ("kernel", "units"),
    ("stats", "rng"),
    ("record", "units ids"),
    ("activity", "units ids diag rng dist text expr"),
    ("model", "units ids diag rng dist text expr activity"),
    ("scenario", "units ids diag rng dist text expr activity model plan"),
    ("eventlog", "units ids diag record activity model"),
    ("plan", "units ids rng dist expr activity model"),
    ("sim", "units ids rng dist expr kernel record activity plan"),
    ("metrics", "units ids expr record model stats"),
    ("experiment", "units ids rng dist expr stats record activity model plan sim metrics"),
    ("mining", "units ids diag rng text expr dist stats activity model eventlog"),
    ("calibrate", "units ids rng stats record model plan sim eventlog mining"),
    ("interchange", "units ids diag text dist activity model eventlog mining"),
    ("business", "units ids rng dist expr stats model metrics experiment"),
    (
        "assess",
        "units ids diag rng text dist stats model scenario eventlog metrics mining experiment calibrate business",
    ),
    ("chart", "units stats"),
    ("output", "units ids diag record stats metrics eventlog model mining experiment business assess"),
    (
        "report",
        "units ids diag text dist stats activity model scenario eventlog metrics mining experiment calibrate business assess chart",
    ),
    ("cli", "*"),
];

/// Library (or part of `std`) and the modules that may name it.
const HOMES: &[(&str, &str)] = &[
    ("rand::", "rng"),
    ("rand_xoshiro", "rng"),
    ("rand_distr", "dist"),
    ("rayon", "experiment eventlog mining calibrate"),
    ("polars", "output eventlog"),
    ("dagre", "chart"),
    ("plotters", "chart"),
    ("resvg", "chart"),
    ("rust_xlsxwriter", "report"),
    ("clap", "cli"),
    ("indicatif", "cli"),
    ("ctrlc", "cli"),
    ("flate2", "eventlog output"),
    ("println!", "cli"),
    ("eprintln!", "cli"),
    ("std::fs", "output cli"),
    ("std::time", "output cli"),
    ("std::env", "cli"),
    ("annotate_snippets", "diag"),
    ("minijinja", "report"),
    ("winnow", "expr text"),
    ("toml::", "text"),
    ("sobol_burley", "stats"),
];

fn sources(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Every file under `src/` with its top module and its code, without comments and without `#[cfg(test)]` tails.
fn modules() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let relative = file.strip_prefix(&root).expect("under src").to_string_lossy().replace('\\', "/");
            let module = relative.split(['/', '.']).next().expect("a name").to_owned();
            let code = fs::read_to_string(&file).expect("a source file can be read");
            let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let code: Vec<_> = code.lines().map(|l| l.split("//").next().unwrap_or_default()).collect();
            (module, relative, code.join("\n"))
        })
        .filter(|(module, ..)| module != "lib" && module != "main")
        .collect()
}

#[test]
fn every_module_imports_only_what_its_layer_allows() {
    let allowed: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, file, code) in modules() {
        let Some(list) = allowed.get(module.as_str()) else {
            wrong.push(format!("{file}: module `{module}` has no row in LAYERS"));
            continue;
        };
        for part in code.split("crate::").skip(1) {
            let names: Vec<&str> = match part.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![part],
            };
            for name in names {
                let name =
                    name.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                let fine = *list == "*" || name == module || list.split(' ').any(|l| l == name);
                if !fine && allowed.contains_key(name) {
                    wrong.push(format!("{file}: `{module}` may not import `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "the layers of ARCHITECTURE.md are broken:\n{}", wrong.join("\n"));
}

#[test]
fn every_library_is_used_only_at_home() {
    let mut wrong = Vec::new();
    for (module, file, code) in modules() {
        for (library, homes) in HOMES {
            let named = code.match_indices(library).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if named && !homes.split(' ').any(|home| home == module) {
                wrong.push(format!("{file}: `{library}` is at home in {homes}"));
            }
        }
    }
    assert!(wrong.is_empty(), "libraries away from home:\n{}", wrong.join("\n"));
}

/// How long a year is stands once; a program that has two gives sums that differ by a quarter of a per mille.
#[test]
fn a_year_has_one_length() {
    // Where the calendar's own days are counted.
    let apart = ["units.rs", "eventlog/instant.rs"];
    let is_number = |code: &str, at: usize| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        !digit(code[..at].chars().next_back())
            && !code[at + 3..].starts_with(|c: char| c.is_ascii_digit() || c == '_')
    };
    let mut wrong = Vec::new();
    for (_, file, code) in modules().into_iter().filter(|(_, file, _)| !apart.contains(&file.as_str())) {
        if code.match_indices("365").any(|(at, _)| is_number(&code, at)) {
            wrong.push(file);
        }
    }
    assert!(wrong.is_empty(), "`units::YEAR` and `units::MONTH` are for: {wrong:?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = modules()
        .into_iter()
        .map(|(_, file, code)| (file, code.lines().count()))
        .filter(|(_, lines)| *lines > 700)
        .collect();
    assert!(long.is_empty(), "files to divide: {long:?}");
}
