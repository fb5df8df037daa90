//! An XML file as a small tree, with a limit on everything that could fill the memory.

use crate::eventlog::{Input, xml};
use crate::interchange::report::{Kind, Report, shown};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

/// An element; names are without prefixes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
    pub line: u64,
}

/// Deepest nesting of tags, and the most that a file may hold: elements, and bytes of names and texts.
const DEEPEST: usize = 64;
const MOST: usize = 1_000_000;
const MOST_BYTES: usize = 256 << 20;

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The element and all below it that have this name, in the order of the file.
    pub fn find<'e>(&'e self, name: &str, found: &mut Vec<&'e Element>) {
        if self.name == name {
            found.push(self);
        }
        self.children.iter().for_each(|c| c.find(name, found));
    }

    /// For messages: "line 12".
    pub fn place(&self) -> String {
        format!("line {}", self.line)
    }
}

/// The root of a file, or `None` after its faults were reported.
pub fn read(source: &mut dyn Read, report: &mut Report) -> Option<Element> {
    let input = match Input::new(source) {
        Ok(input) => input,
        Err(e) => {
            report.add(Kind::Error, "", format!("the file cannot be read: {e}"));
            return None;
        }
    };
    let mut xml = Reader::from_reader(input);
    xml.config_mut().trim_text(true);
    let mut tree = Tree::default();
    let mut buffer = Vec::new();
    let fault = loop {
        buffer.clear();
        xml.get_mut().next_token();
        let event = xml.read_event_into(&mut buffer);
        // Lines are counted where an element begins; the count walks the chunk that is held, not the file.
        let line = || xml.get_ref().position().line;
        match event {
            Ok(Event::Start(tag)) => tree.open(&tag, line(), report),
            Ok(Event::Empty(tag)) => {
                tree.open(&tag, line(), report);
                tree.close();
            }
            Ok(Event::End(_)) => tree.close(),
            Ok(Event::Text(text)) => tree.text(&text),
            Ok(Event::CData(text)) => tree.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let entity = format!("&{};", &*name);
                tree.text(&xml::unescape(&entity).0);
            }
            Ok(Event::DocType(_)) => {
                let what =
                    "a document type declaration is refused: it can define entities that fill the memory";
                break Some((line(), what.to_owned()));
            }
            Ok(Event::Eof) if tree.open.is_empty() => break None,
            Ok(Event::Eof) => {
                break Some((line(), "the file ends before its last tag is closed".to_owned()));
            }
            Ok(_) => {}
            Err(e) => break Some((line(), format!("the file cannot be read further: {e}"))),
        }
        if tree.open.len() > DEEPEST {
            break Some((line(), "tags are nested too deep".to_owned()));
        }
        if tree.n > MOST || tree.bytes > MOST_BYTES {
            break Some((line(), format!("the file has more than {MOST} elements, or too long ones")));
        }
    };
    if let Some((line, what)) = fault {
        report.add(Kind::Error, format!("line {line}"), what);
        return None;
    }
    if tree.root.is_none() {
        report.add(Kind::Error, "", "the file has no element; is it BPMN?");
    }
    tree.root
}

#[derive(Default)]
struct Tree {
    root: Option<Element>,
    open: Vec<Element>,
    n: usize,
    bytes: usize,
}

impl Tree {
    fn open(&mut self, tag: &BytesStart, line: u64, report: &mut Report) {
        let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
        let raw = tag.attributes_raw();
        self.n += 1;
        self.bytes += raw.len() + tag.name().as_ref().len();
        let attributes = xml::Attributes::new(raw).map(|(name, value)| {
            let (value, known) = xml::unescape(value);
            if !known {
                report.add(Kind::Lost, format!("line {line}"), "an unknown entity was kept as it stands");
            }
            (local(name), value.into_owned())
        });
        let attributes = attributes.collect();
        self.open.push(Element { name: local(tag.name().as_ref()), attributes, line, ..Element::default() });
    }

    fn text(&mut self, text: &str) {
        self.bytes += text.len();
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => {}
        }
    }
}

/// A text of the file for a message.
pub fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}
