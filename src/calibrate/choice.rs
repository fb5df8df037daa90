//! Which alternatives to take: those whose forecasts come nearest to cases that were held back.
//!
//! The last cases of the training log are held back, a model is discovered from those that were over before, and simulated
//! from the first held-back arrival on: the same task as the forecast of a test log, which is never looked at. One part is
//! varied after the other, and an alternative must be better by more than chance to replace what is simpler.

use super::forecast::forecast;
use crate::eventlog::{EventLog, UNKNOWN};
use crate::mining::discover::{Control, Delays, Discovered, Memory, Options, Shape, Source, discover};
use crate::mining::fidelity::{Distances, MEASURES, distances};

/// One alternative, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// the part that was varied
    pub part: &'static str,
    pub told: String,
    pub options: Options,
    /// means over the runs
    pub distances: Distances,
    /// mean of the distances, each as a share of that of the simplest model: lower is better
    pub score: f64,
    pub taken: bool,
}

/// What was chosen, and from what.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub options: Options,
    pub trials: Vec<Trial>,
    /// cases that the models were discovered from, and those held back
    pub cases: [usize; 2],
}

/// Share of the cases that are held back.
const HELD_BACK: f64 = 0.2;
/// Fewer cases than this to learn from, or to measure against, choose nothing.
const FEW: usize = 20;
/// An alternative must be better by this share.
const BETTER: f64 = 0.02;
/// Measures that decide: what happens, when in the calendar, at which hour, when in a case, how long a case takes.
const DECIDING: [&str; 5] = ["ngd", "aed", "ced", "red", "ctd"];

/// Chooses by distance; without enough cases the defaults stay.
pub fn choose(log: &EventLog, runs: u32, seed: u64) -> Choice {
    let mut options = Options::default();
    let Some((learn, held)) = split(log) else {
        return Choice { options, trials: Vec::new(), cases: [0, 0] };
    };
    let cases = [learn.cases.len(), held.cases.len()];
    let mut bench = Bench { learn, held, runs, seed, base: None };
    let mut trials = Vec::new();
    let mut best = f64::INFINITY;
    for (part, alternatives) in parts() {
        let mut winner: Option<(f64, Options, usize)> = None;
        for change in alternatives {
            let candidate = change(options);
            if !trials.is_empty() && candidate == options {
                continue;
            }
            let Some((distances, score)) = bench.measure(candidate) else { continue };
            let told = told(part, &candidate);
            trials.push(Trial { part, told, options: candidate, distances, score, taken: false });
            let beats = score < (1.0 - BETTER) * winner.as_ref().map_or(best, |w| w.0.min(best));
            if best.is_infinite() && winner.is_none() || beats {
                winner = Some((score, candidate, trials.len() - 1));
            }
        }
        if let Some((score, candidate, trial)) = winner {
            (best, options) = (score, candidate);
            trials[trial].taken = true;
        }
    }
    Choice { options, trials, cases }
}

type Change = Box<dyn Fn(Options) -> Options>;

/// The parts in the order in which they are varied, the simplest alternative first.
fn parts() -> Vec<(&'static str, Vec<Change>)> {
    let mut flow: Vec<Change> = Vec::new();
    let controls = [
        Control::Inductive(0.2),
        Control::Inductive(0.0),
        Control::Overlapping(0.2),
        Control::Sequence,
    ];
    for control in controls {
        for memory in [Memory::Nothing, Memory::Previous, Memory::PreviousTwo] {
            flow.push(Box::new(move |o| Options { control, memory, ..o }));
        }
    }
    vec![
        ("control flow", flow),
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
        (
            "work times",
            vec![
                Box::new(|o| Options { shape: Shape::Family, ..o }),
                Box::new(|o| Options { shape: Shape::Observed, ..o }),
            ],
        ),
        (
            "recency",
            vec![
                Box::new(|o| Options { recent: 1.0, ..o }),
                Box::new(|o| Options { recent: 0.5, ..o }),
                Box::new(|o| Options { recent: 0.25, ..o }),
            ],
        ),
    ]
}

/// An alternative in words.
fn told(part: &str, o: &Options) -> String {
    match part {
        "control flow" => {
            let tree = match o.control {
                Control::Inductive(noise) => format!("inductive miner, noise {noise}"),
                Control::Overlapping(noise) => {
                    format!("inductive miner, noise {noise}, concurrent only where work overlaps")
                }
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
        "work times" => match o.shape {
            Shape::Family => "families where one fits".to_owned(),
            Shape::Observed => "the observed values".to_owned(),
        },
        _ => format!("the latest {} % of the cases", o.recent * 100.0),
    }
}

struct Bench {
    learn: EventLog,
    held: EventLog,
    runs: u32,
    seed: u64,
    base: Option<Distances>,
}

impl Bench {
    fn measure(&mut self, options: Options) -> Option<(Distances, f64)> {
        let found = discover(&self.learn, "held back", "", options)?;
        let mean = mean_distances(&found, &self.held, self.runs, self.seed)?;
        let base = *self.base.get_or_insert(mean);
        let shares: Vec<f64> = MEASURES
            .iter()
            .enumerate()
            .filter(|(_, m)| DECIDING.contains(&m.key))
            // A distance of nearly nothing must not decide by its share alone.
            .map(|(m, measure)| {
                let least = if measure.unit.is_empty() { 0.01 } else { 0.1 };
                (mean[m] + least) / (base[m] + least)
            })
            .collect();
        let score = shares.iter().sum::<f64>() / shares.len() as f64;
        score.is_finite().then_some((mean, score))
    }
}

/// Mean distances of forecasts from a log, as many cases from its first arrival on.
pub fn mean_distances(found: &Discovered, real: &EventLog, runs: u32, seed: u64) -> Option<Distances> {
    let all = all_distances(found, real, runs, seed)?;
    Some(std::array::from_fn(|m| all.iter().map(|d| d[m]).sum::<f64>() / all.len() as f64))
}

/// The distances of each run.
pub fn all_distances(found: &Discovered, real: &EventLog, runs: u32, seed: u64) -> Option<Vec<Distances>> {
    let start = real.start.iter().copied().filter(|t| *t != UNKNOWN).min()?;
    let logs = forecast(found, start, real.cases.len(), runs, seed);
    Some(logs.iter().map(|log| distances(real, log)).collect())
}

/// The cases to learn from, over before the first of the others comes, and the last ones by arrival.
fn split(log: &EventLog) -> Option<(EventLog, EventLog)> {
    let ranges = log.case_ranges();
    let first = |c: u32| {
        ranges[c as usize].clone().map(|row| log.start[row]).filter(|t| *t != UNKNOWN).min().unwrap_or(UNKNOWN)
    };
    let last = |c: u32| ranges[c as usize].clone().map(|row| log.end[row].max(log.start[row])).max().unwrap_or(UNKNOWN);
    let order = log.by_start();
    let n_held = (order.len() as f64 * HELD_BACK) as usize;
    let (before, held) = order.split_at(order.len() - n_held);
    let begin = first(*held.first()?);
    let over: Vec<u32> = before.iter().copied().filter(|&c| last(c) < begin).collect();
    // Where hardly any case is over, all that came before must do.
    let learn = if 2 * over.len() >= before.len() { over } else { before.to_vec() };
    if learn.len() < FEW || held.len() < FEW {
        return None;
    }
    let part = |cases: &[u32]| {
        let mut keep = vec![false; log.len()];
        cases.iter().for_each(|&c| keep[ranges[c as usize].clone()].fill(true));
        log.select(&keep)
    };
    Some((part(&learn), part(held)))
}
