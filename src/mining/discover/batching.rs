//! Activities that are done for several cases in one go, and what makes a batch begin: so many wait, the first has waited so long, or a
//! time of the day has come.
//!
//! A batch tells why it began where whoever did it was free before, or began it at the coming of its last case although there had been time
//! for the first: then it began when its rule fired. What began at the coming of its
//! last case fired by size, if nearly all of these have the same size; what began when its first had waited a certain time fired by age;
//! what began at one of a few times of the day fired by the calendar. An activity gets rules only if nearly all of its rows lie in
//! batches that are told by them. Everything else about batches is said in the notes.

use super::delays::usual_duty;
use super::durations::Work;
use super::duty::{Duty, day_and_time};
use super::pools::Pools;
use crate::activity::BatchWork;
use crate::dist::{self, Why};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::mining::batch::{Batch, Shape, batches};
use crate::mining::workload::rows_of_resources;
use crate::stats::describe::{mean, sd};
use std::collections::BTreeMap;

/// What makes a batch begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// so many wait
    Size(u32),
    /// the first has waited so long [s]
    Age(f64),
    /// these minutes of the week
    At(Duty),
}

/// How cases wait for each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Gather {
    pub rules: Vec<Rule>,
    pub work: BatchWork,
    /// batches that tell why they began and that the rules explain, of all that tell
    pub seen: usize,
    pub of: usize,
    pub mean_size: f64,
}

/// Share of the rows in batches, and of the batches that a rule explains.
const NEARLY_ALL: f64 = 0.9;
/// Fewer batches are no rule; of those of one kind beside another fewer do.
const FEW: usize = 10;
const FEW_BESIDE: usize = 5;
/// Share of the rows that have company, below which nobody waits for others.
const IN_COMPANY: f64 = 0.5;
/// Instants this near each other are one [us].
const INSTANT: i64 = 1_000_000;
/// Ages of this spread are one age.
const ONE_AGE: f64 = 0.01;
/// A calendar has at most so many times of a day.
const MOST_TIMES: usize = 4;
const MINUTE: i64 = 60_000_000;
/// What begins when a day's work begins follows no timetable: somebody must have been at work in the hour before, in this share of
/// the batches.
const IN_HOURS: f64 = 0.25;

/// A batch that tells why it began.
struct Begun {
    size: usize,
    at: i64,
    /// since the first and the last of it were ready [us]
    since_first: i64,
    since_last: i64,
    /// something began or ended in the hour before
    in_hours: bool,
}

/// The rules of each activity, where there are any; `enabled` as from [`enabled`](crate::mining::enabled()).
pub fn gathers(log: &EventLog, pools: &Pools, enabled: &[i64]) -> Vec<Option<Gather>> {
    let mut rows = vec![0usize; log.activities.len()];
    log.activity.iter().for_each(|&a| rows[a as usize] += 1);
    let mut by_activity: Vec<Vec<Batch>> = vec![Vec::new(); rows.len()];
    for batch in batches(log, enabled, 1) {
        by_activity[log.activity[batch.rows[0]] as usize].push(batch);
    }
    let idle = Idle::of(log);
    let mut instants: Vec<i64> =
        log.start.iter().chain(&log.end).copied().filter(|t| *t != UNKNOWN).collect();
    instants.sort_unstable();
    let in_hours = |at: i64| {
        let before = instants.partition_point(|t| *t < at);
        before > 0 && instants[before - 1] >= at - 60 * MINUTE
    };
    let each = by_activity.iter().enumerate().map(|(a, batches)| {
        let pool = pools.of_activity[a]?;
        let inside: usize = batches.iter().map(|b| b.rows.len()).sum();
        let company: usize = batches.iter().map(|b| b.rows.len()).filter(|n| *n > 1).sum();
        if (inside as f64) < NEARLY_ALL * rows[a] as f64 || (company as f64) < IN_COMPANY * rows[a] as f64 {
            return None;
        }
        let work = work(batches)?;
        let begun = |b: &Batch| {
            let at = log.start[b.rows[0]];
            let ready = b.rows.iter().map(|&row| enabled[row]);
            Begun {
                size: b.rows.len(),
                at,
                since_first: at - ready.clone().min().unwrap_or(at),
                since_last: at - ready.max().unwrap_or(at),
                in_hours: in_hours(at),
            }
        };
        let tells = |(b, begun): &(&Batch, Begun)| {
            let (resource, ready) = (log.resource[b.rows[0]], begun.at - begun.since_first);
            let held_back = || begun.since_last <= INSTANT && idle.between(resource, ready, begun.at);
            resource != NONE && (idle.between(resource, begun.at - 2 * INSTANT, begun.at) || held_back())
        };
        let telling = batches.iter().map(|b| (b, begun(b))).filter(tells).map(|(_, begun)| begun);
        let telling: Vec<Begun> = telling.collect();
        let (rules, seen) = rules(&telling, usual_duty(pools, pool).as_ref())?;
        let mean_size = inside as f64 / batches.len() as f64;
        Some(Gather { rules, work, seen, of: telling.len(), mean_size })
    });
    each.collect()
}

/// When nobody of the log had anything for a resource to do, or he did not do it: by resource, the stretches between rows.
struct Idle(Vec<Vec<(i64, i64)>>);

impl Idle {
    fn of(log: &EventLog) -> Self {
        let mut idle = vec![Vec::new(); log.resources.len()];
        for rows in rows_of_resources(log) {
            let mut until = i64::MIN;
            for &row in rows.iter().filter(|&&row| log.resource[row] != NONE) {
                if until.saturating_add(INSTANT) < log.start[row] {
                    idle[log.resource[row] as usize].push((until, log.start[row]));
                }
                until = until.max(log.end[row]);
            }
        }
        Self(idle)
    }

    /// Whether the resource did nothing for more than an instant between these times.
    fn between(&self, resource: u32, from: i64, to: i64) -> bool {
        let all = &self.0[resource as usize];
        let first = all.partition_point(|(_, end)| end.saturating_sub(INSTANT) <= from);
        all.get(first).is_some_and(|(start, end)| (*start).max(from).saturating_add(INSTANT) < (*end).min(to))
    }
}

/// One after the other or all at once, if nearly all batches are of one kind.
fn work(batches: &[Batch]) -> Option<BatchWork> {
    let several: Vec<&Batch> = batches.iter().filter(|b| b.rows.len() > 1).collect();
    let share = |shape: Shape| several.iter().filter(|b| b.shape == shape).count() as f64;
    let enough = NEARLY_ALL * several.len() as f64;
    if share(Shape::Sequential) >= enough {
        Some(BatchWork::Sequential)
    } else if share(Shape::Parallel) >= enough {
        Some(BatchWork::Parallel)
    } else {
        None
    }
}

/// The rules that explain nearly all of some batches, and how many these are.
fn rules(begun: &[Begun], duty: Option<&Duty>) -> Option<(Vec<Rule>, usize)> {
    if begun.len() < FEW {
        return None;
    }
    let mut rules = Vec::new();
    let mut rest: Vec<&Begun> = begun.iter().collect();
    if let Some(size) = by_size(&rest) {
        rest.retain(|b| !is_by_size(b, size));
        rules.push(Rule::Size(size as u32));
    }
    let beside = if rules.is_empty() { FEW } else { FEW_BESIDE };
    if rest.len() >= beside {
        if let Some(age) = by_age(&rest) {
            rest.retain(|b| !is_by_age(b, age));
            rules.push(Rule::Age(age as f64 * 1e-6));
        } else if let Some(minutes) = by_calendar(&rest, duty) {
            rest.retain(|b| !is_at(b, &minutes));
            rules.push(Rule::At(minutes));
        }
    }
    let seen = begun.len() - rest.len();
    (!rules.is_empty() && seen as f64 >= NEARLY_ALL * begun.len() as f64).then_some((rules, seen))
}

fn is_by_size(b: &Begun, size: usize) -> bool {
    b.since_last <= INSTANT && b.size == size
}

/// The size of nearly all that began when their last case came.
fn by_size(begun: &[&Begun]) -> Option<usize> {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    begun
        .iter()
        .filter(|b| b.since_last <= INSTANT && b.size > 1)
        .for_each(|b| *sizes.entry(b.size).or_default() += 1);
    let all: usize = sizes.values().sum();
    let (&size, &n) = sizes.iter().max_by_key(|(_, n)| **n)?;
    (n >= FEW && n as f64 >= NEARLY_ALL * all as f64).then_some(size)
}

fn is_by_age(b: &Begun, age: i64) -> bool {
    (b.since_first - age).abs() <= INSTANT.max((ONE_AGE * age as f64) as i64)
}

/// The time that the first of nearly all has waited.
fn by_age(begun: &[&Begun]) -> Option<i64> {
    let mut ages: Vec<i64> = begun.iter().map(|b| b.since_first).collect();
    ages.sort_unstable();
    let age = ages[ages.len() / 2];
    let n = begun.iter().filter(|b| is_by_age(b, age)).count();
    (age > INSTANT && n as f64 >= NEARLY_ALL * begun.len() as f64).then_some(age)
}

fn is_at(b: &Begun, minutes: &Duty) -> bool {
    minutes.is_open(b.at)
}

/// The minutes of the week at which nearly all began, if these are few times of the day, and none at which a shift begins.
fn by_calendar(begun: &[&Begun], duty: Option<&Duty>) -> Option<Duty> {
    let mut times: BTreeMap<i64, (usize, [bool; 7])> = BTreeMap::new();
    for b in begun {
        let (day, time) = day_and_time(b.at);
        let entry = times.entry(time / MINUTE).or_default();
        entry.0 += 1;
        entry.1[day] = true;
    }
    let opens = |day: i64, minute: i64| {
        let second = day * 86_400 + minute * 60;
        duty.is_some_and(|d| d.open.iter().any(|(from, _)| (i64::from(*from) - second).abs() <= 60))
    };
    let mut list: Vec<(i64, (usize, [bool; 7]))> = times.into_iter().collect();
    list.sort_by_key(|(minute, (n, _))| (std::cmp::Reverse(*n), *minute));
    list.truncate(MOST_TIMES);
    let n: usize = list.iter().map(|(_, (n, _))| n).sum();
    let mut open: Vec<(u32, u32)> = Vec::new();
    for (minute, (_, days)) in list.into_iter().filter(|(_, (n, _))| *n >= FEW_BESIDE) {
        for day in (0..7).filter(|d| days[*d as usize]) {
            if opens(day, minute) {
                return None;
            }
            let from = (day * 86_400 + minute * 60) as u32;
            open.push((from, from + 60));
        }
    }
    open.sort_unstable();
    let in_hours = begun.iter().filter(|b| b.in_hours).count();
    if (in_hours as f64) < IN_HOURS * begun.len() as f64 {
        return None;
    }
    // Where all have waited as long, it is no calendar.
    let ages: Vec<f64> = begun.iter().map(|b| b.since_first as f64).collect();
    let vary = sd(&ages) > 0.05 * mean(&ages);
    (!open.is_empty() && vary && n as f64 >= NEARLY_ALL * begun.len() as f64).then_some(Duty { open })
}

/// Where all cases of a batch are done at once its time is that of the longest of them: the law of a single one is such that the longest
/// of as many as there are on average has the law of the batches. `net` is the time that rows take [s].
pub fn single_times(log: &EventLog, gathers: &[Option<Gather>], work: &mut [Option<Work>], net: &[f64]) {
    const POINTS: usize = 201;
    for (a, gather) in gathers.iter().enumerate() {
        let (Some(gather), Some(work)) = (gather, &mut work[a]) else { continue };
        if gather.work != BatchWork::Parallel || work.fit.why == Why::Constant {
            continue;
        }
        // Rows of a batch are alike: batches of all sizes count by their rows, as cases meet them.
        let mut values: Vec<f64> =
            (0..log.len()).filter(|&row| log.activity[row] as usize == a).map(|row| net[row]).collect();
        values.retain(|v| v.is_finite());
        values.sort_by(f64::total_cmp);
        let at = |i: usize| {
            let p = ((i as f64 + 0.5) / POINTS as f64).powf(gather.mean_size);
            crate::stats::quantile_sorted(&values, p)
        };
        let points: Vec<f64> = (0..POINTS).map(at).collect();
        if let Some(dist) = dist::interpolated(&points) {
            work.mean = points.iter().sum::<f64>() / POINTS as f64;
            work.dist = dist;
        }
    }
}

impl Gather {
    /// In words, for a report.
    pub fn told(&self) -> String {
        let each = self.rules.iter().map(|rule| match rule {
            Rule::Size(n) => format!("when {n} wait"),
            Rule::Age(age) => format!("when the first has waited {}", super::told(*age)),
            Rule::At(minutes) => {
                let of_day = |from: u32| format!("{:02}:{:02}", from % 86_400 / 3_600, from % 3_600 / 60);
                let mut times: Vec<String> = minutes.open.iter().map(|(from, _)| of_day(*from)).collect();
                times.sort_unstable();
                times.dedup();
                format!("at {}", times.join(", "))
            }
        });
        let work = match self.work {
            BatchWork::Sequential => "one after the other",
            BatchWork::Parallel => "all at once",
        };
        format!("{}, {work}", each.collect::<Vec<_>>().join(" or "))
    }
}
