//! `start`: begins another case and goes on without waiting for it.

use crate::ids::ProcessId;

/// The new case gets this case's attributes, site and asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub process: ProcessId,
}
