//! Searches by communication: somebody looks for a stocked part, or for a person who knows.
//!
//! ## A search
//! A member of the asker team at the case's site asks; when nobody of it is on shift, the search waits for the next
//! opening, and goes on with a colleague when the shift is over. The asker first looks for an earlier answer, if
//! there is a search. Then, until something is found or a limit of the give-up rule is reached, the asker takes the
//! most preferred channel that somebody has who was not asked by it yet, and asks:
//! * *one by one*: of the places where somebody is on shift, else of all, the one that the asker believes in most, in
//!   random order among equals; a place that an earlier answer named goes first. Where `reach` is below 1 an ask is a call: an attempt reaches a person who is on shift
//!   with that probability; a failed one is repeated after `retry`, or when somebody comes, if that is later. Where it is 1 an ask is a message, which lies
//!   there until the person comes on shift.
//! * *broadcast*: everybody of every place at once; the first useful answer ends the search.
//!
//! The person who is asked replies or not, after a latency in own working time. Without a reply the ask ends after
//! `retry`, or, when no such patience is given, when the last answer would have been there. An answer that comes later
//! still counts.
//!
//! ## An answer
//! What the answerer sees is looked up when the answer is given, so that it may be out of date or come too late:
//! another search may have taken the unit, a record may promise a unit that is not there (a phantom, which costs a
//! walk), and a place may refuse its last unit (hoarding). Then that site is struck off and the search goes on. About
//! shelves, records and facts drawn for a question a place speaks with one voice: its first answerer counts. About
//! knowledge every person speaks for themselves; after a broadcast those who do not know stay silent.
//!
//! ## Learning
//! Members of a team at one site share their beliefs about who holds what: one number for each item and place,
//! which begins at 1/2 and moves by the share `learning` towards 1 (0) with each positive (negative) answer that
//! they see. An answer on a visible channel is seen by every such group with a member who has the channel; any
//! other only by the asker's. Visible positive answers are also kept for later searches, until somebody got the last
//! unit there or looked in vain, which the same channel shows.
//!
//! ## Costs
//! Searching, asking, reading and answering take working time, which is charged as an interruption. The audience
//! of a visible message are all members of the teams of this `ask` who have the channel; otherwise those asked.
//!
//! Every mechanism is off at its neutral value: reach, reply, active and right at 1, hoarding and learning at 0,
//! costs at 0, no search, no parallel start, no overload, no limits.
//!
//! Nothing is stored for readers of a post: all draws are keyed, so the next answer after an instant is found by
//! going through the readers again. One broadcast of a search is followed at a time: answers to an earlier one on
//! another channel are lost.

mod answer;
mod belief;
mod message;
mod reply;
mod scene;
mod steps;

use super::adoption::Adoption;
use super::{CaseId, Context, Flow, MemberId, TokenId, Wake};
use crate::activity::Sees;
use crate::ids::{ChannelId, Id};
use crate::kernel::{Phase, Ticket};
use crate::plan::ask::{self as table, Table};
use crate::plan::{Meter, NONE, Plan};
use crate::rng::Purpose;
use crate::units::{Duration, Time};
use belief::{Beliefs, Load, Memory, Written};
use scene::Scene;
pub use scene::Shelves;
use std::ops::Range;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The asker of this search turns to the next ask.
    Next(u32),
    /// The message is out; the next attempt of a call.
    Out(u32),
    /// A place that was asked directly answers.
    Answer(u32, u16),
    /// The next reader of the post answers.
    Reader(u32),
    GiveUp(u32),
    /// The parallel team reads the post.
    Parallel(u32),
    /// A new adopter is trained.
    Training(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Ask {
    adoption: Adoption,
    beliefs: Beliefs,
    memory: Memory,
    /// Recent posts `[channel]`.
    loads: Vec<Load>,
    searches: Vec<Search>,
    free: Vec<u32>,
    /// `[search][place]`, `[search][site]`.
    asked: Vec<Asked>,
    struck: Vec<bool>,
}

/// What is asked, and for whom.
#[derive(Clone, Copy, Debug)]
struct Question {
    token: TokenId,
    ask: u32,
    /// Of the case.
    entity: u64,
    visit: u32,
    site: u32,
    item: u32,
}

#[derive(Clone, Debug)]
struct Search {
    question: Question,
    /// A member, or [`NOBODY`].
    asker: u32,
    n_asks: u32,
    /// What the asker waits for, on which way, and how often a call has failed.
    focus: Focus,
    way: usize,
    attempt: u32,
    /// Probability of a reply to the present ask.
    reply: f64,
    /// Ways by which a post went out, one bit each.
    posted: u32,
    looked_up: bool,
    /// Person to be asked next, or [`NOBODY`].
    hint: u32,
    /// Answers on their way.
    pending: u32,
    post: Post,
    deadline: Time,
    give_up: Ticket,
    next: Ticket,
    parallel_from: Time,
    parallel: Ticket,
}

const NOBODY: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Nothing,
    Place(usize),
    Post,
}

/// The last broadcast, and who answers it next.
#[derive(Clone, Copy, Debug)]
struct Post {
    way: usize,
    at: Time,
    /// Probability of a reply.
    reply: f64,
    /// Place and member.
    next: Option<(usize, u32)>,
    ticket: Ticket,
}

/// What became of asking a place.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// Ways by which it was asked, one bit each.
    tried: u32,
    /// It has said no.
    answered: bool,
    /// How often it was asked directly.
    times: u32,
    way: usize,
    member: u32,
    ticket: Ticket,
}

const FOUND: u8 = 0;
const NOT_FOUND: u8 = 1;
const PARALLEL: u8 = 2;

impl Ask {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.ask;
        self.adoption.reset(
            &table.rollouts,
            plan.teams.members.iter().zip(&table.entities).map(|(m, e)| (*e, m.team)),
            ctx.key,
        );
        for (id, _) in table.rollouts.iter_ids().filter(|(_, r)| r.training > Duration::ZERO) {
            for member in 0..plan.teams.members.len() as u32 {
                let at = self.adoption.span(id, member).0;
                if at >= ctx.now && at < Time::NEVER {
                    let number = id.0 * plan.teams.members.len() as u32 + member;
                    ctx.agenda.schedule(at, Phase::Calendar, Event::Training(number).into());
                }
            }
        }
        self.beliefs.reset(table);
        self.memory.reset(table);
        self.loads.clear();
        self.loads.resize(table.channels.len(), Load::default());
        self.searches.clear();
        self.free.clear();
        self.asked.clear();
        self.struck.clear();
    }

    /// Begins a search. Branch 0: found, 1: not found, 2: a second token starts.
    pub fn begin<S: Shelves>(
        &mut self,
        plan: &Plan,
        ctx: &mut Context,
        stock: &mut S,
        token: TokenId,
        ask: u32,
    ) -> Flow {
        let case = ctx.case_of(token);
        let question = Question {
            token,
            ask,
            entity: ctx.cases[case].entity,
            visit: ctx.tokens[token].visit,
            site: ctx.cases[case].site,
            item: plan.ask.asks[ask as usize].item(plan.ask.n_parts, ctx.cases.attributes(case)),
        };
        self.open(&mut Scene { plan, ctx, stock }, question).map_or(Flow::Wait, Flow::Go)
    }

    pub fn event<S: Shelves>(&mut self, plan: &Plan, ctx: &mut Context, stock: &mut S, event: Event) {
        let w = &mut Scene { plan, ctx, stock };
        let (slot, branch) = match event {
            Event::Next(slot) => {
                self.searches[slot as usize].next = Ticket::NONE;
                (slot, self.advance(w, slot as usize))
            }
            Event::Out(slot) => {
                self.searches[slot as usize].next = Ticket::NONE;
                (slot, self.out(w, slot as usize))
            }
            Event::Answer(slot, place) => (slot, self.answer(w, slot as usize, place as usize)),
            Event::Reader(slot) => (slot, self.reader(w, slot as usize)),
            Event::GiveUp(slot) => (slot, Some(NOT_FOUND)),
            Event::Parallel(slot) => {
                let search = &mut self.searches[slot as usize];
                search.parallel = Ticket::NONE;
                w.ctx.wakes.push(Wake::Errand { token: search.question.token, branch: PARALLEL });
                (slot, None)
            }
            Event::Training(number) => {
                let n = plan.teams.members.len() as u32;
                let rollout = &plan.ask.rollouts.as_slice()[(number / n) as usize];
                w.ctx.interrupt(plan, MemberId(number % n), rollout.training);
                return;
            }
        };
        if let Some(branch) = branch {
            let token = self.searches[slot as usize].question.token;
            self.close(w, slot as usize, branch);
            if branch == FOUND {
                w.ctx.wakes.push(Wake::Recall { token });
            }
            w.ctx.wakes.push(Wake::Resume { token, branch });
        }
    }

    /// The token stops waiting.
    pub fn withdraw<S>(&mut self, plan: &Plan, ctx: &mut Context, _stock: &mut S, token: TokenId) {
        let is_its = |s: &Search| s.question.token == token;
        if let Some(slot) = self.searches.iter().position(is_its) {
            self.drop_search(&plan.ask, ctx, slot);
        }
    }

    /// A marked case has ended: searches mark none.
    pub fn case_ended<S>(&mut self, _plan: &Plan, _ctx: &mut Context, _stock: &mut S, _case: CaseId) {}

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.ask;
        for channel in
            table.channels.iter().filter(|c| c.adopters != Meter::NONE || c.eligible != Meter::NONE)
        {
            for (member, person) in plan.teams.members.iter().enumerate() {
                let Some(rollout) = channel.adoption else {
                    ctx.meters.integrate(channel.adopters, 1.0, Time::ZERO, Time::NEVER);
                    ctx.meters.integrate(channel.eligible, 1.0, Time::ZERO, Time::NEVER);
                    continue;
                };
                let (from, to) = self.adoption.span(rollout, member as u32);
                ctx.meters.integrate(channel.adopters, 1.0, from.max(Time::ZERO), to);
                if table.rollouts[rollout].curve(person.team).is_some() {
                    ctx.meters.integrate(channel.eligible, 1.0, Time::ZERO, Time::NEVER);
                }
            }
        }
    }

    fn open<S: Shelves>(&mut self, w: &mut Scene<S>, question: Question) -> Option<u8> {
        let table = w.table();
        let ask = &table.asks[question.ask as usize];
        let slot = self.new_search(table, question);
        w.ctx.meters.add(table.searches, 1.0);
        if let Some(after) = &ask.give_up_after {
            let u = w.ctx.key.uniform(ask.purposes.give_up, question.entity, question.visit, 0);
            let until = w.ctx.now + Duration::from_seconds(after.sample(u));
            self.limit(w, slot, until);
        }
        let branch = self.advance(w, slot)?;
        self.close(w, slot, branch);
        Some(branch)
    }

    fn new_search(&mut self, table: &Table, question: Question) -> usize {
        let post = Post { way: 0, at: Time::ZERO, reply: 0.0, next: None, ticket: Ticket::NONE };
        let search = Search {
            question,
            asker: NOBODY,
            n_asks: 0,
            focus: Focus::Nothing,
            way: 0,
            attempt: 0,
            reply: 0.0,
            posted: 0,
            looked_up: false,
            hint: NOBODY,
            pending: 0,
            post,
            deadline: Time::NEVER,
            give_up: Ticket::NONE,
            next: Ticket::NONE,
            parallel_from: Time::NEVER,
            parallel: Ticket::NONE,
        };
        let unasked =
            Asked { tried: 0, answered: false, times: 0, way: 0, member: NOBODY, ticket: Ticket::NONE };
        let (n_places, n_sites) = (table.max_places, table.n_sites);
        match self.free.pop() {
            Some(slot) => {
                let slot = slot as usize;
                self.searches[slot] = search;
                self.asked[slot * n_places..][..n_places].fill(unasked);
                self.struck[slot * n_sites..][..n_sites].fill(false);
                slot
            }
            None => {
                self.searches.push(search);
                self.asked.resize(self.searches.len() * n_places, unasked);
                self.struck.resize(self.searches.len() * n_sites, false);
                self.searches.len() - 1
            }
        }
    }

    /// The search gives up at this time, if it did not do so before.
    fn limit<S>(&mut self, w: &mut Scene<S>, slot: usize, until: Time) {
        let search = &mut self.searches[slot];
        if until < search.deadline {
            search.deadline = until;
            w.ctx.agenda.cancel(search.give_up);
            let event = Event::GiveUp(slot as u32).into();
            search.give_up = w.ctx.agenda.schedule(until, Phase::Completion, event);
        }
    }

    /// Leaves the number of asks with the case.
    fn close<S>(&mut self, w: &mut Scene<S>, slot: usize, branch: u8) {
        let table = w.table();
        let search = &self.searches[slot];
        if branch == FOUND {
            w.ctx.meters.add(table.found, 1.0);
        }
        if let Some(attr) = table.asks[search.question.ask as usize].asks_attr {
            w.set(&search.question, attr, f64::from(search.n_asks));
        }
        self.drop_search(table, w.ctx, slot);
    }

    fn drop_search(&mut self, table: &Table, ctx: &mut Context, slot: usize) {
        let search = &mut self.searches[slot];
        search.question.token = TokenId::NONE;
        for ticket in [search.give_up, search.next, search.parallel, search.post.ticket] {
            ctx.agenda.cancel(ticket);
        }
        for asked in &self.asked[slot * table.max_places..][..table.max_places] {
            ctx.agenda.cancel(asked.ticket);
        }
        self.free.push(slot as u32);
    }

    #[inline]
    fn has(&self, channel: &table::Channel, member: u32, at: Time) -> bool {
        self.adoption.has(channel.adoption, member, at)
    }

    #[inline]
    fn asked(&mut self, table: &Table, slot: usize, place: usize) -> &mut Asked {
        &mut self.asked[slot * table.max_places + place]
    }
}

impl From<Event> for super::Event {
    fn from(event: Event) -> Self {
        Self::Ask(event)
    }
}
