//! Known answers of many scenarios beside the program's, as a text table and as a document.

use super::figures::number;
use super::table::runs;
use super::theory::{Checked, checked};
use crate::experiment::Results;
use crate::model::Model;
use std::fmt::Write;

/// A scenario whose known answers were checked.
#[derive(Clone, Debug)]
pub struct Validated {
    /// As it was given to the command.
    pub file: String,
    pub title: String,
    pub description: String,
    /// How long was simulated, and how often.
    pub runs: String,
    pub answers: Vec<Checked>,
}

impl Validated {
    /// `None` when the scenario states no known answer; `models` by arm, the control first.
    pub fn new(file: String, results: &Results, models: &[(&str, &Model)]) -> Option<Self> {
        let (_, model) = models.first()?;
        let answers = checked(results, models);
        (!answers.is_empty()).then(|| Self {
            file,
            title: model.title.clone(),
            description: model.description.clone(),
            runs: runs(results),
            answers,
        })
    }
}

/// Estimates further from what is known than this are called wrong [standard errors].
pub const LIMIT: f64 = 4.0;

/// How far all estimates are from what is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub n_answers: usize,
    /// Beyond 2 and 3 standard errors, and beyond [`LIMIT`].
    pub beyond_2: usize,
    pub beyond_3: usize,
    pub wrong: usize,
    pub largest: f64,
    /// Of z squared: 1 when standard errors are right.
    pub mean_square: f64,
}

pub fn tally(all: &[Validated]) -> Tally {
    let mut tally = Tally::default();
    let z = all.iter().flat_map(|v| &v.answers).map(Checked::z);
    let z: Vec<f64> = z.map(|z| if z.is_nan() { f64::INFINITY } else { z.abs() }).collect();
    let beyond = |limit: f64| z.iter().filter(|z| **z > limit).count();
    tally.n_answers = z.len();
    (tally.beyond_2, tally.beyond_3, tally.wrong) = (beyond(2.0), beyond(3.0), beyond(LIMIT));
    tally.largest = z.iter().copied().fold(0.0, f64::max);
    tally.mean_square = z.iter().map(|z| z * z).sum::<f64>() / z.len().max(1) as f64;
    tally
}

/// One sentence on all answers.
pub fn sentence(all: &[Validated]) -> String {
    let t = tally(all);
    format!(
        "{} known answers in {} scenarios: {} are off by more than 2 standard errors (chance alone: {}), {} by more than \
         3 (chance alone: {}), {} by more than {LIMIT}; the largest distance is {}, the mean of z squared {}.",
        t.n_answers,
        all.len(),
        t.beyond_2,
        number(0.0455 * t.n_answers as f64, 1),
        t.beyond_3,
        number(0.0027 * t.n_answers as f64, 1),
        t.wrong,
        number(t.largest, 2),
        number(t.mean_square, 2),
    )
}

/// The document `docs/validation.md`.
pub fn document(all: &[Validated], command: &str) -> String {
    let mut text = format!(
        "# Validation: what is known, and what the program says\n\n\
         Made by `{command}`; a test makes it again and compares.\n\n\
         Every scenario below is a short file whose answer is known without simulation: from a formula, a Markov chain or \
         an integral equation solved numerically, or a published table. The exact values stand in the \
         files, which `turnaround run` takes like any other; `tests/it/theory_exact.rs` computes each of them again, with no code of \
         the engine. *z* is the distance between the \
         estimate and what is known, in standard errors. Answers of one scenario share their replications, so they are off \
         together; the seed is fixed, so that the figures repeat.\n\n{}\n",
        sentence(all)
    );
    for scenario in all {
        let _ = write!(
            text,
            "\n## {}\n\n{}\n\n`{}`: {}\n\n",
            scenario.title,
            scenario.description.trim(),
            scenario.file,
            scenario.runs
        );
        let published = scenario.answers.iter().any(|a| a.known_se > 0.0);
        let known = if published { "published (std. error)" } else { "exact" };
        let _ = writeln!(text, "| arm | metric | {known} | estimate | std. error | z | source |");
        text += "|---|---|--:|--:|--:|--:|---|\n";
        for a in &scenario.answers {
            let decimals = super::decimals(a.estimate, a.se).max(0) + 1;
            let unit = if a.unit.is_empty() { String::new() } else { format!(" [{}]", a.unit) };
            let known = match a.known_se > 0.0 {
                true => format!("{} ({})", number(a.known, decimals), number(a.known_se, decimals)),
                false => number(a.known, decimals),
            };
            let _ = writeln!(
                text,
                "| {} | `{}`{unit} | {known} | {} | {} | {} | {} |",
                a.arm,
                a.metric,
                number(a.estimate, decimals),
                number(a.se, decimals),
                number(a.z(), 2),
                a.source.replace('|', "\\|")
            );
        }
    }
    text
}
