//! Which of several systems has the largest mean: the fully sequential procedure of Kim and Nelson.
//!
//! After a first stage, one more observation at a time is made of every system that is still in the race; a system drops
//! out as soon as another is ahead of it by more than chance explains. The one that is left is the best with the
//! probability asked for, or within the indifference zone of it. The procedure works on differences, so common random
//! numbers make it quicker, and it stays valid under them.
//!
//! Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM Transactions on
//! Modeling and Computer Simulation 11 (2001), 251-273, with c = 1.

use super::describe::{mean, variance};

/// What is asked of the selection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelectionRule {
    /// Differences smaller than this do not matter.
    pub delta: f64,
    /// Probability that the selected one is the best, or within `delta` of it.
    pub confidence: f64,
    /// Observations of each system in the first stage: two or more, ten or twenty are usual.
    pub first: usize,
    /// Observations of a system at most.
    pub cap: usize,
}

/// One system at the end of the race.
#[derive(Clone, Debug, PartialEq)]
pub struct Runner {
    /// Its observations, in order.
    pub observed: Vec<f64>,
    /// Dropped out by the time of so many observations, and which system was ahead of it.
    pub dropped: Option<(usize, usize)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    pub best: usize,
    pub runners: Vec<Runner>,
    /// Whether the race was decided before the cap; otherwise `best` only leads.
    pub is_settled: bool,
}

impl Selection {
    /// Observations of all systems together.
    pub fn observations(&self) -> usize {
        self.runners.iter().map(|r| r.observed.len()).sum()
    }
}

/// Selects among `systems`. `observe(those in the race, r)` gives observation number r of each of them; observations of
/// the same number may depend on each other.
///
/// # Errors
/// Those of `observe`.
///
/// # Panics
/// When there are no systems, or `first` is less than two.
pub fn select<E>(
    systems: usize,
    rule: &SelectionRule,
    mut observe: impl FnMut(&[usize], usize) -> Result<Vec<f64>, E>,
) -> Result<Selection, E> {
    assert!(systems > 0 && rule.first >= 2, "something to select, and a variance to estimate");
    let mut alive: Vec<usize> = (0..systems).collect();
    let mut runners = vec![Runner { observed: Vec::new(), dropped: None }; systems];
    let mut r = 0;
    let mut next = |alive: &[usize], r: usize, runners: &mut Vec<Runner>| -> Result<(), E> {
        for (i, x) in alive.iter().zip(observe(alive, r)?) {
            runners[*i].observed.push(x);
        }
        Ok(())
    };
    while r < rule.first {
        next(&alive, r, &mut runners)?;
        r += 1;
    }
    let reach = Reach::new(&runners, rule);
    loop {
        let means: Vec<f64> = runners.iter().map(|x| mean(&x.observed)).collect();
        let ahead = |i: usize| {
            let beats = |l: &&usize| means[i] < means[**l] - reach.allowance(i, **l, r);
            alive.iter().filter(|l| **l != i).find(beats).copied()
        };
        let out: Vec<(usize, usize)> = alive.iter().filter_map(|&i| Some((i, ahead(i)?))).collect();
        for (i, by) in out {
            runners[i].dropped = Some((r, by));
        }
        alive.retain(|&i| runners[i].dropped.is_none());
        // Where every allowance is used up, those that are left are equal.
        let is_over = alive.iter().all(|&i| alive.iter().all(|&l| i == l || reach.allowance(i, l, r) <= 0.0));
        if is_over || r >= rule.cap {
            let best = alive.iter().copied().reduce(|a, b| if means[b] > means[a] { b } else { a });
            return Ok(Selection { best: best.unwrap_or(0), runners, is_settled: is_over });
        }
        next(&alive, r, &mut runners)?;
        r += 1;
    }
}

/// How far a system may be behind another and stay in the race.
struct Reach {
    delta: f64,
    /// `[i][l]`: h^2 S^2 / delta^2, the observations after which any lag is too much.
    ends: Vec<Vec<f64>>,
}

impl Reach {
    fn new(runners: &[Runner], rule: &SelectionRule) -> Self {
        let (k, n0) = (runners.len() as f64, rule.first as f64);
        let alpha = 1.0 - rule.confidence;
        let eta = 0.5 * ((2.0 * alpha / (k - 1.0).max(1.0)).powf(-2.0 / (n0 - 1.0)) - 1.0);
        let h2 = 2.0 * eta.max(0.0) * (n0 - 1.0);
        let end = |a: &Runner, b: &Runner| {
            let differences: Vec<f64> = a.observed.iter().zip(&b.observed).map(|(x, y)| x - y).collect();
            h2 * variance(&differences) / (rule.delta * rule.delta)
        };
        let ends = runners.iter().map(|a| runners.iter().map(|b| end(a, b)).collect()).collect();
        Self { delta: rule.delta, ends }
    }

    fn allowance(&self, i: usize, l: usize, r: usize) -> f64 {
        (self.delta / (2.0 * r as f64) * (self.ends[i][l] - r as f64)).max(0.0)
    }
}
