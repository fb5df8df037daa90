//! The report in a browser: `tests/chromium/check.sh`, which is skipped where Chromium is not installed.

#![allow(clippy::disallowed_methods, reason = "the page is written for a browser to read")]

use super::report::{SHORT_BUS, report};
use std::path::Path;
use std::process::Command;

/// The exit code of what was skipped.
const SKIPPED: i32 = 77;

/// The page of a study, in the frame of the others.
#[test]
fn the_page_of_a_study_is_sound_in_a_browser() {
    let place = crate::cli::Place::new();
    let table = place.well(&["attribute", "docs/examples/mechanisms.toml"]);
    let folder = table.lines().find_map(|l| l.strip_prefix("Folder: ")).expect("a folder");
    check(&place.path(folder).join("report.html"), &place.path("screens"));
}

#[test]
fn the_report_is_sound_in_a_browser() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("report.html");
    std::fs::write(&file, report("scenarios/bus/scenario.toml", &SHORT_BUS).html).expect("a file");
    check(&file, &folder.join("screens"));
}

fn check(file: &Path, screens: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chromium/check.sh");
    let output = Command::new("sh").arg(script).arg(file).arg(screens).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        Some(0) => {}
        Some(SKIPPED) => eprintln!("{said}"),
        _ => panic!("{said}{}", String::from_utf8_lossy(&output.stderr)),
    }
}
