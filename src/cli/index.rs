//! The index page of an output folder: every finished run, with links to its report. One offline file.

use super::exit::Failure;
use crate::eventlog::xml::escaped;
use crate::output::folder;
use crate::output::manifest::Manifest;
use crate::report::{at_verdict, number_text};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes `index.html` into the output folder.
pub fn write(output: &Path) -> Result<PathBuf, Failure> {
    let path = output.join("index.html");
    folder::write_atomically(&path, page(output).as_bytes()).map_err(Failure::Failed)?;
    Ok(path)
}

fn page(output: &Path) -> String {
    let mut rows = String::new();
    for scenario in folders(output) {
        for run in folders(&scenario) {
            if let Some(manifest) = Manifest::read(&run) {
                row(&mut rows, output, &run, &manifest);
            }
        }
    }
    include_str!("index.html").replace("<!-- rows -->", &rows)
}

fn row(rows: &mut String, output: &Path, run: &Path, manifest: &Manifest) {
    let relative = run.strip_prefix(output).unwrap_or(run).to_string_lossy().replace('\\', "/");
    let report = ["report.html", "report.md"].into_iter().find(|name| run.join(name).exists());
    let json: Option<Value> =
        fs::read(run.join("results.json")).ok().and_then(|b| serde_json::from_slice(&b).ok());
    let _ = writeln!(
        rows,
        "<tr><th scope=\"row\"><a href=\"{}/{}\">{}</a></th><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
        link(&relative),
        report.unwrap_or("summary.txt"),
        escaped(&manifest.scenario),
        escaped(&manifest.key),
        manifest.replications_done,
        manifest.seed,
        json.zip(manifest.primary.as_deref())
            .map(|(json, primary)| finding(&json, primary))
            .unwrap_or_default(),
    );
}

/// The primary metric: its value, or its change in each arm.
fn finding(json: &Value, primary: &str) -> String {
    let unit = json["arms"]["before"][primary]["unit"].as_str().unwrap_or_default();
    let before = number_text(&json["arms"]["before"][primary]);
    let mut text = format!("{}: {before} {unit}", escaped(primary));
    for (arm, change) in json["changes"].as_object().into_iter().flatten() {
        let change = &change[primary];
        let verdict = change["verdict"].as_str().unwrap_or("not judged").replace('_', " ");
        let shown = number_text(at_verdict(change));
        let _ = write!(text, "<br>{}: {shown} {unit}, {verdict}", escaped(arm));
    }
    text
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A path as a link: what means something in an address, or in the page, as its bytes.
fn link(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    path.bytes().map(one).collect()
}
