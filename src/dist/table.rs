//! Quantile tables: the quantile function of a smooth law as cubics in normal score.
//!
//! In normal score z a quantile function is nearly a straight line, and so is its logarithm for a positive law;
//! cubic Hermite interpolation of 1,056 cells in z reaches nine digits with 40 bytes a cell. Cells in which the
//! midpoint is off by more are halved until it is not.

use super::Level;
use super::level::normal_density;

/// Scores beyond +-REACH have probability below 2^-53, the smallest uniform number.
const REACH: f64 = 8.25;
/// Cells of a whole law: width 1/64.
pub(super) const CELLS: usize = 1056;
/// Largest error at the middle of an interval: relative for positive laws, else in units of the law's spread.
const TOLERANCE: f64 = 5e-10;
/// Each halving splits a cell's probability; after 24 less than 1e-9 of the law is affected.
const HALVINGS: u32 = 24;
/// A law that asks for more than this is rougher than its quantile function can be computed.
const MOST_INTERVALS: usize = 1 << 16;
/// Logarithms are cut here: such values are zero for any purpose.
const LN_SMALLEST: f64 = -690.0;

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
    /// Tabulates `quantile`: level -> (value, density at the value). With `positive`, the logarithm.
    pub(super) fn new(n_cells: usize, positive: bool, quantile: impl Fn(Level) -> (f64, f64)) -> Self {
        let cells_per_score = n_cells as f64 / (2.0 * REACH);
        let spread = quantile(Level::of_score(1.0)).0 - quantile(Level::of_score(-1.0)).0;
        let curve = Curve { positive, spread, quantile };
        let mut cells = Vec::with_capacity(n_cells + 1);
        let mut intervals = Vec::with_capacity(n_cells);
        let mut left = curve.knot(-REACH);
        for cell in 1..=n_cells {
            cells.push(intervals.len() as u32);
            let right = curve.knot(cell as f64 / cells_per_score - REACH);
            curve.cover(left, right, HALVINGS, &mut intervals);
            left = right;
        }
        cells.push(intervals.len() as u32);
        Self { cells_per_score, cells: cells.into(), intervals: intervals.into(), log: positive }
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
    fn new(left: Knot, right: Knot) -> Self {
        let width = right.z - left.z;
        let chord = (right.y - left.y) / width;
        let c2 = (3.0 * chord - 2.0 * left.slope - right.slope) / width;
        let c3 = (left.slope + right.slope - 2.0 * chord) / (width * width);
        Self { start: left.z, c: [left.y, left.slope, c2, c3] }
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
    quantile: F,
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

    /// Pushes intervals from `left` to `right`, as many as accuracy needs.
    fn cover(&self, left: Knot, right: Knot, halvings: u32, intervals: &mut Vec<Interval>) {
        let interval = Interval::new(left, right);
        let middle = self.knot(0.5 * (left.z + right.z));
        // The difference of two logarithms is the relative error.
        let scale = if self.positive { 1.0 } else { middle.y.abs().max(self.spread) };
        if (interval.value(middle.z) - middle.y).abs() <= TOLERANCE * scale {
            intervals.push(interval);
        } else if halvings == 0 || intervals.len() >= MOST_INTERVALS {
            // At a near jump: a straight line never leaves the values between its ends.
            let slope = (right.y - left.y) / (right.z - left.z);
            intervals.push(Interval { start: left.z, c: [left.y, slope, 0.0, 0.0] });
        } else {
            self.cover(left, middle, halvings - 1, intervals);
            self.cover(middle, right, halvings - 1, intervals);
        }
    }
}
