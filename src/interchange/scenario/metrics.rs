//! What an imported scenario reports: the times of its cases, how busy its teams are, what their work costs.

use super::staff::Staff;
use crate::text::{Table, Value};

pub fn of(process: &str, staff: &Staff) -> Table {
    let metric = |label: &str, level: &str, unit: &str, better: &str| {
        Table::default().with("label", label).with("level", level).with("unit", unit).with("better", better)
    };
    let pair = |a: String, b: String| -> Value { [a, b].into_iter().collect() };
    let quantile = Table::braces().with("of", format!("{process}.time")).with("p", "90 %");
    let mut all = Table::default()
        .with(
            "cycle_time",
            metric("Cycle time", "operating", "h", "lower").with("mean", format!("{process}.time")),
        )
        .with(
            "cycle_time_p90",
            metric("Nine in ten take at most", "operating", "h", "lower").with("quantile", quantile),
        )
        .with(
            "waiting",
            metric("Waiting for people", "operating", "h", "lower")
                .with("mean", format!("{process}.waiting")),
        )
        .with(
            "working",
            metric("Worked on", "operating", "h", "lower").with("mean", format!("{process}.working")),
        );
    for team in &staff.teams {
        let name = &team.name;
        let busy =
            metric(&format!("{}: share of the time at work", team.label()), "front_line", "%", "neutral");
        let ratio = pair(format!("team.{name}.busy"), format!("team.{name}.on_shift"));
        all.push(format!("busy_{name}"), busy.with("ratio", ratio));
    }
    let mut costs = Vec::new();
    for team in staff.teams.iter().filter(|t| staff.has_wages(t)) {
        let name = &team.name;
        let cost =
            metric(&format!("{}: cost of the work on a case", team.label()), "financial", "$", "lower");
        let ratio = pair(format!("team.{name}.busy_wages"), format!("{process}.started"));
        all.push(format!("cost_{name}"), cost.with("ratio", ratio));
        costs.push(format!("cost_{name}"));
    }
    if costs.len() > 1 {
        let sum = metric("Cost of the work on a case", "financial", "$", "lower")
            .with("formula", costs.join(" + "));
        all.push("cost_of_a_case", sum);
    }
    all
}
