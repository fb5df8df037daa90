//! One of several laws, chosen by weight.

use super::fit::{Fitter, Sample};
use super::sampler::{Composite, Form, PieceForm, PieceSampler};
use super::solve::{Piece, invert, pieces};
use super::table::{CELLS, Table};
use super::{Dist, Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "mixture",
    doc: "One of several laws, each with its share of the cases.",
    params: &[
        Param { name: "weights", kind: Kind::Numbers, doc: "shares of the laws; only their ratios count" },
        Param { name: "of", kind: Kind::Dists, doc: "the laws, in the order of the weights" },
    ],
    forms: &[&["weights", "of"]],
    example: r#"{ mixture = { weights = [3, 1], of = [{ lognormal = { mean = "20 min", cv = 0.5 } }, { gamma = { mean = "3 h", cv = 0.8 } }] } }"#,
    read: |p| {
        let (weights, of) = (p.list("weights").unwrap_or_default(), p.dists("of").unwrap_or_default());
        Ok(Mixture::new(weights.to_vec(), of.to_vec())?.into())
    },
    fitter: Some(Fitter { free: 5, fit }),
};

/// X_i with probability proportional to weight i.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    weights: Vec<f64>,
    of: Vec<Dist>,
    total: f64,
    /// Where the quantile function may jump, ascending: single points with probability, and ends of the parts'
    /// supports.
    breaks: Vec<f64>,
}

impl Mixture {
    pub fn new(weights: Vec<f64>, of: Vec<Dist>) -> Result<Self, String> {
        if of.is_empty() || weights.len() != of.len() {
            return Err(format!("`weights` must hold one number for each law in `of`, {} here", of.len()));
        }
        if weights.iter().any(|w| !(*w > 0.0 && w.is_finite())) {
            return Err("every weight must be above 0".to_owned());
        }
        let total = weights.iter().sum();
        let mut mixture = Self { weights, of, total, breaks: Vec::new() };
        let ends = mixture.parts().flat_map(|(_, law)| <[f64; 2]>::from(law.support()));
        let atoms = mixture.kinks().into_iter().filter(|&x| mixture.atom(x) > 0.0);
        let mut breaks: Vec<_> = ends.chain(atoms).filter(|x| x.is_finite()).collect();
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        mixture.breaks = breaks;
        Ok(mixture)
    }

    /// (probability, law) of each part.
    fn parts(&self) -> impl Iterator<Item = (f64, &dyn Law)> {
        self.weights.iter().zip(&self.of).map(|(weight, dist)| (weight / self.total, dist.law()))
    }

    fn mean_of(&self, f: impl Fn(&dyn Law) -> f64) -> f64 {
        self.parts().map(|(share, law)| share * f(law)).sum()
    }

    /// The quantile, known to lie in [lo, hi] where the law is continuous.
    fn solve(&self, level: Level, lo: f64, hi: f64) -> f64 {
        // The quantile of a mixture lies between those of its parts.
        let quantiles = || self.parts().map(|(_, law)| law.quantile(level));
        let lo = quantiles().fold(f64::INFINITY, f64::min).max(lo);
        let hi = quantiles().fold(f64::NEG_INFINITY, f64::max).min(hi);
        if lo >= hi {
            return lo.min(hi);
        }
        if lo > 0.0 {
            let bracket = (lo.ln(), hi.ln());
            let at = |t: f64| (self.cdf(t.exp()), t.exp() * self.pdf(t.exp()));
            return invert(level, bracket, 0.5 * (bracket.0 + bracket.1), 1.0, at).exp().clamp(lo, hi);
        }
        invert(level, (lo, hi), 0.5 * (lo + hi), 0.0, |x| (self.cdf(x), self.pdf(x)))
    }

    fn piece_sampler(&self, piece: &Piece, n_cells: usize) -> PieceSampler {
        let Piece { from, to, lo, hi } = *piece;
        let form = if lo == hi {
            PieceForm::Flat(lo)
        } else {
            let mass = from.mass_to(to);
            let table = Table::new(n_cells, lo >= 0.0, mass, |level| {
                let x = self.solve(level.inside(from, to), lo, hi);
                (x, self.pdf(x) / mass)
            });
            PieceForm::Smooth { table, min: lo, max: hi }
        };
        PieceSampler { from, to, form }
    }
}

/// Two lognormal laws by the EM algorithm (Dempster, Laird and Rubin 1977) on the logarithms, from the halves of the sorted
/// sample. Neither may hold less than a twentieth, nor shrink to a point.
fn fit(sample: &Sample) -> Option<Dist> {
    const ROUNDS: usize = 200;
    const LEAST: f64 = 0.05;
    sample.mean_log()?;
    let logs: Vec<f64> = sample.values().iter().map(|x| x.ln()).collect();
    let n = logs.len() as f64;
    let moments = |weights: &dyn Fn(usize) -> f64| {
        let total: f64 = (0..logs.len()).map(weights).sum();
        let mean = logs.iter().enumerate().map(|(i, y)| weights(i) * y).sum::<f64>() / total;
        let square = logs.iter().enumerate().map(|(i, y)| weights(i) * (y - mean).powi(2)).sum::<f64>();
        (total / n, mean, (square / total).sqrt())
    };
    let half = logs.len() / 2;
    let whole = moments(&|_| 1.0).2;
    let mut parts = [moments(&|i| f64::from(i < half)), moments(&|i| f64::from(i >= half))];
    let mut share = vec![0.0; logs.len()];
    for _ in 0..ROUNDS {
        if parts.iter().any(|p| p.0 < LEAST || p.2 < 0.01 * whole || !p.2.is_finite()) {
            return None;
        }
        for (first, y) in share.iter_mut().zip(&logs) {
            let [a, b] = parts.map(|(weight, mean, sd)| {
                let z = (y - mean) / sd;
                (weight / sd).ln() - 0.5 * z * z
            });
            *first = 1.0 / (1.0 + (b - a).exp());
        }
        let before = parts;
        parts = [moments(&|i| share[i]), moments(&|i| 1.0 - share[i])];
        let moved = parts.iter().zip(&before).map(|(p, q)| (p.0 - q.0).abs()).fold(0.0, f64::max);
        if moved < 1e-8 {
            break;
        }
    }
    let law = |p: (f64, f64, f64)| super::Lognormal::by_median_sigma(p.1.exp(), p.2).ok().map(Dist::from);
    let of = vec![law(parts[0])?, law(parts[1])?];
    Mixture::new(vec![parts[0].0, parts[1].0], of).ok().map(Dist::from)
}

impl Law for Mixture {
    fn params(&self) -> Params {
        Params::new().with("weights", self.weights.clone()).with("of", self.of.clone())
    }

    fn mean(&self) -> f64 {
        self.mean_of(|law| law.mean())
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        if mean.is_infinite() {
            return f64::INFINITY;
        }
        self.mean_of(|law| law.variance() + (law.mean() - mean).powi(2))
    }

    fn pdf(&self, x: f64) -> f64 {
        self.mean_of(|law| law.pdf(x))
    }

    fn atom(&self, x: f64) -> f64 {
        self.mean_of(|law| law.atom(x))
    }

    fn cdf(&self, x: f64) -> Level {
        self.parts().fold(Level { below: 0.0, above: 0.0 }, |sum, (share, law)| {
            let level = law.cdf(x);
            Level { below: sum.below + share * level.below, above: sum.above + share * level.above }
        })
    }

    fn quantile(&self, level: Level) -> f64 {
        let (min, max) = self.support();
        if level.below == 0.0 || level.above == 0.0 {
            return if level.below == 0.0 { min } else { max };
        }
        // The first break that the quantile does not lie beyond: at it, or in the stretch before it.
        let breaks = &self.breaks;
        let reached = |x: f64| match level.below < 0.5 {
            true => self.cdf(x).below >= level.below,
            false => self.cdf(x).above <= level.above,
        };
        let i = breaks.partition_point(|&x| !reached(x));
        let lo = if i == 0 { min } else { breaks[i - 1] };
        match breaks.get(i) {
            Some(&x) if self.cdf(x).minus(self.atom(x)).below < level.below => x,
            next => self.solve(level, lo, next.copied().unwrap_or(max)),
        }
    }

    fn support(&self) -> (f64, f64) {
        let supports = || self.parts().map(|(_, law)| law.support());
        (
            supports().map(|s| s.0).fold(f64::INFINITY, f64::min),
            supports().map(|s| s.1).fold(f64::NEG_INFINITY, f64::max),
        )
    }

    fn kinks(&self) -> Vec<f64> {
        self.parts().flat_map(|(_, law)| law.kinks()).collect()
    }

    fn sampler(&self) -> Sampler {
        let pieces = pieces(self, self.breaks.clone());
        let n_cells = if pieces.len() <= 4 { CELLS } else { CELLS / 16 };
        if let [whole] = pieces[..]
            && let PieceForm::Smooth { table, .. } = self.piece_sampler(&whole, n_cells).form
        {
            return Form::Table { offset: 0.0, factor: 1.0, table: table.into() }.into();
        }
        Composite::Pieces(pieces.iter().map(|piece| self.piece_sampler(piece, n_cells)).collect()).into()
    }
}
