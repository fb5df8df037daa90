//! Asking: the message goes out, is read, and is answered or not.

use super::answer::{Sent, Worth};
use super::message::{ASKER, Draw, Message};
use super::steps::{bit, from_random};
use super::*;

impl Ask {
    /// Asks one place.
    pub(super) fn ask_place<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize, p: usize) -> Option<u8> {
        let search = &self.searches[slot];
        let (question, way, attempt) = (search.question, search.way, search.attempt);
        let asked = self.asked(w.table(), slot, p);
        asked.tried |= bit(way);
        let message = &Message::new(w, question, way, asked.times);
        let call = &Message { nth: asked.times + attempt, ..*message };
        let (channel, place) = (message.channel, &message.ask.places[p]);
        if attempt == 0 {
            self.searches[slot].reply = self.publish(w, slot, message);
        }

        let is_call = channel.reach < 1.0;
        let Some((member, from)) = self.answerer(w, slot, p, call) else { return self.advance(w, slot) };
        let opens = if is_call { message.starts_at(w, member, w.ctx.now) } else { w.ctx.now };
        let is_there = opens <= w.ctx.now;
        if is_call && !(is_there && call.uniform(w, place.entity, Draw::Reach) < channel.reach) {
            self.searches[slot].attempt += 1;
            return match call.patience(w, place.entity) {
                Some(pause) => self.schedule(w, slot, opens.max(w.ctx.now + pause), Event::Out),
                None => self.advance(w, slot),
            };
        }

        if !channel.visible {
            let reading = message.reading_takes(w, member);
            w.charge(member, reading);
        }
        let at = message.answered_at(w, member, from);
        let patience = call.patience(w, place.entity).map(|p| w.ctx.now + p);
        let reply = self.searches[slot].reply;
        let asked = self.asked(w.table(), slot, p);
        (asked.times, asked.way, asked.member) = (asked.times + 1, way, member);
        if !message.is_replied(w, member, reply) || at == Time::NEVER {
            return self.schedule(w, slot, patience.unwrap_or(at), Event::Next);
        }
        let event = Event::Answer(slot as u32, p as u16).into();
        // A new ask of the same place takes the place of one that was not answered yet.
        let before = self.asked(w.table(), slot, p).ticket;
        if before != Ticket::NONE {
            w.ctx.agenda.cancel(before);
            self.searches[slot].pending -= 1;
        }
        self.asked(w.table(), slot, p).ticket = w.ctx.agenda.schedule(at, Phase::Completion, event);
        self.searches[slot].pending += 1;
        match patience.filter(|until| *until < at) {
            Some(until) => self.schedule(w, slot, until, Event::Next),
            None => None,
        }
    }

    /// A place that was asked directly answers.
    pub(super) fn answer<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize, p: usize) -> Option<u8> {
        let question = self.searches[slot].question;
        let asked = self.asked(w.table(), slot, p);
        asked.ticket = Ticket::NONE;
        let (member, message) = (asked.member, &Message::new(w, question, asked.way, asked.times - 1));
        self.searches[slot].pending -= 1;
        match self.hear(w, slot, p, member, message, Sent::ToPlace) {
            Worth::Found => Some(FOUND),
            Worth::Nothing => self.go_on(w, slot, Focus::Place(p), w.ctx.now),
            Worth::Walk(time) => {
                let back = message.pass(w, member, w.ctx.now, time);
                self.go_on(w, slot, Focus::Place(p), back)
            }
        }
    }

    /// Asks everybody at once.
    pub(super) fn ask_all<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize) -> Option<u8> {
        let search = &mut self.searches[slot];
        let way = search.way;
        search.posted |= bit(way);
        if search.post.next.is_some() {
            w.ctx.agenda.cancel(search.post.ticket);
            search.pending -= 1;
        }
        let message = &Message::new(w, search.question, way, 0);
        let reply = self.publish(w, slot, message);
        self.searches[slot].post = Post { way, at: w.ctx.now, reply, next: None, ticket: Ticket::NONE };
        self.next_reader(w, slot, message, None);
        if let Some(patience) = message.patience(w, ASKER) {
            return self.schedule(w, slot, w.ctx.now + patience, Event::Next);
        }
        if self.searches[slot].post.next.is_none() { self.advance(w, slot) } else { None }
    }

    /// The next reader of the post answers.
    pub(super) fn reader<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize) -> Option<u8> {
        let search = &mut self.searches[slot];
        let (place, member) = search.post.next.take()?;
        search.pending -= 1;
        let message = &Message::new(w, search.question, search.post.way, 0);
        let worth = self.hear(w, slot, place, member, message, Sent::ToAll);
        if worth == Worth::Found {
            return Some(FOUND);
        }
        self.next_reader(w, slot, message, Some((w.ctx.now, member)));
        if self.searches[slot].post.next.is_some() {
            return None;
        }
        // With patience the asker waits for those who stay silent, unless everybody has answered.
        let may_come = (0..message.ask.places.len()).any(|p| self.is_open(w, slot, p));
        if message.channel.retry.is_some() && may_come && self.searches[slot].focus == Focus::Post {
            return None;
        }
        let back = match worth {
            Worth::Walk(time) => message.pass(w, member, w.ctx.now, time),
            _ => w.ctx.now,
        };
        self.go_on(w, slot, Focus::Post, back)
    }

    /// Goes on when this is what the asker waited for; ends when nothing more can come.
    fn go_on<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize, heard: Focus, at: Time) -> Option<u8> {
        let search = &self.searches[slot];
        if search.focus == heard {
            return if at > w.ctx.now {
                self.schedule(w, slot, at, Event::Next)
            } else {
                self.advance(w, slot)
            };
        }
        let is_last = search.focus == Focus::Nothing && search.next == Ticket::NONE && search.pending == 0;
        if is_last { self.advance(w, slot) } else { None }
    }

    /// A message goes out and is read. The reply probability that overload leaves.
    fn publish<S>(&mut self, w: &mut Scene<S>, slot: usize, message: &Message) -> f64 {
        let is_post = self.searches[slot].focus == Focus::Post;
        let (ask, channel) = (message.ask, message.channel);
        if channel.visible {
            ask.audience.iter().for_each(|members| self.read(w, slot, message, members));
        } else if is_post {
            let addressed = ask.places.iter().filter(|p| p.is_elsewhere(message.question.site));
            addressed.for_each(|place| self.read(w, slot, message, &place.members));
        }
        let load = &mut self.loads[message.channel_id.index()];
        channel.reply * load.post(w.ctx.now, channel.capacity)
    }

    fn read<S>(&mut self, w: &mut Scene<S>, slot: usize, message: &Message, members: &Range<u32>) {
        let (asker, now) = (self.searches[slot].asker, w.ctx.now);
        for member in members.clone() {
            if member == asker || !self.has(message.channel, member, now) {
                continue;
            }
            let reading = message.reading_takes(w, member);
            w.charge(member, reading);
            if message.ask.parallel == Some(w.plan.teams.members[member as usize].team) {
                let from = message.starts_at(w, member, now);
                let at = message.read_at(w, member, from);
                let search = &mut self.searches[slot];
                if at < search.parallel_from {
                    search.parallel_from = at;
                    w.ctx.agenda.cancel(search.parallel);
                    let event = Event::Parallel(slot as u32).into();
                    search.parallel = w.ctx.agenda.schedule(at, Phase::Completion, event);
                }
            }
        }
    }

    /// Who of a place deals with a message, and from when on: somebody on shift, else who comes first; the person
    /// whom an earlier answer named, if there is one.
    fn answerer<S>(
        &mut self,
        w: &mut Scene<S>,
        slot: usize,
        p: usize,
        message: &Message,
    ) -> Option<(u32, Time)> {
        let asker = self.searches[slot].asker;
        let hint = self.searches[slot].hint;
        let now = w.ctx.now;
        let place = &message.ask.places[p];
        let u = message.uniform(w, place.entity, Draw::Answerer);
        let mut best = None;
        if place.members.contains(&hint) && self.has(message.channel, hint, now) {
            return Some((hint, message.starts_at(w, hint, now)));
        }
        for member in from_random(&place.members, u) {
            if member == asker || !self.has(message.channel, member, now) {
                continue;
            }
            let on_shift = message.starts_at(w, member, now);
            if best.is_none_or(|(_, first)| on_shift < first) {
                best = Some((member, on_shift));
            }
            if on_shift <= now {
                break;
            }
        }
        best
    }

    /// Finds who answers the post next, after this time and member.
    fn next_reader<S>(
        &mut self,
        w: &mut Scene<S>,
        slot: usize,
        message: &Message,
        after: Option<(Time, u32)>,
    ) {
        let (post, asker) = (self.searches[slot].post, self.searches[slot].asker);
        let channel = message.channel;
        let mut best: Option<(Time, u32, usize)> = None;
        for (p, place) in message.ask.places.iter().enumerate() {
            if !self.is_open(w, slot, p) {
                continue;
            }
            for member in place.members.clone() {
                let notices =
                    channel.reach >= 1.0 || message.uniform(w, w.entity(member), Draw::Reach) < channel.reach;
                if member == asker
                    || !notices
                    || !self.has(channel, member, post.at)
                    || !message.is_replied(w, member, post.reply)
                {
                    continue;
                }
                let from = message.starts_at(w, member, post.at);
                let at = message.answered_at(w, member, from);
                let is_later = after.is_none_or(|after| (at, member) > after);
                if is_later && at < Time::NEVER && best.is_none_or(|b| (at, member) < (b.0, b.1)) {
                    best = Some((at, member, p));
                }
            }
        }
        if let Some((at, member, place)) = best {
            let event = Event::Reader(slot as u32).into();
            let ticket = w.ctx.agenda.schedule(at, Phase::Completion, event);
            let search = &mut self.searches[slot];
            search.pending += 1;
            search.post = Post { next: Some((place, member)), ticket, ..post };
        }
    }
}
