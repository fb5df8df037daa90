//! Whether the latest cases are still like those before them.
//!
//! The latest quarter of the cases is set against the rest by the test of Kolmogorov and Smirnov for two samples, once on the
//! rows of a case and once on its cycle time.

use crate::eventlog::EventLog;
use crate::mining::sample::{earliest, latest, timed};

/// How the latest cases differ from those before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// mean rows per case, before and in the latest
    pub rows: [f64; 2],
    /// mean cycle time [h], before and in the latest
    pub cycle: [f64; 2],
    /// the larger of the two distances between distribution functions
    pub distance: f64,
    /// the smaller of the two probabilities of such a distance by chance, doubled because there are two
    pub p: f64,
}

/// The share of the cases that counts as the latest.
pub const LATEST: f64 = 0.25;
/// Fewer cases are not compared, and are not enough for a model.
const FEW: usize = 30;
/// A difference that chance brings about in one of a hundred logs.
const CLEAR: f64 = 0.01;
/// Smaller distances are found in every large log and change little.
const LARGE: f64 = 0.25;

impl Drift {
    /// Whether a model of all cases would describe a process that is no more.
    pub fn is_clear(&self) -> bool {
        self.p < CLEAR && self.distance >= LARGE
    }
}

/// The drift of a sorted log; `None` when it has too few cases to tell.
pub fn drift(log: &EventLog) -> Option<Drift> {
    let mut cases: Vec<(i64, f64, f64)> = timed(log)
        .into_iter()
        .map(|range| {
            let first = earliest(log, range.clone());
            (first, range.len() as f64, (latest(log, range) - first) as f64 / 3.6e9)
        })
        .collect();
    cases.sort_by_key(|c| c.0);
    let n = (cases.len() as f64 * LATEST) as usize;
    if n < FEW {
        return None;
    }
    let (before, late) = cases.split_at(cases.len() - n);
    let both = |part: fn(&(i64, f64, f64)) -> f64| {
        [before, late].map(|cases| cases.iter().map(part).collect::<Vec<f64>>())
    };
    let (rows, cycle) = (both(|c| c.1), both(|c| c.2));
    let mean = |both: &[Vec<f64>; 2]| [0, 1].map(|i| crate::stats::describe::mean(&both[i]));
    let (of_rows, of_cycle) = (compared(&rows), compared(&cycle));
    let p = (2.0 * of_rows.1.min(of_cycle.1)).min(1.0);
    Some(Drift { rows: mean(&rows), cycle: mean(&cycle), distance: of_rows.0.max(of_cycle.0), p })
}

/// The distance of the two distribution functions, and the probability of a larger one by chance (Smirnov 1948), with the
/// correction for small samples of Stephens (1970).
fn compared(both: &[Vec<f64>; 2]) -> (f64, f64) {
    let [mut a, mut b] = both.clone();
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let share = |list: &[f64], x: f64| list.partition_point(|v| *v <= x) as f64 / list.len() as f64;
    let distance = a.iter().chain(&b).map(|x| (share(&a, *x) - share(&b, *x)).abs()).fold(0.0, f64::max);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let root = (n * m / (n + m)).sqrt();
    let t = distance * (root + 0.12 + 0.11 / root);
    if t < 0.2 {
        return (distance, 1.0);
    }
    let term = |k: i32| (-1f64).powi(k - 1) * (-2.0 * f64::from(k * k) * t * t).exp();
    (distance, (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probability_is_that_of_the_tables() {
        // Two samples of 50 whose distribution functions are 0.28 apart: t = 1.43976 with the correction (Smirnov's table: 1.36
        // for 5 %).
        let a: Vec<f64> = (0..50).map(f64::from).collect();
        let b: Vec<f64> = (0..50).map(|i| f64::from(i) + 14.0).collect();
        let (distance, p) = compared(&[a.clone(), b]);
        assert!((distance - 0.28).abs() < 1e-12 && (p - 0.031_66).abs() < 1e-4);
        assert_eq!(compared(&[a.clone(), a]), (0.0, 1.0));
    }
}
