//! JSON values that know where they stand, read with every mistake reported.

use crate::interchange::report::{Kind, Report, shown};
use serde_json::Value;
use std::cell::RefCell;

/// Shared by all values of a file.
pub type Notes = RefCell<Report>;

/// A value and its path: `task_resource_distribution[3].task_id`.
#[derive(Clone)]
pub struct Json<'v> {
    pub value: &'v Value,
    pub path: String,
    notes: &'v Notes,
}

impl<'v> Json<'v> {
    pub fn root(value: &'v Value, notes: &'v Notes) -> Self {
        Self { value, path: String::new(), notes }
    }

    pub fn note(&self, kind: Kind, what: impl Into<String>) {
        self.notes.borrow_mut().add(kind, &self.path, what);
    }

    fn child(&self, value: &'v Value, step: &str) -> Self {
        let dot = if self.path.is_empty() || step.starts_with('[') { "" } else { "." };
        Self { value, path: format!("{}{dot}{step}", self.path), notes: self.notes }
    }

    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some_and(|v| !v.is_null())
    }

    /// The value under a key; null is as good as absent.
    pub fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).filter(|v| !v.is_null()).map(|v| self.child(v, key))
    }

    /// The value under the first of these keys that is there.
    pub fn any(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().find_map(|key| self.get(key))
    }

    /// The value under a key that must be there.
    pub fn need(&self, key: &str) -> Option<Self> {
        let found = self.get(key);
        if found.is_none() {
            self.note(Kind::Error, format!("the key `{key}` is missing"));
        }
        found
    }

    /// The items of a list. An empty table stands for an empty list.
    pub fn list(&self) -> Vec<Self> {
        match self.value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, v)| self.child(v, &format!("[{i}]"))).collect()
            }
            Value::Object(map) if map.is_empty() => Vec::new(),
            _ => {
                self.wrong("a list");
                Vec::new()
            }
        }
    }

    /// The entries of a table.
    pub fn map(&self) -> Vec<(&'v str, Self)> {
        match self.value {
            Value::Object(map) => map.iter().map(|(k, v)| (k.as_str(), self.child(v, k))).collect(),
            _ => {
                self.wrong("a table");
                Vec::new()
            }
        }
    }

    /// The parts of a list, or of a table by key: older files name things by keys, newer ones by `id`.
    pub fn parts(&self, id: &str) -> Vec<(String, Self)> {
        if let Value::Object(_) = self.value {
            return self.map().into_iter().map(|(key, part)| (key.to_owned(), part)).collect();
        }
        let named = |part: Self| Some((part.need(id)?.text()?, part));
        self.list().into_iter().filter_map(named).collect()
    }

    /// A text; numbers are taken as they are written.
    pub fn text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(n) => Some(n.to_string()),
            Value::Bool(b) => Some(b.to_string()),
            _ => {
                self.wrong("a text");
                None
            }
        }
    }

    pub fn number(&self) -> Option<f64> {
        let number = super::number(self.value);
        if number.is_none() {
            self.wrong("a number");
        }
        number
    }

    /// The text under a key, if it is there.
    pub fn text_at(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    pub fn wrong(&self, expected: &str) {
        let found = shown(&self.value.to_string());
        self.note(Kind::Error, format!("expected {expected}, found {found}"));
    }
}
