//! The names that a scenario declares, by sort, in order: the n-th team is team n.

use super::schema::{Keys, Kind, TAG, Table, with_article};
use super::tree::{self, Value};
use crate::diag::{Diagnostic, Span, Spanned, suggest};
use std::rc::Rc;

/// Names visible in a table: its own declarations, then those of the tables around it.
#[derive(Debug, Default)]
pub struct Names {
    around: Option<Rc<Names>>,
    sorts: Vec<(&'static str, Vec<Spanned<String>>)>,
}

impl Names {
    /// The names declared in a table, in addition to those around it; the same names when it has none.
    pub(super) fn declared_in(
        around: &Rc<Self>,
        table: &tree::Table,
        schema: &Table,
        mut report: impl FnMut(Diagnostic),
    ) -> Rc<Self> {
        let mut names = Self { around: Some(around.clone()), sorts: Vec::new() };
        names.collect(table, schema, &mut report);
        if names.sorts.is_empty() { around.clone() } else { Rc::new(names) }
    }

    /// The index of a name within its sort; the innermost table that declares the sort decides.
    pub fn resolve(&self, sort: &str, name: Spanned<&str>) -> Result<u32, Diagnostic> {
        self.resolve_or(sort, name, &[])
    }

    /// The same where some words, which the caller has ruled out, would have meant something, too.
    pub fn resolve_or(&self, sort: &str, name: Spanned<&str>, words: &[&str]) -> Result<u32, Diagnostic> {
        let known = self.of(sort);
        if let Some(i) = known.iter().position(|n| n.value == name.value) {
            return Ok(i as u32);
        }
        let error = Diagnostic::error(format!("no {sort} is called `{}`", name.value))
            .at(name.span)
            .label(format!("expected the name of {}", with_article(sort)));
        let known = known.iter().map(|n| n.value.as_str()).chain(words.iter().copied());
        Err(match suggest(name.value, known) {
            Some(hint) => error.hint(hint),
            None => error.hint(format!("the scenario declares no {sort}")),
        })
    }

    /// All names of a sort, in the order of declaration.
    pub fn of(&self, sort: &str) -> &[Spanned<String>] {
        match self.sorts.iter().find(|(s, _)| *s == sort) {
            Some((_, names)) => names,
            None => self.around.as_deref().map_or(&[], |names| names.of(sort)),
        }
    }

    fn collect(&mut self, table: &tree::Table, schema: &Table, report: &mut impl FnMut(Diagnostic)) {
        for entry in &table.entries {
            let Some(field) = schema.field(&entry.key) else { continue };
            match (field.kind, &entry.node.value) {
                (Kind::Map(Keys::New(sort), _), Value::Table(map)) => {
                    self.sort(sort);
                    for e in &map.entries {
                        self.declare(sort, &e.key, e.key_span, report);
                    }
                }
                (Kind::List(item), Value::Array(nodes)) => {
                    for node in nodes.iter().filter_map(|n| n.as_table()) {
                        self.collect_item(node, item, report);
                    }
                }
                (Kind::Table(schema), Value::Table(table)) => self.collect(table, schema, report),
                _ => {}
            }
        }
    }

    fn collect_item(&mut self, item: &tree::Table, kind: &Kind, report: &mut impl FnMut(Diagnostic)) {
        let schema = match kind {
            Kind::Table(schema) => Some(*schema),
            Kind::OneOf(tables) => variant(item, tables),
            _ => None,
        };
        for field in schema.map_or(&[][..], |s| s.fields) {
            if let Kind::NewName(sort) = field.kind
                && let Some(text) = item.get(field.key).and_then(|n| n.as_text())
            {
                self.sort(sort);
                self.declare(sort, text.value, text.span, report);
            }
        }
    }

    fn sort(&mut self, sort: &'static str) -> &mut Vec<Spanned<String>> {
        let i = self.sorts.iter().position(|(s, _)| *s == sort).unwrap_or_else(|| {
            self.sorts.push((sort, Vec::new()));
            self.sorts.len() - 1
        });
        &mut self.sorts[i].1
    }

    fn declare(&mut self, sort: &'static str, name: &str, span: Span, report: &mut impl FnMut(Diagnostic)) {
        let names = self.sort(sort);
        if let Some(first) = names.iter().find(|n| n.value == name) {
            let twice = format!("`{name}` is already the name of {}", with_article(sort));
            report(Diagnostic::error(twice).at(span).also(first.span, "first declared here"));
            return;
        }
        // Expressions name things as `team.mechanics.busy`, where a dash is a minus.
        let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !starts || name.contains(|c: char| !c.is_alphanumeric() && c != '_') {
            report(
                Diagnostic::error(format!("`{name}` cannot be a name"))
                    .at(span)
                    .label("names are letters, digits and `_`, and start with a letter"),
            );
        }
        names.push(Spanned::new(name.to_owned(), span));
    }
}

/// The table that the `kind` key of an item selects.
pub(super) fn variant(item: &tree::Table, tables: &[&'static Table]) -> Option<&'static Table> {
    let tag = item.get(TAG)?.as_text()?.value;
    tables.iter().copied().find(|t| t.name == tag)
}
