//! Model -> plan: dense tables indexed by small integers, no names.

pub mod ask;
pub mod asset;
mod maker;
pub mod stock;

pub use maker::{DrawId, Maker, Meter};

use crate::model::Model;

/// A compiled model.
#[derive(Clone, Debug)]
pub struct Plan {
    pub stock: stock::Table,
    pub ask: ask::Table,
    pub asset: asset::Table,
}

impl Plan {
    /// Infallible: the invariants of [`Model`] hold.
    pub fn compile(model: &Model) -> Self {
        let mut maker = Maker::new(model);
        // (here: processes are expanded, which fills `sites`)
        let sites = crate::activity::Sites::default();
        Self {
            stock: stock::Table::new(model, &sites, &mut maker),
            ask: ask::Table::new(model, &sites, &mut maker),
            asset: asset::Table::new(model, &mut maker),
        }
    }
}
