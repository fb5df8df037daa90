//! The lognormal law: the product of many small factors; the usual shape of work times.

use super::family::{positive, within};
use super::fit::{Fitter, Sample};
use super::level::normal_density;
use super::sampler::Form;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "lognormal",
    doc: "A positive law with a long right tail, the usual shape of work times and lead times.",
    params: &[
        Param { name: "mean", kind: Kind::Value, doc: "mean" },
        Param { name: "cv", kind: Kind::Number, doc: "coefficient of variation: standard deviation / mean" },
        Param { name: "median", kind: Kind::Value, doc: "median" },
        Param { name: "sigma", kind: Kind::Number, doc: "standard deviation of the natural logarithm" },
    ],
    forms: &[&["mean", "cv"], &["median", "sigma"]],
    example: r#"{ lognormal = { mean = "54 min", cv = 1 } }"#,
    read: |p| match p.get("mean") {
        Some(mean) => Ok(Lognormal::by_mean_cv(mean, p.need("cv")?)?.into()),
        None => Ok(Lognormal::by_median_sigma(p.need("median")?, p.need("sigma")?)?.into()),
    },
    fitter: Some(Fitter { free: 2, fit }),
};

/// exp(mu + sigma Z) with a standard normal Z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    mu: f64,
    sigma: f64,
    given: Given,
}

/// The parameters as they were typed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Given {
    MeanCv { mean: f64, cv: f64 },
    MedianSigma { median: f64 },
}

impl Lognormal {
    pub fn by_mean_cv(mean: f64, cv: f64) -> Result<Self, String> {
        positive("mean", mean)?;
        within("cv", positive("cv", cv)?, 0.0, 1e6)?;
        let square = (cv * cv).ln_1p();
        Ok(Self { mu: mean.ln() - 0.5 * square, sigma: square.sqrt(), given: Given::MeanCv { mean, cv } })
    }

    pub fn by_median_sigma(median: f64, sigma: f64) -> Result<Self, String> {
        positive("median", median)?;
        within("sigma", positive("sigma", sigma)?, 0.0, 10.0)?;
        Ok(Self { mu: median.ln(), sigma, given: Given::MedianSigma { median } })
    }
}

/// Maximum likelihood: mean and standard deviation of the logarithms.
fn fit(sample: &Sample) -> Option<Dist> {
    let mu = sample.mean_log()?;
    let n = sample.values().len() as f64;
    let sigma = (sample.values().iter().map(|x| (x.ln() - mu).powi(2)).sum::<f64>() / n).sqrt();
    Lognormal::by_median_sigma(mu.exp(), sigma).ok().map(Dist::from)
}

impl Law for Lognormal {
    fn params(&self) -> Params {
        match self.given {
            Given::MeanCv { mean, cv } => Params::new().with("mean", mean).with("cv", cv),
            Given::MedianSigma { median } => Params::new().with("median", median).with("sigma", self.sigma),
        }
    }

    fn mean(&self) -> f64 {
        match self.given {
            Given::MeanCv { mean, .. } => mean,
            Given::MedianSigma { median } => median * (0.5 * self.sigma * self.sigma).exp(),
        }
    }

    fn variance(&self) -> f64 {
        self.mean().powi(2) * (self.sigma * self.sigma).exp_m1()
    }

    fn pdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        normal_density((x.ln() - self.mu) / self.sigma) / (self.sigma * x)
    }

    fn cdf(&self, x: f64) -> Level {
        if x <= 0.0 { Level::ZERO } else { Level::of_score((x.ln() - self.mu) / self.sigma) }
    }

    fn quantile(&self, level: Level) -> f64 {
        (self.mu + self.sigma * level.score()).exp()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn sampler(&self) -> Sampler {
        Form::Lognormal { mu: self.mu, sigma: self.sigma }.into()
    }
}
