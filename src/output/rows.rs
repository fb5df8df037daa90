//! Tables filled row by row.

use super::table::{Column, Table};
use crate::stats::Estimate;

/// A table filled row by row; columns come into being in the order in which the first row names them.
#[derive(Default)]
pub struct Rows {
    pub table: Table,
    /// The column that the next value most likely belongs to.
    next: usize,
}

impl Rows {
    fn column(&mut self, name: &str, empty: Column) -> &mut Column {
        let columns = &mut self.table.columns;
        let at = if columns.get(self.next).is_some_and(|(n, _)| n == name) {
            self.next
        } else {
            columns.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
                columns.push((name.to_owned(), empty));
                columns.len() - 1
            })
        };
        self.next = (at + 1) % columns.len().max(1);
        &mut columns[at].1
    }

    pub fn text(&mut self, name: &str, value: &str) {
        if let Column::Text(v) = self.column(name, Column::Text(Vec::new())) {
            v.push(value.to_owned());
        }
    }

    pub fn integer(&mut self, name: &str, value: u64) {
        if let Column::Integer(v) = self.column(name, Column::Integer(Vec::new())) {
            v.push(value);
        }
    }

    pub fn number(&mut self, name: &str, value: Option<f64>) {
        if let Column::Number(v) = self.column(name, Column::Number(Vec::new())) {
            v.push(value.filter(|x| x.is_finite()).unwrap_or(f64::NAN));
        }
    }

    /// [us since 1970-01-01T00:00Z]
    pub fn instant(&mut self, name: &str, value: i64) {
        if let Column::Instant(v) = self.column(name, Column::Instant(Vec::new())) {
            v.push(value);
        }
    }

    /// Value, bounds and standard error.
    pub fn estimate(&mut self, prefix: &str, estimate: Option<&Estimate>) {
        self.number(&format!("{prefix}value"), estimate.map(|e| e.value));
        self.number(&format!("{prefix}lower"), estimate.map(|e| e.lower));
        self.number(&format!("{prefix}upper"), estimate.map(|e| e.upper));
        self.number(&format!("{prefix}se"), estimate.map(|e| e.se));
    }
}
