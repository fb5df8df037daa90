//! Movements of units: onto shelves, off them, between them.

use super::{Event, Stock, Waiting, schedule};
use crate::activity::Occasion;
use crate::plan::stock::{self as table, Policy, Table};
use crate::plan::{Meter, Plan};
use crate::sim::{Context, Level, TokenId, Wake};
use crate::units::Duration;
use std::collections::VecDeque;

#[derive(Clone, Debug)]
pub(super) struct Shelf {
    pub(super) units: i64,
    pub(super) record: i64,
    pub(super) on_order: i64,
    /// Units that the queue waits for.
    pub(super) backorders: i64,
    pub(super) queue: VecDeque<Waiter>,
    pub(super) n_shipments: u64,
    pub(super) n_movements: u64,
    /// Of the part, and of all parts.
    pub(super) on_hand: [Level; 2],
    pub(super) holding_cost: [Level; 2],
    pub(super) backordered: [Level; 2],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Waiter {
    pub(super) who: Who,
    pub(super) units: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Case(TokenId),
    Shelf(u32),
}

/// Units of a part that came into the shelves, left them, and are on the way between them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flows {
    pub(super) came: i64,
    pub(super) left: i64,
    pub(super) on_way: i64,
}

impl Stock {
    /// Whether what came into the shelves of each part is there, on the way between them, or has left.
    pub fn is_conserved(&self, plan: &Plan) -> bool {
        self.flows.iter().enumerate().all(|(part, flows)| {
            let shelves = self.shelves.iter().zip(&plan.stock.shelves);
            let of_part = shelves.filter(|(_, of)| of.part as usize == part);
            let there: i64 = of_part.map(|(shelf, _)| shelf.units).sum();
            flows.came == there + flows.on_way + flows.left
        })
    }

    /// Units leave the shelves for a case.
    pub(super) fn remove(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.flows[plan.stock.shelves[s as usize].part as usize].left += units;
        self.move_units(plan, ctx, s, -units);
        self.review(plan, ctx, s, false);
    }

    /// Units come to a shelf, and serve who waits.
    pub(super) fn put(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.flows[plan.stock.shelves[s as usize].part as usize].came += units;
        self.move_units(plan, ctx, s, units);
        self.serve(plan, ctx, s);
        self.review(plan, ctx, s, false);
    }

    /// A movement, and whether it is recorded.
    pub(super) fn move_units(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        let of = &plan.stock.shelves[s as usize];
        let shelf = &mut self.shelves[s as usize];
        let n = shelf.n_movements;
        shelf.n_movements += 1;
        let is_recorded = of.record_error <= 0.0 || ctx.key.uniform(of.recording, n, 0, 0) >= of.record_error;
        if is_recorded {
            shelf.record += units;
        }
        self.change_units(plan, ctx, s, units);
    }

    pub(super) fn change_units(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        shelf.units += units;
        let now = shelf.units as f64;
        let cost = now * plan.stock.parts[plan.stock.shelves[s as usize].part as usize].holding;
        shelf.on_hand.iter_mut().for_each(|level| level.set(ctx.now, now, &mut ctx.meters));
        shelf.holding_cost.iter_mut().for_each(|level| level.set(ctx.now, cost, &mut ctx.meters));
    }

    pub(super) fn change_backorders(&mut self, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        shelf.backorders += units;
        shelf.backordered.iter_mut().for_each(|level| level.add(ctx.now, units as f64, &mut ctx.meters));
    }

    /// Gives out what is on the shelf to those who wait.
    pub(super) fn serve(&mut self, plan: &Plan, ctx: &mut Context, s: u32) {
        let part = plan.stock.shelves[s as usize].part as usize;
        loop {
            let shelf = &mut self.shelves[s as usize];
            let Some(waiter) = shelf.queue.front_mut() else { return };
            let units = match waiter.who {
                Who::Case(_) if waiter.units > shelf.units => return,
                Who::Case(_) => waiter.units,
                Who::Shelf(_) => waiter.units.min(shelf.units),
            };
            if units == 0 {
                return;
            }
            waiter.units -= units;
            let who = waiter.who;
            if waiter.units == 0 {
                shelf.queue.pop_front();
            }
            self.change_backorders(ctx, s, -units);
            self.move_units(plan, ctx, s, -units);
            match who {
                Who::Case(token) => {
                    self.flows[part].left += units;
                    let waited = std::mem::take(&mut self.waiting[token.0 as usize]);
                    let set_aside = if let Waiting::Shelf { set_aside, .. } = waited { set_aside } else { 0 };
                    self.got(plan, ctx, ctx.case_of(token), s, units + set_aside);
                    ctx.wakes.push(Wake::Resume { token, branch: 0 });
                }
                Who::Shelf(to) => {
                    self.flows[part].on_way += units;
                    self.ship(plan, ctx, to, units);
                }
            }
        }
    }

    /// Orders what the stocking rule says; `is_due`: the day of a periodic review.
    pub(super) fn review(&mut self, plan: &Plan, ctx: &mut Context, s: u32, is_due: bool) {
        let of = &plan.stock.shelves[s as usize];
        let shelf = &self.shelves[s as usize];
        let position = shelf.record + shelf.on_order - shelf.backorders;
        let units = match of.policy {
            Policy::None => 0,
            Policy::BaseStock { level } => i64::from(level) - position,
            Policy::ReorderQuantity { point, quantity } => {
                // As many lots as it takes to be above the reorder point.
                let (point, lot) = (i64::from(point), i64::from(quantity));
                if position <= point { ((point - position) / lot + 1) * lot } else { 0 }
            }
            Policy::OrderUpTo { point, level } if position <= i64::from(point) => i64::from(level) - position,
            Policy::Periodic { point, level, .. } if is_due && position <= i64::from(point) => {
                i64::from(level) - position
            }
            Policy::OrderUpTo { .. } | Policy::Periodic { .. } => 0,
        };
        if units <= 0 {
            return;
        }
        self.shelves[s as usize].on_order += units;
        match of.source {
            None => self.ship(plan, ctx, s, units),
            Some(from) => {
                self.shelves[from as usize].queue.push_back(Waiter { who: Who::Shelf(s), units });
                self.change_backorders(ctx, from, units);
                self.serve(plan, ctx, from);
                self.review(plan, ctx, from, false);
            }
        }
    }

    /// Units set out for a shelf.
    pub(super) fn ship(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        let entity = shelf.n_shipments;
        shelf.n_shipments += 1;
        let occasion = Occasion { key: ctx.key, entity, visit: 0, attributes: &self.no_attributes };
        let lead_time = plan.amount(plan.stock.shelves[s as usize].lead, occasion);
        let at = ctx.now + Duration::from_seconds(lead_time);
        schedule(ctx, at, Event::Delivery { shelf: s, units: units as u32 });
    }
}

impl Shelf {
    pub(super) fn new(table: &Table, part: u32) -> Self {
        let meters = [table.parts[part as usize].meters, table.all];
        let levels = |of: fn(&table::Meters) -> Meter| meters.map(|m| Level::new(of(&m), 0.0));
        Self {
            units: 0,
            record: 0,
            on_order: 0,
            backorders: 0,
            queue: VecDeque::new(),
            n_shipments: 0,
            n_movements: 0,
            on_hand: levels(|m| m.on_hand),
            holding_cost: levels(|m| m.holding_cost),
            backordered: levels(|m| m.backordered),
        }
    }
}
