//! Where each measure accumulates.

use super::Maker;
use crate::activity::CodeId;
use crate::ids::{AttrId, Id, MeasureId, StageId, StepId};
use crate::model::{Measure, MetricOf, Model, Sampled};
use crate::units::Duration;

/// Where a measure accumulates; [`Meter::NONE`] for what nobody asked to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter(pub u32);

impl Default for Meter {
    fn default() -> Self {
        Self::NONE
    }
}

impl Meter {
    pub const NONE: Self = Self(u32::MAX);
}

/// What is left when a case ends.
#[derive(Clone, Copy, Debug)]
pub struct CaseMeasure {
    pub meter: Meter,
    pub value: CaseValue,
    /// Counts only when this holds.
    pub filter: Option<CodeId>,
    /// Number of its samples in the record.
    pub samples: Option<u32>,
    /// Values of cases that have ended are kept if they are above this; values of open cases always are.
    pub kept_above: f64,
}

#[derive(Clone, Copy, Debug)]
pub enum CaseValue {
    CycleTime,
    /// Index of a measured stage; `all`: zero for cases that never entered it.
    StageTime {
        stage: u32,
        all: bool,
    },
    Attribute(AttrId),
    Waiting,
    /// Index of a step whose waiting is measured.
    WaitingAt(u32),
    Working,
    /// The case itself is counted.
    One,
}

#[derive(Clone, Debug, Default)]
pub struct Measures {
    pub n: usize,
    /// By process: what its cases leave, and the meter of those that start.
    pub cases: Vec<Vec<CaseMeasure>>,
    pub started: Vec<Meter>,
    /// By step.
    pub entries: Vec<Meter>,
    /// Of each measure with samples.
    pub sampled: Vec<MeasureId>,
    pub elapsed: Meter,
    /// Measures that repeat an earlier one: (from, to).
    pub copies: Vec<(usize, usize)>,
    /// By stage: its index among the measured ones, or `u32::MAX`.
    pub stages: Vec<u32>,
    pub measured_stages: Vec<StageId>,
    /// By step: its index among those whose waiting is measured, or `u32::MAX`; and how many these are.
    pub waits: Vec<u32>,
    pub n_waits: usize,
}

impl CaseValue {
    /// Whether it adds up in parts of a case's time, and so is known when the case ends.
    #[inline]
    pub fn adds_up(self) -> bool {
        matches!(self, Self::StageTime { .. } | Self::Waiting | Self::Working)
    }
}

impl Measures {
    pub(super) fn new(model: &Model, maker: &mut Maker) -> Self {
        let mut all = Self {
            n: model.measures.len(),
            cases: vec![Vec::new(); model.processes.len()],
            started: model.processes.ids().map(|p| maker.meter(&Measure::Cases(p))).collect(),
            entries: model.steps.ids().map(|s| maker.meter(&Measure::Entries(s))).collect(),
            elapsed: maker.meter(&Measure::Elapsed),
            stages: vec![u32::MAX; model.stages.len()],
            waits: vec![u32::MAX; model.steps.len()],
            ..Self::default()
        };
        let charted = model.charted().map(|charted| charted.0);
        for (id, measure) in model.measures.iter_ids() {
            if let Measure::DownInStage(_, stage) = measure.what {
                all.stage(stage);
            }
            let filter = measure.filter.as_ref().map(|f| maker.draws.code(f));
            let (process, value) = match measure.what {
                Measure::Case(process, sampled) => (process, all.value(sampled)),
                Measure::Cases(process) if filter.is_some() => (process, CaseValue::One),
                _ => {
                    let first = maker.meter(&measure.what).0 as usize;
                    if first != id.index() {
                        all.copies.push((first, id.index()));
                    }
                    continue;
                }
            };
            let kept_above = kept_above(model, id, charted);
            let samples = kept_above.map(|_| {
                all.sampled.push(id);
                all.sampled.len() as u32 - 1
            });
            let (meter, kept_above) = (Meter(id.0), kept_above.unwrap_or(f64::INFINITY));
            all.cases[process.index()].push(CaseMeasure { meter, value, filter, samples, kept_above });
        }
        all
    }

    /// The index of a stage that is measured.
    fn stage(&mut self, stage: StageId) -> u32 {
        let index = &mut self.stages[stage.index()];
        if *index == u32::MAX {
            *index = self.measured_stages.len() as u32;
            self.measured_stages.push(stage);
        }
        *index
    }

    /// The index of a step whose waiting is measured.
    fn wait(&mut self, step: StepId) -> u32 {
        let index = &mut self.waits[step.index()];
        if *index == u32::MAX {
            *index = self.n_waits as u32;
            self.n_waits += 1;
        }
        *index
    }

    fn value(&mut self, sampled: Sampled) -> CaseValue {
        match sampled {
            Sampled::CycleTime => CaseValue::CycleTime,
            Sampled::StageTime(stage) => CaseValue::StageTime { stage: self.stage(stage), all: false },
            Sampled::StageTimeAll(stage) => CaseValue::StageTime { stage: self.stage(stage), all: true },
            Sampled::Attribute(attr) => CaseValue::Attribute(attr),
            Sampled::Waiting => CaseValue::Waiting,
            Sampled::WaitingAt(step) => CaseValue::WaitingAt(self.wait(step)),
            Sampled::Working => CaseValue::Working,
        }
    }
}

/// Values of cases that have ended are kept if they are above this; `None`: no metric needs single values.
///
/// Quantiles, shares and the charted distribution need every value. The mean of a duration needs those that last longer than
/// every case is followed; without a drain, for the estimate of Kaplan and Meier, all. The mean of an attribute needs none: only
/// which cases are open counts.
fn kept_above(model: &Model, measure: MeasureId, charted: Option<MeasureId>) -> Option<f64> {
    let uses = |single: bool| {
        model.metrics.iter().any(|metric| match metric.of {
            MetricOf::Mean(of) => of == measure && !single,
            MetricOf::Quantile(of, _) | MetricOf::ShareOver(of, _) => of == measure && single,
            _ => false,
        })
    };
    let is_attribute = matches!(model.measures[measure].what, Measure::Case(_, Sampled::Attribute(_)));
    if uses(true) || charted == Some(measure) {
        Some(f64::NEG_INFINITY)
    } else if !uses(false) {
        None
    } else if is_attribute {
        Some(f64::INFINITY)
    } else if model.run.drain == Duration::ZERO {
        Some(f64::NEG_INFINITY)
    } else {
        Some(model.run.drain.seconds())
    }
}
