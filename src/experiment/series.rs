//! The metrics bin by bin.

use super::compare::in_unit;
use super::results::Series;
use super::sample::jackknife;
use crate::metrics::{Evaluator, Reduced};
use crate::model::Metric;
use crate::stats::{Estimate, Resampled, Sums, bonferroni_level};
use rayon::prelude::*;
use std::ops::Range;

/// Series of all arms over these spans of bins: averages over replications with their intervals, and changes against the
/// control with a Bonferroni band over the spans and over as many metrics as `family` has for each.
///
/// `arms` has for each arm its evaluator and its replications, in the same order.
pub fn series(
    metrics: &[Metric],
    arms: &[(&Evaluator, Vec<&Reduced>)],
    spans: &[Range<usize>],
    family: &[usize],
    level: f64,
) -> Vec<Series> {
    let bands: Vec<f64> = family.iter().map(|n| bonferroni_level(level, n * spans.len().max(1))).collect();
    let by_bin: Vec<Vec<Bin>> = spans
        .par_iter()
        .map(|span| {
            let resampled: Vec<_> = arms.iter().map(|(e, replications)| at(e, replications, span)).collect();
            resampled
                .iter()
                .enumerate()
                .map(|(arm, of)| Bin::new(metrics, &resampled[0], of, arm, level, &bands))
                .collect()
        })
        .collect();
    let smooth = |arm: usize, metric: usize| !arms[arm].0.is_rough(metric);
    let column = |arm: usize, metric: usize, of: fn(&Bin) -> &Vec<Estimate>| {
        let bins = by_bin.iter().filter(|_| smooth(arm, metric));
        bins.map(|row| of(&row[arm])[metric]).collect()
    };
    (0..arms.len())
        .map(|arm| Series {
            values: (0..metrics.len()).map(|m| column(arm, m, |b| &b.values)).collect(),
            changes: if arm == 0 {
                Vec::new()
            } else {
                (0..metrics.len()).map(|m| column(arm, m, |b| &b.changes)).collect()
            },
        })
        .collect()
}

/// One arm in one bin.
struct Bin {
    values: Vec<Estimate>,
    changes: Vec<Estimate>,
}

impl Bin {
    fn new(
        metrics: &[Metric],
        control: &[Resampled],
        own: &[Resampled],
        arm: usize,
        level: f64,
        bands: &[f64],
    ) -> Self {
        let values = metrics.iter().zip(own).map(|(m, r)| in_unit(r.estimate(level), m.unit_size)).collect();
        let change = |(((m, before), after), band): (((&Metric, &Resampled), &Resampled), &f64)| {
            in_unit(Resampled::difference(before, after, *band), m.unit_size)
        };
        let all = metrics.iter().zip(control).zip(own).zip(bands);
        let changes = if arm == 0 { Vec::new() } else { all.map(change).collect() };
        Self { values, changes }
    }
}

/// Points that a course has at most where its bins can be taken together.
const POINTS: usize = 26;

/// So many bins make a span of a course: of weeks two, a four-week period, a quarter and so on.
pub fn span_width(bins: usize) -> usize {
    [1, 2, 4, 13, 26, 52]
        .into_iter()
        .find(|w| bins.div_ceil(*w) <= POINTS)
        .unwrap_or_else(|| bins.div_ceil(POINTS))
}

/// Spans of so many bins up to `bins`, counted from the first one that counts, in both directions; the outermost may be
/// shorter.
pub fn spans(cut: usize, bins: usize, width: usize) -> Vec<Range<usize>> {
    let before = (0..cut).rev().step_by(width).map(|last| (last + 1).saturating_sub(width)..last + 1);
    let mut spans: Vec<Range<usize>> = before.collect();
    spans.reverse();
    spans.extend((cut..bins).step_by(width).map(|first| first..(first + width).min(bins)));
    spans
}

fn at(evaluator: &Evaluator, replications: &[&Reduced], span: &Range<usize>) -> Vec<Resampled> {
    let mut sums = Sums::new(replications[0].row(span.start).len());
    for r in replications {
        match span.len() {
            1 => sums.push(r.row(span.start)),
            _ => sums.push(&r.sums(span.clone())),
        }
    }
    jackknife(evaluator, &sums)
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn spans_meet_where_cases_begin_to_count() {
        assert_eq!(spans(2, 7, 2), [0..2, 2..4, 4..6, 6..7]);
        assert_eq!(spans(3, 4, 2), [0..1, 1..3, 3..4]);
        assert_eq!(spans(0, 3, 1), [0..1, 1..2, 2..3]);
    }
}
