//! Samples of all inputs: what changes in the text, and the models that come out.

use super::super::lower::{Loader, csv_column, lower_arms};
use super::super::{Scenario, apply};
use super::observations::{Observations, observations};
use super::{Range, ranges};
use crate::dist::drawn_again;
use crate::model::Model;
use crate::rng::mix;
use crate::text::{Change, quantity};

/// An input that is varied.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there are some tens of them")]
pub enum Varied {
    /// A quantity, by its law.
    Range(Range),
    /// A law from a file, by drawing the rows of the file again.
    Rows(Observations),
}

impl Varied {
    pub fn path(&self) -> &str {
        match self {
            Self::Range(range) => &range.path,
            Self::Rows(rows) => &rows.path,
        }
    }

    pub fn label(&self) -> &str {
        match self {
            Self::Range(range) => &range.label,
            Self::Rows(rows) => &rows.label,
        }
    }

    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Range(range) => range.line,
            Self::Rows(rows) => Some(rows.line),
        }
    }
}

/// All inputs of the register that are varied, in its order.
pub fn varied(scenario: &Scenario, model: &Model) -> Vec<Varied> {
    let quantities = ranges(scenario, model).into_iter().map(Varied::Range);
    let rows = observations(scenario, model).into_iter().map(Varied::Rows);
    let mut all: Vec<Varied> = quantities.chain(rows).collect();
    all.sort_by_key(Varied::line);
    all
}

/// Samples of inputs.
pub struct Sampled<'a> {
    pub scenario: &'a Scenario,
    pub inputs: &'a [Varied],
    /// `[input][sample]`: shares of the inputs' laws, 0 to 1. For rows that are drawn again each stands for a drawing.
    pub positions: Vec<Vec<f64>>,
    pub seed: u64,
}

impl Sampled<'_> {
    /// What changes in the scenario where the inputs stand at these shares of their laws.
    pub fn changes(&self, at: &[f64]) -> Vec<Change> {
        let each = self.inputs.iter().zip(at);
        each.flat_map(|(input, u)| match input {
            Varied::Range(range) => range.changes(range.quantile(*u)),
            Varied::Rows(rows) => vec![rows.change(self.number(*u))],
        })
        .collect()
    }

    /// The models of all arms where the inputs stand at these shares of their laws.
    ///
    /// # Errors
    /// When the changed scenario has a mistake: a value of a range that the scenario cannot have.
    pub fn models(&self, at: &[f64], loader: Loader) -> Result<Vec<Model>, String> {
        let (changed, unmade) = apply(self.scenario, &self.changes(at));
        let (arms, found) = lower_arms(&changed, loader);
        match unmade.iter().chain(&found).find(|d| d.is_error()) {
            Some(d) => Err(d.message.clone()),
            None => Ok(arms.into_iter().map(|(_, model)| model).collect()),
        }
    }

    /// `[input][sample]`: the values that the samples have, in the unit in which they are written; the mean of the rows
    /// where rows are drawn again.
    pub fn values(&self, loader: Loader) -> Vec<Vec<f64>> {
        let each = self.inputs.iter().zip(&self.positions);
        each.map(|(input, positions)| match input {
            Varied::Range(range) => positions.iter().map(|u| range.unit.number(range.quantile(*u))).collect(),
            Varied::Rows(rows) => {
                let cells = loader(&rows.file).and_then(|bytes| csv_column(&bytes, &rows.file, &rows.column));
                let number = |cell: &String| quantity::parse(cell).map_or(f64::NAN, |q| q.value);
                let values: Vec<f64> = cells.unwrap_or_default().iter().map(number).collect();
                let mean = |u: &f64| {
                    let drawn = drawn_again(values.len(), &rows.file, self.number(*u));
                    drawn.iter().map(|row| values[*row]).sum::<f64>() / values.len() as f64
                };
                positions.iter().map(mean).collect()
            }
        })
        .collect()
    }

    /// The number by which rows are drawn again; small enough for any reader of TOML.
    fn number(&self, u: f64) -> u64 {
        mix(self.seed, u.to_bits()) >> 16
    }
}
