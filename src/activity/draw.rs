//! Amounts, laws and conditions compiled for the event loop, and the names of the random numbers they use.

use super::Amount;
use crate::dist::{Dist, Sampler, Samplers};
use crate::expr::{Code, Expr};
use crate::ids::{AttrId, Id};
use crate::rng::{Key, Purpose};

/// A compiled [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawId(pub u32);

/// A compiled [`Dist`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LawId(pub u32);

/// A compiled [`Expr`] over attributes and [`PASSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeId(pub u32);

/// The symbol index of `passes` in the expressions of steps; the other indices are attributes.
pub const PASSES: u32 = u32::MAX;

/// Everything that steps draw or compute.
#[derive(Clone, Debug, Default)]
pub struct Draws {
    draws: Vec<(Purpose, Source)>,
    /// In the order of [`LawId`].
    laws: Vec<Sampler>,
    dists: Vec<Dist>,
    /// Laws by level of an attribute.
    levels: Vec<LawId>,
    codes: Vec<Code>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Law(LawId),
    /// The law of level 0 is `levels[first]`; those of the other levels follow.
    ByLevel {
        attr: AttrId,
        first: u32,
        n: u32,
    },
    Value(CodeId),
}

/// What a draw is for: whose, the how-manyth time, and the attributes it may depend on.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub key: Key,
    pub entity: u64,
    pub visit: u32,
    pub attributes: &'a [f64],
}

impl Draws {
    /// Equal laws have one number.
    fn add_law(&mut self, dist: &Dist, samplers: &mut Samplers) -> LawId {
        let known = self.dists.iter().position(|d| d == dist);
        let law = known.unwrap_or_else(|| {
            self.dists.push(dist.clone());
            self.laws.push(samplers.of(dist));
            self.laws.len() - 1
        });
        LawId(law as u32)
    }

    fn add_code(&mut self, expr: &Expr) -> CodeId {
        self.codes.push(expr.code().clone());
        CodeId(self.codes.len() as u32 - 1)
    }

    fn add_amount(&mut self, amount: &Amount, purpose: Purpose, samplers: &mut Samplers) -> DrawId {
        let source = match amount {
            Amount::Law(dist) => Source::Law(self.add_law(dist, samplers)),
            Amount::ByLevel { attr, laws } => {
                let first = self.levels.len() as u32;
                for law in laws {
                    let law = self.add_law(law, samplers);
                    self.levels.push(law);
                }
                Source::ByLevel { attr: *attr, first, n: laws.len() as u32 }
            }
            Amount::Value(expr) => Source::Value(self.add_code(expr)),
        };
        self.draws.push((purpose, source));
        DrawId(self.draws.len() as u32 - 1)
    }

    /// An amount that follows the same law for every case.
    pub fn single_law(&self, id: DrawId) -> Option<(Purpose, &Sampler)> {
        match self.draws[id.0 as usize] {
            (purpose, Source::Law(law)) => Some((purpose, &self.laws[law.0 as usize])),
            _ => None,
        }
    }

    /// Whether nothing is drawn, and visits do not matter.
    pub fn is_same_at_all_visits(&self, id: DrawId) -> bool {
        match self.draws[id.0 as usize].1 {
            Source::Value(code) => !self.codes[code.0 as usize].loads().contains(&PASSES),
            Source::Law(_) | Source::ByLevel { .. } => false,
        }
    }

    pub fn sampler(&self, id: LawId) -> &Sampler {
        &self.laws[id.0 as usize]
    }

    /// The value of an amount; `draw` is 0, larger when the same amount is drawn again at the same visit.
    #[inline(always)]
    pub fn amount(&self, id: DrawId, occasion: Occasion, draw: u32) -> f64 {
        let (purpose, source) = &self.draws[id.0 as usize];
        let law = match source {
            Source::Law(law) => *law,
            Source::ByLevel { attr, first, n } => {
                let level = occasion.attributes[attr.index()] as u32;
                self.levels[(first + level.min(n - 1)) as usize]
            }
            Source::Value(code) => return self.code(*code, occasion),
        };
        self.law(law, occasion.key.uniform(*purpose, occasion.entity, occasion.visit, draw))
    }

    /// The variate of a uniform number.
    #[inline(always)]
    pub fn law(&self, id: LawId, u: f64) -> f64 {
        self.laws[id.0 as usize].sample(u)
    }

    pub fn code(&self, id: CodeId, occasion: Occasion) -> f64 {
        self.codes[id.0 as usize].eval(|symbol| match symbol {
            PASSES => f64::from(occasion.visit) + 1.0,
            attribute => occasion.attributes[attribute as usize],
        })
    }
}

/// Names purposes and compiles draws; collects the names, so that collisions can be found.
#[derive(Clone, Debug, Default)]
pub struct DrawMaker {
    pub draws: Draws,
    pub samplers: Samplers,
    pub names: Vec<(Purpose, String)>,
}

impl DrawMaker {
    /// Registers the name of a random number: "restore/diagnose/duration", "bus/uptime/engine".
    pub fn purpose(&mut self, name: String) -> Purpose {
        let purpose = Purpose::of(&name);
        if !self.names.iter().any(|(_, n)| *n == name) {
            self.names.push((purpose, name));
        }
        purpose
    }

    /// An amount drawn under this name, for a case and a visit.
    pub fn amount(&mut self, amount: &Amount, name: String) -> DrawId {
        let purpose = self.purpose(name);
        self.draws.add_amount(amount, purpose, &mut self.samplers)
    }

    pub fn law(&mut self, dist: &Dist) -> LawId {
        self.draws.add_law(dist, &mut self.samplers)
    }

    pub fn code(&mut self, expr: &Expr) -> CodeId {
        self.draws.add_code(expr)
    }
}
