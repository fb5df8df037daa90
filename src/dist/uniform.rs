//! All values of an interval alike.

use super::family::finite;
use super::fit::{Fitter, Sample};
use super::sampler::Form;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "uniform",
    doc: "All values between two bounds are equally likely.",
    params: &[
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
    ],
    forms: &[&["min", "max"]],
    example: r#"{ uniform = { min = "10 min", max = "30 min" } }"#,
    read: |p| Ok(Uniform::new(p.need("min")?, p.need("max")?)?.into()),
    fitter: Some(Fitter { free: 2, fit }),
};

/// Uniform on [min, max].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    pub fn new(min: f64, max: f64) -> Result<Self, String> {
        let (min, max) = (finite("min", min)?, finite("max", max)?);
        if min < max { Ok(Self { min, max }) } else { Err("`min` must be below `max`".to_owned()) }
    }

    fn width(&self) -> f64 {
        self.max - self.min
    }
}

/// Maximum likelihood: from the smallest to the largest value.
fn fit(sample: &Sample) -> Option<Dist> {
    let values = sample.values();
    Uniform::new(*values.first()?, *values.last()?).ok().map(Dist::from)
}

impl Law for Uniform {
    fn params(&self) -> Params {
        Params::new().with("min", self.min).with("max", self.max)
    }

    fn mean(&self) -> f64 {
        0.5 * (self.min + self.max)
    }

    fn variance(&self) -> f64 {
        self.width().powi(2) / 12.0
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < self.min || x > self.max { 0.0 } else { 1.0 / self.width() }
    }

    fn cdf(&self, x: f64) -> Level {
        let x = x.clamp(self.min, self.max);
        Level { below: (x - self.min) / self.width(), above: (self.max - x) / self.width() }
    }

    fn quantile(&self, level: Level) -> f64 {
        if level.below < 0.5 {
            self.min + self.width() * level.below
        } else {
            self.max - self.width() * level.above
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn sampler(&self) -> Sampler {
        Form::Uniform { min: self.min, width: self.width() }.into()
    }
}
