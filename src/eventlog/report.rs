//! What a reader has to say about a file.

use crate::diag::Severity;
use std::fmt;

/// A place in a file, after decompression; lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u64,
    /// [bytes from the start]
    pub byte: u64,
}

/// One kind of trouble: where it came first, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// "a timestamp cannot be read"
    pub what: &'static str,
    /// The first text it is about, cut to a readable length; may be empty.
    pub example: String,
    pub first: Option<Position>,
    pub count: u64,
    pub hint: Option<&'static str>,
}

/// What was found while a log was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadReport {
    pub findings: Vec<Finding>,
    /// What the file left open and how it was taken: "case: column `case_id`".
    pub guesses: Vec<String>,
    /// Events (or rows) of the file, before starts and completions were paired.
    pub n_events: u64,
    /// Of these, how many were left out.
    pub n_left_out: u64,
}

/// For findings about a file as a whole.
pub fn nowhere() -> Option<Position> {
    None
}

/// Longest example shown [characters].
const EXAMPLE: usize = 60;

impl ReadReport {
    /// Whether the file could not be read to its end, or not at all.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Error)
    }

    /// The file cannot be read from here on. The place is asked for only once for each kind of finding.
    pub fn error(
        &mut self,
        what: &'static str,
        example: &str,
        at: impl FnOnce() -> Option<Position>,
    ) -> &mut Finding {
        self.find(Severity::Error, what, example, at)
    }

    /// Something was left out or taken in a way that its author may not have meant.
    pub fn warn(
        &mut self,
        what: &'static str,
        example: &str,
        at: impl FnOnce() -> Option<Position>,
    ) -> &mut Finding {
        self.find(Severity::Warning, what, example, at)
    }

    fn find(
        &mut self,
        severity: Severity,
        what: &'static str,
        example: &str,
        at: impl FnOnce() -> Option<Position>,
    ) -> &mut Finding {
        let found = self.findings.iter().position(|f| f.what == what).unwrap_or_else(|| {
            let example = example.chars().take(EXAMPLE).collect();
            self.findings.push(Finding { severity, what, example, first: at(), count: 0, hint: None });
            self.findings.len() - 1
        });
        self.findings[found].count += 1;
        &mut self.findings[found]
    }
}

impl Finding {
    pub fn hint(&mut self, hint: &'static str) {
        self.hint = Some(hint);
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.severity == Severity::Error { "error" } else { "warning" };
        write!(f, "{kind}: {}", self.what)?;
        if !self.example.is_empty() {
            write!(f, ": {:?}", self.example)?;
        }
        let times = if self.count == 1 { String::new() } else { format!("{} times, first ", self.count) };
        match self.first {
            Some(Position { line, byte }) => write!(f, " ({times}on line {line}, byte {byte})")?,
            None if self.count > 1 => write!(f, " ({} times)", self.count)?,
            None => {}
        }
        self.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl fmt::Display for ReadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.guesses.iter().try_for_each(|guess| writeln!(f, "guess: {guess}"))?;
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}
