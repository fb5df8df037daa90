//! `set`: changes an attribute of the case.

use super::Amount;
use super::Expansion;
use super::op::Op;
use crate::ids::AttrId;

#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub attr: AttrId,
    pub to: Amount,
}

impl Set {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let draw = x.maker.amount(&self.to, x.draw_name("value"));
        x.emit(Op::Set(self.attr, draw));
    }
}
