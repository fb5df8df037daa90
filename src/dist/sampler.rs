//! The compiled form of a law for the event loop: one uniform number in, one variate out, by inversion.
//!
//! Inversion is what keeps two arms of a comparison in step: the same uniform number gives the same rank in both,
//! whatever their laws. Every sampler is monotone in its uniform number.

use super::empirical::Lookup;
use super::table::Table;
use super::zero_inflated::ZeroSplit;
use super::{Dist, Level};
use std::sync::Arc;

/// A law ready to sample. Cheap to share, holds no state.
#[derive(Clone, Debug)]
pub struct Sampler(Form);

#[derive(Clone, Debug)]
pub(super) enum Form {
    Constant(f64),
    Exponential { mean: f64 },
    Weibull { scale: f64, power: f64 },
    Lognormal { mu: f64, sigma: f64 },
    Loglogistic { median: f64, power: f64 },
    Normal { mean: f64, sd: f64 },
    Uniform { min: f64, width: f64 },
    Triangular { min: f64, max: f64, mode_level: f64, rise: f64, fall: f64 },
    Table { offset: f64, factor: f64, table: Arc<Table> },
    Composite(Arc<Composite>),
}

/// The rarer forms.
#[derive(Clone, Debug)]
pub(super) enum Composite {
    Lookup(Lookup),
    Pieces(Vec<PieceSampler>),
    Shifted { by: f64, of: Sampler },
    ZeroInflated { split: ZeroSplit, of: Sampler },
    Truncated { from: Level, to: Level, min: f64, max: f64, of: Sampler },
}

/// A piece of a law whose quantile function jumps.
#[derive(Clone, Debug)]
pub(super) struct PieceSampler {
    pub from: Level,
    pub to: Level,
    pub form: PieceForm,
}

#[derive(Clone, Debug)]
pub(super) enum PieceForm {
    Flat(f64),
    Smooth { table: Table, min: f64, max: f64 },
}

impl Sampler {
    pub fn compile(dist: &Dist) -> Self {
        dist.law().sampler()
    }

    /// The variate of the uniform number `u` in (0, 1).
    ///
    /// The most common form is inlined where it is used; the others are one call.
    #[inline(always)]
    pub fn sample(&self, u: f64) -> f64 {
        match &self.0 {
            Form::Exponential { mean } => mean * Level::at(u).hazard(),
            _ => self.at(Level::at(u)),
        }
    }

    /// The value of a law that has only one: no random number is needed.
    #[inline]
    pub fn fixed(&self) -> Option<f64> {
        match self.0 {
            Form::Constant(value) => Some(value),
            _ => None,
        }
    }

    #[inline]
    fn at(&self, level: Level) -> f64 {
        match &self.0 {
            Form::Constant(value) => *value,
            Form::Exponential { mean } => mean * level.hazard(),
            Form::Weibull { scale, power } => scale * level.hazard().powf(*power),
            Form::Lognormal { mu, sigma } => (mu + sigma * level.score()).exp(),
            Form::Loglogistic { median, power } => median * level.odds().powf(*power),
            Form::Normal { mean, sd } => mean + sd * level.score(),
            Form::Uniform { min, width } => min + width * level.below,
            Form::Triangular { min, max, mode_level, rise, fall } => {
                if level.below < *mode_level {
                    min + (level.below * rise).sqrt()
                } else {
                    max - (level.above * fall).sqrt()
                }
            }
            Form::Table { offset, factor, table } => offset + factor * table.at(level),
            Form::Composite(composite) => composite.at(level),
        }
    }
}

impl Composite {
    /// Apart, so that only the common forms are inlined where they are used.
    #[inline(never)]
    fn at(&self, level: Level) -> f64 {
        match self {
            Self::Lookup(lookup) => lookup.at(level.below),
            Self::Pieces(pieces) => {
                let i = pieces.partition_point(|piece| piece.to.below < level.below);
                let piece = &pieces[i.min(pieces.len() - 1)];
                match &piece.form {
                    PieceForm::Flat(value) => *value,
                    PieceForm::Smooth { table, min, max } => {
                        table.at(level.relative_to(piece.from, piece.to)).clamp(*min, *max)
                    }
                }
            }
            Self::Shifted { by, of } => by + of.at(level),
            Self::ZeroInflated { split, of } => split.of(level).map_or(0.0, |level| of.at(level)),
            Self::Truncated { from, to, min, max, of } => of.at(level.inside(*from, *to)).clamp(*min, *max),
        }
    }
}

/// Samplers that were compiled before: tables take long to make, and plans of several arms share nearly all laws.
#[derive(Clone, Debug, Default)]
pub struct Samplers {
    known: Vec<(Dist, Sampler)>,
    /// Nothing will be sampled.
    blank: bool,
}

impl Samplers {
    /// For plans that will not run: nothing is compiled.
    pub fn blank() -> Self {
        Self { known: Vec::new(), blank: true }
    }

    pub fn of(&mut self, dist: &Dist) -> Sampler {
        if self.blank {
            return Form::Constant(0.0).into();
        }
        if let Some((_, sampler)) = self.known.iter().find(|(known, _)| known == dist) {
            return sampler.clone();
        }
        let sampler = Sampler::compile(dist);
        self.known.push((dist.clone(), sampler.clone()));
        sampler
    }
}

impl From<Form> for Sampler {
    fn from(form: Form) -> Self {
        Self(form)
    }
}

impl From<Composite> for Sampler {
    fn from(composite: Composite) -> Self {
        Self(Form::Composite(Arc::new(composite)))
    }
}
