//! Changes to a tree: arms, sweeps and `-S path=value` are one thing, applied before anything is read, so
//! that changed values get the same checks and messages as written ones.

use super::names::variant;
use super::print::is_section;
use super::schema::{Keys, Kind, TAG, with_article};
use super::tree::{Entry, Node, Table, Tree, Value, control_character};
use super::{quantity, schema};
use crate::diag::{Diagnostic, Sink, Sources, Span, Spanned, suggest};

/// A path such as `team.mechanics.members` and the value to put there.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub path: Vec<Spanned<String>>,
    pub node: Node,
}

impl Change {
    /// Reads `path=value` as given on the command line and adds it to the sources, so that carets can point
    /// into it. A name with dots of its own is quoted in the path: `metric."restore_time.mean".matters=2 %`. The value may be TOML, or a text without quotes.
    pub fn from_argument(argument: &str, sources: &mut Sources) -> Result<Self, Diagnostic> {
        let base = sources.add("-S", argument);
        let whole = Span { start: base, end: base + argument.len() as u32 };
        let Some((path, value)) = argument.split_once('=').filter(|(p, _)| !p.trim().is_empty()) else {
            return Err(Diagnostic::error("expected path=value")
                .at(whole)
                .hint("for example -S \"team.mechanics.members=12\""));
        };
        if let Some(c) = control_character(argument) {
            return Err(Diagnostic::error(format!("a control character, U+{:04X}", c as u32))
                .at(whole)
                .hint("texts hold no control characters but line ends and tabs"));
        }
        let value_base = base + path.len() as u32 + 1;
        Ok(Self { path: segments(path, base), node: Node::of_text(value, value_base) })
    }

    /// A change whose path stands somewhere as a whole.
    pub fn new(path: &str, span: Span, node: Node) -> Self {
        let part = |part: Spanned<String>| Spanned::new(part.value, span);
        Self { path: segments(path, 0).into_iter().map(part).collect(), node }
    }

    /// The path as text.
    pub fn path_text(&self) -> String {
        self.path.iter().map(|s| quoted(&s.value)).collect::<Vec<_>>().join(".")
    }
}

impl Tree {
    /// Applies a change, or reports why the path leads nowhere. All of the path but its last key must exist
    /// or be optional in the schema; what the value may be is checked when the tree is read.
    pub fn apply(&mut self, change: &Change, root: &'static schema::Table, sink: &Sink) {
        sink.take(in_table(&mut self.root, root, None, &change.path, &change.node));
    }
}

/// The changes that a table lists: dotted keys, sections and quoted paths are paths; anything else,
/// a table in braces too, is a value.
pub(super) fn listed(table: &Table) -> Vec<Change> {
    fn walk(table: &Table, path: &[Spanned<String>], changes: &mut Vec<Change>) {
        for Entry { key, key_span, node } in &table.entries {
            let mut path = path.to_vec();
            // Inside the quotes of a quoted key without escapes each part has its own place.
            let quoted = key_span.end.saturating_sub(key_span.start) as usize == key.len() + 2;
            let mut parts = segments(key, key_span.start + 1);
            if !quoted {
                parts.iter_mut().for_each(|s| s.span = *key_span);
            }
            path.extend(parts);
            match &node.value {
                Value::Table(sub) if !sub.inline => walk(sub, &path, changes),
                _ => changes.push(Change { path, node: node.clone() }),
            }
        }
    }
    let mut changes = Vec::new();
    walk(table, &[], &mut changes);
    changes
}

/// A key as it stands in a path: in quotes where it has dots of its own.
pub fn quoted(key: &str) -> String {
    if key.contains('.') { format!("\"{key}\"") } else { key.to_owned() }
}

/// The parts of a path: separated by dots, and quoted where a name has dots of its own.
pub(super) fn segments(path: &str, base: u32) -> Vec<Spanned<String>> {
    let mut quote = None;
    let outside = |c: char| {
        match quote {
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(q) if c == q => quote = None,
            _ => {}
        }
        c == '.' && quote.is_none()
    };
    let mut at = base;
    let mut all = Vec::new();
    for piece in path.split(outside) {
        let trimmed = piece.trim();
        let quoted = ['"', '\''].iter().find_map(|q| trimmed.strip_prefix(*q)?.strip_suffix(*q));
        let margin = piece.len() - piece.trim_start().len() + usize::from(quoted.is_some());
        let key = quoted.unwrap_or(trimmed);
        let start = at + margin as u32;
        all.push(Spanned::new(key.to_owned(), Span { start, end: start + key.len() as u32 }));
        at += piece.len() as u32 + 1;
    }
    all
}

fn in_table(
    table: &mut Table,
    schema: &'static schema::Table,
    tag: Option<&str>,
    path: &[Spanned<String>],
    value: &Node,
) -> Result<(), Diagnostic> {
    let [first, rest @ ..] = path else { return Ok(()) };
    let is_tag = tag == Some(first.value.as_str());
    let Some(field) = schema.field(&first.value) else {
        if is_tag && rest.is_empty() {
            put(table, first, value);
            return Ok(());
        }
        let message = format!("unknown key `{}` in {}", first.value, schema.with_article());
        return Err(with_hint(Diagnostic::error(message).at(first.span), &first.value, schema.keys()));
    };
    if rest.is_empty() {
        put(table, first, value);
        return Ok(());
    }
    if table.get(&first.value).is_none() && matches!(field.kind, Kind::Table(_) | Kind::Map(..)) {
        put(table, first, &Node { span: first.span, value: Value::Table(Table::default()) });
    }
    match table.get_mut(&first.value) {
        Some(node) => in_node(node, &field.kind, first, rest, value),
        None => Err(Diagnostic::error(format!("`{}` is not set, so it has no parts to change", first.value))
            .at(first.span)
            .hint(format!(
                "set it as a whole, for example {} = {}",
                first.value,
                field.kind.example_with_parts()
            ))),
    }
}

fn in_node(
    node: &mut Node,
    kind: &'static Kind,
    name: &Spanned<String>,
    path: &[Spanned<String>],
    value: &Node,
) -> Result<(), Diagnostic> {
    let [first, rest @ ..] = path else { return Ok(()) };
    let described = node.value.describe();
    let kind = kind.pick(&node.value);
    match (kind, &mut node.value) {
        (Kind::Table(schema), Value::Table(table)) => in_table(table, schema, None, path, value),
        (Kind::OneOf(tables), Value::Table(table)) => match variant(table, tables) {
            Some(schema) => in_table(table, schema, Some(TAG), path, value),
            None => Err(no_parts(name, described)),
        },
        (Kind::Map(keys, of), Value::Table(map)) => {
            let new_thing = rest.is_empty() && matches!(value.value, Value::Table(_));
            if let Keys::New(sort) = keys
                && map.get(&first.value).is_none()
                && !new_thing
            {
                let message = format!("no {sort} is called `{}`", first.value);
                let known = map.entries.iter().map(|e| e.key.as_str());
                return Err(with_hint(
                    Diagnostic::error(message)
                        .at(first.span)
                        .label(format!("expected the name of {}", with_article(sort))),
                    &first.value,
                    known,
                ));
            }
            if rest.is_empty() {
                put(map, first, value);
                return Ok(());
            }
            if map.get(&first.value).is_none() {
                put(map, first, &Node { span: first.span, value: Value::Table(Table::default()) });
            }
            match map.get_mut(&first.value) {
                Some(node) => in_node(node, of, first, rest, value),
                None => Ok(()),
            }
        }
        (Kind::List(of), Value::Array(items)) => {
            let found = position(items, of, &first.value);
            let Some(item) = found.and_then(|i| items.get_mut(i)) else {
                let message = format!("the list `{}` has no item `{}`", name.value, first.value);
                return Err(Diagnostic::error(message)
                    .at(first.span)
                    .hint(format!("it has {} items, numbered from 0", items.len())));
            };
            if rest.is_empty() {
                *item = value.clone();
                return Ok(());
            }
            in_node(item, of, first, rest, value)
        }
        // Distributions and arms have parts of their own: what is there can be changed.
        (Kind::Dist(_) | Kind::Amount(_) | Kind::Other { .. } | Kind::Changes, Value::Table(table)) => {
            if rest.is_empty() {
                put(table, first, value);
                return Ok(());
            }
            let Some(i) = table.entries.iter().position(|e| e.key == first.value) else {
                let message = format!("`{}` has no part `{}`", name.value, first.value);
                let known = table.entries.iter().map(|e| e.key.as_str());
                return Err(with_hint(Diagnostic::error(message).at(first.span), &first.value, known));
            };
            in_node(&mut table.entries[i].node, kind, first, rest, value)
        }
        (Kind::Dist(_) | Kind::Amount(_) | Kind::Other { .. } | Kind::Changes, Value::Array(items)) => {
            match first.value.parse::<usize>().ok().and_then(|i| items.get_mut(i)) {
                Some(item) if rest.is_empty() => *item = value.clone(),
                Some(item) => return in_node(item, kind, first, rest, value),
                None => {
                    let message = format!("the list `{}` has no item `{}`", name.value, first.value);
                    return Err(Diagnostic::error(message).at(first.span));
                }
            }
            Ok(())
        }
        (Kind::Dist(dim) | Kind::Amount(dim), Value::Text { .. }) => Err(no_parts(name, "one value")
            .hint(format!("set it as a whole, for example \"{}\"", quantity::example(*dim)))),
        _ => Err(no_parts(name, described)),
    }
}

/// The item of that number, or the table that declares that name.
fn position(items: &[Node], of: &Kind, segment: &str) -> Option<usize> {
    if let Ok(i) = segment.parse() {
        return Some(i);
    }
    items.iter().position(|item| {
        let Some(table) = item.as_table() else { return false };
        let schema = match of {
            Kind::Table(schema) => Some(*schema),
            Kind::OneOf(tables) => variant(table, tables),
            _ => None,
        };
        schema
            .and_then(|s| s.fields.iter().find(|f| matches!(f.kind, Kind::NewName(_))))
            .is_some_and(|f| table.get(f.key).and_then(Node::as_text).is_some_and(|t| t.value == segment))
    })
}

/// Replaces the value of a key, or adds it where printing keeps sections last.
fn put(table: &mut Table, key: &Spanned<String>, value: &Node) {
    let mut node = value.clone();
    if let Some(old) = table.entries.iter_mut().find(|e| e.key == key.value) {
        let was_section = is_section(&old.node);
        if let Value::Table(new) = &mut node.value {
            new.inline &= !was_section;
        }
        (old.key_span, old.node) = (key.span, node);
        return;
    }
    let at = match is_section(&node) {
        true => table.entries.len(),
        false => table.entries.iter().position(|e| is_section(&e.node)).unwrap_or(table.entries.len()),
    };
    table.entries.insert(at, Entry { key: key.value.clone(), key_span: key.span, node });
}

fn no_parts(name: &Spanned<String>, described: &str) -> Diagnostic {
    Diagnostic::error(format!("`{}` is {described} and has no parts to change", name.value)).at(name.span)
}

fn with_hint<'k>(d: Diagnostic, key: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Diagnostic {
    match suggest(key, known) {
        Some(hint) => d.hint(hint),
        None => d,
    }
}
