//! What an answer says, what is learned from it, and whether it helps.

use super::message::Message;
use super::*;

/// What somebody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// The site, for a part; the speaker's own otherwise.
    Yes(u32),
    No,
}

/// What the asker gets from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    Found,
    Nothing,
    /// There was nothing after all; finding that out took the answerer this time.
    Walk(Duration),
}

/// To whom a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    ToPlace,
    ToAll,
}

impl Ask {
    /// A member of place `p` answers.
    pub(super) fn hear<S: Shelves>(
        &mut self,
        w: &mut Scene<S>,
        slot: usize,
        p: usize,
        member: u32,
        message: &Message,
        sent: Sent,
    ) -> Worth {
        let question = message.question;
        let place = &message.ask.places[p];
        let has_one_voice = place.sees != Sees::Mind || w.is_about_question(&question);
        let said = self.look(w, slot, p, member, message, has_one_voice);
        if said == Said::No && sent == Sent::ToAll && !has_one_voice {
            return Worth::Nothing;
        }
        let work = message.answering_takes(w, member);
        w.charge(member, work);
        let Said::Yes(site) = said else {
            self.learn(w, slot, p, message, None);
            self.asked(w.table(), slot, p).answered = has_one_voice;
            return Worth::Nothing;
        };
        self.learn(w, slot, p, message, Some(site));
        let is_got = w.part(&question).is_none() || self.fetch(w, slot, site);
        if message.channel.visible && !w.is_about_question(&question) {
            let written = Written { at: w.ctx.now, site, member, holder: place.holder };
            let is_more = w.part(&question).is_none_or(|part| match place.sees {
                Sees::Record => w.stock.record(part, site) > 0,
                _ => w.stock.shelf(part, site) > 0,
            });
            self.memory.write(message.channel_id, question.item, written, is_got && is_more);
        }
        if !is_got {
            return self.in_vain(w, slot, p, site, member, message);
        }
        if let Some(attr) = message.ask.site_attr
            && site != NONE
        {
            w.set(&question, attr, f64::from(site));
        }
        Worth::Found
    }

    /// What the answerer sees, or the opposite when mistaken.
    fn look<S: Shelves>(
        &self,
        w: &mut Scene<S>,
        slot: usize,
        p: usize,
        member: u32,
        message: &Message,
        has_one_voice: bool,
    ) -> Said {
        let question = &message.question;
        let place = &message.ask.places[p];
        let seen = match (place.sees, w.part(question)) {
            (Sees::Shelf, Some(part)) => self.most(w, slot, place, |stock, site| stock.shelf(part, site)),
            (Sees::Record, Some(part)) => {
                let seen = self.most(w, slot, place, |stock, site| stock.record(part, site));
                let named = |site| w.stock.shelf(part, site) > 0;
                let truth = match seen {
                    Said::Yes(site) => named(site),
                    Said::No => self.sites(w, slot, place).any(named),
                };
                let is_right = truth == (seen != Said::No);
                w.ctx.meters.add(w.table().record_looks, 1.0);
                w.ctx.meters.add(w.table().record_right, f64::from(u8::from(is_right)));
                seen
            }
            (Sees::Mind, None) => match w.knows(question, place, member) {
                true => Said::Yes(w.plan.teams.members[member as usize].site),
                false => Said::No,
            },
            _ => return Said::No,
        };
        let who = if has_one_voice { place.entity } else { w.entity(member) };
        let u = || w.uniform(question, message.ask.purposes.right, who, message.nth);
        if place.right >= 1.0 || u() < place.right {
            return seen;
        }
        match seen {
            Said::Yes(_) => Said::No,
            Said::No if w.part(question).is_none() => Said::Yes(w.plan.teams.members[member as usize].site),
            Said::No => {
                let n = self.sites(w, slot, place).count();
                let u = w.uniform(question, message.ask.purposes.right, who, u32::MAX);
                self.sites(w, slot, place).nth((u * n as f64) as usize).map_or(Said::No, Said::Yes)
            }
        }
    }

    /// The site with most of those that a place answers for, if it has any.
    fn most<S>(
        &self,
        w: &Scene<S>,
        slot: usize,
        place: &table::Place,
        count: impl Fn(&S, u32) -> i64,
    ) -> Said {
        let mut most = (0, Said::No);
        for site in self.sites(w, slot, place) {
            let n = count(w.stock, site);
            if n > most.0 {
                most = (n, Said::Yes(site));
            }
        }
        most.1
    }

    /// The sites that a place answers for: not the case's own, not those struck off.
    fn sites<S>(
        &self,
        w: &Scene<S>,
        slot: usize,
        place: &table::Place,
    ) -> impl Iterator<Item = u32> + use<'_, S> {
        let n_sites = w.table().n_sites;
        let own = self.searches[slot].question.site;
        let struck = &self.struck[slot * n_sites..][..n_sites];
        let all = if place.site == NONE { 0..n_sites as u32 } else { place.site..place.site + 1 };
        all.filter(move |site| *site != own && !struck[*site as usize])
    }

    /// Whether the case gets a unit from this site.
    fn fetch<S: Shelves>(&mut self, w: &mut Scene<S>, slot: usize, site: u32) -> bool {
        let question = self.searches[slot].question;
        let ask = w.ask(&question);
        let part = question.item;
        if ask.hoarding > 0.0
            && w.stock.shelf(part, site) == 1
            && w.uniform(&question, ask.purposes.hoarding, u64::from(site), 0) < ask.hoarding
        {
            return false;
        }
        if ask.reserve {
            return w.stock.reserve(w.plan, w.ctx, question.token, part, site);
        }
        w.stock.point_out(w.plan, w.ctx, question.token, part, site);
        true
    }

    /// The unit is refused or not there: the site is struck off. A place that answers for all sites may know more.
    fn in_vain<S: Shelves>(
        &mut self,
        w: &mut Scene<S>,
        slot: usize,
        p: usize,
        site: u32,
        member: u32,
        message: &Message,
    ) -> Worth {
        self.struck[slot * w.table().n_sites + site as usize] = true;
        let asked = self.asked(w.table(), slot, p);
        asked.tried = 0;
        if w.stock.shelf(message.question.item, site) > 0 {
            return Worth::Nothing;
        }
        if let Some(there) = message.ask.places.iter().position(|q| q.site == site) {
            self.learn(w, slot, there, message, None);
        }
        let walk = message.answering_takes(w, member);
        w.charge(member, walk);
        Worth::Walk(walk)
    }

    /// Those who see the answer of place `p` believe more in it and in the site it names, or less in it.
    fn learn<S>(&mut self, w: &Scene<S>, slot: usize, p: usize, message: &Message, named: Option<u32>) {
        let ask = message.ask;
        if ask.learning <= 0.0 {
            return;
        }
        let asker = self.searches[slot].asker;
        let own = w.viewer(asker);
        for (viewer, members) in w.table().viewers.iter().enumerate() {
            let viewer = viewer as u32;
            let sees = || members.clone().any(|m| self.has(message.channel, m, w.ctx.now));
            if viewer != own && !(message.channel.visible && sees()) {
                continue;
            }
            for (q, place) in ask.places.iter().enumerate() {
                let is_named = place.site != NONE && named == Some(place.site);
                if q == p || is_named {
                    let item = message.question.item;
                    self.beliefs.learn(viewer, item, place.holder, named.is_some(), ask.learning);
                }
            }
        }
    }
}
