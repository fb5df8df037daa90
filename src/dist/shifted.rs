//! A law moved by a constant.

use super::family::finite;
use super::fit::{Fitter, Sample};
use super::sampler::Composite;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "shifted",
    doc: "A constant plus another law: a least duration and what comes on top.",
    params: &[
        Param { name: "by", kind: Kind::Value, doc: "the constant, may be negative" },
        Param { name: "of", kind: Kind::Dist, doc: "the law on top" },
    ],
    forms: &[&["by", "of"]],
    example: r#"{ shifted = { by = "10 min", of = { exponential = { mean = "20 min" } } } }"#,
    read: |p| Ok(Shifted::new(p.need("by")?, p.need_dist("of")?)?.into()),
    fitter: Some(Fitter { free: 2, fit }),
};

/// by + X.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    by: f64,
    of: Box<Dist>,
}

impl Shifted {
    pub fn new(by: f64, of: Dist) -> Result<Self, String> {
        Ok(Self { by: finite("by", by)?, of: Box::new(of) })
    }
}

/// A least duration and an exponential rest. The shift is the minimum less its expected excess, the mean the rest:
/// unbiased where maximum likelihood is not (Johnson, Kotz and Balakrishnan, "Continuous univariate distributions" 1, 19.7).
fn fit(sample: &Sample) -> Option<Dist> {
    let (n, least) = (sample.values().len() as f64, *sample.values().first()?);
    let rest = (sample.mean() - least) * n / (n - 1.0);
    let by = least - rest / n;
    if by <= 0.0 {
        return None;
    }
    Shifted::new(by, super::Exponential::new(rest).ok()?.into()).ok().map(Dist::from)
}

impl Law for Shifted {
    fn params(&self) -> Params {
        Params::new().with("by", self.by).with("of", Dist::clone(&self.of))
    }

    fn mean(&self) -> f64 {
        self.by + self.of.mean()
    }

    fn variance(&self) -> f64 {
        self.of.variance()
    }

    fn pdf(&self, x: f64) -> f64 {
        self.of.law().pdf(x - self.by)
    }

    fn atom(&self, x: f64) -> f64 {
        self.of.law().atom(x - self.by)
    }

    fn cdf(&self, x: f64) -> Level {
        self.of.law().cdf(x - self.by)
    }

    fn quantile(&self, level: Level) -> f64 {
        self.by + self.of.law().quantile(level)
    }

    fn support(&self) -> (f64, f64) {
        let (min, max) = self.of.support();
        (self.by + min, self.by + max)
    }

    fn kinks(&self) -> Vec<f64> {
        self.of.law().kinks().into_iter().map(|x| self.by + x).collect()
    }

    fn sampler(&self) -> Sampler {
        Composite::Shifted { by: self.by, of: Sampler::compile(&self.of) }.into()
    }
}
