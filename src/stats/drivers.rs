//! Which inputs drive a result: regression on the normal scores of the inputs, by forward selection.
//!
//! With as many inputs as half the samples, a regression on all of them explains chance as well. So one input is added at a
//! time, the one that explains most of what is left, as long as its F test passes at 5 % over the number of inputs that could
//! have been chosen (Bonferroni). What is explained by inputs that were not added stays "others".

use super::describe::{mean, variance};
use super::student::t_p_value;

/// What an input does to a result.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Driver {
    /// Position in the list of inputs.
    pub input: usize,
    /// Change of the result as the input goes up by one standard deviation.
    pub slope: f64,
    /// Share of the variance that the inputs make, 0 to 1.
    pub share: f64,
}

/// The inputs that drive a result, and how well they explain it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Drivers {
    /// The greatest share first.
    pub drivers: Vec<Driver>,
    /// Share of the variance between samples that the regression explains, adjusted for the number of inputs in it.
    pub r2: f64,
    /// The same predicted for samples that were left out of the fit, one at a time.
    pub q2: f64,
    /// The most that any function of the inputs could explain: the rest is the error of few replications.
    pub most: f64,
}

impl Drivers {
    /// Share of the inputs' variance that the regression does not explain, by interactions, bends and small inputs.
    pub fn others(&self) -> f64 {
        (1.0 - self.drivers.iter().map(|d| d.share).sum::<f64>()).max(0.0)
    }

    /// Whether the regression explains four fifths of what can be explained; if not, shares are to be had from Sobol indices.
    pub fn explains(&self) -> bool {
        self.r2 >= 0.8 * self.most
    }
}

/// At most so many inputs are told apart.
const MOST: usize = 12;

/// Regression of results on inputs: `scores[input][sample]` are standardised, `results[sample]`, of which `noise` is the
/// variance of the error. Samples without a result are left out; None when the results do not vary or are too few.
pub fn drivers(scores: &[Vec<f64>], results: &[f64], noise: f64) -> Option<Drivers> {
    let known: Vec<usize> = (0..results.len()).filter(|b| results[*b].is_finite()).collect();
    let y: Vec<f64> = known.iter().map(|b| results[*b]).collect();
    let n = y.len();
    if n < 20 || !noise.is_finite() {
        return None;
    }
    let total = variance(&y);
    if total <= (1e-12 * mean(&y)).powi(2) {
        return None;
    }
    let columns: Vec<Vec<f64>> =
        scores.iter().map(|x| centred(&known.iter().map(|b| x[*b]).collect::<Vec<_>>())).collect();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut chosen: Vec<usize> = Vec::new();
    let mut left = centred(&y);
    let mut free: Vec<Vec<f64>> = columns.clone();
    let mut explained = Vec::new();
    while chosen.len() < MOST.min(n / 4) {
        let candidates = (0..columns.len()).filter(|j| !chosen.contains(j));
        let gains = candidates.map(|j| (j, gain(&free[j], &left)));
        let Some((best, gained)) = gains.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        let rest = dot(&left, &left) - gained;
        let df = (n - chosen.len() - 2) as f64;
        let f = gained / (rest.max(f64::MIN_POSITIVE) / df);
        if gained <= 0.0 || t_p_value(f.sqrt(), df) * (columns.len() - chosen.len()) as f64 > 0.05 {
            break;
        }
        // Everything that is left is made orthogonal to the new input.
        let unit = normalised(&free[best]);
        remove(&mut left, &unit);
        free.iter_mut().for_each(|x| remove(x, &unit));
        basis.push(unit);
        chosen.push(best);
        explained.push(gained);
    }
    let rest = dot(&left, &left);
    let p = chosen.len();
    let variance_left = rest / (n - p - 1) as f64;
    let input = (total - noise).max(0.0);
    let slopes = slopes(&columns, &chosen, &y);
    let all: f64 = explained.iter().sum();
    let mut drivers: Vec<Driver> = (chosen.iter().zip(&slopes))
        .map(|(j, slope)| {
            // Of the variance that the slope shows, chance makes its own error.
            let x = dot(&columns[*j], &columns[*j]) / (n - 1) as f64;
            let made = (slope * slope * x - variance_left / (n - 1) as f64).max(0.0);
            Driver {
                input: *j,
                slope: *slope * x.sqrt(),
                share: if input > 0.0 { made / input } else { 0.0 },
            }
        })
        .collect();
    // Chance correlations of the inputs may make the shares sum to more than what is explained.
    let sum: f64 = drivers.iter().map(|d| d.share).sum();
    let most_sum = if input > 0.0 { (all / (n - 1) as f64 / input).min(1.0) } else { 0.0 };
    if sum > most_sum {
        drivers.iter_mut().for_each(|d| d.share *= most_sum / sum);
    }
    drivers.sort_by(|a, b| b.share.total_cmp(&a.share));
    Some(Drivers {
        drivers,
        r2: (1.0 - variance_left / total).max(0.0),
        q2: (1.0 - left_out(&basis, &left) / ((n - 1) as f64 * total)).max(0.0),
        most: input / total,
    })
}

/// Sum of squares of the errors of samples that are left out, one at a time: each residual is larger by 1 / (1 - leverage).
fn left_out(basis: &[Vec<f64>], residuals: &[f64]) -> f64 {
    let n = residuals.len() as f64;
    let leverage = |b: usize| 1.0 / n + basis.iter().map(|unit| unit[b] * unit[b]).sum::<f64>();
    residuals.iter().enumerate().map(|(b, e)| (e / (1.0 - leverage(b))).powi(2)).sum()
}

/// Coefficients of the chosen columns in the regression on all of them together, by orthogonalisation (each column against
/// the others).
fn slopes(columns: &[Vec<f64>], chosen: &[usize], y: &[f64]) -> Vec<f64> {
    let slope = |j: &usize| {
        let mut own = columns[*j].clone();
        let mut others: Vec<Vec<f64>> = Vec::new();
        for k in chosen.iter().filter(|k| *k != j) {
            let mut other = columns[*k].clone();
            others.iter().for_each(|unit| remove(&mut other, unit));
            others.push(normalised(&other));
        }
        others.iter().for_each(|unit| remove(&mut own, unit));
        dot(&own, y) / dot(&own, &own)
    };
    chosen.iter().map(slope).collect()
}

fn centred(x: &[f64]) -> Vec<f64> {
    let centre = mean(x);
    x.iter().map(|x| x - centre).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What a column explains of what is left.
fn gain(x: &[f64], left: &[f64]) -> f64 {
    let size = dot(x, x);
    if size > 1e-9 { dot(x, left).powi(2) / size } else { 0.0 }
}

fn normalised(x: &[f64]) -> Vec<f64> {
    let size = dot(x, x).sqrt();
    x.iter().map(|x| x / size).collect()
}

fn remove(x: &mut [f64], unit: &[f64]) {
    let along = dot(x, unit);
    x.iter_mut().zip(unit).for_each(|(x, u)| *x -= along * u);
}
