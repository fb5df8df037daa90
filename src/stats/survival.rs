//! Durations that were cut off before they ended.
//!
//! Leaving unfinished cases out shortens every mean, most in the arm that is slower. Kaplan and Meier,
//! "Nonparametric estimation from incomplete observations", JASA 53 (1958), 457-481.

use super::estimate::Estimate;

/// Product-limit estimate of the survival function S(t) = P(duration > t).
#[derive(Clone, Debug, PartialEq)]
pub struct KaplanMeier {
    /// one step per distinct time at which a duration ended
    steps: Vec<Step>,
    n: usize,
    censored: usize,
    /// the longest time anybody was followed, in the unit of the durations
    followed: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    time: f64,
    /// S just after `time`
    survival: f64,
    at_risk: f64,
    ended: f64,
}

impl KaplanMeier {
    /// `ended[i]` says whether duration i was observed to its end; otherwise it was longer than `durations[i]`.
    /// At equal times ends come before cut-offs.
    pub fn new(durations: &[f64], ended: &[bool]) -> Self {
        assert_eq!(durations.len(), ended.len(), "a mark for each duration");
        let mut cases: Vec<(f64, bool)> = durations.iter().copied().zip(ended.iter().copied()).collect();
        cases.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::new();
        let (mut at_risk, mut survival) = (cases.len() as f64, 1.0);
        for tied in cases.chunk_by(|a, b| a.0 == b.0) {
            let ended = tied.iter().filter(|c| c.1).count() as f64;
            if ended > 0.0 {
                survival *= 1.0 - ended / at_risk;
                steps.push(Step { time: tied[0].0, survival, at_risk, ended });
            }
            at_risk -= tied.len() as f64;
        }
        let censored = cases.iter().filter(|c| !c.1).count();
        Self { steps, n: cases.len(), censored, followed: cases.last().map_or(0.0, |c| c.0) }
    }

    /// Share of durations that were cut off.
    pub fn censored_share(&self) -> f64 {
        self.censored as f64 / self.n as f64
    }

    /// S(t).
    pub fn survival(&self, t: f64) -> f64 {
        let past = self.steps.partition_point(|s| s.time <= t);
        if past == 0 { 1.0 } else { self.steps[past - 1].survival }
    }

    /// The smallest time with S(t) <= 1 - p; None when the curve does not come down that far.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        // A share that is exact in theory may miss its target by rounding: half a case in a million million.
        let target = 1.0 - p + 1e-12;
        let at = self.steps.partition_point(|s| s.survival > target);
        self.steps.get(at).map(|s| s.time)
    }

    /// Mean of min(duration, `tau`): the area under S up to `tau`, with Greenwood's standard error for
    /// independent cases. No interval when nobody at risk was followed as far as `tau`.
    ///
    /// For cases of one simulation replication, which are not independent, use the jackknife over replications.
    pub fn restricted_mean(&self, tau: f64, level: f64) -> Estimate {
        let steps = &self.steps[..self.steps.partition_point(|s| s.time <= tau)];
        let mut area = 0.0;
        let (mut right, mut variance) = (tau, 0.0);
        for step in steps.iter().rev() {
            area += step.survival * (right - step.time);
            right = step.time;
            let left = step.at_risk - step.ended;
            if left > 0.0 {
                variance += area * area * step.ended / (step.at_risk * left);
            }
        }
        area += right;
        let known = self.n > 0 && (self.followed >= tau || self.survival(self.followed) == 0.0);
        if !known {
            return Estimate::without_interval(if self.n == 0 { f64::NAN } else { area }, self.n, level);
        }
        Estimate::with_df(area, variance.sqrt(), f64::INFINITY, self.n, level)
    }
}
