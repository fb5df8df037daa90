//! Model -> plan: dense tables indexed by small integers, no names.

pub mod ask;
pub mod asset;
mod curve;
mod hours;
mod maker;
pub mod stock;

pub use curve::Curve;
pub use hours::{Clock, Cursor, Hours};
pub use maker::{DrawId, Maker, Meter};

use crate::ids::{CalendarId, IdVec, ProfileId};
use crate::model::Model;

/// A compiled model.
#[derive(Clone, Debug)]
pub struct Plan {
    pub hours: IdVec<CalendarId, Hours>,
    pub curves: IdVec<ProfileId, Curve>,
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
            hours: model.calendars.iter().map(|c| Hours::new(c, maker.clock)).collect(),
            curves: model.profiles.iter().map(|p| Curve::new(p, maker.clock)).collect(),
            stock: stock::Table::new(model, &sites, &mut maker),
            ask: ask::Table::new(model, &sites, &mut maker),
            asset: asset::Table::new(model, &mut maker),
        }
    }
}
