//! Run folders as commands take them: finished ones, with their replications.

use super::exit::Failure;
use super::folder;
use super::input::{self, Input};
use super::inputs;
use crate::experiment::{self, Ending, Error, Results, Side, Threads, Watch};
use crate::output::Parts;
use crate::output::manifest::{self, Manifest};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

pub struct Finished {
    pub path: PathBuf,
    pub manifest: Manifest,
    pub input: Input,
}

/// Opens a run folder.
///
/// # Errors
/// When there is none, or it is not whole.
pub fn open(path: &Path) -> Result<Finished, Failure> {
    let bad = |what: &str, hint: &str| {
        Err(Failure::BadInput(format!("error: {} {what}\nhint: {hint}", path.display())))
    };
    if !path.exists() {
        return bad("does not exist", "`turnaround run` names the run folder in its last lines");
    }
    if !path.is_dir() {
        return bad("is no folder", "give a run folder, such as output/<scenario>/<key>");
    }
    let has_manifest = path.join(manifest::FILE_NAME).exists();
    let Some(manifest) = Manifest::read(path) else {
        return match () {
            _ if has_manifest => bad("has a manifest that cannot be read", "run the scenario again"),
            _ if !Parts::names(path).is_empty() || path.join(folder::SCENARIO).exists() => bad(
                "is an unfinished run",
                "the `turnaround run` that began it goes on from there with --resume",
            ),
            _ => bad(
                "is not a run folder",
                "give a folder with a manifest.json, such as output/<scenario>/<key>",
            ),
        };
    };
    if Parts::names(path).is_empty() {
        return bad("has no replications (the folder `parts`)", "run the scenario again with --force");
    }
    // What the files of a report are made from must be what the run left. What is missing is said where it is needed.
    let is_source = |name: &String| {
        name.ends_with(".gz") && !name.starts_with("logs/")
            || name == folder::SCENARIO
            || name.starts_with(&format!("{}/", folder::INPUTS))
    };
    let changed = manifest.damaged(path);
    if let Some(name) = changed.iter().find(|name| is_source(name) && path.join(name).exists()) {
        return bad(
            &format!("has `{name}` not as the run wrote it"),
            "run the scenario again: what is damaged is made again",
        );
    }
    let input = input::read_kept(path, &manifest.scenario)?;
    Ok(Finished { path: path.to_owned(), manifest, input })
}

impl Finished {
    /// The ramp's results again, from its replications; None without a ramp.
    pub fn ramp_again(&self, pool: &Threads) -> Result<Option<Results>, Failure> {
        if self.input.ramp.is_empty() {
            return Ok(None);
        }
        let parts = Parts::new(&self.path.join(folder::RAMP), true);
        let side = experiment::again(&self.input.ramp_experiment(), true, pool, &parts);
        side.map(|side| Some(side.results))
            .map_err(|e| Failure::Failed(format!("{}: {e}", self.path.display())))
    }

    /// Estimates again from the replications kept.
    pub fn again(&self, pool: &Threads) -> Result<Side, Failure> {
        let missing = || {
            let path = self.path.display();
            Failure::BadInput(format!(
                "error: {path} lacks some of its replications\nhint: run the scenario again with --force"
            ))
        };
        let arms = self.input.experiment();
        let side = experiment::again(&arms, true, pool, &Parts::new(&self.path, true));
        match side {
            Ok(side) if side.results.ending == Ending::Cancelled => Err(missing()),
            Ok(mut side) => {
                let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(true) };
                let samples = Parts::samples(&self.path, true);
                let carried = inputs::carry(&self.input, &mut side.results, &arms, watch, pool, &samples);
                match carried {
                    Ok(true) => Ok(side),
                    Ok(false) => Err(missing()),
                    Err(e) => Err(Failure::Failed(format!("{}: {e}", self.path.display()))),
                }
            }
            Err(Error::NothingFinished) => Err(missing()),
            Err(e) => Err(Failure::Failed(format!("{}: {e}", self.path.display()))),
        }
    }
}
