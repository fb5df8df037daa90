//! The normal law, cut off at bounds when they are given.

use super::family::{finite, positive};
use super::fit::{Fitter, Sample};
use super::level::normal_density;
use super::sampler::{Composite, Form};
use super::truncated::check_mass;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "normal",
    doc: "The symmetric bell; `mean`, `sd` and `cv` are those before it is cut off at `min` and `max`.",
    params: &[
        Param { name: "mean", kind: Kind::Value, doc: "mean" },
        Param { name: "sd", kind: Kind::Value, doc: "standard deviation" },
        Param { name: "cv", kind: Kind::Number, doc: "coefficient of variation: standard deviation / mean" },
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
    ],
    forms: &[&["mean", "sd"], &["mean", "cv"]],
    example: r#"{ normal = { mean = "16 min", sd = "4 min", min = "0 min" } }"#,
    read: |p| {
        let mean = p.need("mean")?;
        let whole = match p.get("sd") {
            Some(sd) => Normal::by_mean_sd(mean, sd)?,
            None => Normal::by_mean_cv(mean, p.need("cv")?)?,
        };
        Ok(whole.between(p.get("min"), p.get("max"))?.into())
    },
    fitter: Some(Fitter { free: 2, fit }),
};

/// mean + sd Z with a standard normal Z, given that the value lies between `min` and `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
    /// when it was typed in place of the standard deviation
    cv: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    /// levels of `min` and `max` before cutting off
    from: Level,
    to: Level,
}

impl Normal {
    pub fn by_mean_sd(mean: f64, sd: f64) -> Result<Self, String> {
        let (mean, sd) = (finite("mean", mean)?, positive("sd", sd)?);
        Ok(Self { mean, sd, cv: None, min: None, max: None, from: Level::ZERO, to: Level::ONE })
    }

    pub fn by_mean_cv(mean: f64, cv: f64) -> Result<Self, String> {
        let sd = positive("mean", mean)? * positive("cv", cv)?;
        Ok(Self { cv: Some(cv), ..Self::by_mean_sd(mean, sd)? })
    }

    /// The same bell, cut off at the given bounds.
    pub fn between(self, min: Option<f64>, max: Option<f64>) -> Result<Self, String> {
        let level = |x: f64| Level::of_score(self.score(x));
        let (from, to) = (min.map_or(Level::ZERO, level), max.map_or(Level::ONE, level));
        check_mass(from, to)?;
        Ok(Self { min, max, from, to, ..self })
    }

    fn score(&self, x: f64) -> f64 {
        (x - self.mean) / self.sd
    }

    /// For k = 0 and 1: (a^k phi(a) - b^k phi(b)) / P(a < Z < b), with the bounds a and b in normal score.
    fn edges(&self) -> (f64, f64) {
        let edge = |bound: Option<f64>| {
            bound.map_or((0.0, 0.0), |x| {
                let z = self.score(x);
                (normal_density(z), z * normal_density(z))
            })
        };
        let (a, b, mass) = (edge(self.min), edge(self.max), self.from.mass_to(self.to));
        ((a.0 - b.0) / mass, (a.1 - b.1) / mass)
    }
}

/// Maximum likelihood of the bell that is cut off at zero: its mean and variance are those of the sample.
///
/// With a = -mean / sd and h = phi(a) / (1 - Phi(a)) they are sd (h - a) and sd^2 (1 + a h - h^2); their ratio depends on
/// a alone and increases from 0 to 1, where the law is exponential.
fn fit(sample: &Sample) -> Option<Dist> {
    let (mean, variance) = (sample.mean(), sample.variance());
    let ratio = variance / (mean * mean);
    if variance <= 0.0 || ratio >= 0.98 {
        return None;
    }
    let hazard = |a: f64| normal_density(a) / Level::of_score(a).above;
    let moments = |a: f64| {
        let h = hazard(a);
        (h - a, 1.0 + a * h - h * h)
    };
    let (mut low, mut high) = (-1e4, 6.0);
    for _ in 0..200 {
        let a = 0.5 * (low + high);
        let (m, v) = moments(a);
        if v / (m * m) > ratio { high = a } else { low = a }
    }
    let a = 0.5 * (low + high);
    let sd = mean / moments(a).0;
    Normal::by_mean_sd(-a * sd, sd).and_then(|law| law.between(Some(0.0), None)).ok().map(Dist::from)
}

impl Law for Normal {
    fn params(&self) -> Params {
        let params = Params::new().with("mean", self.mean);
        let params = match self.cv {
            Some(cv) => params.with("cv", cv),
            None => params.with("sd", self.sd),
        };
        params.with_some("min", self.min).with_some("max", self.max)
    }

    /// Source: Johnson, Kotz and Balakrishnan, "Continuous univariate distributions" 1, section 13.10.1.
    fn mean(&self) -> f64 {
        self.mean + self.sd * self.edges().0
    }

    fn variance(&self) -> f64 {
        let (zeroth, first) = self.edges();
        self.sd * self.sd * (1.0 + first - zeroth * zeroth)
    }

    fn pdf(&self, x: f64) -> f64 {
        let (min, max) = self.support();
        if x < min || x > max {
            return 0.0;
        }
        normal_density(self.score(x)) / (self.sd * self.from.mass_to(self.to))
    }

    fn cdf(&self, x: f64) -> Level {
        let (min, max) = self.support();
        if x < min {
            Level::ZERO
        } else if x >= max {
            Level::ONE
        } else {
            Level::of_score(self.score(x)).relative_to(self.from, self.to)
        }
    }

    fn quantile(&self, level: Level) -> f64 {
        let (min, max) = self.support();
        (self.mean + self.sd * level.inside(self.from, self.to).score()).clamp(min, max)
    }

    fn support(&self) -> (f64, f64) {
        (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY))
    }

    fn sampler(&self) -> Sampler {
        let whole = Form::Normal { mean: self.mean, sd: self.sd }.into();
        if self.min.is_none() && self.max.is_none() {
            return whole;
        }
        let (min, max) = self.support();
        Composite::Truncated { from: self.from, to: self.to, min, max, of: whole }.into()
    }
}
