//! Shelves and deliveries.
//!
//! What is on a shelf and what the record says are two numbers: each movement is left out of the record with some
//! probability, and counting sets the record right. Reorder decisions follow the record, as they do in life (a phantom
//! unit keeps a part from being ordered); whether a part can be taken follows the shelf.
//!
//! The inventory position is record + on order - backorders. A shelf has one queue, first come first served, for cases
//! that wait and for shelves that are replenished from it: a case waits until its whole quantity is there, another shelf
//! is sent what there is. Lead times are independent, so a later order may overtake an earlier one.
//!
//! A unit that a search reserved leaves the shelf at once. It is the case's when the case takes it or moves it; else it
//! goes back to its shelf at the end of the case.
//!
//! Lead times are keyed by (shelf, number of the shipment) and recording errors by (shelf, number of the movement).

use super::{CaseId, Context, Flow, Level, TokenId, Wake};
use crate::activity::{Occasion, PartRef, SiteRef, TakeFrom};
use crate::ids::Id;
use crate::kernel::{Phase, Ticket};
use crate::plan::stock::{self as table, Policy, Table};
use crate::plan::{Cursor, Meter, NONE, Plan};
use crate::units::{Duration, Time};
use std::collections::VecDeque;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A replenishment comes to a shelf.
    Delivery { shelf: u32, units: u32 },
    /// What a case bought or moved is there.
    Arrived(TokenId),
    /// What a case bought (by this order) comes, but the case no longer waits for it.
    Unclaimed { order: u32, shelf: u32 },
    /// The shelf's units are counted.
    Count(u32),
    /// The stocking rule looks at the position.
    Review(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Stock {
    shelves: Vec<Shelf>,
    /// What each token waits for, by place of the token.
    waiting: Vec<Waiting>,
    /// By place of the case.
    hands: Vec<Hand>,
    reserved: Vec<Reserved>,
    free: Vec<u32>,
    flows: Vec<Flows>,
    /// Lead times have no case whose attributes they could depend on.
    no_attributes: Vec<f64>,
    n_sites: usize,
    shelf_of: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Shelf {
    units: i64,
    record: i64,
    on_order: i64,
    /// Units that the queue waits for.
    backorders: i64,
    queue: VecDeque<Waiter>,
    n_shipments: u64,
    n_movements: u64,
    /// Of the part, and of all parts.
    on_hand: [Level; 2],
    holding_cost: [Level; 2],
    backordered: [Level; 2],
}

#[derive(Clone, Copy, Debug)]
struct Waiter {
    who: Who,
    units: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Case(TokenId),
    Shelf(u32),
}

#[derive(Clone, Copy, Debug, Default)]
enum Waiting {
    #[default]
    Nothing,
    Shelf(u32),
    Purchase {
        order: u32,
        part: u32,
        at: Time,
        ticket: Ticket,
    },
    Move(Ticket),
}

/// What a case got last, from where, and what is set aside for it.
#[derive(Clone, Copy, Debug)]
struct Hand {
    part: u32,
    site: u32,
    /// First of a list.
    reserved: u32,
}

/// A unit set aside for a case.
#[derive(Clone, Copy, Debug)]
struct Reserved {
    shelf: u32,
    next: u32,
}

/// Units of a part that came into the shelves, left them, and are on the way between them.
#[derive(Clone, Copy, Debug, Default)]
struct Flows {
    came: i64,
    left: i64,
    on_way: i64,
}

impl Stock {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.stock;
        self.waiting.clear();
        self.hands.clear();
        self.reserved.clear();
        self.free.clear();
        self.flows.clear();
        self.flows.resize(table.parts.len(), Flows::default());
        self.no_attributes.clear();
        self.no_attributes.resize(plan.n_attributes, 0.0);
        self.n_sites = table.n_sites;
        self.shelf_of.clone_from(&table.shelf_of);
        self.shelves.truncate(table.shelves.len());
        for (s, of) in table.shelves.iter().enumerate() {
            let shelf = Shelf::new(table, of.part);
            match self.shelves.get_mut(s) {
                Some(old) => {
                    let mut queue = std::mem::take(&mut old.queue);
                    queue.clear();
                    *old = Shelf { queue, ..shelf };
                }
                None => self.shelves.push(shelf),
            }
            self.shelves[s].record = of.initial;
            self.flows[of.part as usize].came += of.initial;
            self.change_units(plan, ctx, s as u32, of.initial);
            if let Some(every) = of.count_every {
                let into = every.seconds() * ctx.key.uniform(of.counting, 0, 0, 0);
                schedule(ctx, Time::ZERO + Duration::from_seconds(into), Event::Count(s as u32));
            }
            if let Policy::Periodic { interval, .. } = of.policy {
                schedule(ctx, Time::ZERO + interval, Event::Review(s as u32));
            }
        }
        for s in 0..self.shelves.len() as u32 {
            self.review(plan, ctx, s, false);
        }
    }

    /// Units of a part on a site's shelf; 0 where it is not kept.
    pub fn units(&self, part: u32, site: u32) -> i64 {
        self.shelves.get(self.shelf_at(part, site) as usize).map_or(0, |shelf| shelf.units)
    }

    /// What the record says is on that shelf.
    pub fn recorded(&self, part: u32, site: u32) -> i64 {
        self.shelves.get(self.shelf_at(part, site) as usize).map_or(0, |shelf| shelf.record)
    }

    /// Sets a unit aside for the token's case, if one is on the shelf.
    pub fn set_aside(
        &mut self,
        plan: &Plan,
        ctx: &mut Context,
        token: TokenId,
        part: u32,
        site: u32,
    ) -> bool {
        let s = self.shelf_at(part, site);
        if s == Table::NO_SHELF || self.shelves[s as usize].units == 0 {
            return false;
        }
        let case = ctx.case_of(token);
        let next = self.hand(ctx, case).reserved;
        let unit = Reserved { shelf: s, next };
        let place = match self.free.pop() {
            Some(place) => {
                self.reserved[place as usize] = unit;
                place
            }
            None => {
                self.reserved.push(unit);
                self.reserved.len() as u32 - 1
            }
        };
        *self.hand(ctx, case) = Hand { part, site, reserved: place };
        self.remove(plan, ctx, s, 1);
        true
    }

    /// Takes units for the token's case. Branch 0: taken, 1: short. Waits for ever where the part is not kept.
    pub fn take(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, take: u32) -> Flow {
        let take = &plan.stock.takes[take as usize];
        let case = ctx.case_of(token);
        let part = part_of(ctx, case, take.part);
        let site = match take.from {
            TakeFrom::Site(site) => site_of(ctx, case, site),
            TakeFrom::MostStock => {
                let Occasion { key, entity, visit, .. } = ctx.occasion(token);
                self.most_stock(part, ctx.cases[case].site, || key.uniform(take.lot, entity, visit, 0))
            }
        };
        let s = self.shelf_at(part, site);
        let is_set_aside = self.claim(ctx, case, s, take.quantity);
        let shelf = self.shelves.get(s as usize);
        let is_there = is_set_aside || shelf.is_some_and(|x| x.queue.is_empty() && x.units >= take.quantity);
        if !is_set_aside && matches!(take.from, TakeFrom::Site(SiteRef::Own | SiteRef::At(_))) {
            let units = take.quantity as f64;
            count(plan, ctx, part, |m| m.demanded, units);
            count(plan, ctx, part, |m| m.filled, if is_there { units } else { 0.0 });
        }
        if !is_there && (!take.waits || s == Table::NO_SHELF) {
            return if take.waits { Flow::Wait } else { Flow::Go(1) };
        }
        if let Some(attr) = take.site_attr {
            ctx.cases.attributes_mut(case)[attr.index()] = f64::from(site);
        }
        let hand = self.hand(ctx, case);
        (hand.part, hand.site) = (part, site);
        if is_set_aside {
            return Flow::Go(0);
        }
        if is_there {
            self.remove(plan, ctx, s, take.quantity);
            return Flow::Go(0);
        }
        self.shelves[s as usize].queue.push_back(Waiter { who: Who::Case(token), units: take.quantity });
        self.waits(token, Waiting::Shelf(s));
        self.change_backorders(ctx, s, take.quantity);
        self.review(plan, ctx, s, false);
        Flow::Wait
    }

    /// Puts units on a shelf; they are gone where the part is not kept.
    pub fn give_back(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, give_back: u32) -> Flow {
        let what = &plan.stock.returns[give_back as usize];
        let case = ctx.case_of(token);
        let s = self.shelf_at(part_of(ctx, case, what.part), site_of(ctx, case, what.to));
        if s != Table::NO_SHELF {
            self.put(plan, ctx, s, what.quantity);
        }
        Flow::Go(0)
    }

    /// Buys units for the case, which waits for them.
    pub fn order(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, order: u32) -> Flow {
        let what = &plan.stock.orders[order as usize];
        let case = ctx.case_of(token);
        let part = part_of(ctx, case, what.part);
        if what.emergency {
            count(plan, ctx, part, |m| m.emergencies, 1.0);
        }
        let site = ctx.cases[case].site;
        let hand = self.hand(ctx, case);
        (hand.part, hand.site) = (part, site);
        let at = ctx.now + Duration::from_seconds(plan.amount(what.lead_time, ctx.occasion(token)));
        let ticket = schedule(ctx, at, Event::Arrived(token));
        self.waits(token, Waiting::Purchase { order, part, at, ticket });
        Flow::Wait
    }

    /// Moves what the case got to its own site: nothing to do when it came from there.
    pub fn transfer(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, transfer: u32) -> Flow {
        let what = &plan.stock.transfers[transfer as usize];
        let case = ctx.case_of(token);
        let Hand { part, site, .. } = *self.hand(ctx, case);
        while self.unreserve(case).is_some() {}
        if part != NONE && site == ctx.cases[case].site {
            return Flow::Go(0);
        }
        count(plan, ctx, part, |m| m.transfers, 1.0);
        count(plan, ctx, part, |m| m.transfer_cost, what.fee);
        let leaves = match what.runs {
            Some(calendar) => plan.hours[calendar].next_start(ctx.now, &mut Cursor::default()),
            None => ctx.now,
        };
        let at = leaves + Duration::from_seconds(plan.amount(what.time, ctx.occasion(token)));
        let ticket = schedule(ctx, at, Event::Arrived(token));
        self.waits(token, Waiting::Move(ticket));
        Flow::Wait
    }

    pub fn event(&mut self, plan: &Plan, ctx: &mut Context, event: Event) {
        match event {
            Event::Delivery { shelf: s, units } => {
                let of = &plan.stock.shelves[s as usize];
                let units = i64::from(units);
                self.shelves[s as usize].on_order -= units;
                let flows = &mut self.flows[of.part as usize];
                if of.source.is_some() {
                    // `put` counts them as coming in, so they leave the way between the shelves.
                    flows.on_way -= units;
                    flows.came -= units;
                } else {
                    let price = plan.stock.parts[of.part as usize].price;
                    count(plan, ctx, of.part, |m| m.purchased, units as f64);
                    count(plan, ctx, of.part, |m| m.purchase_cost, price * units as f64);
                }
                self.put(plan, ctx, s, units);
            }
            Event::Arrived(token) => {
                if let Waiting::Purchase { order, part, .. } = self.waiting[token.0 as usize] {
                    pay(plan, ctx, order, part);
                }
                self.waits(token, Waiting::Nothing);
                ctx.wakes.push(Wake::Resume { token, branch: 0 });
            }
            Event::Unclaimed { order, shelf: s } => {
                let units = plan.stock.orders[order as usize].quantity;
                pay(plan, ctx, order, plan.stock.shelves[s as usize].part);
                self.shelves[s as usize].on_order -= units;
                self.put(plan, ctx, s, units);
            }
            Event::Count(s) => {
                let shelf = &mut self.shelves[s as usize];
                shelf.record = shelf.units;
                self.review(plan, ctx, s, false);
                if let Some(every) = plan.stock.shelves[s as usize].count_every {
                    schedule(ctx, ctx.now + every, event);
                }
            }
            Event::Review(s) => {
                self.review(plan, ctx, s, true);
                if let Policy::Periodic { interval, .. } = plan.stock.shelves[s as usize].policy {
                    schedule(ctx, ctx.now + interval, event);
                }
            }
        }
    }

    /// The token stops waiting. What was bought for it goes to its site's shelf when it comes; where there is none it
    /// is paid for and lost.
    pub fn withdraw(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId) {
        let Some(waiting) = self.waiting.get_mut(token.0 as usize).map(std::mem::take) else { return };
        match waiting {
            Waiting::Nothing => {}
            Waiting::Shelf(s) => {
                let queue = &mut self.shelves[s as usize].queue;
                let place = queue.iter().position(|w| w.who == Who::Case(token));
                if let Some(waiter) = place.and_then(|i| queue.remove(i)) {
                    self.change_backorders(ctx, s, -waiter.units);
                    self.serve(plan, ctx, s);
                }
            }
            Waiting::Purchase { order, part, at, ticket } => {
                ctx.agenda.cancel(ticket);
                let s = self.shelf_at(part, ctx.cases[ctx.case_of(token)].site);
                if s == Table::NO_SHELF {
                    return pay(plan, ctx, order, part);
                }
                self.shelves[s as usize].on_order += plan.stock.orders[order as usize].quantity;
                schedule(ctx, at, Event::Unclaimed { order, shelf: s });
            }
            Waiting::Move(ticket) => ctx.agenda.cancel(ticket),
        }
    }

    /// A marked case has ended: what was set aside for it goes back.
    pub fn case_ended(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId) {
        while let Some(s) = self.unreserve(case) {
            self.put(plan, ctx, s, 1);
        }
        self.hands[case.0 as usize] = Hand::EMPTY;
    }

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, plan: &Plan, ctx: &mut Context) {
        for shelf in &mut self.shelves {
            let levels =
                shelf.on_hand.iter_mut().chain(&mut shelf.holding_cost).chain(&mut shelf.backordered);
            levels.for_each(|level| level.add(ctx.now, 0.0, &mut ctx.meters));
        }
        debug_assert!(self.is_conserved(plan), "units appeared or vanished");
    }

    /// Whether what came into the shelves of each part is there, on the way between them, or has left.
    pub fn is_conserved(&self, plan: &Plan) -> bool {
        self.flows.iter().enumerate().all(|(part, flows)| {
            let shelves = self.shelves.iter().zip(&plan.stock.shelves);
            let of_part = shelves.filter(|(_, of)| of.part as usize == part);
            let there: i64 = of_part.map(|(shelf, _)| shelf.units).sum();
            flows.came == there + flows.on_way + flows.left
        })
    }

    #[inline]
    fn shelf_at(&self, part: u32, site: u32) -> u32 {
        let known = (site as usize) < self.n_sites;
        let place = part as usize * self.n_sites + site as usize;
        if known { self.shelf_of.get(place).copied().unwrap_or(Table::NO_SHELF) } else { Table::NO_SHELF }
    }

    /// The other site with most on its shelf, by lot among equals, even if that is nothing; [`NONE`] if no other site
    /// keeps the part.
    fn most_stock(&self, part: u32, own: u32, lot: impl FnOnce() -> f64) -> u32 {
        let others = || {
            let keeps = |site: &u32| *site != own && self.shelf_at(part, *site) != Table::NO_SHELF;
            (0..self.n_sites as u32).filter(keeps)
        };
        let Some(most) = others().map(|site| self.units(part, site)).max() else { return NONE };
        let equal = || others().filter(|site| self.units(part, *site) == most);
        let n = equal().count();
        let chosen = if n > 1 { (lot() * n as f64) as usize } else { 0 };
        equal().nth(chosen).unwrap_or(NONE)
    }

    fn waits(&mut self, token: TokenId, waiting: Waiting) {
        let place = token.0 as usize;
        if self.waiting.len() <= place {
            self.waiting.resize(place + 1, Waiting::Nothing);
        }
        self.waiting[place] = waiting;
    }

    /// The case's hand; its end will be announced.
    fn hand(&mut self, ctx: &mut Context, case: CaseId) -> &mut Hand {
        ctx.cases[case].marks |= super::Case::MARK_STOCK;
        let place = case.0 as usize;
        if self.hands.len() <= place {
            self.hands.resize(place + 1, Hand::EMPTY);
        }
        &mut self.hands[place]
    }

    /// The first unit set aside for a case is so no longer; its shelf.
    fn unreserve(&mut self, case: CaseId) -> Option<u32> {
        let hand = &mut self.hands[case.0 as usize];
        let place = hand.reserved;
        let Reserved { shelf, next } = *self.reserved.get(place as usize)?;
        hand.reserved = next;
        self.free.push(place);
        Some(shelf)
    }

    /// Takes units that were set aside for the case from this shelf, if there are so many.
    fn claim(&mut self, ctx: &mut Context, case: CaseId, s: u32, units: i64) -> bool {
        let first = self.hand(ctx, case).reserved;
        let mut n = 0;
        let mut place = first;
        while let Some(unit) = self.reserved.get(place as usize) {
            n += i64::from(unit.shelf == s);
            place = unit.next;
        }
        if n == 0 || n < units {
            return false;
        }
        let mut left = units;
        let mut before = NONE;
        place = first;
        while left > 0 {
            let Reserved { shelf, next } = self.reserved[place as usize];
            if shelf == s {
                match self.reserved.get_mut(before as usize) {
                    Some(unit) => unit.next = next,
                    None => self.hands[case.0 as usize].reserved = next,
                }
                self.free.push(place);
                left -= 1;
            } else {
                before = place;
            }
            place = next;
        }
        true
    }

    /// Units leave the shelves for a case.
    fn remove(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.flows[plan.stock.shelves[s as usize].part as usize].left += units;
        self.move_units(plan, ctx, s, -units);
        self.review(plan, ctx, s, false);
    }

    /// Units come to a shelf, and serve who waits.
    fn put(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.flows[plan.stock.shelves[s as usize].part as usize].came += units;
        self.move_units(plan, ctx, s, units);
        self.serve(plan, ctx, s);
        self.review(plan, ctx, s, false);
    }

    /// A movement, and whether it is recorded.
    fn move_units(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
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

    fn change_units(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        shelf.units += units;
        let now = shelf.units as f64;
        let cost = now * plan.stock.parts[plan.stock.shelves[s as usize].part as usize].holding;
        shelf.on_hand.iter_mut().for_each(|level| level.set(ctx.now, now, &mut ctx.meters));
        shelf.holding_cost.iter_mut().for_each(|level| level.set(ctx.now, cost, &mut ctx.meters));
    }

    fn change_backorders(&mut self, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        shelf.backorders += units;
        shelf.backordered.iter_mut().for_each(|level| level.add(ctx.now, units as f64, &mut ctx.meters));
    }

    /// Gives out what is on the shelf to those who wait.
    fn serve(&mut self, plan: &Plan, ctx: &mut Context, s: u32) {
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
                    self.waits(token, Waiting::Nothing);
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
    fn review(&mut self, plan: &Plan, ctx: &mut Context, s: u32, is_due: bool) {
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
    fn ship(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
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
    fn new(table: &Table, part: u32) -> Self {
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

impl Hand {
    const EMPTY: Self = Self { part: NONE, site: NONE, reserved: NONE };
}

/// Adds to a measure of the part, and to the same over all parts.
#[inline]
fn count(plan: &Plan, ctx: &mut Context, part: u32, of: fn(&table::Meters) -> Meter, amount: f64) {
    if let Some(part) = plan.stock.parts.get(part as usize) {
        ctx.meters.add(of(&part.meters), amount);
    }
    ctx.meters.add(of(&plan.stock.all), amount);
}

/// What was bought for a case is there.
fn pay(plan: &Plan, ctx: &mut Context, order: u32, part: u32) {
    let what = &plan.stock.orders[order as usize];
    let price = plan.stock.parts[part as usize].price * what.quantity as f64;
    count(plan, ctx, part, |m| m.purchased, what.quantity as f64);
    count(plan, ctx, part, |m| m.purchase_cost, price * (1.0 + what.premium) + what.fee);
}

/// Counts and reviews belong to the calendar, the rest completes something.
fn schedule(ctx: &mut Context, at: Time, event: Event) -> Ticket {
    let phase = match event {
        Event::Count(_) | Event::Review(_) => Phase::Calendar,
        Event::Delivery { .. } | Event::Arrived(_) | Event::Unclaimed { .. } => Phase::Completion,
    };
    ctx.agenda.schedule(at, phase, super::Event::Stock(event))
}

fn part_of(ctx: &Context, case: CaseId, part: PartRef) -> u32 {
    match part {
        PartRef::Fixed(part) => part.0,
        PartRef::Attr(attr) => ctx.cases.attribute(case, attr) as u32,
    }
}

fn site_of(ctx: &Context, case: CaseId, site: SiteRef) -> u32 {
    match site {
        SiteRef::Own => ctx.cases[case].site,
        SiteRef::At(site) => site.0,
        SiteRef::Attr(attr) => ctx.cases.attribute(case, attr) as u32,
    }
}
