//! The exponential law: time between events without memory.

use super::family::positive;
use super::fit::{Fitter, Sample};
use super::sampler::Form;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "exponential",
    doc: "Time to an event that is equally likely at any moment, however long one has waited.",
    params: &[
        Param { name: "mean", kind: Kind::Value, doc: "mean" },
        Param { name: "rate", kind: Kind::Rate, doc: "1 / mean: events in a unit of time" },
    ],
    forms: &[&["mean"], &["rate"]],
    example: r#"{ exponential = { mean = "20 min" } }"#,
    read: |p| {
        let mean = match p.get("rate") {
            Some(rate) => 1.0 / positive("rate", rate)?,
            None => p.need("mean")?,
        };
        Ok(Exponential::new(mean)?.into())
    },
    fitter: Some(Fitter { free: 1, fit }),
};

/// P(X > x) = exp(-x / mean).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    pub fn new(mean: f64) -> Result<Self, String> {
        Ok(Self { mean: positive("mean", mean)? })
    }
}

/// Maximum likelihood: the mean.
fn fit(sample: &Sample) -> Option<Dist> {
    Exponential::new(sample.mean()).ok().map(Dist::from)
}

impl Law for Exponential {
    fn params(&self) -> Params {
        Params::new().with("mean", self.mean)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { (-x / self.mean).exp() / self.mean }
    }

    fn cdf(&self, x: f64) -> Level {
        Level::of_hazard((x / self.mean).max(0.0))
    }

    fn quantile(&self, level: Level) -> f64 {
        self.mean * level.hazard()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn sampler(&self) -> Sampler {
        Form::Exponential { mean: self.mean }.into()
    }
}
