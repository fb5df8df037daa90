//! Shelves, records, stocking rules, and what cases do with them, as tables.

use super::{DrawId, Maker, Meter};
use crate::activity::{Amount, PartRef, Short, SiteRef, Sites, TakeFrom};
use crate::dist::{Constant, Dist, Sampler};
use crate::ids::{AttrId, CalendarId, Id, PartId};
pub use crate::model::Policy;
use crate::model::{Measure, Model, Source};
use crate::rng::Purpose;
use crate::units::Duration;

const SECONDS_PER_YEAR: f64 = 365.0 * 86_400.0;

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub n_sites: usize,
    /// `[part][site]`: number of the shelf, [`Table::NO_SHELF`] where the part is not kept.
    pub shelf_of: Vec<u32>,
    pub shelves: Vec<Shelf>,
    pub parts: Vec<Part>,
    /// Over all parts.
    pub all: PartMeters,
    pub transfers_meter: Meter,
    pub transfer_cost_meter: Meter,
    pub takes: Vec<Take>,
    pub returns: Vec<Return>,
    pub orders: Vec<Order>,
    pub transfers: Vec<Transfer>,
}

#[derive(Clone, Debug)]
pub struct Shelf {
    pub part: u32,
    pub site: u32,
    pub initial: i64,
    pub policy: Policy,
    pub source: Replenish,
    pub record_error: f64,
    pub count_every: Option<Duration>,
    /// Keys: lead times by order, recording errors by movement, the phase of counts.
    pub lead: Purpose,
    pub recording: Purpose,
    pub counting: Purpose,
}

#[derive(Clone, Debug)]
pub enum Replenish {
    Supplier(Sampler),
    /// From another shelf, with the time for the way.
    Shelf(u32, Sampler),
}

#[derive(Clone, Debug)]
pub struct Part {
    pub price: f64,
    /// Cost of holding a unit [$/s].
    pub holding: f64,
    pub meters: PartMeters,
}

#[derive(Clone, Copy, Debug)]
pub struct PartMeters {
    pub demanded: Meter,
    pub filled: Meter,
    pub on_hand: Meter,
    pub backordered: Meter,
    pub purchased: Meter,
    pub purchase_cost: Meter,
    pub emergencies: Meter,
    pub holding_cost: Meter,
}

impl Default for PartMeters {
    fn default() -> Self {
        let none = Meter::NONE;
        Self {
            demanded: none,
            filled: none,
            on_hand: none,
            backordered: none,
            purchased: none,
            purchase_cost: none,
            emergencies: none,
            holding_cost: none,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Take {
    pub part: PartRef,
    pub quantity: i64,
    pub from: TakeFrom,
    pub waits: bool,
    pub site_attr: Option<AttrId>,
}

#[derive(Clone, Copy, Debug)]
pub struct Return {
    pub part: PartRef,
    pub quantity: i64,
    pub to: SiteRef,
}

#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub part: PartRef,
    pub quantity: i64,
    pub lead_time: DrawId,
    pub emergency: bool,
    pub premium: f64,
    pub fee: f64,
}

#[derive(Clone, Debug)]
pub struct Transfer {
    pub runs: Option<CalendarId>,
    pub time: DrawId,
    pub fee: f64,
}

impl Table {
    pub const NO_SHELF: u32 = u32::MAX;

    pub fn new(model: &Model, sites: &Sites, maker: &mut Maker) -> Self {
        let n_sites = model.sites.len();
        let mut shelf_of = vec![Self::NO_SHELF; model.parts.len() * n_sites];
        for (i, stock) in model.stocks.iter().enumerate() {
            shelf_of[stock.part.index() * n_sites + stock.site.index()] = i as u32;
        }
        let shelves = model.stocks.iter().map(|stock| {
            let name = format!("{}/{}", model.parts[stock.part].name, model.sites[stock.site]);
            let source = match &stock.source {
                Source::Supplier { lead_time } => Replenish::Supplier(law(lead_time)),
                Source::Site { site, transit } => {
                    let from = shelf_of[stock.part.index() * n_sites + site.index()];
                    Replenish::Shelf(from, law(transit))
                }
            };
            Shelf {
                part: stock.part.0,
                site: stock.site.0,
                initial: i64::from(stock.initial),
                policy: stock.policy,
                source,
                record_error: stock.record_error,
                count_every: stock.count_every,
                lead: maker.purpose(format!("{name}/lead")),
                recording: maker.purpose(format!("{name}/recording")),
                counting: maker.purpose(format!("{name}/counting")),
            }
        });
        let shelves = shelves.collect();
        let parts = model.parts.iter_ids().map(|(id, part)| Part {
            price: part.price,
            holding: part.price * part.holding / SECONDS_PER_YEAR,
            meters: meters(Some(id), maker),
        });
        let parts = parts.collect();
        Self {
            n_sites,
            shelves,
            parts,
            all: meters(None, maker),
            transfers_meter: maker.meter(&Measure::Transfers(None)),
            transfer_cost_meter: maker.meter(&Measure::TransferCost(None)),
            takes: sites.takes.iter().map(|s| take(&s.what)).collect(),
            returns: sites.returns.iter().map(|s| give_back(&s.what)).collect(),
            orders: sites.orders.iter().map(|s| order(&s.what, &s.name, maker)).collect(),
            transfers: sites.transfers.iter().map(|s| transfer(&s.what, &s.name, maker)).collect(),
            shelf_of,
        }
    }

    #[inline]
    pub fn shelf(&self, part: u32, site: u32) -> u32 {
        if site as usize >= self.n_sites {
            return Self::NO_SHELF;
        }
        self.shelf_of.get(part as usize * self.n_sites + site as usize).copied().unwrap_or(Self::NO_SHELF)
    }
}

/// The law of a replenishment: no case is there whose attributes could choose.
fn law(amount: &Amount) -> Sampler {
    match amount {
        Amount::Law(law) => Sampler::compile(law),
        Amount::ByLevel { laws, .. } => Sampler::compile(&laws[0]),
        Amount::Value(_) => Sampler::compile(&Dist::from(Constant::new(0.0).expect("zero is a number"))),
    }
}

fn take(take: &crate::activity::Take) -> Take {
    Take {
        part: take.part,
        quantity: i64::from(take.quantity),
        from: take.from,
        waits: take.short == Short::Wait,
        site_attr: take.site_attr,
    }
}

fn give_back(give_back: &crate::activity::Return) -> Return {
    Return { part: give_back.part, quantity: i64::from(give_back.quantity), to: give_back.to }
}

fn order(order: &crate::activity::Order, name: &str, maker: &mut Maker) -> Order {
    Order {
        part: order.part,
        quantity: i64::from(order.quantity),
        lead_time: maker.amount(&order.lead_time, format!("{name}/lead_time")),
        emergency: order.emergency,
        premium: order.premium,
        fee: order.fee,
    }
}

fn transfer(transfer: &crate::activity::Transfer, name: &str, maker: &mut Maker) -> Transfer {
    Transfer {
        runs: transfer.runs,
        time: maker.amount(&transfer.time, format!("{name}/time")),
        fee: transfer.fee,
    }
}

fn meters(part: Option<PartId>, maker: &Maker) -> PartMeters {
    PartMeters {
        demanded: maker.meter(&Measure::Demanded(part)),
        filled: maker.meter(&Measure::Filled(part)),
        on_hand: maker.meter(&Measure::OnHand(part)),
        backordered: maker.meter(&Measure::Backordered(part)),
        purchased: maker.meter(&Measure::Purchased(part)),
        purchase_cost: maker.meter(&Measure::PurchaseCost(part)),
        emergencies: maker.meter(&Measure::Emergencies(part)),
        holding_cost: maker.meter(&Measure::HoldingCost(part)),
    }
}
