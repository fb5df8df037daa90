//! When cases come: independent gaps counted in the hours in which cases come at all, or a rate that varies over the week.
//!
//! Gaps by the wall clock, pushed into opening hours afterwards, come too fast (Simod: by an eighth on its own example).

use super::calendars::{self, Seen};
use super::durations::fitted;
use super::duty::{Duty, day_and_time};
use crate::dist::Fit;
use crate::eventlog::{EventLog, UNKNOWN};
use crate::mining::sample::{earliest, timed};
use crate::mining::week::HOUR;
use crate::stats::describe::{mean, sd};

/// What kind of source is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Gaps,
    Profile,
}

/// A source of cases.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Gaps between arrivals in open hours; always open when absent.
    Gaps { fit: Fit, duty: Option<Duty> },
    /// A rate for each piece of the week: (seconds since Monday 00:00, per second).
    Profile { pieces: Vec<(f64, f64)> },
}

/// With fewer arrivals in an hour of the week, on average, its rate is that of its day times that of its hour.
const FEW: f64 = 10.0;

/// When each case came, ascending: when its first work could begin, or began.
pub fn instants(log: &EventLog) -> Vec<i64> {
    let each = timed(log).into_iter().map(|range| {
        let first = earliest(log, range.clone());
        range.map(|row| log.enabled[row]).filter(|&t| t != UNKNOWN).fold(first, i64::min)
    });
    let mut all: Vec<i64> = each.collect();
    all.sort_unstable();
    all
}

/// The source behind these instants; `None` when there are fewer than two.
pub fn arrivals(instants: &[i64], source: Source) -> Option<Arrivals> {
    let (first, last) = (*instants.first()?, *instants.last()?);
    if first == last {
        return None;
    }
    match source {
        Source::Gaps => {
            let seen = Seen { starts: instants.to_vec(), ends: Vec::new() };
            let duty =
                calendars::hours(&seen).map(|d| d.without_closing_seconds()).filter(|d| !d.is_always());
            let duty = duty.map(|duty| most_regular(instants, duty));
            Some(Arrivals::Gaps { fit: fitted(&gaps(instants, duty.as_ref()))?, duty })
        }
        Source::Profile => Some(Arrivals::Profile { pieces: profile(instants, first, last) }),
    }
}

/// Gaps between instants in open hours [s].
fn gaps(instants: &[i64], duty: Option<&Duty>) -> Vec<f64> {
    let on = |t: i64| duty.map_or(t, |d| d.at(t));
    instants.windows(2).map(|w| (on(w[1]) - on(w[0])) as f64 * 1e-6).collect()
}

/// The hours, opened or closed up to an hour earlier or later where that makes the gaps clearly more regular: the first case of a
/// day may come some time after the doors open.
fn most_regular(instants: &[i64], duty: Duty) -> Duty {
    /// The spread must fall by this share.
    const CLEARLY: f64 = 0.1;
    const STEPS: [u32; 3] = [0, 1_800, 3_600];
    let spread = |duty: &Duty| {
        let gaps = gaps(instants, Some(duty));
        sd(&gaps) / mean(&gaps)
    };
    let mut best = (spread(&duty), duty.clone());
    for opens in STEPS {
        for closes in STEPS.into_iter().filter(|closes| opens + closes > 0) {
            let wider = wider(&duty, opens, closes);
            let found = spread(&wider);
            if found < (1.0 - CLEARLY) * best.0 && !wider.is_always() {
                best = (found, wider);
            }
        }
    }
    best.1
}

/// Every stretch opened so much earlier and closed so much later [s], as far as its day and its neighbours allow.
fn wider(duty: &Duty, opens: u32, closes: u32) -> Duty {
    const DAY: u32 = 86_400;
    let mut open: Vec<(u32, u32)> = Vec::new();
    for &(from, to) in &duty.open {
        let from = from.saturating_sub(opens).max(from / DAY * DAY);
        let to = (to + closes).min((to - 1) / DAY * DAY + DAY);
        match open.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(to),
            _ => open.push((from, to)),
        }
    }
    Duty { open }
}

fn profile(instants: &[i64], first: i64, last: i64) -> Vec<(f64, f64)> {
    let mut counts = [[0.0; 24]; 7];
    let mut exposure = [[0.0; 24]; 7];
    let cell = |t: i64| {
        let (day, time) = day_and_time(t);
        (day, (time / HOUR) as usize)
    };
    instants.iter().for_each(|&t| {
        let (day, hour) = cell(t);
        counts[day][hour] += 1.0;
    });
    let mut at = first;
    while at < last {
        let next = ((at.div_euclid(HOUR) + 1) * HOUR).min(last);
        let (day, hour) = cell(at);
        exposure[day][hour] += (next - at) as f64 * 1e-6;
        at = next;
    }
    let sum = |m: &[[f64; 24]; 7]| m.iter().flatten().sum::<f64>();
    let used = counts.iter().flatten().filter(|n| **n > 0.0).count().max(1) as f64;
    let each = instants.len() as f64 / used >= FEW;
    let per_day = |m: &[[f64; 24]; 7], d: usize| m[d].iter().sum::<f64>();
    let per_hour = |m: &[[f64; 24]; 7], h: usize| m.iter().map(|day| day[h]).sum::<f64>();
    let rate = |n: f64, time: f64| if time > 0.0 { n / time } else { 0.0 };
    let overall = rate(sum(&counts), sum(&exposure));
    let mut pieces: Vec<(f64, f64)> = Vec::new();
    for day in 0..7 {
        for hour in 0..24 {
            let value = if each {
                rate(counts[day][hour], exposure[day][hour])
            } else {
                rate(per_day(&counts, day), per_day(&exposure, day))
                    * rate(per_hour(&counts, hour), per_hour(&exposure, hour))
                    / overall
            };
            if pieces.last().is_none_or(|p| p.1 != value) {
                pieces.push((((day * 24 + hour) * 3_600) as f64, value));
            }
        }
    }
    pieces
}
