//! From results at the central inputs to results that carry what is not known about the inputs.

use super::super::keep::Store;
use super::super::replicate::Watch;
use super::super::results::Results;
use super::super::{Arm, Error, Threads};
use super::Sampling;
use super::keep::{self, PART, Shape};
use super::restate::{notes, restate};
use super::sample::{self, Outcome};
use super::seen::Seen;
use super::sobol;
use crate::dist::Samplers;
use crate::model::Model;
use crate::plan::Plan;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs the samples and carries them into the results: intervals and verdicts from then on contain both sources of error, and
/// `results.inputs` tells what the inputs do. False when it was cancelled; then the results stay as they are.
///
/// # Errors
/// When a sample makes no world, a run does not end, or the store fails.
pub fn carry(
    results: &mut Results,
    arms: &[Arm],
    sampling: &Sampling,
    watch: Watch,
    threads: &Threads,
    store: Option<&dyn Store>,
) -> Result<bool, Error> {
    let Some(written) = threads.install(|| as_written(results, arms, sampling, watch, store))? else {
        return Ok(false);
    };
    let samples: Vec<Vec<f64>> = (0..sampling.samples).map(|sample| sampling.at(sample)).collect();
    let Some(outcomes) = threads.install(|| simulate(results, arms, sampling, &samples, 1, watch, store))?
    else {
        return Ok(false);
    };
    let mut seen = Seen::new(results, sampling, &written, &outcomes);
    let (mut inputs, mut logs) = threads.install(|| seen.inputs());
    // An input that is left out may give way to another that has not been looked at.
    for round in 0..ROUNDS {
        let named = seen.not_looked_at(&inputs);
        if named.is_empty() {
            break;
        }
        let few = Sampling { inner: FEW, ..sampling.clone() };
        let first = LOOKS * (1 + round);
        let found = threads
            .install(|| simulate(results, arms, &few, &apart(sampling, &named), first, watch, store))?;
        let Some(found) = found else { return Ok(false) };
        seen.learn(&named, &found);
        (inputs, logs) = threads.install(|| seen.inputs());
    }
    if let Some(design) = sobol::Design::new(results, &inputs, sampling) {
        let first = 1 + sampling.samples.div_ceil(PART);
        let points = design.points();
        let found = threads.install(|| simulate(results, arms, sampling, &points, first, watch, store))?;
        let Some(found) = found else { return Ok(false) };
        inputs.sobol = Some(design.indices(&found, results.seed));
    }
    restate(results, arms, &inputs, &logs);
    results.notes.extend(notes(results, &inputs));
    results.inputs = Some(inputs);
    Ok(true)
}

/// Points at which to see whether inputs act at all: a sample, and the same with one input at the far end of its law.
fn apart(sampling: &Sampling, named: &[usize]) -> Vec<Vec<f64>> {
    let base = sampling.at(0);
    let moved = named.iter().map(|&j| {
        let mut point = base.clone();
        point[j] = if base[j] < 0.5 { 0.975 } else { 0.025 };
        point
    });
    std::iter::once(base.clone()).chain(moved).collect()
}

/// Replications that tell whether an input acts: with the same random numbers a world in which it does nothing is the same to the bit.
const FEW: u32 = 2;
/// Rounds of looking.
const ROUNDS: usize = 2;
/// Numbers of parts from here on are for that.
const LOOKS: usize = 100_000;

/// Runs all arms as they are written, with the replications of the samples; kept as part 0. None when it was cancelled.
fn as_written(
    results: &Results,
    arms: &[Arm],
    sampling: &Sampling,
    watch: Watch,
    store: Option<&dyn Store>,
) -> Result<Option<Outcome>, Error> {
    let shape = shape(results, arms, sampling);
    if let Some(mut kept) = keep::load(store, 0, shape)?
        && kept.len() == 1
    {
        return Ok(kept.pop());
    }
    let models: Vec<Model> = arms.iter().map(|arm| arm.model.clone()).collect();
    let stop = || watch.cancelled();
    let outcome = sample::run(arms, &models, laws(arms), sampling.inner, cut(results), &stop)?;
    if let Some(outcome) = &outcome {
        keep::save(store, 0, shape, std::slice::from_ref(outcome))?;
    }
    Ok(outcome)
}

fn shape(results: &Results, arms: &[Arm], sampling: &Sampling) -> Shape {
    Shape { arms: arms.len(), metrics: results.metrics.len(), inner: sampling.inner }
}

/// The laws of the arms as they are written. A sample changes some of them; to compile all of them anew, for each arm of each
/// sample, takes as long as many of its runs.
fn laws(arms: &[Arm]) -> Samplers {
    let mut known = Samplers::default();
    arms.iter().for_each(|arm| {
        Plan::compile_with(arm.model, &mut known);
    });
    known
}

/// Bins of warm-up.
fn cut(results: &Results) -> usize {
    (results.warm_up.seconds / results.bin).round() as usize
}

/// Runs all arms where the inputs stand at these points, part by part; None when it was cancelled. Parts are kept from number
/// `first` on.
fn simulate(
    results: &Results,
    arms: &[Arm],
    sampling: &Sampling,
    points: &[Vec<f64>],
    first: usize,
    watch: Watch,
    store: Option<&dyn Store>,
) -> Result<Option<Vec<Outcome>>, Error> {
    let (shape, cut, known) = (shape(results, arms, sampling), cut(results), laws(arms));
    let each = arms.len() * sampling.inner as usize;
    let (planned, done) = (points.len() * each, AtomicUsize::new(0));
    let report = |n: usize| (watch.progress)(done.fetch_add(n, Ordering::Relaxed) + n, planned);
    let mut outcomes: Vec<Outcome> = Vec::new();
    for part in 0..points.len().div_ceil(PART) {
        let numbers = part * PART..((part + 1) * PART).min(points.len());
        let part = part + first;
        if let Some(kept) = keep::load(store, part, shape)?
            && kept.len() == numbers.len()
        {
            report(kept.len() * each);
            outcomes.extend(kept);
            continue;
        }
        let stop = || watch.cancelled();
        let run = |number: usize| {
            if stop() {
                return Ok(None);
            }
            let models =
                (sampling.models)(&points[number]).map_err(|why| Error::NotDrawn { sample: number, why })?;
            let outcome = sample::run(arms, &models, known.clone(), sampling.inner, cut, &stop)
                .map_err(|e| Error::NotDrawn { sample: number, why: e.to_string() })?;
            report(each);
            Ok(outcome)
        };
        // The first error in the order of the samples, whichever thread met it.
        let found: Vec<Result<Option<Outcome>, Error>> = numbers.into_par_iter().map(run).collect();
        let found: Vec<Option<Outcome>> = found.into_iter().collect::<Result<_, _>>()?;
        let Some(found) = found.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        keep::save(store, part, shape, &found)?;
        outcomes.extend(found);
    }
    Ok(Some(outcomes))
}
