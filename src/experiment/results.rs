//! What a comparison found, as plain data. Values are in the display unit of their metric unless said otherwise.

use super::adoption::AdoptionCurve;
use super::flow::Flow;
use super::inputs::Inputs;
use super::notes::Note;
use super::phase_in::PhaseIn;
use crate::model::{Better, Level};
use crate::record::Rows;
use crate::record::Tally;
use crate::stats::stopping::Plan;
use crate::stats::{Density, Ecdf, EcdfGap, Estimate, OrderQuantile, Verdict};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::ops::Range;

#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// Name and title of the scenario.
    pub scenario: String,
    pub title: String,
    pub seed: u64,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Whether all arms drew the same random numbers.
    pub crn: bool,
    /// Replications of each arm, paired.
    pub replications: usize,
    pub ending: Ending,
    pub warm_up: WarmUpUsed,
    /// Length of the window [s].
    pub window: f64,
    /// How long every case is followed after its start [s]; infinite (null) when the run has no drain.
    pub follow_up: f64,
    pub metrics: Vec<MetricInfo>,
    /// Index of the primary metric.
    pub primary: Option<usize>,
    /// The control first.
    pub arms: Vec<ArmResults>,
    /// The metrics by bin of the run, warm-up included; an element per arm.
    pub series: Vec<Series>,
    /// The same over spans of several bins, for charts: few enough points that each is known well. The intervals of changes
    /// hold together over all spans, and over the judged metrics but the primary.
    pub courses: Vec<Series>,
    /// First bin of each span, and the one after its last.
    pub spans: Vec<Range<usize>>,
    /// Width of a bin [s].
    pub bin: f64,
    pub curves: Option<Curves>,
    pub breakdown: Option<Breakdown>,
    /// From the replications whose log was asked for; an element per arm that has some.
    pub flows: Vec<Flow>,
    pub notes: Vec<Note>,
    /// What is not known about the inputs, where it is carried into the intervals.
    pub inputs: Option<Inputs>,
    /// How a change comes into effect, where that was simulated.
    #[serde(skip)]
    pub phase_in: Option<PhaseIn>,
    /// Activity rows of the replications whose log was asked for.
    #[serde(skip)]
    pub logs: Vec<Log>,
}

/// Why no more replications were run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All that were asked for.
    Planned,
    /// The precision asked for was reached.
    Precise,
    /// The most allowed were run and the precision was not reached.
    Capped,
    /// Somebody stopped it; the results are those of the replications finished by then.
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WarmUpUsed {
    /// Time at the start of the run that was left out [s].
    pub seconds: f64,
    /// Found by MSER-5 on the primary metric, rather than given.
    pub automatic: bool,
}

/// A metric of the scenario, as reports need it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricInfo {
    pub name: String,
    pub label: String,
    pub doc: String,
    pub level: Level,
    pub unit: String,
    /// Base units in one display unit.
    pub unit_size: f64,
    pub better: Better,
    /// The smallest change that matters: a share of the control's value when relative.
    pub matters: Option<f64>,
    pub matters_relative: bool,
    /// Indices of the metrics that this one is computed from.
    pub children: Vec<usize>,
    /// Largest relative error, over arms, of recomputing the metric from its children's values; None when measured.
    pub link_error: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ArmResults {
    pub name: String,
    pub label: String,
    /// One per metric.
    pub estimates: Vec<Estimate>,
    /// The same with what is not known about the inputs in the interval, where that is carried; else none.
    pub total: Vec<Estimate>,
    /// Against the control, one per metric; none for the control.
    pub changes: Vec<Change>,
    /// `[metric][replication]`: the values of single replications; NaN (null) where undefined.
    pub replications: Vec<Vec<f64>>,
    /// `[metric][replication]`: values whose mean is the estimate and whose spread gives its error, so that sums of metrics
    /// have one, too ([`crate::stats::Resampled::pseudo_values`]); none for metrics that depend on a quantile.
    #[serde(skip)]
    pub pseudo: Vec<Vec<f64>>,
    /// Cases or events behind each metric, over all replications; None where nothing is counted.
    pub cases: Vec<Option<f64>>,
    /// Share of each metric's cases that were still open at the end.
    pub open: Vec<f64>,
    /// Against the control on the primary metric; None for the control.
    pub efficiency: Option<Efficiency>,
    /// How the primary metric varies from replication to replication.
    pub risk: Option<Risk>,
    pub adoption: Vec<AdoptionCurve>,
    pub work: Work,
}

/// A low and a high quantile of a metric's values in single replications, with intervals from order statistics: what one
/// year may bring (risk), and how well that is known (error). Nelson, "The MORE plot: displaying measures of risk and
/// error from simulation output", Proceedings of the 2008 Winter Simulation Conference, 413-416.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Risk {
    /// Probability of the low quantile; the high one has as much above it. 5 %, or, with too few replications for an
    /// interval of that, as little as has one.
    pub p: f64,
    pub low: OrderQuantile,
    pub high: OrderQuantile,
}

/// Sizes of the runs of one arm, over all replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    pub events: u64,
    pub activities: u64,
    pub cases_started: u64,
    pub cases_ended: u64,
    /// Times that made no sense, and cases that were open at the end: what notes tell of.
    #[serde(skip)]
    pub misfits: Tally,
    #[serde(skip)]
    pub stuck: Tally,
}

/// A metric's change from the control to another arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// As if the inputs were exact.
    pub difference: Estimate,
    /// [%]; None where a percentage makes no sense.
    pub percent: Option<Estimate>,
    /// The difference at the level at which its verdict is given: for the primary Bonferroni's over the arms, for the
    /// others that and Holm's over the metrics. With what is not known about the inputs, where that is carried.
    pub adjusted: Estimate,
    /// [%]; at the same level.
    pub adjusted_percent: Option<Estimate>,
    /// The smallest change that matters.
    pub matters: Option<f64>,
    /// None for a metric that has no better direction.
    pub verdict: Option<Verdict>,
    /// The verdict spelled out.
    pub words: String,
    /// What the verdict would be if the inputs were exact, where what is not known about them is carried.
    pub exact: Option<Exact>,
}

/// The interval of a verdict, and the verdict, as if the inputs were exact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exact {
    pub adjusted: Estimate,
    /// [%]
    pub adjusted_percent: Option<Estimate>,
    pub verdict: Option<Verdict>,
}

/// What common random numbers were worth on the primary metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Efficiency {
    /// Variance of the difference of independent arms over that of the paired ones.
    pub variance_reduction: Option<f64>,
    /// Half-width of the difference that the plan is for.
    pub half_width: f64,
    pub needed: Plan,
}

/// The metrics of one arm by bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// `[metric][bin]`; no bins for metrics that depend on quantiles.
    pub values: Vec<Vec<Estimate>>,
    /// Change against the control; the intervals of all bins hold together. Empty for the control.
    pub changes: Vec<Vec<Estimate>>,
}

/// Distribution of the primary's case values (or of the first metric that has some).
#[derive(Clone, Debug, Serialize)]
pub struct Curves {
    pub measure: String,
    pub unit: String,
    /// The highest quantile that is a metric: its probability and the metric's index.
    pub quantile: Option<(f64, usize)>,
    /// One per arm; the band is simultaneous.
    pub arms: Vec<Ecdf>,
    /// Of the first other arm against the control; None where there is none, or its band is not known.
    pub gap: Option<EcdfGap>,
    /// One per arm, all on the same kind of axis; none where an arm has no density.
    pub densities: Vec<Density>,
}

/// Mean time per case of the charted measure, in each stage and in all.
#[derive(Clone, Debug, Serialize)]
pub struct Breakdown {
    pub unit: String,
    pub stages: Vec<String>,
    /// As people call them.
    pub labels: Vec<String>,
    pub arms: Vec<StageTimes>,
}

/// Mean times of one arm; changes against the control, none for the control. The intervals of the stages' changes hold
/// together (Bonferroni).
#[derive(Clone, Debug, Serialize)]
pub struct StageTimes {
    pub stages: Vec<Estimate>,
    pub changes: Vec<Estimate>,
    pub total: Estimate,
    pub total_change: Option<Estimate>,
}

/// The activity rows of one replication of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    pub arm: usize,
    pub replication: u32,
    pub rows: Rows,
}

impl Results {
    /// The object of `--json`; `run` is the run folder's hash. What is not known is null. Bounds are those that the table prints and
    /// verdicts rest on; `by_chance` is the interval by itself, at the plain level, as if inputs were exact.
    pub fn to_json(&self, run: &str) -> Value {
        let per_metric = |value: &dyn Fn(usize, &MetricInfo) -> Value| -> Value {
            let pairs = self.metrics.iter().enumerate().map(|(i, m)| (m.name.clone(), value(i, m)));
            Value::Object(pairs.collect())
        };
        let arms: Map<String, Value> = (self.arms.iter())
            .map(|arm| {
                let metric = |i: usize, m: &MetricInfo| {
                    let mut object = bounds(arm.level(i));
                    if let Some(total) = arm.total.get(i) {
                        object.insert("by_chance".to_owned(), Value::Object(range(&arm.estimates[i])));
                        object.insert("total".to_owned(), Value::Object(bounds(total)));
                    }
                    object.insert("unit".to_owned(), json!(m.unit));
                    Value::Object(object)
                };
                (arm.name.clone(), per_metric(&metric))
            })
            .collect();
        let changes: Map<String, Value> = (self.arms.iter().skip(1).enumerate())
            .map(|(a, arm)| {
                let metric = |i: usize, _: &MetricInfo| {
                    let change = &arm.changes[i];
                    let mut object = bounds(&change.adjusted);
                    object.insert("percent".to_owned(), json!(change.adjusted_percent.as_ref().map(bounds)));
                    object.insert("verdict".to_owned(), json!(change.verdict.map(Verdict::key)));
                    object.insert("adjusted".to_owned(), change.adjusted_json());
                    object.insert("by_chance".to_owned(), change.by_chance_json());
                    if change.exact.is_some() {
                        object.insert(
                            "total".to_owned(),
                            with_percent(&change.adjusted, change.adjusted_percent),
                        );
                        let inputs = self.inputs.as_ref().and_then(|inputs| inputs.json(a + 1, i));
                        object.insert("inputs".to_owned(), json!(inputs));
                    }
                    Value::Object(object)
                };
                (arm.name.clone(), per_metric(&metric))
            })
            .collect();
        let mut object = json!({
            "schema_version": 1,
            "scenario": self.scenario,
            "run": run,
            "seed": self.seed,
            "replications": self.replications,
            "arms": arms,
            "changes": changes,
        });
        // Only then: who asks for it in a whole answer finds nothing.
        if self.notes.iter().any(Note::is_of_interruption) {
            object["complete"] = json!(false);
        }
        if let Some(inputs) = &self.inputs {
            object["inputs"] = json!({
                "outer": inputs.outer,
                "inner": inputs.inner,
                "varied": inputs.inputs,
                "sobol": inputs.sobol,
            });
        }
        object
    }
}

impl ArmResults {
    /// The level of a metric with all that is not known in its interval.
    pub fn level(&self, metric: usize) -> &Estimate {
        self.total.get(metric).unwrap_or(&self.estimates[metric])
    }
}

impl Change {
    /// The interval at the level of the verdict as if the inputs were exact, as an object of `--json`.
    pub fn adjusted_json(&self) -> Value {
        match &self.exact {
            Some(exact) => with_percent(&exact.adjusted, exact.adjusted_percent),
            None => with_percent(&self.adjusted, self.adjusted_percent),
        }
    }

    /// What chance leaves open of this change by itself, at the plain level, as an object of `--json`.
    pub fn by_chance_json(&self) -> Value {
        let mut object = range(&self.difference);
        object.insert("percent".to_owned(), json!(self.percent.as_ref().map(bounds)));
        Value::Object(object)
    }
}

fn with_percent(e: &Estimate, percent: Option<Estimate>) -> Value {
    let mut object = bounds(e);
    object.insert("percent".to_owned(), json!(percent.as_ref().map(bounds)));
    Value::Object(object)
}

fn bounds(e: &Estimate) -> Map<String, Value> {
    // Infinities and NaN become null.
    let value = [("value".to_owned(), json!(e.value))];
    value.into_iter().chain(range(e)).collect()
}

/// The interval without the value, which stands beside it.
fn range(e: &Estimate) -> Map<String, Value> {
    [("lower", e.lower), ("upper", e.upper)].map(|(key, x)| (key.to_owned(), json!(x))).into_iter().collect()
}
