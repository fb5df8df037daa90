//! `turnaround convert`: event logs and models from one format to another.

mod model;

use super::exit::{Failure, print};
use crate::eventlog::format::{self, Format, ReadOptions};
use crate::eventlog::{EventLog, Layout, ReadReport, Role};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Converts an event log, or a model of another program, from one format to another.
///
/// Formats are told by the names of the files. Logs: .csv, .tsv, .xes, .parquet, .jsonocel, .xmlocel, each also with .gz.
/// Models: a BPMN diagram with the parameters of Prosimos (--json) or QBP (in the diagram) becomes a folder with a scenario and a
/// report of what means something else there; without parameters it becomes a skeleton that says what is missing. A process of a
/// scenario becomes a BPMN diagram, and the model that is mined from a log a BPMN diagram or a Petri net (.pnml). What had to be
/// guessed, and what could not be read, is said with its place and count.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround convert docs/examples/orders.csv orders.xes.gz --case order_no --resource who\n  turnaround convert orders.xes.gz orders.parquet\n  turnaround convert docs/examples/claims.bpmn --json docs/examples/claims.json -o claims\n  turnaround convert docs/examples/claims.bpmn -o skeleton\n  turnaround convert scenarios/bus bus.bpmn --process restore\n  turnaround convert orders.xes.gz orders.bpmn\n  turnaround convert orders.xes.gz orders.pnml"
)]
pub struct Args {
    /// The log or model to read
    input: PathBuf,
    /// The file or folder to write
    #[arg(required_unless_present = "out")]
    output: Option<PathBuf>,
    /// The file or folder to write
    #[arg(short = 'o', long = "output", value_name = "PATH", conflicts_with = "output")]
    out: Option<PathBuf>,
    /// Format of the output, where its name does not say
    #[arg(long, value_name = "FORMAT")]
    to: Option<String>,
    /// The parameters of a BPMN diagram, as Prosimos has them
    #[arg(long, value_name = "FILE", help_heading = "Models")]
    json: Option<PathBuf>,
    /// The process of a scenario to draw; the one of its first arrivals when absent
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    process: Option<String>,
    /// Behaviour that is left out of a model mined from a log: a way that is rarer than this share of the most frequent one
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, help_heading = "Models")]
    noise: f64,
    #[command(flatten)]
    reading: Reading,
}

/// How a log is to be read, where the file leaves it open.
#[derive(Debug, clap::Args)]
pub struct Reading {
    /// Format of the input, where its name does not say: csv, xes, parquet, ocel-json, ocel-xml
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// Column with the case; for object-centric logs the object type that is taken as the case
    #[arg(long, value_name = "COLUMN")]
    case: Option<String>,
    /// Column with the activity
    #[arg(long, value_name = "COLUMN")]
    activity: Option<String>,
    /// Column with the instant at which work could begin
    #[arg(long, value_name = "COLUMN")]
    enabled: Option<String>,
    /// Column with the start
    #[arg(long, value_name = "COLUMN")]
    start: Option<String>,
    /// Column with the end, or with the only instant
    #[arg(long, value_name = "COLUMN")]
    end: Option<String>,
    /// Column with the person or machine
    #[arg(long, value_name = "COLUMN")]
    resource: Option<String>,
    /// Column with the team
    #[arg(long, value_name = "COLUMN")]
    team: Option<String>,
    /// Column with the place
    #[arg(long, value_name = "COLUMN")]
    site: Option<String>,
    /// Column with the cost
    #[arg(long, value_name = "COLUMN")]
    cost: Option<String>,
    /// Column that says start or complete
    #[arg(long, value_name = "COLUMN")]
    lifecycle: Option<String>,
    /// Column that tells which start belongs to which completion
    #[arg(long, value_name = "COLUMN")]
    instance: Option<String>,
    /// How instants are written: ymd, dmy, mdy, or a number of s, ms, us, ns since 1970
    #[arg(long, value_name = "FORM")]
    instants: Option<String>,
    /// What separates the fields of a line
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<char>,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let Some(output) = args.output.as_deref().or(args.out.as_deref()) else {
        return Err(Failure::BadInput(
            "error: where to?\nhint: name a file or a folder behind -o".to_owned(),
        ));
    };
    if model::is_model(&args.input) {
        return model::import(&args.input, args.json.as_deref(), output);
    }
    if args.json.is_some() {
        return Err(Failure::BadInput("error: --json goes with a BPMN diagram".to_owned()));
    }
    if let Some(to) = model::Target::of(output) {
        let is_scenario = args.input.is_dir() || args.input.extension().is_some_and(|e| e == "toml");
        if is_scenario {
            return model::draw_scenario(&args.input, args.process.as_deref(), to, output);
        }
        let (log, _) = read(&args.input, &args.reading)?;
        return model::draw_log(log, args.noise, to, output);
    }
    convert_log(args, output)
}

fn convert_log(args: &Args, output: &Path) -> Result<(), Failure> {
    let (to, gzip) = format_of(output, args.to.as_deref())?;
    let (log, report) = read(&args.input, &args.reading)?;
    let trouble =
        |e: &dyn std::fmt::Display| Failure::Failed(format!("cannot write {}: {e}", output.display()));
    let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| trouble(&e))?;
    let mut out = BufWriter::new(&mut file);
    if gzip { to.write_gzip(&log, &mut out) } else { (to.write)(&log, &mut out) }.map_err(|e| trouble(&e))?;
    out.flush().map_err(|e| trouble(&e))?;
    drop(out);
    file.persist(output).map_err(|e| trouble(&e))?;
    let summary = format!(
        "{} cases, {} activity instances from {} events ({} left out), {} activities, {} resources -> {}\n",
        log.cases.len(),
        log.len(),
        report.n_events,
        report.n_left_out,
        log.activities.len(),
        log.resources.len(),
        output.display()
    );
    print(&summary)
}

/// Reads a log; guesses and warnings go to stderr.
///
/// # Errors
/// When there is no such file, or it could not be read to its end.
pub fn read(path: &Path, reading: &Reading) -> Result<(EventLog, ReadReport), Failure> {
    let (format, _) = format_of(path, reading.from.as_deref())?;
    let options = reading.options()?;
    let mut file = File::open(path)
        .map_err(|e| Failure::BadInput(format!("error: cannot read {}: {e}", path.display())))?;
    let (log, report) = (format.read)(&mut file, &options);
    if report.has_errors() {
        return Err(Failure::BadInput(format!("{}:\n{report}", path.display())));
    }
    eprint!("{report}");
    Ok((log, report))
}

fn format_of(path: &Path, name: Option<&str>) -> Result<(&'static Format, bool), Failure> {
    let by_file = format::by_file_name(&path.to_string_lossy());
    let found = match name {
        Some(name) => format::by_name(name).map(|f| (f, path.extension().is_some_and(|e| e == "gz"))),
        None => by_file,
    };
    found.ok_or_else(|| {
        let known: Vec<_> =
            format::ALL.iter().map(|f| format!("{} (.{})", f.name, f.extensions.join(", ."))).collect();
        let what = name.map_or_else(|| path.display().to_string(), str::to_owned);
        Failure::BadInput(format!(
            "error: `{what}` names no format of event logs\nhint: the formats are {}; say --from or --to",
            known.join(", ")
        ))
    })
}

impl Reading {
    fn options(&self) -> Result<ReadOptions, Failure> {
        let columns = [
            (Role::Case, &self.case),
            (Role::Activity, &self.activity),
            (Role::Enabled, &self.enabled),
            (Role::Start, &self.start),
            (Role::End, &self.end),
            (Role::Resource, &self.resource),
            (Role::Team, &self.team),
            (Role::Site, &self.site),
            (Role::Cost, &self.cost),
            (Role::Transition, &self.lifecycle),
            (Role::Instance, &self.instance),
        ];
        let columns = columns.into_iter().filter_map(|(role, name)| Some((role, name.clone()?))).collect();
        let bad = |what: &str, hint: &str| Failure::BadInput(format!("error: {what}\nhint: {hint}"));
        let layout = match &self.instants {
            None => None,
            Some(name) => match Layout::ALL.iter().find(|(known, _)| known == name) {
                Some((_, layout)) => Some(*layout),
                None => {
                    return Err(bad(
                        &format!("`{name}` is no form of instants"),
                        "ymd, dmy, mdy, s, ms, us, ns",
                    ));
                }
            },
        };
        let delimiter = match self.delimiter {
            Some(c) => Some(u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| {
                bad(&format!("`{c}` cannot separate fields"), "one ASCII character, such as ; or |")
            })?),
            None => None,
        };
        Ok(ReadOptions { columns, layout, delimiter })
    }
}
