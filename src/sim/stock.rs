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
//! A unit that a search reserved leaves the shelf at once. It is the case's when the case takes it or has moved it; else it
//! goes back to its shelf at the end of the case. A case that takes more than was set aside for it waits for the rest only.
//!
//! What a case took at another site it has in hand there until a transfer has moved it: a transfer that is withdrawn on the
//! way has moved nothing, and another one can.
//!
//! Lead times are keyed by (shelf, number of the shipment) and recording errors by (shelf, number of the movement).

mod hands;
mod ride;
mod shelves;

use super::{CaseId, Context, Flow, TokenId, Wake};
use crate::activity::{Occasion, PartRef, SiteRef, TakeFrom};
use crate::ids::{Id, PartId};
use crate::kernel::{Phase, Ticket};
use crate::plan::stock::{self as table, Policy, Table};
use crate::plan::{Meter, NONE, Plan};
use crate::units::{Duration, Time};
use hands::{Hand, Item};
use shelves::{Flows, Shelf, Waiter, Who};

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
    /// Of the hands' lists, and places among them to use again.
    items: Vec<Item>,
    free: Vec<u32>,
    flows: Vec<Flows>,
    /// Lead times have no case whose attributes they could depend on.
    no_attributes: Vec<f64>,
    n_sites: usize,
    shelf_of: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Waiting {
    #[default]
    Nothing,
    /// For more than these units, which were set aside.
    Shelf {
        s: u32,
        set_aside: i64,
    },
    Purchase {
        order: u32,
        part: u32,
        at: Time,
        ticket: Ticket,
    },
    Move(Ticket),
}

impl Stock {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.stock;
        self.waiting.clear();
        self.hands.clear();
        self.items.clear();
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

    /// Takes units for the token's case. Branch 0: taken, 1: short. Waits for ever where the part is not kept.
    pub fn take(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, take: u32) -> Flow {
        let take = &plan.stock.takes[take as usize];
        let case = ctx.case_of(token);
        let part = part_of(ctx, case, take.part).0;
        let site = match take.from {
            TakeFrom::Site(site) => site_of(ctx, case, site),
            TakeFrom::MostStock => {
                let Occasion { key, entity, visit, .. } = ctx.occasion(token);
                self.most_stock(part, ctx.cases[case].site, || key.uniform(take.lot, entity, visit, 0))
            }
        };
        let s = self.shelf_at(part, site);
        self.forget_found(plan, case, part);
        let set_aside = self.claim(case, s, take.quantity);
        let rest = take.quantity - set_aside;
        let shelf = self.shelves.get(s as usize);
        let is_there = rest == 0 || shelf.is_some_and(|x| x.queue.is_empty() && x.units >= rest);
        if rest > 0 && is_own(ctx.cases[case].site, site, take.from) {
            let units = rest as f64;
            count(plan, ctx, part, |m| m.demanded, units);
            count(plan, ctx, part, |m| m.filled, if is_there { units } else { 0.0 });
        }
        if !is_there && (!take.waits || s == Table::NO_SHELF) {
            self.unclaim(ctx, case, s, set_aside);
            return if take.waits { Flow::Wait } else { Flow::Go(1) };
        }
        if let Some(attr) = take.site_attr {
            ctx.cases.attributes_mut(case)[attr.index()] = f64::from(site);
        }
        if is_there {
            self.got(plan, ctx, case, s, take.quantity);
            if rest > 0 {
                self.remove(plan, ctx, s, rest);
            }
            return Flow::Go(0);
        }
        self.shelves[s as usize].queue.push_back(Waiter { who: Who::Case(token), units: rest });
        self.waits(token, Waiting::Shelf { s, set_aside });
        self.change_backorders(ctx, s, rest);
        self.review(plan, ctx, s, false);
        Flow::Wait
    }

    /// Puts units on a shelf, those first that the case took there; they are gone where the part is not kept.
    pub fn give_back(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, give_back: u32) -> Flow {
        let what = &plan.stock.returns[give_back as usize];
        let case = ctx.case_of(token);
        let s = self.shelf_at(part_of(ctx, case, what.part).0, site_of(ctx, case, what.to));
        if s != Table::NO_SHELF {
            self.put_back(case, s, what.quantity);
            self.put(plan, ctx, s, what.quantity);
        }
        Flow::Go(0)
    }

    /// Buys units for the case, which waits for them.
    pub fn order(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, order: u32) -> Flow {
        let what = &plan.stock.orders[order as usize];
        let case = ctx.case_of(token);
        let part = part_of(ctx, case, what.part).0;
        if what.emergency {
            count(plan, ctx, part, |m| m.emergencies, 1.0);
        }
        self.forget_found(plan, case, part);
        let at = ctx.now + ctx.time_of(plan, token, what.lead_time);
        let ticket = schedule(ctx, at, Event::Arrived(token));
        self.waits(token, Waiting::Purchase { order, part, at, ticket });
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
                match self.waiting[token.0 as usize] {
                    Waiting::Purchase { order, part, .. } => pay(plan, ctx, order, part),
                    Waiting::Move(_) => self.arrive(ctx.case_of(token), token),
                    Waiting::Nothing | Waiting::Shelf { .. } => {}
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
    /// is paid for and lost. What it moved stays where it was taken.
    pub fn withdraw(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId) {
        let Some(waiting) = self.waiting.get_mut(token.0 as usize).map(std::mem::take) else { return };
        match waiting {
            Waiting::Nothing => {}
            Waiting::Shelf { s, set_aside } => {
                self.unclaim(ctx, ctx.case_of(token), s, set_aside);
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
            Waiting::Move(ticket) => {
                ctx.agenda.cancel(ticket);
                self.turn_back(ctx.case_of(token), token);
            }
        }
    }

    /// A marked case has ended: what was set aside for it goes back.
    pub fn case_ended(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId) {
        while let Some(s) = self.unreserve(case) {
            self.put(plan, ctx, s, 1);
        }
        self.empty_hand(case);
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
}

/// Whether units are asked for at the case's own site; a case without a site is at home where its step says.
fn is_own(own: u32, site: u32, from: TakeFrom) -> bool {
    match from {
        TakeFrom::Site(SiteRef::Own) => true,
        TakeFrom::Site(SiteRef::At(_)) => site == own || own == CaseId::NO_SITE,
        TakeFrom::Site(SiteRef::Attr(_)) => site == own,
        TakeFrom::MostStock => false,
    }
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

/// The part that is meant for a case.
pub(super) fn part_of(ctx: &Context, case: CaseId, part: PartRef) -> PartId {
    match part {
        PartRef::Fixed(part) => part,
        PartRef::Attr(attr) => PartId(ctx.cases.attribute(case, attr) as u32),
    }
}

fn site_of(ctx: &Context, case: CaseId, site: SiteRef) -> u32 {
    match site {
        SiteRef::Own => ctx.cases[case].site,
        SiteRef::At(site) => site.0,
        SiteRef::Attr(attr) => ctx.cases.attribute(case, attr) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{self, Amount, Short, Site, Sites};
    use crate::dist::Samplers;
    use crate::dist::{Constant, Dist, Exponential};
    use crate::ids::{PartId, ProcessId, SiteId};
    use crate::kernel::Agenda;
    use crate::model::{Model, Part, Source};
    use crate::plan::Maker;
    use crate::rng::{Key, Purpose};
    use crate::sim::{Case, Cases, MemberId, Meters, Staff, Tokens};

    const DAY: f64 = 86_400.0;

    /// Two parts at three sites with every stocking rule, errors, counts and a shelf that feeds the others.
    fn model() -> Model {
        let mut model = Model::default();
        let sites: Vec<SiteId> = ["a", "b", "c"].map(|s| model.sites.push(s.into())).into();
        let lead_time = |mean: f64| Amount::Law(Dist::from(Exponential::new(mean * DAY).expect("a law")));
        let rules = [
            Policy::BaseStock { level: 3 },
            Policy::ReorderQuantity { point: 1, quantity: 4 },
            Policy::OrderUpTo { point: 1, level: 5 },
            Policy::BaseStock { level: 2 },
            Policy::None,
            Policy::Periodic { interval: Duration::from_seconds(5.0 * DAY), point: 2, level: 4 },
        ];
        for (i, policy) in rules.into_iter().enumerate() {
            let site = sites[i % 3];
            let part = PartId(i as u32 / 3);
            if site == sites[0] {
                model.parts.push(Part { name: format!("part {i}"), price: 10.0, holding: 0.2 });
            }
            let source = match site == sites[0] {
                true => Source::Supplier { lead_time: lead_time(6.0) },
                false => Source::Site { site: sites[0], transit: lead_time(1.0) },
            };
            model.stocks.push(crate::model::Stock {
                part,
                site,
                initial: 2,
                policy,
                source,
                record_error: 0.1,
                count_every: Some(Duration::from_seconds(30.0 * DAY)),
            });
        }
        model
    }

    /// What cases do: takes of one and two units, by waiting or not; returns, purchases, transfers.
    fn operations() -> Sites {
        fn site<T>(what: T) -> Site<T> {
            Site { what, name: "case".into() }
        }
        let part = |i| PartRef::Fixed(PartId(i));
        let days = |d: f64| Amount::Law(Dist::from(Constant::new(d * DAY).expect("a law")));
        let mut sites = Sites::default();
        for (p, quantity, waits) in [(0, 1, true), (0, 2, true), (1, 1, true), (1, 1, false)] {
            let short = if waits { Short::Wait } else { Short::Go(crate::ids::StepId(0)) };
            for from in [TakeFrom::Site(SiteRef::Own), TakeFrom::MostStock] {
                let take = activity::Take { part: part(p), quantity, from, short, site_attr: None };
                sites.takes.push(site(take));
            }
        }
        for p in 0..2 {
            let back = activity::Return { part: part(p), quantity: 1, to: SiteRef::Own };
            sites.returns.push(site(back));
            sites.orders.push(site(activity::Order {
                part: part(p),
                quantity: 1 + p,
                lead_time: days(4.0),
                emergency: true,
                premium: 0.0,
                fee: 0.0,
            }));
        }
        sites.transfers.push(site(activity::Transfer { runs: None, time: days(1.0), fee: 0.0 }));
        sites
    }

    fn begin_case(ctx: &mut Context, n: u64, site: u32) -> TokenId {
        let case = ctx.cases.insert(Case {
            entity: n,
            number: n,
            start: ctx.now,
            process: ProcessId(0),
            site,
            asset: 0,
            about: 0,
            marks: 0,
            cohort: false,
            bin: 0,
            first_token: TokenId::NONE,
            n_tokens: 1,
            held: MemberId::NONE,
            waiting: Duration::ZERO,
            working: Duration::ZERO,
        });
        ctx.tokens.insert(case, NONE)
    }

    impl Stock {
        fn check(&self, plan: &Plan) {
            assert!(self.is_conserved(plan), "units appeared or vanished");
            for shelf in &self.shelves {
                assert_eq!(shelf.backorders, shelf.queue.iter().map(|w| w.units).sum::<i64>());
                assert!(shelf.units >= 0 && shelf.on_order >= 0);
                let served_next = shelf.queue.front().is_some_and(|w| match w.who {
                    Who::Case(_) => w.units <= shelf.units,
                    Who::Shelf(_) => shelf.units > 0,
                });
                assert!(!served_next, "somebody waits for what is on the shelf");
            }
        }
    }

    /// Whatever cases do, and whenever they leave: no unit appears or vanishes, nobody waits for what is there, every
    /// waiting token is woken once.
    #[test]
    fn units_are_conserved() {
        let model = model();
        let mut plan = Plan::compile(&model);
        let mut maker = Maker::new(&model, Samplers::default());
        plan.stock = Table::new(&model, &operations(), &mut maker);
        plan.draws = maker.draws.draws;
        let mut ctx = Context {
            now: Time::ZERO,
            key: Key::new(5, 0),
            agenda: Agenda::new(),
            meters: Meters::default(),
            cases: Cases::default(),
            tokens: Tokens::default(),
            staff: Staff::default(),
            wakes: Vec::new(),
            births: Vec::new(),
            misfits: Default::default(),
        };
        let mut stock = Stock::default();
        let mut waiting: Vec<TokenId> = Vec::new();
        for replication in 0..2 {
            ctx.now = Time::ZERO;
            ctx.key = Key::new(5, replication);
            ctx.agenda.reset(Time::NEVER);
            waiting.clear();
            stock.reset(&plan, &mut ctx);
            for n in 0..30_000 {
                let mut dice = ctx.key.stream(Purpose::of("dice"), n, 0);
                let mut pick = |n: u32| (dice.uniform() * f64::from(n)) as u32;
                let mut done = None;
                match pick(10) {
                    0..5 => {
                        let (time, event) = ctx.agenda.pop().expect("counts never end");
                        ctx.now = time;
                        let super::super::Event::Stock(event) = event else { panic!("not ours") };
                        stock.event(&plan, &mut ctx, event);
                    }
                    5 if !waiting.is_empty() => {
                        let token = waiting.swap_remove(pick(waiting.len() as u32) as usize);
                        stock.withdraw(&plan, &mut ctx, token);
                        done = Some(token);
                    }
                    _ => {
                        let token = begin_case(&mut ctx, n, pick(3));
                        if pick(4) == 0 {
                            stock.set_aside(&plan, &mut ctx, token, pick(2), pick(3));
                        }
                        let flow = match pick(4) {
                            0 => stock.order(&plan, &mut ctx, token, pick(2)),
                            1 => stock.give_back(&plan, &mut ctx, token, pick(2)),
                            2 => stock.transfer(&plan, &mut ctx, token, 0),
                            _ => stock.take(&plan, &mut ctx, token, pick(8)),
                        };
                        match flow {
                            Flow::Wait => waiting.push(token),
                            Flow::Go(_) => done = Some(token),
                        }
                    }
                }
                let woken = ctx.wakes.drain(..).map(|wake| wake.token());
                let woken: Vec<_> = woken.chain(done).collect();
                for token in woken {
                    waiting.retain(|t| *t != token);
                    let case = ctx.case_of(token);
                    if ctx.cases[case].marks & Case::MARK_STOCK != 0 {
                        stock.case_ended(&plan, &mut ctx, case);
                    }
                    ctx.cases.remove(case);
                    ctx.tokens.remove(token);
                }
                // Ending a case may give units back, which may serve others.
                waiting.retain(|t| !ctx.wakes.iter().any(|wake| wake.token() == *t));
                stock.check(&plan);
            }
            assert!(stock.shelves.iter().all(|shelf| shelf.n_movements > 100));
            // The end of the run of this memory: cases that still wait are forgotten.
            ctx.wakes.clear();
            ctx.cases = Cases::default();
            ctx.tokens = Tokens::default();
        }
    }
}
