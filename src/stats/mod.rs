//! Statistics: from plain slices of numbers to estimates that carry their own uncertainty.
//!
//! Nothing here knows a name, a file or a clock; what is random (the bootstrap) takes a seed.
//! The protocol that puts these parts together is in `docs/statistics.md`. Read in this order:
//!
//! | module | what |
//! |---|---|
//! | [`describe`] | mean, variance, skewness, autocorrelation, stable in floating point |
//! | [`student`] | quantiles of Student's t and of the normal distribution |
//! | [`estimate`] | [`Estimate`], and intervals for means: t, paired t, Willink's, Welch's |
//! | [`resampled`] | [`Resampled`]: a statistic with what its interval and its change need |
//! | [`jackknife`] | [`Sums`], behind nearly every metric: a smooth function of sums over replications |
//! | [`quantile`] | [`Pooled`] quantiles and their bootstrap over replications |
//! | [`survival`] | [`KaplanMeier`] for durations that were cut off |
//! | [`warmup`] | where the start of a run ends: MSER-5 |
//! | [`stopping`] | how many replications |
//! | [`multiple`] | many metrics, many arms |
//! | [`verdict`](mod@verdict) | the interval in one word |
//! | [`two_level`] | the error of the replications and that of the inputs in one interval |
//! | [`drivers`](mod@drivers) | which inputs drive a result, by regression |
//! | [`saltelli`] | the same by Sobol indices |
//! | [`control`] | control charts: which weeks are not like those before |
//! | [`regression`] | polynomials by least squares, of the degree that the points support |
//! | [`kim_nelson`] | which of several systems is the best, run by run |
//! | [`morris`] | which of many inputs matter: elementary effects |
//! | [`mod@latin_hypercube`] | points that fall into every stretch of every input |
//! | [`rank`] | rank correlation |
//! | [`mod@sobol`] | points that fill a cube evenly |
//! | [`order`] | quantiles of independent values by order statistics |
//! | [`counts`] | sign test and likelihood ratio of counts |
//! | [`trend`] | a slope over a few years with its exact interval: Theil-Sen, Mann-Kendall |
//! | [`ecdf`] | distribution functions with bands, and histograms, for charts |
//! | [`density`] | densities with bands, for charts |

pub mod describe;
pub mod student;
pub mod estimate;
mod resample;
pub mod resampled;
pub mod jackknife;
pub mod quantile;
pub mod survival;
pub mod warmup;
pub mod stopping;
pub mod multiple;
pub mod control;
pub mod counts;
pub mod regression;
pub mod verdict;
pub mod two_level;
pub mod drivers;
pub mod saltelli;
pub mod kim_nelson;
pub mod latin_hypercube;
pub mod morris;
pub mod rank;
pub mod sobol;
pub mod order;
pub mod trend;
pub mod ecdf;
pub mod density;

pub use density::{AxisKind, Density};
pub use drivers::{Driver, Drivers, drivers};
pub use ecdf::{Ecdf, EcdfGap, Histogram};
pub use estimate::{
    Estimate, MIN_NONZERO_DIFFERENCES, mean_skew_adjusted, mean_t, p_value, paired_skew_adjusted, paired_t,
    welch,
};
pub use jackknife::{Sums, ratio};
pub use latin_hypercube::latin_hypercube;
pub use multiple::{Holm, bonferroni_level, holm, mcb};
pub use order::{OrderQuantile, order_quantile};
pub use quantile::{Pooled, quantile_sorted};
pub use rank::rank_correlation;
pub use resample::{Resampler, SAMPLES};
pub use resampled::Resampled;
pub use saltelli::{Saltelli, SobolIndex};
pub use stopping::{Decision, Precision, StoppingRule};
pub use survival::KaplanMeier;
pub use trend::{Trend, theil_sen};
pub use two_level::InputSpread;
pub use verdict::{Better, Verdict, verdict};
pub use warmup::{WarmUp, mser5};
