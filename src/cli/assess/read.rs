//! A portfolio's files: its text, its ledgers, and whether they fit each other.

use crate::assess::ledger::{self, Trouble};
use crate::assess::{Ledger, Portfolio, portfolio};
use crate::cli::exit::Failure;
use crate::diag::{self, Diagnostic, Spanned, suggest};
use crate::text::Tree;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// A portfolio with its ledgers.
pub struct Input {
    /// Of the folder.
    pub name: String,
    pub folder: PathBuf,
    pub tree: Tree,
    pub portfolio: Portfolio,
    pub ledger: Ledger,
    /// Of every file that was read, for the key of the answer.
    pub bytes: Vec<Vec<u8>>,
}

impl Input {
    /// What is wrong with the portfolio, rendered.
    pub fn failure(&self, diagnostics: &[Diagnostic]) -> Failure {
        rendered(&self.tree, diagnostics)
    }
}

fn rendered(tree: &Tree, diagnostics: &[Diagnostic]) -> Failure {
    Failure::BadInput(diag::render(diagnostics, &tree.sources, io::stderr().is_terminal()))
}

/// Reads a portfolio and its ledgers.
///
/// # Errors
/// All mistakes of the portfolio, or all of the ledgers.
pub fn read(path: &Path) -> Result<Input, Failure> {
    let file = if path.is_dir() { path.join("portfolio.toml") } else { path.to_owned() };
    let trouble = |e: &dyn std::fmt::Display| {
        let hint = "give a folder with a portfolio.toml, or the file";
        Failure::BadInput(format!("error: cannot read {}: {e}\nhint: {hint}", file.display()))
    };
    let bytes = fs::read(&file).map_err(|e| trouble(&e))?;
    let text = String::from_utf8(bytes.clone()).map_err(|_| trouble(&"it is not UTF-8 text"))?;
    let (tree, mut diagnostics) = Tree::parse(&file.display().to_string(), &text);
    // What TOML itself cannot make sense of would only cause more complaints further on.
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(rendered(&tree, &diagnostics));
    }
    let (portfolio, found) = portfolio::read(&tree);
    diagnostics.extend(found);
    let Some(portfolio) = portfolio else { return Err(rendered(&tree, &diagnostics)) };
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    let mut input = Input {
        name: name_of(&file),
        folder,
        tree,
        portfolio,
        ledger: Ledger::default(),
        bytes: vec![bytes],
    };
    let mut mistakes = String::new();
    for source in &input.portfolio.ledgers {
        let path = input.folder.join(&source.file.value);
        match fs::read(&path) {
            Ok(bytes) => {
                if let Err(troubles) = ledger::read(&bytes, &source.columns, &mut input.ledger) {
                    troubles.iter().for_each(|t| mistakes.push_str(&told(t, &path)));
                }
                input.bytes.push(bytes);
            }
            Err(e) => {
                let d = Diagnostic::error(format!("the ledger `{}` cannot be read: {e}", source.file.value));
                diagnostics.push(d.at(source.file.span));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::BadInput(mistakes));
    }
    diagnostics.extend(unknown_names(&input.portfolio, &input.ledger));
    match diagnostics.iter().any(Diagnostic::is_error) {
        true => Err(rendered(&input.tree, &diagnostics)),
        false => Ok(input),
    }
}

/// A mistake of a ledger, with its place.
fn told(t: &Trouble, path: &Path) -> String {
    let place = match (t.line, t.column) {
        (0, _) => path.display().to_string(),
        (line, 0) => format!("{}:{line}", path.display()),
        (line, column) => format!("{}:{line}, column {column}", path.display()),
    };
    let hint = if t.hint.is_empty() { String::new() } else { format!("   = hint: {}\n", t.hint) };
    format!("error: {}\n  --> {place}\n{hint}\n", t.message)
}

/// Operations whose group or name the ledgers do not have.
fn unknown_names(portfolio: &Portfolio, ledger: &Ledger) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    let known = |names: Vec<&str>, name: &Spanned<String>, what: &str| {
        let mut names = names;
        names.sort_unstable();
        names.dedup();
        if names.contains(&name.value.as_str()) {
            return None;
        }
        let d = Diagnostic::error(format!("the ledgers have no {what} `{}`", name.value)).at(name.span);
        let listed = names.iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        Some(d.hint(suggest(&name.value, names).unwrap_or_else(|| format!("known: {listed}"))))
    };
    for operation in &portfolio.operations {
        let groups = ledger.entries.iter().map(|e| e.group.as_str()).collect();
        if let Some(d) = known(groups, &operation.group, "group") {
            all.push(d);
            continue;
        }
        let own = ledger.entries.iter().filter(|e| e.group == operation.group.value);
        let names: Vec<&str> = own.map(|e| e.operation.as_str()).filter(|name| !name.is_empty()).collect();
        if !names.is_empty() {
            let what = format!("operation of {} called", operation.group.value);
            all.extend(known(names, &operation.ledger, &what));
        }
    }
    all
}

fn name_of(file: &Path) -> String {
    let folder =
        file.canonicalize().ok().and_then(|f| Some(f.parent()?.file_name()?.to_string_lossy().into_owned()));
    folder.unwrap_or_else(|| "portfolio".to_owned())
}
