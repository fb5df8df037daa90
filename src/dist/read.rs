//! Distributions in scenario texts: `"45 min"`, `{ lognormal = { mean = "54 min", cv = 1 } }`, nested ones, and
//! observed values from a file: `{ empirical = { file = "repairs.csv", column = "minutes", unit = "min" } }`.

use super::{Dist, FAMILIES, Family, Kind, ParamValue, Params, build, fit};
use crate::diag::{Diagnostic, Sink, Span, suggest};
use crate::rng::{Key, Purpose};
use crate::text::schema::{self, Sign};
use crate::text::{Columns, Entry, Item, Node, Table, Value, quantity};
use crate::units::Dim;

/// Keys of the observed values from a file, beside what `empirical` has anyhow: key, type in JSON, value, meaning.
pub const FILE_KEYS: &[(&str, &str, &str, &str)] = &[
    (
        "file",
        "string",
        "text, instead of `values`",
        "a table beside the scenario: CSV with a header line, or Parquet (`.parquet`)",
    ),
    ("column", "string", "text, with `file`", "its column that holds the values; empty cells are left out"),
    (
        "unit",
        "string",
        "text, with `file`, optional",
        "the unit of the values where the table has bare numbers",
    ),
    (
        "fitted",
        "boolean",
        "true or false, with `file`, optional",
        "the family that fits best by BIC, in place of the values themselves",
    ),
    (
        RESAMPLE,
        "integer",
        "whole number, with `file`, optional",
        "as many rows are drawn again, with replacement; another number draws others. Runs with uncertain inputs set it",
    ),
];

/// The key that says which rows are drawn again.
pub const RESAMPLE: &str = "resample";

/// The table is `docs/examples/repairs.csv`.
pub const FILE_EXAMPLE: &str =
    r#"{ empirical = { file = "repairs.csv", column = "minutes", unit = "min" } }"#;

/// Reads a value whose schema is a distribution; collects every mistake. A duration must not be negative.
pub fn read(item: &Item<'_>, columns: &Columns) -> Option<Dist> {
    let schema::Kind::Dist(dim) = *item.kind() else {
        panic!("the schema has {} here", item.kind().expected());
    };
    read_node(&item.node(), dim, columns, item.sink())
}

/// Reads a part of a value as a distribution of this dimension.
pub fn read_node(node: &Node, dim: Dim, columns: &Columns, sink: &Sink) -> Option<Dist> {
    let dist = Reading { dim, columns, sink }.dist(node)?;
    if dim == Dim::TIME && dist.support().0 < 0.0 {
        sink.push(match dist {
            Dist::Constant(_) => node.error("a duration cannot be negative"),
            _ => node
                .error("a duration cannot be negative, but this distribution can")
                .hint("cut it off, for example { truncated = { of = ..., min = \"0 s\" } }"),
        });
        return None;
    }
    Some(dist)
}

/// The text form of a distribution over values of a dimension; reading it gives an equal one.
pub fn print(dist: &Dist, dim: Dim) -> Value {
    let (family, params) = dist.params();
    if let ("constant", Some(value)) = (family, params.get("value")) {
        return number(value, dim);
    }
    let mut inside = Table { inline: true, ..Table::default() };
    for (name, value) in params.iter() {
        let is_value = |kind| matches!(kind, Kind::Value | Kind::Values);
        let has_dim = dist.family().param(name).is_some_and(|p| is_value(p.kind));
        let own = if has_dim { dim } else { Dim::NUMBER };
        inside.push(
            name,
            match value {
                ParamValue::Number(x) => number(*x, own),
                ParamValue::Flag(flag) => Value::Bool(*flag),
                ParamValue::Numbers(list) => list.iter().map(|x| number(*x, own)).collect(),
                ParamValue::Dist(of) => print(of, dim),
                ParamValue::Dists(of) => of.iter().map(|d| print(d, dim)).collect(),
            },
        );
    }
    let mut outside = Table { inline: true, ..Table::default() };
    outside.push(family, inside);
    outside.into()
}

/// Bare where the dimension is a number, else with its unit.
fn number(value: f64, dim: Dim) -> Value {
    match dim {
        Dim::NUMBER if value.fract() == 0.0 && value.abs() < 1e15 => Value::Integer(value as i64),
        Dim::NUMBER => Value::Float(value),
        _ => quantity::print(value, dim).into(),
    }
}

struct Reading<'r> {
    dim: Dim,
    columns: &'r Columns<'r>,
    sink: &'r Sink,
}

impl Reading<'_> {
    fn dist(&self, node: &Node) -> Option<Dist> {
        match &node.value {
            Value::Table(table) => self.family(node, table),
            Value::Text { .. } | Value::Integer(_) | Value::Float(_) => {
                let value = self.sink.take(node.quantity(self.dim, Sign::Any))?;
                let constant = build("constant", &Params::new().with("value", value));
                self.sink.take(constant.map_err(|message| node.error(message)))
            }
            _ => self.fail(node.wrong_kind(&schema::Kind::Dist(self.dim))),
        }
    }

    fn family(&self, node: &Node, table: &Table) -> Option<Dist> {
        let [entry] = table.entries.as_slice() else {
            let d = node.error(format!("expected one distribution, found {} keys", table.entries.len()));
            return self.fail(d.hint("for example { lognormal = { mean = \"54 min\", cv = 1 } }"));
        };
        let Some(family) = FAMILIES.iter().find(|f| f.name == entry.key) else {
            let d =
                Diagnostic::error(format!("no distribution is called `{}`", entry.key)).at(entry.key_span);
            return self.fail(with_hint(d, &entry.key, FAMILIES.iter().map(|f| f.name)));
        };
        let Some(given) = entry.node.as_table() else {
            let d = entry.node.error(format!("expected the parameters of {}", family.name));
            return self.fail(d.hint(format!("for example {}", family.example)));
        };
        match given.get("file") {
            Some(file) if family.name == "empirical" => self.observed(family, entry, given, file),
            _ => {
                let params = self.params(family, given)?;
                self.build(family, &params, entry.key_span, given)
            }
        }
    }

    /// The parameters that are known and right; `None` when one was not.
    fn params(&self, family: &Family, given: &Table) -> Option<Params> {
        let mut params = Some(Params::new());
        for Entry { key, key_span, node } in &given.entries {
            let value = match family.param(key) {
                Some(param) => self.value(node, param.kind).map(|value| (param.name, value)),
                None => {
                    let d =
                        Diagnostic::error(format!("{} has no parameter `{key}`", family.name)).at(*key_span);
                    self.fail(with_hint(d, key, family.params.iter().map(|p| p.name)))
                }
            };
            params = match (params, value) {
                (Some(params), Some((name, value))) => Some(params.with(name, value)),
                _ => None,
            };
        }
        params
    }

    fn value(&self, node: &Node, kind: Kind) -> Option<ParamValue> {
        let take = |number| self.sink.take(number).map(ParamValue::Number);
        match kind {
            Kind::Value => take(node.quantity(self.dim, Sign::Any)),
            Kind::Rate => take(node.quantity(self.dim.inverse(), Sign::Positive)),
            Kind::Number => take(node.quantity(Dim::NUMBER, Sign::Any)),
            Kind::Probability => take(node.share()),
            Kind::Flag => self.sink.take(node.flag()).map(ParamValue::Flag),
            Kind::Values => self.list(node, |item| self.sink.take(item.quantity(self.dim, Sign::Any))),
            Kind::Numbers => self.list(node, |item| self.sink.take(item.quantity(Dim::NUMBER, Sign::Any))),
            Kind::Dist => self.dist(node).map(ParamValue::from),
            Kind::Dists => self.list(node, |item| self.dist(item)),
        }
    }

    /// All items, after every one of them was looked at.
    fn list<T>(&self, node: &Node, read: impl Fn(&Node) -> Option<T>) -> Option<ParamValue>
    where
        ParamValue: From<Vec<T>>,
    {
        let Some(items) = node.as_array() else {
            return self.fail(node.error(format!("expected a list, found {}", node.value.describe())));
        };
        let read: Vec<_> = items.iter().map(read).collect();
        read.into_iter().collect::<Option<Vec<T>>>().map(ParamValue::from)
    }

    /// Empirical values from a column of a file, with `unit` behind each when the file holds bare numbers.
    fn observed(&self, family: &Family, entry: &Entry, given: &Table, file: &Node) -> Option<Dist> {
        let text = |key: &str| given.get(key).map(|n| self.sink.take(n.text(&schema::Kind::Text)));
        let (Some(path), column, unit) = (text("file")?, text("column"), text("unit")) else { return None };
        let Some(column) = column else {
            let d = Diagnostic::error("missing key `column`").at(entry.key_span);
            return self.fail(d.hint(format!("for example {FILE_EXAMPLE}")));
        };
        let (column, unit) = (column?, unit.map_or(Some(None), |u| u.map(Some))?);
        let cells = (self.columns)(path.value, column.value).map_err(|message| file.error(message));
        let cell = |(row, cell): (usize, String)| {
            let full = unit.map_or_else(|| cell.clone(), |unit| format!("{cell} {}", unit.value));
            quantity::parse_as(&full, self.dim).map_err(|m| {
                let place = format!("row {} of column `{}`", row + 1, column.value);
                file.error(format!("{place} holds `{cell}`: {}", m.message))
            })
        };
        let values: Result<Vec<f64>, _> = self.sink.take(cells)?.into_iter().enumerate().map(cell).collect();
        let mut values = self.sink.take(values)?;
        if let Some(number) = given.get(RESAMPLE).map(|n| self.sink.take(n.count())) {
            values =
                drawn_again(values.len(), path.value, number?).into_iter().map(|row| values[row]).collect();
        }
        let fitted = given.get("fitted").map_or(Some(false), |n| self.sink.take(n.flag()))?;
        if fitted {
            let usable = values.iter().all(|x| *x >= 0.0);
            let Some(fit) = fit(&values).filter(|_| usable) else {
                return self.fail(file.error("no law can be fitted: values are missing, or below zero"));
            };
            return Some(fit.dist);
        }
        let is_own = |e: &&Entry| FILE_KEYS.iter().all(|(key, ..)| *key != e.key);
        let rest = Table { entries: given.entries.iter().filter(is_own).cloned().collect(), inline: true };
        let params = self.params(family, &rest)?.with("values", values);
        self.build(family, &params, entry.key_span, given)
    }

    fn build(&self, family: &Family, params: &Params, place: Span, given: &Table) -> Option<Dist> {
        let mistake = match family.build(params) {
            Ok(dist) => return Some(dist),
            Err(message) => message,
        };
        for message in mistakes(family, params.clone(), mistake) {
            let named = given.entries.iter().find(|e| names(&message, &e.key));
            let place = named.map_or(place, |e| e.node.span);
            let d = Diagnostic::error(message).at(place);
            self.sink.push(d.hint(format!("for example {}", family.example)));
        }
        None
    }

    fn fail<T>(&self, diagnostic: Diagnostic) -> Option<T> {
        self.sink.push(diagnostic);
        None
    }
}

/// A message names the parameter that is wrong in backticks.
fn names(message: &str, parameter: &str) -> bool {
    message.contains(&format!("`{parameter}`"))
}

/// The first mistake of a law, and those of other parameters behind it.
fn mistakes(family: &Family, mut params: Params, first: String) -> Vec<String> {
    let mut all = vec![first];
    loop {
        let named =
            params.iter().map(|(name, _)| name).find(|name| all.last().is_some_and(|m| names(m, name)));
        let Some((name, other)) = named.and_then(|n| Some((n, wrong_whatever(family, &params, n, &all)?)))
        else {
            return all;
        };
        params = params.replaced(name, 1.0);
        all.push(other);
    }
}

/// What else is wrong, whatever number stands for the parameter, and has nothing to do with it.
fn wrong_whatever(family: &Family, params: &Params, name: &'static str, known: &[String]) -> Option<String> {
    let message = |x: f64| family.build(&params.clone().replaced(name, x)).err();
    let first = message(1.0).filter(|m| !names(m, name) && !known.contains(m))?;
    [0.5, 2.0, 10.0].iter().all(|x| message(*x).as_ref() == Some(&first)).then_some(first)
}

/// As many rows as a file has, drawn again with replacement. The same file, number of rows and number give the same rows, so
/// that columns of one table stay together.
pub fn drawn_again(rows: usize, file: &str, number: u64) -> Vec<usize> {
    let mut stream = Key::new(number, 0).stream(Purpose::of("bootstrap/rows"), Purpose::of(file).0.into(), 0);
    // Multiply and shift; the bias is below rows / 2^64.
    (0..rows).map(|_| ((u128::from(stream.bits()) * rows as u128) >> 64) as usize).collect()
}

fn with_hint<'k>(d: Diagnostic, key: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Diagnostic {
    match suggest(key, known) {
        Some(hint) => d.hint(hint),
        None => d,
    }
}
