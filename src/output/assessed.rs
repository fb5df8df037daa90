//! The tables of an assessment, with all digits.

use super::table::{Column, Table};
use crate::assess::{Assessment, Origin};
use crate::stats::{Estimate, Trend};

/// File and table of each step.
pub fn tables(a: &Assessment) -> Vec<(&'static str, &'static str, Table)> {
    vec![
        ("groups.csv", "step 1: groups by cost", groups(a)),
        ("trends.csv", "step 2: operations of the largest group by year, with their slopes", trends(a)),
        ("elasticities.csv", "step 3: elasticities of cost", elasticities(a)),
        ("stages.csv", "step 4: each stage halved", stages(a)),
        ("activities.csv", "step 4: work and waiting by activity, from the log", activities(a)),
        ("handovers.csv", "step 4: handovers between teams, from the log", handovers(a)),
        ("candidates.csv", "step 5: candidates by net present value", candidates(a)),
    ]
}

fn text<T>(items: &[T], value: impl Fn(&T) -> &str) -> Column {
    Column::Text(items.iter().map(|item| value(item).to_owned()).collect())
}

fn number<T>(items: &[T], value: impl Fn(&T) -> f64) -> Column {
    Column::Number(items.iter().map(|item| known(value(item))).collect())
}

/// What is not known is an empty cell.
fn known(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

/// Name and value of a column that comes from one thing.
type Part<T> = (&'static str, fn(&T) -> f64);

/// Value, lower and upper bound.
fn push_estimate<T>(table: &mut Table, name: &str, items: &[T], value: impl Fn(&T) -> Option<Estimate>) {
    let parts: [Part<Estimate>; 3] = [("", |e| e.value), ("_lower", |e| e.lower), ("_upper", |e| e.upper)];
    for (ending, part) in parts {
        let column = number(items, |item| value(item).map_or(f64::NAN, |e| part(&e)));
        table.push(format!("{name}{ending}"), column);
    }
}

fn groups(a: &Assessment) -> Table {
    let mut table = Table::default();
    table.push("group", text(&a.groups, |g| &g.group));
    table.push("year", Column::Integer(vec![a.year.max(0) as u64; a.groups.len()]));
    table.push("cost", number(&a.groups, |g| g.cost));
    table.push("share", number(&a.groups, |g| g.share));
    table.push("cumulative_share", number(&a.groups, |g| g.cumulative));
    table
}

fn trends(a: &Assessment) -> Table {
    let each = a.trends.operations.iter();
    let rows: Vec<_> = each.flat_map(|o| o.costs.iter().map(move |cost| (o, *cost))).collect();
    let mut table = Table::default();
    table.push("group", text(&rows, |_| &a.trends.group));
    table.push("operation", text(&rows, |(o, _)| &o.operation));
    table.push("year", Column::Integer(rows.iter().map(|(_, (year, _))| (*year).max(0) as u64).collect()));
    table.push("cost", number(&rows, |(_, (_, cost))| *cost));
    let parts: [Part<Trend>; 6] = [
        ("slope_per_year", |t| t.slope),
        ("slope_lower", |t| t.lower),
        ("slope_upper", |t| t.upper),
        ("coverage", |t| t.coverage),
        ("kendall_tau", |t| t.tau),
        ("mann_kendall_p", |t| t.p_value),
    ];
    for (name, part) in parts {
        table.push(name, number(&rows, |(o, _)| o.trend.map_or(f64::NAN, |t| part(&t))));
    }
    table
}

fn elasticities(a: &Assessment) -> Table {
    let rows: Vec<_> = a.studied.iter().flat_map(|s| s.metrics.iter().map(move |e| (s, e))).collect();
    let mut table = Table::default();
    table.push("operation", text(&rows, |(s, _)| &s.operation));
    table.push("metric", text(&rows, |(_, e)| &e.metric));
    table.push("unit", text(&rows, |(_, e)| &e.unit));
    push_estimate(&mut table, "level", &rows, |(_, e)| Some(e.level));
    push_estimate(&mut table, "elasticity", &rows, |(_, e)| e.elasticity);
    let origin = |e: &crate::assess::Elasticity| match &e.origin {
        Origin::MovedBy => "moved_by".to_owned(),
        Origin::Halving(stage) => format!("halved: {stage}"),
        Origin::History(years) => format!("history of {years} years"),
        Origin::Nothing => "nothing".to_owned(),
    };
    table.push("origin", Column::Text(rows.iter().map(|(_, e)| origin(e)).collect()));
    table
}

fn stages(a: &Assessment) -> Table {
    let rows: Vec<_> = a.studied.iter().flat_map(|s| s.halved.iter().map(move |h| (s, h))).collect();
    let mut table = Table::default();
    table.push("operation", text(&rows, |(s, _)| &s.operation));
    table.push("stage", text(&rows, |(_, h)| &h.stage));
    push_estimate(&mut table, "cost_change_per_year", &rows, |(_, h)| Some(h.cost));
    push_estimate(&mut table, "cost_change_percent", &rows, |(_, h)| h.percent);
    push_estimate(&mut table, "metric_change_percent", &rows, |(_, h)| h.metrics.first().and_then(|m| m.1));
    table
}

fn activities(a: &Assessment) -> Table {
    let rows: Vec<_> = a.studied.iter().flat_map(|s| s.map.activities.iter().map(move |b| (s, b))).collect();
    let mut table = Table::default();
    table.push("operation", text(&rows, |(s, _)| &s.operation));
    table.push("activity", text(&rows, |(_, b)| &b.activity));
    table.push("rows", Column::Integer(rows.iter().map(|(_, b)| b.rows as u64).collect()));
    table.push("processing_h", number(&rows, |(_, b)| b.processing));
    table.push("waiting_h", number(&rows, |(_, b)| b.waiting));
    table.push("share", number(&rows, |(_, b)| b.share));
    table
}

fn handovers(a: &Assessment) -> Table {
    let rows: Vec<_> = a.studied.iter().flat_map(|s| s.map.handovers.iter().map(move |h| (s, h))).collect();
    let mut table = Table::default();
    table.push("operation", text(&rows, |(s, _)| &s.operation));
    table.push("from", text(&rows, |(_, h)| &h.from));
    table.push("to", text(&rows, |(_, h)| &h.to));
    table.push("count", Column::Integer(rows.iter().map(|(_, h)| h.count as u64).collect()));
    table.push("mean_waiting_h", number(&rows, |(_, h)| h.waiting.mean));
    table
}

fn candidates(a: &Assessment) -> Table {
    let rows: Vec<_> = a.choice.order.iter().map(|i| (*i, &a.candidates[*i])).collect();
    let mut table = Table::default();
    table.push("rank", Column::Integer((1..=rows.len() as u64).collect()));
    table.push("operation", text(&rows, |(_, v)| &v.operation));
    table.push("candidate", text(&rows, |(_, v)| &v.candidate));
    table.push("label", text(&rows, |(_, v)| &v.label));
    table.push(
        "sort",
        text(&rows, |(_, v)| match v.sort {
            crate::assess::portfolio::Sort::Tool => "tool",
            crate::assess::portfolio::Sort::Other => "other",
        }),
    );
    table.push("teams", Column::Text(rows.iter().map(|(_, v)| v.teams.join("; ")).collect()));
    push_estimate(&mut table, "npv", &rows, |(_, v)| Some(v.npv));
    push_estimate(&mut table, "npv_if_inputs_were_exact", &rows, |(_, v)| Some(v.npv_exact));
    push_estimate(&mut table, "npv_cash", &rows, |(_, v)| v.cash);
    table.push("share_above_zero", number(&rows, |(_, v)| v.positive.unwrap_or(f64::NAN)));
    push_estimate(&mut table, "saving_per_year", &rows, |(_, v)| Some(v.saving));
    table.push("upfront", number(&rows, |(_, v)| v.upfront));
    table.push("yearly", number(&rows, |(_, v)| v.yearly));
    table.push("recommended", text(&rows, |(i, _)| if a.choice.best == Some(*i) { "yes" } else { "" }));
    table.push(
        "not_told_apart_from_best",
        text(&rows, |(i, _)| if a.choice.rivals.contains(i) { "yes" } else { "" }),
    );
    table
}
