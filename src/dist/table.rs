//! Quantile tables: the quantile function of a law as cubics in normal score.
//!
//! In normal score z a quantile function is nearly a straight line, and so is its logarithm for a positive law;
//! cubic Hermite interpolation of 1,056 cells in z reaches nine digits with 40 bytes a cell. Cells in which the
//! middle is off by more are halved until it is not, or until they hold no probability to speak of.

use super::Level;
use super::level::normal_density;

/// Scores beyond +-REACH have probability below 2^-53, the smallest uniform number.
const REACH: f64 = 8.25;
/// Cells of a whole law: width 1/64.
pub(super) const CELLS: usize = 1056;
/// Largest error at the middle of an interval: relative for positive laws, else in units of the law's spread.
const TOLERANCE: f64 = 5e-10;
/// An interval with less probability is not halved again: it may hold a jump, or a valley of the density in which
/// the quantile function has no digits.
const LEAST_MASS: f64 = 1e-9;
/// Bounds the work for laws that bend everywhere (a mixture with thousands of interpolated observations).
const MOST_INTERVALS: usize = 1 << 16;
/// Logarithms are cut here: values below 4e-44 are zero for any purpose.
const LN_SMALLEST: f64 = -100.0;

#[derive(Clone, Debug)]
pub(super) struct Table {
    cells_per_score: f64,
    /// The first interval of each cell, and one past the last.
    cells: Box<[u32]>,
    intervals: Box<[Interval]>,
    /// Is the tabulated value the logarithm?
    log: bool,
}

/// value = c0 + c1 d + c2 d^2 + c3 d^3, d = z - start.
#[derive(Clone, Copy, Debug)]
struct Interval {
    start: f64,
    c: [f64; 4],
}

/// A point of the curve: score, value (or its logarithm), derivative by score.
#[derive(Clone, Copy)]
struct Knot {
    z: f64,
    y: f64,
    slope: f64,
}

impl Table {
    /// Tabulates `quantile`: level -> (value, density at the value); with `positive`, its logarithm. `mass` is the
    /// share of the law that the table stands for.
    pub(super) fn new(
        n_cells: usize,
        positive: bool,
        mass: f64,
        quantile: impl Fn(Level) -> (f64, f64),
    ) -> Self {
        let cells_per_score = n_cells as f64 / (2.0 * REACH);
        let start_of = |cell: usize| cell as f64 / cells_per_score - REACH;
        let spread = quantile(Level::of_score(1.0)).0 - quantile(Level::of_score(-1.0)).0;
        let curve = Curve { positive, spread, mass, quantile };
        let intervals = curve.cover((0..=n_cells).map(start_of));
        let first_of = |cell| intervals.partition_point(|i| i.start < start_of(cell)) as u32;
        let cells = (0..n_cells).map(first_of).chain([intervals.len() as u32]).collect();
        Self { cells_per_score, cells, intervals: intervals.into(), log: positive }
    }

    #[inline]
    pub(super) fn at(&self, level: Level) -> f64 {
        let z = level.score().clamp(-REACH, REACH);
        let cell = (((z + REACH) * self.cells_per_score) as usize).min(self.cells.len() - 2);
        let (first, end) = (self.cells[cell] as usize, self.cells[cell + 1] as usize);
        let mut at = first;
        if end - first > 1 {
            at += self.intervals[first + 1..end].partition_point(|interval| interval.start <= z);
        }
        let y = self.intervals[at].value(z);
        if self.log { y.exp() } else { y }
    }
}

impl Interval {
    /// The cubic with the values and slopes of both knots.
    fn cubic(left: Knot, right: Knot) -> Self {
        let width = right.z - left.z;
        let chord = (right.y - left.y) / width;
        let c2 = (3.0 * chord - 2.0 * left.slope - right.slope) / width;
        let c3 = (left.slope + right.slope - 2.0 * chord) / (width * width);
        Self { start: left.z, c: [left.y, left.slope, c2, c3] }
    }

    /// The straight line, which never leaves the values between its ends.
    fn line(left: Knot, right: Knot) -> Self {
        Self { start: left.z, c: [left.y, (right.y - left.y) / (right.z - left.z), 0.0, 0.0] }
    }

    #[inline]
    fn value(&self, z: f64) -> f64 {
        let d = z - self.start;
        let [c0, c1, c2, c3] = self.c;
        ((c3 * d + c2) * d + c1) * d + c0
    }
}

/// The exact curve that a table follows.
struct Curve<F> {
    positive: bool,
    spread: f64,
    mass: f64,
    quantile: F,
}

/// A stretch of the curve on its way to an interval.
enum Stretch {
    Open(Knot, Knot),
    Done(Interval),
}

impl<F: Fn(Level) -> (f64, f64)> Curve<F> {
    fn knot(&self, z: f64) -> Knot {
        let (x, density) = (self.quantile)(Level::of_score(z));
        let slope = normal_density(z) / density;
        let (y, slope) = match self.positive {
            false => (x, slope),
            true if x.ln() > LN_SMALLEST => (x.ln(), slope / x),
            true => (LN_SMALLEST, 0.0),
        };
        // At the end of a support the density may vanish or diverge; the value no longer moves there.
        Knot { z, y, slope: if slope.is_finite() { slope } else { 0.0 } }
    }

    /// Intervals from the first to the last of these scores, as many as accuracy needs: in each round every
    /// stretch that is not yet good is halved.
    fn cover(&self, scores: impl Iterator<Item = f64>) -> Vec<Interval> {
        let knots: Vec<_> = scores.map(|z| self.knot(z)).collect();
        let mut stretches: Vec<_> = knots.windows(2).map(|k| Stretch::Open(k[0], k[1])).collect();
        let is_open = |stretch: &Stretch| matches!(stretch, Stretch::Open(..));
        while stretches.iter().any(is_open) {
            let n_open = stretches.iter().filter(|s| is_open(s)).count();
            let may_halve = stretches.len() + n_open <= MOST_INTERVALS;
            let mut next = Vec::with_capacity(stretches.len() + n_open);
            for stretch in stretches {
                match stretch {
                    Stretch::Done(_) => next.push(stretch),
                    Stretch::Open(left, right) => match self.fit(left, right) {
                        Ok(interval) => next.push(Stretch::Done(interval)),
                        Err(middle) if may_halve => {
                            next.extend([Stretch::Open(left, middle), Stretch::Open(middle, right)]);
                        }
                        Err(_) => next.push(Stretch::Done(Interval::line(left, right))),
                    },
                }
            }
            stretches = next;
        }
        let done = |stretch| match stretch {
            Stretch::Done(interval) => Some(interval),
            Stretch::Open(..) => None,
        };
        stretches.into_iter().filter_map(done).collect()
    }

    /// One interval from `left` to `right`, or the knot in the middle at which it must be halved.
    fn fit(&self, left: Knot, right: Knot) -> Result<Interval, Knot> {
        let middle = self.knot(0.5 * (left.z + right.z));
        // The difference of two logarithms is the relative error.
        let scale = if self.positive { 1.0 } else { middle.y.abs().max(self.spread) };
        let cubic = Interval::cubic(left, right);
        if (cubic.value(middle.z) - middle.y).abs() <= TOLERANCE * scale {
            Ok(cubic)
        } else if self.mass * normal_density(middle.z) * (right.z - left.z) <= LEAST_MASS {
            Ok(Interval::line(left, right))
        } else {
            Err(middle)
        }
    }
}
