//! Diagnostics: what is wrong, where in the text, what was expected, what to do.
//!
//! Functions that read text collect every diagnostic instead of stopping at the first.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// A stretch of the source text [bytes].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
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
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), span: None, label: None, hint: None }
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

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Renders diagnostics against the text that they are about, in order of position.
pub fn render(diagnostics: &[Diagnostic], path: &str, source: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut sorted: Vec<_> = diagnostics.iter().collect();
    sorted.sort_by_key(|d| d.span);
    let mut text = String::new();
    for d in sorted {
        let level = if d.is_error() { Level::ERROR } else { Level::WARNING };
        let title = level.primary_title(d.message.as_str());
        let mut group = match d.span {
            Some(span) => {
                let end = span.range().end.min(source.len());
                let range = span.range().start.min(end)..end;
                let mark = AnnotationKind::Primary.span(range).label(d.label.as_deref());
                title.element(Snippet::source(source).path(path).annotation(mark))
            }
            None => Group::with_title(title).element(annotate_snippets::Origin::path(path)),
        };
        if let Some(hint) = &d.hint {
            group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
        }
        text.push_str(&renderer.render(&[group]).to_string());
        text.push_str("\n\n");
    }
    text
}

/// The known name nearest to `name`, when near enough to be a likely slip.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(name, k), k))
        .filter(|&(distance, k)| distance <= 1 + k.chars().count().max(name.chars().count()) / 4)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, k)| k)
}
