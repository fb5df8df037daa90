//! The five steps as a document: for each its decision driver, its figures and its chart.

mod funnel;
mod money;
mod options;
#[cfg(feature = "charts")]
mod pictures;

pub use money::Currency;

#[cfg(feature = "charts")]
use super::Picture;
use super::document::Document;
use crate::assess::Assessment;

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
        lead: "The recommendation",
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
