//! The PERT law: smallest, most likely and largest value, with a smooth density.

use super::beta::Beta;
use super::family::within;
use super::triangular::check_mode;
use super::{Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "pert",
    doc: "From an expert's smallest, most likely and largest value; a beta law that leans to the most likely one.",
    params: &[
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "mode", kind: Kind::Value, doc: "most likely value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
        Param { name: "weight", kind: Kind::Number, doc: "weight of the most likely value, 4 if left out" },
    ],
    forms: &[&["min", "mode", "max"]],
    example: r#"{ pert = { min = "10 min", mode = "15 min", max = "40 min" } }"#,
    read: |p| Ok(Pert::new(p.need("min")?, p.need("mode")?, p.need("max")?, p.get("weight"))?.into()),
    fitter: None,
};

/// Beta on [min, max] with mean (min + weight mode + max) / (weight + 2).
///
/// Source: Malcolm et al. 1959 (weight 4); Vose, "Risk analysis" (other weights).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pert {
    mode: f64,
    weight: Option<f64>,
    beta: Beta,
}

impl Pert {
    pub fn new(min: f64, mode: f64, max: f64, weight: Option<f64>) -> Result<Self, String> {
        check_mode(min, mode, max)?;
        let lean = within("weight", weight.unwrap_or(4.0), 0.0, 1_000.0)? / (max - min);
        let beta = Beta::new(1.0 + lean * (mode - min), 1.0 + lean * (max - mode), min, max)?;
        Ok(Self { mode, weight, beta })
    }
}

impl Law for Pert {
    fn params(&self) -> Params {
        let (min, max) = self.support();
        let params = Params::new().with("min", min).with("mode", self.mode).with("max", max);
        params.with_some("weight", self.weight)
    }

    fn mean(&self) -> f64 {
        self.beta.mean()
    }

    fn variance(&self) -> f64 {
        self.beta.variance()
    }

    fn pdf(&self, x: f64) -> f64 {
        self.beta.pdf(x)
    }

    fn cdf(&self, x: f64) -> Level {
        self.beta.cdf(x)
    }

    fn quantile(&self, level: Level) -> f64 {
        self.beta.quantile(level)
    }

    fn support(&self) -> (f64, f64) {
        self.beta.support()
    }

    fn sampler(&self) -> Sampler {
        self.beta.sampler()
    }
}
