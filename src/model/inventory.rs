//! Parts, shelves and stocking rules.

use crate::activity::Amount;
use crate::ids::{PartId, SiteId};
use crate::units::Duration;

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub name: String,
    /// [$ per unit]
    pub price: f64,
    /// Share of the price that holding a unit for a year costs.
    pub holding: f64,
}

/// One part's shelf at one site. The record of it is kept apart: reorder decisions follow the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Stock {
    pub part: PartId,
    pub site: SiteId,
    /// Units on the shelf at the start.
    pub initial: u32,
    pub policy: Policy,
    pub source: Source,
    /// Probability that a movement is not written into the record.
    pub record_error: f64,
    /// The record is set right by counting, this often.
    pub count_every: Option<Duration>,
}

/// When and how much is ordered; positions are record + on order - backorders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// Never reordered.
    None,
    /// (S-1, S): every unit taken is ordered at once.
    BaseStock { level: u32 },
    /// (R, Q): at R or below, order multiples of Q.
    ReorderQuantity { point: u32, quantity: u32 },
    /// (s, S): at s or below, order up to S.
    OrderUpTo { point: u32, level: u32 },
    /// Every `interval`, order up to `level` when at `point` or below.
    Periodic { interval: Duration, point: u32, level: u32 },
}

/// Where replenishment comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Outside supplier with ample stock; lead time [s].
    Supplier { lead_time: Amount },
    /// Another site's shelf of the same part; when that is empty the order waits there. Transit time [s].
    Site { site: SiteId, transit: Amount },
}
