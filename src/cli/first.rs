//! The first answer of a long run: before against the first change, as if all inputs were exact, while the other arms, the
//! samples of the inputs and the ramp are still to be simulated.
//!
//! It is a folder in the unfinished run folder, written whole, that gives way to the whole answer.

use super::exit::Failure;
#[cfg(feature = "charts")]
use super::files;
use super::input::Input;
use super::{folder, inputs, progress};
use crate::experiment::{Ending, FIRST_ARMS, Results};
use crate::output::folder::write_folder;
use crate::report;
use indicatif::ProgressBar;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Its folder in a run folder.
pub const FOLDER: &str = "first";

/// Who has less to wait for the whole answer gets no other before.
const WORTH: Duration = Duration::from_secs(5);

pub struct First<'a> {
    input: &'a Input,
    /// The run folder.
    path: &'a Path,
    key: &'a str,
    bar: &'a ProgressBar,
    begun: Instant,
    told: AtomicBool,
}

impl<'a> First<'a> {
    pub fn new(input: &'a Input, path: &'a Path, key: &'a str, bar: &'a ProgressBar) -> Self {
        Self { input, path, key, bar, begun: Instant::now(), told: AtomicBool::new(false) }
    }

    /// Writes the first answer into its folder and tells it, if there is long to wait for the whole one, or the run was interrupted before
    /// it came to the other arms.
    pub fn take(&self, results: &Results) -> Result<(), String> {
        let done = results.replications * results.arms.len();
        let rest = self.runs().saturating_sub(done);
        let wait = self.begun.elapsed().mul_f64(rest as f64 / done.max(1) as f64);
        let is_worth_it = match results.ending {
            // Otherwise the interrupted run has an answer of its own.
            Ending::Cancelled => self.input.arms.len() > FIRST_ARMS,
            _ => wait >= WORTH,
        };
        if !is_worth_it {
            return Ok(());
        }
        let folder = self.path.join(FOLDER);
        if let Err(why) = self.files(results).and_then(|files| write_folder(&folder, &files, true)) {
            // The whole answer is what was asked for.
            progress::say(self.bar, &format!("note: there is no first answer: {why}"));
            return Ok(());
        }
        self.told.store(true, Ordering::Relaxed);
        let Self { bar, begun, .. } = self;
        let model = &self.input.arms[0].1;
        let headline = report::headline(results, model);
        let judged = |i: &usize| headline.contains(i) || results.metrics[*i].matters.is_some();
        let judged: Vec<usize> = (0..results.metrics.len()).filter(judged).collect();
        let (table, sentence) = (report::excerpt(results, &judged), self.sentence(results));
        let (seconds, folder) = (begun.elapsed().as_secs_f64(), folder.display());
        let told = format!(
            "{table}\n{sentence}\nAfter {seconds:.1} s; charts and report: {folder} (until the whole answer is there)\n"
        );
        progress::say(bar, &told);
        Ok(())
    }

    /// The failure of a run that came no further than the first answer: that is kept.
    pub fn kept(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Interrupted(_) if self.told.load(Ordering::Relaxed) => Failure::Interrupted(format!(
                "the first answer, and the replications behind it, are kept in {}\nhint: the same command with --resume goes on from \
                 there",
                self.path.display()
            )),
            failure => failure,
        }
    }

    /// All runs of the request.
    fn runs(&self) -> usize {
        let (arms, ramp) = (&self.input.arms, &self.input.ramp);
        let of = |arms: &[(_, crate::model::Model)]| {
            arms.first().map_or(0, |(_, model)| model.design.replications as usize * arms.len())
        };
        let samples =
            inputs::plan(self.input).map_or(0, |(_, [outer, inner, _])| outer as usize * inner as usize);
        of(arms) + of(ramp) + samples * arms.len()
    }

    /// What the first answer leaves out.
    fn sentence(&self, results: &Results) -> String {
        let others = self.input.arms.iter().skip(FIRST_ARMS).map(|(arm, _)| arm.label.clone());
        let mut rest: Vec<String> = others.collect();
        if inputs::plan(self.input).is_some() {
            rest.push("what is not known about the inputs".to_owned());
        }
        if !self.input.ramp.is_empty() {
            rest.push("the time until a change has come into effect".to_owned());
        }
        let arms: Vec<_> = results.arms.iter().map(|arm| format!("\u{201c}{}\u{201d}", arm.label)).collect();
        let arms = arms.join(" against ");
        let more = match results.ending {
            Ending::Cancelled => {
                "It rests on the replications before the run was interrupted; still to come are"
            }
            _ => "The run goes on with",
        };
        let exact = if inputs::plan(self.input).is_some() { ", as if all inputs were exact" } else { "" };
        format!("First answer: {arms}{exact}. {more}: {}.", rest.join("; "))
    }

    fn files(&self, results: &Results) -> Result<Vec<(String, Vec<u8>)>, String> {
        let arms = &self.input.arms[..results.arms.len()];
        let sentence = self.sentence(results);
        #[cfg(feature = "charts")]
        let pictures = report::pictures(results, &folder::footer(self.input, results));
        #[cfg(not(feature = "charts"))]
        let pictures: Vec<report::Picture> = Vec::new();
        let page = report::Page {
            first: Some(&sentence),
            money: None,
            results,
            arms,
            scenario: &self.input.scenario,
            pictures: &pictures,
            key: self.key,
            generator: crate::rng::GENERATOR,
        };
        let html = report::html(&page)?;
        let table = report::table(results, &format!("\n{sentence}\n"), None);
        let mut all = vec![
            ("summary.txt".to_owned(), table.into_bytes()),
            ("report.html".to_owned(), html.into_bytes()),
        ];
        all.extend(folder::scenario(self.input));
        all.extend(folder::csv_tables(results));
        #[cfg(feature = "charts")]
        all.extend(files::drawn(&pictures.iter().collect::<Vec<_>>())?);
        Ok(all)
    }
}

/// The whole answer is there: the first one goes.
pub fn forget(run: &Path) {
    let _ = fs::remove_dir_all(run.join(FOLDER));
}
