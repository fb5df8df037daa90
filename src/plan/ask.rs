//! Channels, adoption, knowledge and the asks of all processes as tables.

use super::Maker;
use crate::activity::Sites;
use crate::model::Model;

#[derive(Clone, Debug, Default)]
pub struct Table {}

impl Table {
    pub fn new(_model: &Model, _sites: &Sites, _maker: &mut Maker) -> Self {
        Self {}
    }
}
