//! The gamma law.

use super::family::{positive, within};
use super::fit::{Fitter, Sample};
use super::sampler::Form;
use super::solve::invert;
use super::table::{CELLS, Table};
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};
use libm::lgamma;
use statrs::function::gamma::{digamma, gamma_lr, gamma_ur};

pub(super) const FAMILY: Family = Family {
    name: "gamma",
    doc: "A positive, right-skewed law with a lighter tail than the lognormal.",
    params: &[
        Param { name: "mean", kind: Kind::Value, doc: "mean" },
        Param { name: "cv", kind: Kind::Number, doc: "coefficient of variation, 0.001 to 10" },
        Param { name: "shape", kind: Kind::Number, doc: "shape, 0.01 to 1,000,000" },
        Param { name: "scale", kind: Kind::Value, doc: "scale: mean / shape" },
    ],
    forms: &[&["mean", "cv"], &["shape", "scale"]],
    example: r#"{ gamma = { mean = "45 min", cv = 0.6 } }"#,
    read: |p| match p.get("mean") {
        Some(mean) => Ok(Gamma::by_mean_cv(mean, p.need("cv")?)?.into()),
        None => Ok(Gamma::by_shape_scale(p.need("shape")?, p.need("scale")?)?.into()),
    },
    fitter: Some(Fitter { free: 2, fit }),
};

/// Density proportional to x^(shape - 1) exp(-x / scale).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    given: Given,
}

/// The parameters as they were typed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Given {
    MeanCv { mean: f64, cv: f64 },
    ShapeScale,
}

impl Gamma {
    pub fn by_mean_cv(mean: f64, cv: f64) -> Result<Self, String> {
        positive("mean", mean)?;
        within("cv", cv, 0.001, 10.0)?;
        Ok(Self { shape: 1.0 / (cv * cv), scale: mean * cv * cv, given: Given::MeanCv { mean, cv } })
    }

    pub fn by_shape_scale(shape: f64, scale: f64) -> Result<Self, String> {
        within("shape", shape, 0.01, 1e6)?;
        Ok(Self { shape, scale: positive("scale", scale)?, given: Given::ShapeScale })
    }
}

/// Maximum likelihood.
fn fit(sample: &Sample) -> Option<Dist> {
    let shape = shape(sample)?;
    Gamma::by_mean_cv(sample.mean(), 1.0 / shape.sqrt()).ok().map(Dist::from)
}

/// The shape of greatest likelihood: ln k - digamma(k) = ln(mean) - mean(ln), by the steps of Minka, "Estimating a gamma
/// distribution" (2002), which converge in a few.
pub(super) fn shape(sample: &Sample) -> Option<f64> {
    let gap = sample.mean().ln() - sample.mean_log()?;
    if gap <= 0.0 || !gap.is_finite() {
        return None;
    }
    let mut k = (3.0 - gap + ((gap - 3.0).powi(2) + 24.0 * gap).sqrt()) / (12.0 * gap);
    for _ in 0..100 {
        let next = 1.0 / (1.0 / k + (k.ln() - digamma(k) - gap) / (k * k * (1.0 / k - trigamma(k))));
        let settled = (next - k).abs() <= 1e-14 * k;
        k = next;
        if settled {
            break;
        }
    }
    (k.is_finite() && k > 0.0).then_some(k)
}

/// The derivative of the digamma function: recurrence up to 8, then the asymptotic series (Abramowitz and Stegun 6.4.12).
fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 8.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    sum + 1.0 / x + y / 2.0 + y / x * (1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y / 30.0)))
}

impl Law for Gamma {
    fn params(&self) -> Params {
        match self.given {
            Given::MeanCv { mean, cv } => Params::new().with("mean", mean).with("cv", cv),
            Given::ShapeScale => Params::new().with("shape", self.shape).with("scale", self.scale),
        }
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { unit_density(self.shape, x / self.scale) / self.scale }
    }

    fn cdf(&self, x: f64) -> Level {
        unit_cdf(self.shape, x / self.scale)
    }

    fn quantile(&self, level: Level) -> f64 {
        self.scale * unit_quantile(self.shape, level)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn sampler(&self) -> Sampler {
        let table = Table::new(CELLS, true, 1.0, |level| {
            let x = unit_quantile(self.shape, level);
            (x, unit_density(self.shape, x))
        });
        Form::Table { offset: 0.0, factor: self.scale, table: Box::new(table) }.into()
    }
}

/// The density for scale 1.
fn unit_density(shape: f64, x: f64) -> f64 {
    if x == 0.0 {
        return x.powf(shape - 1.0) * if shape == 1.0 { 1.0 } else { (-lgamma(shape)).exp() };
    }
    ((shape - 1.0) * x.ln() - x - lgamma(shape)).exp()
}

/// The regularised incomplete gamma function from the side on which it is small.
fn unit_cdf(shape: f64, x: f64) -> Level {
    if x <= 0.0 {
        Level::ZERO
    } else if x == f64::INFINITY {
        Level::ONE
    } else if x < shape {
        Level::at(gamma_lr(shape, x).min(1.0))
    } else {
        let above = gamma_ur(shape, x).min(1.0);
        Level { below: 1.0 - above, above }
    }
}

fn unit_quantile(shape: f64, level: Level) -> f64 {
    if level.below == 0.0 || level.above == 0.0 {
        return if level.below == 0.0 { 0.0 } else { f64::INFINITY };
    }
    // Bounds in t = ln x. Below: the cdf is at most x^shape / Gamma(shape + 1). Above: P(X > shape + sqrt(2 shape s)
    // + s) <= exp(-s) (Boucheron, Lugosi and Massart, "Concentration inequalities", section 2.4).
    let lo = (level.below.ln() + lgamma(shape + 1.0)) / shape;
    if lo < -740.0 {
        return 0.0;
    }
    let s = -level.above.ln();
    let hi = (shape + (2.0 * shape * s).sqrt() + s).ln().max(lo);
    // The cube root is nearly normal (Wilson and Hilferty 1931), except for tiny values.
    let c = 1.0 / (9.0 * shape);
    let root = 1.0 - c + level.score() * c.sqrt();
    let start = if root > 0.2 { shape.ln() + 3.0 * root.ln() } else { lo };
    let t = invert(level, (lo, hi), start, 1.0, |t| {
        let x = t.exp();
        (unit_cdf(shape, x), x * unit_density(shape, x))
    });
    t.exp()
}
