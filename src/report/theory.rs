//! Known answers beside the estimates, for scenarios that have them.

use super::figures::number;
use crate::experiment::{ArmResults, Results};
use crate::model::{Averaged, Model, Theory};
use crate::stats::mean_t;
use std::fmt::Write;

/// A known answer and how far the estimate is from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub arm: String,
    pub metric: String,
    pub unit: String,
    /// In the metric's display unit.
    pub known: f64,
    /// Standard error of what is known; 0 when it is exact.
    pub known_se: f64,
    /// Averaged as the known answer is.
    pub estimate: f64,
    pub se: f64,
    pub source: String,
}

impl Checked {
    /// Distance in standard errors; 0 for an exact hit without error.
    pub fn z(&self) -> f64 {
        let distance = self.estimate - self.known;
        if distance.abs() <= 1e-12 * self.known.abs() { 0.0 } else { distance / self.se.hypot(self.known_se) }
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
            let (estimate, se) = estimated(arm, theory);
            Some(Checked {
                arm: arm.name.clone(),
                metric: metric.name.clone(),
                unit: metric.unit.clone(),
                known: theory.value / metric.unit_size,
                known_se: theory.se / metric.unit_size,
                estimate,
                se,
                source: theory.source.clone(),
            })
        })
        .collect()
}

/// Our estimate of what a known answer is about, and its standard error.
fn estimated(arm: &ArmResults, theory: &Theory) -> (f64, f64) {
    let i = theory.metric.0 as usize;
    match theory.averaged {
        Averaged::Cases => (arm.estimates[i].value, arm.estimates[i].se),
        Averaged::Replications => {
            let own: Vec<f64> = arm.replications[i].iter().copied().filter(|x| x.is_finite()).collect();
            let mean = mean_t(&own, arm.estimates[i].level);
            (mean.value, mean.se)
        }
    }
}

/// The known answers as a table; empty when there are none.
pub fn theory(results: &Results, models: &[(&str, &Model)]) -> String {
    let rows = checked(results, models);
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let name = |row: &Checked| {
        let name =
            if models.len() > 1 { format!("{} ({})", row.metric, row.arm) } else { row.metric.clone() };
        if row.unit.is_empty() { name } else { format!("{name} [{}]", row.unit) }
    };
    let names: Vec<String> = rows.iter().map(name).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).max(26) + 2;
    // Only published estimates have an error of their own.
    let published = rows.iter().any(|row| row.known_se > 0.0);
    let known_se = |text: String| if published { format!("{text:>12}") } else { String::new() };
    let _ = writeln!(
        text,
        "\n{:<width$}{:>16}{}{:>16}{:>12}{:>8}  source",
        "known answer",
        if published { "published" } else { "exact" },
        known_se("std. error".to_owned()),
        "estimate",
        "std. error",
        "z"
    );
    for (row, name) in rows.iter().zip(names) {
        let decimals = super::decimals(row.estimate, row.se).max(0) + 1;
        let _ = writeln!(
            text,
            "{name:<width$}{:>16}{}{:>16}{:>12}{:>8}  {}",
            number(row.known, decimals),
            known_se(if row.known_se > 0.0 { number(row.known_se, decimals) } else { String::new() }),
            number(row.estimate, decimals),
            number(row.se, decimals),
            number(row.z(), 2),
            row.source
        );
    }
    text
}
