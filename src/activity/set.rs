//! `set`: changes an attribute of the case.

use super::Amount;
use crate::ids::AttrId;

#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub attr: AttrId,
    pub to: Amount,
}
