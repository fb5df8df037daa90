//! Numerical work on laws, done before a run: inverting a cdf, splitting a law where its quantile function jumps,
//! moments by quadrature.

use super::level::normal_density;
use super::{Law, Level};

/// The argument t in [lo, hi] at which an increasing cdf reaches `level`, by Newton's method on the logarithm of
/// the smaller tail, kept inside a shrinking bracket.
///
/// `at` gives the cdf and its derivative by t. `unit` is 1 when t is a logarithm (absolute accuracy), 0 when it is
/// the value itself (relative accuracy).
pub(super) fn invert(
    level: Level,
    (mut lo, mut hi): (f64, f64),
    start: f64,
    unit: f64,
    at: impl Fn(f64) -> (Level, f64),
) -> f64 {
    let mut t = start.clamp(lo, hi);
    for _ in 0..200 {
        let (found, density) = at(t);
        let (error, slope) = if level.below < 0.5 {
            ((found.below / level.below).ln(), density / found.below)
        } else {
            ((level.above / found.above).ln(), density / found.above)
        };
        if error < 0.0 {
            lo = t;
        } else {
            hi = t;
        }
        let newton = t - error / slope;
        let next = if newton > lo && newton < hi { newton } else { 0.5 * (lo + hi) };
        // So near, a Newton step leaves an error of the order of its square.
        if next == newton && error.abs() < 1e-10 {
            return next;
        }
        if next == t || hi - lo <= f64::EPSILON * (t.abs() + unit) {
            return t;
        }
        t = next;
    }
    t
}

/// A stretch of levels on which the quantile function is continuous, or constant (`lo == hi`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub from: Level,
    pub to: Level,
    pub lo: f64,
    pub hi: f64,
}

/// Splits a law at the given points. Pieces follow each other without a gap, from level 0 to level 1.
pub(super) fn pieces(law: &dyn Law, mut breaks: Vec<f64>) -> Vec<Piece> {
    /// Less than this is rounding error, not probability.
    const NOTHING: f64 = 1e-14;
    let (min, max) = law.support();
    breaks.retain(|&x| x >= min && x <= max);
    breaks.sort_by(f64::total_cmp);
    breaks.dedup();
    let mut pieces = Vec::new();
    let (mut from, mut lo) = (Level::ZERO, min);
    for x in breaks {
        let after = law.cdf(x);
        let before = after.minus(law.atom(x));
        if from.mass_to(before) > NOTHING {
            pieces.push(Piece { from, to: before, lo, hi: x });
            from = before;
        }
        if from.mass_to(after) > NOTHING && law.atom(x) > 0.0 {
            pieces.push(Piece { from, to: after, lo: x, hi: x });
            from = after;
        }
        lo = x;
    }
    if from.mass_to(Level::ONE) > NOTHING {
        pieces.push(Piece { from, to: Level::ONE, lo, hi: max });
    }
    if let Some(last) = pieces.last_mut() {
        last.to = Level::ONE;
    }
    pieces
}

/// Mean and variance by the trapezoid rule in normal score, piece by piece (the rule converges geometrically for
/// smooth integrands that vanish at both ends).
pub(super) fn moments(law: &dyn Law) -> (f64, f64) {
    const STEP: f64 = 0.25;
    /// Beyond this score lies less than 1e-290 of a law: heavy tails need it.
    const REACH: i32 = 36 * 4;
    let pieces = pieces(law, law.kinks());
    let expect = |f: &dyn Fn(f64) -> f64| -> f64 {
        let of_piece = |piece: &Piece| {
            let mass = piece.from.mass_to(piece.to);
            if piece.lo == piece.hi {
                return mass * f(piece.lo);
            }
            let term = |k: i32| {
                let z = f64::from(k) * STEP;
                let x = law.quantile(Level::of_score(z).inside(piece.from, piece.to));
                STEP * normal_density(z) * f(x)
            };
            mass * (-REACH..=REACH).map(term).sum::<f64>()
        };
        pieces.iter().map(of_piece).sum()
    };
    let mean = expect(&|x| x);
    (mean, expect(&|x| (x - mean) * (x - mean)))
}
