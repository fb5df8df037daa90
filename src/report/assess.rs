//! The five steps as a document: for each its decision driver, its figures and its chart. The page, the text and the table
//! of the terminal are made from the one document, so that they say the same.

mod funnel;
mod money;
mod options;
#[cfg(feature = "charts")]
mod pictures;
mod text;

pub use money::Currency;
pub use text::{assess_markdown, assess_table};

#[cfg(feature = "charts")]
use super::Picture;
use crate::assess::Assessment;

/// A document in sections.
pub struct Document {
    pub title: String,
    pub question: String,
    pub description: Vec<String>,
    /// The recommendation in one sentence, and what else must be said with it.
    pub answer: String,
    pub because: Vec<String>,
    pub sections: Vec<Section>,
    pub method: Vec<(String, String)>,
    /// What was run: seed, replications, version.
    pub byline: String,
}

/// One of the five steps.
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// What this step says to do next, guarded.
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
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// The document of an assessment.
pub fn document(a: &Assessment) -> Document {
    let (answer, because) = options::answer(a);
    Document {
        title: a.title.clone(),
        question: a.question.clone(),
        description: a
            .description
            .split("\n\n")
            .map(|p| p.trim().to_owned())
            .filter(|p| !p.is_empty())
            .collect(),
        answer,
        because,
        sections: vec![
            funnel::groups(a),
            funnel::trends(a),
            funnel::metrics(a),
            funnel::stages(a),
            options::section(a),
        ],
        method: options::method(a),
        byline: format!(
            "{} paired replications of each world, seed {}, turnaround {}",
            a.replications,
            a.seed,
            env!("CARGO_PKG_VERSION")
        ),
    }
}

/// The charts of an assessment. `maps` are those of the mined logs.
#[cfg(feature = "charts")]
pub fn assess_pictures(a: &Assessment, maps: Vec<Picture>) -> Vec<Picture> {
    pictures::pictures(a, maps)
}
