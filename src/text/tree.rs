//! The spanned tree that a TOML text becomes, whatever is wrong with it.

use crate::diag::{Diagnostic, Sources, Span, Spanned};
use std::ops::Range;
use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};

/// A parsed text together with the sources that its spans point into.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub root: Table,
    pub sources: Sources,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Table(Table),
    Array(Vec<Node>),
    /// `content` is where the characters start when they stand in the source as they are, without escapes.
    Text {
        text: String,
        content: Option<u32>,
    },
    Integer(i64),
    Float(f64),
    Bool(bool),
    /// A TOML date or time, as written.
    Datetime(String),
}

/// Keys and values in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub entries: Vec<Entry>,
    /// Written in braces: one value, rather than a part of the document.
    pub inline: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

/// A string value that knows where its characters stand in the source.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    pub value: &'a str,
    pub span: Span,
    pub(crate) content: Option<u32>,
}

/// What is wrong inside a string, with positions counted from its first character [bytes].
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    pub range: Range<usize>,
    pub message: String,
    pub label: Option<String>,
    pub hint: Option<String>,
}

impl Tree {
    /// Parses as much as can be understood; the diagnostics are the syntax mistakes.
    pub fn parse(name: &str, source: &str) -> (Self, Vec<Diagnostic>) {
        let (table, errors) = DeTable::parse_recoverable(source);
        let convert = Convert { source, base: 0 };
        let mut diagnostics: Vec<_> = errors.iter().map(|e| convert.diagnostic(e)).collect();
        let root = convert.table(table.get_ref(), false, &mut diagnostics);
        (Self { root, sources: Sources::new(name, source) }, diagnostics)
    }

    /// The node at a dotted path such as `team.technicians.members` or `step.0.name`; a name with dots of its own is quoted.
    pub fn get(&self, path: &str) -> Option<&Node> {
        let segments = super::change::segments(path, 0);
        let (first, rest) = segments.split_first()?;
        let first = self.root.get(&first.value)?;
        rest.iter().try_fold(first, |node, segment| node.child(&segment.value))
    }
}

impl Table {
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.node)
    }

    /// An empty table in braces.
    pub fn braces() -> Self {
        Self { entries: Vec::new(), inline: true }
    }

    /// Adds an entry without a place in any text, for trees that a program builds.
    /// Control characters, which a reader would refuse, become U+FFFD.
    pub fn push(&mut self, key: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        let node = Node { span: Span::default(), value: value.into() };
        self.entries.push(Entry { key: printable(key.into()), key_span: Span::default(), node });
        self
    }

    /// The same by value, for tables built in one expression.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.push(key, value);
        self
    }

    /// Adds the entry only when there is a value.
    pub fn with_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds the entry only when its value is not the default.
    pub fn with_other(self, key: &str, value: impl Into<Value>, default: impl Into<Value>) -> Self {
        let value = value.into();
        if value == default.into() { self } else { self.with(key, value) }
    }
}

impl Node {
    /// The value that a short text stands for: TOML where it is TOML, else the text itself, so that
    /// `45 min` needs no quotes. `base` is the number of the text's first byte in its sources.
    pub fn of_text(text: &str, base: u32) -> Self {
        let start = text.len() - text.trim_start().len();
        let trimmed = text.trim();
        let base = base + start as u32;
        let mut overflow = Vec::new();
        let parsed = DeValue::parse(trimmed).ok().and_then(|v| {
            let node = Convert { source: trimmed, base }.node(&v, &mut overflow);
            overflow.is_empty().then_some(node)
        });
        parsed.unwrap_or_else(|| Self {
            span: Span { start: base, end: base + trimmed.len() as u32 },
            value: Value::Text { text: trimmed.to_owned(), content: Some(base) },
        })
    }

    /// The part under a key, or under a number in an array.
    pub fn child(&self, segment: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(table) => table.get(segment),
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => None,
        }
    }

    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    pub fn as_array(&self) -> Option<&[Node]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    pub fn as_text(&self) -> Option<Text<'_>> {
        if let Value::Text { text, content } = &self.value {
            Some(Text { value: text, span: self.span, content: *content })
        } else {
            None
        }
    }

    /// Gives the value and all its parts one place, for values that stand in no source.
    pub(crate) fn place_at(&mut self, span: Span) {
        self.span = span;
        match &mut self.value {
            Value::Table(table) => table.entries.iter_mut().for_each(|e| {
                e.key_span = span;
                e.node.place_at(span);
            }),
            Value::Array(items) => items.iter_mut().for_each(|item| item.place_at(span)),
            Value::Text { content, .. } => *content = None,
            _ => {}
        }
    }

    /// An error at this value.
    pub fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message).at(self.span)
    }
}

impl Value {
    /// In the words of a message: "a table", "text".
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::Array(_) => "a list",
            Self::Text { .. } => "text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Datetime(_) => "a date or time",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text { text: printable(text), content: None }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        // Whole numbers read better without a point; -0 keeps its sign.
        let whole =
            number.fract() == 0.0 && number.abs() < 1e15 && !(number == 0.0 && number.is_sign_negative());
        if whole { Self::Integer(number as i64) } else { Self::Float(number) }
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let nodes = values.into_iter().map(|v| Node { span: Span::default(), value: v.into() });
        Self::Array(nodes.collect())
    }
}

impl<'a> Text<'a> {
    /// A text whose characters have no place of their own in a source: mistakes point at `span`.
    pub fn new(value: &'a str, span: Span) -> Self {
        Self { value, span, content: None }
    }

    /// The place of a stretch of the characters; of the whole value when escapes stand in the way.
    pub fn at(&self, range: Range<usize>) -> Span {
        let Some(content) = self.content else { return self.span };
        let at = |byte: usize| content + byte.min(self.value.len()) as u32;
        Span { start: at(range.start), end: at(range.end) }
    }

    pub fn diagnostic(&self, mistake: Mistake) -> Diagnostic {
        let Mistake { range, message, label, hint } = mistake;
        Diagnostic { label, hint, ..Diagnostic::error(message).at(self.at(range)) }
    }

    pub fn spanned(&self) -> Spanned<&'a str> {
        Spanned::new(self.value, self.span)
    }
}

impl Mistake {
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), label: None, hint: None }
    }

    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The first character that no text of a scenario may hold.
pub(super) fn control_character(text: &str) -> Option<char> {
    text.chars().find(|c| is_control(*c))
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// A text that a program made, of names from logs and models, say.
fn printable(text: String) -> String {
    if control_character(&text).is_none() {
        return text;
    }
    text.chars().map(|c| if is_control(c) { '\u{fffd}' } else { c }).collect()
}

/// Turns the parser's borrowed tree into ours; `base` is the number of the first byte of `source`.
struct Convert<'s> {
    source: &'s str,
    base: u32,
}

impl Convert<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { start: self.base + range.start as u32, end: self.base + range.end as u32 }
    }

    fn diagnostic(&self, error: &toml::de::Error) -> Diagnostic {
        let d = Diagnostic::error(error.message());
        match error.span() {
            Some(range) => d.at(self.span(range)),
            None => d,
        }
    }

    fn table(&self, table: &DeTable<'_>, inline: bool, diagnostics: &mut Vec<Diagnostic>) -> Table {
        let entries = table.iter().map(|(key, value)| {
            self.printable(key.get_ref(), key.span(), diagnostics);
            Entry {
                key: key.get_ref().to_string(),
                key_span: self.span(key.span()),
                node: self.node(value, diagnostics),
            }
        });
        Table { entries: entries.collect(), inline }
    }

    /// Names and labels end up on terminals and in XML, which control characters would command or break.
    fn printable(&self, text: &str, range: Range<usize>, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(c) = control_character(text) {
            diagnostics.push(
                Diagnostic::error(format!("a control character, U+{:04X}", c as u32))
                    .at(self.span(range))
                    .hint("texts hold no control characters but line ends and tabs"),
            );
        }
    }

    fn node(&self, value: &TomlSpanned<DeValue<'_>>, diagnostics: &mut Vec<Diagnostic>) -> Node {
        let range = value.span();
        let span = self.span(range.clone());
        let value = match value.get_ref() {
            DeValue::String(text) => {
                self.printable(text, range.clone(), diagnostics);
                Value::Text { text: text.to_string(), content: self.content(text, range) }
            }
            DeValue::Integer(i) => match i64::from_str_radix(i.as_str(), i.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => {
                    diagnostics.push(Diagnostic::error("the number is too large").at(span));
                    Value::Integer(0)
                }
            },
            // The parser has checked the syntax already, what is left to fail is a mended mistake.
            DeValue::Float(f) => Value::Float(f.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(b) => Value::Bool(*b),
            DeValue::Datetime(d) => Value::Datetime(d.to_string()),
            DeValue::Array(items) => {
                Value::Array(items.iter().map(|item| self.node(item, diagnostics)).collect())
            }
            DeValue::Table(table) => {
                let inline = self.source.as_bytes().get(range.start) == Some(&b'{');
                Value::Table(self.table(table, inline, diagnostics))
            }
        };
        Node { span, value }
    }

    /// Where the characters of a string start, when the source holds them without escapes.
    fn content(&self, text: &str, range: Range<usize>) -> Option<u32> {
        let raw = self.source.get(range.clone())?;
        let open = ["\"\"\"\r\n", "'''\r\n", "\"\"\"\n", "'''\n", "\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|open| raw.starts_with(open))?;
        let same = raw[open.len()..].strip_prefix(text)?;
        let close = open.trim_end();
        (same == close).then_some(self.base + (range.start + open.len()) as u32)
    }
}
