//! OCEL 2.0 as XML.

use super::{Format, ReadOptions};
use crate::eventlog::columns::Role;
use crate::eventlog::input::{self, Input};
use crate::eventlog::instant::Layout;
use crate::eventlog::ocel::{Datum, Event, Object, Ocel, Relation, Type, kind_number, time};
use crate::eventlog::report::{ReadReport, nowhere};
use crate::eventlog::xml::{self, escaped};
use crate::eventlog::{EventLog, UNKNOWN};
use quick_xml::Reader;
use quick_xml::events::Event as Xml;
use std::io::{self, Read, Write};

pub const OCEL_XML: Format = Format {
    name: "ocel-xml",
    extensions: &["xmlocel", "ocel.xml"],
    about: "OCEL 2.0 as XML: cases, workers and assets as objects, an event for each activity instance at its end",
    resolution: 1000,
    read,
    write,
};

fn read(source: &mut dyn Read, options: &ReadOptions) -> (EventLog, ReadReport) {
    let (ocel, report) = read_ocel(source);
    ocel.flatten(options.column(Role::Case), report)
}

fn write(log: &EventLog, out: &mut dyn Write) -> io::Result<()> {
    write_ocel(&Ocel::from_log(log), out)
}

/// Deepest nesting of tags.
const DEEPEST: usize = 20;

/// Reads the objects themselves. What refers to nothing is left out and said.
pub fn read_ocel(source: &mut dyn Read) -> (Ocel, ReadReport) {
    let mut report = ReadReport::default();
    let mut reader = OcelReader::default();
    match Input::new(source) {
        Ok(input) => {
            let mut xml = Reader::from_reader(input);
            reader.read(&mut xml, &mut report);
            xml.into_inner().finish(&mut report);
        }
        Err(e) => {
            report.error("the file cannot be read", &e.to_string(), nowhere);
        }
    }
    (reader.finish(&mut report), report)
}

#[derive(Default)]
struct OcelReader {
    ocel: Ocel,
    /// Names of the tags that are open.
    path: Vec<String>,
    object: Option<(String, Object)>,
    event: Option<Event>,
    /// Name and start of validity of the attribute whose text is being read.
    attribute: Option<(String, i64)>,
    text: String,
    /// Relations by identifier, until all objects are known: to which object or event they belong.
    relations: Vec<(Owner, String, String)>,
}

#[derive(Clone, Copy)]
enum Owner {
    Object(usize),
    Event(usize),
}

impl OcelReader {
    fn read(&mut self, xml: &mut Reader<Input>, report: &mut ReadReport) {
        let mut buffer = Vec::new();
        let mut seen = false;
        loop {
            buffer.clear();
            xml.get_mut().next_token();
            let event = xml.read_event_into(&mut buffer);
            let at = || Some(xml.get_ref().position());
            match event {
                Ok(Xml::Start(tag)) => {
                    self.open(tag.name().as_ref(), tag.attributes_raw(), xml.get_ref(), report);
                    self.path.push(tag.name().as_ref().to_owned());
                    seen |= matches!(tag.name().as_ref(), "objects" | "events");
                }
                Ok(Xml::Empty(tag)) => {
                    self.open(tag.name().as_ref(), tag.attributes_raw(), xml.get_ref(), report);
                    self.close(tag.name().as_ref(), xml.get_ref(), report);
                    seen |= matches!(tag.name().as_ref(), "objects" | "events");
                }
                Ok(Xml::End(tag)) => {
                    self.path.pop();
                    self.close(tag.name().as_ref(), xml.get_ref(), report);
                }
                Ok(Xml::Text(text)) if self.attribute.is_some() => self.text.push_str(&text),
                Ok(Xml::GeneralRef(reference)) if self.attribute.is_some() => {
                    let entity = format!("&{};", &*reference);
                    let (text, known) = xml::unescape(&entity);
                    if !known {
                        report.warn("an unknown entity was kept as it stands", &entity, at);
                    }
                    self.text.push_str(&text);
                }
                Ok(Xml::DocType(_)) => {
                    let what =
                        "a document type declaration is refused: it can define entities that fill the memory";
                    report.error(what, "", at);
                    break;
                }
                Ok(Xml::Eof) => {
                    if !self.path.is_empty() {
                        report.error(
                            "the file ends before its last tag is closed; what came before is kept",
                            "",
                            at,
                        );
                    } else if !seen {
                        report.error("there are no objects and events in the file; is it OCEL 2.0?", "", at);
                    }
                    break;
                }
                Ok(_) => {}
                Err(e) => {
                    report.error(
                        "the file cannot be read further; what came before is kept",
                        &e.to_string(),
                        at,
                    );
                    break;
                }
            }
            if self.text.len() as u64 > input::LONGEST {
                report.error("a text between tags is too long", "", || Some(xml.get_ref().position()));
                break;
            }
            if self.path.len() > DEEPEST {
                report.error("tags are nested too deep", "", || Some(xml.get_ref().position()));
                break;
            }
        }
    }

    fn open(&mut self, tag: &str, raw: &str, input: &Input, report: &mut ReadReport) {
        let at = || Some(input.position());
        let value = |wanted: &str| {
            xml::Attributes::new(raw)
                .find(|(name, _)| *name == wanted)
                .map(|(_, v)| xml::unescape(v).0.into_owned())
        };
        let name = || value("name").unwrap_or_default();
        match tag {
            "object-type" => drop(kind_number(&mut self.ocel.object_types, &name())),
            "event-type" => drop(kind_number(&mut self.ocel.event_types, &name())),
            "attribute" if self.object.is_none() && self.event.is_none() => {
                let of_events = self.path.iter().any(|p| p == "event-types");
                let types = if of_events { &mut self.ocel.event_types } else { &mut self.ocel.object_types };
                if let Some(last) = types.last_mut() {
                    last.attributes.push((name(), value("type").unwrap_or_default()));
                }
            }
            "attribute" => {
                let since = value("time").and_then(|t| Layout::Ymd.read(&t)).map_or(0, |s| s.micros);
                self.attribute = Some((name(), since));
                self.text.clear();
            }
            "object" => {
                let kind = kind_number(&mut self.ocel.object_types, &value("type").unwrap_or_default());
                self.object = Some((value("id").unwrap_or_default(), Object { kind, ..Object::default() }));
            }
            "event" => {
                let kind = kind_number(&mut self.ocel.event_types, &value("type").unwrap_or_default());
                let text = value("time").unwrap_or_default();
                let stamp = Layout::Ymd.read(&text);
                if stamp.is_none() {
                    report.warn("an instant cannot be read", &text, at);
                } else if stamp.is_some_and(|s| !s.zoned) {
                    report.warn("an instant has no zone and was taken as UTC", &text, at);
                }
                let id = value("id").unwrap_or_default();
                self.event =
                    Some(Event { id, kind, time: stamp.map_or(UNKNOWN, |s| s.micros), ..Event::default() });
            }
            // `relobj` is how the first drafts wrote it.
            "relationship" | "relobj" => {
                let owner = match (&self.event, &self.object) {
                    (Some(_), _) => Owner::Event(self.ocel.events.len()),
                    (None, Some(_)) => Owner::Object(self.ocel.objects.len()),
                    (None, None) => return,
                };
                let id = value("object-id").unwrap_or_default();
                self.relations.push((owner, id, value("qualifier").unwrap_or_default()));
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: &str, input: &Input, report: &mut ReadReport) {
        match tag {
            "attribute" => {
                let Some((name, since)) = self.attribute.take() else { return };
                let kind = match (&self.event, &self.object) {
                    (Some(event), _) => &self.ocel.event_types[event.kind],
                    (None, Some((_, object))) => &self.ocel.object_types[object.kind],
                    (None, None) => return,
                };
                let datum = Datum::read(kind.kind_of(&name), &self.text).unwrap_or_else(|| {
                    let what = "a value is not of its declared type and was kept as text";
                    report.warn(what, &self.text, || Some(input.position()));
                    Datum::Text(self.text.clone())
                });
                match (&mut self.event, &mut self.object) {
                    (Some(event), _) => event.attributes.push((name, datum)),
                    (None, Some((_, object))) => object.attributes.push((name, since, datum)),
                    (None, None) => {}
                }
            }
            "object" => {
                let Some((id, object)) = self.object.take() else { return };
                if self.ocel.add_object(&id, object).is_none() {
                    report.warn("a second object with the same id was left out", &id, || {
                        Some(input.position())
                    });
                    let next = self.ocel.objects.len();
                    self.relations.retain(|(owner, ..)| !matches!(owner, Owner::Object(o) if *o == next));
                }
            }
            "event" => self.ocel.events.extend(self.event.take()),
            _ => {}
        }
    }

    fn finish(self, report: &mut ReadReport) -> Ocel {
        let mut ocel = self.ocel;
        for (owner, id, qualifier) in self.relations {
            let Some(object) = ocel.object_ids.get(&id) else {
                report.warn("a relation to an object that does not exist was left out", &id, nowhere);
                continue;
            };
            let relation = Relation { object, qualifier };
            match owner {
                Owner::Object(i) if i < ocel.objects.len() => ocel.objects[i].relations.push(relation),
                Owner::Event(i) if i < ocel.events.len() => ocel.events[i].relations.push(relation),
                // Its owner was cut off with the end of the file.
                Owner::Object(_) | Owner::Event(_) => {}
            }
        }
        ocel
    }
}

/// # Errors
/// When `out` cannot be written to.
pub fn write_ocel(ocel: &Ocel, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>")?;
    for (group, tag, types) in [
        ("object-types", "object-type", &ocel.object_types),
        ("event-types", "event-type", &ocel.event_types),
    ] {
        writeln!(out, "\t<{group}>")?;
        for Type { name, attributes } in types {
            writeln!(out, "\t\t<{tag} name=\"{}\">\n\t\t\t<attributes>", escaped(name))?;
            for (name, kind) in attributes {
                writeln!(out, "\t\t\t\t<attribute name=\"{}\" type=\"{}\"/>", escaped(name), escaped(kind))?;
            }
            writeln!(out, "\t\t\t</attributes>\n\t\t</{tag}>")?;
        }
        writeln!(out, "\t</{group}>")?;
    }
    writeln!(out, "\t<objects>")?;
    for (i, object) in ocel.objects.iter().enumerate() {
        let kind = escaped(&ocel.object_types[object.kind].name);
        let id = escaped(ocel.object_ids.name(i as u32));
        writeln!(out, "\t\t<object id=\"{id}\" type=\"{kind}\">\n\t\t\t<attributes>")?;
        for (name, since, datum) in &object.attributes {
            let (name, since, value) = (escaped(name), time(*since), escaped(&datum.text()));
            writeln!(out, "\t\t\t\t<attribute name=\"{name}\" time=\"{since}\">{value}</attribute>")?;
        }
        writeln!(out, "\t\t\t</attributes>")?;
        relations(ocel, &object.relations, out)?;
        writeln!(out, "\t\t</object>")?;
    }
    writeln!(out, "\t</objects>\n\t<events>")?;
    for event in &ocel.events {
        let kind = escaped(&ocel.event_types[event.kind].name);
        let (id, at) = (escaped(&event.id), time(event.time));
        writeln!(out, "\t\t<event id=\"{id}\" type=\"{kind}\" time=\"{at}\">\n\t\t\t<attributes>")?;
        for (name, datum) in &event.attributes {
            let (name, value) = (escaped(name), escaped(&datum.text()));
            writeln!(out, "\t\t\t\t<attribute name=\"{name}\">{value}</attribute>")?;
        }
        writeln!(out, "\t\t\t</attributes>")?;
        relations(ocel, &event.relations, out)?;
        writeln!(out, "\t\t</event>")?;
    }
    writeln!(out, "\t</events>\n</log>")
}

fn relations(ocel: &Ocel, relations: &[Relation], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\t\t\t<objects>")?;
    for relation in relations {
        let (id, qualifier) = (escaped(ocel.object_ids.name(relation.object)), escaped(&relation.qualifier));
        writeln!(out, "\t\t\t\t<relationship object-id=\"{id}\" qualifier=\"{qualifier}\"/>")?;
    }
    writeln!(out, "\t\t\t</objects>")
}
