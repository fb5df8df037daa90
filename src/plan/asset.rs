//! Fleets and their failure modes as tables.

use super::Maker;
use crate::model::Model;

#[derive(Clone, Debug, Default)]
pub struct Table {}

impl Table {
    pub fn new(_model: &Model, _maker: &mut Maker) -> Self {
        Self {}
    }
}
