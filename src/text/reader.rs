//! Reads checked values from a tree, guided by its schema.
//!
//! [`Reader::open`] checks the whole tree and reports every mistake; after that, reading is silent: what is
//! wrong or absent reads as `None` (or as nothing in a list), and a default reads as if it had been written.
//! Asking for a key or kind that the schema does not have is a mistake of the program and panics.

use super::names::{Names, variant};
use super::schema::{Keys, Kind, Need, Table};
use super::tree::{Entry, Node, Text, Tree, Value};
use super::weekly::Interval;
use super::{Change, Words, change, check};
use crate::diag::{Diagnostic, Sink, Span, Spanned};
use crate::ids::Id;
use crate::units::Duration;
use jiff::civil;
use std::borrow::Cow;
use std::rc::Rc;

/// A table being read.
#[derive(Clone)]
pub struct Reader<'a> {
    entries: &'a [Entry],
    place: Span,
    schema: &'static Table,
    names: Rc<Names>,
    sink: &'a Sink,
}

/// A value being read: written, or the default.
#[derive(Clone)]
pub struct Item<'a> {
    source: Origin<'a>,
    kind: &'static Kind,
    place: Span,
    names: Rc<Names>,
    sink: &'a Sink,
}

#[derive(Clone, Copy)]
enum Origin<'a> {
    Node(&'a Node),
    Default(&'static str),
}

impl<'a> Reader<'a> {
    /// Checks the whole tree against the schema of its root and starts reading.
    pub fn open(tree: &'a Tree, schema: &'static Table, sink: &'a Sink) -> Self {
        let none = Rc::new(Names::default());
        check::table(&tree.root, schema, Span::default(), &none, sink);
        let names = Names::declared_in(&none, &tree.root, schema, |_| ());
        Self { entries: &tree.root.entries, place: Span::default(), schema, names, sink }
    }

    /// Where the table is named, for findings about it as a whole.
    pub fn place(&self) -> Span {
        self.place
    }

    /// The name of the schema: for a variant, the word of its `kind` key.
    pub fn kind(&self) -> &'static str {
        self.schema.name
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn sink(&self) -> &'a Sink {
        self.sink
    }

    pub fn report(&self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Whether the key is written.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.key == key)
    }

    /// Where the key is written, or else where the table is named.
    pub fn place_of(&self, key: &str) -> Span {
        self.entries.iter().find(|e| e.key == key).map_or(self.place, |e| e.key_span)
    }

    /// The value of a key, or its default; `None` when absent.
    pub fn item(&self, key: &str) -> Option<Item<'a>> {
        let Some(field) = self.schema.field(key) else {
            panic!("the schema of {} has no key `{key}`", self.schema.with_article());
        };
        let (source, place) = match (self.entries.iter().find(|e| e.key == key), field.need) {
            (Some(entry), _) => (Origin::Node(&entry.node), entry.key_span),
            (None, Need::Default(text)) => (Origin::Default(text), self.place),
            (None, _) => return None,
        };
        let kind = match source {
            Origin::Node(node) => field.kind.pick(&node.value),
            Origin::Default(_) => &field.kind,
        };
        Some(Item { source, kind, place, names: self.names.clone(), sink: self.sink })
    }

    pub fn text(&self, key: &str) -> Option<Text<'a>> {
        self.item(key)?.text()
    }

    /// Any quantity, share or number [base units].
    pub fn quantity(&self, key: &str) -> Option<Spanned<f64>> {
        self.item(key)?.quantity()
    }

    pub fn duration(&self, key: &str) -> Option<Spanned<Duration>> {
        self.item(key)?.duration()
    }

    pub fn count(&self, key: &str) -> Option<Spanned<u64>> {
        self.item(key)?.count()
    }

    pub fn flag(&self, key: &str) -> Option<Spanned<bool>> {
        self.item(key)?.flag()
    }

    pub fn choice(&self, key: &str) -> Option<Spanned<&'static str>> {
        self.item(key)?.choice()
    }

    /// The value that a word stands for.
    pub fn word<T: Copy + PartialEq, const N: usize>(&self, key: &str, words: &Words<T, N>) -> Option<T> {
        words.value(self.choice(key)?.value)
    }

    pub fn clock(&self, key: &str) -> Option<Spanned<u32>> {
        self.item(key)?.clock()
    }

    pub fn date(&self, key: &str) -> Option<Spanned<civil::Date>> {
        self.item(key)?.date()
    }

    pub fn weekly(&self, key: &str) -> Option<Spanned<Vec<Interval>>> {
        self.item(key)?.weekly()
    }

    pub fn name<I: Id>(&self, key: &str) -> Option<Spanned<I>> {
        self.item(key)?.name()
    }

    pub fn table(&self, key: &str) -> Option<Reader<'a>> {
        self.item(key)?.table()
    }

    /// The items of a list; none when it is absent.
    pub fn list(&self, key: &str) -> Vec<Item<'a>> {
        self.item(key).map_or_else(Vec::new, |item| item.list())
    }

    /// The entries of a map in order; none when it is absent.
    pub fn map(&self, key: &str) -> Vec<(Spanned<&'a str>, Item<'a>)> {
        self.item(key).map_or_else(Vec::new, |item| item.map())
    }

    pub fn changes(&self, key: &str) -> Vec<Change> {
        self.item(key).map_or_else(Vec::new, |item| item.changes())
    }
}

impl<'a> Item<'a> {
    /// Where the value is named.
    pub fn place(&self) -> Span {
        self.place
    }

    /// Where the value is written; the place of its table for a default.
    pub fn span(&self) -> Span {
        if let Origin::Node(node) = self.source { node.span } else { self.place }
    }

    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn sink(&self) -> &'a Sink {
        self.sink
    }

    pub fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message).at(self.span())
    }

    /// The value as it stands in the tree.
    pub fn node(&self) -> Cow<'a, Node> {
        match self.source {
            Origin::Node(node) => Cow::Borrowed(node),
            Origin::Default(text) => {
                let mut node = Node::of_text(text, 0);
                node.place_at(self.place);
                Cow::Owned(node)
            }
        }
    }

    pub fn text(&self) -> Option<Text<'a>> {
        self.expect(matches!(
            self.kind,
            Kind::Text | Kind::NewName(_) | Kind::Name(_) | Kind::Formula(_) | Kind::Condition
        ));
        match self.source {
            Origin::Node(node) => node.as_text(),
            Origin::Default(text) => Some(Text::new(text, self.place)),
        }
    }

    pub fn quantity(&self) -> Option<Spanned<f64>> {
        let node = self.node();
        match *self.kind {
            Kind::Quantity(dim, sign) => self.spanned(node.quantity(dim, sign)),
            Kind::Share => self.spanned(node.share()),
            _ => self.mismatch(),
        }
    }

    pub fn duration(&self) -> Option<Spanned<Duration>> {
        self.expect(matches!(self.kind, Kind::Quantity(crate::units::Dim::TIME, _)));
        self.quantity().map(|q| q.map(Duration::from_seconds))
    }

    pub fn count(&self) -> Option<Spanned<u64>> {
        self.expect(matches!(self.kind, Kind::Count));
        self.spanned(self.node().count())
    }

    pub fn flag(&self) -> Option<Spanned<bool>> {
        self.expect(matches!(self.kind, Kind::Flag));
        self.spanned(self.node().flag())
    }

    pub fn choice(&self) -> Option<Spanned<&'static str>> {
        let Kind::Choice(words) = *self.kind else { self.mismatch() };
        self.spanned(self.node().choice(words)).map(|s| s.map(|i| words[i].0))
    }

    /// [s since midnight]
    pub fn clock(&self) -> Option<Spanned<u32>> {
        self.expect(matches!(self.kind, Kind::Clock));
        self.spanned(self.node().clock())
    }

    pub fn date(&self) -> Option<Spanned<civil::Date>> {
        self.expect(matches!(self.kind, Kind::Date));
        self.spanned(self.node().date())
    }

    pub fn weekly(&self) -> Option<Spanned<Vec<Interval>>> {
        self.expect(matches!(self.kind, Kind::Weekly));
        self.spanned(self.node().weekly())
    }

    /// The index of the thing that is named.
    pub fn name<I: Id>(&self) -> Option<Spanned<I>> {
        let Kind::Name(sort) = *self.kind else { self.mismatch() };
        let text = self.text()?.spanned();
        self.names.resolve(sort, text).ok().map(|i| Spanned::new(I::new(i as usize), text.span))
    }

    /// The reader of a table, or of the variant that its `kind` key selects.
    pub fn table(&self) -> Option<Reader<'a>> {
        let Origin::Node(node) = self.source else { return None };
        let table = node.as_table();
        let schema = match self.kind {
            Kind::Table(schema) => *schema,
            Kind::OneOf(tables) => variant(table?, tables)?,
            _ => self.mismatch(),
        };
        let names = Names::declared_in(&self.names, table?, schema, |_| ());
        Some(Reader { entries: &table?.entries, place: self.place, schema, names, sink: self.sink })
    }

    pub fn list(&self) -> Vec<Item<'a>> {
        let Kind::List(kind) = *self.kind else { self.mismatch() };
        let Origin::Node(Node { value: Value::Array(nodes), .. }) = self.source else { return Vec::new() };
        nodes.iter().map(|node| self.inner(node, kind, node.span)).collect()
    }

    pub fn map(&self) -> Vec<(Spanned<&'a str>, Item<'a>)> {
        let Kind::Map(_, kind) = *self.kind else { self.mismatch() };
        let Origin::Node(Node { value: Value::Table(map), .. }) = self.source else { return Vec::new() };
        let item =
            |e: &'a Entry| (Spanned::new(e.key.as_str(), e.key_span), self.inner(&e.node, kind, e.key_span));
        map.entries.iter().map(item).collect()
    }

    /// The entries of a map whose keys are names declared elsewhere.
    pub fn map_by_name<I: Id>(&self) -> Vec<(Spanned<I>, Item<'a>)> {
        let Kind::Map(Keys::Of(sort), _) = *self.kind else { self.mismatch() };
        let entries = self.map().into_iter();
        entries
            .filter_map(|(key, item)| {
                let i = self.names.resolve(sort, key).ok()?;
                Some((Spanned::new(I::new(i as usize), key.span), item))
            })
            .collect()
    }

    pub fn changes(&self) -> Vec<Change> {
        self.expect(matches!(self.kind, Kind::Changes));
        let Origin::Node(node) = self.source else { return Vec::new() };
        node.as_table().map_or_else(Vec::new, change::listed)
    }

    fn inner(&self, node: &'a Node, kind: &'static Kind, place: Span) -> Item<'a> {
        Item {
            source: Origin::Node(node),
            kind: kind.pick(&node.value),
            place,
            names: self.names.clone(),
            sink: self.sink,
        }
    }

    fn spanned<T>(&self, result: Result<T, Diagnostic>) -> Option<Spanned<T>> {
        result.ok().map(|value| Spanned::new(value, self.span()))
    }

    fn expect(&self, matches: bool) {
        if !matches {
            self.mismatch()
        }
    }

    fn mismatch(&self) -> ! {
        panic!("the schema has {} here", self.kind.expected())
    }
}
