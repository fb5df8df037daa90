//! The asker's side: whom to ask next, and by which channel.

use super::message::{ASKER, Draw, Message};
use super::*;
use crate::plan::ask::ChannelMode;

impl Ask {
    /// The next ask of a search. The answer of all steps: the branch by which the search ends, if it does.
    pub(super) fn advance<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize) -> Option<u8> {
        let table = w.table();
        let search = &mut self.searches[slot];
        let question = search.question;
        let ask = w.ask(&question);
        (search.focus, search.hint) = (Focus::Nothing, NOBODY);
        w.ctx.agenda.cancel(search.next);
        search.next = Ticket::NONE;
        // A post is to nobody in particular, and does not use up the patience to turn to people one by one.
        if search.n_asks - search.posted.count_ones() >= ask.max_asks {
            return Some(NOT_FOUND);
        }
        let asker = match self.asker(w, slot) {
            Ok(asker) => asker,
            Err(Time::NEVER) => return Some(NOT_FOUND),
            Err(opening) => return self.schedule(w, slot, opening, Event::Next),
        };

        let mut cost = Duration::ZERO;
        let mut target = None;
        if !self.searches[slot].looked_up {
            self.searches[slot].looked_up = true;
            (cost, target) = self.look_up(w, slot, asker);
        }
        let target = target.or_else(|| self.choose(w, slot, asker));
        let Some((way, focus)) = target else {
            w.charge(asker, cost);
            // Whoever was asked and has not answered yet may still have it. Where the number of asks is limited, having
            // nobody left to ask is like having reached the limit.
            let is_over = self.searches[slot].pending == 0 || ask.max_asks < u32::MAX;
            return is_over.then_some(NOT_FOUND);
        };
        let search = &mut self.searches[slot];
        (search.way, search.focus, search.attempt) = (way, focus, 0);
        search.n_asks += 1;
        let message = Message::new(w, question, way, search.n_asks);
        w.ctx.meters.add(table.all_asks, 1.0);
        w.ctx.meters.add(message.channel.asks, 1.0);
        cost += message.time(w, &message.channel.ask_cost, ASKER, Draw::AskCost);
        if cost == Duration::ZERO {
            return self.out(w, slot);
        }
        w.charge(asker, cost);
        let out = w.ctx.add_working(w.plan, MemberId(asker), w.ctx.now, cost);
        self.schedule(w, slot, out, Event::Out)
    }

    /// A member on shift, the same as before if possible; or when the next one comes.
    pub(super) fn asker<S>(&mut self, w: &mut Scene<S>, slot: usize) -> Result<u32, Time> {
        let search = &self.searches[slot];
        let question = search.question;
        let ask = w.ask(&question);
        let now = w.ctx.now;
        if search.asker != NOBODY && w.is_on_shift(MemberId(search.asker)) {
            return Ok(search.asker);
        }
        let pool = ask.askers(&w.plan.teams, question.site);
        let u = w.ctx.key.uniform(ask.purposes.asker, question.entity, question.visit, search.n_asks);
        let mut opening = Time::NEVER;
        for member in from_random(&pool, u) {
            let at = w.on_shift_from(MemberId(member), now);
            if at <= now {
                let is_first = search.asker == NOBODY;
                self.searches[slot].asker = member;
                if is_first && ask.at_shift_end {
                    let end = w.ctx.next_shift(w.plan, MemberId(member), now).1;
                    self.limit(w, slot, end);
                }
                return Ok(member);
            }
            opening = opening.min(at);
        }
        Err(opening)
    }

    /// Searches earlier answers: the time that it takes, and where a hit leads.
    fn look_up<S>(&mut self, w: &Scene<S>, slot: usize, asker: u32) -> (Duration, Option<(usize, Focus)>) {
        let question = self.searches[slot].question;
        let ask = w.ask(&question);
        let now = w.ctx.now;
        let Some(search) = &ask.search else { return (Duration::ZERO, None) };
        if !self.has(&w.table().channels[search.channel], asker, now) {
            return (Duration::ZERO, None);
        }
        let u = w.ctx.key.uniform(ask.purposes.search, question.entity, question.visit, 0);
        let cost = Duration::from_seconds(search.cost.sample(u));
        let hit = self.memory.last(search.channel, question.item);
        let Some(hit) = hit.filter(|h| now.since(h.at) <= search.memory) else { return (cost, None) };

        // The place at the named site; else the one that the answer came from.
        let seeks_part = (question.item as usize) < w.table().n_parts;
        let at_site = |p: &table::Place| seeks_part && p.site == hit.site && p.site != NONE;
        let named = ask.places.iter().position(at_site);
        let source = || ask.places.iter().position(|p| p.holder == hit.holder);
        let Some(place) = named.or_else(source) else { return (cost, None) };
        if !self.is_open(w, slot, place) {
            return (cost, None);
        }
        // Somebody in particular is asked: by a channel for that, if there is one.
        let usable = |way: &usize| {
            let channel = &w.table().channels[ask.ways[*way].channel];
            self.has(channel, asker, now) && self.somebody_has(channel, &ask.places[place], asker, now)
        };
        let is_direct =
            |way: &usize| w.table().channels[ask.ways[*way].channel].mode == ChannelMode::OneByOne;
        let mut ways = (0..ask.ways.len()).filter(usable);
        let way = ways.clone().find(is_direct).or_else(|| ways.next());
        if !seeks_part && hit.member != asker {
            self.searches[slot].hint = hit.member;
        }
        (cost, way.map(|way| (way, Focus::Place(place))))
    }

    /// The most preferred channel by which somebody can be asked, and whom to ask.
    fn choose<S>(&self, w: &mut Scene<S>, slot: usize, asker: u32) -> Option<(usize, Focus)> {
        let table = w.table();
        let question = self.searches[slot].question;
        let ask = w.ask(&question);
        let now = w.ctx.now;
        let viewer = w.viewer(asker);
        for (number, way) in ask.ways.iter().enumerate() {
            let channel = &w.table().channels[way.channel];
            if !self.has(channel, asker, now) || self.searches[slot].posted & bit(number) != 0 {
                continue;
            }
            let mut best: Option<((bool, f64, f64), usize)> = None;
            for (p, place) in ask.places.iter().enumerate() {
                let asked = &self.asked[slot * table.max_places + p];
                let is_candidate = asked.tried & bit(number) == 0
                    && self.is_open(w, slot, p)
                    && self.somebody_has(channel, place, asker, now);
                if !is_candidate {
                    continue;
                }
                if channel.mode == ChannelMode::Broadcast {
                    return Some((number, Focus::Post));
                }
                let is_there = !channel.on_shift_only || self.is_staffed(w, channel, place, asker);
                let belief = self.beliefs.of(viewer, question.item, place.holder);
                let lot = w.uniform(&question, ask.purposes.order, place.entity, 0);
                let promise = (is_there, belief, lot);
                if best.is_none_or(|best| promise >= best.0) {
                    best = Some((promise, p));
                }
            }
            if let Some((_, p)) = best {
                return Some((number, Focus::Place(p)));
            }
        }
        None
    }

    /// Whether the place can say something that the search does not know yet.
    pub(super) fn is_open<S>(&self, w: &Scene<S>, slot: usize, place: usize) -> bool {
        let table = w.table();
        let question = self.searches[slot].question;
        let at = &w.ask(&question).places[place];
        at.sees != Sees::Nothing
            && at.is_elsewhere(question.site)
            && !self.asked[slot * table.max_places + place].answered
            && (at.site == NONE || !self.struck[slot * table.n_sites + at.site as usize])
    }

    fn somebody_has(&self, channel: &table::Channel, place: &table::Place, asker: u32, at: Time) -> bool {
        match channel.adoption {
            None => place.members.len() > usize::from(place.members.contains(&asker)),
            Some(_) => place.members.clone().any(|m| m != asker && self.has(channel, m, at)),
        }
    }

    /// Whether somebody of the place who has the channel is on shift.
    fn is_staffed<S>(
        &self,
        w: &mut Scene<S>,
        channel: &table::Channel,
        place: &table::Place,
        asker: u32,
    ) -> bool {
        let now = w.ctx.now;
        place.members.clone().any(|m| m != asker && self.has(channel, m, now) && w.is_on_shift(MemberId(m)))
    }

    /// The message is out: it is read.
    pub(super) fn out<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize) -> Option<u8> {
        if self.searches[slot].attempt > 0 {
            match self.asker(w, slot) {
                Ok(_) => {}
                Err(Time::NEVER) => return Some(NOT_FOUND),
                Err(opening) => return self.schedule(w, slot, opening, Event::Out),
            }
        }
        match self.searches[slot].focus {
            Focus::Place(place) => self.ask_place(w, slot, place),
            Focus::Post => self.ask_all(w, slot),
            Focus::Nothing => None,
        }
    }

    /// The asker's next event; there is never more than one.
    pub(super) fn schedule<S>(
        &mut self,
        w: &mut Scene<S>,
        slot: usize,
        at: Time,
        event: fn(u32) -> Event,
    ) -> Option<u8> {
        let search = &mut self.searches[slot];
        w.ctx.agenda.cancel(search.next);
        search.next = w.ctx.agenda.schedule(at, Phase::Completion, event(slot as u32).into());
        None
    }
}

/// All members, beginning with a random one.
pub(super) fn from_random(members: &Range<u32>, u: f64) -> impl Iterator<Item = u32> + use<> {
    let first = members.start + (u * members.len() as f64) as u32;
    (first..members.end).chain(members.start..first)
}

pub(super) fn bit(way: usize) -> u32 {
    1 << way
}
