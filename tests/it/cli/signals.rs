//! Runs that are interrupted or killed, and go on with `--resume`.

use super::{MM1, Outcome, Place};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Twenty parts, of two seconds or so.
const RUN: [&str; 4] = ["run", MM1, "-n", "200"];
const PARTS: usize = 20;

/// The run folder's files but the manifest, whose times differ, with the hashes that the manifest has of them.
fn files(place: &Place, run: &str) -> (BTreeMap<String, Vec<u8>>, serde_json::Value) {
    let mut files = place.files(run);
    // A kill in the middle of writing leaves the unfinished copy.
    files.retain(|name, _| !name.contains(".tmp"));
    let manifest = files.remove("manifest.json").expect("a whole run");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    assert!(manifest["files"].as_object().is_some_and(|files| files.len() > PARTS));
    (files, manifest["files"].clone())
}

fn start(place: &Place, more: &[&str]) -> Child {
    let mut command = place.command(&[&RUN[..], more].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// How many parts the unfinished run of this place has.
fn parts(place: &Place) -> usize {
    let runs = fs::read_dir(place.path("output/mm1")).into_iter().flatten().flatten();
    let parts = runs.filter_map(|run| fs::read_dir(run.path().join("parts")).ok()).flatten().flatten();
    parts.filter(|part| part.path().extension().is_some_and(|e| e == "gz")).count()
}

fn wait_for_parts(place: &Place, n: usize) {
    let begun = Instant::now();
    while parts(place) < n {
        assert!(begun.elapsed() < Duration::from_secs(60), "no {n} parts were kept");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

#[test]
fn an_interrupted_run_resumes_to_the_same_bytes() {
    let (whole, place) = (Place::new(), Place::new());
    let run = whole.run_folder(&RUN[1..]);
    let child = start(&place, &[]);
    wait_for_parts(&place, 3);
    send("-INT", &child);
    let outcome = Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}", outcome.err);
    let kept = parts(&place);
    assert!((3..PARTS).contains(&kept), "{kept} parts");
    assert!(!place.path(&run).join("manifest.json").exists(), "it counts as whole");
    assert_eq!(place.run_folder(&[&RUN[1..], &["--resume"]].concat()), run);
    assert!(files(&place, &run) == files(&whole, &run), "the files differ");
}

#[test]
fn an_interrupted_validation_gives_no_verdict() {
    let place = Place::new();
    let long = ["validate", MM1, "-S", "compare.replications=20000"];
    let child =
        place.command(&long).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(2));
    send("-INT", &child);
    let outcome = Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}{}", outcome.out, outcome.err);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.starts_with("interrupted: "), "{}", outcome.err);
}

#[test]
fn five_kills_at_different_moments_change_no_byte() {
    let (whole, place) = (Place::new(), Place::new());
    let run = whole.run_folder(&RUN[1..]);
    for (i, until) in [0, 3, 7, 12, PARTS].into_iter().enumerate() {
        let mut child = start(&place, &["--resume"]);
        wait_for_parts(&place, until);
        // Before the first part, somewhere in a later one, and at once after the last one, among tables and charts.
        std::thread::sleep(Duration::from_millis(7 * (4 - i) as u64));
        send("-KILL", &child);
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal(), Some(9), "kill {i} came too late");
        assert!(!place.path(&run).join("manifest.json").exists(), "kill {i}: it counts as whole");
    }
    assert_eq!(parts(&place), PARTS);
    assert_eq!(place.run_folder(&[&RUN[1..], &["--resume"]].concat()), run);
    assert!(files(&place, &run) == files(&whole, &run), "the files differ");
}
