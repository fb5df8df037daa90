//! Laws from observations: every family that can be estimated, by maximum likelihood, ranked by BIC.
//!
//! The Bayesian information criterion (Schwarz 1978) is free parameters x ln n - 2 ln L; the smallest is best. AIC
//! (Akaike 1974) and the distances of Kolmogorov-Smirnov and Anderson-Darling are shown beside it.

use super::{Constant, Dist, Empirical, FAMILIES, ZeroInflated};

/// How a family is estimated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fitter {
    /// free parameters
    pub free: usize,
    /// The law of greatest likelihood; `None` where the sample gives none.
    pub fit: fn(&Sample) -> Option<Dist>,
}

/// A sample of positive values in ascending order.
#[derive(Clone, Debug)]
pub struct Sample {
    values: Vec<f64>,
    mean: f64,
    variance: f64,
    mean_log: f64,
}

impl Sample {
    fn new(values: Vec<f64>) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let mean_log = values.iter().map(|x| x.ln()).sum::<f64>() / n;
        Self { values, mean, variance, mean_log }
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// With denominator n.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    /// Mean of the logarithms; `None` when a value is not positive.
    pub(super) fn mean_log(&self) -> Option<f64> {
        self.mean_log.is_finite().then_some(self.mean_log)
    }

    pub(super) fn log_likelihood(&self, dist: &Dist) -> f64 {
        self.values.iter().map(|x| dist.pdf(*x).ln()).sum()
    }

    /// Largest distance of the distribution functions (Kolmogorov-Smirnov).
    fn ks(&self, dist: &Dist) -> f64 {
        let n = self.values.len() as f64;
        let at = |(i, x): (usize, &f64)| {
            let p = dist.cdf(*x);
            ((i + 1) as f64 / n - p).max(p - i as f64 / n)
        };
        self.values.iter().enumerate().map(at).fold(0.0, f64::max)
    }

    /// A squared of Anderson and Darling (1954): weighs the tails.
    fn ad(&self, dist: &Dist) -> f64 {
        let n = self.values.len();
        let at = |(i, x): (usize, &f64)| {
            (2 * i + 1) as f64 * (dist.cdf(*x).ln() + dist.survival(self.values[n - 1 - i]).ln())
        };
        -(n as f64) - self.values.iter().enumerate().map(at).sum::<f64>() / n as f64
    }
}

/// A family's best law for a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub dist: Dist,
    pub log_likelihood: f64,
    pub bic: f64,
    pub aic: f64,
    /// distance of Kolmogorov-Smirnov
    pub ks: f64,
    /// A squared of Anderson-Darling
    pub ad: f64,
    /// its mean is so far from that of the sample that it would be wrong in a simulation
    pub misses_mean: bool,
}

/// Why a law was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// all values are equal
    Constant,
    /// too few values for any family: the values themselves
    Few,
    /// many values come several times: the values themselves
    Ties,
    /// the smallest BIC
    Bic,
    /// no family comes near: the values themselves, with straight lines between them
    NoFamily,
}

/// A law for a sample, and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    pub dist: Dist,
    pub why: Why,
    /// values behind it
    pub n: usize,
    /// share of zeros among them
    pub zero: f64,
    /// families by BIC, the best first; of the values above zero
    pub candidates: Vec<Candidate>,
}

/// Fewer values than this are taken as they are.
const FEW: usize = 8;
/// Below this number of values families cannot be told apart.
const IDENTIFIABLE: usize = 100;
/// When fewer than this share of the values are different, they are no sample of a continuous law.
const DISTINCT: f64 = 0.5;
/// A family is refused when sqrt(n) times its distance of Kolmogorov-Smirnov exceeds this. With estimated parameters that
/// happens to fewer than one right family in a hundred (Stephens 1974: 1.035 for the normal law, 1.308 for the exponential).
const KS_LIMIT: f64 = 1.31;
/// Standard errors by which a law may miss the mean of the sample.
const MEAN_LIMIT: f64 = 4.0;
/// Points that stand for a large sample.
const POINTS: usize = 401;

impl Fit {
    /// Whether there are enough values to tell the family, and not only a shape.
    pub fn is_identifiable(&self) -> bool {
        matches!(self.why, Why::Constant) || (self.why == Why::Bic && self.n >= IDENTIFIABLE)
    }

    /// In words, for a report.
    pub fn told(&self) -> String {
        let family = self.dist.family().name;
        match self.why {
            Why::Constant => format!("always the same ({} values)", self.n),
            Why::Few => format!("{} values only, taken as they are", self.n),
            Why::Ties => format!("{} values of which many are equal, taken as they are", self.n),
            Why::NoFamily => format!("no family comes near; the {} values themselves", self.n),
            Why::Bic if self.n < IDENTIFIABLE => {
                format!("{family}, but {} values do not identify a family", self.n)
            }
            Why::Bic => format!("{family} by BIC, {} values", self.n),
        }
    }
}

/// The law of some values, none below zero; `None` without values.
pub fn fit(values: &[f64]) -> Option<Fit> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let made = |dist, why| Some(Fit { dist, why, n, zero: 0.0, candidates: Vec::new() });
    if first == last {
        return made(Constant::new(first).ok()?.into(), Why::Constant);
    }
    if n < FEW {
        return made(as_they_are(&sorted)?, Why::Few);
    }
    let zeros = sorted.iter().take_while(|x| **x <= 0.0).count();
    if zeros > 0 {
        let rest = fit(&sorted[zeros..])?;
        let zero = zeros as f64 / n as f64;
        let dist = match &rest.dist {
            Dist::Empirical(_) if rest.why != Why::NoFamily => as_they_are(&sorted)?,
            positive => ZeroInflated::new(zero, positive.clone()).ok()?.into(),
        };
        return Some(Fit { dist, zero, n, ..rest });
    }
    let distinct = 1 + sorted.windows(2).filter(|w| w[0] < w[1]).count();
    if (distinct as f64) < DISTINCT * n as f64 {
        return made(as_they_are(&sorted)?, Why::Ties);
    }
    let sample = Sample::new(sorted);
    let candidates = candidates(&sample);
    let limit = KS_LIMIT / (n as f64).sqrt();
    let best = candidates.iter().find(|c| !c.misses_mean && c.ks <= limit);
    let (dist, why) = match best {
        Some(best) => (best.dist.clone(), Why::Bic),
        None => (Empirical::new(thinned(sample.values()), None, true).ok()?.into(), Why::NoFamily),
    };
    Some(Fit { dist, why, n, zero: 0.0, candidates })
}

/// The values with straight lines between them, whatever family they may come from; `None` when they are too few.
pub fn interpolated(values: &[f64]) -> Option<Dist> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.first()? == sorted.last()? {
        return Constant::new(sorted[0]).ok().map(Dist::from);
    }
    Empirical::new(thinned(&sorted), None, true).ok().map(Dist::from)
}

fn candidates(sample: &Sample) -> Vec<Candidate> {
    let n = sample.values().len() as f64;
    let tolerated = MEAN_LIMIT * (sample.variance() / n).sqrt();
    let each = FAMILIES.iter().filter_map(|family| family.fitter).filter_map(|fitter| {
        let dist = (fitter.fit)(sample)?;
        let log_likelihood = sample.log_likelihood(&dist);
        log_likelihood.is_finite().then(|| Candidate {
            log_likelihood,
            bic: fitter.free as f64 * n.ln() - 2.0 * log_likelihood,
            aic: 2.0 * fitter.free as f64 - 2.0 * log_likelihood,
            ks: sample.ks(&dist),
            ad: sample.ad(&dist),
            misses_mean: (dist.mean() - sample.mean()).abs() > tolerated || !dist.mean().is_finite(),
            dist,
        })
    });
    let mut all: Vec<_> = each.collect();
    all.sort_by(|a, b| a.bic.total_cmp(&b.bic));
    all
}

/// Each different value with its count.
fn as_they_are(sorted: &[f64]) -> Option<Dist> {
    let groups: Vec<_> = sorted.chunk_by(|a, b| a == b).collect();
    let weights = groups.iter().map(|g| g.len() as f64).collect();
    let values = groups.iter().map(|g| g[0]).collect();
    Empirical::new(values, Some(weights), false).ok().map(Dist::from)
}

/// At most [`POINTS`] evenly spaced quantiles of sorted values (type 7), which the interpolated law goes through.
fn thinned(sorted: &[f64]) -> Vec<f64> {
    if sorted.len() <= POINTS {
        return sorted.to_vec();
    }
    let at = |k: usize| {
        let place = k as f64 / (POINTS - 1) as f64 * (sorted.len() - 1) as f64;
        let low = place.floor() as usize;
        let high = (low + 1).min(sorted.len() - 1);
        sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
    };
    (0..POINTS).map(at).collect()
}
