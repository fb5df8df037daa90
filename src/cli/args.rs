//! What the values of flags may be: each rule once, with the same message and exit code wherever a flag of its kind stands.
//!
//! Whole numbers from a least one on are clap's own ranges.

use crate::model::{LEAST_INNER, LEAST_OUTER};
use crate::stats::sobol;

/// More threads than any machine has for one process only cost memory.
const MOST_THREADS: usize = 1_024;
/// Samples of the inputs, and replications of each, at most: their product stays far from what a counter holds.
const MOST_OUTER: u32 = 100_000;
const MOST_INNER: u32 = 10_000;
/// Hours of a hundred thousand years: instants are counted in microseconds, and must hold them.
const MOST_HOURS: f64 = 8.76e8;

/// How many threads.
pub fn threads(text: &str) -> Result<usize, String> {
    let n = text.parse().ok().filter(|n| (1..=MOST_THREADS).contains(n));
    n.ok_or_else(|| format!("write a whole number from 1 to {MOST_THREADS}"))
}

/// A seed: what a scenario's text can hold.
pub fn seed(text: &str) -> Result<u64, String> {
    let seed = text.parse().ok().filter(|seed| i64::try_from(*seed).is_ok());
    seed.ok_or_else(|| format!("write a whole number from 0 to {}", i64::MAX))
}

/// A share that may be nothing, but not all.
pub fn noise(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..1.0).contains(share));
    share.ok_or_else(|| "write a number from 0 to below 1".to_owned())
}

/// A share of something.
pub fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| "write a number above 0 and at most 1".to_owned())
}

/// How sure a statement is to be.
pub fn confidence(text: &str) -> Result<f64, String> {
    let level = text.parse().ok().filter(|level| (0.5..1.0).contains(level));
    level.ok_or_else(|| "write a number from 0.5 to below 1, such as 0.95".to_owned())
}

/// Worlds or points that a design has at most: each of them is a run.
const MOST_CELLS: usize = sobol::MOST_POINTS;

/// Cells of a sweep.
pub fn cells(text: &str) -> Result<usize, String> {
    let n = text.parse().ok().filter(|n| (1..=MOST_CELLS).contains(n));
    n.ok_or_else(|| format!("write a whole number from 1 to {MOST_CELLS}"))
}

/// Points for Sobol indices; fewer say nothing.
pub fn sobol_points(text: &str) -> Result<u32, String> {
    let n = text.parse().ok().filter(|n| (64..=MOST_CELLS as u32).contains(n));
    n.ok_or_else(|| format!("write a whole number from 64 to {MOST_CELLS}"))
}

/// A length of time [h].
pub fn hours(text: &str) -> Result<f64, String> {
    let hours = text.parse().ok().filter(|hours| (0.0..=MOST_HOURS).contains(hours));
    hours.ok_or_else(|| "write a number of hours, 0 or more".to_owned())
}

/// Samples of the inputs, and paired replications of each: "100x5".
pub fn two_level(text: &str) -> Result<(u32, u32), String> {
    let (outer, inner) = text.split_once('x').ok_or("expected two numbers, for example 100x5")?;
    let number = |text: &str, what: &str, least: u32, most: u32| {
        let n = text.trim().parse().ok().filter(|n| (least..=most).contains(n));
        n.ok_or_else(|| format!("`{text}` {what}: a whole number from {least} to {most} is expected"))
    };
    let outer = number(outer, "samples", LEAST_OUTER, MOST_OUTER)?;
    Ok((outer, number(inner, "replications of each", LEAST_INNER, MOST_INNER)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_run_can_mean_is_refused() {
        for text in ["0x0", "1x1", "19x2", "20x1", "4294967295x4294967295", "100000x10001", "20", "x", "ax2"]
        {
            assert!(two_level(text).is_err(), "{text}");
        }
        assert_eq!((two_level("20x2"), two_level("100000 x 10000")), (Ok((20, 2)), Ok((100_000, 10_000))));
        for text in ["NaN", "inf", "-1", "1e300", ""] {
            assert!(hours(text).is_err() && share(text).is_err() && noise(text).is_err(), "{text}");
            assert!(confidence(text).is_err(), "{text}");
        }
        assert_eq!(
            (noise("0"), share("1"), hours("0.5"), confidence("0.95")),
            (Ok(0.0), Ok(1.0), Ok(0.5), Ok(0.95))
        );
        assert!(sobol_points("63").is_err() && cells("0").is_err() && cells("65537").is_err());
        assert!(noise("1").is_err() && share("0").is_err() && confidence("1").is_err());
        assert!(threads("0").is_err() && threads("100000").is_err() && threads("-1").is_err());
        assert!(seed("18446744073709551615").is_err() && seed("9223372036854775807").is_ok());
    }
}
