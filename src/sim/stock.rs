//! Shelves and deliveries.
//!
//! What is on a shelf and what the record says are two numbers: a movement is left out of the record with some
//! probability, and counting sets the record right. Reorder decisions follow the record, as they do in life; whether a
//! part can be taken follows the shelf.
//!
//! The inventory position is record + on order - backorders. Deliveries serve whoever waits, first come first served:
//! cases, or other shelves that are replenished from this one.

use super::{CaseId, Context, Flow, Level, TokenId, Wake};
use crate::activity::{PartRef, SiteRef, TakeFrom};
use crate::kernel::{Phase, Ticket};
use crate::plan::stock::Policy;
use crate::plan::stock::{PartMeters, Replenish, Table};
use crate::plan::{Cursor, Plan};
use crate::units::{Duration, Time};
use std::collections::VecDeque;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// Units come to a shelf.
    Delivery {
        shelf: u32,
        units: u32,
    },
    /// What a case ordered, or moved, is there.
    Arrived(TokenId),
    /// The shelf's units are counted; the stocking rule looks at the position.
    Count(u32),
    Review(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Stock {
    shelves: Vec<Shelf>,
    /// What each token waits for, by token number.
    waiting: Vec<Waiting>,
}

#[derive(Clone, Debug)]
struct Shelf {
    units: i64,
    record: i64,
    on_order: i64,
    backorders: i64,
    queue: VecDeque<Waiter>,
    orders: u64,
    movements: u64,
    /// Units on the shelf, for the part and for all parts; what they cost; units waited for.
    levels: Levels,
}

#[derive(Clone, Copy, Debug)]
struct Levels {
    on_hand: [Level; 2],
    holding: [Level; 2],
    backordered: [Level; 2],
}

#[derive(Clone, Copy, Debug)]
enum Waiter {
    Case(TokenId, i64),
    Shelf(u32),
}

#[derive(Clone, Copy, Debug, Default)]
enum Waiting {
    #[default]
    Nothing,
    Shelf(u32),
    /// A purchase under way: when it comes, and how much of which part.
    Purchase(Ticket, Time, u32, i64),
    Move(Ticket),
}

impl Stock {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.stock;
        self.waiting.clear();
        if self.shelves.len() != table.shelves.len() {
            self.shelves.clear();
            self.shelves.extend(table.shelves.iter().map(|shelf| Shelf::new(table, shelf.part)));
        }
        for (s, (shelf, plan)) in self.shelves.iter_mut().zip(&table.shelves).enumerate() {
            let mut queue = std::mem::take(&mut shelf.queue);
            queue.clear();
            *shelf = Shelf { queue, ..Shelf::new(table, plan.part) };
            shelf.record = plan.initial;
            shelf.change_units(plan.initial, ctx, table.parts[plan.part as usize].holding);
            let s = s as u32;
            if let Some(every) = plan.count_every {
                let phase = ctx.key.uniform(plan.counting, 0, 0, 0);
                let first = Time::ZERO + Duration::from_seconds(every.seconds() * phase);
                ctx.agenda.schedule(first, Phase::Calendar, super::Event::Stock(Event::Count(s)));
            }
            if let Policy::Periodic { interval, .. } = plan.policy {
                let first = Time::ZERO + interval;
                ctx.agenda.schedule(first, Phase::Calendar, super::Event::Stock(Event::Review(s)));
            }
        }
        for s in 0..self.shelves.len() {
            self.review(plan, ctx, s as u32, false);
        }
    }

    /// Units of a part on a site's shelf; 0 where it is not kept.
    pub fn shelf(&self, plan: &Plan, part: u32, site: u32) -> i64 {
        self.shelves.get(plan.stock.shelf(part, site) as usize).map_or(0, |shelf| shelf.units)
    }

    /// What the record says is on that shelf.
    pub fn record(&self, plan: &Plan, part: u32, site: u32) -> i64 {
        self.shelves.get(plan.stock.shelf(part, site) as usize).map_or(0, |shelf| shelf.record)
    }

    /// Sets a unit aside for a case, if there is one.
    pub fn reserve(&mut self, plan: &Plan, ctx: &mut Context, part: u32, site: u32) -> bool {
        let s = plan.stock.shelf(part, site);
        let there = self.shelves.get(s as usize).is_some_and(|shelf| shelf.units > 0);
        if there {
            self.remove(plan, ctx, s, 1);
        }
        there
    }

    /// Takes units for the token's case. Branch 0: taken, 1: short.
    pub fn take(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, take: u32) -> Flow {
        let take = &plan.stock.takes[take as usize];
        let case = ctx.case_of(token);
        let part = part_of(ctx, case, take.part);
        let site = match take.from {
            TakeFrom::Site(site) => site_of(ctx, case, site),
            TakeFrom::MostStock => self.most_stock(plan, part, ctx.cases[case].site, take.quantity),
        };
        if let Some(attr) = take.site_attr {
            ctx.cases.attributes_mut(case)[attr.0 as usize] = f64::from(site);
        }
        let s = plan.stock.shelf(part, site);
        let there =
            self.shelves.get(s as usize).is_some_and(|x| x.queue.is_empty() && x.units >= take.quantity);
        if matches!(take.from, TakeFrom::Site(SiteRef::Own | SiteRef::At(_))) {
            let units = take.quantity as f64;
            both(plan, part, |m| m.demanded, |meter| ctx.meters.add(meter, units));
            if there {
                both(plan, part, |m| m.filled, |meter| ctx.meters.add(meter, units));
            }
        }
        if there {
            self.remove(plan, ctx, s, take.quantity);
            return Flow::Go(0);
        }
        if !take.waits {
            return Flow::Go(1);
        }
        if s != Table::NO_SHELF {
            self.shelves[s as usize].queue.push_back(Waiter::Case(token, take.quantity));
            self.waits(token, Waiting::Shelf(s));
            self.change_backorders(ctx, s, take.quantity);
            self.review(plan, ctx, s, false);
        }
        Flow::Wait
    }

    pub fn give_back(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, give_back: u32) -> Flow {
        let what = &plan.stock.returns[give_back as usize];
        let case = ctx.case_of(token);
        let s = plan.stock.shelf(part_of(ctx, case, what.part), site_of(ctx, case, what.to));
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
        let price = plan.stock.parts[part as usize].price * what.quantity as f64;
        if what.emergency {
            both(plan, part, |m| m.emergencies, |meter| ctx.meters.add(meter, 1.0));
        }
        both(plan, part, |m| m.purchased, |meter| ctx.meters.add(meter, what.quantity as f64));
        let cost = price * (1.0 + what.premium) + what.fee;
        both(plan, part, |m| m.purchase_cost, |meter| ctx.meters.add(meter, cost));
        let lead_time = plan.amount(what.lead_time, ctx.occasion(token));
        let at = ctx.now + Duration::from_seconds(lead_time);
        let ticket = ctx.agenda.schedule(at, Phase::Completion, super::Event::Stock(Event::Arrived(token)));
        self.waits(token, Waiting::Purchase(ticket, at, part, what.quantity));
        Flow::Wait
    }

    /// Moves what the case took to its own site.
    pub fn transfer(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, transfer: u32) -> Flow {
        let what = &plan.stock.transfers[transfer as usize];
        ctx.meters.add(plan.stock.transfers_meter, 1.0);
        ctx.meters.add(plan.stock.transfer_cost_meter, what.fee);
        let leaves = match what.runs {
            Some(calendar) => plan.hours[calendar].next_start(ctx.now, &mut Cursor::default()),
            None => ctx.now,
        };
        let at = leaves + Duration::from_seconds(plan.amount(what.time, ctx.occasion(token)));
        let ticket = ctx.agenda.schedule(at, Phase::Completion, super::Event::Stock(Event::Arrived(token)));
        self.waits(token, Waiting::Move(ticket));
        Flow::Wait
    }

    pub fn event(&mut self, plan: &Plan, ctx: &mut Context, event: Event) {
        match event {
            Event::Delivery { shelf, units } => {
                let part = plan.stock.shelves[shelf as usize].part;
                self.shelves[shelf as usize].on_order -= i64::from(units);
                if let Replenish::Supplier(_) = plan.stock.shelves[shelf as usize].source {
                    let cost = plan.stock.parts[part as usize].price * f64::from(units);
                    both(plan, part, |m| m.purchased, |meter| ctx.meters.add(meter, f64::from(units)));
                    both(plan, part, |m| m.purchase_cost, |meter| ctx.meters.add(meter, cost));
                }
                self.put(plan, ctx, shelf, i64::from(units));
            }
            Event::Arrived(token) => {
                self.waits(token, Waiting::Nothing);
                ctx.wakes.push(Wake::Resume { token, branch: 0 });
            }
            Event::Count(s) => {
                let shelf = &mut self.shelves[s as usize];
                shelf.record = shelf.units;
                self.review(plan, ctx, s, false);
                if let Some(every) = plan.stock.shelves[s as usize].count_every {
                    ctx.agenda.schedule(ctx.now + every, Phase::Calendar, super::Event::Stock(event));
                }
            }
            Event::Review(s) => {
                self.review(plan, ctx, s, true);
                if let Policy::Periodic { interval, .. } = plan.stock.shelves[s as usize].policy {
                    ctx.agenda.schedule(ctx.now + interval, Phase::Calendar, super::Event::Stock(event));
                }
            }
        }
    }

    /// The token stops waiting. What was bought for it goes to its site's shelf when it comes.
    pub fn withdraw(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId) {
        let Some(waiting) = self.waiting.get_mut(token.0 as usize).map(std::mem::take) else { return };
        match waiting {
            Waiting::Nothing => {}
            Waiting::Shelf(s) => {
                let queue = &mut self.shelves[s as usize].queue;
                let place = queue.iter().position(|w| matches!(w, Waiter::Case(t, _) if *t == token));
                if let Some(Waiter::Case(_, units)) = place.and_then(|i| queue.remove(i)) {
                    self.change_backorders(ctx, s, -units);
                    self.serve(plan, ctx, s);
                }
            }
            Waiting::Purchase(ticket, at, part, units) => {
                ctx.agenda.cancel(ticket);
                let s = plan.stock.shelf(part, ctx.cases[ctx.case_of(token)].site);
                if s != Table::NO_SHELF {
                    self.shelves[s as usize].on_order += units;
                    let event = Event::Delivery { shelf: s, units: units as u32 };
                    ctx.agenda.schedule(at, Phase::Completion, super::Event::Stock(event));
                }
            }
            Waiting::Move(ticket) => ctx.agenda.cancel(ticket),
        }
    }

    /// A marked case has ended.
    pub fn case_ended(&mut self, _plan: &Plan, _ctx: &mut Context, _case: CaseId) {}

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, _plan: &Plan, ctx: &mut Context) {
        for shelf in &mut self.shelves {
            let Levels { on_hand, holding, backordered } = &mut shelf.levels;
            for level in on_hand.iter_mut().chain(holding).chain(backordered) {
                level.add(ctx.now, 0.0, &mut ctx.meters);
            }
        }
    }

    fn most_stock(&self, plan: &Plan, part: u32, own: u32, quantity: i64) -> u32 {
        let units = |site: u32| self.shelf(plan, part, site);
        let others = (0..plan.stock.n_sites as u32).filter(|site| *site != own && units(*site) >= quantity);
        others.max_by_key(|site| (units(*site), std::cmp::Reverse(*site))).unwrap_or(CaseId::NO_SITE)
    }

    fn waits(&mut self, token: TokenId, waiting: Waiting) {
        let slot = token.0 as usize;
        if self.waiting.len() <= slot {
            self.waiting.resize(slot + 1, Waiting::Nothing);
        }
        self.waiting[slot] = waiting;
    }

    /// Units leave a shelf.
    fn remove(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.move_units(plan, ctx, s, -units);
        self.review(plan, ctx, s, false);
    }

    /// Units come to a shelf, and serve who waits.
    fn put(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.move_units(plan, ctx, s, units);
        self.serve(plan, ctx, s);
        self.review(plan, ctx, s, false);
    }

    /// A movement, and whether it is written down.
    fn move_units(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        let of = &plan.stock.shelves[s as usize];
        let shelf = &mut self.shelves[s as usize];
        shelf.movements += 1;
        let forgotten =
            of.record_error > 0.0 && ctx.key.uniform(of.recording, shelf.movements, 0, 0) < of.record_error;
        if !forgotten {
            shelf.record += units;
        }
        shelf.change_units(units, ctx, plan.stock.parts[of.part as usize].holding);
    }

    fn serve(&mut self, plan: &Plan, ctx: &mut Context, s: u32) {
        while let Some(&waiter) = self.shelves[s as usize].queue.front() {
            let units = match waiter {
                Waiter::Case(_, units) => units,
                Waiter::Shelf(_) => 1,
            };
            if self.shelves[s as usize].units < units {
                break;
            }
            self.shelves[s as usize].queue.pop_front();
            self.change_backorders(ctx, s, -units);
            self.move_units(plan, ctx, s, -units);
            match waiter {
                Waiter::Case(token, _) => {
                    self.waits(token, Waiting::Nothing);
                    ctx.wakes.push(Wake::Resume { token, branch: 0 });
                }
                Waiter::Shelf(to) => self.ship(plan, ctx, to),
            }
        }
    }

    fn change_backorders(&mut self, ctx: &mut Context, s: u32, units: i64) {
        let shelf = &mut self.shelves[s as usize];
        shelf.backorders += units;
        for level in &mut shelf.levels.backordered {
            level.add(ctx.now, units as f64, &mut ctx.meters);
        }
    }

    /// Orders what the stocking rule says.
    fn review(&mut self, plan: &Plan, ctx: &mut Context, s: u32, periodic: bool) {
        let shelf = &self.shelves[s as usize];
        let position = shelf.record + shelf.on_order - shelf.backorders;
        let units = match plan.stock.shelves[s as usize].policy {
            Policy::BaseStock { level } => i64::from(level) - position,
            Policy::ReorderQuantity { point, quantity } => {
                let (point, quantity) = (i64::from(point), i64::from(quantity));
                // As many lots as it takes to be above the reorder point.
                if position <= point { ((point - position) / quantity + 1) * quantity } else { 0 }
            }
            Policy::OrderUpTo { point, level } if position <= i64::from(point) => i64::from(level) - position,
            Policy::Periodic { point, level, .. } if periodic && position <= i64::from(point) => {
                i64::from(level) - position
            }
            _ => 0,
        };
        if units > 0 {
            self.replenish(plan, ctx, s, units);
        }
    }

    fn replenish(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: i64) {
        self.shelves[s as usize].on_order += units;
        match &plan.stock.shelves[s as usize].source {
            Replenish::Supplier(lead_time) => self.deliver(plan, ctx, s, units as u32, lead_time),
            &Replenish::Shelf(from, _) => {
                for _ in 0..units {
                    let source = &mut self.shelves[from as usize];
                    if source.queue.is_empty() && source.units > 0 {
                        self.remove(plan, ctx, from, 1);
                        self.ship(plan, ctx, s);
                    } else {
                        source.queue.push_back(Waiter::Shelf(s));
                        self.change_backorders(ctx, from, 1);
                        self.review(plan, ctx, from, false);
                    }
                }
            }
        }
    }

    /// A unit sets out from the shelf that replenishes this one.
    fn ship(&mut self, plan: &Plan, ctx: &mut Context, s: u32) {
        if let Replenish::Shelf(_, transit) = &plan.stock.shelves[s as usize].source {
            self.deliver(plan, ctx, s, 1, transit);
        }
    }

    fn deliver(&mut self, plan: &Plan, ctx: &mut Context, s: u32, units: u32, time: &crate::dist::Sampler) {
        let shelf = &mut self.shelves[s as usize];
        shelf.orders += 1;
        let u = ctx.key.uniform(plan.stock.shelves[s as usize].lead, shelf.orders, 0, 0);
        let at = ctx.now + Duration::from_seconds(time.sample(u));
        let event = Event::Delivery { shelf: s, units };
        ctx.agenda.schedule(at, Phase::Completion, super::Event::Stock(event));
    }
}

impl Shelf {
    fn new(table: &Table, part: u32) -> Self {
        let meters = [&table.parts[part as usize].meters, &table.all];
        let levels = |of: fn(&PartMeters) -> crate::plan::Meter| meters.map(|m| Level::new(of(m), 0.0));
        Self {
            units: 0,
            record: 0,
            on_order: 0,
            backorders: 0,
            queue: VecDeque::new(),
            orders: 0,
            movements: 0,
            levels: Levels {
                on_hand: levels(|m| m.on_hand),
                holding: levels(|m| m.holding_cost),
                backordered: levels(|m| m.backordered),
            },
        }
    }

    fn change_units(&mut self, units: i64, ctx: &mut Context, holding: f64) {
        self.units += units;
        for level in &mut self.levels.on_hand {
            level.set(ctx.now, self.units as f64, &mut ctx.meters);
        }
        for level in &mut self.levels.holding {
            level.set(ctx.now, self.units as f64 * holding, &mut ctx.meters);
        }
    }
}

/// A measure of the part and the same over all parts.
fn both(
    plan: &Plan,
    part: u32,
    of: fn(&PartMeters) -> crate::plan::Meter,
    mut f: impl FnMut(crate::plan::Meter),
) {
    f(of(&plan.stock.parts[part as usize].meters));
    f(of(&plan.stock.all));
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
