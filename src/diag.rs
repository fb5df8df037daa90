//! Diagnostics: what is wrong, where in the text, what was expected, what to do.
//!
//! Functions that read text collect every diagnostic in a [`Sink`] instead of stopping at the first.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::cell::RefCell;
use std::ops::Range;

/// A stretch of the texts of a [`Sources`], which are numbered through [bytes].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the two have a place in common, or meet.
    pub fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }
}

/// A value and the place where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One finding about a text. Messages are lower-case fragments without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub message: String,
    /// Where; `None` when the finding is about the file as a whole.
    pub span: Option<Span>,
    /// Short words under the caret ("expected a duration").
    pub label: Option<String>,
    /// Other places that explain the finding ("first declared here").
    pub also: Vec<(Span, String)>,
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn error(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity: Severity::Error, message, span: None, label: None, also: Vec::new(), hint: None }
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    pub fn at(self, span: impl Into<Span>) -> Self {
        Self { span: Some(span.into()), ..self }
    }

    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    pub fn also(mut self, span: impl Into<Span>, label: impl Into<String>) -> Self {
        self.also.push((span.into(), label.into()));
        self
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Collects diagnostics from readers that are alive at the same time.
#[derive(Debug, Default)]
pub struct Sink(RefCell<Vec<Diagnostic>>);

impl Sink {
    pub fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// The value, or `None` after its diagnostic was collected.
    pub fn take<T>(&self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|d| self.push(d)).ok()
    }

    pub fn has_errors(&self) -> bool {
        self.0.borrow().iter().any(Diagnostic::is_error)
    }

    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

impl Extend<Diagnostic> for Sink {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        self.0.get_mut().extend(diagnostics);
    }
}

/// The texts that spans point into: a scenario file, then the changes given on the command line.
/// Their bytes are numbered through, so that a [`Span`] needs no file number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    pieces: Vec<Source>,
}

#[derive(Clone, Debug, PartialEq)]
struct Source {
    name: String,
    text: String,
    start: u32,
}

impl Sources {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut sources = Self::default();
        sources.add(name, text);
        sources
    }

    /// Adds a text and returns the number of its first byte.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        // One spare number after each text, so that "at the end of the file" belongs to it alone.
        let start = self.pieces.last().map_or(0, |s| s.start + s.text.len() as u32 + 1);
        self.pieces.push(Source { name: name.into(), text: text.into(), start });
        start
    }

    /// Name and text of the source that holds `span`, and the stretch inside it.
    pub fn locate(&self, span: Span) -> Option<(&str, &str, Range<usize>)> {
        let i = self.pieces.partition_point(|s| s.start <= span.start).checked_sub(1)?;
        let Source { name, text, start } = &self.pieces[i];
        let inside = |byte: u32| text.floor_char_boundary((byte - start) as usize);
        let from = inside(span.start);
        Some((name, text, from..inside(span.end.max(span.start)).max(from)))
    }

    /// The text at `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.locate(span).map_or("", |(_, text, range)| &text[range])
    }
}

/// More findings than anybody reads: each is rendered by going over the whole text.
const MOST_SHOWN: usize = 100;

/// Renders diagnostics against the texts that they are about, in order of position; where there are too many, errors first.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut sorted: Vec<_> = diagnostics.iter().collect();
    let n_more = sorted.len().saturating_sub(MOST_SHOWN);
    sorted.sort_by_key(|d| (n_more > 0 && !d.is_error(), d.span));
    sorted.truncate(MOST_SHOWN);
    let mut text = String::new();
    for d in sorted {
        text.push_str(&renderer.render(&[group(d, sources)]));
        text.push_str("\n\n");
    }
    if n_more > 0 {
        text.push_str(&format!("... and {n_more} more\n\n"));
    }
    text
}

fn group<'a>(d: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = if d.is_error() { Level::ERROR } else { Level::WARNING };
    let title = level.primary_title(d.message.as_str());
    let mut group = match d.span.and_then(|span| sources.locate(span)) {
        Some((name, text, range)) => {
            let primary = AnnotationKind::Primary.span(range).label(d.label.as_deref());
            // Only marks in the same text can share its snippet.
            let others = d.also.iter().filter_map(|(span, label)| {
                let (other, _, range) = sources.locate(*span)?;
                (other == name).then(|| AnnotationKind::Context.span(range).label(label.as_str()))
            });
            let marks = std::iter::once(primary).chain(others);
            title.element(Snippet::source(text).path(name).annotations(marks))
        }
        None => {
            let group = Group::with_title(title);
            match sources.pieces.first() {
                Some(source) => group.element(Origin::path(source.name.as_str())),
                None => group,
            }
        }
    };
    if let Some(hint) = &d.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    group
}

/// Longer names are not compared [characters].
const LONGEST_NAME: usize = 200;

/// The known name nearest to `name`, when near enough to be a likely slip.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let n = name.chars().count();
    // What a comparison takes, time and memory, grows with the product of the lengths.
    let short = |k: &&str| n.max(k.chars().count()) <= LONGEST_NAME;
    known
        .into_iter()
        .filter(short)
        .map(|k| (strsim::damerau_levenshtein(name, k), k))
        .filter(|&(distance, k)| distance <= 1 + k.chars().count().max(n) / 4)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, k)| k)
}

/// What to say about a name that is not known: the nearest one, or else the first few that are.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(name, known.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut names = known.into_iter();
    let first: Vec<_> = names.by_ref().take(12).map(|k| format!("`{k}`")).collect();
    let more = if names.next().is_some() { ", ..." } else { "" };
    (!first.is_empty()).then(|| format!("known: {}{more}", first.join(", ")))
}
