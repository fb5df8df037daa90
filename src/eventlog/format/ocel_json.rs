//! OCEL 2.0 as JSON.

use super::{Format, ReadOptions};
use crate::eventlog::columns::Role;
use crate::eventlog::instant::Layout;
use crate::eventlog::ocel::{Datum, Event, Object, Ocel, Relation, Type, kind_number, time};
use crate::eventlog::report::{Position, ReadReport, nowhere};
use crate::eventlog::{EventLog, UNKNOWN, input};
use serde_json::{Map, Value, json};
use std::io::{self, Read, Write};

pub const OCEL_JSON: Format = Format {
    name: "ocel-json",
    extensions: &["jsonocel", "ocel.json", "json"],
    about: "OCEL 2.0 as JSON: cases, workers and assets as objects, an event for each activity instance at its end",
    resolution: 1000,
    read,
    write,
};

/// Longest file [MiB].
const LONGEST: usize = 4 << 10;

fn read(source: &mut dyn Read, options: &ReadOptions) -> (EventLog, ReadReport) {
    let (ocel, report) = read_ocel(source);
    ocel.flatten(options.column(Role::Case), report)
}

fn write(log: &EventLog, out: &mut dyn Write) -> io::Result<()> {
    write_ocel(&Ocel::from_log(log), out)
}

/// Reads the objects themselves. What refers to nothing is left out and said.
pub fn read_ocel(source: &mut dyn Read) -> (Ocel, ReadReport) {
    let (mut ocel, mut report) = (Ocel::default(), ReadReport::default());
    let bytes = input::whole(source, LONGEST, &mut report);
    let root: Value = match serde_json::from_slice(&bytes) {
        Ok(root) => root,
        Err(e) => {
            let before: usize = bytes
                .split_inclusive(|&b| b == b'\n')
                .take(e.line().saturating_sub(1))
                .map(<[u8]>::len)
                .sum();
            let at = || Some(Position { line: e.line() as u64, byte: (before + e.column()) as u64 });
            report.error("the file is not JSON", &e.to_string(), at);
            return (ocel, report);
        }
    };
    if !["objects", "events"].iter().all(|key| root[key].is_array()) {
        report.error("there are no `objects` and `events`; is it OCEL 2.0?", "", nowhere);
        return (ocel, report);
    }
    ocel.object_types = list(&root, "objectTypes").iter().map(kind).collect();
    ocel.event_types = list(&root, "eventTypes").iter().map(kind).collect();
    let objects = list(&root, "objects");
    // Objects may refer to objects that come later.
    let mut kept = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        let at = || Some(Position { line: n as u64 + 1, byte: 0 });
        let (Some(id), Some(name)) = (object["id"].as_str(), object["type"].as_str()) else {
            report.warn("an object without id or type was left out (its number is given as line)", "", at);
            continue;
        };
        let kind = kind_number(&mut ocel.object_types, name);
        let mut read = Object { kind, ..Object::default() };
        for attribute in list(object, "attributes") {
            let since = attribute["time"].as_str().and_then(|t| Layout::Ymd.read(t)).map_or(0, |s| s.micros);
            if let Some((name, datum)) = self::attribute(attribute, &ocel.object_types[kind], &mut report) {
                read.attributes.push((name, since, datum));
            }
        }
        if ocel.add_object(id, read).is_some() {
            kept.push(n);
        } else {
            report.warn("a second object with the same id was left out", id, at);
        }
    }
    for (number, &n) in kept.iter().enumerate() {
        let relations = relations(&objects[n], &ocel, &mut report);
        ocel.objects[number].relations = relations;
    }
    for (n, event) in list(&root, "events").iter().enumerate() {
        let at = || Some(Position { line: n as u64 + 1, byte: 0 });
        let Some(name) = event["type"].as_str() else {
            report.warn("an event without type was left out (its number is given as line)", "", at);
            report.n_events += 1;
            report.n_left_out += 1;
            continue;
        };
        let kind = kind_number(&mut ocel.event_types, name);
        let stamp = event["time"].as_str().and_then(|t| Layout::Ymd.read(t));
        if stamp.is_none() {
            report.warn("an instant cannot be read", &event["time"].to_string(), at);
        } else if stamp.is_some_and(|s| !s.zoned) {
            report.warn("an instant has no zone and was taken as UTC", &event["time"].to_string(), at);
        }
        let attributes = list(event, "attributes")
            .iter()
            .filter_map(|a| attribute(a, &ocel.event_types[kind], &mut report))
            .collect();
        let relations = relations(event, &ocel, &mut report);
        let id = event["id"].as_str().unwrap_or_default().to_owned();
        ocel.events.push(Event {
            id,
            kind,
            time: stamp.map_or(UNKNOWN, |s| s.micros),
            attributes,
            relations,
        });
    }
    (ocel, report)
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

fn kind(value: &Value) -> Type {
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let attributes = list(value, "attributes").iter().map(|a| (text(a, "name"), text(a, "type"))).collect();
    Type { name: text(value, "name"), attributes }
}

fn attribute(value: &Value, of: &Type, report: &mut ReadReport) -> Option<(String, Datum)> {
    let name = value["name"].as_str()?;
    let datum = match &value["value"] {
        Value::Null => return None,
        Value::Bool(b) => Datum::Bool(*b),
        Value::Number(x) => Datum::Number(x.as_f64()?),
        // Many writers give every value as text; the type says what it is.
        Value::String(text) => Datum::read(of.kind_of(name), text).unwrap_or_else(|| {
            report.warn("a value is not of its declared type and was kept as text", text, nowhere);
            Datum::Text(text.clone())
        }),
        other => Datum::Text(other.to_string()),
    };
    Some((name.to_owned(), datum))
}

fn relations(of: &Value, ocel: &Ocel, report: &mut ReadReport) -> Vec<Relation> {
    let mut found = Vec::new();
    for relation in list(of, "relationships") {
        let id = relation["objectId"].as_str().unwrap_or_default();
        match ocel.object_ids.get(id) {
            Some(object) => {
                let qualifier = relation["qualifier"].as_str().unwrap_or_default().to_owned();
                found.push(Relation { object, qualifier });
            }
            None => {
                report.warn("a relation to an object that does not exist was left out", id, nowhere);
            }
        }
    }
    found
}

/// # Errors
/// When `out` cannot be written to.
pub fn write_ocel(ocel: &Ocel, out: &mut dyn Write) -> io::Result<()> {
    let types = |types: &[Type]| -> Vec<Value> {
        let attributes = |t: &Type| -> Vec<Value> {
            t.attributes.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect()
        };
        types.iter().map(|t| json!({ "name": t.name, "attributes": attributes(t) })).collect()
    };
    writeln!(out, "{{\"objectTypes\":{},", json!(types(&ocel.object_types)))?;
    write!(out, "\"eventTypes\":{},\n\"objects\":[", json!(types(&ocel.event_types)))?;
    for (i, object) in ocel.objects.iter().enumerate() {
        let attributes: Vec<Value> = object
            .attributes
            .iter()
            .map(|(name, since, datum)| json!({ "name": name, "time": time(*since), "value": plain(datum) }))
            .collect();
        let value = json!({
            "id": ocel.object_ids.name(i as u32),
            "type": ocel.object_types[object.kind].name,
            "attributes": attributes,
            "relationships": related(&object.relations, ocel),
        });
        write!(out, "{}\n{value}", if i == 0 { "" } else { "," })?;
    }
    write!(out, "],\n\"events\":[")?;
    for (i, event) in ocel.events.iter().enumerate() {
        let attributes: Vec<Value> = event
            .attributes
            .iter()
            .map(|(name, datum)| json!({ "name": name, "value": plain(datum) }))
            .collect();
        let value = json!({
            "id": event.id,
            "type": ocel.event_types[event.kind].name,
            "time": time(event.time),
            "attributes": attributes,
            "relationships": related(&event.relations, ocel),
        });
        write!(out, "{}\n{value}", if i == 0 { "" } else { "," })?;
    }
    writeln!(out, "]}}")
}

fn related(relations: &[Relation], ocel: &Ocel) -> Vec<Value> {
    let relation = |r: &Relation| {
        let mut map = Map::new();
        map.insert("objectId".to_owned(), ocel.object_ids.name(r.object).into());
        map.insert("qualifier".to_owned(), r.qualifier.as_str().into());
        Value::Object(map)
    };
    relations.iter().map(relation).collect()
}

fn plain(datum: &Datum) -> Value {
    match datum {
        Datum::Text(text) => text.as_str().into(),
        Datum::Number(x) => json!(x),
        Datum::Instant(t) => time(*t).into(),
        Datum::Bool(b) => (*b).into(),
    }
}
