//! Scenario files as commands take them: a file, or a folder with a `scenario.toml`.

use super::exit::Failure;
use super::folder;
use crate::diag::{self, Diagnostic};
use crate::eventlog::format;
use crate::experiment;
use crate::model::Model;
use crate::scenario::{self, Pick, Scenario};
use crate::text::Change;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// A scenario, read and lowered, with its arms.
pub struct Input {
    /// The folder's or file's name.
    pub name: String,
    pub path: PathBuf,
    /// The text's tree with the changes of the command line.
    pub scenario: Scenario,
    /// Control first.
    pub arms: Vec<(scenario::Arm, Model)>,
    /// The same of the ramp's experiment; none when the scenario has no ramp.
    pub ramp: Vec<(scenario::Arm, Model)>,
    /// The files that the scenario names, by that name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Input {
    pub fn experiment(&self) -> Vec<experiment::Arm<'_>> {
        of_arms(&self.arms)
    }

    pub fn ramp_experiment(&self) -> Vec<experiment::Arm<'_>> {
        of_arms(&self.ramp)
    }

    /// The models of the arms by name.
    pub fn models(&self) -> Vec<(&str, &Model)> {
        self.arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect()
    }

    /// The settled worlds alone: another request, with a key of its own.
    pub fn without_ramp(mut self) -> Self {
        self.scenario.root.entries.retain(|entry| entry.key != "ramp");
        self.arms.iter_mut().for_each(|(_, model)| model.ramp = None);
        self.ramp.clear();
        self
    }

    /// What a sweep tries says nothing about this world: without it, equal worlds are equal requests.
    pub fn without_sweep(mut self) -> Self {
        self.scenario.root.entries.retain(|entry| entry.key != "sweep");
        self
    }

    /// Hashes (BLAKE3) of the files that the scenario names.
    pub fn hashes(&self) -> BTreeMap<String, String> {
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        self.files.iter().map(|(name, bytes)| (name.clone(), hash(bytes))).collect()
    }
}

fn of_arms(arms: &[(scenario::Arm, Model)]) -> Vec<experiment::Arm<'_>> {
    arms.iter().map(|(arm, model)| experiment::Arm { name: &arm.name, label: &arm.label, model }).collect()
}

/// The name under which a run folder keeps a file that the scenario names: never outside of the folder.
pub fn inside(name: &str) -> String {
    let parts = name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    parts.map(|part| if part == ".." { "up" } else { part }).collect::<Vec<_>>().join("/")
}

/// Reads a scenario with the changes of the command line. Warnings go to stderr.
///
/// # Errors
/// All mistakes of the text at once, rendered.
pub fn read(path: &Path, settings: &[String]) -> Result<Input, Failure> {
    read_arms(path, settings, &Pick::Usual)
}

/// As [`read`], with these arms.
///
/// # Errors
/// As [`read`], and when an arm is named that there is not.
pub fn read_arms(path: &Path, settings: &[String], pick: &Pick) -> Result<Input, Failure> {
    let (input, diagnostics) = examine_arms(path, settings, pick)?;
    let rendered = render(&diagnostics, &input.scenario);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Failure::BadInput(rendered));
    }
    if !rendered.is_empty() {
        eprint!("{rendered}");
    }
    Ok(input)
}

/// Reads a scenario and everything that can be said about it.
///
/// # Errors
/// When there is no such file, or it is no text.
pub fn examine(path: &Path, settings: &[String]) -> Result<(Input, Vec<Diagnostic>), Failure> {
    examine_arms(path, settings, &Pick::All)
}

/// As [`examine`], with these arms.
///
/// # Errors
/// As [`read_arms`].
pub fn examine_arms(
    path: &Path,
    settings: &[String],
    pick: &Pick,
) -> Result<(Input, Vec<Diagnostic>), Failure> {
    let file = if path.is_dir() { path.join("scenario.toml") } else { path.to_owned() };
    let source = read_text(&file)?;
    let (mut tree, mut diagnostics) = scenario::parse(&file.display().to_string(), &source);
    let mut changes = Vec::new();
    for setting in settings {
        match Change::from_argument(setting, &mut tree.sources) {
            Ok(change) => changes.push(change),
            Err(d) => diagnostics.push(d),
        }
    }
    let (tree, unmade) = scenario::apply(&tree, &changes);
    diagnostics.extend(unmade);
    let tree = scenario::pick(&tree, pick).map_err(|why| Failure::BadInput(format!("error: {why}")))?;
    let beside = file.parent().map(Path::to_owned).unwrap_or_default();
    let name = name_of(&file);
    Ok(lowered(name, file, tree, diagnostics, &|name| beside.join(name)))
}

/// The same scenario with another tree: what its arms mean, and everything that can be said about it.
pub fn again(input: &Input, scenario: Scenario) -> (Input, Vec<Diagnostic>) {
    let beside = input.path.parent().map(Path::to_owned).unwrap_or_default();
    lowered(input.name.clone(), input.path.clone(), scenario, Vec::new(), &|name| beside.join(name))
}

/// Reads the scenario that a run folder keeps; the files that it names are there, too.
///
/// # Errors
/// When it cannot be read.
pub fn read_kept(run: &Path, name: &str) -> Result<Input, Failure> {
    let file = run.join(folder::SCENARIO);
    let (tree, diagnostics) = scenario::parse(&file.display().to_string(), &read_text(&file)?);
    let place = |name: &str| run.join(folder::INPUTS).join(inside(name));
    let (input, diagnostics) = lowered(name.to_owned(), file, tree, diagnostics, &place);
    match diagnostics.iter().any(Diagnostic::is_error) {
        true => Err(Failure::BadInput(render(&diagnostics, &input.scenario))),
        false => Ok(input),
    }
}

fn lowered(
    name: String,
    path: PathBuf,
    scenario: Scenario,
    mut diagnostics: Vec<Diagnostic>,
    place: &dyn Fn(&str) -> PathBuf,
) -> (Input, Vec<Diagnostic>) {
    let files = RefCell::new(BTreeMap::new());
    let loader = |name: &str| {
        let bytes = fs::read(place(name)).map_err(|e| e.to_string())?;
        files.borrow_mut().insert(name.to_owned(), bytes.clone());
        format::as_csv(name, bytes)
    };
    let (mut arms, mut ramp) = (Vec::new(), Vec::new());
    // What TOML cannot make sense of is left out of the tree: what else is wrong is said, too, but not about that place.
    let unclear: Vec<_> =
        diagnostics.iter().filter(|d| d.is_error()).map(|d| d.span.unwrap_or_default()).collect();
    let (lowered, mut found) = scenario::lower_arms(&scenario, &loader);
    if unclear.is_empty() {
        arms = lowered;
    } else {
        found.retain(|d| {
            d.is_error() && !unclear.iter().any(|at| d.span.is_some_and(|span| span.touches(*at)))
        });
    }
    diagnostics.extend(found);
    // A mistake of the scenario is one of its ramp, too; once is enough.
    if !arms.is_empty() {
        let (lowered, found) = scenario::lower_ramp(&scenario, &loader);
        ramp = lowered;
        let said = |d: &Diagnostic| diagnostics.iter().any(|old| !d.is_error() && old.span == d.span);
        let new: Vec<_> = found.into_iter().filter(|d| !said(d)).collect();
        diagnostics.extend(new);
    }
    for (_, model) in arms.iter_mut().chain(&mut ramp) {
        if model.name.is_empty() {
            model.name.clone_from(&name);
        }
    }
    (Input { name, path, scenario, arms, ramp, files: files.into_inner() }, diagnostics)
}

/// Diagnostics against the texts that they are about.
pub fn render(diagnostics: &[Diagnostic], scenario: &Scenario) -> String {
    diag::render(diagnostics, &scenario.sources, io::stderr().is_terminal())
}

fn read_text(file: &Path) -> Result<String, Failure> {
    let trouble = |e: &dyn std::fmt::Display| {
        Failure::BadInput(format!(
            "error: cannot read {}: {e}\nhint: give a scenario file, or a folder with a scenario.toml",
            file.display()
        ))
    };
    let bytes = fs::read(file).map_err(|e| trouble(&e))?;
    String::from_utf8(bytes).map_err(|_| trouble(&"it is not UTF-8 text"))
}

fn name_of(file: &Path) -> String {
    let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let folder =
        file.canonicalize().ok().and_then(|f| Some(f.parent()?.file_name()?.to_string_lossy().into_owned()));
    match folder {
        Some(folder) if stem == "scenario" => folder,
        _ => stem,
    }
}
