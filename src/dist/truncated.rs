//! Any law, given that its value lies between bounds.

use super::sampler::Composite;
use super::solve::moments;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "truncated",
    doc: "Another law, given that the value lies between bounds; what lies outside is drawn again, not moved.",
    params: &[
        Param { name: "of", kind: Kind::Dist, doc: "the law that is cut off" },
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
    ],
    forms: &[&["of"]],
    example: r#"{ truncated = { of = { gamma = { mean = "45 min", cv = 1.2 } }, min = "5 min", max = "4 h" } }"#,
    read: |p| Ok(Truncated::new(p.need_dist("of")?, p.get("min"), p.get("max"))?.into()),
    fitter: None,
};

/// X given min <= X <= max.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    of: Box<Dist>,
    min: Option<f64>,
    max: Option<f64>,
    /// levels of the bounds in the whole law
    from: Level,
    to: Level,
}

impl Truncated {
    pub fn new(of: Dist, min: Option<f64>, max: Option<f64>) -> Result<Self, String> {
        let law = of.law();
        let from = min.map_or(Level::ZERO, |x| law.cdf(x).minus(law.atom(x)));
        let to = max.map_or(Level::ONE, |x| law.cdf(x));
        check_mass(from, to)?;
        Ok(Self { of: Box::new(of), min, max, from, to })
    }

    fn mass(&self) -> f64 {
        self.from.mass_to(self.to)
    }

    fn holds(&self, x: f64) -> bool {
        self.min.is_none_or(|min| x >= min) && self.max.is_none_or(|max| x <= max)
    }
}

/// Enough of the law must be left to have digits.
pub(super) fn check_mass(from: Level, to: Level) -> Result<(), String> {
    const LEAST: f64 = 1e-12;
    if from.mass_to(to) >= LEAST {
        Ok(())
    } else {
        Err("`min` and `max` must leave some of the law between them".to_owned())
    }
}

impl Law for Truncated {
    fn params(&self) -> Params {
        let params = Params::new().with("of", Dist::clone(&self.of));
        params.with_some("min", self.min).with_some("max", self.max)
    }

    fn mean(&self) -> f64 {
        if self.max.is_none() && self.of.mean() == f64::INFINITY {
            return f64::INFINITY;
        }
        moments(self).0
    }

    fn variance(&self) -> f64 {
        if self.max.is_none() && self.of.variance() == f64::INFINITY {
            return f64::INFINITY;
        }
        moments(self).1
    }

    fn pdf(&self, x: f64) -> f64 {
        if self.holds(x) { self.of.law().pdf(x) / self.mass() } else { 0.0 }
    }

    fn atom(&self, x: f64) -> f64 {
        if self.holds(x) { self.of.law().atom(x) / self.mass() } else { 0.0 }
    }

    fn cdf(&self, x: f64) -> Level {
        self.of.law().cdf(x).relative_to(self.from, self.to)
    }

    fn quantile(&self, level: Level) -> f64 {
        let (min, max) = self.support();
        self.of.law().quantile(level.inside(self.from, self.to)).clamp(min, max)
    }

    fn support(&self) -> (f64, f64) {
        let (min, max) = self.of.support();
        (self.min.map_or(min, |x| x.max(min)), self.max.map_or(max, |x| x.min(max)))
    }

    fn kinks(&self) -> Vec<f64> {
        let (min, max) = self.support();
        let ends = [min, max].into_iter().filter(|x| x.is_finite());
        ends.chain(self.of.law().kinks().into_iter().filter(|&x| self.holds(x))).collect()
    }

    fn sampler(&self) -> Sampler {
        let (min, max) = self.support();
        let of = Sampler::compile(&self.of);
        Composite::Truncated { from: self.from, to: self.to, min, max, of }.into()
    }
}
