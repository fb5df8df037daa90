//! What the parts of a plan share while they are being made: names of draws, compiled laws, meters.

use super::Clock;
use crate::activity::Amount;
use crate::model::{Measure, Model};
use crate::rng::Purpose;

/// Compiles the pieces that every part of a plan has.
#[derive(Debug)]
pub struct Maker<'m> {
    pub model: &'m Model,
    pub clock: Clock,
    purposes: Vec<(Purpose, String)>,
}

/// A compiled [`Amount`]; drawn with `Context::amount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawId(pub u32);

/// Where a measure accumulates; [`Meter::NONE`] for what nobody asked to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter(pub u32);

impl Meter {
    pub const NONE: Self = Self(u32::MAX);
}

impl<'m> Maker<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self { model, clock: Clock::new(&model.run), purposes: Vec::new() }
    }

    /// Registers the name of a random number: "restore/diagnose/duration", "bus/uptime/engine".
    pub fn purpose(&mut self, name: String) -> Purpose {
        let purpose = Purpose::of(&name);
        self.purposes.push((purpose, name));
        purpose
    }

    /// The meter of a measure without filter.
    pub fn meter(&self, measure: &Measure) -> Meter {
        let found = self.model.measures.iter().position(|m| m.what == *measure);
        found.map_or(Meter::NONE, |i| Meter(i as u32))
    }

    /// An amount drawn under this name, for a case and a visit.
    pub fn amount(&mut self, _amount: &Amount, name: String) -> DrawId {
        self.purpose(name);
        DrawId(0)
    }
}
