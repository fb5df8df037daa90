//! How a change comes into effect: week by week on the primary metric, month by month in money, and what a manager would have
//! seen on a control chart.

use crate::experiment::{Course, PhaseIn, Results};
use crate::model::{Better, Money};
use crate::stats::control::{ControlChart, individuals};
use crate::stats::{Estimate, MIN_NONZERO_DIFFERENCES, bonferroni_level, mean_t};
use crate::units::YEAR;
use serde::Serialize;

/// The phase-in of one option against the control.
#[derive(Clone, Debug, Serialize)]
pub struct Ramped {
    pub name: String,
    pub label: String,
    /// Of the primary metric.
    pub metric: String,
    pub unit: String,
    /// Paired replications.
    pub replications: usize,
    pub weeks: Vec<Week>,
    /// Change of the primary in the settled phase: the last half-year of the run.
    pub settled: Estimate,
    /// Net gain a year there.
    pub settled_gain: Estimate,
    pub months: Vec<Month>,
    /// Of the primary in the first replication, as a manager would have seen it.
    pub control: Option<ControlChart>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Week {
    /// From go-live to the start of the bin [days].
    pub day: f64,
    /// Of the primary; after go-live the intervals of all weeks hold together (Bonferroni).
    pub change: Estimate,
    /// Net gain of all money, a year; likewise. None before go-live: formulas do not know of that day, and a yearly fee would
    /// be in it.
    pub gain: Option<Estimate>,
    /// Before go-live nothing differs, in any replication. (What began shortly before it and was still open then may.)
    pub by_construction: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// Net gain of all money in this month after go-live, a year.
    pub gain: Estimate,
    /// Share of the settled phase's net gain; None where chance leaves more than a quarter of that open.
    pub share: Option<f64>,
}

/// Every arm of a ramp but the control.
pub fn ramped(results: &Results, money: &Money) -> Vec<Ramped> {
    let Some(phase_in) = &results.phase_in else { return Vec::new() };
    (1..results.arms.len()).filter_map(|arm| one(results, phase_in, money, arm)).collect()
}

fn one(results: &Results, phase_in: &PhaseIn, money: &Money, arm: usize) -> Option<Ramped> {
    let primary = results.primary?;
    let at = phase_in.position(primary)?;
    let gains: Vec<(usize, f64)> = (money.lines.iter())
        .filter_map(|line| {
            let metric = line.metric.0 as usize;
            let info = &results.metrics[metric];
            let yearly = info.unit_size * YEAR;
            Some((phase_in.position(metric)?, if info.better == Better::Higher { yearly } else { -yearly }))
        })
        .collect();
    let change = |course: &Course, span: usize, level: f64| {
        let of = |arm: usize| &course.values[arm][at][span];
        estimate(&of(0).iter().zip(of(arm)).map(|(b, a)| a - b).collect::<Vec<_>>(), level)
    };
    let gain = |course: &Course, span: usize, level: f64| {
        let mut sum = vec![0.0; results.replications];
        for (line, sign) in &gains {
            let of = |arm: usize| &course.values[arm][*line][span];
            sum.iter_mut().zip(of(0).iter().zip(of(arm))).for_each(|(sum, (b, a))| *sum += sign * (a - b));
        }
        estimate(&sum, level)
    };
    let weeks = phase_in.weeks.spans.len();
    let together = bonferroni_level(results.level, weeks - phase_in.live);
    let week = |bin: usize| {
        let is_live = bin >= phase_in.live;
        let level = if is_live { together } else { results.level };
        let found = change(&phase_in.weeks, bin, level);
        Week {
            day: (phase_in.weeks.spans[bin].0 - phase_in.go_live) / 86_400.0,
            by_construction: !is_live && found.is_identical(),
            change: found,
            gain: is_live.then(|| gain(&phase_in.weeks, bin, level)),
        }
    };
    let settled_gain = gain(&phase_in.settled, 0, results.level);
    let month = |k: usize| {
        let gain = gain(&phase_in.months, k, results.level);
        let open = gain.half_width().max(settled_gain.half_width());
        let known = open < settled_gain.value.abs() / 4.0;
        Month { gain, share: known.then(|| gain.value / settled_gain.value) }
    };
    let own = &results.arms[arm];
    let seen = &phase_in.seen[arm][at][phase_in.first..];
    Some(Ramped {
        name: own.name.clone(),
        label: own.label.clone(),
        metric: results.metrics[primary].label.clone(),
        unit: results.metrics[primary].unit.clone(),
        replications: results.replications,
        weeks: (phase_in.first..weeks).map(week).collect(),
        settled: change(&phase_in.settled, 0, results.level),
        months: (0..phase_in.months.spans.len()).map(month).collect(),
        settled_gain,
        control: individuals(seen, phase_in.live - phase_in.first),
    })
}

/// The mean of paired differences; rounding is no difference.
fn estimate(differences: &[f64], level: f64) -> Estimate {
    let largest = differences.iter().fold(0.0f64, |most, d| most.max(d.abs()));
    let differing = differences.iter().filter(|d| d.abs() > 1e-9 * largest.max(1e-3)).count();
    match differing {
        0 => Estimate::identical(differences.len(), level),
        few if few < MIN_NONZERO_DIFFERENCES => {
            Estimate::without_interval(crate::stats::describe::mean(differences), differences.len(), level)
        }
        _ => mean_t(differences, level),
    }
}
