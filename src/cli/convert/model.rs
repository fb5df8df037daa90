//! Models of other programs, as folders with a scenario.

use crate::cli::exit::{Failure, print};
use crate::cli::input;
use crate::diag::Diagnostic;
use crate::interchange::{Imported, Kind, Report, bpmn, import as make, prosimos};
use crate::output::folder;
use crate::text;
use std::fs::File;
use std::path::Path;

/// Whether a file is a model rather than a log.
pub fn is_model(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.ends_with(".bpmn") || name.ends_with(".bpmn20.xml") || name.ends_with(".bpmn.xml")
}

/// Reads a diagram, and its parameters where there are any, and writes a scenario with the report of what became of them.
///
/// # Errors
/// When the files are broken, or the folder holds a scenario already.
pub fn import(diagram: &Path, json: Option<&Path>, to: &Path) -> Result<(), Failure> {
    let open = |path: &Path| {
        File::open(path)
            .map_err(|e| Failure::BadInput(format!("error: cannot read {}: {e}", path.display())))
    };
    let target = to.join("scenario.toml");
    if target.exists() {
        return Err(Failure::BadInput(format!(
            "error: {} is there already; nothing was written\nhint: name another folder",
            target.display()
        )));
    }
    let mut report = Report::default();
    let document = bpmn::read(&mut open(diagram)?, &mut report);
    let parameters = match (json, &document.simulation) {
        (Some(json), _) => Some(prosimos::read(&mut open(json)?, &mut report)),
        (None, Some(info)) => Some(prosimos::read_qbp(info, &mut report)),
        (None, None) => None,
    };
    let stem = diagram.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let Imported { scenario, report } = make(&document.diagrams, parameters.as_ref(), &stem, report);
    if report.has_errors() {
        let hint = "hint: nothing was written; mend the file, or leave out what is broken";
        return Err(Failure::BadInput(format!("{}: \n{}{hint}", diagram.display(), report.lines())));
    }
    eprint!("{}", report.lines());
    let title = format!("What became of {stem}");
    let files = [("scenario.toml", text::print(&scenario)), ("IMPORT.md", report.markdown(&title))];
    for (name, text) in &files {
        folder::write_atomically(&to.join(name), text.as_bytes()).map_err(Failure::Failed)?;
    }
    let (_, diagnostics) = input::examine(&target, &[])?;
    let n = diagnostics.iter().filter(|d| Diagnostic::is_error(d)).count();
    let open = report.of(Kind::ToDo).count();
    let to = to.display();
    print(&format!("{to}/scenario.toml\n{to}/IMPORT.md\n"))?;
    match n {
        0 => eprintln!("next: turnaround run {to}"),
        n => eprintln!("next: turnaround check {to} shows {n} places to fill in ({open} kinds of them above)"),
    }
    Ok(())
}
