//! Flows of money at equal distances in time. The first flow is at the time of the decision; flow k comes k periods later.
//!
//! Source: Brealey, Myers, Allen, Principles of Corporate Finance (2020), chapters 2 and 5; that a flow can have several
//! internal rates of return, or none, is there in section 5.3.

/// Net present value: the sum of c_k / (1 + rate)^k, `rate` per period [1].
pub fn npv(flows: &[f64], rate: f64) -> f64 {
    // Horner's scheme, from the last flow to the first.
    flows.iter().rev().fold(0.0, |sum, flow| sum / (1.0 + rate) + flow)
}

/// Every flow at its value at the time of the decision.
pub fn discounted(flows: &[f64], rate: f64) -> Vec<f64> {
    let mut factor = 1.0;
    let discount = |flow: &f64| {
        let value = flow * factor;
        factor /= 1.0 + rate;
        value
    };
    flows.iter().map(discount).collect()
}

/// The rate per month that is worth this rate per year.
pub fn per_month(yearly: f64) -> f64 {
    (yearly.ln_1p() / 12.0).exp_m1()
}

/// The rate per year that is worth this rate per month.
pub fn per_year(monthly: f64) -> f64 {
    (monthly.ln_1p() * 12.0).exp_m1()
}

/// Rates at which flows are worth nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Irr {
    /// No rate does it: the flows never change their sign, or are worth something at every rate.
    None,
    One(f64),
    /// More than one rate does: none of them says whether the flows are worth having. In ascending order.
    Several(Vec<f64>),
}

impl Irr {
    pub fn rates(&self) -> &[f64] {
        match self {
            Self::None => &[],
            Self::One(rate) => std::slice::from_ref(rate),
            Self::Several(rates) => rates,
        }
    }
}

/// Rates are looked for where the discount factor 1/(1 + rate) of a period lies between e^-REACH and e^REACH.
const REACH: f64 = 5.0;
/// Two rates whose factors are nearer than a step of this grid may be missed.
const STEPS: usize = 2_000;

/// Internal rates of return per period [1].
///
/// The value is a polynomial in the discount factor x = 1/(1 + rate): flows that change their sign once have one root
/// (Descartes), others may have several, which a grid over ln x parts. A rate at which the value touches zero without
/// crossing it is not found.
pub fn irr(flows: &[f64]) -> Irr {
    let value = |log_factor: f64| npv(flows, (-log_factor).exp_m1());
    let signs: Vec<bool> = flows.iter().filter(|c| **c != 0.0).map(|c| *c > 0.0).collect();
    let steps = match signs.windows(2).filter(|w| w[0] != w[1]).count() {
        0 => return Irr::None,
        1 => 1,
        _ => STEPS,
    };
    let at = |k: usize| REACH * (2.0 * k as f64 / steps as f64 - 1.0);
    let mut rates = Vec::new();
    let mut before = value(at(0));
    for k in 1..=steps {
        let now = value(at(k));
        // A zero on the grid belongs to the step that ends there.
        if before != 0.0 && (now == 0.0 || (before < 0.0) != (now < 0.0)) {
            rates.push((-bisect(&value, at(k - 1), at(k), before < 0.0)).exp_m1());
        }
        before = now;
    }
    rates.reverse();
    match rates.as_slice() {
        [] => Irr::None,
        [rate] => Irr::One(*rate),
        _ => Irr::Several(rates),
    }
}

fn bisect(value: &impl Fn(f64) -> f64, mut low: f64, mut high: f64, rises: bool) -> f64 {
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if (value(middle) < 0.0) == rises {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Periods until the sum of the flows is zero or more and stays so to the end; within a period it grows evenly. None
/// when it is below zero at the end: no payback within the horizon.
///
/// For the discounted payback give [`discounted`] flows.
pub fn payback(flows: &[f64]) -> Option<f64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = flows
        .iter()
        .map(|flow| {
            sum += flow;
            sum
        })
        .collect();
    let Some(last) = sums.iter().rposition(|sum| *sum < 0.0) else { return Some(0.0) };
    let next = sums.get(last + 1)?;
    Some(last as f64 + sums[last] / (sums[last] - next))
}
