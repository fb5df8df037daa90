//! Cells anywhere between the limits of some keys, rather than on a grid.

use super::grid::{Cell, Factor};
use crate::cli::exit::Failure;
use crate::cli::input::{self, Input};
use crate::cli::study::Ranged;
use crate::scenario::{self, Range};
use crate::stats::{latin_hypercube, sobol};

/// How many cells, and how they are spread.
#[derive(Clone, Copy, Debug)]
pub enum Spread {
    LatinHypercube(usize),
    Sobol(usize),
}

/// The keys, and the cells.
pub fn cells(base: &Input, ranged: &[Ranged], spread: Spread) -> Result<(Vec<Factor>, Vec<Cell>), Failure> {
    let tree = &base.scenario;
    let range = |r: &Ranged| {
        let found = scenario::between(tree, &r.path, &r.low, &r.high);
        found.map_err(|d| Failure::BadInput(input::render(&[d], tree)))
    };
    let ranges: Vec<Range> = ranged.iter().map(range).collect::<Result<_, _>>()?;
    let seed = base.arms[0].1.design.seed;
    let names: Vec<&str> = ranges.iter().map(|r| r.path.as_str()).collect();
    let shares: Vec<Vec<f64>> = match spread {
        Spread::LatinHypercube(n) => latin_hypercube(n, &names, seed),
        Spread::Sobol(n) if ranges.len() > sobol::MOST_DIMENSIONS => {
            return Err(Failure::BadInput(format!(
                "error: Sobol points have at most {} keys, and here are {}\nhint: --latin-hypercube {n} takes as many as there are",
                sobol::MOST_DIMENSIONS,
                ranges.len()
            )));
        }
        Spread::Sobol(n) => {
            let key = |k: usize| (0..n).map(|i| sobol::sobol(i, k, seed)).collect();
            (0..ranges.len()).map(key).collect()
        }
    };
    let n = shares.first().map_or(0, Vec::len);
    let cell = |i: usize| {
        let values: Vec<f64> = ranges.iter().zip(&shares).map(|(r, column)| r.quantile(column[i])).collect();
        let settings = ranges.iter().zip(&values).flat_map(|(r, value)| {
            r.changes(*value).into_iter().map(|c| format!("{}={}", c.path_text(), c.node.inline()))
        });
        Cell {
            settings: settings.collect(),
            values: ranges.iter().zip(&values).map(|(r, value)| r.unit.text(*value)).collect(),
            numbers: ranges.iter().zip(&values).map(|(r, value)| r.unit.number(*value)).collect(),
        }
    };
    let cells: Vec<Cell> = (0..n).map(cell).collect();
    let factor = |(k, r): (usize, &Range)| Factor {
        path: r.path.clone(),
        unit: r.unit.unit(),
        values: cells.iter().map(|cell| cell.values[k].clone()).collect(),
    };
    let factors = ranges.iter().enumerate().map(factor).collect();
    Ok((factors, cells))
}
