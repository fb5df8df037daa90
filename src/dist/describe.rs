//! The families as JSON Schema, for editors, and as a reference, for people.

use super::read::{FILE_EXAMPLE, FILE_KEYS};
use super::{FAMILIES, Family, Kind};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// JSON Schema of a distribution; nested ones refer to `#/$defs/distribution`.
pub fn json_schema() -> Value {
    let families: Map<_, _> = FAMILIES.iter().map(|f| (f.name.to_owned(), parameters(f))).collect();
    json!({
        "title": "distribution",
        "description": "A constant, or one family with its parameters.",
        "oneOf": [
            { "type": ["string", "number"], "description": "always this value" },
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "properties": families,
                "additionalProperties": false,
            },
        ],
    })
}

/// A section for each family, in Markdown.
pub fn reference() -> String {
    let mut out =
        String::from("## distributions\n\nA constant such as `\"45 min\"`, or one of these families.\n\n");
    for family in FAMILIES {
        let _ = writeln!(out, "### {}\n\n{}\n", family.name, family.doc);
        out.push_str("| parameter | value | meaning |\n|---|---|---|\n");
        for param in family.params {
            let optional = if family.is_optional(param.name) { ", optional" } else { "" };
            let _ =
                writeln!(out, "| `{}` | {}{optional} | {} |", param.name, param.kind.in_words(), param.doc);
        }
        let from_file = family.name == "empirical";
        let mut forms = family.forms_in_words();
        if from_file {
            for (key, _, value, doc) in FILE_KEYS {
                let _ = writeln!(out, "| `{key}` | {value} | {doc} |");
            }
            forms.push_str(", or `file` and `column`");
        }
        let _ = writeln!(out, "\nGive {forms}.\n\n```toml\ntime = {}\n```\n", family.example);
        if from_file {
            let _ = writeln!(out, "Observed values from a file:\n\n```toml\ntime = {FILE_EXAMPLE}\n```\n");
        }
    }
    out
}

fn parameters(family: &Family) -> Value {
    let property = |kind| match kind {
        Kind::Value | Kind::Rate | Kind::Number => json!({ "type": ["string", "number"] }),
        Kind::Probability => json!({ "type": ["number", "string"], "minimum": 0, "maximum": 1 }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Values | Kind::Numbers => json!({ "type": "array", "items": { "type": ["string", "number"] } }),
        Kind::Dist => json!({ "$ref": "#/$defs/distribution" }),
        Kind::Dists => json!({ "type": "array", "items": { "$ref": "#/$defs/distribution" } }),
    };
    let mut properties = Map::new();
    for param in family.params {
        let mut schema = property(param.kind);
        schema["description"] = json!(param.doc);
        properties.insert(param.name.to_owned(), schema);
    }
    let mut forms: Vec<_> = family.forms.iter().map(|form| json!({ "required": form })).collect();
    if family.name == "empirical" {
        for (key, of, _, doc) in FILE_KEYS {
            properties.insert((*key).to_owned(), json!({ "type": of, "description": doc }));
        }
        forms.push(json!({ "required": ["file", "column"] }));
    }
    json!({
        "type": "object",
        "description": family.doc,
        "properties": properties,
        "anyOf": forms,
        "additionalProperties": false,
    })
}
