//! `call`: runs another process inside this case.

use super::Expansion;
use crate::ids::ProcessId;

/// The called process's steps run on this case's attributes, team members and site; its ends lead on to the next step.
/// Calls are expanded when the plan is compiled; a process may not call itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub process: ProcessId,
}

impl Call {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.call(self.process);
    }
}
