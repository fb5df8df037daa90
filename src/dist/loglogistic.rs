//! The loglogistic law: like the lognormal, with a heavier tail.

use super::family::{positive, within};
use super::sampler::Form;
use super::{Family, Kind, Law, Level, Param, Params, Sampler};
use std::f64::consts::PI;

pub(super) const FAMILY: Family = Family {
    name: "loglogistic",
    doc: "A positive law with a tail like a power: waiting for answers, rare very long cases.",
    params: &[
        Param { name: "median", kind: Kind::Value, doc: "median" },
        Param {
            name: "shape",
            kind: Kind::Number,
            doc: "shape, 0.1 to 1,000; the mean is finite above 1 only",
        },
    ],
    forms: &[&["median", "shape"]],
    example: r#"{ loglogistic = { median = "30 min", shape = 2.5 } }"#,
    read: |p| Ok(Loglogistic::new(p.need("median")?, p.need("shape")?)?.into()),
};

/// P(X <= x) / P(X > x) = (x / median)^shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loglogistic {
    median: f64,
    shape: f64,
}

impl Loglogistic {
    pub fn new(median: f64, shape: f64) -> Result<Self, String> {
        Ok(Self { median: positive("median", median)?, shape: within("shape", shape, 0.1, 1e3)? })
    }

    /// E[(X / median)^k] = (k pi / shape) / sin(k pi / shape), below its pole at shape = k.
    fn moment(&self, k: f64) -> f64 {
        let angle = k * PI / self.shape;
        if self.shape <= k { f64::INFINITY } else { angle / angle.sin() }
    }
}

impl Law for Loglogistic {
    fn params(&self) -> Params {
        Params::new().with("median", self.median).with("shape", self.shape)
    }

    fn mean(&self) -> f64 {
        self.median * self.moment(1.0)
    }

    fn variance(&self) -> f64 {
        match self.moment(2.0) {
            f64::INFINITY => f64::INFINITY,
            second => self.median * self.median * (second - self.moment(1.0).powi(2)),
        }
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let t = x / self.median;
        let odds = t.powf(self.shape);
        self.shape / self.median * t.powf(self.shape - 1.0) / (1.0 + odds).powi(2)
    }

    fn cdf(&self, x: f64) -> Level {
        let odds = (x / self.median).max(0.0).powf(self.shape);
        if odds == f64::INFINITY {
            return Level::ONE;
        }
        Level { below: odds / (1.0 + odds), above: 1.0 / (1.0 + odds) }
    }

    fn quantile(&self, level: Level) -> f64 {
        self.median * level.odds().powf(1.0 / self.shape)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn sampler(&self) -> Sampler {
        Form::Loglogistic { median: self.median, power: 1.0 / self.shape }.into()
    }
}
