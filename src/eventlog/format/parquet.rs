//! Parquet: the columns of the CSV format, typed.

use super::{Format, ReadOptions};
use crate::eventlog::attributes::Value;
use crate::eventlog::build::{Builder, Transition};
use crate::eventlog::columns::{Mapping, Role};
use crate::eventlog::instant::{self, Layout};
use crate::eventlog::report::{Position, ReadReport, nowhere};
use crate::eventlog::{EventLog, Instance, NONE, Names, UNKNOWN, Values};
use polars::prelude::{
    Column as Series, DataFrame, DataType, ParquetCompression, ParquetReader, ParquetWriter, SerReader,
    TimeUnit,
};
use std::io::{self, Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub const PARQUET: Format = Format {
    name: "parquet",
    extensions: &["parquet"],
    about: "Parquet: the columns of the CSV format, typed; a case without rows is not kept",
    resolution: 1,
    read,
    write,
};

/// Longest file [bytes]: it is held in memory.
const LONGEST: u64 = 4 << 30;

fn read(source: &mut dyn Read, options: &ReadOptions) -> (EventLog, ReadReport) {
    let mut builder = Builder::default();
    match frame(source) {
        Ok(frame) => {
            read_frame(&frame, options, &mut builder);
        }
        Err(e) => {
            builder.report.error("the file cannot be read as Parquet", &e, nowhere);
        }
    }
    builder.finish()
}

fn frame(source: &mut dyn Read) -> Result<DataFrame, String> {
    let mut bytes = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("it is longer than {} GiB", LONGEST >> 30));
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        let decoder = flate2::read::MultiGzDecoder::new(&bytes[..]);
        decoder.take(LONGEST).read_to_end(&mut plain).map_err(|e| e.to_string())?;
        bytes = plain;
    }
    if !(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")) {
        return Err("it does not begin and end as such files do".to_owned());
    }
    // The reader was made for files that a friend has written: on damage it can panic.
    catch_unwind(AssertUnwindSafe(|| ParquetReader::new(Cursor::new(bytes)).finish()))
        .map_err(|_| "it is damaged".to_owned())?
        .map_err(|e| e.to_string())
}

/// A table as CSV, with a header line: what reads columns of CSV files reads those of Parquet files, too.
///
/// # Errors
/// When the bytes are no Parquet file, or a damaged one.
pub(super) fn as_csv(mut bytes: &[u8]) -> Result<Vec<u8>, String> {
    let frame = frame(&mut bytes)?;
    let columns: Vec<Vec<String>> = frame.columns().iter().map(cells).collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = frame.columns().iter().map(|c| c.name().as_str());
    table.write_record(header).map_err(|e| e.to_string())?;
    for i in 0..frame.height() {
        table.write_record(columns.iter().map(|c| c[i].as_str())).map_err(|e| e.to_string())?;
    }
    table.into_inner().map_err(|e| e.to_string())
}

/// Every value as a text that reads back as itself; empty where there is none.
fn cells(column: &Series) -> Vec<String> {
    match column.dtype() {
        DataType::Float32 | DataType::Float64 => match column.cast(&DataType::Float64) {
            Ok(column) => match column.as_materialized_series().f64() {
                Ok(v) => v.iter().map(|x| x.map_or_else(String::new, |x| x.to_string())).collect(),
                Err(_) => vec![String::new(); column.len()],
            },
            Err(_) => vec![String::new(); column.len()],
        },
        DataType::Datetime(_, zone) => {
            let zoned = zone.is_some();
            let text = |t: i64| {
                let mut text = Vec::new();
                if t != UNKNOWN {
                    instant::write(&mut text, t, 6);
                }
                let text = String::from_utf8_lossy(&text).into_owned();
                if zoned { text } else { text.trim_end_matches("+00:00").to_owned() }
            };
            let instants = instants(column, &ReadOptions::default(), &mut ReadReport::default());
            instants.into_iter().map(text).collect()
        }
        kind => match column.cast(&DataType::String) {
            Ok(column) => match column.as_materialized_series().str() {
                Ok(v) => v.iter().map(|t| t.unwrap_or_default().to_owned()).collect(),
                Err(_) => vec![String::new(); column.len()],
            },
            // Lists and the like: whoever asks for the column reads what it holds.
            Err(_) => vec![kind.to_string(); column.len()],
        },
    }
}

fn read_frame(frame: &DataFrame, options: &ReadOptions, builder: &mut Builder) -> Option<()> {
    let header: Vec<&str> = frame.columns().iter().map(|c| c.name().as_str()).collect();
    let mapping = Mapping::new(&header, &options.columns, &mut builder.report)?;
    let column = |role: Role| mapping.get(role).map(|i| &frame.columns()[i]);
    let text = |role: Role, names: &mut Names| -> Vec<u32> {
        column(role).map_or_else(|| vec![NONE; frame.height()], |c| texts(c, names))
    };
    let log = &mut builder.log;
    let case = text(Role::Case, &mut log.cases);
    let activity = text(Role::Activity, &mut log.activities);
    let resource = text(Role::Resource, &mut log.resources);
    let team = text(Role::Team, &mut log.teams);
    let site = text(Role::Site, &mut log.sites);
    let (mut transitions, mut instances) = (Names::default(), Names::default());
    let transition = text(Role::Transition, &mut transitions);
    let instance = text(Role::Instance, &mut instances);
    let transitions: Vec<Transition> = transitions.iter().map(Transition::of).collect();
    let report = &mut builder.report;
    let mut instants = |role: Role| {
        column(role).map_or_else(|| vec![UNKNOWN; frame.height()], |c| instants(c, options, report))
    };
    let [enabled, start, end] = [Role::Enabled, Role::Start, Role::End].map(&mut instants);
    let cost = column(Role::Cost).map_or_else(|| vec![f64::NAN; frame.height()], numbers);
    let others: Vec<(u32, bool, Values)> = mapping
        .others
        .iter()
        .map(|(i, name, of_case)| {
            let columns = if *of_case { &mut builder.case_attributes } else { &mut builder.attributes };
            (columns.key(name), *of_case, values(&frame.columns()[*i]))
        })
        .collect();
    for i in 0..frame.height() {
        let at = || Position { line: i as u64 + 1, byte: 0 };
        if case[i] == NONE || activity[i] == NONE {
            builder.report.warn("a row without case or activity was left out", "", || Some(at()));
            builder.report.n_events += 1;
            builder.report.n_left_out += 1;
            continue;
        }
        let row = Instance {
            case: case[i],
            activity: activity[i],
            resource: resource[i],
            team: team[i],
            site: site[i],
            enabled: enabled[i],
            start: start[i],
            end: end[i],
            cost: cost[i],
        };
        let added = match transitions.get(transition[i] as usize) {
            Some(&transition) if row.start == UNKNOWN => {
                builder.event(transition, row.end, row.case, instance[i], row, at)
            }
            _ => builder.instance(row, at),
        };
        for (key, of_case, values) in &others {
            let Some(value) = values.get(i) else { continue };
            if *of_case {
                builder.case_attributes.set(row.case as usize, *key, value);
            } else if let Some(row) = added {
                builder.attributes.set(row, *key, value);
            }
        }
    }
    Some(())
}

fn texts(column: &Series, names: &mut Names) -> Vec<u32> {
    let Ok(column) = column.cast(&DataType::String) else { return vec![NONE; column.len()] };
    let Ok(texts) = column.as_materialized_series().str() else { return vec![NONE; column.len()] };
    texts.iter().map(|t| t.filter(|t| !t.is_empty()).map_or(NONE, |t| names.intern(t))).collect()
}

fn numbers(column: &Series) -> Vec<f64> {
    let Ok(column) = column.cast(&DataType::Float64) else { return vec![f64::NAN; column.len()] };
    let numbers = column.as_materialized_series().f64();
    numbers
        .map_or_else(|_| vec![f64::NAN; column.len()], |v| v.iter().map(|x| x.unwrap_or(f64::NAN)).collect())
}

/// Typed instants of any unit, or texts and numbers in the form that most of them have.
fn instants(column: &Series, options: &ReadOptions, report: &mut ReadReport) -> Vec<i64> {
    if let DataType::Datetime(unit, _) = column.dtype() {
        let unit = *unit;
        let physical = column.as_materialized_series().to_physical_repr().into_owned();
        let Ok(ticks) = physical.i64() else { return vec![UNKNOWN; column.len()] };
        let micros = |t: i64| match unit {
            TimeUnit::Nanoseconds => t.div_euclid(1000),
            TimeUnit::Microseconds => t,
            TimeUnit::Milliseconds => t.saturating_mul(1000),
        };
        return ticks.iter().map(|t| t.map_or(UNKNOWN, micros)).collect();
    }
    let mut names = Names::default();
    let ids = texts(column, &mut names);
    let layout = options.layout.or_else(|| Layout::detect(names.iter().take(1000)).map(|l| l.0));
    let layout = layout.unwrap_or(Layout::Ymd);
    let stamps: Vec<_> = names.iter().map(|name| layout.read(name)).collect();
    ids.iter()
        .map(|&id| match stamps.get(id as usize) {
            Some(Some(stamp)) => {
                if !stamp.zoned {
                    report.warn("an instant has no zone and was taken as UTC", names.name(id), nowhere);
                }
                stamp.micros
            }
            Some(None) => {
                report.warn("an instant cannot be read", names.name(id), nowhere);
                UNKNOWN
            }
            None => UNKNOWN,
        })
        .collect()
}

fn values(column: &Series) -> Values {
    match column.dtype() {
        DataType::Boolean => match column.as_materialized_series().bool() {
            Ok(v) => Values::Bool(v.iter().collect()),
            Err(_) => Values::Bool(Vec::new()),
        },
        DataType::Datetime(..) => {
            Values::Instant(instants(column, &ReadOptions::default(), &mut ReadReport::default()))
        }
        t if t.is_primitive_numeric() => Values::Number(numbers(column)),
        _ => {
            let mut names = Names::default();
            let ids = texts(column, &mut names);
            Values::Text { names, ids }
        }
    }
}

/// Zstandard-compressed; the bytes depend on the log only.
fn write(log: &EventLog, out: &mut dyn Write) -> io::Result<()> {
    let text = |name: &str, names: &Names, ids: &[u32]| {
        let texts = ids.iter().map(|&id| (id != NONE).then(|| names.name(id)));
        Series::new(name.into(), texts.collect::<Vec<Option<&str>>>())
    };
    let instant = |name: &str, v: &[i64]| {
        let known: Vec<Option<i64>> = v.iter().map(|&t| (t != UNKNOWN).then_some(t)).collect();
        Series::new(name.into(), known).cast(&DataType::Datetime(TimeUnit::Microseconds, None))
    };
    let number = |name: &str, v: &[f64]| {
        let known: Vec<Option<f64>> = v.iter().map(|&x| (!x.is_nan()).then_some(x)).collect();
        Series::new(name.into(), known)
    };
    let mut columns = vec![
        text(Role::Case.column(), &log.cases, &log.case),
        text(Role::Activity.column(), &log.activities, &log.activity),
        instant(Role::End.column(), &log.end).map_err(io::Error::other)?,
        instant(Role::Start.column(), &log.start).map_err(io::Error::other)?,
        instant(Role::Enabled.column(), &log.enabled).map_err(io::Error::other)?,
        text(Role::Resource.column(), &log.resources, &log.resource),
        text(Role::Team.column(), &log.teams, &log.team),
        text(Role::Site.column(), &log.sites, &log.site),
        number(Role::Cost.column(), &log.cost),
    ];
    let of_rows = log.attributes.iter().map(|c| (c.name.clone(), &c.values, false));
    let of_cases = log.case_attributes.iter().map(|c| (format!("case:{}", c.name), &c.values, true));
    for (name, values, of_case) in of_rows.chain(of_cases) {
        let at = |i: usize| values.get(if of_case { log.case[i] as usize } else { i });
        let rows = 0..log.len();
        let name = name.as_str();
        columns.push(match values {
            Values::Text { .. } => {
                let texts = rows.map(|i| if let Some(Value::Text(t)) = at(i) { Some(t) } else { None });
                Series::new(name.into(), texts.collect::<Vec<_>>())
            }
            Values::Number(_) => {
                let v: Vec<_> =
                    rows.map(|i| if let Some(Value::Number(x)) = at(i) { x } else { f64::NAN }).collect();
                number(name, &v)
            }
            Values::Instant(_) => {
                let v: Vec<_> =
                    rows.map(|i| if let Some(Value::Instant(t)) = at(i) { t } else { UNKNOWN }).collect();
                instant(name, &v).map_err(io::Error::other)?
            }
            Values::Bool(_) => {
                let v: Vec<_> =
                    rows.map(|i| if let Some(Value::Bool(b)) = at(i) { Some(b) } else { None }).collect();
                Series::new(name.into(), v)
            }
        });
    }
    let mut frame = DataFrame::new(log.len(), columns).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(io::Error::other)?;
    out.write_all(&bytes)
}
