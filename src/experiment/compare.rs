//! From resampled metrics to estimates, changes and verdicts.

use super::results::{Change, Efficiency};
use crate::model::{Better, Metric};
use crate::stats::stopping::{Precision, plan, variance_reduction};
use crate::stats::verdict::verdict;
use crate::stats::{self, Estimate, Resampled, Verdict, bonferroni_level, holm};

/// Whether replication r of both sides drew the same random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    Paired,
    Independent,
}

impl Pairing {
    fn difference(self, before: &Resampled, after: &Resampled, level: f64) -> Estimate {
        match self {
            Self::Paired if before.pairs_with(after) => Resampled::difference(before, after, level),
            _ => Resampled::independent_difference(before, after, level),
        }
    }

    fn percent(self, before: &Resampled, after: &Resampled, level: f64) -> Option<Estimate> {
        match self {
            Self::Paired if before.pairs_with(after) => Resampled::percent(before, after, level),
            _ => Resampled::independent_percent(before, after, level),
        }
    }
}

/// The changes of all metrics from the control to an arm, one of `others` arms that are compared with it.
pub fn changes(
    metrics: &[Metric],
    primary: Option<usize>,
    control: &[Resampled],
    arm: &[Resampled],
    pairing: Pairing,
    level: f64,
    others: usize,
) -> Vec<Change> {
    let family = bonferroni_level(level, others);
    let levels =
        levels(metrics, primary, family, &|i, level| pairing.difference(&control[i], &arm[i], level));
    (metrics.iter().zip(control).zip(arm).zip(levels))
        .map(|(((metric, before), after), adjusted_level)| {
            let show = |e: Estimate| in_unit(e, metric.unit_size);
            let difference = show(pairing.difference(before, after, level));
            let adjusted = show(pairing.difference(before, after, adjusted_level));
            let matters = matters(metric, before.value);
            let verdict = better(metric.better).map(|b| verdict(&adjusted, b, matters.unwrap_or(0.0)));
            Change {
                words: words(verdict, &adjusted, matters, &metric.unit),
                difference,
                percent: pairing.percent(before, after, level),
                adjusted_percent: pairing.percent(before, after, adjusted_level),
                adjusted,
                matters,
                verdict,
                exact: None,
            }
        })
        .collect()
}

/// The level at which each metric's verdict is given: the primary's is not adjusted, the judged others' is Holm's.
pub fn levels(
    metrics: &[Metric],
    primary: Option<usize>,
    level: f64,
    difference: &dyn Fn(usize, f64) -> Estimate,
) -> Vec<f64> {
    let mut levels = vec![level; metrics.len()];
    let mut secondaries = Vec::new();
    for (i, metric) in metrics.iter().enumerate() {
        let is_judged = primary != Some(i) && metric.better != Better::Neutral;
        if is_judged && !difference(i, level).is_identical() {
            secondaries.push((i, stats::p_value(&|level| difference(i, level), level)));
        }
    }
    let p_values: Vec<f64> = secondaries.iter().map(|(_, p)| *p).collect();
    for ((i, _), result) in secondaries.iter().zip(holm(&p_values, level)) {
        levels[*i] = result.level;
    }
    levels
}

/// What common random numbers were worth, and how many replications half the smallest effect that matters (or 5 % of
/// the control's value) takes at the level of the change.
pub fn efficiency(metric: &Metric, control: &Resampled, arm: &Resampled, level: f64) -> Efficiency {
    let (before, after) = (control.estimate(level), arm.estimate(level));
    let difference = Resampled::difference(control, arm, level);
    let half_width = match matters(metric, control.value) {
        Some(smallest) if smallest > 0.0 => smallest / 2.0 * metric.unit_size,
        _ => Precision::Relative(0.05).half_width(control.value),
    };
    Efficiency {
        variance_reduction: variance_reduction(&before, &after, &difference),
        half_width: half_width / metric.unit_size,
        needed: plan(&before, &after, &difference, half_width),
    }
}

/// An estimate in base units as one in units of this size.
pub fn in_unit(e: Estimate, size: f64) -> Estimate {
    Estimate { value: e.value / size, se: e.se / size, lower: e.lower / size, upper: e.upper / size, ..e }
}

/// The smallest change that matters [display unit], given the control's value [base units].
pub fn matters(metric: &Metric, control: f64) -> Option<f64> {
    let smallest = if metric.matters_relative { metric.matters? * control.abs() } else { metric.matters? };
    Some(smallest / metric.unit_size).filter(|m| m.is_finite())
}

pub fn better(better: Better) -> Option<stats::Better> {
    match better {
        Better::Lower => Some(stats::Better::Lower),
        Better::Higher => Some(stats::Better::Higher),
        Better::Neutral => None,
    }
}

pub fn words(verdict: Option<Verdict>, change: &Estimate, matters: Option<f64>, unit: &str) -> String {
    let direction = if change.value < 0.0 { "lower" } else { "higher" };
    let at_least = significant(change.lower.abs().min(change.upper.abs()));
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let smallest = format!("the {}{unit} that matter", significant(matters.unwrap_or(0.0)));
    match verdict {
        None if change.is_identical() => "identical by construction".to_owned(),
        None if change.has_interval() && !change.contains(0.0) => format!("{direction}; not judged"),
        None => "no change shown; not judged".to_owned(),
        Some(Verdict::Identical) => "identical by construction".to_owned(),
        Some(Verdict::Improvement) => format!("improvement: {direction} by at least {at_least}{unit}"),
        Some(Verdict::Worsening) => format!("worsening: {direction} by at least {at_least}{unit}"),
        Some(Verdict::SmallImprovement) => format!("small improvement: {direction}, by less than {smallest}"),
        Some(Verdict::SmallWorsening) => format!("small worsening: {direction}, by less than {smallest}"),
        Some(Verdict::Equivalent) => format!("equivalent: any change is less than {smallest}"),
        Some(Verdict::NotSettled { more_replications: Some(more) }) => {
            format!("not settled: about {} more replications would tell", forecast(more))
        }
        Some(Verdict::NotSettled { more_replications: None }) => "not settled".to_owned(),
    }
}

/// A forecast number of replications: two significant digits.
pub fn forecast(more: usize) -> usize {
    let unit = 10usize.pow(more.max(1).ilog10().saturating_sub(1));
    (more + unit / 2) / unit * unit
}

/// Two significant digits, towards zero: "at least" holds, and so does "less than" what was asked for in round numbers.
fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return "0".to_owned();
    }
    let decimals = 1 - x.abs().log10().floor() as i32;
    let unit = 10f64.powi(-decimals);
    // A hair more, lest 0.3 be told as 0.29.
    let cut = ((x / unit) * (1.0 + 1e-9)).trunc() * unit;
    let digits = format!("{cut:.*}", decimals.max(0) as usize);
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let grouped: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap_or_default()).collect();
    if whole.len() < 5 { digits } else { grouped.join(",") + rest }
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn two_digits_are_told() {
        for (x, text) in [
            (39_317.0, "39,000"),
            (0.3, "0.30"),
            (2.394, "2.3"),
            (0.0157, "0.015"),
            (955.0, "950"),
            (0.0, "0"),
        ] {
            assert_eq!(significant(x), text);
        }
    }
}
