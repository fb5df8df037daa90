//! How far a simulated log is from the real one: seven distances, their intervals, two floors, and where the
//! model is wrong.
//!
//! The distances are those of Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich, "A framework for
//! measuring the quality of business process simulation models", Information Systems 127 (2025). Lower is
//! better. W1 is the 1-Wasserstein distance of two samples, each of mass one; calendar days and hours are UTC.
//!
//! A distance is never zero for two samples of one process. So each comes with a standard error from a bootstrap
//! over the cases of both logs, and two floors tell how low it can be expected to go: random cases of a training
//! log ([`noise_floor`]), and its last cases moved to the start of the test log ([`replay_floor`]).

use super::sample::{earliest, shifted, timed};
use super::wasserstein::{Grid, Histogram, weekly};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::rng::{Key, Purpose};
use crate::stats::Estimate;
use crate::stats::describe::{mean, sd};
use rayon::prelude::*;
use std::collections::BTreeMap;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// The seven distances, in the order in which they are printed.
pub const MEASURES: [Measure; 7] = [
    Measure { key: "ngd", unit: "", title: "control flow: counts of activity triples (NGD)" },
    Measure { key: "aed", unit: "h", title: "events over the calendar (AED)" },
    Measure { key: "car", unit: "h", title: "case arrivals over the calendar (CAR)" },
    Measure { key: "ced", unit: "h", title: "events over the hours of the day, by weekday (CED)" },
    Measure { key: "red", unit: "h", title: "events since the start of their case (RED)" },
    Measure { key: "ctd", unit: "h", title: "cycle time (CTD)" },
    Measure { key: "cwd", unit: "h", title: "people at work over the hours of the day, by weekday (CWD)" },
];

/// What a distance measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Measure {
    pub key: &'static str,
    /// unit of the distance; none for NGD, a share between 0 and 1
    pub unit: &'static str,
    pub title: &'static str,
}

/// One value for each of [`MEASURES`].
pub type Distances = [f64; 7];

/// The distances of a simulated log from the real one, both sorted.
pub fn distances(real: &EventLog, simulated: &EventLog) -> Distances {
    Pair::new(real, simulated).distances(None, None)
}

/// The distances with standard errors: cases of both logs are drawn with replacement `samples` times, and the
/// standard deviation of the distance, times t, gives the interval. It is an interval for the distance of these
/// sample sizes: cases that wait for each other are treated as independent, so it is rather too short.
pub fn estimates(
    real: &EventLog,
    simulated: &EventLog,
    samples: u32,
    seed: u64,
    level: f64,
) -> [Estimate; 7] {
    let pair = Pair::new(real, simulated);
    let values = pair.distances(None, None);
    let n = pair.real.cases().min(pair.simulated.cases());
    let key = Key::new(seed, 0);
    let resampled: Vec<Distances> = (0..samples)
        .into_par_iter()
        .map(|b| {
            let draw = |log, n| {
                let mut stream = key.stream(Purpose::of("fidelity/bootstrap"), log, b);
                let mut weights = vec![0; n];
                (0..n).for_each(|_| weights[index(stream.bits(), n)] += 1);
                weights
            };
            let (r, s) = (draw(0, pair.real.cases()), draw(1, pair.simulated.cases()));
            pair.distances(Some(&r), Some(&s))
        })
        .collect();
    std::array::from_fn(|m| {
        let column: Vec<f64> = resampled.iter().map(|d| d[m]).collect();
        let estimate = Estimate::t(values[m], sd(&column), n, level);
        Estimate { lower: estimate.lower.max(0.0), ..estimate }
    })
}

/// The distances of random cases of the training log from the test log.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Floor {
    pub mean: Distances,
    /// standard deviation between draws
    pub sd: Distances,
    pub draws: u32,
}

impl Floor {
    /// How many standard deviations a distance lies above random training cases (below: negative).
    pub fn z(&self, distances: &Distances) -> Distances {
        std::array::from_fn(|m| (distances[m] - self.mean[m]) / self.sd[m])
    }
}

/// The distance that chance alone leaves: as many random cases of the training log as the test log has. They are
/// not consecutive, so their AED and CAR say nothing: NaN.
pub fn noise_floor(train: &EventLog, test: &EventLog, draws: u32, seed: u64) -> Floor {
    let pair = Pair::new(test, train);
    let (n, of) = (pair.real.cases(), pair.simulated.cases());
    let drawn: Vec<Distances> = (0..draws)
        .into_par_iter()
        .map(|b| {
            let mut stream = Key::new(seed, 1).stream(Purpose::of("fidelity/noise floor"), 0, b);
            let mut d = pair.distances(None, Some(&choose(of, n, &mut || stream.bits())));
            [d[1], d[2]] = [f64::NAN; 2];
            d
        })
        .collect();
    floor(&drawn)
}

/// The distance of two random halves of one log: what chance leaves when there is no training log. Between two
/// logs of the full size it would be about 0.7 times that.
pub fn split_floor(log: &EventLog, draws: u32, seed: u64) -> Floor {
    let pair = Pair::new(log, log);
    let n = pair.real.cases();
    let drawn: Vec<Distances> = (0..draws)
        .into_par_iter()
        .map(|b| {
            let mut stream = Key::new(seed, 2).stream(Purpose::of("fidelity/split floor"), 0, b);
            let first = choose(n, n / 2, &mut || stream.bits());
            let second: Vec<u32> = first.iter().map(|w| 1 - w).collect();
            pair.distances(Some(&first), Some(&second))
        })
        .collect();
    floor(&drawn)
}

/// The last n cases of the training log (by arrival), as many as the test log has, moved to its start: a forecast that
/// needs no model.
pub fn replay_floor(train: &EventLog, test: &EventLog) -> Distances {
    let n = timed(test).len();
    let mut ranges = timed(train);
    ranges.sort_by_key(|r| (earliest(train, r.clone()), r.start));
    let mut keep = vec![false; train.len()];
    ranges.into_iter().rev().take(n).for_each(|range| keep[range].fill(true));
    distances_when_moved(test, &train.select(&keep))
}

/// Where the model is wrong, activity by activity or resource by resource.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Part {
    pub name: String,
    /// rows in the real and in the simulated log
    pub rows: [usize; 2],
    /// rows per case
    pub per_case: [f64; 2],
    /// mean time from start to end [h]
    pub processing: [f64; 2],
    /// W1 of the times from start to end [h]
    pub processing_distance: f64,
    /// mean time from the end of the row before it in the case [h]
    pub waiting: [f64; 2],
    /// W1 of the times from the end of the row before it in the case [h]
    pub waiting_distance: f64,
    /// RED of these rows alone [h]
    pub red: f64,
    /// share of the part in the real log's rows, times its RED [h]: what the list is ordered by
    pub weight: f64,
}

/// The breakdown by activity, the largest weight first.
pub fn by_activity(real: &EventLog, simulated: &EventLog) -> Vec<Part> {
    breakdown([real, simulated], |log, row| Some(log.activities.name(log.activity[row])))
}

/// The breakdown by resource, the largest weight first.
pub fn by_resource(real: &EventLog, simulated: &EventLog) -> Vec<Part> {
    breakdown([real, simulated], |log, row| {
        let r = log.resource[row];
        (r != NONE).then(|| log.resources.name(r))
    })
}

/// A sequence of three activities (`None`: before the first or after the last) and how often it occurs per case.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Triple {
    pub activities: [Option<String>; 3],
    pub per_case: [f64; 2],
}

/// The triples that weigh most in NGD, at most `limit`.
pub fn worst_triples(real: &EventLog, simulated: &EventLog, limit: usize) -> Vec<Triple> {
    let pair = Pair::new(real, simulated);
    let counts = [pair.real.triples(pair.grams.len(), None), pair.simulated.triples(pair.grams.len(), None)];
    let cases = [pair.real.cases() as f64, pair.simulated.cases() as f64];
    let mut order: Vec<usize> = (0..pair.grams.len()).collect();
    order.sort_by_key(|&g| std::cmp::Reverse(counts[0][g].abs_diff(counts[1][g])));
    let triples = order.into_iter().take(limit).filter(|&g| counts[0][g] != counts[1][g]);
    triples
        .map(|g| Triple {
            activities: pair.grams[g].map(|a| (a != NONE).then(|| pair.names[a as usize].clone())),
            per_case: [counts[0][g] as f64 / cases[0], counts[1][g] as f64 / cases[1]],
        })
        .collect()
}

/// Both logs in a form in which a distance with any weights of the cases takes one pass.
struct Pair {
    real: Side,
    simulated: Side,
    grams: Vec<[u32; 3]>,
    names: Vec<String>,
    absolute: Grid,
    arrival: Grid,
    relative: Grid,
    cycle: Grid,
}

/// One log. What belongs to case c lies between `from[c]` and `from[c + 1]` of its list.
struct Side {
    grams: PerCase,
    absolute: PerCase,
    arrival: PerCase,
    relative: PerCase,
    cycle: PerCase,
    /// weekday * 24 + hour of starts and ends
    week_hour: PerCase,
    /// index of a (calendar hour, resource) pair
    at_work: PerCase,
    /// week hour of each pair, ascending in calendar time
    pair_hour: Vec<u32>,
    /// dates of each weekday with any event
    dates: [u32; 7],
}

#[derive(Default)]
struct PerCase {
    from: Vec<u32>,
    values: Vec<u32>,
}

impl PerCase {
    fn close(&mut self) {
        self.from.push(self.values.len() as u32);
    }

    /// Calls `add(value, weight)` for everything in cases of a weight above zero.
    fn each(&self, weights: Option<&[u32]>, mut add: impl FnMut(u32, u32)) {
        let mut from = 0;
        for (c, &to) in self.from.iter().enumerate() {
            let weight = weights.map_or(1, |w| w[c]);
            if weight > 0 {
                self.values[from as usize..to as usize].iter().for_each(|&v| add(v, weight));
            }
            from = to;
        }
    }

    fn histogram(&self, len: usize, weights: Option<&[u32]>) -> Histogram {
        let mut counts = vec![0u64; len];
        self.each(weights, |v, w| counts[v as usize] += u64::from(w));
        Histogram(counts)
    }
}

/// The bins of one log's instants, before both logs share their grids.
#[derive(Default)]
struct Bins {
    /// ends of the cases in the lists of instants
    from: Vec<u32>,
    absolute: Vec<i64>,
    relative: Vec<i64>,
    arrival: Vec<i64>,
    duration: Vec<i64>,
}

impl Pair {
    fn new(real: &EventLog, simulated: &EventLog) -> Self {
        let starts = [real, simulated].map(|l| earliest(l, 0..l.case.len()));
        let start = starts.into_iter().filter(|&t| t != UNKNOWN).min().unwrap_or(0);
        let origin = start.div_euclid(HOUR) * HOUR;
        let [mut r, mut s] = [real, simulated].map(|log| bins(log, origin));
        let shortest = r.duration.iter().chain(&s.duration).copied().min().unwrap_or(0);
        for d in r.duration.iter_mut().chain(&mut s.duration) {
            *d = (*d - shortest).div_euclid(HOUR);
        }
        let absolute = Grid::new(r.absolute.iter().chain(&s.absolute));
        let arrival = Grid::new(r.arrival.iter().chain(&s.arrival));
        let relative = Grid::new(r.relative.iter().chain(&s.relative));
        let cycle = Grid::new(r.duration.iter().chain(&s.duration));

        let mut names: Vec<String> = real.activities.iter().map(str::to_owned).collect();
        let own: Vec<u32> = (0..real.activities.len() as u32).collect();
        let other: Vec<u32> = simulated
            .activities
            .iter()
            .map(|name| {
                real.activities.get(name).unwrap_or_else(|| {
                    names.push(name.to_owned());
                    names.len() as u32 - 1
                })
            })
            .collect();
        let mut index = BTreeMap::new();
        let mut grams = Vec::new();
        let mut side = |log: &EventLog, bins: &Bins, names: &[u32]| {
            let per_row = |grid: &Grid, values: &[i64]| PerCase {
                from: bins.from.clone(),
                values: values.iter().map(|&v| grid.index(v)).collect(),
            };
            let per_case = |grid: &Grid, values: &[i64]| PerCase {
                from: (1..=values.len() as u32).collect(),
                values: values.iter().map(|&v| grid.index(v)).collect(),
            };
            let (week_hour, at_work, pair_hour, dates) = work(log);
            Side {
                grams: triples(log, names, &mut index, &mut grams),
                absolute: per_row(&absolute, &bins.absolute),
                arrival: per_case(&arrival, &bins.arrival),
                relative: per_row(&relative, &bins.relative),
                cycle: per_case(&cycle, &bins.duration),
                week_hour,
                at_work,
                pair_hour,
                dates,
            }
        };
        let (real, simulated) = (side(real, &r, &own), side(simulated, &s, &other));
        Self { real, simulated, grams, names, absolute, arrival, relative, cycle }
    }

    fn distances(&self, real: Option<&[u32]>, simulated: Option<&[u32]>) -> Distances {
        let w1 = |grid: &Grid, part: fn(&Side) -> &PerCase| {
            let a = part(&self.real).histogram(grid.len(), real);
            grid.distance(&a, &part(&self.simulated).histogram(grid.len(), simulated))
        };
        let [f, g] = [(&self.real, real), (&self.simulated, simulated)]
            .map(|(side, weights)| side.triples(self.grams.len(), weights));
        let apart: u64 = f.iter().zip(&g).map(|(a, b)| a.abs_diff(*b)).sum();
        let all: u64 = f.iter().chain(&g).sum();
        let hours = |side: &Side, weights| side.week_hour.histogram(7 * 24, weights);
        [
            apart as f64 / all as f64,
            w1(&self.absolute, |s| &s.absolute),
            w1(&self.arrival, |s| &s.arrival),
            weekly(&hours(&self.real, real), &hours(&self.simulated, simulated)),
            w1(&self.relative, |s| &s.relative),
            w1(&self.cycle, |s| &s.cycle),
            weekly(&self.real.workforce(real), &self.simulated.workforce(simulated)),
        ]
    }
}

impl Side {
    fn cases(&self) -> usize {
        self.cycle.from.len()
    }

    fn triples(&self, len: usize, weights: Option<&[u32]>) -> Vec<u64> {
        self.grams.histogram(len, weights).0
    }

    /// Distinct resources per calendar hour, averaged over the dates of the weekday, in hundredths (cut off, as
    /// the published definition does).
    fn workforce(&self, weights: Option<&[u32]>) -> Histogram {
        let mut seen = vec![false; self.pair_hour.len()];
        self.at_work.each(weights, |pair, _| seen[pair as usize] = true);
        let mut counts = [0u64; 7 * 24];
        for (&hour, _) in self.pair_hour.iter().zip(&seen).filter(|(_, seen)| **seen) {
            counts[hour as usize] += 1;
        }
        let average = |(hour, &n): (usize, &u64)| {
            let dates = f64::from(self.dates[hour / 24].max(1));
            (n as f64 / dates * 100.0) as u64
        };
        Histogram(counts.iter().enumerate().map(average).collect())
    }
}

/// Hours since `origin` and since the start of the case; arrivals in hours since `origin`, durations in
/// microseconds.
fn bins(log: &EventLog, origin: i64) -> Bins {
    let mut bins = Bins::default();
    for range in timed(log) {
        let first = earliest(log, range.clone());
        let mut last = UNKNOWN;
        for row in range {
            for t in [log.start[row], log.end[row]].into_iter().filter(|&t| t != UNKNOWN) {
                bins.absolute.push((t - origin).div_euclid(HOUR));
                bins.relative.push((t - first).div_euclid(HOUR));
            }
            last = last.max(log.end[row]).max(log.start[row]);
        }
        bins.from.push(bins.absolute.len() as u32);
        bins.arrival.push((first - origin).div_euclid(HOUR));
        bins.duration.push(last.max(first) - first);
    }
    bins
}

fn triples(
    log: &EventLog,
    names: &[u32],
    index: &mut BTreeMap<[u32; 3], u32>,
    grams: &mut Vec<[u32; 3]>,
) -> PerCase {
    let mut list = PerCase::default();
    for range in timed(log) {
        let mut gram = [NONE; 3];
        let activities = range.map(|row| names[log.activity[row] as usize]).chain([NONE, NONE]);
        for activity in activities {
            gram = [gram[1], gram[2], activity];
            let id = *index.entry(gram).or_insert_with(|| {
                grams.push(gram);
                grams.len() as u32 - 1
            });
            list.values.push(id);
        }
        list.close();
    }
    list
}

/// Who was at work in which calendar hour: week hours of all instants, (hour, resource) pairs, the week hour of
/// each pair, and the dates of each weekday.
fn work(log: &EventLog) -> (PerCase, PerCase, Vec<u32>, [u32; 7]) {
    let (mut week_hour, mut at_work) = (PerCase::default(), PerCase::default());
    let mut pairs = Vec::new();
    let mut days = Vec::new();
    let ranges = timed(log);
    for row in ranges.iter().cloned().flatten() {
        for t in [log.start[row], log.end[row]].into_iter().filter(|&t| t != UNKNOWN) {
            pairs.push((t.div_euclid(HOUR), log.resource[row]));
            days.push(t.div_euclid(DAY));
        }
    }
    let all = pairs.clone();
    pairs.sort_unstable();
    pairs.dedup();
    days.sort_unstable();
    days.dedup();
    let mut dates = [0; 7];
    days.iter().for_each(|d| dates[weekday(*d)] += 1);
    let mut all = all.into_iter();
    for range in ranges {
        let instants = range.flat_map(|row| [log.start[row], log.end[row]]).filter(|&t| t != UNKNOWN).count();
        for (hour, resource) in all.by_ref().take(instants) {
            week_hour.values.push(hour_of_week(hour));
            let pair = pairs.partition_point(|p| *p < (hour, resource));
            at_work.values.push(pair as u32);
        }
        week_hour.close();
        at_work.close();
    }
    let pair_hour = pairs.iter().map(|p| hour_of_week(p.0)).collect();
    (week_hour, at_work, pair_hour, dates)
}

/// 0 for Monday. Day 0, 1970-01-01, was a Thursday.
fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

fn hour_of_week(hour: i64) -> u32 {
    (weekday(hour.div_euclid(24)) * 24) as u32 + hour.rem_euclid(24) as u32
}

fn breakdown<'a>(logs: [&'a EventLog; 2], name: fn(&'a EventLog, usize) -> Option<&'a str>) -> Vec<Part> {
    #[derive(Default)]
    struct Times {
        processing: [Vec<i64>; 2],
        waiting: [Vec<i64>; 2],
        relative: [Vec<i64>; 2],
    }
    let mut parts: BTreeMap<&str, Times> = BTreeMap::new();
    let mut cases = [0; 2];
    for (side, log) in logs.iter().enumerate() {
        for range in timed(log) {
            cases[side] += 1;
            let first = earliest(log, range.clone());
            let mut before = UNKNOWN;
            for row in range {
                let (start, end) = (log.start[row], log.end[row]);
                let previous = std::mem::replace(&mut before, end);
                let Some(name) = name(log, row) else { continue };
                if start == UNKNOWN || end == UNKNOWN {
                    continue;
                }
                let times = parts.entry(name).or_default();
                times.processing[side].push(end - start);
                times.waiting[side].extend((previous != UNKNOWN).then(|| (start - previous).max(0)));
                times.relative[side].extend([start - first, end - first].map(|t| t.div_euclid(HOUR) * HOUR));
            }
        }
    }
    let hours = |values: &Vec<i64>| mean(&values.iter().map(|v| *v as f64 / HOUR as f64).collect::<Vec<_>>());
    let rows_of = |side: usize| parts.values().map(|t| t.processing[side].len()).sum::<usize>() as f64;
    let total = rows_of(0);
    let distance = |[a, b]: &[Vec<i64>; 2]| {
        let grid = Grid::new(a.iter().chain(b));
        grid.distance(&grid.histogram(a), &grid.histogram(b)) / HOUR as f64
    };
    let mut list: Vec<Part> = parts
        .iter()
        .map(|(name, times)| {
            let rows = [0, 1].map(|s| times.processing[s].len());
            let red = distance(&times.relative);
            Part {
                name: (*name).to_owned(),
                rows,
                per_case: [0, 1].map(|s| rows[s] as f64 / f64::from(cases[s])),
                processing: [0, 1].map(|s| hours(&times.processing[s])),
                processing_distance: distance(&times.processing),
                waiting: [0, 1].map(|s| hours(&times.waiting[s])),
                waiting_distance: distance(&times.waiting),
                red,
                weight: rows[0] as f64 / total * red,
            }
        })
        .collect();
    // NaN (a part that one log lacks) sorts first: nothing is more wrong.
    list.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    list
}

fn floor(drawn: &[Distances]) -> Floor {
    let column = |m: usize| drawn.iter().map(|d| d[m]).collect::<Vec<_>>();
    Floor {
        mean: std::array::from_fn(|m| mean(&column(m))),
        sd: std::array::from_fn(|m| sd(&column(m))),
        draws: drawn.len() as u32,
    }
}

/// The distances of a log that is moved to where `test` starts: to the very hour for the measures of the calendar,
/// by whole weeks for those of the weekday.
fn distances_when_moved(test: &EventLog, log: &EventLog) -> Distances {
    let start = |l: &EventLog| earliest(l, 0..l.case.len());
    let by = start(test) - start(log);
    let exact = distances(test, &shifted(log, by));
    let weekly = distances(test, &shifted(log, (by + WEEK / 2).div_euclid(WEEK) * WEEK));
    std::array::from_fn(|m| if matches!(MEASURES[m].key, "ced" | "cwd") { weekly[m] } else { exact[m] })
}

/// Weight 1 for `k` of `n` cases, 0 for the others: selection sampling (Knuth, The Art of Computer Programming 2,
/// 3.4.2, algorithm S).
fn choose(n: usize, k: usize, bits: &mut impl FnMut() -> u64) -> Vec<u32> {
    let mut left = k;
    (0..n)
        .map(|i| {
            let chosen = index(bits(), n - i) < left;
            left -= usize::from(chosen);
            u32::from(chosen)
        })
        .collect()
}

/// A number below n out of 64 random bits; the bias is below n / 2^64.
fn index(bits: u64, n: usize) -> usize {
    ((u128::from(bits) * n as u128) >> 64) as usize
}
