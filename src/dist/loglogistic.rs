//! The loglogistic law: like the lognormal, with a heavier tail.

use super::family::{positive, within};
use super::fit::{Fitter, Sample};
use super::sampler::Form;
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};
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
    fitter: Some(Fitter { free: 2, fit }),
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

/// Maximum likelihood: the logistic law of the logarithms, location m and scale s, by Newton's method.
///
/// With t = tanh((y - m) / 2s) the equations are mean(t) = 0 and mean(t (y - m) / s) = 1.
fn fit(sample: &Sample) -> Option<Dist> {
    let mean_log = sample.mean_log()?;
    let logs: Vec<f64> = sample.values().iter().map(|x| x.ln()).collect();
    let n = logs.len() as f64;
    let sd = (logs.iter().map(|y| (y - mean_log).powi(2)).sum::<f64>() / n).sqrt();
    let (mut m, mut s) = (mean_log, sd * 3f64.sqrt() / PI);
    if s <= 0.0 {
        return None;
    }
    for _ in 0..200 {
        let mut f = [0.0; 2];
        let mut jacobian = [[0.0; 2]; 2];
        for y in &logs {
            let z = (y - m) / s;
            let t = (0.5 * z).tanh();
            let slope = 0.5 * (1.0 - t * t);
            f[0] += t / n;
            f[1] += (t * z - 1.0) / n;
            // dz/dm = -1/s, dz/ds = -z/s
            jacobian[0][0] -= slope / s / n;
            jacobian[0][1] -= slope * z / s / n;
            jacobian[1][0] -= (slope * z + t) / s / n;
            jacobian[1][1] -= (slope * z + t) * z / s / n;
        }
        let det = jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0];
        let dm = (f[0] * jacobian[1][1] - f[1] * jacobian[0][1]) / det;
        let ds = (f[1] * jacobian[0][0] - f[0] * jacobian[1][0]) / det;
        if !dm.is_finite() || !ds.is_finite() {
            return None;
        }
        // The scale stays positive.
        let ds = ds.clamp(-s, 0.5 * s);
        (m, s) = (m - dm, s - ds);
        if dm.abs() <= 1e-13 * (m.abs() + 1.0) && ds.abs() <= 1e-13 * s {
            break;
        }
    }
    Loglogistic::new(m.exp(), 1.0 / s).ok().map(Dist::from)
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
