//! A single value.

use super::family::finite;
use super::sampler::Form;
use super::{Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "constant",
    doc: "Always the same value.",
    params: &[Param { name: "value", kind: Kind::Value, doc: "the value" }],
    forms: &[&["value"]],
    example: r#"{ constant = { value = "15 min" } }"#,
    read: |p| Ok(Constant::new(p.need("value")?)?.into()),
    fitter: None,
};

/// Always `value`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Constant {
    pub fn new(value: f64) -> Result<Self, String> {
        Ok(Self { value: finite("value", value)? })
    }
}

impl Law for Constant {
    fn params(&self) -> Params {
        Params::new().with("value", self.value)
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn variance(&self) -> f64 {
        0.0
    }

    fn pdf(&self, _x: f64) -> f64 {
        0.0
    }

    fn atom(&self, x: f64) -> f64 {
        if x == self.value { 1.0 } else { 0.0 }
    }

    fn cdf(&self, x: f64) -> Level {
        if x < self.value { Level::ZERO } else { Level::ONE }
    }

    fn quantile(&self, _level: Level) -> f64 {
        self.value
    }

    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }

    fn sampler(&self) -> Sampler {
        Form::Constant(self.value).into()
    }
}
