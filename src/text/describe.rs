//! A schema as JSON Schema, for editors, and as a reference page, for people.

use super::quantity;
use super::schema::{Field, Keys, Kind, Need, Sign, TAG, Table};
use crate::units::Dim;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// JSON Schema (draft 2020-12) of a document whose root is `root`. `values` are the definitions `distribution` and
/// `amount`, as far as they are used: the values of [`Kind::Dist`] and [`Kind::Amount`], which this module knows only by name.
pub fn json_schema(root: &'static Table, values: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut definitions = Map::new();
    for table in tables(root) {
        definitions.insert(id(table), object(table, None));
    }
    for table in variants(root) {
        definitions.insert(id(table), object(table, Some(TAG)));
    }
    definitions.extend(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" });
    if let (Value::Object(schema), Value::Object(root)) = (&mut schema, object(root, None)) {
        schema.extend(root);
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

/// The reference page of a document whose root is `root`, in Markdown.
pub fn reference(root: &'static Table) -> String {
    let mut out = String::new();
    table_section(&mut out, root, None);
    tables(root).into_iter().for_each(|table| table_section(&mut out, table, None));
    variants(root).into_iter().for_each(|table| table_section(&mut out, table, Some(TAG)));
    out
}

/// All tables below the root in the order in which they are first mentioned, variants of a kind aside.
pub(super) fn tables(root: &'static Table) -> Vec<&'static Table> {
    let (plain, _) = walk(root);
    plain
}

pub(super) fn variants(root: &'static Table) -> Vec<&'static Table> {
    let (_, variants) = walk(root);
    variants
}

fn walk(root: &'static Table) -> (Vec<&'static Table>, Vec<&'static Table>) {
    let (mut plain, mut variants) = (Vec::new(), Vec::new());
    let mut queue = vec![root];
    let mut next = 0;
    while next < queue.len() {
        for field in queue[next].fields {
            for (table, is_variant) in mentioned(&field.kind) {
                if !queue.iter().any(|seen| std::ptr::eq(*seen, table)) {
                    queue.push(table);
                    if is_variant { variants.push(table) } else { plain.push(table) }
                }
            }
        }
        next += 1;
    }
    (plain, variants)
}

fn mentioned(kind: &Kind) -> Vec<(&'static Table, bool)> {
    match kind {
        Kind::Table(table) => vec![(table, false)],
        Kind::OneOf(tables) => tables.iter().map(|t| (*t, true)).collect(),
        Kind::List(of) | Kind::Map(_, of) => mentioned(of),
        Kind::Either(kinds) => kinds.iter().flat_map(mentioned).collect(),
        _ => Vec::new(),
    }
}

fn id(table: &Table) -> String {
    table.name.replace(' ', "_")
}

fn object(table: &'static Table, tag: Option<&str>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some(tag) = tag {
        properties.insert(tag.to_owned(), json!({ "const": table.name }));
        required.push(tag);
    }
    for field in table.fields {
        properties.insert(field.key.to_owned(), property(field));
        if field.need == Need::Required {
            required.push(field.key);
        }
    }
    json!({
        "title": table.name,
        "description": table.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(field: &Field) -> Value {
    let mut schema = type_of(&field.kind);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(field.doc));
        if let Need::Default(text) = field.need {
            // Numbers, flags and lists are the same in JSON; anything else is a text.
            schema.insert("default".to_owned(), serde_json::from_str(text).unwrap_or(json!(text)));
        }
    }
    schema
}

fn type_of(kind: &Kind) -> Value {
    match kind {
        Kind::Text | Kind::NewName(_) | Kind::Name(_) | Kind::Formula(_) | Kind::Condition => {
            json!({ "type": "string" })
        }
        Kind::Quantity(Dim::NUMBER, sign) => match sign {
            Sign::Any => json!({ "type": ["number", "string"] }),
            Sign::NonNegative => json!({ "type": ["number", "string"], "minimum": 0 }),
            Sign::Positive => json!({ "type": ["number", "string"], "exclusiveMinimum": 0 }),
        },
        // Nothing is nothing in any unit.
        Kind::Quantity(dim, _) => json!({
            "anyOf": [{ "type": "string" }, { "const": 0 }],
            "examples": [quantity::example(*dim)],
        }),
        Kind::Share => {
            json!({ "type": ["number", "string"], "minimum": 0, "maximum": 1, "examples": [0.25, "25 %"] })
        }
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice(words) => {
            let each = words.iter().map(|(word, doc)| json!({ "const": word, "description": doc }));
            json!({ "oneOf": each.collect::<Vec<_>>() })
        }
        Kind::Clock => json!({ "type": "string", "examples": ["07:00"] }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Weekly => json!({
            "type": ["string", "array"],
            "items": { "type": "string" },
            "examples": ["Mon-Fri 07:00-17:00"],
        }),
        Kind::Dist(_) => json!({ "$ref": "#/$defs/distribution" }),
        Kind::Amount(_) => json!({ "$ref": "#/$defs/amount" }),
        Kind::List(of) => json!({ "type": "array", "items": type_of(of) }),
        Kind::Table(table) => json!({ "$ref": format!("#/$defs/{}", id(table)) }),
        Kind::Map(_, of) => json!({ "type": "object", "additionalProperties": type_of(of) }),
        Kind::OneOf(tables) => {
            let each = tables.iter().map(|t| json!({ "$ref": format!("#/$defs/{}", id(t)) }));
            json!({ "oneOf": each.collect::<Vec<_>>() })
        }
        Kind::Changes => json!({ "type": "object" }),
        Kind::Either(kinds) => json!({ "anyOf": kinds.iter().map(type_of).collect::<Vec<_>>() }),
        Kind::Other { expected, example } => json!({ "title": expected, "examples": [example] }),
    }
}

fn table_section(out: &mut String, table: &'static Table, tag: Option<&str>) {
    let title = match tag {
        Some(tag) => format!("{tag} = \"{}\"", table.name),
        None => table.name.to_owned(),
    };
    let _ = writeln!(out, "## {title}\n\n{}\n", table.doc.trim());
    if !table.fields.is_empty() {
        out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    }
    for Field { key, kind, need, doc } in table.fields {
        let default = match need {
            Need::Required => "required".to_owned(),
            Need::Optional => String::new(),
            Need::Default("") => "`\"\"`".to_owned(),
            Need::Default(text) => format!("`{text}`"),
        };
        let _ = writeln!(out, "| `{key}` | {} | {default} | {} |", value_words(kind), doc.trim());
    }
    if !table.fields.is_empty() {
        out.push('\n');
    }
    if !table.example.trim().is_empty() {
        let _ = writeln!(out, "```toml\n{}\n```\n", table.example.trim());
    }
}

fn value_words(kind: &Kind) -> String {
    match kind {
        Kind::Choice(words) => {
            let each = words.iter().map(|(word, doc)| format!("`\"{word}\"`: {doc}"));
            each.collect::<Vec<_>>().join("; ")
        }
        Kind::Table(table) => format!("[{}](#{})", table.name, table.name.replace(' ', "-")),
        Kind::Amount(_) => format!("{}, `by` or `is` ([amounts](#amounts))", kind.expected()),
        Kind::Map(Keys::New(sort), of) => format!("for each new {sort}: {}", value_words(of)),
        Kind::Map(Keys::Of(sort), of) => format!("for each {sort}: {}", value_words(of)),
        Kind::Map(Keys::Free, of) => format!("for each key: {}", value_words(of)),
        Kind::List(of) => format!("list of {}", value_words(of)),
        Kind::Either(kinds) => kinds.iter().map(value_words).collect::<Vec<_>>().join(", or "),
        Kind::OneOf(tables) => {
            let names: Vec<_> = tables.iter().map(|t| format!("`{}`", t.name)).collect();
            format!("a table of {TAG} {}", names.join(", "))
        }
        _ => kind.expected(),
    }
}
