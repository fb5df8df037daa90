//! The Erlang law: several exponential stages one after another.

use super::family::{positive, within};
use super::fit::{Fitter, Sample};
use super::gamma::Gamma;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "erlang",
    doc: "The sum of a number of equal exponential stages: the more stages, the more regular.",
    params: &[
        Param { name: "stages", kind: Kind::Number, doc: "number of stages, a whole number" },
        Param { name: "mean", kind: Kind::Value, doc: "mean of the sum" },
    ],
    forms: &[&["stages", "mean"]],
    example: r#"{ erlang = { stages = 3, mean = "30 min" } }"#,
    read: |p| Ok(Erlang::new(p.need("stages")?, p.need("mean")?)?.into()),
    fitter: Some(Fitter { free: 2, fit }),
};

/// The sum of `stages` independent exponentials of mean `mean / stages`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Erlang {
    stages: f64,
    mean: f64,
    gamma: Gamma,
}

impl Erlang {
    pub fn new(stages: f64, mean: f64) -> Result<Self, String> {
        if within("stages", stages, 1.0, 1e5)?.fract() != 0.0 {
            return Err("`stages` must be a whole number".to_owned());
        }
        let gamma = Gamma::by_shape_scale(stages, positive("mean", mean)? / stages)?;
        Ok(Self { stages, mean, gamma })
    }
}

/// Maximum likelihood: the mean, and the better of the two whole numbers beside the shape of the gamma law.
fn fit(sample: &Sample) -> Option<Dist> {
    let shape = super::gamma::shape(sample)?;
    let laws = [shape.floor().max(1.0), shape.ceil().max(1.0)]
        .map(|stages| Erlang::new(stages, sample.mean()).ok().map(Dist::from));
    laws.into_iter().flatten().max_by(|a, b| sample.log_likelihood(a).total_cmp(&sample.log_likelihood(b)))
}

impl Law for Erlang {
    fn params(&self) -> Params {
        Params::new().with("stages", self.stages).with("mean", self.mean)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean / self.stages
    }

    fn pdf(&self, x: f64) -> f64 {
        self.gamma.pdf(x)
    }

    fn cdf(&self, x: f64) -> Level {
        self.gamma.cdf(x)
    }

    fn quantile(&self, level: Level) -> f64 {
        self.gamma.quantile(level)
    }

    fn support(&self) -> (f64, f64) {
        self.gamma.support()
    }

    fn sampler(&self) -> Sampler {
        self.gamma.sampler()
    }
}
