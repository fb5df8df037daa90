//! What is not known about the inputs, carried into the results: an outer loop over samples of the inputs, an inner one of
//! a few paired replications of every arm.
//!
//! ```text
//! caller: sample b --scenario::apply, lower_arms--> models of the arms
//!                                                       | inner replications, numbers of their own
//! results at the central inputs ------ carry() -------- D_b for every arm and metric
//!                                         v
//! results whose intervals and verdicts contain both; shares of the inputs
//! ```
//! The inner replications have numbers that no central one has, and the same in every sample: what chance does to all samples
//! alike drops out of their differences. Samples are folded in their order: bytes do not depend on threads.

mod carry;
mod keep;
mod restate;
mod sample;
mod seen;
mod sobol;

pub use carry::carry;

use crate::model::Model;
use crate::stats::{Driver, Drivers, InputSpread, SobolIndex};
use serde::Serialize;
use serde_json::{Value, json};

/// An input as reports need it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// The key in the scenario.
    pub key: String,
    pub label: String,
    /// "data" or "expert".
    pub provenance: &'static str,
    /// How it is drawn: "pert", "beta", "rows drawn again".
    pub law: String,
    /// As people write them, with their unit: central value and ends of its range.
    pub central: String,
    pub low: String,
    pub high: String,
    /// Unit of the sampled values; empty for bare numbers.
    pub unit: String,
    /// Line of the assumptions register.
    pub line: Option<usize>,
}

/// Samples of the inputs, and the worlds that they make.
#[derive(Clone)]
pub struct Sampling<'a> {
    pub inputs: Vec<Input>,
    /// `[input][sample]`: the share of the input's law below the sampled value.
    pub positions: Vec<Vec<f64>>,
    /// `[input][sample]`: where the sampled value stands among all, 0 to 1. The same, but where rows are drawn again.
    pub ranks: Vec<Vec<f64>>,
    /// `[input][sample]`: the sampled values, in their unit.
    pub values: Vec<Vec<f64>>,
    pub samples: usize,
    /// Replications of each sample.
    pub inner: u32,
    /// Points of the design from which Sobol indices are estimated; 0: none are.
    pub sobol: u32,
    /// The models of all arms where the inputs stand at these shares of their laws, or why there are none.
    pub models: &'a WorldsAt<'a>,
}

/// The models of all arms where the inputs stand at these shares of their laws, or why there are none.
pub type WorldsAt<'a> = dyn Fn(&[f64]) -> Result<Vec<Model>, String> + Sync + 'a;

impl Sampling<'_> {
    /// Where the inputs stand in a sample.
    pub fn at(&self, sample: usize) -> Vec<f64> {
        self.positions.iter().map(|column| column[sample]).collect()
    }
}

/// What the inputs do to the results. Values are in display units.
#[derive(Clone, Debug, Serialize)]
pub struct Inputs {
    pub inputs: Vec<Input>,
    /// Samples of the inputs.
    pub outer: usize,
    /// Paired replications of each.
    pub inner: u32,
    /// `[input][sample]`
    pub values: Vec<Vec<f64>>,
    /// `[arm][metric][sample]`: each metric from the few replications of a sample; NaN (null) where undefined.
    pub levels: Vec<Vec<Vec<f64>>>,
    /// `[arm][metric]`: the same, replication by replication.
    #[serde(skip)]
    pub tables: Vec<Vec<Table>>,
    /// `[input][sample]`: the normal scores of the sampled values.
    #[serde(skip)]
    pub scores: Vec<Vec<f64>>,
    /// `[input]`: where it acts on changes, if that was looked at: `[arm][metric]`.
    #[serde(skip)]
    pub acts: Vec<Option<Vec<Vec<bool>>>>,
    /// `[arm][metric]`: of the metric itself.
    pub on_levels: Vec<Vec<Option<Effect>>>,
    /// `[arm][metric]`: of its change against the control; none for the control.
    pub on_changes: Vec<Vec<Option<Effect>>>,
    /// Sobol indices, where they were asked for.
    pub sobol: Option<Sobol>,
}

/// A metric of an arm by sample and replication, as pseudo-values of the jackknife.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// `[sample][replication]`
    pub samples: Vec<Vec<f64>>,
    /// `[replication]`: at the written inputs, with the random numbers that all samples have.
    pub written: Vec<f64>,
}

/// Shares of inputs in the change of the primary, with and without their interactions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sobol {
    /// Points of the design; each takes the runs of as many samples as there are groups, and two more.
    pub points: usize,
    /// Positions of the inputs of each group: the drivers one by one, the others together at the end.
    pub groups: Vec<Vec<usize>>,
    /// `[arm][group]`; none for the control, and where the change does not vary.
    pub indices: Vec<Vec<SobolIndex>>,
}

/// What the inputs do to one number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    pub spread: InputSpread,
    /// The mean over the samples less the value at the written inputs, with the same random numbers, and its standard error.
    pub lean: f64,
    pub lean_se: f64,
    /// Share of the variance of the estimate that the inputs make, 0 to 1.
    pub share: f64,
    /// Whether the samples show that; else it may be noise, and the interval is wider than it need be.
    pub shown: bool,
    /// Which inputs make it; none where nothing can be told.
    pub drivers: Option<Drivers>,
    /// Half-width of the interval from both sources, and what it would be if each driver's range were half as wide (four
    /// times the observations for data), in the order of the drivers.
    pub half_width: f64,
    pub narrowed: Vec<f64>,
    /// Central replications after which more would not make the interval visibly narrower.
    pub enough: Option<usize>,
}

impl Inputs {
    /// Whether an input may act on a metric's change.
    pub fn may_act(&self, input: usize, arm: usize, metric: usize) -> bool {
        self.acts.get(input).and_then(Option::as_ref).is_none_or(|acts| acts[arm][metric])
    }

    /// The Sobol indices of an arm with what they are of, the greatest first; `None` for the inputs that stand together.
    pub fn sobol_of(&self, arm: usize) -> Vec<(Option<&Input>, SobolIndex)> {
        let Some(sobol) = &self.sobol else { return Vec::new() };
        let name = |group: &Vec<usize>| match group.as_slice() {
            [one] => self.inputs.get(*one),
            _ => None,
        };
        let mut all: Vec<_> = sobol.groups.iter().map(name).zip(sobol.indices[arm].iter().copied()).collect();
        all.sort_by(|a, b| b.1.total.total_cmp(&a.1.total));
        all
    }

    /// What the inputs do to a change, as an object of `--json`.
    pub fn json(&self, arm: usize, metric: usize) -> Option<Value> {
        let effect = self.on_changes[arm].get(metric)?.as_ref()?;
        let driver = |(d, narrowed): (&Driver, &f64)| {
            let key = &self.inputs[d.input].key;
            json!({ "input": key, "share": d.share, "slope": d.slope, "half_width_if_halved": narrowed })
        };
        let drivers = effect.drivers.as_ref();
        let each = drivers.map(|d| d.drivers.iter().zip(&effect.narrowed).map(driver).collect::<Vec<_>>());
        Some(json!({
            "share": effect.share,
            "shown": effect.shown,
            "mean": effect.spread.mean,
            "half_width": effect.half_width,
            "drivers": each,
            "others": drivers.map(Drivers::others),
            "r2": drivers.map(|d| d.r2),
            "q2": drivers.map(|d| d.q2),
            "r2_most": drivers.map(|d| d.most),
        }))
    }
}

impl Effect {
    /// Whether the mean over the samples is clearly not the value at the written inputs: the ranges lean to one side, or the
    /// result bends.
    pub fn leans(&self) -> bool {
        self.spread.input() > 0.0
            && self.lean.abs() > 3.0 * self.lean_se
            && self.lean.abs() > 0.1 * self.half_width
    }
}
