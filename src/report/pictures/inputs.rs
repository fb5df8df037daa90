//! Which inputs make what is not known.

use super::{Picture, arm_label, of_arm};
use crate::chart::number;
use crate::chart::{Bar, StackedChart};
use crate::experiment::Results;
use crate::report::inputs::{explained, parts};

/// "; 100 samples of 55 inputs", for the line below a title.
pub fn samples(results: &Results) -> String {
    results.inputs.as_ref().map_or_else(String::new, |inputs| {
        format!("; {} samples of {} inputs", inputs.outer, inputs.inputs.len())
    })
}

/// The share of each input in what is not known about the change of the primary; None where no input stands out.
pub fn shares(results: &Results, arm: usize, footer: &str) -> Option<Picture> {
    let (inputs, primary) = (results.inputs.as_ref()?, results.primary?);
    let effect = inputs.on_changes[arm][primary].as_ref()?;
    let drivers = effect.drivers.as_ref().filter(|_| effect.shown)?;
    let (metric, parts) = (&results.metrics[primary], parts(inputs, effect));
    let first = parts.first()?;
    let percent = |share: f64| number::percent(share, 0);
    let unit = if metric.unit.is_empty() { String::new() } else { format!(" {}", metric.unit) };
    let digits = number::decimals(0.1 * effect.half_width);
    let width = |half: f64| format!("\u{b1}{}{unit}", number::number(half, digits));
    let mut bars: Vec<Bar> = (parts.iter())
        .map(|p| Bar {
            label: p.label.to_owned(),
            values: vec![100.0 * p.share],
            note: format!("{}; half the range: {}", percent(p.share), width(p.narrowed)),
        })
        .collect();
    bars.push(Bar {
        label: "Others, interactions".to_owned(),
        values: vec![100.0 * drivers.others()],
        note: percent(drivers.others()),
    });
    let told = match first.share {
        share if share >= 0.5 => {
            format!("Most of what is not known about {} comes from: {}", metric.label, first.label)
        }
        _ => format!("Of what is not known about {}, the most comes from: {}", metric.label, first.label),
    };
    let chart = StackedChart {
        title: of_arm(results, arm, &told),
        subtitle: format!(
            "{} against {}: share of each input in the variance that the inputs make, {} % of all; the change is known to {}; {}{}",
            arm_label(results, arm),
            arm_label(results, 0),
            number::number(100.0 * effect.share, 0),
            width(effect.half_width),
            explained(drivers),
            samples(results)
        ),
        footer: footer.to_owned(),
        x_label: "Share of the inputs' variance [%]".to_owned(),
        parts: vec!["share".to_owned()],
        bars,
    };
    Some(Picture {
        name: format!("inputs_{}", results.arms[arm].name),
        caption: format!(
            "Which inputs make what is not known about the change of {}, by regression on samples of all of them. Beside each bar: \
             the half-width of the interval if its range were half as wide (for data: with four times the observations).",
            metric.label
        ),
        file: "input_shares.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}
