//! A report in sections: for each what it says first, its text, tables and pictures. Page, Markdown and terminal are made
//! from the one document, so that they say the same.

mod text;

pub use text::{markdown, terminal};

/// A report in sections.
pub struct Document {
    pub title: String,
    pub question: String,
    pub description: Vec<String>,
    /// What the answer is called: "The recommendation".
    pub lead: &'static str,
    /// The answer in one sentence, and what else must be said with it.
    pub answer: String,
    pub because: Vec<String>,
    pub sections: Vec<Section>,
    pub method: Vec<(String, String)>,
    /// What was run: seed, replications, version.
    pub byline: String,
}

pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// What this section says first, guarded; empty: nothing.
    pub driver: String,
    pub text: Vec<String>,
    pub tables: Vec<Table>,
    /// Names of the pictures that belong here begin with one of these.
    pub pictures: &'static [&'static str],
}

/// A table of the document and the file with all of its numbers.
pub struct Table {
    pub caption: String,
    pub file: &'static str,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Columns that a terminal has no room for.
    pub page_only: &'static [usize],
}

impl Table {
    pub fn new(
        caption: impl Into<String>,
        file: &'static str,
        header: &[&str],
        rows: Vec<Vec<String>>,
    ) -> Self {
        let header = header.iter().map(|&name| name.to_owned()).collect();
        Self { caption: caption.into(), file, header, rows, page_only: &[] }
    }
}

/// Which columns hold words, which stand to the left; numbers stand to the right.
pub fn words(rows: &[Vec<String>], columns: usize) -> Vec<bool> {
    // What begins with a digit behind signs, brackets and currency is a number; a dash is neither.
    let first = |cell: &str| cell.chars().find(|c| c.is_alphanumeric());
    let is_word = |cell: &String| first(cell).is_some_and(char::is_alphabetic);
    (0..columns).map(|k| rows.iter().any(|row| is_word(&row[k]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_to_the_left_and_numbers_to_the_right() {
        let row = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
        let rows = [
            row([
                "Repair",
                "\u{2212}$4,130 [\u{2212}5,000, \u{2212}3,000]",
                "\u{2013}",
                "",
                "rises",
                "< 0.001",
            ]),
            row(["Overhaul", "$0", "12 %", "38 of 40", "", "0.72"]),
        ];
        assert_eq!(words(&rows, 6), [true, false, false, false, true, false]);
    }
}
