//! The recommendation: the best candidate that is beyond doing nothing, or to do nothing.

use super::unknown::{with_both, with_unknown};
use super::value::Valued;
use crate::stats::{Better, Estimate, Resampled, bonferroni_level, mcb};

/// What is recommended, and how sure that is.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Choice {
    /// Candidates by value, the best first; indices of the list that was given.
    pub order: Vec<usize>,
    /// The candidate, or None: do nothing.
    pub best: Option<usize>,
    /// Candidates that may be as good as the best or better: their values are not told apart.
    pub rivals: Vec<usize>,
    /// At which all statements hold together.
    pub level: f64,
}

impl Choice {
    /// No other candidate may be better.
    pub fn is_settled(&self) -> bool {
        self.rivals.is_empty()
    }
}

/// Half of the error is spent on "beyond doing nothing", half on "the best of all".
pub fn each_level(level: f64, candidates: usize) -> f64 {
    bonferroni_level(half(level), candidates)
}

fn half(level: f64) -> f64 {
    1.0 - (1.0 - level) / 2.0
}

/// Chooses among candidates whose values are given at [`each_level`]. The value of doing nothing is zero; it is chosen
/// unless the interval of some candidate lies above it. Among those the one of the largest value is taken; who may be
/// better is told by multiple comparisons with the best (Hsu 1984), paired within an operation.
pub fn choose(candidates: &[Valued], level: f64) -> Choice {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| {
        let value = |i: usize| candidates[i].npv.value;
        value(b).total_cmp(&value(a)).then(candidates[a].label.cmp(&candidates[b].label))
    });
    let beyond: Vec<usize> = order.iter().copied().filter(|&i| is_beyond(&candidates[i].npv)).collect();
    let best = beyond.first().copied();
    let rivals = match best {
        None => Vec::new(),
        Some(best) => {
            let difference =
                |i: usize, j: usize, level: f64| difference(&candidates[i], &candidates[j], level);
            let bounds = mcb(candidates.len(), half(level), Better::Higher, difference);
            order.iter().copied().filter(|&i| i != best && bounds[i].1 > 0.0).collect()
        }
    };
    Choice { order, best, rivals, level }
}

/// The value is above zero beyond chance.
pub fn is_beyond(npv: &Estimate) -> bool {
    npv.has_interval() && npv.lower > 0.0
}

/// How much more one is worth than the other.
fn difference(one: &Valued, other: &Valued, level: f64) -> Estimate {
    let (a, b) = (&one.resampled, &other.resampled);
    // Two operations draw different random numbers.
    match one.operation == other.operation && a.pairs_with(b) {
        true => {
            let exact = Resampled::difference(b, a, level);
            with_unknown(&exact, &one.samples.less(&other.samples), level)
        }
        false => {
            let exact = Resampled::independent_difference(b, a, level);
            with_both(&exact, (&one.samples, &one.npv_exact), (&other.samples, &other.npv_exact), level)
        }
    }
}
