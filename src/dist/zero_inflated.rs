//! A law that is zero with some probability.

use super::family::within;
use super::sampler::Composite;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "zero_inflated",
    doc: "Zero with some probability, otherwise another law: a step that is often skipped.",
    params: &[
        Param { name: "zero", kind: Kind::Probability, doc: "probability of zero, below 1" },
        Param { name: "of", kind: Kind::Dist, doc: "the law of the other cases" },
    ],
    forms: &[&["zero", "of"]],
    example: r#"{ zero_inflated = { zero = 0.3, of = { lognormal = { mean = "2 h", cv = 1 } } } }"#,
    read: |p| Ok(ZeroInflated::new(p.need("zero")?, p.need_dist("of")?)?.into()),
    fitter: None,
};

/// 0 with probability `zero`, else X.
#[derive(Clone, Debug, PartialEq)]
pub struct ZeroInflated {
    split: ZeroSplit,
    of: Box<Dist>,
}

/// How levels divide into below zero, zero, and above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ZeroSplit {
    /// P(value < 0)
    negative: f64,
    zero: f64,
}

impl ZeroInflated {
    pub fn new(zero: f64, of: Dist) -> Result<Self, String> {
        if within("zero", zero, 0.0, 1.0)? == 1.0 {
            return Err("`zero` must be below 1".to_owned());
        }
        let before_zero = of.law().cdf(0.0).minus(of.atom(0.0));
        let split = ZeroSplit { negative: (1.0 - zero) * before_zero.below, zero };
        Ok(Self { split, of: Box::new(of) })
    }

    fn rest(&self) -> f64 {
        1.0 - self.split.zero
    }
}

impl ZeroSplit {
    /// The level in the other law, or `None` for the value zero.
    pub(super) fn of(&self, level: Level) -> Option<Level> {
        let rest = 1.0 - self.zero;
        if level.below <= self.negative && self.negative > 0.0 {
            return Some(Level {
                below: level.below / rest,
                above: (level.above - self.zero).max(0.0) / rest,
            });
        }
        if self.zero > 0.0 && level.below <= self.negative + self.zero {
            return None;
        }
        Some(Level { below: (level.below - self.zero).max(0.0) / rest, above: level.above / rest })
    }
}

impl Law for ZeroInflated {
    fn params(&self) -> Params {
        Params::new().with("zero", self.split.zero).with("of", Dist::clone(&self.of))
    }

    fn mean(&self) -> f64 {
        self.rest() * self.of.mean()
    }

    fn variance(&self) -> f64 {
        self.rest() * (self.of.variance() + self.split.zero * self.of.mean().powi(2))
    }

    fn pdf(&self, x: f64) -> f64 {
        self.rest() * self.of.pdf(x)
    }

    fn atom(&self, x: f64) -> f64 {
        self.rest() * self.of.atom(x) + if x == 0.0 { self.split.zero } else { 0.0 }
    }

    fn cdf(&self, x: f64) -> Level {
        let Level { below, above } = self.of.law().cdf(x);
        let (at_most, more) = if x >= 0.0 { (self.split.zero, 0.0) } else { (0.0, self.split.zero) };
        Level { below: self.rest() * below + at_most, above: self.rest() * above + more }
    }

    fn quantile(&self, level: Level) -> f64 {
        self.split.of(level).map_or(0.0, |level| self.of.law().quantile(level))
    }

    fn support(&self) -> (f64, f64) {
        let (min, max) = self.of.support();
        if self.split.zero > 0.0 { (min.min(0.0), max.max(0.0)) } else { (min, max) }
    }

    fn kinks(&self) -> Vec<f64> {
        let mut kinks = self.of.law().kinks();
        kinks.push(0.0);
        kinks
    }

    fn sampler(&self) -> Sampler {
        Composite::ZeroInflated { split: self.split, of: Sampler::compile(&self.of) }.into()
    }
}
