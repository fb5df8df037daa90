//! Folders: what a run, or the mining of a log, leaves on disk, written so that nothing is ever half there.
//!
//! Exporters turn plain values into bytes ([`table`]); one place writes them ([`folder`]). Result files hold nothing
//! that depends on the clock or on the machine, so the same request gives the same bytes; what does is in the manifest.

#![expect(clippy::disallowed_methods, reason = "this is where files are read and written")]

pub mod assessed;
pub mod folder;
pub mod manifest;
pub mod mined;
pub mod money;
pub mod parts;
pub mod results;
mod rows;
pub mod table;

pub use folder::RunFolder;
pub use manifest::Manifest;
pub use parts::Parts;
pub use table::{Column, Table};
