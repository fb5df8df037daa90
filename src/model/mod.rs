//! The model: what a scenario means. The hub of the program.
//!
//! Two producers (scenario text, mining) and three consumers (plan, scenario printer, report). All names are
//! resolved to typed indices, all values are in base units (second, dollar, mile, item), and the invariants that
//! `compile` relies on hold: they are checked where a `Model` is made, in `scenario::lower`.

mod adoption;
mod asset;
mod calendar;
mod case;
mod channel;
mod design;
mod inventory;
mod metric;
mod money;
mod register;
mod sweep;
mod team;

pub use adoption::{Adoption, Spread};
pub use asset::{AssetGroup, Demand, Hazard, Maintenance, Mode, RepairEffect, Repeat};
pub use calendar::{Calendar, Exception, Interval, Profile};
pub use case::{Arrival, ArrivalPattern, Attribute, AttributeType, Process, Stage, Step};
pub use channel::{Channel, ChannelMode, Overload, Topic};
pub use design::{
    Averaged, Design, Headline, InputDesign, Kind, LEAST_INNER, LEAST_OUTER, Run, Theory, WarmUp,
};
pub use inventory::{Part, Policy, Source, Stock};
pub use metric::{Better, Level, Measure, MeasureDef, Metric, MetricOf, Sampled};
pub use money::{CostOf, Money, MoneyCost, MoneyKind, MoneyLine, Ramp};
pub use register::{Assumption, Between, Mark, Provenance, RangeLaw, Varied};
pub use sweep::Sweep;
pub use team::{Crew, Dispatch, Joint, Team};

use crate::ids::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub name: String,
    pub title: String,
    pub description: String,
    /// Symbol of the currency, for display: "$".
    pub currency: String,
    pub run: Run,
    pub sites: IdVec<SiteId, String>,
    pub calendars: IdVec<CalendarId, Calendar>,
    pub profiles: IdVec<ProfileId, Profile>,
    pub skills: IdVec<SkillId, String>,
    pub teams: IdVec<TeamId, Team>,
    pub attributes: IdVec<AttrId, Attribute>,
    pub processes: IdVec<ProcessId, Process>,
    pub steps: IdVec<StepId, Step>,
    pub stages: IdVec<StageId, Stage>,
    pub arrivals: IdVec<ArrivalId, Arrival>,
    pub parts: IdVec<PartId, Part>,
    pub stocks: Vec<Stock>,
    pub topics: IdVec<TopicId, Topic>,
    pub adoptions: IdVec<AdoptionId, Adoption>,
    pub channels: IdVec<ChannelId, Channel>,
    pub fleets: IdVec<AssetGroupId, AssetGroup>,
    pub modes: IdVec<ModeId, Mode>,
    pub measures: IdVec<MeasureId, MeasureDef>,
    pub metrics: IdVec<MetricId, Metric>,
    pub design: Design,
    pub headline: Headline,
    /// Flows of money over the years; none: no business case is made.
    pub money: Option<Money>,
    /// How the change is phased in; none: it takes effect at once.
    pub ramp: Option<Ramp>,
    pub assumptions: Vec<Assumption>,
    /// Known answers, for scenarios that have them.
    pub theory: Vec<Theory>,
    /// Keys and values that a sweep goes through.
    pub sweeps: Vec<Sweep>,
    /// What things are called in pictures and tables, by key: "team.technicians".
    pub labels: BTreeMap<String, String>,
    /// What steps are called in event logs, where that is not their own name.
    pub activity_names: BTreeMap<StepId, String>,
}

impl Model {
    /// The metric by which arms are compared first.
    pub fn primary(&self) -> Option<MetricId> {
        self.design.primary.or_else(|| self.metrics.ids().next())
    }

    /// The case measure whose distribution is charted, with the metric that lends its unit: the primary metric's, else the
    /// first that a metric takes a quantile of.
    pub fn charted(&self) -> Option<(MeasureId, MetricId)> {
        let cases = |(id, metric): (MetricId, &Metric)| match metric.of {
            MetricOf::Mean(m) | MetricOf::Quantile(m, _) => Some((m, id)),
            _ => None,
        };
        let quantile = |(_, metric): &(MetricId, &Metric)| matches!(metric.of, MetricOf::Quantile(..));
        self.primary()
            .and_then(|id| cases((id, &self.metrics[id])))
            .or_else(|| self.metrics.iter_ids().find(quantile).and_then(cases))
    }

    /// The label of a key such as "process.restore.step.report", or its last part in plain words.
    pub fn label(&self, key: &str) -> String {
        self.labels.get(key).cloned().unwrap_or_else(|| {
            let name = key.rsplit('.').next().unwrap_or(key);
            name.replace('_', " ")
        })
    }
}
