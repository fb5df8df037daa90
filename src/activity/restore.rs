//! `restore`: the case's asset is back in service.

use super::Expansion;
use super::op::Op;

#[derive(Clone, Debug, PartialEq)]
pub struct Restore {
    /// A temporary repair: the failed mode's hazard is multiplied by this until the next proper repair.
    pub temporary: Option<f64>,
}

impl Restore {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.program.restores.push(self.temporary);
        x.emit(Op::Restore(x.program.restores.len() as u32 - 1));
    }
}
