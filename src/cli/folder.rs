//! What a run's folder holds, and when it has the answer already.

use super::exit::Failure;
#[cfg(feature = "charts")]
use super::files;
use super::input::Input;
use crate::business;
use crate::eventlog::{EventLog, format};
use crate::experiment::{self, Results};
use crate::output::manifest::{self, Manifest, Program};
use crate::output::{Parts, RunFolder, money, results as tables};
use crate::report;
use std::fs;
use std::path::Path;

pub const SCENARIO: &str = "scenario.resolved.toml";
/// Copies of the files that the scenario names.
pub const INPUTS: &str = "inputs";
const TABLE: &str = "summary.txt";
const JSON: &str = "results.json";
/// How the table begins the line that names the run folder.
const RUN_FOLDER: &str = "Run folder: ";

/// The key of the request: what is asked, and which program answers.
pub fn key(input: &Input) -> Result<String, Failure> {
    let text = crate::text::print(&input.scenario.root);
    let mut parts = vec![text.into_bytes(), executable()?.into_bytes()];
    parts.extend(input.files.values().cloned());
    Ok(manifest::key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// What a run folder holds of an answer.
pub enum Kept {
    Nothing,
    /// The manifest, the table and the JSON object.
    Whole(Box<Manifest>, String, serde_json::Value),
    /// Files that are missing, or are not as the run wrote them.
    Damaged(Vec<String>),
}

/// Looks at every file that the manifest vouches for.
pub fn kept(path: &Path) -> Kept {
    let Some(manifest) = Manifest::read(path) else { return Kept::Nothing };
    let damaged = manifest.damaged(path);
    if !damaged.is_empty() {
        return Kept::Damaged(damaged);
    }
    let table = fs::read_to_string(path.join(TABLE)).ok();
    let json = fs::read(path.join(JSON)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match (table, json) {
        (Some(table), Some(json)) => Kept::Whole(Box::new(manifest), located(&table, path), json),
        _ => Kept::Nothing,
    }
}

/// The table as it is shown, with the path of the run folder. In the file it names its place under the output folder,
/// so that equal requests give equal bytes wherever they are answered.
pub fn located(table: &str, path: &Path) -> String {
    let line = |line: &str| match line.strip_prefix(RUN_FOLDER) {
        Some(_) => format!("{RUN_FOLDER}{}\n", path.display()),
        None => format!("{line}\n"),
    };
    table.lines().map(line).collect()
}

/// The folder of the ramp's replications in a run folder.
pub const RAMP: &str = "ramp";

/// What a run has found: the comparison of settled worlds, and how the change comes into effect.
pub struct Found {
    pub results: Results,
    pub ramp: Option<Results>,
}

/// Writes every file of a run but the manifest; gives the table and the JSON object.
pub fn fill(
    run: &mut RunFolder,
    input: &Input,
    found: &Found,
    key: &str,
) -> Result<(String, serde_json::Value), Failure> {
    let results = &found.results;
    let models = input.models();
    let case = business::case(results, found.ramp.as_ref(), &models);
    let footer = footer(input, results);
    // Money stands below the metrics, above what they rest on.
    let money = case.as_ref().map_or_else(String::new, report::money_table);
    let table = report::table(results, &money, Some(&format!("{}/{key}", input.name)))
        + &report::theory(results, &models);
    let mut json = results.to_json(key);
    if let (Some(case), Some(object)) = (&case, json.as_object_mut()) {
        object.insert("money".to_owned(), case.to_json());
    }
    let ramp = Parts::names(&run.path().join(RAMP));
    let ramp = ramp.iter().map(|part| format!("{RAMP}/{part}"));
    let samples = Parts::names_of_samples(run.path());
    for part in Parts::names(run.path()).into_iter().chain(samples).chain(ramp) {
        run.adopt(&part).map_err(Failure::Failed)?;
    }
    let mut write = |name: &str, bytes: &[u8]| run.write(name, bytes).map_err(Failure::Failed);
    let parquet = |table: crate::output::Table| table.to_parquet().map_err(Failure::Failed);
    for (name, bytes) in scenario(input).into_iter().chain(csv_tables(results)) {
        write(&name, &bytes)?;
    }
    write(TABLE, table.as_bytes())?;
    let text = serde_json::to_string_pretty(&json).map_err(|e| Failure::Failed(e.to_string()))? + "\n";
    write(JSON, text.as_bytes())?;
    if let Some(samples) = tables::inputs(results) {
        write("inputs.parquet", &parquet(samples)?)?;
    }
    write("replications.parquet", &parquet(tables::replications(results))?)?;
    write("weekly.parquet", &parquet(tables::series(results))?)?;
    if let Some(case) = &case {
        write("money.csv", &money::flows(case).to_csv())?;
        write("options.csv", &money::options(case).to_csv())?;
        if let Some(table) = money::ramp(case) {
            write("ramp.csv", &table.to_csv())?;
        }
    }
    let workbook = report::workbook(results, &input.arms[0].1, case.as_ref()).map_err(Failure::Failed)?;
    write("report.xlsx", &workbook)?;
    // As many logs at a time as there are arms: a log may be large.
    for some in results.logs.chunks(input.arms.len()) {
        let logs = experiment::side_by_side(some, |log| {
            let (arm, model) = &input.arms[log.arm];
            let name = format!("logs/{}_{}", arm.name, log.replication);
            (name, EventLog::from_rows(&log.rows, model))
        });
        let files: Vec<_> = ["xes.gz", "csv", "parquet"]
            .iter()
            .flat_map(|ending| logs.iter().map(move |(name, log)| (format!("{name}.{ending}"), log)))
            .collect();
        let encoded = format::encode(&files);
        let encoded = encoded.map_err(|e| Failure::Failed(format!("cannot write the logs: {e}")))?;
        for ((file, _), bytes) in files.iter().zip(&encoded) {
            write(file, bytes)?;
        }
    }
    write("report.md", report::markdown(results, &models, case.as_ref()).as_bytes())?;
    #[cfg(feature = "charts")]
    let pictures = report::pictures(results, &footer);
    #[cfg(not(feature = "charts"))]
    let pictures: Vec<report::Picture> = Vec::new();
    #[cfg(feature = "charts")]
    let of_money = case.as_ref().map_or_else(Vec::new, |case| report::money_pictures(case, &footer));
    #[cfg(not(feature = "charts"))]
    let of_money: Vec<report::Picture> = Vec::new();
    let page = report::Page {
        first: None,
        money: case.as_ref().map(|case| (case, of_money.as_slice())),
        results,
        arms: &input.arms,
        scenario: &input.scenario,
        pictures: &pictures,
        key,
        generator: crate::rng::GENERATOR,
    };
    write("report.html", report::html(&page).map_err(Failure::Failed)?.as_bytes())?;
    #[cfg(feature = "charts")]
    let drawn: Vec<&report::Picture> = pictures.iter().chain(&of_money).collect();
    #[cfg(feature = "charts")]
    for (name, bytes) in files::drawn(&drawn).map_err(Failure::Failed)? {
        write(&name, &bytes)?;
    }
    Ok((table, json))
}

/// The scenario as it is run, and the files that it names.
pub fn scenario(input: &Input) -> Vec<(String, Vec<u8>)> {
    let text = crate::text::print(&input.scenario.root).into_bytes();
    let copy = |(name, bytes): (&String, &Vec<u8>)| {
        (format!("{INPUTS}/{}", super::input::inside(name)), bytes.clone())
    };
    [(SCENARIO.to_owned(), text)].into_iter().chain(input.files.iter().map(copy)).collect()
}

/// What the report and its pictures show, as CSV.
pub fn csv_tables(results: &Results) -> Vec<(String, Vec<u8>)> {
    let all = [
        ("metrics.csv", Some(tables::metrics(results))),
        ("inputs.csv", tables::inputs(results)),
        ("input_shares.csv", tables::input_shares(results)),
        ("courses.csv", tables::courses(results)),
        ("distribution.csv", tables::distribution(results)),
        ("distribution_gap.csv", tables::distribution_gap(results)),
        ("density.csv", tables::density(results)),
        ("flow.csv", tables::flow(results)),
        ("handovers.csv", tables::handovers(results)),
        ("utilisation.csv", tables::utilisation(results)),
        ("stages.csv", tables::stages(results)),
        ("adoption.csv", tables::adoption(results)),
    ];
    all.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?.to_csv()))).collect()
}

/// The line below each picture.
pub fn footer(input: &Input, results: &Results) -> String {
    let (name, version) = (&input.name, env!("CARGO_PKG_VERSION"));
    let Results { seed, replications, .. } = results;
    format!("{name}, seed {seed}, {replications} paired replications, turnaround {version}")
}

/// The program that writes.
pub fn program() -> Result<Program, Failure> {
    Ok(Program {
        name: "turnaround".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        executable: executable()?,
    })
}

/// Hash of the running program: another build may give other last bits.
fn executable() -> Result<String, Failure> {
    let bytes = std::env::current_exe().and_then(fs::read);
    bytes
        .map(|bytes| blake3::hash(&bytes).to_hex().to_string())
        .map_err(|e| Failure::Failed(format!("cannot read the program's own file: {e}")))
}
