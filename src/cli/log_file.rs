//! Event logs as commands take them: a file in any format, its columns, and filters.

use super::args;
use super::exit::Failure;
use crate::diag::Severity;
use crate::eventlog::format::{self, Format, ReadOptions};
use crate::eventlog::{EventLog, Filter, Finding, Layout, ReadReport, Role};
use std::fs::File;
use std::path::Path;

const HOUR: f64 = 3_600e6;

/// How a log is read where the file leaves it open, or is not guessed right.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct Reading {
    /// Format of the input, where its name does not say: csv, xes, parquet, ocel-json, ocel-xml
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Which column of a table means what, e.g. --column case=order_id; guessed when absent. Roles: case (for object-centric logs
    /// the object type that is taken as the case), activity, enabled, start, end, resource, team, site, cost, lifecycle, instance
    #[arg(long, value_name = "ROLE=NAME", value_parser = role)]
    column: Vec<(Role, String)>,
    /// How instants are written: ymd, dmy, mdy, or a number of s, ms, us, ns since 1970
    #[arg(long, value_name = "FORM", value_parser = layout)]
    instants: Option<Layout>,
    /// What separates the fields of a line
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Take what could be read of a log that is cut off or broken, and say so; without it such a log is refused
    #[arg(long)]
    partial: bool,
}

/// Which part of the log to look at. Filters are applied in the order in which they stand here.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct Filters {
    /// Cases that start at this date or instant or later, e.g. 2023-04-01
    #[arg(long, value_name = "DATE", value_parser = instant, allow_hyphen_values = true)]
    from: Option<i64>,
    /// Cases that start before this date or instant
    #[arg(long, value_name = "DATE", value_parser = instant, allow_hyphen_values = true)]
    to: Option<i64>,
    /// These cases
    #[arg(long, value_name = "NAME")]
    case: Vec<String>,
    /// Cases that do one of these activities
    #[arg(long, value_name = "ACTIVITY")]
    through: Vec<String>,
    /// Cases that do none of these activities
    #[arg(long, value_name = "ACTIVITY")]
    avoiding: Vec<String>,
    /// Cases of at least so many hours
    #[arg(long, value_name = "HOURS", value_parser = args::hours)]
    longer: Option<f64>,
    /// Cases of fewer than so many hours
    #[arg(long, value_name = "HOURS", value_parser = args::hours)]
    shorter: Option<f64>,
    /// Cases of the K most frequent variants
    #[arg(long, value_name = "K")]
    top_variants: Option<usize>,
    /// Cases of the most frequent variants that together hold this share of the cases, e.g. 0.8
    #[arg(long, value_name = "SHARE", value_parser = args::share)]
    variant_share: Option<f64>,
    /// Rows of these activities
    #[arg(long, value_name = "ACTIVITY")]
    activity: Vec<String>,
    /// Rows of other activities
    #[arg(long, value_name = "ACTIVITY")]
    without: Vec<String>,
    /// Rows of these resources
    #[arg(long, value_name = "NAME")]
    resource: Vec<String>,
    /// Rows of these teams
    #[arg(long, value_name = "NAME")]
    team: Vec<String>,
}

impl Filters {
    /// The part of a log that passes all filters.
    pub fn apply(&self, mut log: EventLog) -> EventLog {
        for filter in self.list() {
            log = filter.apply(&log);
        }
        log
    }

    /// The filters in words: "cases from 2023-04-01, through Check".
    pub fn told(&self) -> String {
        let date = |t: i64| jiff::Timestamp::from_microsecond(t).map(|t| t.to_string()).unwrap_or_default();
        let mut parts: Vec<String> = Vec::new();
        let mut add = |what: &str, value: Option<String>| parts.extend(value.map(|v| format!("{what} {v}")));
        let names = |list: &[String]| (!list.is_empty()).then(|| list.join(" or "));
        add("cases from", self.from.map(date));
        add("cases before", self.to.map(date));
        add("longer than", self.longer.map(|h| format!("{h} h")));
        add("shorter than", self.shorter.map(|h| format!("{h} h")));
        add("cases", names(&self.case));
        add("through", names(&self.through));
        add("avoiding", names(&self.avoiding));
        add("top variants:", self.top_variants.map(|k| k.to_string()));
        add("variants that hold", self.variant_share.map(|s| s.to_string()));
        add("only activities", names(&self.activity));
        add("without", names(&self.without));
        add("only resources", names(&self.resource));
        add("only teams", names(&self.team));
        parts.join(", ")
    }

    fn list(&self) -> Vec<Filter> {
        let mut list = Vec::new();
        if self.from.is_some() || self.to.is_some() {
            list.push(Filter::Started(self.from.unwrap_or(i64::MIN)..self.to.unwrap_or(i64::MAX)));
        }
        if self.longer.is_some() || self.shorter.is_some() {
            let micros = |hours: Option<f64>, open: i64| hours.map_or(open, |h| (h * HOUR) as i64);
            list.push(Filter::Cycle(micros(self.longer, i64::MIN)..micros(self.shorter, i64::MAX)));
        }
        let named = |names: &[String], make: fn(Vec<String>) -> Filter| {
            (!names.is_empty()).then(|| make(names.to_vec()))
        };
        list.extend(named(&self.case, Filter::Cases));
        list.extend(named(&self.through, Filter::Through));
        list.extend(named(&self.avoiding, Filter::Avoiding));
        list.extend(self.top_variants.map(Filter::TopVariants));
        list.extend(self.variant_share.map(Filter::VariantShare));
        list.extend(named(&self.activity, Filter::Activities));
        list.extend(named(&self.without, Filter::WithoutActivities));
        list.extend(named(&self.resource, Filter::Resources));
        list.extend(named(&self.team, Filter::Teams));
        list
    }
}

/// The part of a log that passes the filters, sorted, and what there is to say about the file, which goes to stderr, too.
///
/// # Errors
/// As [`read`], and when no row passes.
pub fn read_filtered(
    path: &Path,
    reading: &Reading,
    filters: &Filters,
) -> Result<(EventLog, ReadReport), Failure> {
    let (log, report) = read(path, reading)?;
    let log = filters.apply(log);
    if log.is_empty() {
        let path = path.display();
        return Err(Failure::BadInput(format!("error: no row of {path} passes the filters")));
    }
    Ok((log, report))
}

/// Reads a log, sorted. What was guessed and what could not be read goes to stderr.
///
/// # Errors
/// When the file cannot be opened, is no log, has no rows, or could not be read to its end and parts are not asked for.
pub fn read(path: &Path, reading: &Reading) -> Result<(EventLog, ReadReport), Failure> {
    let (format, _) = format_of(path, reading.format.as_deref())?;
    let mut file = File::open(path)
        .map_err(|e| Failure::BadInput(format!("error: cannot read {}: {e}", path.display())))?;
    let options = ReadOptions {
        columns: reading.column.clone(),
        layout: reading.instants,
        delimiter: reading.delimiter,
    };
    let (mut log, report) = (format.read)(&mut file, &options);
    let path = path.display();
    if report.has_errors() && (log.is_empty() || !reading.partial) {
        let hint = match log.len() {
            0 => String::new(),
            n => format!("\nhint: mend the file; or --partial takes the {n} rows that could be read"),
        };
        return Err(Failure::BadInput(format!("{report}error: {path} could not be read as a whole{hint}")));
    }
    if log.is_empty() {
        return Err(Failure::BadInput(format!("{report}error: {path} has no rows")));
    }
    eprint!("{report}");
    log.sort();
    Ok((log, report))
}

/// What there is to say about a file, for programs.
pub fn findings(report: &ReadReport) -> serde_json::Value {
    let finding = |f: &Finding| {
        serde_json::json!({
            "severity": if f.severity == Severity::Error { "error" } else { "warning" },
            "what": f.what,
            "example": f.example,
            "line": f.first.map(|p| p.line),
            "byte": f.first.map(|p| p.byte),
            "count": f.count,
        })
    };
    serde_json::json!({
        "partial": report.has_errors(),
        "events": report.n_events,
        "left_out": report.n_left_out,
        "guesses": report.guesses,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// The errors of a file that was read in part, as sentences for a report.
pub fn told_in_part(report: &ReadReport) -> Vec<String> {
    let errors = report.findings.iter().filter(|f| f.severity == Severity::Error);
    errors.map(|f| format!("the log was read in part only: {}", f.to_string().replace('\n', "; "))).collect()
}

/// The format of this name, or by the name of the file; and whether the file is packed.
pub fn format_of(path: &Path, name: Option<&str>) -> Result<(&'static Format, bool), Failure> {
    let found = match name {
        Some(name) => format::by_name(name).map(|f| (f, path.extension().is_some_and(|e| e == "gz"))),
        None => format::by_file_name(&path.to_string_lossy()),
    };
    found.ok_or_else(|| {
        let known: Vec<_> =
            format::ALL.iter().map(|f| format!("{} (.{})", f.name, f.extensions.join(", ."))).collect();
        let what = name.map_or_else(|| path.display().to_string(), str::to_owned);
        Failure::BadInput(format!(
            "error: `{what}` names no format of event logs\nhint: the formats are {}, each also with .gz",
            known.join(", ")
        ))
    })
}

fn layout(text: &str) -> Result<Layout, String> {
    let found = Layout::ALL.iter().find(|(known, _)| *known == text).map(|(_, layout)| *layout);
    found.ok_or_else(|| "the forms are ymd, dmy, mdy, s, ms, us, ns".to_owned())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("one ASCII character, such as ; or |".to_owned()),
    }
}

fn role(text: &str) -> Result<(Role, String), String> {
    let known = || Role::ALL.iter().map(|r| r.1).collect::<Vec<_>>().join(", ");
    let (role, name) = text.split_once('=').ok_or_else(|| "write ROLE=NAME".to_owned())?;
    let found = Role::ALL.iter().find(|r| r.1 == role).map(|r| r.0);
    found.map(|r| (r, name.to_owned())).ok_or_else(|| format!("the roles are {}", known()))
}

/// A date, a date and time without zone (UTC), or an instant.
fn instant(text: &str) -> Result<i64, String> {
    let utc = jiff::tz::TimeZone::UTC;
    let timestamp = text
        .parse::<jiff::Timestamp>()
        .or_else(|_| text.parse::<jiff::civil::DateTime>().and_then(|d| utc.to_timestamp(d)))
        .map_err(|_| "write a date such as 2023-04-01, or 2023-04-01T08:00Z".to_owned())?;
    Ok(timestamp.as_microsecond())
}
