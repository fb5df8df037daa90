//! Canonical TOML: the same tree gives the same bytes, and parsing them gives the same tree.

use super::tree::{Entry, Node, Table, Value};
use std::fmt::Write;

/// Prints a table as a document. Order, values and the difference between inline tables and sections are
/// kept; comments and spacing are not.
pub fn print(root: &Table) -> String {
    let mut out = String::new();
    section(&mut out, root, &mut Vec::new());
    out
}

impl Node {
    /// The value on one line, as it may stand after `key = `.
    pub fn inline(&self) -> String {
        value(self)
    }
}

/// The widest array that is printed on one line [characters].
const WIDTH: usize = 110;

fn section<'t>(out: &mut String, table: &'t Table, path: &mut Vec<&'t str>) {
    // Keys after the first sub-section would belong to it, so whatever stands before the last plain
    // entry is printed in lines, sub-tables as dotted keys.
    let plain = table.entries.iter().rposition(|e| !is_section(&e.node)).map_or(0, |i| i + 1);
    let (lines, sections) = table.entries.split_at(plain);
    for entry in lines {
        line(out, entry, "");
    }
    for entry in sections {
        path.push(&entry.key);
        match &entry.node.value {
            Value::Array(items) => {
                for item in items {
                    header(out, path, "[[", "]]");
                    item.as_table().into_iter().for_each(|t| section(out, t, path));
                }
            }
            Value::Table(sub) => {
                if sub.entries.is_empty() || sub.entries.iter().any(|e| !is_section(&e.node)) {
                    header(out, path, "[", "]");
                }
                section(out, sub, path);
            }
            _ => {}
        }
        path.pop();
    }
}

pub(super) fn is_section(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => !table.inline,
        Value::Array(items) => {
            !items.is_empty() && items.iter().all(|i| i.as_table().is_some_and(|t| !t.inline))
        }
        _ => false,
    }
}

fn header(out: &mut String, path: &[&str], open: &str, close: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    let keys: Vec<_> = path.iter().map(|k| key(k)).collect();
    let _ = writeln!(out, "{open}{}{close}", keys.join("."));
}

fn line(out: &mut String, entry: &Entry, prefix: &str) {
    let name = format!("{prefix}{}", key(&entry.key));
    match &entry.node.value {
        Value::Table(table) if !table.inline && !table.entries.is_empty() => {
            let prefix = format!("{name}.");
            table.entries.iter().for_each(|e| line(out, e, &prefix));
        }
        Value::Array(items) => {
            let short = value(&entry.node);
            if name.len() + 3 + short.chars().count() <= WIDTH || items.len() < 2 {
                let _ = writeln!(out, "{name} = {short}");
            } else {
                let _ = writeln!(out, "{name} = [");
                items.iter().for_each(|item| {
                    let _ = writeln!(out, "  {},", value(item));
                });
                out.push_str("]\n");
            }
        }
        _ => {
            let _ = writeln!(out, "{name} = {}", value(&entry.node));
        }
    }
}

fn value(node: &Node) -> String {
    match &node.value {
        Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let inside = table.entries.iter().map(|e| format!("{} = {}", key(&e.key), value(&e.node)));
            format!("{{ {} }}", inside.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Value::Text { text, .. } => quote(text),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) if f.is_nan() => "nan".to_owned(),
        // `{:?}` is the shortest text that reads back to the same bits, always with a point or exponent.
        Value::Float(f) => format!("{f:?}"),
        Value::Bool(b) => b.to_string(),
        Value::Datetime(text) => text.clone(),
    }
}

fn key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { key.to_owned() } else { quote(key) }
}

fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
