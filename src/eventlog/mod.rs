//! Event logs: what happened, as columns.
//!
//! [`EventLog`] holds one row for each activity instance; names are interned, instants are integers.

mod filter;
mod log;
mod names;

pub use filter::Filter;
pub use log::{Column, EventLog, Instance, NONE, UNKNOWN, Values};
pub use names::Names;
