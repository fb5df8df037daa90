//! `turnaround report`: the files of a finished run again, without simulating.

use super::exit::{Failure, print};
use super::{finished, folder};
use crate::experiment;
use crate::output::{Manifest, RunFolder};
use std::path::PathBuf;

/// Makes tables, charts and reports again from the replications that a run folder keeps.
///
/// The files have the same bytes as those that the run wrote, if it is the same program; a newer program makes newer
/// charts and reports.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  turnaround report output/mm1/*")]
pub struct Args {
    /// Run folders
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Print one JSON object a line on stdout instead of the table
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let pool = experiment::threads(None).map_err(Failure::Failed)?;
    let runs = args.runs.iter().map(|path| finished::open(path)).collect::<Result<Vec<_>, _>>()?;
    for run in runs {
        let is_same = run.manifest.program.executable == folder::program()?.executable;
        if !is_same {
            let path = run.path.display();
            eprintln!(
                "note: another build of turnaround made {path}; files may differ from those that it wrote"
            );
        }
        let found = folder::Found { results: run.again(&pool)?.results, ramp: run.ramp_again(&pool)? };
        // The same build makes the same bytes, so that the manifest may stay; another one makes files that it does not vouch for.
        let mut files = match is_same {
            true => RunFolder::reopen(&run.path),
            false => RunFolder::create(&run.path).map_err(Failure::Failed)?,
        };
        let (text, json) = folder::fill(&mut files, &run.input, &found, &run.manifest.key)?;
        let program = folder::program()?;
        files.finish(Manifest { program, ..run.manifest }).map_err(Failure::Failed)?;
        match args.json {
            true => print(&format!("{json}\n"))?,
            false => print(&folder::located(&text, &run.path))?,
        }
    }
    Ok(())
}
