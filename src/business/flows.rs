//! Flows of money month by month that rest on replications: their mean, their samples, and what they are worth with the error
//! that chance leaves.
//!
//! Two experiments give them: one of the months in which the change comes into effect, one of the settled state after that.
//! Month 0 is the day of the decision; what happens in a month counts at its end.

use super::cash;
use crate::stats::describe::{mean, variance};
use crate::stats::{Estimate, Resampler, mean_t};

/// Net flows of one option against doing nothing; gains are positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Flows {
    /// `[month]`, from month 0 to the horizon: what is known without simulating.
    pub known: Vec<f64>,
    /// Months from the decision to the day on which the change takes effect.
    pub lead: usize,
    /// `[month after that day][replication]`, a year [$/y]; empty: it takes effect at once.
    pub phase_in: Vec<Vec<f64>>,
    /// `[replication]`, a year [$/y]: the months after those.
    pub settled: Vec<f64>,
}

/// What flows are worth on the day of the decision, as the mean of replications of two experiments.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    pub known: f64,
    /// `[replication]`
    pub phase_in: Vec<f64>,
    pub settled: Vec<f64>,
}

impl Flows {
    /// Nothing happens until this month.
    pub fn none(months: usize, lead: usize) -> Self {
        Self { known: vec![0.0; months + 1], lead, phase_in: Vec::new(), settled: Vec::new() }
    }

    /// Months from the decision to the horizon.
    pub fn months(&self) -> usize {
        self.known.len() - 1
    }

    /// Adds the flows of another line of the same option.
    pub fn add(&mut self, other: &Self) {
        let add = |to: &mut Vec<f64>, from: &[f64]| {
            if to.is_empty() {
                to.resize(from.len(), 0.0);
            }
            to.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
        };
        add(&mut self.known, &other.known);
        add(&mut self.settled, &other.settled);
        if self.phase_in.is_empty() {
            self.phase_in = vec![Vec::new(); other.phase_in.len()];
        }
        self.phase_in.iter_mut().zip(&other.phase_in).for_each(|(to, from)| add(to, from));
    }

    /// The flow of each month where a year has this amount in the phase-in and when settled.
    fn with(&self, phase_in: impl Fn(&[f64]) -> f64, settled: f64) -> Vec<f64> {
        let mut flows = self.known.clone();
        for (k, flow) in flows.iter_mut().skip(self.lead + 1).enumerate() {
            *flow += self.phase_in.get(k).map_or(settled, |month| phase_in(month)) / 12.0;
        }
        flows
    }

    /// Expected flows.
    pub fn mean(&self) -> Vec<f64> {
        self.with(mean_or_zero, mean_or_zero(&self.settled))
    }

    /// `n` states of what chance leaves unknown, as flows: replications of both experiments drawn with replacement.
    pub fn samples(&self, n: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut settled = Resampler::new(self.settled.len(), seed);
        // Another seed: the two experiments are of different times.
        let mut early = Resampler::new(self.phase_in.first().map_or(0, Vec::len), seed ^ PHASE_IN);
        let mut one = || {
            let late = drawn(&self.settled, settled.draw());
            let weights = early.draw();
            self.with(|month| drawn(month, weights), late)
        };
        (0..n).map(|_| one()).collect()
    }

    /// What they are worth at this rate a year.
    pub fn present(&self, yearly: f64) -> Present {
        let rate = cash::per_month(yearly);
        let factor = |month: usize| (1.0 + rate).powi(-(month as i32));
        let after = |k: usize| self.lead + 1 + k;
        let n_early = self.phase_in.len().min(self.months().saturating_sub(self.lead));
        let mut phase_in = vec![0.0; self.phase_in.first().map_or(0, Vec::len)];
        for (k, month) in self.phase_in.iter().take(n_early).enumerate() {
            phase_in.iter_mut().zip(month).for_each(|(sum, x)| *sum += x / 12.0 * factor(after(k)));
        }
        let late: f64 = (after(n_early)..=self.months()).map(factor).sum();
        Present {
            known: cash::npv(&self.known, rate),
            phase_in,
            settled: self.settled.iter().map(|x| x / 12.0 * late).collect(),
        }
    }
}

/// Sets the draws of the phase-in apart from those of the settled state.
const PHASE_IN: u64 = 0x7068_6173_655f_696e;

fn mean_or_zero(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { mean(values) }
}

/// The mean of replications that were drawn so often; deviations are widened, as n draws of n show (n - 1)/n of the variance
/// of the mean.
fn drawn(values: &[f64], weights: &[u32]) -> f64 {
    let (n, middle) = (values.len() as f64, mean_or_zero(values));
    if values.len() < 2 {
        return middle;
    }
    let shift: f64 = values.iter().zip(weights).map(|(x, w)| f64::from(*w) * (x - middle)).sum();
    middle + shift / n * (n / (n - 1.0)).sqrt()
}

impl Present {
    /// With its interval: Welch's, over the replications of both experiments.
    pub fn estimate(&self, level: f64) -> Estimate {
        let parts = [&self.phase_in, &self.settled];
        let known: Vec<&Vec<f64>> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let value = self.known + known.iter().map(|part| mean(part)).sum::<f64>();
        let n = known.iter().map(|part| part.len()).min().unwrap_or(0);
        if known.iter().all(|part| part.iter().all(|x| *x == part[0])) {
            return Estimate { value, lower: value, upper: value, ..Estimate::identical(n, level) };
        }
        if let [only] = known[..] {
            let e = mean_t(only, level);
            return Estimate { value, lower: e.lower + self.known, upper: e.upper + self.known, ..e };
        }
        let errors: Vec<(f64, f64)> =
            known.iter().map(|part| (variance(part) / part.len() as f64, part.len() as f64 - 1.0)).collect();
        let all: f64 = errors.iter().map(|(v, _)| v).sum();
        let df = all * all / errors.iter().map(|(v, df)| v * v / df).sum::<f64>();
        Estimate::with_df(value, all.sqrt(), df, n, level)
    }

    /// This less another option, replication by replication.
    pub fn less(&self, other: &Self) -> Self {
        let less = |a: &[f64], b: &[f64]| match (a.is_empty(), b.is_empty()) {
            (_, true) => a.to_vec(),
            (true, false) => b.iter().map(|x| -x).collect(),
            _ => a.iter().zip(b).map(|(a, b)| a - b).collect(),
        };
        Self {
            known: self.known - other.known,
            phase_in: less(&self.phase_in, &other.phase_in),
            settled: less(&self.settled, &other.settled),
        }
    }
}
