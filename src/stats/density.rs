//! Density curves of pooled values with a band, for charts.
//!
//! The values are counted in a fine grid, by replication, and smoothed by a Gaussian kernel whose bandwidth is found by
//! the improved Sheather-Jones method: Botev, Grotowski and Kroese, "Kernel density estimation via diffusion", Annals of
//! Statistics 38 (2010), 2916-2957. Unlike the rules that take the values for nearly normal it keeps apart the humps
//! that a mixture of cases has. At the ends of the grid the kernel is reflected, so that a density does not leak below
//! zero.

use super::describe::sd;
use super::estimate::Estimate;
use super::quantile::{Pooled, quantile_sorted};
use std::f64::consts::PI;

/// Cells of the grid.
const CELLS: usize = 512;
/// The grid leaves out this share of the values at its long ends; they still count in the whole.
const TAIL: f64 = 0.001;
/// Above this ratio of the 95th percentile to the median values are shown on a logarithmic axis.
const LONG_TAIL: f64 = 6.0;
/// The narrowest kernel [cells]: a finer one shows more humps than an eye can follow.
const LEAST: f64 = 4.0;
/// The kernel reaches this many bandwidths.
const REACH: f64 = 4.0;

/// What is smoothed: the values themselves, or their logarithm to base 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisKind {
    Linear,
    Log10,
}

/// A density at the middles of grid cells: share of all values per unit of the axis, with a pointwise band.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Density {
    pub axis: AxisKind,
    /// ascending; unit of the values (not their logarithms)
    pub x: Vec<f64>,
    /// per unit of the values, or per factor of ten on a logarithmic axis
    pub density: Vec<f64>,
    /// the interval of each point by itself, over replications; not finite with a single one
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub level: f64,
    /// standard deviation of the kernel, in units of the axis
    pub bandwidth: f64,
    /// share of the values that are exactly zero; they are not part of the curve
    pub zero: f64,
    /// number of values
    pub n: usize,
}

impl Density {
    /// The axis that shows all of these arms well: logarithmic if one has a long tail and none a value below zero.
    pub fn axis<'a>(arms: impl IntoIterator<Item = &'a Pooled>) -> AxisKind {
        let mut long = false;
        for pooled in arms {
            let values = pooled.values();
            if values.first().is_some_and(|v| *v < 0.0) {
                return AxisKind::Linear;
            }
            let positive = &values[values.partition_point(|v| *v <= 0.0)..];
            long |= quantile_sorted(positive, 0.95) > LONG_TAIL * quantile_sorted(positive, 0.5);
        }
        if long { AxisKind::Log10 } else { AxisKind::Linear }
    }

    /// The density of values that depend on each other within a replication: the band is the jackknife's, over
    /// replications. None where fewer than two different finite values are left beside zeros.
    pub fn clustered(pooled: &Pooled, axis: AxisKind, level: f64) -> Option<Self> {
        let n = pooled.values().len();
        let finite = pooled.values().partition_point(|v| v.is_finite());
        let zeros = pooled.values()[..finite].iter().filter(|v| **v == 0.0).count();
        let kept: Vec<(f64, usize)> = (pooled.values()[..finite].iter().zip(pooled.labels()))
            .filter(|(v, _)| **v != 0.0)
            .map(|(v, r)| (axis.at(*v), *r as usize))
            .collect();
        let values: Vec<f64> = kept.iter().map(|(v, _)| *v).collect();
        let grid = Grid::new(&values, axis)?;
        let mut counts = vec![vec![0.0; CELLS]; pooled.replications()];
        for (v, r) in kept {
            if let Some(cell) = grid.cell(v) {
                counts[r][cell] += 1.0;
            }
        }
        let total: Vec<f64> = (0..CELLS).map(|k| counts.iter().map(|c| c[k]).sum()).collect();
        let within = total.iter().sum::<f64>();
        let cells = improved_sheather_jones(&total, within).unwrap_or_else(|| silverman(&values, grid.width));
        let kernel = Kernel::new(cells.max(LEAST));
        let smooth: Vec<Vec<f64>> = counts.iter().map(|c| kernel.smooth(c)).collect();
        let sizes: Vec<f64> = pooled.sizes().iter().map(|s| f64::from(*s)).collect();
        let points: Vec<Estimate> =
            (0..CELLS).map(|k| grid.density(smooth.iter().map(|s| s[k]), &sizes, level)).collect();
        Some(Self {
            axis,
            x: (0..CELLS).map(|k| axis.back(grid.middle(k))).collect(),
            density: points.iter().map(|p| p.value).collect(),
            lower: points.iter().map(|p| p.lower.max(0.0)).collect(),
            upper: points.iter().map(|p| p.upper).collect(),
            level,
            bandwidth: kernel.cells * grid.width,
            zero: zeros as f64 / n as f64,
            n,
        })
    }

    /// In units of this many of the present ones.
    pub fn rescale(&mut self, unit_size: f64) {
        self.x.iter_mut().for_each(|x| *x /= unit_size);
        if self.axis == AxisKind::Linear {
            self.bandwidth /= unit_size;
            let heights = [&mut self.density, &mut self.lower, &mut self.upper];
            heights.into_iter().flatten().for_each(|y| *y *= unit_size);
        }
    }
}

impl AxisKind {
    /// Where a value lies on the axis.
    pub fn at(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log10 => value.log10(),
        }
    }

    fn back(self, at: f64) -> f64 {
        match self {
            Self::Linear => at,
            Self::Log10 => 10f64.powf(at),
        }
    }
}

struct Grid {
    start: f64,
    width: f64,
}

impl Grid {
    /// Over all of the values (ascending) but the tails, and a little more; from zero on a linear axis that starts there.
    fn new(values: &[f64], axis: AxisKind) -> Option<Self> {
        let (first, last) = (*values.first()?, *values.last()?);
        let (lo, hi) = match axis {
            AxisKind::Linear => (first, quantile_sorted(values, 1.0 - 2.0 * TAIL)),
            AxisKind::Log10 => (quantile_sorted(values, TAIL), quantile_sorted(values, 1.0 - TAIL)),
        };
        let (lo, hi) = if lo < hi { (lo, hi) } else { (first, last) };
        let room = 0.08 * (hi - lo);
        let start = if axis == AxisKind::Linear && lo >= 0.0 { (lo - room).max(0.0) } else { lo - room };
        let width = (hi + room - start) / CELLS as f64;
        (width > 0.0 && width.is_finite()).then_some(Self { start, width })
    }

    fn cell(&self, value: f64) -> Option<usize> {
        let cell = ((value - self.start) / self.width).floor();
        (cell >= 0.0 && cell < CELLS as f64).then_some(cell as usize)
    }

    fn middle(&self, cell: usize) -> f64 {
        self.start + (cell as f64 + 0.5) * self.width
    }

    /// Smoothed counts of a cell over the values, by replication, as a density with its jackknife interval.
    fn density(&self, counts: impl Iterator<Item = f64> + Clone, sizes: &[f64], level: f64) -> Estimate {
        let (count, size): (f64, f64) = (counts.clone().sum(), sizes.iter().sum());
        let value = count / size / self.width;
        let left_out: Vec<f64> =
            counts.zip(sizes).map(|(c, s)| (count - c) / (size - s) / self.width).collect();
        let n = sizes.len() as f64;
        Estimate::t(value, sd(&left_out) * (n - 1.0) / n.sqrt(), sizes.len(), level)
    }
}

/// A Gaussian kernel on the grid.
struct Kernel {
    /// standard deviation [cells]
    cells: f64,
    /// from the middle outwards; both sides together sum to one
    weights: Vec<f64>,
}

impl Kernel {
    fn new(cells: f64) -> Self {
        let reach = ((REACH * cells).ceil() as usize).min(CELLS - 1);
        let weight = |k: usize| (-0.5 * (k as f64 / cells).powi(2)).exp();
        let sum = weight(0) + 2.0 * (1..=reach).map(weight).sum::<f64>();
        Self { cells, weights: (0..=reach).map(|k| weight(k) / sum).collect() }
    }

    fn smooth(&self, counts: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; CELLS];
        for (cell, &count) in counts.iter().enumerate().filter(|(_, c)| **c > 0.0) {
            out[cell] += count * self.weights[0];
            for (k, weight) in self.weights.iter().enumerate().skip(1) {
                out[reflected(cell as isize - k as isize)] += count * weight;
                out[reflected((cell + k) as isize)] += count * weight;
            }
        }
        out
    }
}

fn reflected(cell: isize) -> usize {
    let n = CELLS as isize;
    let cell = if cell < 0 { -1 - cell } else { cell };
    (if cell >= n { 2 * n - 1 - cell } else { cell }) as usize
}

/// The bandwidth [cells] from the counts of the grid; `n` is their sum. None where its equation has no root.
fn improved_sheather_jones(counts: &[f64], n: f64) -> Option<f64> {
    if n < 2.0 {
        return None;
    }
    // Discrete cosine transform; the table holds cos(pi m / 2N) for a whole turn.
    let turn = 4 * CELLS;
    let cosines: Vec<f64> = (0..turn).map(|m| (PI * m as f64 / (2 * CELLS) as f64).cos()).collect();
    let squares: Vec<f64> = (1..CELLS)
        .map(|k| {
            let terms = counts.iter().enumerate();
            let sum: f64 = terms.map(|(j, c)| c / n * cosines[k * (2 * j + 1) % turn]).sum();
            sum * sum
        })
        .collect();
    let moment = |s: i32, t: f64| {
        let terms = (1..CELLS).zip(&squares).map(|(k, a)| {
            let i = (k * k) as f64;
            i.powi(s) * a * (-i * PI * PI * t).exp()
        });
        2.0 * PI.powi(2 * s) * terms.sum::<f64>()
    };
    // t - xi gamma^[7](t) of the paper.
    let excess = |t: f64| {
        let mut f = moment(7, t);
        for s in (2..=6).rev() {
            let odd: f64 = (1..=s).map(|k| f64::from(2 * k - 1)).product::<f64>() / (2.0 * PI).sqrt();
            let factor = (1.0 + 0.5f64.powf(f64::from(s) + 0.5)) / 3.0;
            let time = (2.0 * factor * odd / n / f).powf(2.0 / (3.0 + 2.0 * f64::from(s)));
            f = moment(s, time);
        }
        t - (2.0 * n * PI.sqrt() * f).powf(-0.4)
    };
    // The smallest root: the excess is negative at zero.
    let steps = (0..60).map(|k| 1e-9 * 1.35f64.powi(k)).take_while(|t| *t < 0.1);
    let mut low = 0.0;
    let mut high = None;
    for t in steps {
        if excess(t) > 0.0 {
            high = Some(t);
            break;
        }
        low = t;
    }
    let mut high = high?;
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if excess(middle) > 0.0 { high = middle } else { low = middle }
    }
    let cells = high.sqrt() * CELLS as f64;
    cells.is_finite().then_some(cells)
}

/// Silverman, Density Estimation (1986), equation 3.31: 0.9 min(sd, IQR / 1.34) n^(-1/5) [cells].
fn silverman(sorted: &[f64], width: f64) -> f64 {
    let quartiles = quantile_sorted(sorted, 0.75) - quantile_sorted(sorted, 0.25);
    let spread = if quartiles > 0.0 { sd(sorted).min(quartiles / 1.34) } else { sd(sorted) };
    let cells = 0.9 * spread * (sorted.len() as f64).powf(-0.2) / width;
    if cells.is_finite() { cells.min(CELLS as f64 / 10.0) } else { 1.0 }
}
