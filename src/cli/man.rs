//! `turnaround man`: manual pages.

use super::exit::{Failure, print};
use crate::output::folder;
use clap::CommandFactory;
use std::path::PathBuf;

/// Prints the manual page, or writes one page for each command into a folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  turnaround man > turnaround.1\n  turnaround man man1")]
pub struct Args {
    /// Folder for turnaround.1, turnaround-run.1, ...
    folder: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let mut root = super::Cli::command();
    root.build();
    let page = |command: &clap::Command| {
        let mut bytes = Vec::new();
        let rendered = clap_mangen::Man::new(command.clone()).render(&mut bytes);
        rendered.map(|()| bytes).map_err(|e| Failure::Failed(format!("cannot make the manual page: {e}")))
    };
    let Some(folder) = &args.folder else {
        return print(&String::from_utf8_lossy(&page(&root)?));
    };
    let mut pages = vec![("turnaround.1".to_owned(), page(&root)?)];
    for command in root.get_subcommands().filter(|c| c.get_name() != "help") {
        let name = format!("turnaround-{}", command.get_name());
        pages.push((format!("{name}.1"), page(command)?));
    }
    for (name, bytes) in pages {
        folder::write_atomically(&folder.join(name), &bytes).map_err(Failure::Failed)?;
    }
    Ok(())
}
