//! Known answers beside the estimates, for scenarios that have them.

use super::figures::number;
use crate::experiment::Results;
use crate::model::Model;
use std::fmt::Write;

/// A known answer and how far the estimate is from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub arm: String,
    pub metric: String,
    pub unit: String,
    /// In the metric's display unit.
    pub exact: f64,
    pub estimate: f64,
    pub se: f64,
    pub source: String,
}

impl Checked {
    /// Distance in standard errors; 0 for an exact hit without error.
    pub fn z(&self) -> f64 {
        let distance = self.estimate - self.exact;
        if distance.abs() <= 1e-12 * self.exact.abs() { 0.0 } else { distance / self.se }
    }
}

/// Every known answer of the scenario; `models` by arm, the control first.
pub fn checked(results: &Results, models: &[(&str, &Model)]) -> Vec<Checked> {
    let Some((control, model)) = models.first() else { return Vec::new() };
    let find = |name: &str| results.arms.iter().find(|a| a.name == name);
    (model.theory.iter())
        .filter_map(|theory| {
            let arm = find(theory.arm.as_deref().unwrap_or(control))?;
            let metric = &results.metrics[theory.metric.0 as usize];
            let estimate = &arm.estimates[theory.metric.0 as usize];
            Some(Checked {
                arm: arm.name.clone(),
                metric: metric.name.clone(),
                unit: metric.unit.clone(),
                exact: theory.value / metric.unit_size,
                estimate: estimate.value,
                se: estimate.se,
                source: theory.source.clone(),
            })
        })
        .collect()
}

/// The known answers as a table; empty when there are none.
pub fn theory(results: &Results, models: &[(&str, &Model)]) -> String {
    let rows = checked(results, models);
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let _ = writeln!(
        text,
        "\n{:<28}{:>16}{:>16}{:>12}{:>8}  source",
        "known answer", "exact", "estimate", "std. error", "z"
    );
    for row in &rows {
        let decimals = super::decimals(row.estimate, row.se).max(0) + 1;
        let name =
            if models.len() > 1 { format!("{} ({})", row.metric, row.arm) } else { row.metric.clone() };
        let name = if row.unit.is_empty() { name } else { format!("{name} [{}]", row.unit) };
        let _ = writeln!(
            text,
            "{name:<28}{:>16}{:>16}{:>12}{:>8}  {}",
            number(row.exact, decimals),
            number(row.estimate, decimals),
            number(row.se, decimals),
            number(row.z(), 2),
            row.source
        );
    }
    text
}
