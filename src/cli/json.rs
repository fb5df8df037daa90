//! What `--json` prints.

use serde_json::Value;

/// The form of the objects that commands print. It grows by keys without a new number; a key that goes away, or means
/// something else, is a new one.
pub const SCHEMA_VERSION: u32 = 1;

/// An object as text, with the version of its form.
pub fn text(mut object: Value) -> String {
    if let Value::Object(entries) = &mut object {
        entries.insert("schema_version".to_owned(), SCHEMA_VERSION.into());
    }
    format!("{object:#}\n")
}
