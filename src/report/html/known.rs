//! Known answers beside the estimates, where the scenario has some.

use super::Page;
use crate::model::Model;
use crate::report::{checked, decimals, number};
use serde::Serialize;

/// The known answers as a table.
#[derive(Serialize)]
pub struct Known {
    /// They are estimates themselves, with an error of their own.
    published: bool,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    label: String,
    /// The arm, where there are several.
    arm: String,
    unit: String,
    known: String,
    estimate: String,
    z: String,
    source: String,
}

/// None for a scenario without a known answer.
pub fn known(page: &Page) -> Option<Known> {
    let models: Vec<(&str, &Model)> =
        page.arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    let answers = checked(page.results, &models);
    let label = |name: &str| page.results.metrics.iter().find(|m| m.name == name).map(|m| m.label.clone());
    let arm_label =
        |name: &str| page.arms.iter().find(|(arm, _)| arm.name == name).map(|(arm, _)| arm.label.clone());
    let with_error = |value: f64, se: f64, digits: i32| match se {
        0.0 => number(value, digits),
        se => format!("{} ({})", number(value, digits), number(se, digits)),
    };
    let published = answers.iter().any(|a| a.known_se > 0.0);
    let rows = answers.into_iter().map(|a| {
        let digits = decimals(a.estimate, a.se).max(0) + 1;
        let several = models.len() > 1;
        Row {
            label: label(&a.metric).filter(|l| !l.is_empty()).unwrap_or_else(|| a.metric.clone()),
            arm: if several { arm_label(&a.arm).unwrap_or_default() } else { String::new() },
            known: with_error(a.known, a.known_se, digits),
            estimate: with_error(a.estimate, a.se, digits),
            z: number(a.z(), 2),
            unit: a.unit,
            source: a.source,
        }
    });
    let rows: Vec<Row> = rows.collect();
    (!rows.is_empty()).then_some(Known { published, rows })
}
