//! Shelves, records, stocking rules, and what cases do with them, as tables.

use super::{Maker, Meter};
use crate::activity::{self, DrawId, PartRef, Short, SiteRef, Sites, TakeFrom};
use crate::ids::{AttrId, CalendarId, Id, PartId};
use crate::model::{self, Measure, Model, Source};
use crate::rng::Purpose;
use crate::units::{Duration, YEAR};

pub use crate::model::Policy;

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub n_sites: usize,
    /// `[part][site]`: number of the shelf; [`Table::NO_SHELF`] where the part is not kept.
    pub shelf_of: Vec<u32>,
    pub shelves: Vec<Shelf>,
    pub parts: Vec<Part>,
    /// Over all parts.
    pub all: Meters,
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
    /// The shelf that it is replenished from; `None`: a supplier.
    pub source: Option<u32>,
    /// Lead time, or transit from the source [s]: by number of the shipment.
    pub lead: DrawId,
    /// Probability that a movement is not recorded, and its random number: by number of the movement.
    pub record_error: f64,
    pub recording: Purpose,
    /// How often units are counted, and where in that interval the first count lies.
    pub count_every: Option<Duration>,
    pub counting: Purpose,
}

#[derive(Clone, Debug)]
pub struct Part {
    /// [$]
    pub price: f64,
    /// Cost of holding a unit [$/s].
    pub holding: f64,
    pub meters: Meters,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Meters {
    pub demanded: Meter,
    pub filled: Meter,
    pub on_hand: Meter,
    pub backordered: Meter,
    pub purchased: Meter,
    pub purchase_cost: Meter,
    pub emergencies: Meter,
    pub transfers: Meter,
    pub transfer_cost: Meter,
    pub holding_cost: Meter,
}

#[derive(Clone, Copy, Debug)]
pub struct Take {
    pub part: PartRef,
    pub quantity: i64,
    pub from: TakeFrom,
    pub waits: bool,
    pub site_attr: Option<AttrId>,
    /// Chooses among sites with equally much.
    pub lot: Purpose,
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

#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    pub runs: Option<CalendarId>,
    pub time: DrawId,
    pub fee: f64,
}

impl Table {
    pub const NO_SHELF: u32 = u32::MAX;

    pub fn new(model: &Model, sites: &Sites, maker: &mut Maker) -> Self {
        let n_sites = model.sites.len();
        let at = |part: PartId, site: usize| part.index() * n_sites + site;
        let mut shelf_of = vec![Self::NO_SHELF; model.parts.len() * n_sites];
        for (i, stock) in model.stocks.iter().enumerate() {
            shelf_of[at(stock.part, stock.site.index())] = i as u32;
        }
        let mut shelf = |stock: &model::Stock| {
            let name = format!("{}/{}", model.parts[stock.part].name, model.sites[stock.site]);
            let (source, lead) = match &stock.source {
                Source::Supplier { lead_time } => (None, lead_time),
                Source::Site { site, transit } => (Some(shelf_of[at(stock.part, site.index())]), transit),
            };
            Shelf {
                part: stock.part.0,
                site: stock.site.0,
                initial: i64::from(stock.initial),
                policy: stock.policy,
                source: source.filter(|s| *s != Self::NO_SHELF),
                lead: maker.amount(lead, format!("part.{name}/lead_time")),
                record_error: stock.record_error,
                recording: maker.purpose(format!("part.{name}/recording")),
                count_every: stock.count_every,
                counting: maker.purpose(format!("part.{name}/counting")),
            }
        };
        let shelves = model.stocks.iter().map(&mut shelf).collect();
        let parts = model.parts.iter_ids().map(|(id, part)| Part {
            price: part.price,
            holding: part.price * part.holding / YEAR,
            meters: meters(Some(id), maker),
        });
        Self {
            n_sites,
            parts: parts.collect(),
            all: meters(None, maker),
            takes: sites.takes.iter().map(|s| take(&s.what, &s.name, maker)).collect(),
            returns: sites.returns.iter().map(|s| give_back(&s.what)).collect(),
            orders: sites.orders.iter().map(|s| order(&s.what, &s.name, maker)).collect(),
            transfers: sites.transfers.iter().map(|s| transfer(&s.what, &s.name, maker)).collect(),
            shelf_of,
            shelves,
        }
    }
}

fn take(take: &activity::Take, name: &str, maker: &mut Maker) -> Take {
    Take {
        part: take.part,
        quantity: i64::from(take.quantity),
        from: take.from,
        waits: take.short == Short::Wait,
        site_attr: take.site_attr,
        lot: maker.purpose(format!("{name}/lot")),
    }
}

fn give_back(give_back: &activity::Return) -> Return {
    Return { part: give_back.part, quantity: i64::from(give_back.quantity), to: give_back.to }
}

fn order(order: &activity::Order, name: &str, maker: &mut Maker) -> Order {
    Order {
        part: order.part,
        quantity: i64::from(order.quantity),
        lead_time: maker.amount(&order.lead_time, format!("{name}/lead_time")),
        emergency: order.emergency,
        premium: order.premium,
        fee: order.fee,
    }
}

fn transfer(transfer: &activity::Transfer, name: &str, maker: &mut Maker) -> Transfer {
    Transfer {
        runs: transfer.runs,
        time: maker.amount(&transfer.time, format!("{name}/time")),
        fee: transfer.fee,
    }
}

fn meters(part: Option<PartId>, maker: &Maker) -> Meters {
    Meters {
        demanded: maker.meter(&Measure::Demanded(part)),
        filled: maker.meter(&Measure::Filled(part)),
        on_hand: maker.meter(&Measure::OnHand(part)),
        backordered: maker.meter(&Measure::Backordered(part)),
        purchased: maker.meter(&Measure::Purchased(part)),
        purchase_cost: maker.meter(&Measure::PurchaseCost(part)),
        emergencies: maker.meter(&Measure::Emergencies(part)),
        transfers: maker.meter(&Measure::Transfers(part)),
        transfer_cost: maker.meter(&Measure::TransferCost(part)),
        holding_cost: maker.meter(&Measure::HoldingCost(part)),
    }
}
