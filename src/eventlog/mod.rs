//! Event logs: what happened, as columns.
//!
//! [`EventLog`] holds one row for each activity instance; names are interned, instants are integers. Formats are in
//! [`format`]: bytes in, a log and a [`ReadReport`] out; nothing here opens a file.

mod attributes;
mod build;
mod columns;
mod cost;
mod filter;
pub mod format;
mod input;
mod instant;
mod log;
mod names;
pub mod ocel;
mod report;
mod rows;
pub(crate) mod xml;

pub use attributes::Value;
pub use columns::Role;
pub use filter::Filter;
pub(crate) use input::{Input, whole};
pub use instant::Layout;
pub use log::{Column, EventLog, Instance, NONE, UNKNOWN, Values};
pub use names::Names;
pub use report::{Finding, Position, ReadReport};
