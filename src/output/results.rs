//! Results as tables: one function for each file of the run folder.

use super::rows::Rows;
use super::table::Table;
use crate::experiment::{Change, Results};
use crate::stats::AxisKind;

/// `metrics.csv`: one row for each arm and metric, with the change against the control.
pub fn metrics(results: &Results) -> Table {
    let mut rows = Rows::default();
    for (a, arm) in results.arms.iter().enumerate() {
        for (m, metric) in results.metrics.iter().enumerate() {
            rows.text("arm", &arm.name);
            rows.text("metric", &metric.name);
            rows.text("unit", &metric.unit);
            rows.estimate("", Some(&arm.estimates[m]));
            let change = (a > 0).then(|| &arm.changes[m]);
            rows.estimate("change_", change.map(|c| &c.difference));
            let exact = |c: &'_ Change| c.exact.as_ref().map_or(c.adjusted, |e| e.adjusted);
            let exact_percent =
                |c: &'_ Change| c.exact.as_ref().map_or(c.adjusted_percent, |e| e.adjusted_percent);
            rows.estimate("adjusted_", change.map(exact).as_ref());
            rows.estimate("percent_", change.and_then(|c| c.percent.as_ref()));
            rows.estimate("adjusted_percent_", change.and_then(exact_percent).as_ref());
            rows.number("matters", change.and_then(|c| c.matters));
            rows.text("verdict", change.and_then(|c| c.verdict).map_or("", |v| v.key()));
            if let Some(inputs) = &results.inputs {
                let exact = change.and_then(|c| c.exact.as_ref());
                rows.estimate("total_", arm.total.get(m));
                rows.estimate("total_change_", change.map(|c| &c.adjusted));
                rows.estimate("total_percent_", change.and_then(|c| c.adjusted_percent.as_ref()));
                rows.text("verdict_if_exact", exact.and_then(|e| e.verdict).map_or("", |v| v.key()));
                let effects = if a > 0 { &inputs.on_changes[a] } else { &inputs.on_levels[a] };
                rows.number("inputs_share", effects[m].as_ref().map(|e| e.share));
                let shown = effects[m].as_ref().map_or("", |e| if e.shown { "yes" } else { "no" });
                rows.text("inputs_shown", shown);
            }
        }
    }
    rows.table()
}

/// `inputs.csv` and `inputs.parquet`: one row for each sample of the inputs, with every input, and for the primary and the
/// judged metrics the value in every arm; None where inputs are not carried.
pub fn inputs(results: &Results) -> Option<Table> {
    let inputs = results.inputs.as_ref()?;
    let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
    let mut rows = Rows::default();
    for b in 0..inputs.outer {
        rows.integer("sample", b as u64);
        for (input, values) in inputs.inputs.iter().zip(&inputs.values) {
            rows.number(&format!("{}{}", input.key, unit(&input.unit)), Some(values[b]));
        }
        for (arm, levels) in results.arms.iter().zip(&inputs.levels) {
            let judged = |m: &usize| results.primary == Some(*m) || results.metrics[*m].matters.is_some();
            for m in (0..results.metrics.len()).filter(judged) {
                let metric = &results.metrics[m];
                let name = format!("{}: {}{}", arm.name, metric.name, unit(&metric.unit));
                rows.number(&name, Some(levels[m][b]));
            }
        }
    }
    Some(rows.table())
}

/// `input_shares.csv`: one row for each input that drives the change of a metric in an arm.
pub fn input_shares(results: &Results) -> Option<Table> {
    let inputs = results.inputs.as_ref()?;
    let mut rows = Rows::default();
    for (arm, effects) in results.arms.iter().zip(&inputs.on_changes) {
        for (metric, effect) in results.metrics.iter().zip(effects) {
            let Some(effect) = effect else { continue };
            let Some(drivers) = &effect.drivers else { continue };
            for (driver, narrowed) in drivers.drivers.iter().zip(&effect.narrowed) {
                rows.text("arm", &arm.name);
                rows.text("metric", &metric.name);
                rows.text("unit", &metric.unit);
                rows.text("input", &inputs.inputs[driver.input].key);
                rows.text("label", &inputs.inputs[driver.input].label);
                rows.number("share", Some(driver.share));
                rows.number("slope", Some(driver.slope));
                rows.number("half_width", Some(effect.half_width));
                rows.number("half_width_if_halved", Some(*narrowed));
                rows.number("r2", Some(drivers.r2));
                rows.number("q2", Some(drivers.q2));
                rows.number("r2_most", Some(drivers.most));
            }
        }
    }
    Some(rows.table())
}

/// `replications.parquet`: one row for each arm and replication, a column for each metric.
pub fn replications(results: &Results) -> Table {
    let mut rows = Rows::default();
    for arm in &results.arms {
        for r in 0..results.replications {
            rows.text("arm", &arm.name);
            rows.integer("replication", r as u64);
            for (m, metric) in results.metrics.iter().enumerate() {
                let unit = if metric.unit.is_empty() { String::new() } else { format!(" [{}]", metric.unit) };
                rows.number(&format!("{}{unit}", metric.name), Some(arm.replications[m][r]));
            }
        }
    }
    rows.table()
}

/// `weekly.parquet`: one row for each arm, metric and bin of the run, the warm-up included.
pub fn series(results: &Results) -> Table {
    let mut rows = Rows::default();
    for (arm, series) in results.arms.iter().zip(&results.series) {
        for (m, metric) in results.metrics.iter().enumerate() {
            for (bin, value) in series.values[m].iter().enumerate() {
                rows.text("arm", &arm.name);
                rows.text("metric", &metric.name);
                rows.text("unit", &metric.unit);
                rows.integer("bin", bin as u64);
                rows.number("start_days", Some(bin as f64 * results.bin / 86_400.0));
                rows.estimate("", Some(value));
                let change = series.changes.get(m).and_then(|c| c.get(bin));
                rows.estimate("change_", change);
            }
        }
    }
    rows.table()
}

/// `courses.csv`: as `weekly.parquet`, over spans of several bins, which charts show; None where a span is a bin.
pub fn courses(results: &Results) -> Option<Table> {
    let mut rows = Rows::default();
    if results.spans.iter().all(|span| span.len() < 2) {
        return None;
    }
    for (arm, course) in results.arms.iter().zip(&results.courses) {
        for (m, metric) in results.metrics.iter().enumerate() {
            for (k, (value, span)) in course.values[m].iter().zip(&results.spans).enumerate() {
                rows.text("arm", &arm.name);
                rows.text("metric", &metric.name);
                rows.text("unit", &metric.unit);
                rows.number("start_days", Some(span.start as f64 * results.bin / 86_400.0));
                rows.number("days", Some(span.len() as f64 * results.bin / 86_400.0));
                rows.estimate("", Some(value));
                rows.estimate("change_", course.changes.get(m).and_then(|c| c.get(k)));
            }
        }
    }
    Some(rows.table())
}

/// `distribution.csv`: the curve of each arm, at most 500 points, with the half-width of its simultaneous band.
pub fn distribution(results: &Results) -> Option<Table> {
    let curves = results.curves.as_ref()?;
    let mut rows = Rows::default();
    for (arm, curve) in results.arms.iter().zip(&curves.arms) {
        for (x, share) in curve.x.iter().zip(&curve.share) {
            rows.text("arm", &arm.name);
            rows.text("measure", &curves.measure);
            rows.text("unit", &curves.unit);
            rows.number("value", Some(*x));
            rows.number("share", Some(*share));
            rows.number("half_width", Some(curve.half_width));
        }
    }
    Some(rows.table())
}

/// `distribution_gap.csv`: by how much the first other arm's curve lies above the control's.
pub fn distribution_gap(results: &Results) -> Option<Table> {
    let curves = results.curves.as_ref()?;
    let gap = curves.gap.as_ref()?;
    let mut rows = Rows::default();
    for (x, difference) in gap.x.iter().zip(&gap.gap) {
        rows.text("arm", &results.arms[1].name);
        rows.text("measure", &curves.measure);
        rows.text("unit", &curves.unit);
        rows.number("value", Some(*x));
        rows.number("gap", Some(*difference));
        rows.number("half_width", Some(gap.half_width));
    }
    Some(rows.table())
}

/// `density.csv`: the density of each arm per unit of its axis, with the interval at each point.
pub fn density(results: &Results) -> Option<Table> {
    let curves = results.curves.as_ref()?;
    let mut rows = Rows::default();
    for (arm, density) in results.arms.iter().zip(&curves.densities) {
        for (k, x) in density.x.iter().enumerate() {
            rows.text("arm", &arm.name);
            rows.text("measure", &curves.measure);
            rows.text("unit", &curves.unit);
            rows.text("axis", if density.axis == AxisKind::Log10 { "log10" } else { "linear" });
            rows.number("value", Some(*x));
            rows.number("density", Some(density.density[k]));
            rows.number("lower", Some(density.lower[k]));
            rows.number("upper", Some(density.upper[k]));
        }
    }
    rows.some()
}

/// `flow.csv`: what follows directly on what in the logged replications, and each activity by itself (no `to`); starts
/// and ends of cases have no `from`, no `to` beside a count.
pub fn flow(results: &Results) -> Option<Table> {
    let mut rows = Rows::default();
    for flow in &results.flows {
        let name = |end: Option<usize>| end.map_or("", |k| flow.steps[k].name.as_str());
        for step in &flow.steps {
            rows.text("arm", &results.arms[flow.arm].name);
            rows.text("kind", "activity");
            rows.text("from", &step.name);
            rows.text("to", "");
            rows.integer("count", step.count as u64);
            rows.number("mean_h", Some(step.mean / 3_600.0));
            rows.number("median_wait_h", None);
        }
        for link in &flow.links {
            rows.text("arm", &results.arms[flow.arm].name);
            rows.text("kind", "follows");
            rows.text("from", name(link.from));
            rows.text("to", name(link.to));
            rows.integer("count", link.count as u64);
            rows.number("mean_h", Some(link.total / link.count.max(1) as f64 / 3_600.0));
            rows.number("median_wait_h", Some(link.median / 3_600.0));
        }
    }
    rows.some()
}

/// `handovers.csv`: from team to team in the logged replications.
pub fn handovers(results: &Results) -> Option<Table> {
    let mut rows = Rows::default();
    for flow in &results.flows {
        for handover in &flow.handovers {
            rows.text("arm", &results.arms[flow.arm].name);
            rows.text("from", &flow.parties[handover.from].label);
            rows.text("to", &flow.parties[handover.to].label);
            rows.integer("count", handover.count as u64);
            rows.number("mean_wait_h", Some(handover.mean / 3_600.0));
            rows.number("median_wait_h", Some(handover.median / 3_600.0));
        }
    }
    rows.some()
}

/// `utilisation.csv`: members at work and on shift in each hour of the week, from Monday 00:00 on.
pub fn utilisation(results: &Results) -> Option<Table> {
    let mut rows = Rows::default();
    for flow in &results.flows {
        for team in &flow.hours {
            for hour in 0..team.busy.len() {
                rows.text("arm", &results.arms[flow.arm].name);
                rows.text("team", &team.label);
                rows.integer("hour_of_week", hour as u64);
                rows.number("busy", Some(team.busy[hour]));
                rows.number("on_shift", Some(team.on_shift[hour]));
            }
        }
    }
    rows.some()
}

/// `stages.csv`: mean time of a case in each stage, and in all.
pub fn stages(results: &Results) -> Option<Table> {
    let breakdown = results.breakdown.as_ref()?;
    let mut rows = Rows::default();
    for (arm, times) in results.arms.iter().zip(&breakdown.arms) {
        let stages = breakdown.stages.iter().enumerate();
        let each = stages.map(|(s, name)| (name.as_str(), &times.stages[s], times.changes.get(s)));
        for (stage, mean, change) in each.chain([("", &times.total, times.total_change.as_ref())]) {
            rows.text("arm", &arm.name);
            rows.text("stage", stage);
            rows.text("unit", &breakdown.unit);
            rows.estimate("", Some(mean));
            rows.estimate("change_", change);
        }
    }
    Some(rows.table())
}

/// `adoption.csv`: the expected share of each team's members who use a channel, by month since go-live.
pub fn adoption(results: &Results) -> Option<Table> {
    let mut rows = Rows::default();
    for arm in &results.arms {
        for curve in &arm.adoption {
            for (month, share) in curve.share.iter().enumerate() {
                rows.text("arm", &arm.name);
                rows.text("adoption", &curve.adoption);
                rows.text("team", &curve.team);
                rows.integer("month", month as u64);
                rows.number("share", Some(*share));
                rows.number("lower", Some(curve.lower[month]));
                rows.number("upper", Some(curve.upper[month]));
            }
        }
    }
    rows.some()
}
