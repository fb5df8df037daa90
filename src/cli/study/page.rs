//! The page of a study: `report.html` in its folder, in the frame that all pages share.

use super::Study;
use crate::report::document::{Document, Section, Table};
use crate::report::{self, Picture};
use crate::stats::{Estimate, MIN_NONZERO_DIFFERENCES};

/// What a study says on its page.
pub struct Told {
    pub question: String,
    /// What is found, guarded by its intervals.
    pub answer: String,
    pub because: Vec<String>,
    /// How to read it.
    pub reading: Vec<String>,
    pub tables: Vec<Table>,
    /// A term, and how it was done.
    pub method: Vec<(&'static str, String)>,
    /// Files beside the page, and what they hold.
    pub files: Vec<(&'static str, &'static str)>,
}

impl Told {
    /// The text of the page.
    pub fn page(self, study: &Study, pictures: &[Picture]) -> Result<String, String> {
        let model = study.model();
        let mut method: Vec<(String, String)> =
            self.method.into_iter().map(|(what, how)| (what.to_owned(), how)).collect();
        method.push((
            "Random numbers".to_owned(),
            format!(
                "All worlds meet the same events in the same replication (common random numbers), seed {}; the number of threads changes \
                 nothing.",
                model.design.seed
            ),
        ));
        let mut files = self.files;
        files.push((super::JSON, "everything that was found, for programs"));
        files.push((super::TABLE, "the table of the terminal"));
        let document = Document {
            title: if model.title.is_empty() { study.input.name.clone() } else { model.title.clone() },
            question: self.question,
            description: Vec::new(),
            lead: "In short",
            answer: self.answer,
            because: self.because,
            sections: vec![Section {
                id: "result",
                title: "The result",
                driver: String::new(),
                text: self.reading,
                tables: self.tables,
                pictures: &[""],
            }],
            method,
            byline: format!("Scenario {}", study.footer()),
        };
        report::document_html(&document, pictures, &files)
    }
}

/// That figures without an interval are values of one sample and no findings, where there are such.
pub fn without_interval<'e>(n: u32, mut all: impl Iterator<Item = &'e Estimate>) -> Option<String> {
    all.any(|e| !e.has_interval() && !e.is_identical()).then(|| {
        let why = match (n as usize) < MIN_NONZERO_DIFFERENCES {
            true => format!(
                "{n} replications are too few for intervals; run {MIN_NONZERO_DIFFERENCES} or more (-n)"
            ),
            false => format!(
                "fewer than {MIN_NONZERO_DIFFERENCES} of {n} replications differ there; more (-n) may tell"
            ),
        };
        format!("A figure without an interval is no finding: {why}.")
    })
}
