//! What the parts of a plan share while they are being made: names of draws, compiled laws, meters.

use super::{Clock, Meter};
use crate::activity::{Amount, DrawId, DrawMaker};
use crate::dist::{Dist, Sampler, Samplers};
use crate::ids::Id;
use crate::model::{Measure, Model};
use crate::rng::Purpose;

/// Compiles the pieces that every part of a plan has.
#[derive(Debug)]
pub struct Maker<'m> {
    pub model: &'m Model,
    pub clock: Clock,
    pub draws: DrawMaker,
}

impl<'m> Maker<'m> {
    pub fn new(model: &'m Model, samplers: Samplers) -> Self {
        let draws = DrawMaker { samplers, ..DrawMaker::default() };
        Self { model, clock: Clock::new(&model.run), draws }
    }

    /// A law that is drawn from outside the tables of draws.
    pub fn sampler(&mut self, dist: &Dist) -> Sampler {
        self.draws.samplers.of(dist)
    }

    /// Registers the name of a random number: "restore/diagnose/duration", "bus/uptime/engine".
    pub fn purpose(&mut self, name: String) -> Purpose {
        self.draws.purpose(name)
    }

    /// An amount drawn under this name, for a case and a visit.
    pub fn amount(&mut self, amount: &Amount, name: String) -> DrawId {
        self.draws.amount(amount, name)
    }

    /// The meter of a measure without filter.
    pub fn meter(&self, measure: &Measure) -> Meter {
        let wanted = self.model.measures.iter_ids().find(|(_, m)| m.what == *measure && m.filter.is_none());
        wanted.map_or(Meter::NONE, |(id, _)| Meter(id.index() as u32))
    }
}
