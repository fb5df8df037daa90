//! Step 3: how far an operation's cost follows a metric.
//!
//! An elasticity of 0.4 says: where the metric is 1 % higher, the cost is 0.4 % higher. It is the ratio of the changes of
//! both logarithms, between two simulated worlds that differ in something that moves the metric, or over past years. It
//! says what goes along with what; that cost follows *because of* the metric is for the scenario's links to show.

use crate::stats::{Estimate, Resampled, theil_sen};
use std::collections::BTreeMap;

/// Where an elasticity comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Simulated: changes that the portfolio names for this metric.
    MovedBy,
    /// Simulated: the halving of this stage, the one that moves the metric most.
    Halving(String),
    /// The ledger's past, over so many years.
    History(usize),
    /// Nothing moves it.
    Nothing,
}

/// How far cost follows a metric.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Elasticity {
    pub metric: String,
    pub label: String,
    /// Its value before [display unit], with the unit.
    pub level: Estimate,
    pub unit: String,
    pub origin: Origin,
    /// Without an interval where the metric hardly moves; None where nothing moves it.
    pub elasticity: Option<Estimate>,
}

/// Between two worlds. The estimate has no interval where cost and metric are not resampled alike (a mean against a
/// quantile), or where the metric's own change is not beyond chance: then the ratio says nothing.
pub fn between(cost: [&Resampled; 2], metric: [&Resampled; 2], level: f64) -> Option<Estimate> {
    let moved = Resampled::difference(metric[0], metric[1], level);
    if moved.is_identical() || !moved.value.is_finite() {
        return None;
    }
    let ratio = |v: &[f64]| (v[1] / v[0]).ln() / (v[3] / v[2]).ln();
    let all = [cost[0], cost[1], metric[0], metric[1]];
    let value = ratio(&all.map(|r| r.value));
    let n = metric[0].n();
    if !value.is_finite() {
        return None;
    }
    match Resampled::function(&all, ratio) {
        Some(both) if moved.has_interval() && !moved.contains(0.0) => Some(both.estimate(level)),
        _ => Some(Estimate::without_interval(value, n, level)),
    }
}

/// Over past years: the Theil-Sen slope of ln cost over ln metric, with its interval, and the number of years.
pub fn from_history(
    costs: &BTreeMap<i32, f64>,
    metric: &BTreeMap<i32, f64>,
    level: f64,
) -> Option<(Estimate, usize)> {
    let both = metric.iter().filter_map(|(year, m)| Some((m.ln(), costs.get(year)?.ln())));
    let points: Vec<(f64, f64)> = both.filter(|(m, c)| m.is_finite() && c.is_finite()).collect();
    let trend = theil_sen(&points, level)?;
    let n = points.len();
    let bare = Estimate::without_interval(trend.slope, n, level);
    let estimate = match trend.has_interval() {
        // The interval is one of ranks: it has no standard error; a normal one of the same length stands for it.
        true => {
            let se =
                (trend.upper - trend.lower) / 2.0 / crate::stats::student::t_factor(level, f64::INFINITY);
            Estimate { se, lower: trend.lower, upper: trend.upper, ..bare }
        }
        false => bare,
    };
    Some((estimate, n))
}
