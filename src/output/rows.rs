//! Tables filled row by row.

use super::table::{Column, Table};
use crate::stats::Estimate;

/// A table filled row by row; columns come into being in the order in which rows name them. A row begins with the first value
/// for a column that its row has already; columns that a row does not name are empty there.
#[derive(Default)]
pub struct Rows {
    columns: Vec<(String, Column)>,
    /// Rows so far, the one that is being filled among them.
    n: usize,
    /// The column that the next value most likely belongs to.
    next: usize,
}

impl Rows {
    /// The table; empty without rows.
    pub fn table(mut self) -> Table {
        let n = self.n;
        self.columns.iter_mut().for_each(|(name, column)| column.pad(n, name));
        Table { columns: self.columns }
    }

    /// The table, unless it has no rows.
    pub fn some(self) -> Option<Table> {
        (self.n > 0).then(|| self.table())
    }

    /// The column of this name, ready for the value of this row.
    fn column(&mut self, name: &str, empty: Column) -> &mut Column {
        let columns = &mut self.columns;
        let at = if columns.get(self.next).is_some_and(|(n, _)| n == name) {
            self.next
        } else {
            columns.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
                columns.push((name.to_owned(), empty));
                columns.len() - 1
            })
        };
        self.next = (at + 1) % columns.len().max(1);
        let column = &mut columns[at].1;
        if column.len() == self.n {
            self.n += 1;
        }
        column.pad(self.n - 1, name);
        column
    }

    pub fn text(&mut self, name: &str, value: &str) {
        match self.column(name, Column::Text(Vec::new())) {
            Column::Text(v) => v.push(value.to_owned()),
            _ => mixed(name),
        }
    }

    pub fn integer(&mut self, name: &str, value: u64) {
        match self.column(name, Column::Integer(Vec::new())) {
            Column::Integer(v) => v.push(value),
            _ => mixed(name),
        }
    }

    pub fn number(&mut self, name: &str, value: Option<f64>) {
        match self.column(name, Column::Number(Vec::new())) {
            Column::Number(v) => v.push(value.filter(|x| x.is_finite()).unwrap_or(f64::NAN)),
            _ => mixed(name),
        }
    }

    /// [us since 1970-01-01T00:00Z]
    pub fn instant(&mut self, name: &str, value: i64) {
        match self.column(name, Column::Instant(Vec::new())) {
            Column::Instant(v) => v.push(value),
            _ => mixed(name),
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

/// A mistake of the program, not of its input: without a word the table would lose a value.
fn mixed(name: &str) -> ! {
    panic!("the column `{name}` has values of two kinds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_a_row_lacks_are_empty_there() {
        let mut rows = Rows::default();
        rows.text("a", "x");
        rows.number("b", Some(1.0));
        rows.text("a", "y");
        rows.number("c", Some(2.0));
        rows.text("a", "z");
        rows.number("b", Some(3.0));
        assert_eq!(rows.table().to_csv(), b"a,b,c\nx,1,\ny,,2\nz,3,\n");
        assert!(Rows::default().some().is_none());
    }

    #[test]
    #[should_panic(expected = "`a` has values of two kinds")]
    fn a_column_has_one_kind() {
        let mut rows = Rows::default();
        rows.text("a", "x");
        rows.number("a", Some(1.0));
    }

    #[test]
    #[should_panic(expected = "`n` has no value")]
    fn a_count_has_no_gap() {
        let mut rows = Rows::default();
        rows.integer("n", 1);
        rows.text("a", "x");
        rows.text("a", "y");
        rows.table();
    }
}
