//! The interval of a change in one word.
//!
//! The smallest effect that matters, delta, cuts the line of gains (change in the better direction) into regions,
//! and the verdict is the region that holds the whole interval:
//!
//! ```text
//!    worsening    | small_worsening | small_improvement |   improvement
//! ----------------+-----------------+-------------------+------------------> gain
//!              -delta               0                 +delta
//! ```
//!
//! | interval [l, u] of the gain | verdict |
//! |---|---|
//! | zero in every replication | `identical` |
//! | none | `not_settled` |
//! | l >= delta and l > 0 | `improvement` |
//! | u <= -delta and u < 0 | `worsening` |
//! | 0 < l, u < delta | `small_improvement` |
//! | -delta < l, u < 0 | `small_worsening` |
//! | -delta < l <= 0 <= u < delta | `equivalent` |
//! | anything else | `not_settled` |
//!
//! So with delta 0 every change whose interval leaves out zero is an improvement or a worsening. The two-sided
//! 95 % interval inside +-delta is stricter than the usual test of equivalence, which takes the 90 % one.

use super::estimate::Estimate;

/// Which way a metric gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    Higher,
    Lower,
}

/// What the interval of a change says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Improvement,
    SmallImprovement,
    Equivalent,
    SmallWorsening,
    Worsening,
    /// The interval reaches across a boundary. Should the value stay where it is, about this many more replications
    /// would settle it; None when that cannot be told, or is more than [`MOST_ASKED`].
    NotSettled {
        more_replications: Option<usize>,
    },
    Identical,
}

/// A verdict never asks for more replications than this.
pub const MOST_ASKED: usize = 1_000_000;

impl Verdict {
    /// The key in machine-readable outputs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Improvement => "improvement",
            Self::SmallImprovement => "small_improvement",
            Self::Equivalent => "equivalent",
            Self::SmallWorsening => "small_worsening",
            Self::Worsening => "worsening",
            Self::NotSettled { .. } => "not_settled",
            Self::Identical => "identical",
        }
    }
}

/// The verdict on a change, given the smallest effect that matters (>= 0, same unit as the change).
pub fn verdict(change: &Estimate, better: Better, smallest_effect: f64) -> Verdict {
    if change.is_identical() {
        return Verdict::Identical;
    }
    let delta = smallest_effect;
    let (l, u) = match better {
        Better::Higher => (change.lower, change.upper),
        Better::Lower => (-change.upper, -change.lower),
    };
    match () {
        _ if !change.has_interval() => Verdict::NotSettled { more_replications: None },
        _ if l > 0.0 && l >= delta => Verdict::Improvement,
        _ if u < 0.0 && u <= -delta => Verdict::Worsening,
        _ if l > 0.0 && u < delta => Verdict::SmallImprovement,
        _ if u < 0.0 && l > -delta => Verdict::SmallWorsening,
        _ if l > -delta && u < delta => Verdict::Equivalent,
        _ => Verdict::NotSettled { more_replications: more_replications(change, delta) },
    }
}

/// The half-width shrinks with the root of n, and the case is settled once the interval no longer reaches the
/// nearer of +-delta: on one side of it if the value lies beyond, between the two if it lies within.
fn more_replications(change: &Estimate, delta: f64) -> Option<usize> {
    let room = (change.value.abs() - delta).abs();
    let needed = change.n as f64 * (change.half_width() / room).powi(2);
    let more = (needed - change.n as f64).ceil().max(1.0);
    (more <= MOST_ASKED as f64).then_some(more as usize)
}
