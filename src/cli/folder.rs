//! What a run's folder holds, and when it has the answer already.

use super::exit::Failure;
use super::input::Input;
use crate::experiment::Results;
use crate::output::manifest::{self, Manifest, Program};
use crate::output::{RunFolder, results as tables};
use crate::report;
use std::fs;
use std::path::Path;

const TABLE: &str = "summary.txt";
const JSON: &str = "results.json";

/// The key of the request: what is asked, and which program answers.
pub fn key(input: &Input) -> Result<String, Failure> {
    let text = crate::text::print(&input.scenario.root);
    let mut parts = vec![text.into_bytes(), executable()?.into_bytes()];
    parts.extend(files_of(input).map(|(_, bytes)| bytes));
    Ok(manifest::key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// The table and the JSON object of a whole run folder.
pub fn kept(path: &Path) -> Option<(String, serde_json::Value)> {
    Manifest::read(path)?;
    let table = fs::read_to_string(path.join(TABLE)).ok()?;
    let json = serde_json::from_slice(&fs::read(path.join(JSON)).ok()?).ok()?;
    Some((table, json))
}

pub fn open(path: &Path) -> Result<RunFolder, Failure> {
    RunFolder::create(path).map_err(Failure::Failed)
}

/// Writes every file of a run but the manifest.
pub fn fill(
    files: &mut RunFolder,
    input: &Input,
    results: &Results,
    table: &str,
    json: &serde_json::Value,
) -> Result<(), Failure> {
    let footer = format!(
        "{}, seed {}, {} paired replications, turnaround {}",
        input.name,
        results.seed,
        results.replications,
        env!("CARGO_PKG_VERSION")
    );
    let mut write = |name: &str, bytes: &[u8]| files.write(name, bytes).map_err(Failure::Failed);
    let parquet = |table: crate::output::Table| table.to_parquet().map_err(Failure::Failed);
    write("scenario.resolved.toml", crate::text::print(&input.scenario.root).as_bytes())?;
    write(TABLE, table.as_bytes())?;
    let text = serde_json::to_string_pretty(json).map_err(|e| Failure::Failed(e.to_string()))? + "\n";
    write(JSON, text.as_bytes())?;
    write("metrics.csv", &tables::metrics(results).to_csv())?;
    write("replications.parquet", &parquet(tables::replications(results))?)?;
    write("weekly.parquet", &parquet(tables::series(results))?)?;
    let drawn = [
        ("distribution.csv", tables::distribution(results)),
        ("stages.csv", tables::stages(results)),
        ("adoption.csv", tables::adoption(results)),
    ];
    for (name, table) in drawn {
        if let Some(table) = table {
            write(name, &table.to_csv())?;
        }
    }
    for log in &results.logs {
        let (arm, model) = &input.arms[log.arm];
        let name = format!("logs/{}_{}", arm.name, log.replication);
        let table = tables::log(log, model);
        write(&format!("{name}.csv"), &table.to_csv())?;
        write(&format!("{name}.parquet"), &parquet(table)?)?;
    }
    let models: Vec<_> = input.arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    write("report.md", report::markdown(results, &models).as_bytes())?;
    #[cfg(feature = "charts")]
    for picture in report::pictures(results, &footer) {
        write(&format!("charts/{}.svg", picture.name), picture.svg.as_bytes())?;
        let png = crate::chart::svg_to_png(&picture.svg).map_err(Failure::Failed)?;
        write(&format!("charts/{}.png", picture.name), &png)?;
    }
    Ok(())
}

pub fn finish(files: RunFolder, manifest: Manifest) -> Result<(), Failure> {
    let program = Program {
        name: "turnaround".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        executable: executable()?,
    };
    files.finish(Manifest { program, ..manifest }).map_err(Failure::Failed)
}

/// Files beside the scenario that could be read by it.
fn files_of(input: &Input) -> impl Iterator<Item = (String, Vec<u8>)> {
    let folder = input.path.parent().map(Path::to_owned).unwrap_or_default();
    let mut names: Vec<_> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "csv" || e == "parquet"))
        .collect();
    names.sort();
    names.into_iter().filter_map(|path| Some((path.display().to_string(), fs::read(&path).ok()?)))
}

/// Hash of the running program: another build may give other last bits.
fn executable() -> Result<String, Failure> {
    let bytes = std::env::current_exe().and_then(fs::read);
    bytes
        .map(|bytes| blake3::hash(&bytes).to_hex().to_string())
        .map_err(|e| Failure::Failed(format!("cannot read the program's own file: {e}")))
}
