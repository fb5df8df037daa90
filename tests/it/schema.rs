//! What an editor is told: every file that the reader takes is right by the JSON Schema too.

#![allow(clippy::disallowed_methods, reason = "these tests read their scenarios from files")]

use super::scenario::shipped;
use serde_json::{Map, Value as Json, json};
use std::fs;
use std::path::Path;
use turnaround::text::{Table, Value};
use turnaround::{assess, scenario};

/// What a file says, as JSON.
fn file(path: &Path) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    said(&text)
}

fn said(text: &str) -> Json {
    let (tree, found) = scenario::parse("file", text);
    assert!(found.is_empty(), "{found:?}");
    of_table(&tree.root)
}

fn of_table(table: &Table) -> Json {
    table.entries.iter().map(|e| (e.key.clone(), of_value(&e.node.value))).collect::<Map<_, _>>().into()
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => json!(flag),
        Value::Integer(i) => json!(i),
        Value::Float(x) => json!(x),
        Value::Text { text, .. } | Value::Datetime(text) => json!(text),
        Value::Array(items) => items.iter().map(|item| of_value(&item.value)).collect(),
        Value::Table(table) => of_table(table),
    }
}

/// The words that only people read.
const WORDS: &[&str] = &["$schema", "$defs", "title", "description", "default", "examples", "format"];

/// Where a value is wrong by a schema, and by which of its keywords: those that our schemas use, no others.
fn faults(value: &Json, schema: &Json, root: &Json, place: &str, out: &mut Vec<String>) {
    let is_right = |schema: &Json| {
        let mut faults_of_it = Vec::new();
        faults(value, schema, root, place, &mut faults_of_it);
        faults_of_it.is_empty()
    };
    for (keyword, of) in schema.as_object().expect("a schema is an object") {
        let number = || of.as_f64().expect("a number");
        let schemas = || of.as_array().expect("a list of schemas").iter();
        let is_fine = match keyword.as_str() {
            "$ref" => {
                let name = of.as_str().and_then(|r| r.strip_prefix("#/$defs/")).expect("a definition");
                faults(value, &root["$defs"][name], root, place, out);
                true
            }
            "type" => types(of).iter().any(|name| has_type(value, name)),
            "const" => value == of || value.as_f64().is_some() && value.as_f64() == of.as_f64(),
            "anyOf" => schemas().any(is_right),
            "oneOf" => schemas().filter(|schema| is_right(schema)).count() == 1,
            "minimum" => value.as_f64().is_none_or(|x| x >= number()),
            "maximum" => value.as_f64().is_none_or(|x| x <= number()),
            "exclusiveMinimum" => value.as_f64().is_none_or(|x| x > number()),
            "minProperties" => value.as_object().is_none_or(|map| map.len() as f64 >= number()),
            "maxProperties" => value.as_object().is_none_or(|map| map.len() as f64 <= number()),
            "required" => {
                let mut keys = of.as_array().expect("a list of keys").iter().filter_map(Json::as_str);
                value.as_object().is_none_or(|map| keys.all(|key| map.contains_key(key)))
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    faults(item, of, root, &format!("{place}.{i}"), out);
                }
                true
            }
            "properties" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = of.get(key) {
                        faults(value, schema, root, &format!("{place}.{key}"), out);
                    }
                }
                true
            }
            "additionalProperties" => {
                let is_listed = |key: &str| schema.get("properties").is_some_and(|p| p.get(key).is_some());
                let others = value.as_object().into_iter().flatten().filter(|(key, _)| !is_listed(key));
                for (key, value) in others {
                    let place = format!("{place}.{key}");
                    match of {
                        Json::Bool(allowed) if *allowed => {}
                        Json::Bool(_) => out.push(format!("{place}: {keyword}")),
                        of => faults(value, of, root, &place, out),
                    }
                }
                true
            }
            word => {
                assert!(WORDS.contains(&word), "this test does not know `{word}`");
                true
            }
        };
        if !is_fine {
            out.push(format!("{place}: {keyword}"));
        }
    }
}

fn types(of: &Json) -> Vec<&str> {
    match of {
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    }
}

fn has_type(value: &Json, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("this test does not know the type `{name}`"),
    }
}

#[track_caller]
fn refused(value: &Json, schema: &Json) -> Vec<String> {
    let mut out = Vec::new();
    faults(value, schema, schema, "file", &mut out);
    out
}

#[test]
fn every_shipped_scenario_is_right_by_the_json_schema() {
    let schema = scenario::schema();
    for path in shipped() {
        assert_eq!(refused(&file(&path), &schema), [""; 0], "{}", path.display());
    }
}

#[test]
fn every_shipped_portfolio_is_right_by_its_json_schema() {
    let schema = assess::portfolio::schema();
    for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("scenarios") {
        let path = folder.expect("an entry").path().join("portfolio.toml");
        if path.exists() {
            assert_eq!(refused(&file(&path), &schema), [""; 0], "{}", path.display());
        }
    }
}

/// A scenario with one step, which does this.
fn with(step: &str) -> Json {
    said(&format!(
        "title = \"a step\"\n[run]\nwindow = \"1 week\"\n[process.p.step.t]\n{step}\nnext = \"e\"\n"
    ))
}

#[test]
fn the_json_schema_takes_what_the_reader_takes() {
    let schema = scenario::schema();
    let time = [
        "\"1 h\"",
        "0",
        "{ exponential = { mean = \"1 h\" } }",
        "{ is = \"2 h\" }",
        "{ by = \"a\", x = \"1 h\", else = \"2 h\" }",
    ];
    for time in time {
        for step in
            ["delay = { time = T }", "task = { team = \"m\", time = T }", "transfer = { time = T, fee = 0 }"]
        {
            assert_eq!(refused(&with(&step.replace('T', time)), &schema), [""; 0], "{step} {time}");
        }
    }
    // Shares as texts are numbers, too.
    let law = "delay = { time = { lognormal = { mean = \"1 h\", cv = \"50 %\" } } }";
    assert_eq!(refused(&with(law), &schema), [""; 0]);
    for (wrong, place) in [
        ("delay = { tme = \"1 h\" }", "file.process.p.step.t.delay.tme: additionalProperties"),
        ("delay = { time = { is = 3 } }", "file.process.p.step.t.delay.time: anyOf"),
        ("delay = { time = { gama = {} } }", "file.process.p.step.t.delay.time: anyOf"),
        ("transfer = { time = \"1 h\", fee = 5 }", "file.process.p.step.t.transfer.fee: anyOf"),
        ("task = { time = \"1 h\" }", "file.process.p.step.t.task: required"),
    ] {
        assert_eq!(refused(&with(wrong), &schema), [place], "{wrong}");
    }
    // A law that belongs to no case cannot follow attributes.
    let patience =
        "task = { team = \"m\", time = \"1 h\", patience = { time = { is = \"1 h\" }, to = \"e\" } }";
    assert!(!refused(&with(patience), &schema).is_empty());
}
