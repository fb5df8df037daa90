//! `turnaround run`: simulates the arms of scenarios, compares them, and keeps the results.

use super::exit::{Failure, print};
use super::input::{self, Input};
use super::{folder, progress};
use crate::experiment::{self, Arm, Ending, Results, Watch};
use crate::output::manifest::Manifest;
use crate::report;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Simulates the arms of one or several scenarios with common random numbers and compares them.
///
/// Prints one row for each metric, and writes tables, charts and the event log into a run folder. A request that was
/// answered before is answered from its run folder.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround run scenarios/bus\n  turnaround run scenarios/bus --replications 50 -S channel.phone.reach=\"60 %\"\n  turnaround run scenarios/theory/*.toml --json"
)]
pub struct Args {
    /// Scenario files, or folders with a scenario.toml
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Paired replications of each arm
    #[arg(long, short = 'n', value_name = "N")]
    replications: Option<u32>,
    /// Go on until the primary's interval is this narrow, e.g. "2 %"
    #[arg(long, value_name = "SHARE")]
    precision: Option<String>,
    /// Seed of the random numbers
    #[arg(long)]
    seed: Option<u64>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long)]
    threads: Option<usize>,
    /// Where run folders go
    #[arg(long, short, value_name = "DIR", default_value = "output")]
    output: PathBuf,
    /// Run again even if the run folder has the answer
    #[arg(long)]
    force: bool,
    /// Print one JSON object on stdout instead of the table
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let pool = thread_pool(args.threads)?;
    let inputs: Vec<Input> =
        args.scenarios.iter().map(|path| input::read(path, &settings(args))).collect::<Result<_, _>>()?;
    let mut answers = Vec::new();
    let mut imprecise = Vec::new();
    for input in &inputs {
        let answer = answer(args, input, &pool)?;
        if args.json {
            answers.push(answer.json);
        } else {
            print(&answer.text)?;
        }
        imprecise.extend(answer.imprecise);
        if answer.interrupted {
            flush(args, answers)?;
            return Err(Failure::Interrupted("what was done is kept".to_owned()));
        }
    }
    flush(args, answers)?;
    match imprecise.as_slice() {
        [] => Ok(()),
        names => {
            Err(Failure::NotPrecise(format!("the precision asked for was not reached: {}", names.join(", "))))
        }
    }
}

/// One scenario's answer, new or from its run folder.
struct Answer {
    text: String,
    json: serde_json::Value,
    imprecise: Option<String>,
    interrupted: bool,
}

/// The flags that are keys of the scenario, as settings.
fn settings(args: &Args) -> Vec<String> {
    let mut all = args.set.clone();
    all.extend(args.replications.map(|n| format!("compare.replications={n}")));
    all.extend(args.precision.as_ref().map(|p| format!("compare.precision=\"{p}\"")));
    all.extend(args.seed.map(|s| format!("compare.seed={s}")));
    all
}

fn answer(args: &Args, input: &Input, pool: &crate::experiment::Threads) -> Result<Answer, Failure> {
    let key = folder::key(input)?;
    let path = args.output.join(&input.name).join(&key);
    if !args.force
        && let Some(kept) = folder::kept(&path)
    {
        return Ok(Answer { text: kept.0, json: kept.1, imprecise: None, interrupted: false });
    }
    // Opened before the long work: a folder that cannot be written is known at once.
    let mut files = folder::open(&path)?;
    let start = Instant::now();
    let results = simulate(input, pool)?;
    let text = table(&results, input, &path);
    let json = results.to_json(&key);
    folder::fill(&mut files, input, &results, &text, &json)?;
    let interrupted = results.ending == Ending::Cancelled;
    let design = &input.arms[0].1.design;
    let manifest = Manifest {
        schema_version: 1,
        scenario: input.name.clone(),
        key,
        seed: results.seed,
        generator: "Philox2x64-10, keyed".to_owned(),
        replications_asked: design.replications,
        replications_done: results.replications as u32,
        precision_asked: design.precision,
        precision_reached: precision(&results),
        wall_seconds: start.elapsed().as_secs_f64(),
        threads: pool.current_num_threads(),
        ..Manifest::default()
    };
    // An interrupted run is no answer to the request: without a manifest it will be run again.
    if !interrupted {
        folder::finish(files, manifest)?;
    }
    let imprecise = (results.ending == Ending::Capped).then(|| input.name.clone());
    Ok(Answer { text, json, imprecise, interrupted })
}

fn simulate(input: &Input, pool: &crate::experiment::Threads) -> Result<Results, Failure> {
    let arms: Vec<Arm> =
        (input.arms.iter()).map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let bar = progress::bar(&input.name);
    let watch = Watch {
        progress: &|done, planned| {
            bar.set_length(planned as u64);
            bar.set_position(done as u64);
        },
        cancel: interruption(),
    };
    let results = experiment::run(&arms, true, watch, pool);
    bar.finish_and_clear();
    results.map_err(|e| match e {
        experiment::Error::NothingFinished => Failure::Interrupted("nothing was finished".to_owned()),
        e => Failure::Failed(format!("{}: {e}", input.path.display())),
    })
}

/// Set by Ctrl-C.
fn interruption() -> &'static AtomicBool {
    static INTERRUPTED: OnceLock<AtomicBool> = OnceLock::new();
    let mut new = false;
    let flag = INTERRUPTED.get_or_init(|| {
        new = true;
        AtomicBool::new(false)
    });
    if new {
        // Without a handler Ctrl-C ends the program, which leaves no half-written file either.
        let _ = ctrlc::set_handler(|| interruption().store(true, Ordering::Relaxed));
    }
    flag
}

fn table(results: &Results, input: &Input, path: &Path) -> String {
    let mut text = report::table(results, Some(&path.display().to_string()));
    let models: Vec<_> = input.arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    text.push_str(&report::theory(results, &models));
    text
}

/// Relative half-width of the primary's interval, the widest over the arms.
fn precision(results: &Results) -> Option<f64> {
    let primary = results.primary?;
    let widths = results.arms.iter().map(|a| a.estimates[primary]).filter(|e| e.has_interval());
    widths.map(|e| e.half_width() / e.value.abs()).max_by(f64::total_cmp)
}

fn flush(args: &Args, mut answers: Vec<serde_json::Value>) -> Result<(), Failure> {
    if !args.json {
        return Ok(());
    }
    let value = if args.scenarios.len() == 1 { answers.pop().unwrap_or_default() } else { answers.into() };
    let text = serde_json::to_string(&value).map_err(|e| Failure::Failed(e.to_string()))?;
    print(&(text + "\n"))
}

fn thread_pool(threads: Option<usize>) -> Result<crate::experiment::Threads, Failure> {
    crate::experiment::threads(threads).map_err(Failure::Failed)
}
