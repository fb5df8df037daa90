//! `take`, `return`, `order` and `transfer`: what a case does with stocked parts.

use super::Amount;
use super::Expansion;
use super::op::Op;
use super::task::SiteRef;
use crate::ids::{AttrId, CalendarId, PartId, StepId};

/// Which part is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartRef {
    Fixed(PartId),
    /// The part that a part-valued attribute of the case names.
    Attr(AttrId),
}

/// Takes units off a shelf for this case.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    pub part: PartRef,
    pub quantity: u32,
    pub from: TakeFrom,
    pub short: Short,
    /// Receives the site that the units came from.
    pub site_attr: Option<AttrId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeFrom {
    Site(SiteRef),
    /// The site with most on its shelf, other than the case's own; ties by site order.
    MostStock,
}

/// What to do when the shelf has too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Wait for the next delivery: a backorder, first come first served.
    Wait,
    /// Go to another step, having taken nothing.
    Go(StepId),
}

/// Puts units back on a shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    pub part: PartRef,
    pub quantity: u32,
    pub to: SiteRef,
}

/// Buys units for this case outside the stocking rule: the case waits for them and has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub part: PartRef,
    pub quantity: u32,
    /// From order to delivery [s].
    pub lead_time: Amount,
    /// Counted and priced as an emergency purchase.
    pub emergency: bool,
    /// Share of the unit price added, e.g. 0.2.
    pub premium: f64,
    /// Freight and handling for the order [$].
    pub fee: f64,
}

/// Moves the units that the case took to the case's own site: waits for the next run, then the ride.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Runs leave when this calendar opens; at once when absent.
    pub runs: Option<CalendarId>,
    /// Ride and handling [s].
    pub time: Amount,
    /// Cost of one transfer [$].
    pub fee: f64,
}

impl Take {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.takes.push(site);
        x.emit(Op::Take(x.sites.takes.len() as u32 - 1));
        if let Short::Go(step) = self.short {
            let taken = x.new_label();
            x.emit(Op::Goto(taken));
            let to = x.exit(step);
            x.emit(Op::Goto(to));
            x.place(taken);
        }
    }
}

impl Return {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.returns.push(site);
        x.emit(Op::Return(x.sites.returns.len() as u32 - 1));
    }
}

impl Order {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.orders.push(site);
        x.emit(Op::Order(x.sites.orders.len() as u32 - 1));
    }
}

impl Transfer {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.transfers.push(site);
        x.emit(Op::Transfer(x.sites.transfers.len() as u32 - 1));
    }
}
