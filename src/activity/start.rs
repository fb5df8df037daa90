//! `start`: begins another case and goes on without waiting for it.

use super::Expansion;
use super::op::Op;
use crate::ids::ProcessId;

/// The new case gets this case's attributes, site and asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub process: ProcessId,
}

impl Start {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let purpose = x.purpose("case");
        x.program.starts.push((self.process, purpose));
        x.emit(Op::Start(x.program.starts.len() as u32 - 1));
    }
}
