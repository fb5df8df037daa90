//! Step 5: what a candidate is worth today, from what it saves every year.

use super::portfolio::{Candidate, Sort};
use super::unknown::{Lever, Samples, Unknown, with_unknown};
use crate::business;
use crate::stats::{Estimate, Resampled};

/// How later years are weighed.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Money {
    /// Real rate by the year.
    pub discount: f64,
    /// Years that count.
    pub horizon: usize,
    /// What a change does grows evenly from nothing to its settled value over so many years.
    pub ramp: f64,
}

impl Default for Money {
    fn default() -> Self {
        Self { discount: 0.07, horizon: 5, ramp: 1.0 }
    }
}

impl Money {
    /// As this candidate takes effect: the tool as people adopt it, anything else from the first day, unless it says otherwise.
    pub fn of(&self, candidate: &Candidate) -> Self {
        let usual = if candidate.sort == Sort::Tool { self.ramp } else { 0.0 };
        Self { ramp: candidate.ramp.unwrap_or(usual), ..*self }
    }

    /// The flows of a candidate by year, the first at the time of the decision; `saving` a year, once settled.
    pub fn flows(&self, saving: f64, upfront: f64, yearly: f64) -> Vec<f64> {
        let year = |k: usize| saving * self.reached(k as f64) - yearly;
        std::iter::once(-upfront).chain((0..self.horizon).map(year)).collect()
    }

    /// Share of a settled saving that the year from `start` to a year later has.
    fn reached(&self, start: f64) -> f64 {
        if self.ramp <= 0.0 {
            return 1.0;
        }
        // The area under min(t / ramp, 1) from 0 to t.
        let area = |t: f64| if t < self.ramp { t * t / (2.0 * self.ramp) } else { t - self.ramp / 2.0 };
        area(start + 1.0) - area(start)
    }

    /// The net present value of a candidate that saves so much a year.
    pub fn present(&self, saving: f64, upfront: f64, yearly: f64) -> f64 {
        business::npv(&self.flows(saving, upfront, yearly), self.discount)
    }
}

/// A candidate and what it is worth.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Valued {
    pub operation: String,
    pub candidate: String,
    pub label: String,
    pub sort: Sort,
    pub teams: Vec<String>,
    pub expected: bool,
    /// [money]
    pub upfront: f64,
    /// [money per year]
    pub yearly: f64,
    /// Saved a year, once settled [money per year].
    pub saving: Estimate,
    /// Net present value [money], at the level at which those of all candidates hold together, with what is not known about
    /// the inputs.
    pub npv: Estimate,
    /// The same as if all inputs were exact.
    pub npv_exact: Estimate,
    /// Of what is paid alone, without what is valued; None where nothing is valued.
    pub cash: Option<Estimate>,
    /// Share of the samples of the inputs in which it is above zero; None without samples.
    pub positive: Option<f64>,
    /// The inputs that it depends on most.
    pub levers: Vec<Lever>,
    #[serde(skip)]
    pub resampled: Resampled,
    /// Over samples of the inputs; empty: they are taken as exact.
    #[serde(skip)]
    pub samples: Samples,
}

impl Valued {
    /// With samples of the inputs.
    pub fn with_samples(mut self, samples: Samples, cash: &Samples, inputs: &[Unknown], level: f64) -> Self {
        self.npv = with_unknown(&self.npv_exact, &samples, level);
        self.cash = self.cash.map(|exact| with_unknown(&exact, cash, level));
        self.positive = samples.positive(&self.npv_exact);
        self.levers = samples.levers(inputs);
        self.samples = samples;
        self
    }
}

/// A candidate's value from the cost before and with it [money per year], and from the part of it that is paid where some is valued.
/// Level is that of each of several.
pub fn valued(
    operation: &str,
    candidate: &Candidate,
    cost: [&Resampled; 2],
    paid: Option<[&Resampled; 2]>,
    money: &Money,
    level: f64,
) -> Option<Valued> {
    let (upfront, yearly, money) = (candidate.upfront, candidate.yearly, money.of(candidate));
    let present = |v: &[f64]| money.present(v[0] - v[1], upfront, yearly);
    let resampled = Resampled::function(&cost, present)?;
    // Linear in the saving: as a saving that is zero by construction, or has no interval, so the value.
    let at_zero = money.present(0.0, upfront, yearly);
    let slope = money.present(1.0, upfront, yearly) - at_zero;
    let at = |saving: f64| at_zero + slope * saving;
    let worth = |saving: Estimate| Estimate {
        value: at(saving.value),
        se: slope * saving.se,
        lower: at(saving.lower),
        upper: at(saving.upper),
        ..saving
    };
    let saving = Resampled::difference(cost[1], cost[0], level);
    let npv = worth(saving);
    Some(Valued {
        operation: operation.to_owned(),
        candidate: candidate.name.clone(),
        label: candidate.label.clone(),
        sort: candidate.sort,
        teams: candidate.teams.clone(),
        expected: candidate.expected,
        upfront,
        yearly,
        saving,
        npv,
        npv_exact: npv,
        cash: paid.map(|[before, after]| worth(Resampled::difference(after, before, level))),
        positive: None,
        levers: Vec::new(),
        resampled,
        samples: Samples::default(),
    })
}
