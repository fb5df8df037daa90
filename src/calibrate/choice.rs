//! Which alternatives to take: those whose forecasts come nearest to cases that were held back.
//!
//! The last cases of the training log are held back, a model is discovered from those that were over before, and simulated
//! from the first held-back arrival on: the same task as the forecast of a test log, which is never looked at. The same is done
//! with the cases before these, and once more. One part is varied after the other, and an alternative must be better by more than
//! chance to replace what is simpler.

use super::forecast::forecast;
use crate::eventlog::{EventLog, UNKNOWN};
use crate::mining::discover::drift::{Drift, LATEST, drift};
use crate::mining::discover::{
    Control, Delays, Discovered, Memory, Ongoing, Options, Shape, Source, discover, ongoing,
};
use crate::mining::fidelity::{Distances, MEASURES, distances};
use crate::mining::split::ETA;
use crate::mining::{earliest, latest};
use crate::model::Model;
use rayon::prelude::*;

/// One alternative, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// the part that was varied
    pub part: &'static str,
    pub told: String,
    pub options: Options,
    /// means over the runs
    pub distances: Distances,
    /// mean of the distances, each as a share of that of the first trial: lower is better
    pub score: f64,
    pub taken: bool,
}

/// What was chosen, and from what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub options: Options,
    pub trials: Vec<Trial>,
    /// cases that the last model was discovered from, and those held back then
    pub cases: [usize; 2],
    /// how often cases were held back
    pub folds: usize,
    /// whether the latest cases differ from those before; where that is clear, they alone say which way cases go and how long
    /// things take, whatever the trials say
    pub drift: Option<Drift>,
}

const CONTROL: &str = "control flow";
const CASES: &str = "cases";
const CONDITIONS: &str = "conditions";
const SERVICE: &str = "order of service";
const UNDER_WAY: &str = "work in process";
/// Share of the cases that are held back at a time, and how often.
const HELD_BACK: f64 = 0.2;
const FOLDS: usize = 3;
/// Fewer cases than this to learn from, or to measure against, choose nothing.
const FEW: usize = 20;
/// An alternative must be better by this share.
const BETTER: f64 = 0.02;
/// Another tree must have so much nearer sequences than a simpler one, and a list of what follows what, which says less than any
/// tree, than all of them.
const BETTER_TREE: f64 = 0.1;
const BETTER_LIST: f64 = 1.0 / 3.0;
/// Where the process drifts, alternatives are tried with the latest cases only if these are so many.
const ENOUGH: usize = 100;
/// Measures that decide: what happens, when in the calendar, at which hour, when in a case, how long a case takes.
const DECIDING: [&str; 5] = ["ngd", "aed", "ced", "red", "ctd"];

/// Chooses by distance; without enough cases the defaults stay.
pub fn choose(log: &EventLog, runs: u32, seed: u64) -> Choice {
    let mut bench = Bench { folds: folds(log), runs, seed, seen: Vec::new() };
    let mut choice = Choice::default();
    let Some(last) = bench.folds.first() else { return choice };
    choice.cases = [last.learn.cases.len(), last.held.cases.len()];
    choice.folds = bench.folds.len();
    choice.drift = drift(log);
    let drifts = choice.drift.is_some_and(|drift| drift.is_clear());
    if drifts && bench.folds.iter().all(|fold| fold.learn.cases.len() as f64 * LATEST >= ENOUGH as f64) {
        (choice.options.recent_flow, choice.options.recent_times) = (LATEST, LATEST);
    }
    let mut best = f64::INFINITY;
    for (part, alternatives) in parts() {
        let first = choice.trials.len();
        if part == CASES && drifts {
            continue;
        }
        for change in alternatives {
            let options = change(choice.options);
            let Some((distances, score)) = bench.measure(options) else { continue };
            let told = told(part, &options);
            choice.trials.push(Trial { part, told, options, distances, score, taken: false });
        }
        let trials = &mut choice.trials[first..];
        let winner = if part == CONTROL { best_flow(trials) } else { best_score(trials, best) };
        if let Some(winner) = winner {
            trials[winner].taken = true;
            (best, choice.options) = (trials[winner].score, trials[winner].options);
        }
    }
    // Cases that were held back earlier cannot say what the latest are like.
    if drifts {
        (choice.options.recent_flow, choice.options.recent_times) = (LATEST, LATEST);
    }
    choice
}

/// The first of the trials that is clearly better than those before it and than what there was.
fn best_score(trials: &[Trial], before: f64) -> Option<usize> {
    let mut winner = None;
    let mut best = before;
    for (i, trial) in trials.iter().enumerate() {
        if best.is_infinite() || trial.score < (1.0 - BETTER) * best {
            (winner, best) = (Some(i), trial.score);
        }
    }
    winner
}

/// The control flow is judged by what it says: by the sequences of activities, among those with which times are not far worse than
/// with the best. Times alone differ too much between runs to tell control flows apart.
fn best_flow(trials: &[Trial]) -> Option<usize> {
    const FAR: f64 = 2.0;
    let at = |key: &str| MEASURES.iter().position(|m| m.key == key).unwrap_or(0);
    let (ngd, times) = (at("ngd"), [at("red"), at("ctd")]);
    let least = times.map(|m| trials.iter().map(|t| t.distances[m]).fold(f64::INFINITY, f64::min));
    let mut winner: Option<usize> = None;
    for (i, trial) in trials.iter().enumerate() {
        let near = times.iter().zip(&least).all(|(m, least)| trial.distances[*m] <= FAR * least.max(0.1));
        let best = winner.map_or(f64::INFINITY, |w| trials[w].distances[ngd]);
        let both_lists = winner.is_some_and(|w| trials[w].options.control == Control::Sequence);
        let margin = match trial.options.control {
            Control::Sequence if !both_lists => BETTER_LIST,
            _ => BETTER_TREE,
        };
        if near && trial.distances[ngd] < (1.0 - margin) * best {
            winner = Some(i);
        }
    }
    winner.or_else(|| best_score(trials, f64::INFINITY))
}

type Change = Box<dyn Fn(Options) -> Options>;

/// The parts in the order in which they are varied, the simplest alternative first.
fn parts() -> Vec<(&'static str, Vec<Change>)> {
    let mut flow: Vec<Change> = Vec::new();
    let controls = [
        Control::Inductive(0.2),
        Control::Inductive(0.0),
        Control::Overlapping(0.2),
        Control::Split(ETA),
        Control::Sequence,
    ];
    for control in controls {
        for memory in [Memory::Nothing, Memory::Previous, Memory::PreviousTwo] {
            flow.push(Box::new(move |o| Options { control, memory, ..o }));
        }
    }
    vec![
        (CONTROL, flow),
        (
            "arrivals",
            vec![
                Box::new(|o| Options { source: Source::Gaps, ..o }),
                Box::new(|o| Options { source: Source::Profile, ..o }),
            ],
        ),
        (
            "waiting for others",
            vec![
                Box::new(|o| Options { delays: Delays::Never, ..o }),
                Box::new(|o| Options { delays: Delays::Working, ..o }),
                Box::new(|o| Options { delays: Delays::Elapsed, ..o }),
            ],
        ),
        ("batches", vec![Box::new(|o| Options { batches: false, ..o })]),
        (CONDITIONS, vec![Box::new(|o| Options { conditions: false, ..o })]),
        (SERVICE, vec![Box::new(|o| Options { priorities: false, ..o })]),
        (UNDER_WAY, vec![Box::new(|o| Options { under_way: false, ..o })]),
        (
            "work times",
            vec![
                Box::new(|o| Options { shape: Shape::Family, ..o }),
                Box::new(|o| Options { shape: Shape::Observed, ..o }),
            ],
        ),
        (
            CASES,
            vec![
                Box::new(|o| Options { recent_flow: 0.5, recent_times: 0.5, ..o }),
                Box::new(|o| Options { recent_flow: LATEST, recent_times: LATEST, ..o }),
            ],
        ),
    ]
}

/// An alternative in words.
fn told(part: &str, o: &Options) -> String {
    match part {
        CONTROL => {
            let tree = match o.control {
                Control::Inductive(noise) => format!("inductive miner, noise {noise}"),
                Control::Overlapping(noise) => {
                    format!("inductive miner, noise {noise}, concurrent only where work overlaps")
                }
                Control::Split(eta) => format!("split miner's relation, percentile {eta}"),
                Control::Sequence => "any activity after any other".to_owned(),
            };
            format!("{tree}; choices know at most {}", o.memory.told())
        }
        "arrivals" => match o.source {
            Source::Gaps => "gaps in open hours".to_owned(),
            Source::Profile => "a rate for each hour of the week".to_owned(),
        },
        "waiting for others" => match o.delays {
            Delays::Never => "no timers".to_owned(),
            Delays::Working => "timers in hours of duty".to_owned(),
            Delays::Elapsed => "timers by the clock".to_owned(),
        },
        "batches" => "every case on its own".to_owned(),
        CONDITIONS => "choices do not depend on what cases carry".to_owned(),
        UNDER_WAY => "forecasts begin without the cases that are under way".to_owned(),
        SERVICE => "first come, first served everywhere".to_owned(),
        "work times" => match o.shape {
            Shape::Family => "families where one fits".to_owned(),
            Shape::Observed => "the observed values".to_owned(),
        },
        _ => {
            format!("the latest {} % say which way cases go and how long things take", o.recent_flow * 100.0)
        }
    }
}

/// Cases to learn from, and those that follow.
struct Fold {
    learn: EventLog,
    /// all that came before the held-back cases
    all: EventLog,
    held: EventLog,
}

/// A model, and the cases that are under way when it begins.
type Begun = (Model, Ongoing);

struct Bench {
    /// the latest first
    folds: Vec<Fold>,
    runs: u32,
    seed: u64,
    /// what was measured: the models by fold, and the distances by fold
    seen: Vec<(Vec<Begun>, Vec<Distances>)>,
}

impl Bench {
    /// Mean distances and score; `None` for models that were measured before.
    fn measure(&mut self, options: Options) -> Option<(Distances, f64)> {
        let found = |fold: &Fold| discover(&fold.learn, "held_back", "", options);
        let found: Vec<Discovered> = self.folds.par_iter().map(found).collect::<Option<_>>()?;
        let folds = || self.folds.par_iter().zip(&found);
        let under_way: Vec<Ongoing> =
            folds().map(|(fold, found)| under_way(found, &fold.all, &fold.held)).collect::<Option<_>>()?;
        let models: Vec<(Model, Ongoing)> =
            found.iter().map(|f| f.model.clone()).zip(under_way.iter().cloned()).collect();
        if self.seen.iter().any(|(known, _)| *known == models) {
            return None;
        }
        let distances: Vec<Distances> = folds()
            .zip(&under_way)
            .map(|((fold, found), under_way)| {
                mean_distances(found, under_way, &fold.held, self.runs, self.seed)
            })
            .collect::<Option<_>>()?;
        let base = self.seen.first().map_or(&distances, |first| &first.1);
        let scores = distances.iter().zip(base).map(|(d, base)| score(d, base));
        let score = scores.sum::<f64>() / distances.len() as f64;
        let mean =
            std::array::from_fn(|m| distances.iter().map(|d| d[m]).sum::<f64>() / distances.len() as f64);
        self.seen.push((models, distances));
        score.is_finite().then_some((mean, score))
    }
}

/// The mean of the deciding distances, each as a share of another model's.
fn score(distances: &Distances, base: &Distances) -> f64 {
    let deciding = MEASURES.iter().enumerate().filter(|(_, m)| DECIDING.contains(&m.key));
    let shares = deciding.map(|(m, measure)| {
        // A distance of nearly nothing must not decide by its share alone.
        let least = if measure.unit.is_empty() { 0.01 } else { 0.1 };
        (distances[m] + least) / (base[m] + least)
    });
    shares.sum::<f64>() / DECIDING.len() as f64
}

/// What is under way when the first case of a log comes, as its past shows it; nothing where the options say so.
pub fn under_way(found: &Discovered, past: &EventLog, real: &EventLog) -> Option<Ongoing> {
    let start = first_start(real)?;
    Some(if found.options.under_way { ongoing(past, found, start) } else { Ongoing::default() })
}

fn first_start(log: &EventLog) -> Option<i64> {
    log.start.iter().copied().filter(|t| *t != UNKNOWN).min()
}

/// Mean distances of forecasts from a log, as many cases from its first arrival on.
pub fn mean_distances(
    found: &Discovered,
    under_way: &Ongoing,
    real: &EventLog,
    runs: u32,
    seed: u64,
) -> Option<Distances> {
    let all = all_distances(found, under_way, real, runs, seed)?;
    Some(std::array::from_fn(|m| all.iter().map(|d| d[m]).sum::<f64>() / all.len() as f64))
}

/// The distances of each run.
pub fn all_distances(
    found: &Discovered,
    under_way: &Ongoing,
    real: &EventLog,
    runs: u32,
    seed: u64,
) -> Option<Vec<Distances>> {
    let logs = forecast(found, under_way, first_start(real)?, real.cases.len(), runs, seed);
    Some(logs.iter().map(|log| distances(real, log)).collect())
}

/// Cases that are over before the first of the held-back ones comes, and these, the last by arrival first.
fn folds(log: &EventLog) -> Vec<Fold> {
    let ranges = log.case_ranges();
    let first = |c: u32| earliest(log, ranges[c as usize].clone());
    let last = |c: u32| latest(log, ranges[c as usize].clone());
    let order: Vec<u32> = log.by_start().into_iter().filter(|&c| first(c) != UNKNOWN).collect();
    let n_held = (order.len() as f64 * HELD_BACK) as usize;
    let part = |cases: &[u32]| {
        let mut keep = vec![false; log.len()];
        cases.iter().for_each(|&c| keep[ranges[c as usize].clone()].fill(true));
        log.select(&keep)
    };
    let mut folds = Vec::new();
    for fold in 0..FOLDS {
        let until = order.len() - fold * n_held;
        let (before, held) = order[..until].split_at(until - n_held);
        let Some(begin) = held.first().map(|&c| first(c)) else { break };
        let over: Vec<u32> = before.iter().copied().filter(|&c| last(c) < begin).collect();
        // Where hardly any case is over, all that came before must do.
        let learn = if 2 * over.len() >= before.len() { &over } else { before };
        if learn.len() < FEW || held.len() < FEW {
            break;
        }
        folds.push(Fold { learn: part(learn), all: part(before), held: part(held) });
    }
    folds
}
