//! `turnaround validate`: scenarios with known answers, beside the program's.

use super::exit::{Failure, print};
use super::input::{self, Input};
use super::{args, progress, study, work};
use crate::experiment::{self, Ending, Watch};
use crate::report::{self, Checked, Validated, validation};
use std::fs;
use std::path::{Path, PathBuf};

/// Simulates scenarios whose answers are known ([[theory]]) and shows both side by side.
///
/// Prints the distance between estimate and known answer in standard errors. Fails (exit code 1) when one is off by more
/// than 4. A folder without scenario.toml stands for all scenario files in it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround validate scenarios/theory/mm1.toml\n  turnaround validate scenarios/theory/race.toml scenarios/theory/renewal.toml --markdown\n  turnaround validate scenarios/theory/renewal.toml --json"
)]
pub struct Args {
    /// Scenario files, folders with a scenario.toml, or folders of scenario files
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Change a key first, e.g. -S compare.seed=2
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = args::threads)]
    threads: Option<usize>,
    /// Print the document of docs/validation.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print JSON on stdout instead of tables
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let pool = experiment::threads(args.threads).map_err(Failure::Failed)?;
    let mut inputs: Vec<(String, Input)> = Vec::new();
    for path in &args.scenarios {
        for file in files(path)? {
            inputs.push((shown(&file), input::read(&file, &args.set)?.without_sweep()));
        }
    }
    let bars = progress::Bars::new(inputs.len());
    let mut all = Vec::new();
    for (n, (file, input)) in inputs.iter().enumerate() {
        let bar = bars.next(&input.name);
        let watch = Watch { progress: &progress::on(&bar), cancel: work::interruption() };
        let results = experiment::run(&input.experiment(), true, watch, &pool);
        let results = results.map_err(|e| study::failure(e).of(file))?;
        // Some of the replications are no verdict.
        if results.ending == Ending::Cancelled {
            return Err(Failure::Interrupted(format!(
                "{file}: {} of its replications were run; nothing is kept, and nothing is said of {} of {} scenarios",
                results.replications,
                inputs.len() - n,
                inputs.len()
            )));
        }
        bars.done(&bar, false);
        let models: Vec<_> = input.arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
        let Some(validated) = Validated::new(file.clone(), &results, &models) else {
            progress::note(&format!("{file} has no [[theory]]: nothing to compare"));
            continue;
        };
        if !args.markdown && !args.json {
            print(&format!("{file}{}\n", report::theory(&results, &models)))?;
        }
        all.push(validated);
    }
    if args.json {
        let text = serde_json::to_string(&json(&all)).map_err(|e| Failure::Failed(e.to_string()))?;
        print(&(text + "\n"))?;
    } else if args.markdown {
        let paths: Vec<_> = args.scenarios.iter().map(|path| shown(path)).collect();
        let command = format!("cargo run --release -- validate {} --markdown", paths.join(" "));
        print(&validation::document(&all, &command))?;
    } else {
        print(&format!("{}\n", validation::sentence(&all)))?;
    }
    verdict(&all)
}

fn verdict(all: &[Validated]) -> Result<(), Failure> {
    let is_wrong = |a: &&Checked| a.z().is_nan() || a.z().abs() > validation::LIMIT;
    let wrong = all.iter().flat_map(|v| v.answers.iter().filter(is_wrong).map(move |a| (v, a)));
    let wrong: Vec<_> = wrong.map(|(v, a)| format!("{}: {} ({})", v.file, a.metric, a.arm)).collect();
    match wrong.as_slice() {
        [] => Ok(()),
        wrong => Err(Failure::Failed(format!(
            "known answers missed by more than {} standard errors: {}",
            validation::LIMIT,
            wrong.join(", ")
        ))),
    }
}

/// A scenario, or all scenario files of a folder.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() || path.join("scenario.toml").is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let trouble =
        |e: std::io::Error| Failure::BadInput(format!("error: cannot read {}: {e}", path.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(trouble)? {
        let file = entry.map_err(trouble)?.path();
        if file.extension().is_some_and(|e| e == "toml") {
            found.push(file);
        }
    }
    found.sort();
    match found.is_empty() {
        true => Err(Failure::BadInput(format!("error: there is no scenario file in {}", path.display()))),
        false => Ok(found),
    }
}

/// With slashes on every system.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn json(all: &[Validated]) -> serde_json::Value {
    let answer = |a: &Checked| {
        serde_json::json!({
            "arm": a.arm, "metric": a.metric, "unit": a.unit, "known": a.known, "known_se": a.known_se,
            "estimate": a.estimate, "se": a.se, "z": a.z(), "source": a.source,
        })
    };
    let scenario = |v: &Validated| {
        serde_json::json!({
            "scenario": v.file, "runs": v.runs,
            "answers": v.answers.iter().map(answer).collect::<Vec<_>>(),
        })
    };
    serde_json::json!({ "schema_version": 1, "scenarios": all.iter().map(scenario).collect::<Vec<_>>() })
}
