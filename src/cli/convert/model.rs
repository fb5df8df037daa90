//! Models of other programs as folders with a scenario; scenarios and mined models as diagrams and nets.

use crate::cli::exit::{Failure, print};
use crate::cli::input;
use crate::diag::Diagnostic;
use crate::eventlog::EventLog;
use crate::ids::ProcessId;
use crate::interchange::{Diagram, Imported, Kind, Report, bpmn, import as make, outgoing, pnml, prosimos};
use crate::mining::{self, Miner};
use crate::model::Model;
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
        File::open(path).map_err(|e| Failure::BadInput(format!("error: cannot read {}: {e}", path.display())))
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
        n => {
            eprintln!("next: turnaround check {to} shows {n} places to fill in ({open} kinds of them above)")
        }
    }
    Ok(())
}

/// What a model can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Bpmn,
    Pnml,
}

impl Target {
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).as_deref() {
            Some("bpmn") => Some(Self::Bpmn),
            Some("pnml") => Some(Self::Pnml),
            _ => None,
        }
    }
}

/// Writes a process of a scenario as a diagram.
///
/// # Errors
/// When the scenario is broken, or has no such process.
pub fn draw_scenario(path: &Path, process: Option<&str>, to: Target, output: &Path) -> Result<(), Failure> {
    let input = input::read(path, &[])?;
    let Some((_, model)) = input.arms.first() else {
        return Err(Failure::BadInput(format!("error: {} has no model", path.display())));
    };
    if to == Target::Pnml {
        let hint = "a net is made of a log; a scenario can be written as .bpmn";
        return Err(Failure::BadInput(format!(
            "error: a scenario is not written as a Petri net\nhint: {hint}"
        )));
    }
    let id = process_of(model, process)?;
    save(&outgoing::of_process(model, id), output)
}

fn process_of(model: &Model, name: Option<&str>) -> Result<ProcessId, Failure> {
    let first = model.arrivals.iter().next().map(|a| a.process).or_else(|| model.processes.ids().next());
    let found = match name {
        Some(name) => model.processes.iter_ids().find(|(_, p)| p.name == name).map(|(id, _)| id),
        None => first,
    };
    found.ok_or_else(|| {
        let known: Vec<_> = model.processes.iter().map(|p| p.name.as_str()).collect();
        let name = name.unwrap_or_default();
        Failure::BadInput(format!(
            "error: no process is called `{name}`\nhint: there are {}",
            known.join(", ")
        ))
    })
}

/// Writes the model that a miner finds in a log.
///
/// # Errors
/// When the file cannot be written.
pub fn draw_log(log: &EventLog, miner: Miner, to: Target, output: &Path) -> Result<(), Failure> {
    let tree = miner.mine(log).tree;
    let title = output.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    match to {
        Target::Bpmn => save(&outgoing::of_tree(&tree, &log.activities, &title), output),
        Target::Pnml => {
            let net = mining::Petri::of(&tree);
            let text = pnml::write(&net, &log.activities, &title);
            folder::write_atomically(output, text.as_bytes()).map_err(Failure::Failed)?;
            let silent = net.transitions.iter().filter(|t| t.label.is_none()).count();
            print(&format!(
                "{} places, {} transitions ({silent} silent) -> {}\n",
                net.places,
                net.transitions.len(),
                output.display()
            ))
        }
    }
}

fn save(diagram: &Diagram, output: &Path) -> Result<(), Failure> {
    let text = bpmn::write(diagram, layout(diagram).as_ref());
    folder::write_atomically(output, text.as_bytes()).map_err(Failure::Failed)?;
    let (n, flows) = (diagram.nodes.len(), diagram.flows.len());
    print(&format!("{n} nodes, {flows} flows -> {}\n", output.display()))
}

#[cfg(feature = "charts")]
fn layout(diagram: &Diagram) -> Option<bpmn::Layout> {
    let links: Vec<_> = diagram.flows.iter().map(|f| (f.from, f.to)).collect();
    let crate::chart::Layered { nodes, links } = crate::chart::layered(&bpmn::sizes(diagram), &links);
    Some(bpmn::Layout { nodes, flows: links })
}

/// Without the charts nothing is laid out; modelling programs then lay the diagram out themselves.
#[cfg(not(feature = "charts"))]
fn layout(_: &Diagram) -> Option<bpmn::Layout> {
    None
}
