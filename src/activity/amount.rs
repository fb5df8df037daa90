//! Amounts as they are written: a law, `{ by = "system", engine = .., tyre = .. }`, `{ is = "expression" }`;
//! for attributes that hold names: `"engine"` or `{ choose = { engine = 0.3, tyre = 0.7 } }`.

use super::{Amount, Holds, Scope};
use crate::diag::{Diagnostic, Sink, suggest};
use crate::dist::{self, Dist, Params};
use crate::expr::{Expr, Type};
use crate::ids::AttrId;
use crate::text::schema::Sign;
use crate::text::{Entry, Item, Node, Reader, Table, Text, Value};
use crate::units::Dim;
use serde_json::json;

/// JSON Schema of an amount; laws refer to `#/$defs/distribution`.
pub fn json_schema() -> serde_json::Value {
    let law = json!({ "$ref": "#/$defs/distribution" });
    json!({
        "title": "amount",
        "description": "A distribution, one for each level of an attribute, or computed for the case.",
        "anyOf": [
            law,
            {
                "type": "object",
                "properties": {
                    "by": { "type": "string", "description": "an attribute with levels" },
                    "else": law,
                },
                "required": ["by"],
                "additionalProperties": law,
            },
            {
                "type": "object",
                "properties": { "is": { "type": "string", "description": "an expression" } },
                "required": ["is"],
                "additionalProperties": false,
            },
        ],
    })
}

impl Amount {
    /// The amount under a key [dim].
    pub fn read(r: &Reader, key: &str, dim: Dim, scope: &Scope) -> Option<Self> {
        Self::of_item(&r.item(key)?, &Holds::Number(dim), scope)
    }

    /// A value for an attribute that holds this.
    pub fn of_item(item: &Item, holds: &Holds, scope: &Scope) -> Option<Self> {
        let node = item.node();
        let sink = item.sink();
        let table = node.as_table();
        let Some(table) = table else { return law(&node, holds, scope, sink).map(Self::Law) };
        if table.get("by").is_some() {
            return by_level(&node, table, holds, scope, sink);
        }
        match table.get("is") {
            Some(is) => value(is, holds, scope, sink).map(Self::Value),
            None => law(&node, holds, scope, sink).map(Self::Law),
        }
    }

    pub fn print(&self, dim: Dim, scope: &Scope) -> Value {
        self.print_for(&Holds::Number(dim), scope)
    }

    /// Reading it for an attribute that holds the same gives it back.
    pub fn print_for(&self, holds: &Holds, scope: &Scope) -> Value {
        match self {
            Self::Law(dist) => print_law(dist, holds),
            Self::ByLevel { attr, laws } => {
                let slot = &scope.attributes[*attr];
                let table = Table::braces().with("by", slot.name.as_str());
                let levels = slot.holds.names().unwrap_or_default();
                let each = levels.iter().zip(laws);
                each.fold(table, |table, (level, dist)| table.with(*level, print_law(dist, holds))).into()
            }
            Self::Value(expr) => Table::braces().with("is", expr.text()).into(),
        }
    }
}

/// A law that does not depend on any case.
pub fn read_law(r: &Reader, key: &str, dim: Dim, scope: &Scope) -> Option<Dist> {
    let item = r.item(key)?;
    dist::read_node(&item.node(), dim, scope.columns, item.sink())
}

fn law(node: &Node, holds: &Holds, scope: &Scope, sink: &Sink) -> Option<Dist> {
    match (holds, holds.names()) {
        (Holds::Number(dim), _) => dist::read_node(node, *dim, scope.columns, sink),
        (_, names) => pick(node, holds, &names.unwrap_or_default(), sink),
    }
}

/// One of several names: always the same one, or chosen by weight.
fn pick(node: &Node, holds: &Holds, names: &[&str], sink: &Sink) -> Option<Dist> {
    let index = |text: Text| match names.iter().position(|name| *name == text.value) {
        Some(i) => Ok(i as f64),
        None => {
            let d = Diagnostic::error(format!("`{}` is not {}", text.value, holds.describe())).at(text.span);
            Err(match suggest(text.value, names.iter().copied()) {
                Some(hint) => d.hint(hint),
                None => d,
            })
        }
    };
    let always = |i: f64| dist::build("constant", &Params::new().with("value", i)).ok();
    match &node.value {
        Value::Bool(flag) if *holds == Holds::Flag => return always(f64::from(u8::from(*flag))),
        Value::Text { .. } => return always(sink.take(index(node.as_text()?))?),
        _ => {}
    }
    let choice = node.as_table().and_then(|table| match table.entries.as_slice() {
        [Entry { key, node, .. }] if key == "choose" => node.as_table(),
        _ => None,
    });
    let Some(choice) = choice else {
        let first = names.first().copied().unwrap_or("name");
        let what = holds.describe();
        sink.push(
            node.error(format!("expected {what}, found {}", node.value.describe()))
                .hint(format!("for example \"{first}\" or {{ choose = {{ {first} = 0.3, ... }} }}")),
        );
        return None;
    };
    let (mut values, mut weights) = (Vec::new(), Vec::new());
    for Entry { key, key_span, node } in &choice.entries {
        let value = sink.take(index(Text::new(key, *key_span)));
        let weight = sink.take(node.quantity(Dim::NUMBER, Sign::NonNegative));
        values.extend(value);
        weights.extend(weight);
    }
    if values.len() < choice.entries.len() || weights.len() < values.len() {
        return None;
    }
    let params = Params::new().with("values", values).with("weights", weights);
    let law = dist::build("empirical", &params);
    sink.take(law.map_err(|message| node.error(message).hint("give each name a weight, for example 0.3")))
}

fn print_law(dist: &Dist, holds: &Holds) -> Value {
    let Some(names) = holds.names() else {
        let Holds::Number(dim) = holds else { return Value::from(false) };
        return dist::print(dist, *dim);
    };
    let name = |x: f64| names.get(x as usize).copied().unwrap_or_default();
    let (_, params) = dist.params();
    match (params.list("values"), params.list("weights")) {
        (Some(values), Some(weights)) => {
            let each = values.iter().zip(weights);
            let choice = each.fold(Table::braces(), |table, (x, weight)| table.with(name(*x), *weight));
            Table::braces().with("choose", choice).into()
        }
        _ if *holds == Holds::Flag => Value::from(dist.mean() != 0.0),
        _ => name(dist.mean()).into(),
    }
}

fn by_level(node: &Node, table: &Table, holds: &Holds, scope: &Scope, sink: &Sink) -> Option<Amount> {
    let by = table.get("by")?;
    let Some(text) = by.as_text() else {
        sink.push(by.error("expected the name of an attribute"));
        return None;
    };
    let (attr, levels) = sink.take(categorical(text, scope))?;
    let mut laws: Vec<Option<Dist>> = vec![None; levels.len()];
    let mut complete = true;
    let otherwise = table.get("else").map(|node| law(node, holds, scope, sink));
    for Entry { key, key_span, node } in table.entries.iter().filter(|e| e.key != "by" && e.key != "else") {
        let read = law(node, holds, scope, sink);
        complete &= read.is_some();
        match levels.iter().position(|level| level == key) {
            Some(i) => laws[i] = read,
            None => {
                let d = Diagnostic::error(format!("`{}` has no level `{key}`", text.value)).at(*key_span);
                sink.push(match suggest(key, levels.iter().copied()) {
                    Some(hint) => d.hint(hint),
                    None => d,
                });
                complete = false;
            }
        }
    }
    if !complete {
        return None;
    }
    let missing: Vec<_> =
        levels.iter().zip(&laws).filter(|(_, law)| law.is_none()).map(|(l, _)| *l).collect();
    match otherwise {
        Some(otherwise) => {
            let otherwise = otherwise?;
            Some(Amount::ByLevel {
                attr,
                laws: laws.into_iter().map(|law| law.unwrap_or(otherwise.clone())).collect(),
            })
        }
        None if missing.is_empty() => {
            Some(Amount::ByLevel { attr, laws: laws.into_iter().flatten().collect() })
        }
        None => {
            let names: Vec<_> = missing.iter().map(|m| format!("`{m}`")).collect();
            sink.push(
                node.error(format!("no value for {}", names.join(", ")))
                    .hint(format!("give each level of `{}` a value, or add else = ...", text.value)),
            );
            None
        }
    }
}

/// An attribute with names, and the names.
fn categorical<'s>(text: Text, scope: &'s Scope) -> Result<(AttrId, Vec<&'s str>), Diagnostic> {
    let found = scope.attributes.iter_ids().find(|(_, slot)| slot.name == text.value);
    let Some((id, slot)) = found else {
        let known: Vec<_> = scope.attributes.iter().map(|slot| slot.name.as_str()).collect();
        let d = Diagnostic::error(format!("no attribute is called `{}`", text.value)).at(text.span);
        return Err(match suggest(text.value, known) {
            Some(hint) => d.hint(hint),
            None => d.hint("declare one: [attribute] system = { levels = [\"engine\", \"tyre\"] }"),
        });
    };
    let holds = slot.holds.describe();
    let d = || Diagnostic::error(format!("`{}` has no levels, it holds {holds}", text.value)).at(text.span);
    Ok((id, slot.holds.names().ok_or_else(d)?))
}

/// `is`: an expression of the attribute's type.
fn value(node: &Node, holds: &Holds, scope: &Scope, sink: &Sink) -> Option<Expr> {
    let Some(text) = node.as_text() else {
        sink.push(node.error("expected an expression in quotes"));
        return None;
    };
    let want = match holds {
        Holds::Number(dim) => Type::Number(*dim),
        Holds::Flag => Type::Truth,
        // Any attribute that holds the same names says which scale is meant.
        holds => {
            let same = scope.attributes.iter_ids().find(|(_, slot)| slot.holds == *holds);
            same.map(|(id, _)| scope.types[id])?
        }
    };
    Expr::read(&text, &scope.symbols, Some(want), sink)
}
