//! Whole run folders: the same bytes at any number of threads and on every rerun, and the same as last time.
//!
//! `tests/golden/runs.txt` has the hash of each table of two runs. A change of the engine that moves a draw or a tie shows up here
//! first; when it is meant, `UPDATE_GOLDEN=1 cargo test --release golden` writes the file anew, and the change log says why.
//!
//! Logarithms and powers come from the system's library, whose last bits differ between systems, and with them the tables
//! (`docs/determinism.md`). So the file begins with the hash of many such values: where that differs, the hashes of tables say
//! nothing and are not compared, which the test prints; that threads and reruns agree is tested everywhere.

#![allow(clippy::disallowed_methods, reason = "these tests run the program and read what it wrote")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Scenario, and the settings that keep its run short.
const RUNS: &[(&str, &[&str])] = &[
    ("scenarios/theory/mm1.toml", &["-n", "4"]),
    (
        "scenarios/bus",
        &[
            "-n",
            "4",
            "--inputs",
            "20x2",
            "-S",
            "run.window=13 weeks",
            "-S",
            "run.warm_up=4 weeks",
            "-S",
            "run.drain=4 weeks",
            "-S",
            "ramp.window=65 weeks",
            "-S",
            "ramp.replications=2",
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a scenario into a fresh folder: the hashes of its files by relative path, the manifest (clock, threads) aside.
fn run(scenario: &str, settings: &[&str], threads: &str) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_turnaround"))
        .current_dir(root())
        .args(["run", scenario, "--force", "--json", "--threads", threads, "-o"])
        .arg(out.path())
        .args(settings)
        .output()
        .expect("the program runs");
    assert!(status.status.success(), "{scenario}: {}", String::from_utf8_lossy(&status.stderr));
    let mut hashes = BTreeMap::new();
    hash(out.path(), out.path(), &mut hashes);
    assert!(hashes.len() > 3, "{scenario}: no run folder in {hashes:?}");
    hashes
}

fn hash(folder: &Path, base: &Path, hashes: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            hash(&path, base, hashes);
        } else if path.file_name().is_some_and(|n| n != "manifest.json") {
            let bytes = std::fs::read(&path).expect("a file");
            // The folder's name depends on the executable.
            let name: PathBuf = path.strip_prefix(base).expect("inside").components().skip(2).collect();
            hashes.insert(name.display().to_string(), blake3::hash(&bytes).to_hex()[..16].to_owned());
        }
    }
}

/// A hash of what the system's library makes of many numbers.
fn arithmetic() -> String {
    let mut hasher = blake3::Hasher::new();
    for i in 1..50_000 {
        let u = f64::from(i) / 50_000.0;
        for x in
            [u.ln(), (-u).ln_1p(), u.exp(), (8.0 * u).exp_m1(), u.powf(0.37), (30.0 * u).powf(-1.3), u.sin()]
        {
            hasher.update(&x.to_bits().to_le_bytes());
        }
    }
    format!("{}  arithmetic of the system\n", &hasher.finalize().to_hex()[..16])
}

#[test]
fn threads_and_reruns_do_not_change_a_byte_and_tables_are_as_before() {
    let file = root().join("tests/golden/runs.txt");
    let mut found = arithmetic();
    for (scenario, settings) in RUNS {
        let first = run(scenario, settings, "1");
        for again in [run(scenario, settings, "2"), run(scenario, settings, "1")] {
            let different: Vec<_> =
                first.iter().filter(|(name, hash)| again.get(*name) != Some(hash)).collect();
            assert!(different.is_empty() && first.len() == again.len(), "{scenario}: {different:?} differ");
        }
        // Pictures and pages change with their looks, and texts name the executable's folder; tables only with what is in them.
        for (name, hash) in
            first.iter().filter(|(name, _)| name.ends_with(".csv") || name.ends_with(".parquet"))
        {
            let _ = writeln!(found, "{hash}  {scenario}  {name}");
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &found).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file");
    if golden.lines().next() != found.lines().next() {
        println!(
            "not compared with tests/golden/runs.txt: this system's logarithms or powers have other last bits"
        );
        return;
    }
    assert_eq!(found, golden, "tables differ from tests/golden/runs.txt; UPDATE_GOLDEN=1 if that is meant");
}
