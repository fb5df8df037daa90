//! Flows of money month by month that rest on replications: their mean, their samples, and what they are worth with the error
//! that chance leaves.
//!
//! Two experiments give them: one of the months in which the change comes into effect, one of the settled state after that.
//! What is not known about the inputs comes on top: samples of the inputs, each with a few replications of the settled state,
//! say by how much its gain differs from that of the inputs as they are written, with the same random numbers; while the change comes
//! into effect, by as large a part of that as has come into effect by then. Ranges may lean to one side: so the expected
//! value over them is not the value at the written inputs.
//! Month 0 is the day of the decision; what happens in a month counts at its end.

use super::cash;
use crate::stats::describe::{mean, skewness, variance};
use crate::stats::two_level::{freedom, noise};
use crate::stats::{Estimate, InputSpread, Resampler};

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
    /// `[month after the change takes effect]`: the part of it that has come into effect; later all of it has.
    pub reached: Vec<f64>,
    pub inputs: OfInputs,
}

/// By how much flows differ from those at the written inputs in samples of the inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfInputs {
    /// `[sample][replication]`, a year in the settled state [$/y], the same few replications in all samples. Empty: inputs are taken as
    /// exact.
    pub yearly: Vec<Vec<f64>>,
    /// `[payment][sample]`: by how much what is paid once differs, exactly; and in which month.
    pub paid: Vec<Vec<f64>>,
    pub paid_at: Vec<usize>,
}

/// What flows are worth on the day of the decision, as the mean of replications of two experiments.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    pub known: f64,
    /// `[replication]`
    pub phase_in: Vec<f64>,
    pub settled: Vec<f64>,
    /// `[sample of the inputs][replication]`: by how much yearly gains differ from those at the written inputs; and
    /// `[sample of the inputs]`: by how much what is paid once does.
    pub inputs: Vec<Vec<f64>>,
    pub paid: Vec<f64>,
}

impl Flows {
    /// Nothing happens until this month.
    pub fn none(months: usize, lead: usize) -> Self {
        Self {
            known: vec![0.0; months + 1],
            lead,
            phase_in: Vec::new(),
            settled: Vec::new(),
            reached: Vec::new(),
            inputs: OfInputs::default(),
        }
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
        add_tables(&mut self.inputs.yearly, &other.inputs.yearly);
        self.inputs.paid.extend_from_slice(&other.inputs.paid);
        self.inputs.paid_at.extend(&other.inputs.paid_at);
        if self.reached.is_empty() {
            self.reached.clone_from(&other.reached);
        }
    }

    /// The part of the settled gain's difference that has come into effect in a month.
    fn reached(&self, month: usize) -> f64 {
        match month.checked_sub(self.lead + 1) {
            None => 0.0,
            Some(k) => self.reached.get(k).copied().unwrap_or(1.0),
        }
    }

    /// The flow of each month where a year has this amount in the phase-in and when settled.
    fn with(&self, phase_in: impl Fn(&[f64]) -> f64, settled: f64) -> Vec<f64> {
        let mut flows = self.known.clone();
        for (k, flow) in flows.iter_mut().skip(self.lead + 1).enumerate() {
            *flow += self.phase_in.get(k).map_or(settled, |month| phase_in(month)) / 12.0;
        }
        flows
    }

    /// Expected flows at the written inputs.
    pub fn mean(&self) -> Vec<f64> {
        self.with(mean_or_zero, mean_or_zero(&self.settled))
    }

    /// `n` states of what is not known, as flows: replications of both experiments drawn with replacement, samples of the
    /// inputs in turn.
    pub fn samples(&self, n: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut settled = Resampler::new(self.settled.len(), seed);
        // Another seed: the two experiments are of different times.
        let mut early = Resampler::new(self.phase_in.first().map_or(0, Vec::len), seed ^ PHASE_IN);
        let inputs = self.inputs.yearly.len().max(self.inputs.samples());
        let differences = said(&self.inputs.yearly).differences;
        let mut one = |k: usize| {
            let late = drawn(&self.settled, settled.draw());
            let weights = early.draw();
            let mut flows = self.with(|month| drawn(month, weights), late);
            if inputs > 0 {
                let b = k % inputs;
                let yearly = differences.get(b).copied().unwrap_or(0.0);
                for (month, flow) in flows.iter_mut().enumerate() {
                    *flow += yearly / 12.0 * self.reached(month);
                }
                for (month, amount) in self.inputs.paid_in(b) {
                    flows[month] += amount;
                }
            }
            flows
        };
        (0..n).map(&mut one).collect()
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
        let years = self.years(yearly);
        Present {
            known: cash::npv(&self.known, rate),
            phase_in,
            settled: self.settled.iter().map(|x| x / 12.0 * late).collect(),
            inputs: self.inputs.yearly.iter().map(|row| row.iter().map(|x| x * years).collect()).collect(),
            paid: (0..self.inputs.samples())
                .map(|b| self.inputs.paid_in(b).map(|(month, amount)| amount * factor(month)).sum())
                .collect(),
        }
    }

    /// What one more a year in the settled state is worth at this rate a year, coming into effect as the change does [years].
    pub fn years(&self, yearly: f64) -> f64 {
        let rate = cash::per_month(yearly);
        (0..=self.months()).map(|month| self.reached(month) * (1.0 + rate).powi(-(month as i32))).sum::<f64>()
            / 12.0
    }
}

fn add_tables(to: &mut Vec<Vec<f64>>, from: &[Vec<f64>]) {
    if to.is_empty() {
        *to = from.to_vec();
        return;
    }
    for (to, from) in to.iter_mut().zip(from) {
        to.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
    }
}

impl OfInputs {
    /// Samples of what is paid once.
    fn samples(&self) -> usize {
        self.paid.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// What is paid more or less in a sample, and when.
    fn paid_in(&self, sample: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.paid_at
            .iter()
            .zip(&self.paid)
            .map(move |(month, each)| (*month, each.get(sample).copied().unwrap_or(0.0)))
    }
}

/// What samples of the inputs say, from a table `[sample][replication]` of differences from the written inputs.
struct Said {
    /// By sample, as if each had many replications: drawn together around their mean by as much as the error of few replications has
    /// spread them.
    differences: Vec<f64>,
    /// Variance of the mean of all, where it is not zero beyond its error; else they are moved to zero, as a few replications say
    /// little about the written inputs.
    lean: Option<f64>,
    /// Degrees of freedom of their spread.
    df: f64,
}

fn said(table: &[Vec<f64>]) -> Said {
    let means: Vec<f64> = table.iter().map(|row| mean(row)).collect();
    let middle = mean_or_zero(&means);
    let around = |shrink: f64, centre: f64| means.iter().map(|x| centre + shrink * (x - middle)).collect();
    let df = means.len() as f64 - 1.0;
    let Some(spread) = InputSpread::new(&means, noise(table), freedom(table)) else {
        return Said { differences: around(1.0, 0.0), lean: None, df };
    };
    let shrink = if spread.between > 0.0 { (spread.input() / spread.between).sqrt() } else { 0.0 };
    let error = spread.between / means.len() as f64 + spread.noise;
    let lean = Some(error).filter(|error| shrink > 0.0 && middle.abs() > 3.0 * error.sqrt());
    let centre = if lean.is_some() { middle } else { 0.0 };
    Said { differences: around(shrink, centre), lean, df: spread.df }
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
    /// Of nothing.
    pub fn nothing() -> Self {
        Flows::none(0, 0).present(0.0)
    }

    /// By how much it differs in each sample of the inputs from its value at the written ones, without the error of few
    /// replications.
    pub fn of_inputs(&self) -> Vec<f64> {
        let yearly = said(&self.inputs).differences;
        let at = |all: &[f64], b: usize| all.get(b).copied().unwrap_or(0.0);
        (0..yearly.len().max(self.paid.len())).map(|b| at(&yearly, b) + at(&self.paid, b)).collect()
    }

    /// At the written inputs, with the interval that chance leaves: Welch's, over the replications of both experiments.
    pub fn exact(&self, level: f64) -> Estimate {
        let parts = [&self.phase_in, &self.settled];
        let known: Vec<&Vec<f64>> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let value = self.known + known.iter().map(|part| mean(part)).sum::<f64>();
        let n = known.iter().map(|part| part.len()).min().unwrap_or(0);
        let errors: Vec<(f64, f64)> = known
            .iter()
            .filter(|part| part.iter().any(|x| *x != part[0]))
            .map(|part| (variance(part) / part.len() as f64, part.len() as f64 - 1.0))
            .collect();
        if errors.is_empty() && known.iter().all(|part| part.len() > 1) {
            return Estimate { value, lower: value, upper: value, ..Estimate::identical(n, level) };
        }
        with_errors(value, &errors, n, level)
    }

    /// The expected value over the inputs, with the interval that chance and what is not known about them leave. The interval leans as
    /// the values over the inputs do: the second term of the expansion of Cornish and Fisher, "Moments and cumulants in the
    /// specification of distributions", Revue de l'Institut International de Statistique 5 (1938), 307-320.
    pub fn estimate(&self, level: f64) -> Estimate {
        let exact = self.exact(level);
        let inputs = self.of_inputs();
        if inputs.len() < 2 || !exact.has_interval() {
            return exact;
        }
        let value = exact.value + mean(&inputs);
        let by_inputs = variance(&inputs);
        let Said { lean, df, .. } = said(&self.inputs);
        let df = if self.inputs.is_empty() { inputs.len() as f64 - 1.0 } else { df.max(1.0) };
        let chance = exact.se * exact.se;
        let negligible = 1e-18 * value * value;
        let parts = [(chance, exact.df), (by_inputs, df), (lean.unwrap_or(0.0), df)];
        let errors: Vec<(f64, f64)> = parts.into_iter().filter(|(v, _)| *v > negligible).collect();
        if errors.is_empty() {
            return Estimate { value, lower: value, upper: value, ..exact };
        }
        let total = with_errors(value, &errors, exact.n, level);
        let lean = if inputs.len() < LEAST_FOR_SKEW { 0.0 } else { skewness(&inputs) };
        let lean = (lean * (by_inputs / (total.se * total.se)).powf(1.5)).clamp(-1.0, 1.0);
        let t = total.half_width() / total.se;
        let shift = total.se * (t * t - 1.0) * lean / 6.0;
        Estimate { lower: total.lower + shift, upper: total.upper + shift, ..total }
    }

    /// This less another option, replication by replication and sample by sample.
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
            inputs: match (self.inputs.is_empty(), other.inputs.is_empty()) {
                (_, true) => self.inputs.clone(),
                (true, false) => other.inputs.iter().map(|row| row.iter().map(|x| -x).collect()).collect(),
                _ => self.inputs.iter().zip(&other.inputs).map(|(a, b)| less(a, b)).collect(),
            },
            paid: less(&self.paid, &other.paid),
        }
    }
}

/// Fewer samples than this say little about skewness.
const LEAST_FOR_SKEW: usize = 50;

/// An interval from independent errors, each a variance with its degrees of freedom: Welch's.
fn with_errors(value: f64, errors: &[(f64, f64)], n: usize, level: f64) -> Estimate {
    let all: f64 = errors.iter().map(|(v, _)| v).sum();
    let df = all * all / errors.iter().map(|(v, df)| v * v / df).sum::<f64>();
    Estimate::with_df(value, all.sqrt(), df, n, level)
}
