//! What is not known about the inputs, in words: for the table, the page and the short report.

use super::figures::{number, plain};
use super::table::percent_of;
use crate::experiment::{Effect, Inputs, MetricInfo, Results};
use crate::stats::Drivers;

/// "55 inputs": what is carried into the intervals, and how; none where nothing is.
pub fn carried(results: &Results) -> Option<String> {
    let inputs = results.inputs.as_ref()?;
    let n = inputs.inputs.len();
    Some(format!(
        "Intervals contain what is not known about {n} {}: {} samples of {}, each with {} paired {} of every arm. \"If inputs were \
         exact\" is what {} replications leave open by chance; \"inputs\" is the share of the variance that the inputs make, with \"?\" \
         where that may be noise of the samples.",
        if n == 1 { "input" } else { "inputs" },
        inputs.outer,
        if n == 1 { "it" } else { "them" },
        inputs.inner,
        if inputs.inner == 1 { "replication" } else { "replications" },
        results.replications
    ))
}

/// What may hide a change: chance alone, or the inputs, too.
pub fn beyond(results: &Results) -> &'static str {
    if results.inputs.is_some() {
        "beyond chance and what is not known about the inputs"
    } else {
        "beyond chance"
    }
}

/// An input with its part in a change.
pub struct Part<'a> {
    pub label: &'a str,
    pub key: &'a str,
    /// 0 to 1
    pub share: f64,
    /// Change of the metric as the input goes up by a standard deviation.
    pub slope: f64,
    /// Half-width of the interval if the input's range were half as wide.
    pub narrowed: f64,
}

/// The inputs that make the spread of a change, the greatest first.
pub fn parts<'a>(inputs: &'a Inputs, effect: &'a Effect) -> Vec<Part<'a>> {
    let Some(drivers) = &effect.drivers else { return Vec::new() };
    let part = |(d, narrowed): (&crate::stats::Driver, &f64)| Part {
        label: &inputs.inputs[d.input].label,
        key: &inputs.inputs[d.input].key,
        share: d.share,
        slope: d.slope,
        narrowed: *narrowed,
    };
    drivers.drivers.iter().zip(&effect.narrowed).map(part).collect()
}

/// The share of an input in what all inputs do to the primary's change in the first arm that differs (the level where there is
/// one arm only); none where it is not among those that matter.
pub fn share_of_line(results: &Results, line: usize) -> Option<f64> {
    let (inputs, primary) = (results.inputs.as_ref()?, results.primary?);
    let effect = primary_effect(inputs, primary)?;
    let drivers = effect.drivers.as_ref()?;
    drivers.drivers.iter().find(|d| inputs.inputs[d.input].line == Some(line)).map(|d| d.share)
}

fn primary_effect(inputs: &Inputs, primary: usize) -> Option<&Effect> {
    match inputs.on_changes.get(1) {
        Some(changes) => changes.get(primary)?.as_ref(),
        None => inputs.on_levels.first()?.get(primary)?.as_ref(),
    }
}

/// What the inputs do to a change, in sentences that begin small and end with a full stop: how much of its variance, which inputs, and what would narrow it.
pub fn told(inputs: &Inputs, effect: &Effect, metric: &MetricInfo) -> String {
    let unit = if metric.unit.is_empty() { String::new() } else { format!(" {}", metric.unit) };
    if effect.spread.input() == 0.0 {
        return "no input changes it beyond the noise of the samples.".to_owned();
    }
    let share = percent_of(rounded(effect.share));
    if !effect.shown {
        return format!(
            "the inputs make {share} of its variance, which may be the noise of {} replications a sample: more of them would tell, and \
             may make the interval narrower.",
            inputs.inner
        );
    }
    let parts = parts(inputs, effect);
    let Some(drivers) = effect.drivers.as_ref().filter(|_| !parts.is_empty()) else {
        return format!("the inputs make {share} of its variance; no single input stands out.");
    };
    let each: Vec<String> =
        parts.iter().take(4).map(|p| format!("{} {}", p.label, percent_of(rounded(p.share)))).collect();
    let others = 1.0 - parts.iter().take(4).map(|p| p.share).sum::<f64>();
    let first = &parts[0];
    format!(
        "the inputs make {share} of its variance, of which {}, others and interactions {} ({}; {} for samples left \
         out). With half the range of \u{201c}{}\u{201d}, or four times the observations, the interval would be \u{b1}{}{unit} instead of \
         \u{b1}{}{unit}.",
        each.join(", "),
        percent_of(rounded(others.max(0.0))),
        explained(drivers),
        number(drivers.q2, 2),
        first.label,
        plain(first.narrowed),
        plain(effect.half_width)
    )
}

/// "R² 0.65 of at most 0.75". The most is an estimate, too: what the regression explains may exceed it, and is told alone then.
pub fn explained(drivers: &Drivers) -> String {
    let r2 = number(drivers.r2, 2);
    match drivers.r2 <= drivers.most {
        true => format!("R\u{b2} {r2} of at most {}", number(drivers.most, 2)),
        false => format!("R\u{b2} {r2}"),
    }
}

/// Sobol indices of an arm in a sentence; none where they were not asked for.
pub fn indices(inputs: &Inputs, arm: usize) -> Option<String> {
    let points = inputs.sobol.as_ref()?.points;
    let percent =
        |share: f64, se: f64| format!("{} \u{b1} {} %", number(100.0 * share, 0), number(100.0 * se, 0));
    let each = inputs.sobol_of(arm).into_iter().take(6).map(|(input, index)| {
        let label = input.map_or("all others together", |input| input.label.as_str());
        format!(
            "{label} {} alone, {} with interactions",
            percent(index.first, index.first_se),
            percent(index.total, index.total_se)
        )
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty())
        .then(|| format!("Sobol indices from {points} points (\u{b1} standard error): {}", each.join("; ")))
}

/// A share in whole percent.
pub fn rounded(share: f64) -> f64 {
    (100.0 * share).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_exceeded_is_no_most() {
        let told = |r2: f64, most: f64| explained(&Drivers { drivers: Vec::new(), r2, q2: 0.4, most });
        assert_eq!(told(0.504, 0.552), "R\u{b2} 0.50 of at most 0.55");
        assert_eq!(told(0.552, 0.504), "R\u{b2} 0.55");
    }
}
