//! Probability laws of durations and amounts: checked parameters, moments, both tails, quantiles, sampling by
//! inversion. Nothing here draws random numbers: a sampler turns one uniform number into one variate.
//!
//! [`FAMILIES`] is the list that documentation, schema and tests walk. A new family is one file, one `mod` line
//! and one line in the list below.
//!
//! * `family`: how a family describes its parameters, and named parameter values.
//! * `read` and `describe`: the text form, and the families as JSON Schema and reference.
//! * `level`: a probability kept with its complement.
//! * `sampler`: the compiled form for the event loop; `table`: the quantile tables in it.
//! * `solve`: inverting a cdf, moments by quadrature.
//! * `fit`: laws from observations; how a family is estimated stands in its own file.
//!
//! Values are in base units (a duration in seconds); see [`crate::units`].

mod describe;
mod family;
mod fit;
mod level;
mod read;
mod sampler;
mod solve;
mod table;

mod beta;
mod constant;
mod empirical;
mod erlang;
mod exponential;
mod gamma;
mod loglogistic;
mod lognormal;
mod mixture;
mod normal;
mod pert;
mod shifted;
mod triangular;
mod truncated;
mod uniform;
mod weibull;
mod zero_inflated;

pub use describe::{json_schema, reference};
pub use family::{Family, Kind, Param, ParamValue, Params};
pub use fit::{Candidate, Fit, Sample, Why, fit, interpolated};
pub use level::Level;
pub use read::{FILE_EXAMPLE, RESAMPLE, drawn_again, print, read, read_node};
pub use sampler::{Sampler, Samplers};

use std::fmt::Debug;

/// Declares the families: the enum of laws, the public list and the way from one to the other.
macro_rules! families {
    ($($module:ident::$Law:ident,)*) => {
        $(pub use $module::$Law;)*

        /// A probability law with checked parameters; values in base units.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Dist {
            $($Law($Law),)*
        }

        /// All families, in the order of the documentation.
        pub const FAMILIES: &[Family] = &[$($module::FAMILY,)*];

        impl Dist {
            fn law(&self) -> &dyn Law {
                match self {
                    $(Self::$Law(law) => law,)*
                }
            }

            /// What this law's family is called and takes.
            pub fn family(&self) -> &'static Family {
                match self {
                    $(Self::$Law(_) => &$module::FAMILY,)*
                }
            }
        }

        $(impl From<$Law> for Dist {
            fn from(law: $Law) -> Self {
                Self::$Law(law)
            }
        })*
    };
}

families! {
    constant::Constant,
    uniform::Uniform,
    triangular::Triangular,
    pert::Pert,
    beta::Beta,
    exponential::Exponential,
    erlang::Erlang,
    gamma::Gamma,
    weibull::Weibull,
    lognormal::Lognormal,
    loglogistic::Loglogistic,
    normal::Normal,
    empirical::Empirical,
    mixture::Mixture,
    shifted::Shifted,
    zero_inflated::ZeroInflated,
    truncated::Truncated,
}

/// The law of `family` with these parameters, or what was expected instead.
pub fn build(family: &str, params: &Params) -> Result<Dist, String> {
    let known = FAMILIES.iter().find(|f| f.name == family);
    known.ok_or_else(|| format!("no distribution is called `{family}`"))?.build(params)
}

impl Dist {
    /// The family's name and the parameters as they were given: `build` of the two is equal to `self`.
    pub fn params(&self) -> (&'static str, Params) {
        (self.family().name, self.law().params())
    }

    /// Infinite when the integral diverges.
    pub fn mean(&self) -> f64 {
        self.law().mean()
    }

    /// Infinite when the integral diverges.
    pub fn variance(&self) -> f64 {
        self.law().variance()
    }

    /// The density of the continuous part; probability at single points is [`Dist::atom`].
    pub fn pdf(&self, x: f64) -> f64 {
        self.law().pdf(x)
    }

    /// P(X = x).
    pub fn atom(&self, x: f64) -> f64 {
        self.law().atom(x)
    }

    /// P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        self.law().cdf(x).below
    }

    /// P(X > x), exact also where it is tiny.
    pub fn survival(&self, x: f64) -> f64 {
        self.law().cdf(x).above
    }

    /// The smallest x with P(X <= x) >= p, for p in [0, 1].
    pub fn quantile(&self, p: f64) -> f64 {
        self.quantile_at(Level::at(p))
    }

    /// The quantile at a probability whose complement is known exactly.
    pub fn quantile_at(&self, level: Level) -> f64 {
        self.law().quantile(level)
    }

    /// The smallest closed interval that holds all values; ends may be infinite.
    pub fn support(&self) -> (f64, f64) {
        self.law().support()
    }

    /// The law of `factor * X`, for a factor above 0.
    pub fn scaled(&self, factor: f64) -> Result<Self, String> {
        family::positive("factor", factor)?;
        self.with_params(&|x| x * factor, &|x| x)
    }

    /// The same family with other parameters: those in units of the value, and bare numbers, each changed by a function.
    pub fn with_params(
        &self,
        value: &dyn Fn(f64) -> f64,
        number: &dyn Fn(f64) -> f64,
    ) -> Result<Self, String> {
        let (family, mut params) = (self.family(), self.law().params());
        for (name, param) in params.iter_mut() {
            let is_value = family.param(name).is_some_and(|p| matches!(p.kind, Kind::Value | Kind::Values));
            let change = if is_value { value } else { number };
            match param {
                ParamValue::Number(x) => *x = change(*x),
                ParamValue::Numbers(list) => list.iter_mut().for_each(|x| *x = change(*x)),
                ParamValue::Dist(dist) => **dist = dist.with_params(value, number)?,
                ParamValue::Dists(dists) => {
                    for dist in dists {
                        *dist = dist.with_params(value, number)?;
                    }
                }
                ParamValue::Flag(_) => {}
            }
        }
        family.build(&params)
    }
}

/// What a family file provides.
trait Law: Debug {
    fn params(&self) -> Params;
    fn mean(&self) -> f64;
    fn variance(&self) -> f64;
    fn pdf(&self, x: f64) -> f64;
    fn cdf(&self, x: f64) -> Level;
    /// The smallest x with P(X <= x) >= level; the ends of the support at levels 0 and 1.
    fn quantile(&self, level: Level) -> f64;
    fn support(&self) -> (f64, f64);
    fn sampler(&self) -> Sampler;

    /// P(X = x).
    fn atom(&self, _x: f64) -> f64 {
        0.0
    }

    /// The finite points where the cdf jumps or bends, in any order.
    fn kinks(&self) -> Vec<f64> {
        let (min, max) = self.support();
        [min, max].into_iter().filter(|x| x.is_finite()).collect()
    }
}
