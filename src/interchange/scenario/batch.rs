//! Batches: when cases that wait are taken together, and how long that takes.

use super::staff::Staff;
use crate::interchange::control::Steps;
use crate::interchange::prosimos::{Batch, BatchKind, Comparison, Rule, RuleValue};
use crate::interchange::report::{Kind, Report};
use crate::text::weekly::{DAY, Interval, MOMENT};
use crate::text::{Table, Value, quantity};
use crate::units::Dim;

/// Sizes for which factors are written where no rule limits the size.
const LISTED: u32 = 20;

/// Where a task stands among the steps.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub label: &'a str,
    pub name: &'a str,
    pub next: &'a str,
}

/// Writes a task that is done in batches; `task` is what a single case would have.
pub fn write(
    batch: &Batch,
    task: &Table,
    at: Place,
    steps: &mut Steps,
    staff: &mut Staff,
    report: &mut Report,
) {
    let Place { label, name, next } = at;
    let place = format!("batch of `{label}`");
    let sum: f64 = batch.sizes.iter().map(|(_, p)| p).sum();
    let mut ways: Vec<(f64, Option<Value>)> = Vec::new();
    if batch.firing.is_empty() {
        // A batch of k takes k cases: the chance of a case to be in one is that much larger.
        for (size, p) in batch.sizes.iter().filter(|(_, p)| *p > 0.0) {
            let rule = (*size > 1).then(|| rules([Table::braces().with("size", *size)]));
            ways.push((f64::from(*size) * p, rule));
        }
        if ways.len() > 1 {
            let what = "sizes are drawn per case, and cases of one size wait for each other (Prosimos draws the size of the \
                        next batch, and all wait in one queue)";
            report.add(Kind::Differs, &place, what);
        }
    } else {
        let alone = batch.sizes.iter().find(|(size, _)| *size == 1).map_or(0.0, |(_, p)| *p);
        let fires: Vec<Table> =
            batch.firing.iter().filter_map(|together| rule(together, staff, &place, report)).collect();
        if alone > 0.0 && sum > 0.0 {
            ways.push((alone / sum, None));
        }
        if !fires.is_empty() && (sum <= 0.0 || alone < sum) {
            ways.push((if sum > 0.0 { 1.0 - alone / sum } else { 1.0 }, Some(rules(fires))));
        }
    }
    if ways.is_empty() {
        report.add(Kind::Lost, &place, "nothing says when a batch begins; cases are worked on one by one");
        ways.push((1.0, None));
    }
    if batch.kind == BatchKind::Concurrent {
        report.add(Kind::Differs, &place, "`Concurrent`, which Prosimos does not run, is read as Sequential");
    }
    let parallel = batch.kind == BatchKind::Parallel;
    if parallel {
        let what = "a batch that is worked on all at once lasts as long as its longest member would, times the size and the \
                    factor (Prosimos multiplies one time that it draws for all)";
        report.add(Kind::Differs, &place, what);
    }
    let total: f64 = ways.iter().map(|(w, _)| w).sum();
    let single = ways.len() == 1;
    let mut branches = Vec::new();
    let mut bodies = Vec::new();
    for (weight, rules) in ways {
        let own = if single {
            name.to_owned()
        } else {
            steps.name(&format!("{name}_{}", if rules.is_some() { "batch" } else { "alone" }))
        };
        branches.push((weight / total, own.clone()));
        bodies.push((own, rules));
    }
    if !single {
        // Rounding must not leave the sum beside 1.
        let rest: f64 = 1.0 - branches[1..].iter().map(|b| b.0).sum::<f64>();
        branches[0].0 = rest;
        let choice: Value =
            branches.into_iter().map(|(p, to)| Table::braces().with("chance", p).with("to", to)).collect();
        steps.add(name, "", "choose", choice, None);
    }
    for (own, rules) in bodies {
        let Some(rules) = rules else {
            steps.add(&own, label, "task", task.clone(), Some(next));
            continue;
        };
        let step = Table::braces()
            .with("rules", rules)
            .with_other("work", if parallel { "parallel" } else { "sequential" }, "sequential")
            .with("factors", factors(batch, parallel))
            .with("task", task.clone());
        steps.add(&own, label, "batch", step, Some(next));
    }
}

fn rules(all: impl IntoIterator<Item = Table>) -> Value {
    all.into_iter().collect()
}

/// What the work of each case is multiplied by: the value at the nearest size, 1 for a single case.
fn factors(batch: &Batch, parallel: bool) -> Table {
    let mut known = batch.factors.clone();
    if !known.iter().any(|(size, _)| *size == 1) {
        known.push((1, 1.0));
    }
    known.sort_by_key(|(size, _)| *size);
    if !parallel {
        return known.into_iter().fold(Table::braces(), |t, (size, f)| t.with(size.to_string(), f));
    }
    let sizes = batch.sizes.iter().map(|(size, _)| *size).chain(known.iter().map(|(size, _)| *size));
    let most = sizes.chain([LISTED]).max().unwrap_or(LISTED).min(200);
    let nearest = |n: u32| known.iter().min_by_key(|(size, _)| size.abs_diff(n)).map_or(1.0, |(_, f)| *f);
    let factor = |n: u32| (f64::from(n) * nearest(n) * 1e9).round() / 1e9;
    (1..=most).fold(Table::braces(), |t, n| t.with(n.to_string(), factor(n)))
}

/// Conditions that fire a batch when all hold, as one rule.
fn rule(together: &[Rule], staff: &mut Staff, place: &str, report: &mut Report) -> Option<Table> {
    // The least value with which an attribute fires.
    let least = |name: &str| -> Option<(f64, bool)> {
        let of = |r: &&Rule| r.attribute == name;
        together.iter().filter(of).find_map(|r| match (&r.comparison, number(&r.value)) {
            (Comparison::Equal | Comparison::GreaterOrEqual, Some(x)) => Some((x, false)),
            (Comparison::Greater, Some(x)) => Some((x, true)),
            _ => None,
        })
    };
    let mut found: Vec<(&str, Table)> = Vec::new();
    let seconds = |x: f64| quantity::print(x.max(0.0), Dim::TIME);
    if let Some((x, _)) = least("large_wt") {
        found.push(("large_wt", Table::braces().with("age", seconds(x))));
    }
    if let Some((x, _)) = least("ready_wt") {
        let what = "`ready_wt`, the time since the last case came, is read as the time since the first";
        report.add(Kind::Differs, place, what);
        found.push(("ready_wt", Table::braces().with("age", seconds(x))));
    }
    let day = together.iter().find(|r| r.attribute == "week_day");
    let hour = least("daily_hour").map(|(h, above)| if above { h.floor() + 1.0 } else { h.ceil() });
    if day.is_some() || together.iter().any(|r| r.attribute == "daily_hour") {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let day = day.and_then(|r| match &r.value {
            RuleValue::Text(text) => names.iter().position(|n| text.trim().eq_ignore_ascii_case(n)),
            _ => None,
        });
        let at = hour.unwrap_or(0.0).clamp(0.0, 23.0) as u32 * 3_600;
        let days = day.map_or(0..7, |d| d..d + 1);
        let moment = |d: usize| Interval { start: d as u32 * DAY + at, end: d as u32 * DAY + at + MOMENT };
        let calendar = staff.moments(days.map(moment).collect());
        let what = "a batch that fires in an hour or on a day fires when that begins; who comes later waits for the next time";
        report.add(Kind::Differs, place, what);
        found.push(("week_day", Table::braces().with("at", calendar)));
    }
    if let Some((x, above)) = least("size") {
        let n = if above { x.floor() + 1.0 } else { x.ceil() };
        found.push(("size", Table::braces().with("size", n.clamp(1.0, 1e6) as u32)));
    }
    if found.is_empty() {
        let what = "conditions with upper limits only say when a batch does not begin; they were left out";
        report.add(Kind::Lost, place, what);
        return None;
    }
    if found.len() > 1 {
        let what = "several conditions that must hold together: only the first of age, time of day and size counts here";
        report.add(Kind::Lost, place, what);
    }
    Some(found.swap_remove(0).1)
}

fn number(value: &RuleValue) -> Option<f64> {
    match value {
        RuleValue::Number(x) => Some(*x),
        RuleValue::Text(text) => text.trim().parse().ok().filter(|x: &f64| x.is_finite()),
        RuleValue::Range(low, _) => Some(*low),
    }
}
