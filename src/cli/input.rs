//! Scenario files as commands take them: a file, or a folder with a `scenario.toml`.

use super::exit::Failure;
use crate::diag::{self, Diagnostic};
use crate::model::Model;
use crate::scenario::{self, Scenario};
use crate::text::Change;
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
}

/// Reads a scenario with the changes of the command line. Warnings go to stderr.
///
/// # Errors
/// All mistakes of the text at once, rendered.
pub fn read(path: &Path, settings: &[String]) -> Result<Input, Failure> {
    let (input, diagnostics) = examine(path, settings)?;
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
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    let loader =
        |name: &str| fs::read(folder.join(name)).map_err(|e| format!("`{name}` cannot be read: {e}"));
    let mut arms = Vec::new();
    // What TOML itself cannot make sense of would only cause more complaints further on.
    if !diagnostics.iter().any(Diagnostic::is_error) {
        let (lowered, found) = scenario::lower_arms(&tree, &loader);
        arms = lowered;
        diagnostics.extend(found);
    }
    let name = name_of(&file);
    for (_, model) in &mut arms {
        if model.name.is_empty() {
            model.name.clone_from(&name);
        }
    }
    Ok((Input { name, path: file, scenario: tree, arms }, diagnostics))
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
