//! Control charts of individual values: is a week unlike those before?

use super::describe::mean;

/// Three sigma by the mean moving range of two: 3 / d2(2), d2(2) = 2 / sqrt(pi).
const THREE_SIGMA: f64 = 2.658_680_776_358_274;
/// So many values in a row on one side of the middle are a signal.
const RUN: usize = 8;

/// Shewhart's chart for individual values. Montgomery, Introduction to Statistical Quality Control (2013), section 6.4; the
/// rule of runs: Western Electric, Statistical Quality Control Handbook (1956).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ControlChart {
    pub values: Vec<f64>,
    /// The first values, from which the limits are.
    pub baseline: usize,
    pub center: f64,
    pub lower: f64,
    pub upper: f64,
    /// Whether the limits were made from logarithms: for values that cannot be below zero and whose lower limit would be.
    pub log: bool,
    /// Later values outside the limits.
    pub outside: Vec<usize>,
    /// Where later values have been on one side of the middle for eight times or more.
    pub runs: Vec<usize>,
}

/// The chart of these values with limits from the first `baseline` of them; None when those are fewer than two, or a value
/// is not finite.
pub fn individuals(values: &[f64], baseline: usize) -> Option<ControlChart> {
    if baseline < 2 || values.len() < baseline || values.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let limits = |past: &[f64]| {
        let ranges: Vec<f64> = past.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
        let (center, reach) = (mean(past), THREE_SIGMA * mean(&ranges));
        [center - reach, center, center + reach]
    };
    let plain = limits(&values[..baseline]);
    let log = plain[0] < 0.0 && values.iter().all(|x| *x > 0.0);
    let [lower, center, upper] = match log {
        true => limits(&values[..baseline].iter().map(|x| x.ln()).collect::<Vec<_>>()).map(f64::exp),
        false => plain,
    };
    let mut runs = Vec::new();
    let (mut side, mut length) = (0.0, 0);
    for (k, x) in values.iter().enumerate().skip(baseline) {
        let now = if *x == center { 0.0 } else { (x - center).signum() };
        length = if now == side && now != 0.0 { length + 1 } else { 1 };
        side = now;
        if length >= RUN && now != 0.0 {
            runs.push(k);
        }
    }
    let outside = (baseline..values.len()).filter(|k| !(lower..=upper).contains(&values[*k])).collect();
    Some(ControlChart { values: values.to_vec(), baseline, center, lower, upper, log, outside, runs })
}
