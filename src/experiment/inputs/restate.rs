//! Intervals and verdicts that contain what is not known about the inputs, in place of those for exact inputs.

use super::super::Arm;
use super::super::compare::{better, levels, words};
use super::super::notes::Note;
use super::super::results::{Change, Exact, MetricInfo, Results};
use super::seen::Logs;
use super::{Effect, Inputs};
use crate::model::Metric;
use crate::stats::verdict::{MOST_ASKED, verdict};
use crate::stats::{Estimate, InputSpread, Verdict, bonferroni_level};

/// Restates the results. What they said for exact inputs stays beside it.
pub fn restate(results: &mut Results, arms: &[Arm], inputs: &Inputs, logs: &Logs) {
    let metrics = arms[0].model.metrics.as_slice();
    let (level, primary) = (results.level, results.primary);
    let others = arms.len().saturating_sub(1);
    for (a, arm) in results.arms.iter_mut().enumerate() {
        let total = |(e, effect): (&Estimate, &Option<Effect>)| {
            effect.as_ref().map_or(*e, |effect| effect.spread.total(e, level))
        };
        arm.total = arm.estimates.iter().zip(&inputs.on_levels[a]).map(total).collect();
        if a == 0 {
            continue;
        }
        let effects = &inputs.on_changes[a];
        let at = |i: usize, level: f64| {
            let exact = at_level(&arm.changes[i], level);
            let total = effects[i].as_ref().map_or(exact, |effect| effect.spread.total(&exact, level));
            match total.is_identical() && differs(inputs, a, i) {
                true => Estimate::without_interval(total.value, total.n, level),
                false => total,
            }
        };
        let family = bonferroni_level(level, others);
        let adjusted_levels = levels(metrics, primary, family, &at);
        let change = |(i, old): (usize, &Change)| {
            let adjusted = at(i, adjusted_levels[i]);
            let percent = percent_at(old, logs[a][i].as_ref(), adjusted_levels[i]);
            let percent = percent.map(|percent| agreeing(percent, &adjusted));
            carried(old, adjusted, percent, effects[i].as_ref(), &metrics[i], inputs)
        };
        arm.changes = arm.changes.iter().enumerate().map(change).collect();
    }
}

/// Whether the worlds differ in some sample of the inputs: then a change that is zero in every central replication is not so by
/// construction.
fn differs(inputs: &Inputs, arm: usize, metric: usize) -> bool {
    let mut pairs = inputs.levels[0][metric].iter().zip(&inputs.levels[arm][metric]);
    // Rounding of what is the same is no difference; what is undefined in both neither.
    pairs.any(|(b, a)| (a - b).abs() > 1e-12 * b.abs().max(a.abs()) || a.is_nan() != b.is_nan())
}

fn carried(
    old: &Change,
    adjusted: Estimate,
    adjusted_percent: Option<Estimate>,
    effect: Option<&Effect>,
    metric: &Metric,
    inputs: &Inputs,
) -> Change {
    let smallest = old.matters.unwrap_or(0.0);
    let mut found = better(metric.better).map(|b| verdict(&adjusted, b, smallest));
    let mut said = words(found, &adjusted, old.matters, &metric.unit);
    if let (Some(Verdict::NotSettled { .. }), Some(effect)) =
        (found, effect.filter(|e| e.spread.input() > 0.0))
    {
        let more = more_replications(&adjusted, effect, smallest);
        found = Some(Verdict::NotSettled { more_replications: more });
        said = match (more, first(effect, inputs)) {
            (Some(_), _) => words(found, &adjusted, old.matters, &metric.unit),
            (None, Some(label)) => {
                format!("not settled: more must be known about the inputs, first of all {label}")
            }
            (None, None) => "not settled: more must be known about the inputs".to_owned(),
        };
    }
    let exact =
        Exact { adjusted: old.adjusted, adjusted_percent: old.adjusted_percent, verdict: old.verdict };
    Change { adjusted, adjusted_percent, verdict: found, words: said, exact: Some(exact), ..old.clone() }
}

/// The input that drives a number most.
fn first<'a>(effect: &Effect, inputs: &'a Inputs) -> Option<&'a str> {
    let driver = effect.drivers.as_ref()?.drivers.first()?;
    Some(inputs.inputs[driver.input].label.as_str())
}

/// As many more central replications as would settle the case, should the value stay where it is; None when what the inputs
/// make is too wide for any number.
fn more_replications(total: &Estimate, effect: &Effect, smallest: f64) -> Option<usize> {
    if !total.has_interval() || total.se == 0.0 {
        return None;
    }
    let room = (total.value.abs() - smallest).abs() * total.se / total.half_width();
    let (input, now) = (effect.spread.input(), total.se * total.se - effect.spread.input());
    let allowed = room * room - input;
    if allowed <= 0.0 {
        return None;
    }
    let more = (total.n as f64 * (now / allowed - 1.0)).ceil().max(1.0);
    (more <= MOST_ASKED as f64).then_some(more as usize)
}

/// The difference for exact inputs at another level; its own skewed interval where it is known.
fn at_level(change: &Change, level: f64) -> Estimate {
    let known = [&change.adjusted, &change.difference].into_iter().find(|e| e.level == level);
    known.copied().unwrap_or_else(|| change.difference.at_level(level))
}

/// No percent change that comes from a log ratio lies below [%].
const LEAST_PERCENT: f64 = -100.0;

/// A change in percent that says no other than the change itself. The spread of a ratio over samples of the inputs is not that of the
/// difference: where one leaves out zero and the other does not, the percentage is told in parts of the central level.
fn agreeing(percent: Estimate, change: &Estimate) -> Estimate {
    if percent.is_identical() && !change.is_identical() {
        return Estimate::without_interval(percent.value, percent.n, percent.level);
    }
    let known = percent.has_interval() && change.has_interval() && change.value != 0.0;
    if !known || percent.contains(0.0) == change.contains(0.0) {
        return percent;
    }
    let unit = percent.value / change.value;
    // A ratio of two levels of the same sign: nothing can fall by more than all of it.
    let ends = [change.lower * unit, change.upper * unit].map(|end| end.max(LEAST_PERCENT));
    let (lower, upper) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    Estimate { lower, upper, se: change.se * unit.abs(), df: change.df, ..percent }
}

fn percent_at(change: &Change, spread: Option<&InputSpread>, level: f64) -> Option<Estimate> {
    let known = [&change.adjusted_percent, &change.percent].into_iter().flatten().find(|e| e.level == level);
    let exact = match (known, change.percent.as_ref()?) {
        (Some(known), _) => *known,
        (None, e) if e.has_interval() => {
            let (log, se) = ((e.value / 100.0).ln_1p(), e.se / (100.0 + e.value));
            Estimate::percent_from_log(log, se, e.n, level)
        }
        (None, e) => Estimate { level, ..*e },
    };
    Some(spread.map_or(exact, |spread| spread.total_percent(&exact, level)))
}

/// What the reader has to know about the primary: whether the ranges lean, whether the regression explains the spread,
/// whether more replications would help.
pub fn notes(results: &Results, inputs: &Inputs) -> Vec<Note> {
    let Some(primary) = results.primary else { return Vec::new() };
    let info: &MetricInfo = &results.metrics[primary];
    let mut notes = Vec::new();
    for (a, arm) in results.arms.iter().enumerate().skip(1) {
        let Some(effect) = inputs.on_changes[a][primary].as_ref() else { continue };
        let central = &arm.changes[primary].difference;
        if effect.leans() {
            notes.push(Note::Leaning {
                arm: arm.name.clone(),
                metric: info.name.clone(),
                central: central.value,
                mean: central.value + effect.lean,
                unit: info.unit.clone(),
            });
        }
        if let Some(drivers) =
            effect.drivers.as_ref().filter(|d| !d.explains() && effect.share > 0.2 && effect.shown)
        {
            notes.push(Note::Unexplained {
                arm: arm.name.clone(),
                metric: info.name.clone(),
                share: drivers.r2 / drivers.most.max(f64::MIN_POSITIVE),
            });
        }
        if let Some(enough) = effect.enough.filter(|n| *n > results.replications && effect.share < 0.8) {
            notes.push(Note::MoreReplications { arm: arm.name.clone(), metric: info.name.clone(), enough });
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_says_no_other_than_its_change() {
        let around = |value: f64, half: f64| Estimate {
            value,
            se: half / 2.0,
            lower: value - half,
            upper: value + half,
            ..Estimate::with_df(value, half / 2.0, 20.0, 21, 0.95)
        };
        let (change, open) = (around(-40.0, 30.0), around(-6.0, 20.0));
        let told = agreeing(open, &change);
        assert_eq!((told.value, told.lower, told.upper), (-6.0, -10.5, -1.5));
        // Where both say the same, each keeps its own interval.
        assert_eq!(agreeing(around(-6.0, 2.0), &change), around(-6.0, 2.0));
        assert_eq!(agreeing(around(6.0, 2.0), &around(40.0, 50.0)).lower, 6.0 - 7.5);
        // What cannot be negative cannot fall by more than all of it.
        let told = agreeing(around(-67.0, 80.0), &around(-40.0, 31.0));
        assert_eq!((told.value, told.lower), (-67.0, -100.0));
        assert!((told.upper + 15.075).abs() < 1e-9, "{told:?}");
    }
}
