//! Where cases come from, as tables.

use super::{Curve, Maker, NONE};
use crate::activity::{DrawId, LawId};
use crate::dist::Sampler;
use crate::ids::{AttrId, CalendarId, ProcessId};
use crate::model::{Arrival, ArrivalPattern, Model};
use crate::rng::Purpose;
use crate::units::{Duration, Time};

#[derive(Clone, Debug)]
pub struct Source {
    pub process: ProcessId,
    pub pattern: Pattern,
    /// Number of the arrival keys the gap.
    pub gap: Purpose,
    pub size: Option<(LawId, Purpose)>,
    pub limit: u64,
    /// Indices of sites.
    pub sites: Vec<u32>,
    pub site: Purpose,
    pub attributes: Vec<(AttrId, DrawId)>,
    /// Where its cases begin, or [`NONE`] where the process does; how old they are then.
    pub first: u32,
    pub age: Option<(LawId, Purpose)>,
    /// Begins the entities of its cases.
    pub entity: u64,
    /// Single cases from the beginning of the process, without site and attributes.
    pub is_plain: bool,
}

#[derive(Clone, Debug)]
pub enum Pattern {
    Renewal {
        gap: Sampler,
        working: Option<CalendarId>,
    },
    /// Unit exponential steps of the cumulative rate, which is `factor` x the curve's.
    Rate {
        curve: Curve,
        factor: f64,
    },
    Timetable(CalendarId),
    Trace(Vec<Time>),
}

/// `firsts`: where the cases of each begin.
pub(super) fn sources(model: &Model, firsts: &[u32], maker: &mut Maker) -> Vec<Source> {
    model.arrivals.iter().zip(firsts).map(|(arrival, first)| source(model, arrival, *first, maker)).collect()
}

fn source(model: &Model, arrival: &Arrival, first: u32, maker: &mut Maker) -> Source {
    let name = |of: &str| format!("arrival.{}/{of}", arrival.name);
    let pattern = match &arrival.pattern {
        ArrivalPattern::Renewal { gap, working } => {
            Pattern::Renewal { gap: maker.sampler(gap), working: *working }
        }
        ArrivalPattern::Rate { profile, factor } => {
            Pattern::Rate { curve: Curve::new(&model.profiles[*profile], maker.clock), factor: *factor }
        }
        ArrivalPattern::Timetable { calendar } => Pattern::Timetable(*calendar),
        ArrivalPattern::Trace { times } => {
            Pattern::Trace(times.iter().map(|t| Time::ZERO + Duration::from_seconds(*t)).collect())
        }
    };
    let attributes = arrival.attributes.iter();
    Source {
        process: arrival.process,
        pattern,
        gap: maker.purpose(name("gap")),
        size: arrival.size.as_ref().map(|size| (maker.draws.law(size), maker.purpose(name("size")))),
        limit: arrival.limit.unwrap_or(u64::MAX),
        sites: arrival.sites.iter().map(|s| s.0).collect(),
        site: maker.purpose(name("site")),
        attributes: attributes
            .map(|(attr, amount)| (*attr, maker.amount(amount, name(&model.attributes[*attr].name))))
            .collect(),
        entity: u64::from(maker.purpose(name("case")).0),
        first,
        age: arrival.age.as_ref().map(|age| (maker.draws.law(age), maker.purpose(name("age")))),
        is_plain: arrival.size.is_none()
            && arrival.sites.is_empty()
            && arrival.attributes.is_empty()
            && arrival.age.is_none()
            && first == NONE,
    }
}
