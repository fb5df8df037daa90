//! Compares a whole tree with its schema: unknown and missing keys, wrong kinds, unknown names.

use super::describe;
use super::names::{Names, variant};
use super::schema::{Keys, Kind, Need, TAG, Table};
use super::tree::{self, Node, Value};
use crate::diag::{Diagnostic, Sink, Span, Spanned, suggest};
use std::rc::Rc;

/// What is wrong with a schema itself: defaults that do not read, keys said twice, tables of one name. Reading
/// is silent, so a test should hold this list empty.
pub fn schema_faults(root: &'static Table) -> Vec<String> {
    let names = Rc::new(Names::default());
    let mut faults = Vec::new();
    let all = [vec![root], describe::tables(root), describe::variants(root)].concat();
    for (i, table) in all.iter().enumerate() {
        if all[..i].iter().any(|t| t.name == table.name) {
            faults.push(format!("two tables are called {}", table.name));
        }
        for (j, field) in table.fields.iter().enumerate() {
            let place = format!("{} of {}", field.key, table.with_article());
            if table.fields[..j].iter().any(|f| f.key == field.key) {
                faults.push(format!("{place} is said twice"));
            }
            // Whether a default name exists depends on the scenario; distributions have their own reader.
            let Need::Default(text) = field.need else { continue };
            if !matches!(field.kind, Kind::Name(_) | Kind::Dist(_) | Kind::Amount(_)) {
                let sink = Sink::default();
                value(&Node::of_text(text, 0), &field.kind, Span::default(), &names, &sink);
                let why =
                    sink.into_vec().into_iter().map(|d| format!("the default of {place}: {}", d.message));
                faults.extend(why);
            }
        }
    }
    faults
}

/// Reports every mistake of a table; `place` is where the table is named.
/// Distributions and expressions are checked by those who read them.
pub(super) fn table(
    table: &tree::Table,
    schema: &'static Table,
    place: Span,
    names: &Rc<Names>,
    sink: &Sink,
) {
    fields(table, schema, place, names, sink, None);
}

fn fields(
    table: &tree::Table,
    schema: &'static Table,
    place: Span,
    around: &Rc<Names>,
    sink: &Sink,
    tag: Option<&str>,
) {
    let names = Names::declared_in(around, table, schema, |d| sink.push(d));
    for entry in table.entries.iter().filter(|e| Some(e.key.as_str()) != tag) {
        match schema.field(&entry.key) {
            Some(field) => value(&entry.node, &field.kind, entry.key_span, &names, sink),
            None => {
                let d =
                    Diagnostic::error(format!("unknown key `{}` in {}", entry.key, schema.with_article()))
                        .at(entry.key_span)
                        .label("unknown key");
                sink.push(match suggest(&entry.key, schema.keys()) {
                    Some(hint) => d.hint(hint),
                    None => d,
                });
            }
        }
    }
    for field in schema.fields.iter().filter(|f| f.need == Need::Required && table.get(f.key).is_none()) {
        sink.push(
            Diagnostic::error(format!("missing key `{}` in {}", field.key, schema.with_article()))
                .at(place)
                .label(format!("expected `{}`: {}", field.key, field.kind.expected()))
                .hint(format!("for example {} = {}", field.key, field.kind.example())),
        );
    }
}

/// Reports every mistake of one value; `place` is where it is named.
fn value(node: &Node, kind: &'static Kind, place: Span, names: &Rc<Names>, sink: &Sink) {
    let kind = kind.pick(&node.value);
    let found = match (kind, &node.value) {
        (Kind::Text | Kind::NewName(_) | Kind::Formula(_) | Kind::Condition, _) => node.text(kind).map(drop),
        (Kind::Name(sort), _) => node.text(kind).and_then(|t| names.resolve(sort, t.spanned())).map(drop),
        (Kind::Quantity(dim, sign), _) => node.quantity(*dim, *sign).map(drop),
        (Kind::Share, _) => node.share().map(drop),
        (Kind::Count, _) => node.count().map(drop),
        (Kind::Flag, _) => node.flag().map(drop),
        (Kind::Choice(words), _) => node.choice(words).map(drop),
        (Kind::Clock, _) => node.clock().map(drop),
        (Kind::Date, _) => node.date().map(drop),
        (Kind::Weekly, Value::Array(items)) => {
            items.iter().for_each(|item| drop(sink.take(item.weekly_text())));
            Ok(())
        }
        (Kind::Weekly, _) => node.weekly().map(drop),
        (Kind::Dist(_) | Kind::Amount(_) | Kind::Other { .. }, _) => Ok(()),
        (Kind::List(of), Value::Array(items)) => {
            items.iter().for_each(|item| value(item, of, item.span, names, sink));
            Ok(())
        }
        (Kind::Table(schema), Value::Table(t)) => {
            table(t, schema, place, names, sink);
            Ok(())
        }
        (Kind::Map(keys, of), Value::Table(map)) => {
            for entry in &map.entries {
                if let Keys::Of(sort) = keys {
                    sink.take(names.resolve(sort, Spanned::new(&entry.key, entry.key_span)));
                }
                value(&entry.node, of, entry.key_span, names, sink);
            }
            Ok(())
        }
        (Kind::OneOf(tables), Value::Table(t)) => one_of(t, tables, kind, place, names, sink),
        (Kind::Changes, Value::Table(_)) => Ok(()),
        _ => Err(node.wrong_kind(kind)),
    };
    sink.take(found);
}

fn one_of(
    table: &tree::Table,
    tables: &'static [&'static Table],
    kind: &Kind,
    place: Span,
    names: &Rc<Names>,
    sink: &Sink,
) -> Result<(), Diagnostic> {
    if let Some(schema) = variant(table, tables) {
        fields(table, schema, place, names, sink, Some(TAG));
        return Ok(());
    }
    let Some(tag) = table.get(TAG) else {
        return Err(Diagnostic::error(format!("missing key `{TAG}`"))
            .at(place)
            .label(kind.expected())
            .hint(format!("for example {}", kind.example())));
    };
    let text = tag.text(&Kind::Text)?;
    let d = tag.error(format!("`{}` is not a known kind", text.value)).label(kind.expected());
    Err(match suggest(text.value, tables.iter().map(|t| t.name)) {
        Some(hint) => d.hint(hint),
        None => d,
    })
}
