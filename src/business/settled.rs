//! What an arm costs over the years, in the settled state: one figure for each replication, so that arms and settings can be
//! selected and searched by it.

use super::case::{paid, whole_months};
use super::cash;
use crate::expr::{Expr, Type};
use crate::ids::MetricId;
use crate::model::{Better, Level, Metric, MetricOf, Model};
use crate::units::{Dim, MONTH};

/// The name of the metric.
pub const PRESENT_COST: &str = "present_cost";

/// The value today of all that `[money]` counts in this arm, at the first rate, with the settled state from the lead on: metrics that are
/// money, and what is paid and in no metric. What two arms differ by in it is what they differ by in net present value, but for the
/// phase-in. None when the scenario has no `[money]`.
pub fn present_cost(model: &Model, arm: &str) -> Option<Metric> {
    let money = model.money.as_ref()?;
    let rate = cash::per_month(*money.rates.first()?);
    let months = whole_months(money.horizon).max(1);
    let lead = whole_months(money.lead);
    // A dollar a second from the lead to the horizon, paid at the end of each month.
    let settled: f64 = (lead + 1..=months).map(|month| MONTH * (1.0 + rate).powi(-(month as i32))).sum();
    let costs = money.costs.iter().filter(|cost| cost.arms.iter().any(|a| a == arm));
    let known: f64 = costs.map(|cost| -cash::npv(&paid(cost, model, months), rate)).sum();
    let lines: Vec<MetricId> = money.lines.iter().map(|line| line.metric).collect();
    let term = |id: &MetricId| {
        let metric = &model.metrics[*id];
        let sign = if metric.better == Better::Higher { -1.0 } else { 1.0 };
        (metric.name.as_str(), id.0, sign * settled)
    };
    let terms: Vec<(&str, u32, f64)> = lines.iter().map(term).collect();
    let expr = Expr::weighted_sum(known, &terms, Type::Number(Dim::MONEY));
    Some(Metric {
        name: PRESENT_COST.to_owned(),
        label: "Present value of costs".to_owned(),
        doc: "What costs over the years are worth today, in the settled state.".to_owned(),
        level: Level::Financial,
        of: MetricOf::Formula(expr, lines),
        dim: Dim::MONEY,
        unit: model.currency.clone(),
        unit_size: 1.0,
        better: Better::Lower,
        matters: None,
        matters_relative: false,
    })
}
