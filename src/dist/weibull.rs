//! The Weibull law: lifetimes that wear out (shape above 1) or settle in (shape below 1).

use super::family::{positive, within};
use super::fit::{Fitter, Sample};
use super::sampler::Form;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};
use libm::tgamma;

pub(super) const FAMILY: Family = Family {
    name: "weibull",
    doc: "Time to failure: wearing out with a shape above 1, settling in with a shape below 1.",
    params: &[
        Param { name: "shape", kind: Kind::Number, doc: "shape, 0.1 to 1,000" },
        Param { name: "scale", kind: Kind::Value, doc: "scale: 63.2 % of values are smaller" },
        Param { name: "mean", kind: Kind::Value, doc: "mean, in place of the scale" },
    ],
    forms: &[&["shape", "scale"], &["shape", "mean"]],
    example: r#"{ weibull = { shape = 2, scale = "1000 h" } }"#,
    read: |p| match p.get("mean") {
        Some(mean) => Ok(Weibull::by_shape_mean(p.need("shape")?, mean)?.into()),
        None => Ok(Weibull::by_shape_scale(p.need("shape")?, p.need("scale")?)?.into()),
    },
    fitter: Some(Fitter { free: 2, fit }),
};

/// P(X > x) = exp(-(x / scale)^shape).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
    /// when it was typed in place of the scale
    mean: Option<f64>,
}

impl Weibull {
    pub fn by_shape_scale(shape: f64, scale: f64) -> Result<Self, String> {
        within("shape", shape, 0.1, 1e3)?;
        Ok(Self { shape, scale: positive("scale", scale)?, mean: None })
    }

    pub fn by_shape_mean(shape: f64, mean: f64) -> Result<Self, String> {
        within("shape", shape, 0.1, 1e3)?;
        let scale = positive("mean", mean)? / tgamma(1.0 + 1.0 / shape);
        Ok(Self { shape, scale, mean: Some(mean) })
    }
}

/// Maximum likelihood: Newton's method on the profile of the shape k,
/// sum(x^k ln x) / sum(x^k) - 1/k = mean(ln x), whose left side increases in k.
fn fit(sample: &Sample) -> Option<Dist> {
    let mean_log = sample.mean_log()?;
    // Values are taken relative to their geometric mean, so that powers stay in range.
    let logs: Vec<f64> = sample.values().iter().map(|x| x.ln() - mean_log).collect();
    let sums = |k: f64| {
        logs.iter().fold((0.0, 0.0, 0.0), |(a, b, c), l| {
            let w = (k * l).exp();
            (a + w, b + w * l, c + w * l * l)
        })
    };
    let (mut low, mut high) = (0.1, 1e3);
    // The standard deviation of the logarithm is pi / (k sqrt 6).
    let sd = (logs.iter().map(|l| l * l).sum::<f64>() / logs.len() as f64).sqrt();
    let mut k = (1.282_549_830_161_864 / sd).clamp(low, high);
    for _ in 0..200 {
        let (a, b, c) = sums(k);
        let value = b / a - 1.0 / k;
        if !value.is_finite() {
            return None;
        }
        if value > 0.0 {
            high = k
        } else {
            low = k
        }
        let slope = c / a - (b / a).powi(2) + 1.0 / (k * k);
        let newton = k - value / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let settled = (next - k).abs() <= 1e-14 * k;
        k = next;
        if settled {
            break;
        }
    }
    let scale = mean_log.exp() * (sums(k).0 / logs.len() as f64).powf(1.0 / k);
    Weibull::by_shape_scale(k, scale).ok().map(Dist::from)
}

impl Law for Weibull {
    fn params(&self) -> Params {
        let params = Params::new().with("shape", self.shape);
        match self.mean {
            Some(mean) => params.with("mean", mean),
            None => params.with("scale", self.scale),
        }
    }

    fn mean(&self) -> f64 {
        self.mean.unwrap_or_else(|| self.scale * tgamma(1.0 + 1.0 / self.shape))
    }

    fn variance(&self) -> f64 {
        let first = tgamma(1.0 + 1.0 / self.shape);
        self.scale * self.scale * (tgamma(1.0 + 2.0 / self.shape) - first * first)
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let t = x / self.scale;
        self.shape / self.scale * t.powf(self.shape - 1.0) * (-t.powf(self.shape)).exp()
    }

    fn cdf(&self, x: f64) -> Level {
        Level::of_hazard((x / self.scale).max(0.0).powf(self.shape))
    }

    fn quantile(&self, level: Level) -> f64 {
        self.scale * level.hazard().powf(1.0 / self.shape)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn sampler(&self) -> Sampler {
        Form::Weibull { scale: self.scale, power: 1.0 / self.shape }.into()
    }
}
