//! One sample of the inputs: a few replications of every arm in its worlds.

use super::super::analysis::Analysis;
use super::super::{Arm, Error, check};
use crate::dist::Samplers;
use crate::model::Model;
use crate::plan::Plan;
use crate::record::Record;
use crate::rng::Key;
use crate::sim::{RunOptions, Runner};
use crate::stats::Resampled;
use rayon::prelude::*;

/// The numbers of inner replications begin here, in every sample: central ones, which have 32 bits, never reach it.
const FIRST: u64 = 1 << 32;

/// What a sample leaves: `[arm][metric]`, in base units.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub levels: Vec<Vec<Point>>,
}

/// A metric in one sample: from all its replications, and without each of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub value: f64,
    pub left_out: Vec<f64>,
}

/// Runs `inner` replications of all arms in these models, the same in every sample. `cut` bins of warm-up are left out; `known` are
/// laws that are compiled already.
pub fn run(
    arms: &[Arm],
    models: &[Model],
    mut known: Samplers,
    inner: u32,
    cut: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Outcome>, Error> {
    let worlds: Vec<Arm> = arms.iter().zip(models).map(|(arm, model)| Arm { model, ..*arm }).collect();
    check(&worlds)?;
    let analysis = Analysis::new(&worlds);
    let seed = arms[0].model.design.seed;
    let plans: Vec<Plan> = worlds.iter().map(|arm| Plan::compile_with(arm.model, &mut known)).collect();
    let of_arm = |arm: usize| {
        let mut runner = Runner::new(&plans[arm]);
        let mut record = Record::default();
        let mut finished = Vec::new();
        for r in 0..inner {
            if stop() {
                return Ok(None);
            }
            let key = Key::new(seed, FIRST + u64::from(r));
            runner.run_into(key, RunOptions { rows: false, ..RunOptions::default() }, &mut record);
            finished.push(analysis.finish(arm, r, &mut record)?);
        }
        Ok(Some(finished))
    };
    let runs: Vec<Option<Vec<_>>> =
        (0..arms.len()).into_par_iter().map(of_arm).collect::<Result<_, Error>>()?;
    let Some(by_arm) = runs.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    let metrics = analysis.few(by_arm, cut);
    let point = |r: &Resampled| Point { value: r.value, left_out: r.leaving_one_out().to_vec() };
    let levels = metrics.iter().map(|arm| arm.iter().map(point).collect()).collect();
    Ok(Some(Outcome { levels }))
}
