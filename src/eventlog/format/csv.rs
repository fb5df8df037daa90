//! CSV: one row for each activity instance, or start and complete rows that are paired.

use super::{Format, ReadOptions};
use crate::eventlog::attributes::Value;
use crate::eventlog::build::{Builder, Transition};
use crate::eventlog::columns::{Mapping, Role};
use crate::eventlog::input::Input;
use crate::eventlog::instant::{self, Layout};
use crate::eventlog::report::{Position, ReadReport, nowhere};
use crate::eventlog::{EventLog, Instance, NONE, Names, UNKNOWN};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::io::{self, BufRead, Read, Write};

pub const CSV: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv", "txt"],
    about: "CSV: one row for each activity instance; a case without rows is not kept",
    resolution: 1,
    read,
    write,
};

/// Rows looked at before the forms of instants are decided.
const SAMPLE: usize = 1000;
const DELIMITERS: &[u8] = b",;\t|";

fn read(source: &mut dyn Read, options: &ReadOptions) -> (EventLog, ReadReport) {
    let mut builder = Builder::default();
    match Input::new(source) {
        Ok(mut input) => {
            let head = input.fill_buf().map(detect_delimiter).unwrap_or(b',');
            let delimiter = options.delimiter.unwrap_or(head);
            let mut reader = ReaderBuilder::new()
                .delimiter(delimiter)
                .flexible(true)
                .buffer_capacity(1 << 16)
                .from_reader(input);
            if delimiter != b',' && options.delimiter.is_none() {
                builder.report.guesses.push(format!("delimiter: {:?}", char::from(delimiter)));
            }
            read_rows(&mut reader, options, &mut builder);
            reader.into_inner().finish(&mut builder.report);
        }
        Err(e) => {
            builder.report.error("the file cannot be read", &e.to_string(), nowhere);
        }
    }
    let (mut log, report) = builder.finish();
    for column in log.attributes.iter_mut().chain(&mut log.case_attributes) {
        let values = std::mem::replace(&mut column.values, crate::eventlog::Values::Number(Vec::new()));
        column.values = values.typed();
    }
    (log, report)
}

fn read_rows(reader: &mut Reader<Input>, options: &ReadOptions, builder: &mut Builder) {
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => return stop(&e, builder),
    };
    let header: Vec<&str> = header.iter().collect();
    let Some(mapping) = Mapping::new(&header, &options.columns, &mut builder.report) else { return };
    let mut sample = Vec::new();
    let mut ended = false;
    while sample.len() < SAMPLE && !ended {
        let mut record = StringRecord::new();
        match next(reader, &mut record) {
            Ok(true) => sample.push(record),
            Ok(false) => ended = true,
            Err(e) => {
                stop(&e, builder);
                ended = true;
            }
        }
    }
    let mut rows = Rows::new(&mapping, options, &sample, header.len(), builder);
    sample.iter().for_each(|record| rows.add(record, builder));
    let mut record = StringRecord::new();
    while !ended {
        match next(reader, &mut record) {
            Ok(true) => rows.add(&record, builder),
            Ok(false) => ended = true,
            Err(e) => {
                stop(&e, builder);
                ended = true;
            }
        }
    }
    if builder.report.n_events == 0 && !builder.report.has_errors() {
        builder.report.warn("there is no row below the header", "", nowhere);
    }
}

#[inline]
fn next(reader: &mut Reader<Input>, record: &mut StringRecord) -> csv::Result<bool> {
    reader.get_mut().next_token();
    reader.read_record(record)
}

fn stop(error: &csv::Error, builder: &mut Builder) {
    let at = || error.position().map(place);
    let what = "the file cannot be read further; what came before is kept";
    builder.report.error(what, &error.to_string(), at);
}

fn place(at: &csv::Position) -> Position {
    Position { line: at.line(), byte: at.byte() }
}

/// Turns records into instances.
struct Rows<'a> {
    mapping: &'a Mapping,
    layouts: [Layout; 3],
    /// The other order of day and month that the sample allows.
    rivals: [Option<Layout>; 3],
    /// Attribute column of each field in `mapping.others`.
    keys: Vec<u32>,
    instances: Names,
    n_columns: usize,
}

const TIMES: [Role; 3] = [Role::Enabled, Role::Start, Role::End];

impl<'a> Rows<'a> {
    fn new(
        mapping: &'a Mapping,
        options: &ReadOptions,
        sample: &[StringRecord],
        n_columns: usize,
        builder: &mut Builder,
    ) -> Self {
        let (mut layouts, mut rivals) = ([Layout::Ymd; 3], [None; 3]);
        for (i, role) in TIMES.into_iter().enumerate() {
            let Some(column) = mapping.get(role) else { continue };
            if let Some(layout) = options.layout {
                layouts[i] = layout;
                continue;
            }
            let texts = sample.iter().filter_map(|record| record.get(column));
            let Some((layout, rival)) = Layout::detect(texts) else { continue };
            (layouts[i], rivals[i]) = (layout, rival);
            if layout != Layout::Ymd {
                let doubt = rival.map(|r| format!(", though `{}` is possible", r.name())).unwrap_or_default();
                builder.report.guesses.push(format!(
                    "instants of {}: `{}`{doubt}",
                    role.name(),
                    layout.name()
                ));
            }
        }
        let key = |(_, name, of_case): &(usize, String, bool)| {
            let columns = if *of_case { &mut builder.case_attributes } else { &mut builder.attributes };
            columns.key(name)
        };
        let keys = mapping.others.iter().map(key).collect();
        Self { mapping, layouts, rivals, keys, instances: Names::default(), n_columns }
    }

    #[inline]
    fn add(&mut self, record: &StringRecord, b: &mut Builder) {
        let at = || record.position().map_or(Position { line: 0, byte: 0 }, place);
        let field = |role: Role| self.mapping.get(role).and_then(|i| record.get(i)).filter(|s| !s.is_empty());
        if record.len() != self.n_columns {
            b.report.warn("a row has more or fewer fields than the header", "", || Some(at()));
        }
        let (Some(case), Some(activity)) = (field(Role::Case), field(Role::Activity)) else {
            b.report.warn("a row without case or activity was left out", "", || Some(at()));
            b.report.n_events += 1;
            b.report.n_left_out += 1;
            return;
        };
        let [enabled, start, end] = [0, 1, 2].map(|i| match field(TIMES[i]) {
            Some(text) => self.time(i, text, &mut b.report, at),
            None => UNKNOWN,
        });
        let log = &mut b.log;
        let name = |names: &mut Names, role: Role| field(role).map_or(NONE, |text| names.intern(text));
        let case = log.cases.intern(case);
        let cost = field(Role::Cost).map(str::trim);
        let row = Instance {
            case,
            activity: log.activities.intern(activity),
            resource: name(&mut log.resources, Role::Resource),
            team: name(&mut log.teams, Role::Team),
            site: name(&mut log.sites, Role::Site),
            enabled,
            start,
            end,
            cost: cost.and_then(|c| c.parse().ok()).unwrap_or(f64::NAN),
        };
        if row.cost.is_nan() && cost.is_some() {
            b.report.warn("a cost cannot be read", cost.unwrap_or_default(), || Some(at()));
        }
        let added = match field(Role::Transition) {
            Some(transition) if start == UNKNOWN => {
                let transition = Transition::of(transition.trim());
                let instance = name(&mut self.instances, Role::Instance);
                b.event(transition, end, case, instance, row, at)
            }
            _ => b.instance(row, at),
        };
        for ((i, _, of_case), &key) in self.mapping.others.iter().zip(&self.keys) {
            let Some(text) = record.get(*i).filter(|s| !s.is_empty()) else { continue };
            if *of_case {
                b.case_attributes.set(case as usize, key, Value::Text(text));
            } else if let Some(row) = added {
                b.attributes.set(row, key, Value::Text(text));
            }
        }
    }

    #[inline]
    fn time(&self, i: usize, text: &str, report: &mut ReadReport, at: impl Fn() -> Position) -> i64 {
        if let Some(stamp) = self.layouts[i].read(text) {
            if !stamp.zoned {
                report.warn("an instant has no zone and was taken as UTC", text, || Some(at()));
            }
            return stamp.micros;
        }
        if self.rivals[i].is_some_and(|rival| rival.read(text).is_some()) {
            let what =
                "day and month were taken for each other: this instant can only be the other way round";
            report.error(what, text, || Some(at())).hint("say which: --instants mdy or --instants dmy");
        } else {
            report.warn("an instant cannot be read", text, || Some(at()));
        }
        UNKNOWN
    }
}

/// The delimiter that is most frequent in the first line, outside of quotes.
fn detect_delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0; DELIMITERS.len()];
    for &byte in head.iter().take_while(|&&b| b != b'\n') {
        quoted ^= byte == b'"';
        if let Some(i) = DELIMITERS.iter().position(|&d| d == byte && !quoted) {
            counts[i] += 1;
        }
    }
    let most = (0..counts.len()).rev().max_by_key(|&i| counts[i]).unwrap_or(0);
    DELIMITERS[most]
}

/// Appends a row's text.
type Field<'a> = Box<dyn Fn(&mut Vec<u8>, usize) + 'a>;

/// RFC 4180 with a header line; columns that hold nothing are left out.
fn write<'a>(log: &'a EventLog, out: &mut dyn Write) -> io::Result<()> {
    let mut columns: Vec<(String, Field<'a>)> = Vec::new();
    let mut add = |name: &str, field: Field<'a>| columns.push((name.to_owned(), field));
    add(Role::Case.column(), Box::new(|f, i| f.extend_from_slice(log.cases.name(log.case[i]).as_bytes())));
    add(
        Role::Activity.column(),
        Box::new(|f, i| f.extend_from_slice(log.activities.name(log.activity[i]).as_bytes())),
    );
    add(Role::End.column(), Box::new(|f, i| instant::write(f, log.end[i], 6)));
    add(Role::Start.column(), Box::new(|f, i| instant::write(f, log.start[i], 6)));
    if log.enabled.iter().any(|&t| t != UNKNOWN) {
        add(Role::Enabled.column(), Box::new(|f, i| instant::write(f, log.enabled[i], 6)));
    }
    for (role, names, ids) in [
        (Role::Resource, &log.resources, &log.resource),
        (Role::Team, &log.teams, &log.team),
        (Role::Site, &log.sites, &log.site),
    ] {
        if !names.is_empty() {
            add(role.column(), Box::new(move |f, i| f.extend_from_slice(names.name(ids[i]).as_bytes())));
        }
    }
    if log.cost.iter().any(|c| !c.is_nan()) {
        add(Role::Cost.column(), Box::new(|f, i| value(f, Some(Value::Number(log.cost[i])))));
    }
    for column in &log.attributes {
        add(&column.name, Box::new(|f, i| value(f, column.values.get(i))));
    }
    for column in &log.case_attributes {
        let name = format!("case:{}", column.name);
        add(&name, Box::new(|f, i| value(f, column.values.get(log.case[i] as usize))));
    }
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().map(|(name, _)| name))?;
    let mut field = Vec::new();
    for i in 0..log.len() {
        for (_, write) in &columns {
            field.clear();
            write(&mut field, i);
            writer.write_field(&field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn value(out: &mut Vec<u8>, value: Option<Value>) {
    match value {
        Some(Value::Text(text)) => out.extend_from_slice(text.as_bytes()),
        Some(Value::Number(x)) if x.is_finite() => out.extend_from_slice(x.to_string().as_bytes()),
        Some(Value::Instant(t)) => instant::write(out, t, 6),
        Some(Value::Bool(b)) => out.extend_from_slice(if b { b"true" } else { b"false" }),
        Some(Value::Number(_)) | None => {}
    }
}
