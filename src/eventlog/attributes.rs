//! Columns of further values, filled value by value.

use super::{Column, NONE, Names, UNKNOWN, Values};

/// A value as a file gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Text(&'a str),
    Number(f64),
    Instant(i64),
    Bool(bool),
}

/// A value that is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    Text(String),
    Number(f64),
    Instant(i64),
    Bool(bool),
}

impl Datum {
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Number(x) => Value::Number(*x),
            Self::Instant(t) => Value::Instant(*t),
            Self::Bool(b) => Value::Bool(*b),
        }
    }
}

/// Named columns; a column comes into being with its first value, which decides its type. A value of another type turns
/// the column into text.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    names: Names,
    columns: Vec<Values>,
    /// Values that had no column any more.
    pub left_out: u64,
}

/// Most columns: a file in which every event has a name of its own for its value would make as many columns as rows.
pub const MOST_COLUMNS: u32 = 1_000;

impl Attributes {
    /// The number of a column; the column need not have values yet.
    pub fn key(&mut self, name: &str) -> u32 {
        self.names.intern(name)
    }

    pub fn set(&mut self, row: usize, key: u32, value: Value) {
        if key >= MOST_COLUMNS {
            self.left_out += 1;
            return;
        }
        let key = key as usize;
        while self.columns.len() <= key {
            self.columns.push(Values::Text { names: Names::default(), ids: Vec::new() });
        }
        let column = &mut self.columns[key];
        if column.is_empty() {
            *column = Values::of_type(value);
        }
        column.resize(row.max(column.len()));
        match (&mut *column, value) {
            (Values::Number(v), Value::Number(x)) => put(v, row, x),
            (Values::Instant(v), Value::Instant(x)) => put(v, row, x),
            (Values::Bool(v), Value::Bool(x)) => put(v, row, Some(x)),
            (Values::Text { names, ids }, Value::Text(text)) => put(ids, row, names.intern(text)),
            (Values::Text { names, ids }, other) => put(ids, row, names.intern(&other.to_text())),
            _ => {
                *column = column.to_text();
                self.set(row, key as u32, value);
            }
        }
    }

    /// The columns that have values, each of this length.
    pub fn finish(self, len: usize) -> Vec<Column> {
        let named = self.names.iter().zip(self.columns).filter(|(_, values)| !values.is_empty());
        named
            .map(|(name, mut values)| {
                values.resize(len);
                Column { name: name.to_owned(), values }
            })
            .collect()
    }
}

fn put<T>(values: &mut Vec<T>, row: usize, value: T) {
    if row == values.len() { values.push(value) } else { values[row] = value }
}

impl Value<'_> {
    fn to_text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Number(x) => x.to_string(),
            Self::Instant(micros) => {
                let mut text = Vec::new();
                super::instant::write(&mut text, micros, 6);
                String::from_utf8(text).unwrap_or_default()
            }
            Self::Bool(b) => b.to_string(),
        }
    }
}

impl Values {
    /// The value in this row, if there is one.
    pub fn get(&self, row: usize) -> Option<Value<'_>> {
        match self {
            Self::Text { names, ids } => {
                ids.get(row).filter(|&&id| id != NONE).map(|&id| Value::Text(names.name(id)))
            }
            Self::Number(v) => v.get(row).filter(|x| !x.is_nan()).map(|&x| Value::Number(x)),
            Self::Instant(v) => v.get(row).filter(|&&t| t != UNKNOWN).map(|&t| Value::Instant(t)),
            Self::Bool(v) => v.get(row).copied().flatten().map(Value::Bool),
        }
    }

    fn of_type(value: Value) -> Self {
        match value {
            Value::Text(_) => Self::Text { names: Names::default(), ids: Vec::new() },
            Value::Number(_) => Self::Number(Vec::new()),
            Value::Instant(_) => Self::Instant(Vec::new()),
            Value::Bool(_) => Self::Bool(Vec::new()),
        }
    }

    /// Fills up with "no value", or cuts.
    fn resize(&mut self, len: usize) {
        match self {
            Self::Text { ids, .. } => ids.resize(len, NONE),
            Self::Number(v) => v.resize(len, f64::NAN),
            Self::Instant(v) => v.resize(len, UNKNOWN),
            Self::Bool(v) => v.resize(len, None),
        }
    }

    fn to_text(&self) -> Self {
        let mut names = Names::default();
        let ids =
            (0..self.len()).map(|row| self.get(row).map_or(NONE, |v| names.intern(&v.to_text()))).collect();
        Self::Text { names, ids }
    }

    /// A column of texts that are all numbers, all instants or all truth values becomes a column of these.
    ///
    /// Texts that would not be written back alike, such as `007`, stay texts.
    pub(super) fn typed(self) -> Self {
        let Self::Text { names, ids } = &self else { return self };
        fn all<T>(names: &Names, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
            names.iter().map(read).collect()
        }
        fn spread<T: Copy>(values: &[T], ids: &[u32], none: T) -> Vec<T> {
            ids.iter().map(|&id| values.get(id as usize).copied().unwrap_or(none)).collect()
        }
        if names.is_empty() {
            self
        } else if let Some(v) = all(names, number) {
            Self::Number(spread(&v, ids, f64::NAN))
        } else if let Some(v) = all(names, truth) {
            Self::Bool(ids.iter().map(|&id| v.get(id as usize).copied()).collect())
        } else if let Some(v) = all(names, |s| super::instant::Layout::Ymd.read(s)) {
            let micros: Vec<_> = v.iter().map(|stamp| stamp.micros).collect();
            Self::Instant(spread(&micros, ids, UNKNOWN))
        } else {
            self
        }
    }
}

/// A finite decimal number without needless zeros in front.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let padded = matches!(digits, [b'0', b'0'..=b'9', ..]);
    let begins = digits.first().is_some_and(|b| b.is_ascii_digit());
    text.parse().ok().filter(|x: &f64| begins && !padded && x.is_finite())
}

/// As XES wants it and as people write it.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_takes_the_type_of_its_values_and_falls_back_to_text() {
        let mut a = Attributes::default();
        let (age, note) = (a.key("age"), a.key("note"));
        a.set(1, age, Value::Number(7.0));
        a.set(3, note, Value::Bool(true));
        a.set(4, note, Value::Text("x"));
        a.set(3, age, Value::Number(8.5));
        let columns = a.finish(6);
        assert_eq!(columns[0].values, Values::Number(vec![f64::NAN, 7.0, f64::NAN, 8.5, f64::NAN, f64::NAN]));
        let note: Vec<_> = (0..6).map(|row| columns[1].values.get(row)).collect();
        assert_eq!(note[3..], [Some(Value::Text("true")), Some(Value::Text("x")), None]);
    }

    #[test]
    fn texts_become_numbers_only_without_loss() {
        let typed = |texts: &[&str]| {
            let mut names = Names::default();
            let ids = texts.iter().map(|t| names.intern(t)).collect();
            Values::Text { names, ids }.typed()
        };
        assert_eq!(typed(&["1", "-2.5", "1e3"]), Values::Number(vec![1.0, -2.5, 1000.0]));
        assert_eq!(typed(&["True", "false"]), Values::Bool(vec![Some(true), Some(false)]));
        assert_eq!(typed(&["1970-01-01T00:00:01Z"]), Values::Instant(vec![1_000_000]));
        for texts in [&["007"][..], &["NaN"], &["1", "x"], &["+1"], &[""]] {
            assert!(matches!(typed(texts), Values::Text { .. }), "{texts:?}");
        }
    }
}
