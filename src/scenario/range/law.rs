//! How a value is drawn: from an expert's range, or from the number of observations behind it.

use crate::dist::{Beta, Dist, Gamma, Level, Lognormal, Normal, Pert, Triangular, Uniform};
use crate::model::RangeLaw;

/// The law of an input's value [base units].
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    Known(Dist),
    /// A share whose log odds are normal.
    LogOdds {
        mean: f64,
        sd: f64,
    },
}

/// What is known of a value from data.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observed {
    pub n: Option<u64>,
    pub cv: Option<f64>,
    pub se: Option<f64>,
}

/// Standard normal quantile at 95 %.
const Z95: f64 = 1.644_853_626_951_472_2;

impl Law {
    /// Between the ends of a range.
    ///
    /// # Errors
    /// When the ends do not suit the law.
    pub fn of_range(
        law: RangeLaw,
        (low, mode, high): (f64, f64, f64),
        share: bool,
        positive: bool,
    ) -> Result<Self, String> {
        let known = |dist: Result<Dist, String>| dist.map(Self::Known);
        match law {
            RangeLaw::Pert => known(Pert::new(low, mode, high, None).map(Dist::from)),
            RangeLaw::Triangular => known(Triangular::new(low, mode, high).map(Dist::from)),
            RangeLaw::Uniform => known(Uniform::new(low, high).map(Dist::from)),
            RangeLaw::Range90 if share => {
                if low <= 0.0 || high >= 1.0 {
                    return Err(
                        "5 % and 95 % points of a share lie strictly between 0 % and 100 %".to_owned()
                    );
                }
                let (a, b) = ((low / (1.0 - low)).ln(), (high / (1.0 - high)).ln());
                Ok(Self::LogOdds { mean: (a + b) / 2.0, sd: (b - a) / (2.0 * Z95) })
            }
            RangeLaw::Range90 if positive => {
                if low <= 0.0 {
                    return Err(
                        "the 5 % point of a quantity that cannot be negative lies above zero".to_owned()
                    );
                }
                let sigma = (high / low).ln() / (2.0 * Z95);
                known(Lognormal::by_median_sigma((low * high).sqrt(), sigma).map(Dist::from))
            }
            RangeLaw::Range90 => {
                known(Normal::by_mean_sd((low + high) / 2.0, (high - low) / (2.0 * Z95)).map(Dist::from))
            }
        }
    }

    /// From observations: what the Bayesian bootstrap (Rubin 1981) of that many gives.
    ///
    /// A share p of n is Beta(n p, n (1 - p)). A mean with coefficient of variation cv of single observations, or with a
    /// standard error, is gamma where it cannot be negative, else normal. Its spread is widened to that of Student's t with
    /// n - 1 degrees of freedom where n is known.
    ///
    /// # Errors
    /// When that does not make a law.
    pub fn of_data(value: f64, data: Observed, share: bool, positive: bool) -> Result<Self, String> {
        let known = |dist: Result<Dist, String>| dist.map(Self::Known);
        let n = data.n.map(|n| n as f64);
        let se = match (n, data.cv, data.se) {
            (Some(n), None, None) if share => {
                if value <= 0.0 || value >= 1.0 {
                    return Err("a share of 0 % or 100 % does not say how it may vary".to_owned());
                }
                return known(Beta::new(n * value, n * (1.0 - value), 0.0, 1.0).map(Dist::from));
            }
            (_, _, Some(se)) => se,
            (Some(n), Some(cv), None) => cv * value.abs() / n.sqrt(),
            _ => return Err("for a mean give `n` and `cv`, or `se`; for a share `n` is enough".to_owned()),
        };
        let wider = match n {
            Some(n) if n < 4.0 => return Err("fewer than 4 observations say too little".to_owned()),
            Some(n) => ((n - 1.0) / (n - 3.0)).sqrt(),
            None => 1.0,
        };
        let sd = se * wider;
        if share && value > 0.0 && value < 1.0 {
            let weight = value * (1.0 - value) / (sd * sd) - 1.0;
            return known(Beta::new(weight * value, weight * (1.0 - value), 0.0, 1.0).map(Dist::from));
        }
        if positive && value > 0.0 {
            return known(Gamma::by_mean_cv(value, sd / value).map(Dist::from));
        }
        known(Normal::by_mean_sd(value, sd).map(Dist::from))
    }

    /// The value with this share of the law below it.
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Known(dist) => dist.quantile(u),
            Self::LogOdds { mean, sd } => 1.0 / (1.0 + (-(mean + sd * Level::at(u).score())).exp()),
        }
    }

    /// The share of the law below a value.
    pub fn below(&self, value: f64) -> f64 {
        match self {
            Self::Known(dist) => dist.cdf(value),
            Self::LogOdds { .. } if value <= 0.0 => 0.0,
            Self::LogOdds { .. } if value >= 1.0 => 1.0,
            Self::LogOdds { mean, sd } => Level::of_score(((value / (1.0 - value)).ln() - mean) / sd).below,
        }
    }

    /// In words: "PERT", "beta".
    pub fn name(&self) -> &'static str {
        match self {
            Self::Known(dist) => dist.family().name,
            Self::LogOdds { .. } => "log-odds normal",
        }
    }
}
