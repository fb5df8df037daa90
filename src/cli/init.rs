//! `turnaround init`: a folder with a scenario to begin with.

use super::exit::{Failure, print};
use crate::output::folder;
use crate::scenario;
use std::path::{Path, PathBuf};

/// Makes a folder with a scenario, its schema for editors, and a README that says what to do next.
///
/// `blank` is a small commented case with one change, to be replaced by your own; `bus` is the bus maintenance case.
/// Nothing that is there is overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  turnaround init blank my_case\n  turnaround init bus")]
pub struct Args {
    #[arg(value_enum, default_value_t = Template::Blank)]
    template: Template,
    /// Where; a folder of the template's name when absent
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Template {
    /// The bus maintenance case
    Bus,
    /// A small case to change into your own
    Blank,
}

/// What editors with TOML support (Taplo, Even Better TOML) look for in the first line.
const DIRECTIVE: &str = "#:schema ./scenario.schema.json\n";

pub fn run(args: &Args) -> Result<(), Failure> {
    let (name, text, first_run) = match args.template {
        Template::Bus => ("bus", include_str!("../../scenarios/bus/scenario.toml"), " -n 20"),
        Template::Blank => ("blank", include_str!("blank.toml"), ""),
    };
    let path = args.folder.clone().unwrap_or_else(|| PathBuf::from(name));
    let schema =
        serde_json::to_string_pretty(&scenario::schema()).map_err(|e| Failure::Failed(e.to_string()))?;
    let files = [
        ("scenario.toml", format!("{DIRECTIVE}{text}")),
        ("scenario.schema.json", schema + "\n"),
        (
            "README.md",
            include_str!("init.md").replace("DIR", &path.display().to_string()).replace("FLAGS", first_run),
        ),
    ];
    if let Some(there) = files.iter().map(|(name, _)| path.join(name)).find(|file| file.exists()) {
        return Err(taken(&there, name));
    }
    for (name, text) in &files {
        folder::write_atomically(&path.join(name), text.as_bytes()).map_err(Failure::Failed)?;
    }
    let path = path.display();
    print(&format!("{path}/scenario.toml\n{path}/scenario.schema.json\n{path}/README.md\n"))?;
    eprintln!("next: turnaround run {path}{first_run}");
    Ok(())
}

fn taken(file: &Path, template: &str) -> Failure {
    Failure::BadInput(format!(
        "error: {} is there already; nothing was written\nhint: name another folder: turnaround init {template} FOLDER",
        file.display()
    ))
}
