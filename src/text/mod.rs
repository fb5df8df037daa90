//! From the text of a scenario to checked values, and back, with every mistake reported at once.
//!
//! ```text
//! TOML text --Tree::parse--> Tree --Tree::apply(changes)--> Tree --Reader::open(schema)--> Reader --> values
//!                             |                                      | checks the whole tree
//!                             +--print--> canonical TOML             v
//!                                                                   Sink of diagnostics
//! ```
//!
//! A [`schema`] describes each table once: keys, kinds, defaults, words. Checking, reading, the JSON Schema
//! and the reference are walks over that one description. Quantities carry their unit in the text
//! ([`quantity`]); inside the program they are in base units.

mod change;
mod check;
mod describe;
mod lookup;
mod names;
mod print;
pub mod quantity;
mod reader;
mod scalar;
pub mod schema;
mod tree;
pub mod weekly;
mod words;

pub use change::{Change, quoted};
pub use check::schema_faults;
pub use describe::{json_schema, reference};
pub use names::Names;
pub use print::print;
pub use reader::{Item, Reader};
pub use tree::{Entry, Mistake, Node, Table, Text, Tree, Value};
pub use words::Words;

/// Reads a column of a table file that a scenario names, one text for each row, or says why it cannot.
/// Whoever opens files passes it in; the core opens none.
pub type Columns<'a> = dyn Fn(&str, &str) -> Result<Vec<String>, String> + 'a;
