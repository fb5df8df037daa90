//! What became of a model on its way in: what was read, what means something else here, what could not be carried over.

use std::fmt;

/// One line of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub kind: Kind,
    /// Where in the file: an element of the diagram, or a path of keys.
    pub place: String,
    pub what: String,
    /// How often the same was met; the place is that of the first.
    pub count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The file is broken here; nothing was made of it.
    Error,
    /// The file leaves this open: somebody has to say it before the scenario runs.
    ToDo,
    /// Could not be carried over.
    Lost,
    /// Means something else here.
    Differs,
    /// Was read, and how.
    Read,
}

/// All that is said about one import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub notes: Vec<Note>,
}

/// Most different lines; what is more is counted.
const MOST: usize = 300;
const MORE: &str = "and more of that sort";

/// Longest part of a foreign text that is shown [characters].
const SHOWN: usize = 80;

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Error, "error", "Broken"),
        (Self::ToDo, "to do", "To do: the file does not say"),
        (Self::Lost, "lost", "Could not be carried over"),
        (Self::Differs, "differs", "Means something else here"),
        (Self::Read, "read", "What was read"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, word, _)| word)
    }
}

impl Report {
    /// Adds a line; the same words about the same kind of thing are counted, not repeated.
    pub fn add(&mut self, kind: Kind, place: impl AsRef<str>, what: impl Into<String>) {
        let what = what.into();
        if let Some(note) = self.notes.iter_mut().find(|n| n.kind == kind && n.what == what) {
            note.count += 1;
            return;
        }
        if self.notes.len() >= MOST && what != MORE {
            return self.add(kind, "", MORE);
        }
        self.notes.push(Note { kind, place: shown(place.as_ref()), what, count: 1 });
    }

    pub fn has_errors(&self) -> bool {
        self.of(Kind::Error).next().is_some()
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |n| n.kind == kind)
    }

    /// As a document that stands beside the scenario.
    pub fn markdown(&self, title: &str) -> String {
        let mut text = format!("# {title}\n");
        for (kind, _, heading) in Kind::ALL {
            let lines: Vec<String> = self.of(kind).map(|n| format!("* {n}\n")).collect();
            if !lines.is_empty() {
                text += &format!("\n## {heading}\n\n{}", lines.concat());
            }
        }
        text
    }

    /// As lines for a terminal, the most urgent first.
    pub fn lines(&self) -> String {
        let each = |(kind, ..): &(Kind, _, _)| {
            self.of(*kind).map(|n| format!("{}: {n}\n", kind.word())).collect::<String>()
        };
        Kind::ALL.iter().map(each).collect()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.what)?;
        if self.count > 1 { write!(f, " ({} times)", self.count) } else { Ok(()) }
    }
}

/// A foreign text, cut to a length that can be read.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
