//! XES (IEEE 1849): the exchange format of process mining, as XML.
//!
//! Written as OpenXES, PM4Py and others read it: one element per line, start and complete events, milliseconds, UTC.
//! Read tolerantly: any order of elements, no globals or extensions, any capitals, no zone, nested attributes, lists.

use super::{Format, ReadOptions};
use crate::eventlog::attributes::{Datum, Value, truth};
use crate::eventlog::build::{Builder, Transition};
use crate::eventlog::input::Input;
use crate::eventlog::instant::{self, Layout};
use crate::eventlog::report::{ReadReport, nowhere};
use crate::eventlog::{EventLog, Instance, NONE, Names, UNKNOWN, Values, xml};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{self, Read, Write};

pub const XES: Format = Format {
    name: "xes",
    extensions: &["xes"],
    about: "XES: start and complete events, instants in milliseconds",
    resolution: 1_000,
    read,
    write,
};

/// Deepest nesting of tags.
const DEEPEST: u32 = 100;

fn read(source: &mut dyn Read, _: &ReadOptions) -> (EventLog, ReadReport) {
    let mut reader = XesReader::default();
    match Input::new(source) {
        Ok(input) => {
            let mut xml = Reader::from_reader(input);
            xml.config_mut().trim_text(true);
            reader.read(&mut xml);
            xml.into_inner().finish(&mut reader.builder.report);
        }
        Err(e) => {
            reader.builder.report.error("the file cannot be read", &e.to_string(), nowhere);
        }
    }
    reader.builder.finish()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    #[default]
    Outside,
    Log,
    Trace,
    Event,
}

#[derive(Default)]
struct XesReader {
    builder: Builder,
    scope: Scope,
    /// Tags that are open below the scope and whose content is passed over.
    passed: u32,
    trace: Trace,
    event: EventData,
    instances: Names,
    n_traces: u32,
}

#[derive(Default)]
struct Trace {
    name: Option<String>,
    first_row: usize,
    attributes: Vec<(u32, Datum)>,
}

/// The event being read. Further attributes are kept until it is known which row they belong to.
struct EventData {
    row: Instance,
    time: i64,
    transition: Transition,
    /// The transition's name where it is worth keeping.
    own_transition: Option<Datum>,
    instance: u32,
    attributes: Vec<(u32, Datum)>,
}

impl Default for EventData {
    fn default() -> Self {
        Self {
            row: Instance::default(),
            time: UNKNOWN,
            transition: Transition::Complete,
            own_transition: None,
            instance: NONE,
            attributes: Vec::new(),
        }
    }
}

type Xml<'a> = Reader<Input<'a>>;

impl XesReader {
    fn read(&mut self, xml: &mut Xml) {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            xml.get_mut().next_token();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) => self.open(&tag, false, xml.get_ref()),
                Ok(Event::Empty(tag)) => self.open(&tag, true, xml.get_ref()),
                Ok(Event::End(_)) => self.close(xml.get_ref()),
                Ok(Event::DocType(_)) => {
                    let at = || Some(xml.get_ref().position());
                    let what =
                        "a document type declaration is refused: it can define entities that fill the memory";
                    self.builder.report.error(what, "", at);
                    break;
                }
                Ok(Event::Eof) => {
                    self.end_of_file(xml.get_ref());
                    break;
                }
                Ok(_) => {}
                Err(e) => {
                    let at = || Some(xml.get_ref().position());
                    let what = "the file cannot be read further; what came before is kept";
                    self.builder.report.error(what, &e.to_string(), at);
                    break;
                }
            }
            if self.passed > DEEPEST {
                let at = || Some(xml.get_ref().position());
                self.builder.report.error("tags are nested too deep", "", at);
                break;
            }
        }
        // A file that broke off inside a trace.
        if matches!(self.scope, Scope::Event | Scope::Trace) {
            self.end_trace(xml.get_ref());
        }
    }

    #[inline]
    fn open(&mut self, tag: &BytesStart, empty: bool, input: &Input) {
        let inside = u32::from(!empty);
        if self.passed > 0 {
            self.passed += inside;
            return;
        }
        match (self.scope, tag.name().as_ref()) {
            (Scope::Outside, "log") => self.scope = Scope::Log,
            (Scope::Log, "trace") => {
                self.trace = Trace { first_row: self.builder.log.len(), ..Trace::default() };
                self.scope = Scope::Trace;
            }
            (Scope::Trace, "event") => {
                self.event.row = Instance { case: self.n_traces, ..Instance::default() };
                self.scope = Scope::Event;
            }
            (Scope::Log, "event") => {
                self.builder.report.warn(
                    "an event stands outside of all traces and was left out",
                    "",
                    || Some(input.position()),
                );
                self.passed += inside;
                return;
            }
            (Scope::Trace | Scope::Event, name) => {
                self.attribute(name, tag.attributes_raw(), input);
                self.passed += inside;
                return;
            }
            (Scope::Outside | Scope::Log, _) => {
                self.passed += inside;
                return;
            }
        }
        if empty {
            self.close(input);
        }
    }

    #[inline]
    fn close(&mut self, input: &Input) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        self.scope = match self.scope {
            Scope::Event => {
                self.end_event(input);
                Scope::Trace
            }
            Scope::Trace => {
                self.end_trace(input);
                Scope::Log
            }
            Scope::Log | Scope::Outside => Scope::Outside,
        };
    }

    #[inline]
    fn attribute(&mut self, tag: &str, raw: &str, input: &Input) {
        let (mut key, mut value) = (None, None);
        for (name, text) in xml::Attributes::new(raw) {
            match name {
                "key" => key = Some(text),
                "value" => value = Some(text),
                _ => {}
            }
        }
        let report = &mut self.builder.report;
        let (Some(key), Some(value)) = (key, value) else {
            if !matches!(tag, "list" | "container" | "values") {
                report.warn("an attribute without key or value was left out", raw.trim(), || {
                    Some(input.position())
                });
            }
            return;
        };
        let (key, known) = xml::unescape(key);
        let (value, also_known) = xml::unescape(value);
        if !(known && also_known) {
            report.warn("an unknown entity was kept as it stands", &value, || Some(input.position()));
        }
        let (key, value) = (key.as_ref(), value.as_ref());
        match self.scope {
            Scope::Event => self.event_attribute(tag, key, value, input),
            Scope::Trace if key == "concept:name" => self.trace.name = Some(value.to_owned()),
            _ => {
                let key = self.builder.case_attributes.key(key);
                if let Some(value) = typed(tag, value, report, input) {
                    self.trace.attributes.push((key, value));
                }
            }
        }
    }

    #[inline]
    fn event_attribute(&mut self, tag: &str, key: &str, value: &str, input: &Input) {
        let Builder { log, report, attributes, .. } = &mut self.builder;
        let row = &mut self.event.row;
        match key {
            "concept:name" => row.activity = log.activities.intern(value),
            "time:timestamp" => self.event.time = time(value, report, input).unwrap_or(UNKNOWN),
            "org:resource" => row.resource = log.resources.intern(value),
            "lifecycle:transition" => {
                self.event.transition = Transition::of(value);
                let standard = value.eq_ignore_ascii_case("complete") || value.eq_ignore_ascii_case("start");
                self.event.own_transition = (!standard).then(|| Datum::Text(value.to_owned()));
            }
            "org:role" => row.team = log.teams.intern(value),
            "site" => row.site = log.sites.intern(value),
            "concept:instance" => self.event.instance = self.instances.intern(value),
            "start_timestamp" => row.start = time(value, report, input).unwrap_or(UNKNOWN),
            "enabled_timestamp" | "time:enabled" => {
                row.enabled = time(value, report, input).unwrap_or(UNKNOWN);
            }
            "cost:total" if let Ok(cost) = value.parse() => row.cost = cost,
            _ => {
                let key = attributes.key(key);
                if let Some(value) = typed(tag, value, report, input) {
                    self.event.attributes.push((key, value));
                }
            }
        }
    }

    fn end_event(&mut self, input: &Input) {
        let event = &mut self.event;
        let b = &mut self.builder;
        if event.row.activity == NONE {
            b.report.warn("an event without concept:name was left out", "", || Some(input.position()));
            b.report.n_events += 1;
            b.report.n_left_out += 1;
        } else {
            let at = || input.position();
            // A start that stands in the completion itself needs no partner.
            let (start, alone) = (event.row.start, event.row.start != UNKNOWN);
            let transition = if alone { Transition::Complete } else { event.transition };
            let instance = if alone { u32::MAX - 1 } else { event.instance };
            let added = b.event(transition, event.time, self.n_traces, instance, event.row, at);
            if let Some(row) = added {
                if alone {
                    b.log.start[row] = start;
                }
                if let Some(name) = &event.own_transition {
                    let key = b.attributes.key("lifecycle:transition");
                    b.attributes.set(row, key, name.value());
                }
                for (key, value) in &event.attributes {
                    b.attributes.set(row, *key, value.value());
                }
            }
        }
        let mut attributes = std::mem::take(&mut event.attributes);
        attributes.clear();
        *event = EventData { attributes, ..EventData::default() };
    }

    fn end_trace(&mut self, input: &Input) {
        let b = &mut self.builder;
        let at = || Some(input.position());
        let name = self.trace.name.take().unwrap_or_else(|| {
            b.report.warn("a trace without concept:name was named by its number", "", at);
            (self.n_traces + 1).to_string()
        });
        let n = b.log.cases.len();
        let case = b.log.cases.intern(&name);
        if b.log.cases.len() == n {
            b.report.warn("two traces have the same name; they were made one case", &name, at);
        }
        b.log.case[self.trace.first_row..].fill(case);
        for (key, value) in self.trace.attributes.drain(..) {
            b.case_attributes.set(case as usize, key, value.value());
        }
        b.forget_open();
        self.n_traces += 1;
    }

    fn end_of_file(&mut self, input: &Input) {
        let report = &mut self.builder.report;
        let at = || Some(input.position());
        if self.scope != Scope::Outside || self.passed > 0 {
            report.error("the file ends before its last tag is closed; what came before is kept", "", at);
        } else if self.n_traces == 0 {
            report.error("there is no trace in the file; is it XES?", "", at);
        }
    }
}

/// A value of the type that its tag names, or the text as it stands where it is none.
fn typed(tag: &str, text: &str, report: &mut ReadReport, input: &Input) -> Option<Datum> {
    let read = match tag {
        "date" => return time(text, report, input).map(Datum::Instant),
        "int" | "float" => text.trim().parse().ok().filter(|x: &f64| x.is_finite()).map(Datum::Number),
        "boolean" => truth(text).map(Datum::Bool),
        _ => Some(Datum::Text(text.to_owned())),
    };
    if read.is_none() {
        report.warn("a value is not of its tag's type and was kept as text", text, || Some(input.position()));
    }
    Some(read.unwrap_or_else(|| Datum::Text(text.to_owned())))
}

#[inline]
fn time(text: &str, report: &mut ReadReport, input: &Input) -> Option<i64> {
    match Layout::Ymd.read(text) {
        Some(stamp) => {
            if !stamp.zoned {
                report.warn("an instant has no zone and was taken as UTC", text, || Some(input.position()));
            }
            Some(stamp.micros)
        }
        None => {
            report.warn("an instant cannot be read", text, || Some(input.position()));
            None
        }
    }
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
	<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
	<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
	<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
	<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
	<extension name="Cost" prefix="cost" uri="http://www.xes-standard.org/cost.xesext"/>
	<global scope="trace">
		<string key="concept:name" value=""/>
	</global>
	<global scope="event">
		<string key="concept:name" value=""/>
		<string key="lifecycle:transition" value="complete"/>
	</global>
	<classifier name="Activity" keys="concept:name"/>
	<classifier name="MXML Legacy Classifier" keys="concept:name lifecycle:transition"/>
	<classifier name="Resource" keys="org:resource"/>
	<string key="lifecycle:model" value="standard"/>
"#;

fn write(log: &EventLog, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    let mut text = Vec::new();
    // (instant, row, whether it is the end)
    let mut events = Vec::new();
    for (case, range) in log.case_ranges().into_iter().enumerate() {
        text.clear();
        text.extend_from_slice(b"\t<trace>\n");
        string(&mut text, 2, "concept:name", log.cases.name(case as u32));
        for column in &log.case_attributes {
            attribute(&mut text, 2, &column.name, &column.values, case);
        }
        events.clear();
        let mut last = UNKNOWN;
        for row in range {
            let (start, end) = (log.start[row], log.end[row]);
            if start == UNKNOWN {
                // Without a date it stays behind the event before it.
                events.push((last, row, true));
                continue;
            }
            if start != end {
                events.push((start, row, false));
            }
            if end != UNKNOWN {
                events.push((end, row, true));
            }
            last = start;
        }
        events.sort_unstable();
        for &(_, row, end) in &events {
            event(&mut text, log, row, end);
        }
        text.extend_from_slice(b"\t</trace>\n");
        out.write_all(&text)?;
    }
    out.write_all(b"</log>\n")
}

fn event(out: &mut Vec<u8>, log: &EventLog, row: usize, end: bool) {
    let (start, complete) = (log.start[row], log.end[row]);
    out.extend_from_slice(b"\t\t<event>\n");
    string(out, 3, "concept:name", log.activities.name(log.activity[row]));
    string(out, 3, "lifecycle:transition", if end { "complete" } else { "start" });
    date(out, 3, "time:timestamp", if end { complete } else { start });
    // Both events of an instance carry its number within the log: it pairs them whatever their order.
    if start != complete {
        string(out, 3, "concept:instance", &row.to_string());
    }
    date(out, 3, "enabled_timestamp", log.enabled[row]);
    for (key, names, id) in [
        ("org:resource", &log.resources, log.resource[row]),
        ("org:role", &log.teams, log.team[row]),
        ("site", &log.sites, log.site[row]),
    ] {
        if id != NONE {
            string(out, 3, key, names.name(id));
        }
    }
    if end || complete == UNKNOWN {
        if log.cost[row].is_finite() {
            element(out, 3, "float", "cost:total", log.cost[row].to_string().as_bytes());
        }
        for column in &log.attributes {
            attribute(out, 3, &column.name, &column.values, row);
        }
    }
    out.extend_from_slice(b"\t\t</event>\n");
}

fn attribute(out: &mut Vec<u8>, depth: usize, key: &str, values: &Values, row: usize) {
    match values.get(row) {
        Some(Value::Text(text)) => string(out, depth, key, text),
        Some(Value::Number(x)) if x.is_finite() => {
            element(out, depth, "float", key, format!("{x:?}").as_bytes())
        }
        Some(Value::Instant(t)) => date(out, depth, key, t),
        Some(Value::Bool(b)) => element(out, depth, "boolean", key, if b { b"true" } else { b"false" }),
        Some(Value::Number(_)) | None => {}
    }
}

fn string(out: &mut Vec<u8>, depth: usize, key: &str, value: &str) {
    let mut escaped = Vec::with_capacity(value.len());
    xml::escape(&mut escaped, value);
    element(out, depth, "string", key, &escaped);
}

fn date(out: &mut Vec<u8>, depth: usize, key: &str, micros: i64) {
    if micros != UNKNOWN {
        let mut text = Vec::with_capacity(32);
        instant::write(&mut text, micros, 3);
        element(out, depth, "date", key, &text);
    }
}

/// The value is escaped already.
fn element(out: &mut Vec<u8>, depth: usize, tag: &str, key: &str, value: &[u8]) {
    out.extend(std::iter::repeat_n(b'\t', depth));
    out.push(b'<');
    out.extend_from_slice(tag.as_bytes());
    out.extend_from_slice(b" key=\"");
    xml::escape(out, key);
    out.extend_from_slice(b"\" value=\"");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\"/>\n");
}
