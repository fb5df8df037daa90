//! Step 2: which operations of a group cost more every year.

use super::ledger::Ledger;
use crate::stats::trend::MIN_POINTS;
use crate::stats::{Trend, bonferroni_level, theil_sen};

/// The operations of a group, the steepest rise in money first.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Trends {
    pub group: String,
    /// Years that the ledger has of the group, ascending.
    pub years: Vec<i32>,
    pub operations: Vec<OperationTrend>,
    /// At which the intervals of all operations hold together.
    pub level: f64,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OperationTrend {
    pub operation: String,
    /// Year and cost [money].
    pub costs: Vec<(i32, f64)>,
    /// [money per year, by year]; None with fewer years than show a trend.
    pub trend: Option<Trend>,
}

impl OperationTrend {
    pub fn mean(&self) -> f64 {
        crate::stats::describe::mean(&self.costs.iter().map(|(_, cost)| *cost).collect::<Vec<_>>())
    }

    /// The interval of the slope lies above zero.
    pub fn rises(&self) -> bool {
        self.trend.is_some_and(|t| t.rises())
    }
}

/// The trends of all operations of a group, each at a level at which they hold together (Bonferroni).
pub fn trends(ledger: &Ledger, group: &str, level: f64) -> Trends {
    let operations = ledger.operations(group);
    let each = bonferroni_level(level, operations.len());
    let mut years: Vec<i32> = operations.values().flat_map(|costs| costs.keys().copied()).collect();
    years.sort_unstable();
    years.dedup();
    let mut all: Vec<OperationTrend> = operations
        .into_iter()
        .map(|(operation, costs)| {
            let points: Vec<(f64, f64)> =
                costs.iter().map(|(year, cost)| (f64::from(*year), *cost)).collect();
            let trend = (points.len() >= MIN_POINTS).then(|| theil_sen(&points, each)).flatten();
            OperationTrend { operation: operation.to_owned(), costs: costs.into_iter().collect(), trend }
        })
        .collect();
    let slope = |o: &OperationTrend| o.trend.map_or(f64::NEG_INFINITY, |t| t.slope);
    all.sort_by(|a, b| slope(b).total_cmp(&slope(a)).then(b.mean().total_cmp(&a.mean())));
    Trends { group: group.to_owned(), years, operations: all, level }
}
