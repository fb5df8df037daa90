//! Runs that are interrupted or killed, and go on with `--resume`.

use super::{MM1, Outcome, Place};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use turnaround::rng::{Key, Purpose};

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
    // A first answer that a killed run left gives way to the whole one.
    fs::create_dir(place.path(&run).join("first")).expect("a folder");
    fs::write(place.path(&run).join("first/summary.txt"), "so far").expect("written");
    assert_eq!(place.run_folder(&[&RUN[1..], &["--resume"]].concat()), run);
    assert!(files(&place, &run) == files(&whole, &run), "the files differ");
}

#[test]
fn a_long_run_has_a_first_answer_while_it_goes_on() {
    const BUS: [&str; 4] = ["run", "scenarios/bus", "-n", "12"];
    let place = Place::new();
    let mut command = place.command(&BUS);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    let first = loop {
        assert!(begun.elapsed() < Duration::from_secs(120), "there is no first answer");
        let runs = fs::read_dir(place.path("output/bus")).into_iter().flatten().flatten();
        if let Some(first) = runs.map(|run| run.path().join("first")).find(|first| first.exists()) {
            break first;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    // It is written whole.
    let read = |name: &str| fs::read_to_string(first.join(name)).expect(name);
    let said = "First answer: \u{201c}Before\u{201d} against \u{201c}With the social tool\u{201d}, as if all inputs were exact.";
    assert!(read("summary.txt").contains(said) && read("report.html").contains(said));
    assert!(first.join("charts/distribution.png").exists() && first.join("scenario.resolved.toml").exists());
    let metrics = read("metrics.csv");
    assert!(!first.with_file_name("manifest.json").exists(), "it counts as whole");
    send("-INT", &child);
    let outcome = Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}", outcome.err);
    assert!(outcome.err.contains(said) && outcome.err.contains("--resume"), "{}", outcome.err);
    // The same as if nothing else had been asked.
    let alone = ["--arms", "after", "--point-estimates-only", "--no-ramp"];
    let run = place.run_folder(&[&BUS[1..], &alone].concat());
    assert_eq!(fs::read_to_string(place.path(&run).join("metrics.csv")).expect("a table"), metrics);
    assert!(!place.path(&run).join("first").exists(), "nothing was to be waited for");
}

/// Interrupts a desk with ranges and a ramp once a file of this name is there; gives what is found in the run folder, and the outcome.
fn interrupted(settings: &[&str], once: &str) -> (BTreeMap<String, Vec<u8>>, Outcome) {
    let place = Place::new();
    fs::write(place.path("desk.toml"), format!("{}{RAMP}", super::inputs::DESK)).expect("a scenario");
    let mut command = place.command(&[&["run", "desk.toml", "--json"], settings].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    let run = loop {
        assert!(begun.elapsed() < Duration::from_secs(60), "there is no {once}");
        let mut runs = fs::read_dir(place.path("output/desk")).into_iter().flatten().flatten();
        if let Some(run) = runs.find(|run| run.path().join(once).exists()) {
            break run.path();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    send("-INT", &child);
    let outcome = Outcome::from(child.wait_with_output().expect("it ends"));
    assert_eq!(outcome.code, 130, "{}", outcome.err);
    (place.files(&run.to_string_lossy()), outcome)
}

#[test]
fn what_an_interrupted_run_shows_says_what_it_leaves_out() {
    let exact = "intervals and verdicts are as if all inputs were exact";
    let samples = "all replications and some samples of the inputs are kept in ";
    let (ramp, rests) = (" of 400 replications of the ramp, are kept in ", " of 400 replications");
    let long_ramp = ["-n", "400", "-S", "ramp.replications=400"];
    for (settings, once, done, told) in [
        (&["--inputs", "1000x2"][..], "samples/0001.gz", samples, exact),
        (&long_ramp[..], "ramp/parts/0001.gz", ramp, rests),
    ] {
        let (files, outcome) = interrupted(settings, once);
        assert!(outcome.err.contains(done) && outcome.err.contains("--resume"), "{}", outcome.err);
        assert!(!files.contains_key("manifest.json"), "it counts as whole");
        for name in ["summary.txt", "report.md", "report.html"] {
            let text = String::from_utf8_lossy(&files[name]).split_whitespace().collect::<Vec<_>>().join(" ");
            let says = text.to_lowercase().contains("interrupted: this is not the whole answer; ");
            assert!(says && text.contains(told), "{name}: {text}");
            assert!(name != "report.html" || text.contains("role=\"note\">Interrupted: "), "{text}");
        }
        for json in [outcome.out.as_bytes(), &files["results.json"]] {
            let json: serde_json::Value = serde_json::from_slice(json).expect("JSON");
            assert_eq!(json["complete"], false);
            assert_eq!(json["inputs"].is_object(), once.starts_with("ramp"), "samples are in it or not");
        }
    }
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

/// With what a desk with ranges leaves (parts, samples of the inputs, tables and pictures) also parts of a ramp.
const RAMP: &str = r#"
[ramp]
go_live = "2 weeks"
window = "8 weeks"
replications = 20
"#;

/// Kills a run with SIGKILL `n` times, at instants drawn over its whole life. After each kill what stands under a final name is
/// whole; in the end the folder is that of a run that nobody disturbed, with no file more and no byte else.
fn killed(n: usize) {
    let case = || {
        let place = Place::new();
        fs::write(place.path("desk.toml"), format!("{}{RAMP}", super::inputs::DESK)).expect("a scenario");
        place
    };
    let whole = case();
    let begun = Instant::now();
    let run = whole.run_folder(&["desk.toml"]);
    let life = begun.elapsed();
    let expected = whole.files(&run);
    let mut place = case();
    let (mut kills, mut starts) = (0, 0);
    // How far the run had come: nothing, parts, samples, ramp, tables and pictures.
    let mut stages = [0; 5];
    while kills < n {
        let mut draws = Key::new(4, starts).stream(Purpose::of("kill"), 0, 0);
        starts += 1;
        assert!(starts < 40 * n as u64, "{kills} kills in {starts} starts: most runs end before");
        // One in three begins anew, over what is there.
        let arguments: &[&str] =
            if draws.uniform() < 0.33 { &["run", "desk.toml"] } else { &["run", "desk.toml", "--resume"] };
        let mut command = place.command(arguments);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
        std::thread::sleep(life.mul_f64(draws.uniform()));
        child.kill().expect("a signal");
        let status = child.wait().expect("it ends");
        let there = if place.path(&run).exists() { place.files(&run) } else { BTreeMap::new() };
        let ended = status.success();
        assert!(ended || status.signal() == Some(9), "start {starts}: {status}");
        assert!(!ended || there.contains_key("manifest.json"), "start {starts} ended without a manifest");
        for (name, bytes) in &there {
            let unfinished =
                Path::new(name).file_name().is_some_and(|f| f.to_string_lossy().starts_with(".tmp"));
            if !unfinished && name != "manifest.json" {
                assert!(expected.get(name) == Some(bytes), "start {starts}: {name} is not whole");
            }
        }
        if there.contains_key("manifest.json") {
            same_run(&there, &expected);
            place = case();
        }
        if !ended {
            kills += 1;
            let has = |names: &str| there.keys().any(|name| name.starts_with(names));
            let stage = ["summary.txt", "ramp/", "samples/", "parts/"].iter().position(|names| has(names));
            stages[stage.map_or(0, |s| 4 - s)] += 1;
        }
    }
    eprintln!("{kills} kills in {starts} starts; nothing, parts, samples, ramp, tables: {stages:?}");
    assert_eq!(place.run_folder(&["desk.toml", "--resume"]), run);
    same_run(&place.files(&run), &expected);
}

/// The same files with the same bytes, but for the times in the manifest, which has the hash of each.
fn same_run(files: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    let hashes = manifest["files"].as_object().expect("hashes");
    assert!(files.keys().eq(expected.keys()), "{:?}", files.keys());
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "manifest.json") {
        assert!(bytes == &expected[name], "{name} differs");
        assert_eq!(hashes[name], blake3::hash(bytes).to_hex().as_str(), "{name} has another hash");
    }
    assert_eq!(hashes.len() + 1, files.len());
}

#[test]
fn kills_at_any_instant_change_no_byte() {
    killed(25);
}

#[test]
#[ignore = "takes a minute or two: cargo test --release kills -- --ignored --nocapture"]
fn two_hundred_kills_at_any_instant_change_no_byte() {
    killed(200);
}
