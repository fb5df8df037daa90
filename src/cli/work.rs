//! A request and its answer: from the run folder where it was answered before, else by simulation.

use super::exit::Failure;
use super::first::{self, First};
use super::folder::{Found, Kept};
use super::input::Input;
use super::inputs;
use super::options::Options;
use super::{folder, progress, unfinished};
use crate::experiment::{self, Ending, Results, TakeFirst, Threads, Watch};
use crate::output::manifest::Manifest;
use crate::output::{Parts, RunFolder};
use indicatif::ProgressBar;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

pub struct Answer {
    /// The run folder.
    pub path: PathBuf,
    /// The table.
    pub text: String,
    pub json: serde_json::Value,
    /// The precision asked for was not reached.
    pub imprecise: bool,
    /// What was finished when it was interrupted; then the folder is not whole.
    pub interrupted: Option<String>,
    /// It was in the run folder already.
    pub kept: bool,
}

/// Answers with a bar of this name (see [`progress`]); with a first answer on the way, if that is wanted and there is long to
/// wait.
pub fn answer(
    options: &Options,
    input: &Input,
    pool: &Threads,
    bar: &ProgressBar,
    wants_first: bool,
) -> Result<Answer, Failure> {
    let key = folder::key(input)?;
    let path = options.output.join(&input.name).join(&key);
    let mut resume = options.resume;
    match if options.force { Kept::Nothing } else { folder::kept(&path) } {
        Kept::Whole(manifest, text, json) => {
            let imprecise = manifest.precision_missed;
            first::forget(&path);
            return Ok(Answer { path, text, json, imprecise, interrupted: None, kept: true });
        }
        Kept::Damaged(names) => {
            let (path, n) = (path.display(), names.len());
            let what = "missing, or not as the run wrote them; they are made again from its replications";
            progress::say(bar, &format!("note: {n} files of {path} are {what} (the first: {})", names[0]));
            Parts::forget(&options.output.join(&input.name).join(&key), &names).map_err(Failure::Failed)?;
            resume = true;
        }
        Kept::Nothing => {}
    }
    // Opened before the long work: a folder that cannot be written is known at once.
    let mut files = RunFolder::create(&path).map_err(Failure::Failed)?;
    if !resume && !options.force && !Parts::names(&path).is_empty() {
        let path = path.display();
        progress::say(
            bar,
            &format!("note: {path} holds part of this run; --resume would have gone on from it"),
        );
    }
    let start = Instant::now();
    let run_folder = Parts::new(&path, resume);
    let first = First::new(input, &path, &key, bar);
    let take: &TakeFirst = &|results| first.take(results);
    let take = wants_first.then_some(take);
    let simulated = simulate(input, &input.experiment(), pool, bar, &run_folder, take);
    let mut results = simulated.map_err(|failure| first.kept(failure))?;
    let mut left = unfinished::replications(input, &results);
    if left.is_none() && !carry(input, &mut results, pool, bar, &Parts::samples(&path, resume))? {
        left = Some(unfinished::samples(input));
    }
    let ramp = match left.is_some() || input.ramp.is_empty() {
        true => None,
        false => ramp(input, pool, bar, &Parts::new(&path.join(folder::RAMP), resume))?,
    };
    left = left.or_else(|| unfinished::ramp(input, ramp.as_ref()));
    // Before all others: whoever reads on must know.
    if let Some(note) = left.as_ref().and_then(|left| left.note.clone()) {
        results.notes.insert(0, note);
    }
    let interrupted = left.map(|left| left.done);
    let found = Found { results, ramp };
    let (text, json) = pool.install(|| folder::fill(&mut files, input, &found, &key))?;
    let Found { results, .. } = found;
    let design = &input.arms[0].1.design;
    let imprecise = results.ending == Ending::Capped;
    let manifest = Manifest {
        schema_version: 1,
        scenario: input.name.clone(),
        key,
        seed: results.seed,
        generator: crate::rng::GENERATOR.to_owned(),
        primary: results.primary.map(|p| results.metrics[p].name.clone()),
        replications_asked: design.replications,
        replications_done: results.replications as u32,
        precision_asked: design.precision,
        precision_reached: precision(&results),
        precision_missed: imprecise,
        wall_seconds: start.elapsed().as_secs_f64(),
        threads: pool.current_num_threads(),
        inputs: input.hashes(),
        program: folder::program()?,
        ..Manifest::default()
    };
    // An interrupted run is no answer to the request: without a manifest it will be run again, or resumed.
    if interrupted.is_none() {
        files.finish(manifest).map_err(Failure::Failed)?;
        first::forget(&path);
    }
    let text = folder::located(&text, &path);
    Ok(Answer { path, text, json, imprecise, interrupted, kept: false })
}

/// What to say of an interrupted run.
pub fn interrupted(answer: &Answer, kept: &str) -> Failure {
    Failure::Interrupted(format!(
        "{kept} are kept in {}\nhint: the same command with --resume goes on from there",
        answer.path.display()
    ))
}

/// Carries what is not known about the inputs into the results; false when it was interrupted.
fn carry(
    input: &Input,
    results: &mut Results,
    pool: &Threads,
    bar: &ProgressBar,
    samples: &Parts,
) -> Result<bool, Failure> {
    let watch = Watch { progress: &progress::on(bar), cancel: interruption() };
    let carried = inputs::carry(input, results, &input.experiment(), watch, pool, samples);
    carried.map_err(|e| Failure::Failed(format!("{}: {e}", input.path.display())))
}

/// The ramp's experiment; None when it was interrupted before anything of it was there: the rest is an answer all the same.
fn ramp(input: &Input, pool: &Threads, bar: &ProgressBar, parts: &Parts) -> Result<Option<Results>, Failure> {
    match simulate(input, &input.ramp_experiment(), pool, bar, parts, None) {
        Err(Failure::Interrupted(_)) => Ok(None),
        results => results.map(Some),
    }
}

fn simulate(
    input: &Input,
    arms: &[experiment::Arm],
    pool: &Threads,
    bar: &ProgressBar,
    parts: &Parts,
    first: Option<&TakeFirst>,
) -> Result<Results, Failure> {
    let watch = Watch { progress: &progress::on(bar), cancel: interruption() };
    experiment::run_kept(arms, true, watch, pool, parts, first).map_err(|e| match e {
        experiment::Error::NothingFinished => Failure::Interrupted("nothing was finished".to_owned()),
        e => Failure::Failed(format!("{}: {e}", input.path.display())),
    })
}

/// Set by Ctrl-C.
pub fn interruption() -> &'static AtomicBool {
    static INTERRUPTED: OnceLock<AtomicBool> = OnceLock::new();
    let mut new = false;
    let flag = INTERRUPTED.get_or_init(|| {
        new = true;
        AtomicBool::new(false)
    });
    if new {
        // Without a handler Ctrl-C ends the program, which leaves no half-written file either.
        let _ = ctrlc::set_handler(|| {
            if interruption().swap(true, Ordering::Relaxed) {
                // Asked twice: what is whole is kept anyhow.
                std::process::exit(130);
            }
        });
    }
    flag
}

/// Relative half-width of the primary's interval, the widest over the arms.
fn precision(results: &Results) -> Option<f64> {
    let primary = results.primary?;
    let widths = results.arms.iter().map(|a| a.estimates[primary]).filter(|e| e.has_interval());
    widths.map(|e| e.half_width() / e.value.abs()).max_by(f64::total_cmp)
}
