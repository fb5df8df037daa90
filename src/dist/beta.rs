//! The beta law, scaled to an interval.

use super::family::{finite, within};
use super::sampler::Form;
use super::solve::invert;
use super::table::{CELLS, Table};
use super::{Family, Kind, Law, Level, Param, Params, Sampler};
use libm::lgamma;
use statrs::function::beta::beta_reg;

pub(super) const FAMILY: Family = Family {
    name: "beta",
    doc: "A bounded law of flexible shape, scaled to an interval.",
    params: &[
        Param { name: "alpha", kind: Kind::Number, doc: "first shape, 0.01 to 10,000" },
        Param { name: "beta", kind: Kind::Number, doc: "second shape, 0.01 to 10,000" },
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
    ],
    forms: &[&["alpha", "beta", "min", "max"]],
    example: r#"{ beta = { alpha = 2, beta = 5, min = "5 min", max = "60 min" } }"#,
    read: |p| Ok(Beta::new(p.need("alpha")?, p.need("beta")?, p.need("min")?, p.need("max")?)?.into()),
    fitter: None,
};

/// min + (max - min) B, with B of density proportional to x^(alpha - 1) (1 - x)^(beta - 1) on [0, 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    alpha: f64,
    beta: f64,
    min: f64,
    max: f64,
}

impl Beta {
    pub fn new(alpha: f64, beta: f64, min: f64, max: f64) -> Result<Self, String> {
        within("alpha", alpha, 0.01, 1e4)?;
        within("beta", beta, 0.01, 1e4)?;
        finite("min", min)?;
        finite("max", max)?;
        if min < max {
            Ok(Self { alpha, beta, min, max })
        } else {
            Err("`min` must be below `max`".to_owned())
        }
    }

    fn width(&self) -> f64 {
        self.max - self.min
    }
}

impl Law for Beta {
    fn params(&self) -> Params {
        let shapes = Params::new().with("alpha", self.alpha).with("beta", self.beta);
        shapes.with("min", self.min).with("max", self.max)
    }

    fn mean(&self) -> f64 {
        self.min + self.width() * self.alpha / (self.alpha + self.beta)
    }

    fn variance(&self) -> f64 {
        let sum = self.alpha + self.beta;
        self.width().powi(2) * self.alpha * self.beta / (sum * sum * (sum + 1.0))
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < self.min || x > self.max {
            return 0.0;
        }
        let (near, far) = ((x - self.min) / self.width(), (self.max - x) / self.width());
        unit_density(self.alpha, self.beta, near, far) / self.width()
    }

    fn cdf(&self, x: f64) -> Level {
        let x = x.clamp(self.min, self.max);
        unit_cdf(self.alpha, self.beta, (x - self.min) / self.width(), (self.max - x) / self.width())
    }

    fn quantile(&self, level: Level) -> f64 {
        let (near, far) = unit_quantile(self.alpha, self.beta, level);
        if near < 0.5 { self.min + self.width() * near } else { self.max - self.width() * far }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn sampler(&self) -> Sampler {
        let table = Table::new(CELLS, true, 1.0, |level| {
            let (near, far) = unit_quantile(self.alpha, self.beta, level);
            (near, unit_density(self.alpha, self.beta, near, far))
        });
        Form::Table { offset: self.min, factor: self.width(), table: table.into() }.into()
    }
}

/// The density at x on [0, 1]; `y` is 1 - x.
fn unit_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    // Powers of zero with exponent zero are one, so a product of powers and not a sum of logarithms at the ends.
    if x == 0.0 || y == 0.0 {
        return x.powf(a - 1.0) * y.powf(b - 1.0) * (-ln_beta(a, b)).exp();
    }
    ((a - 1.0) * x.ln() + (b - 1.0) * y.ln() - ln_beta(a, b)).exp()
}

/// The regularised incomplete beta function from the side on which it is small.
fn unit_cdf(a: f64, b: f64, x: f64, y: f64) -> Level {
    if x < (a + 1.0) / (a + b + 2.0) {
        Level::at(beta_reg(a, b, x).min(1.0))
    } else {
        let above = beta_reg(b, a, y).min(1.0);
        Level { below: 1.0 - above, above }
    }
}

/// The quantile on [0, 1] and its distance from 1, each with full relative accuracy.
fn unit_quantile(a: f64, b: f64, level: Level) -> (f64, f64) {
    if unit_cdf(a, b, 0.5, 0.5).below < level.below {
        let (y, x) = unit_quantile_below_half(b, a, Level { below: level.above, above: level.below });
        return (x, y);
    }
    unit_quantile_below_half(a, b, level)
}

/// The same for a quantile of at most 1/2, in t = ln x.
fn unit_quantile_below_half(a: f64, b: f64, level: Level) -> (f64, f64) {
    const LN_SMALLEST: f64 = -740.0;
    // For small x, cdf = x^a / (a B(a, b)).
    let start = ((level.below * a).ln() + ln_beta(a, b)) / a;
    if level.below == 0.0 || start < LN_SMALLEST {
        return (0.0, 1.0);
    }
    let bracket = (LN_SMALLEST, 0.5_f64.ln());
    let t = invert(level, bracket, start.min((a / (a + b)).ln()), 1.0, |t| {
        let (x, y) = (t.exp(), -t.exp_m1());
        (unit_cdf(a, b, x, y), x * unit_density(a, b, x, y))
    });
    (t.exp(), -t.exp_m1())
}

/// ln B(a, b)
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}
