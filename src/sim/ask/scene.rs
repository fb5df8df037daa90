//! What a search works on: the plan, the shared state, the shelves.

use super::Question;
use crate::ids::{AttrId, Id};
use crate::plan::Plan;
use crate::plan::ask::{self as table, Table};
use crate::rng::{Purpose, mix};
use crate::sim::stock::Stock;
use crate::sim::{Context, MemberId, TokenId};
use crate::units::{Duration, Time};

/// Shelves and records, as a search sees them.
pub trait Shelves {
    /// Units free on the shelf.
    fn shelf(&self, part: u32, site: u32) -> i64;
    /// Units free according to the record.
    fn record(&self, part: u32, site: u32) -> i64;
    /// Sets a unit aside for the token's case, if there is one.
    fn reserve(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, part: u32, site: u32) -> bool;
    /// Tells the token's case of a unit, which stays on its shelf.
    fn point_out(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, part: u32, site: u32);
}

impl Shelves for Stock {
    fn shelf(&self, part: u32, site: u32) -> i64 {
        self.units(part, site)
    }

    fn record(&self, part: u32, site: u32) -> i64 {
        self.recorded(part, site)
    }

    fn reserve(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, part: u32, site: u32) -> bool {
        self.set_aside(plan, ctx, token, part, site)
    }

    fn point_out(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, part: u32, site: u32) {
        Stock::point_out(self, plan, ctx, token, part, site);
    }
}

pub(super) struct Scene<'a, S> {
    pub plan: &'a Plan,
    pub ctx: &'a mut Context,
    pub stock: &'a mut S,
}

impl<'a, S> Scene<'a, S> {
    pub fn table(&self) -> &'a Table {
        &self.plan.ask
    }

    pub fn ask(&self, question: &Question) -> &'a table::Ask {
        &self.plan.ask.asks[question.ask as usize]
    }

    /// The group whose beliefs a member shares.
    pub fn viewer(&self, member: u32) -> u32 {
        let pool = self.plan.teams.members[member as usize].pool;
        self.table().viewer_of_pool[pool as usize]
    }

    /// `at` when the member is on shift then, else the beginning of the next shift.
    pub fn on_shift_from(&mut self, member: MemberId, at: Time) -> Time {
        if at == self.ctx.now && self.is_on_shift(member) {
            return at;
        }
        // The shift that is on serves for those who are asked about next.
        self.ctx.staff.is_open(self.plan, self.plan.teams.members[member.0 as usize].squad, self.ctx.now);
        self.ctx.next_shift(self.plan, member, at).0.max(at)
    }

    pub fn is_on_shift(&mut self, member: MemberId) -> bool {
        self.ctx.is_on_shift(self.plan, member)
    }

    pub fn entity(&self, member: u32) -> u64 {
        self.table().entities[member as usize]
    }

    /// A uniform number for this question and somebody (or some place).
    #[inline]
    pub fn uniform(&self, question: &Question, purpose: Purpose, who: u64, draw: u32) -> f64 {
        self.ctx.key.uniform(purpose, mix(question.entity, who), question.visit, draw)
    }

    /// The member works on communication for this time, in between.
    pub fn charge(&mut self, member: u32, time: Duration) {
        if time > Duration::ZERO {
            self.ctx.interrupt(self.plan, MemberId(member), time);
            let team = self.plan.teams.members[member as usize].team;
            self.ctx.meters.add(self.plan.teams.teams[team.index()].asking, time.seconds());
        }
    }

    pub fn set(&mut self, question: &Question, attr: AttrId, value: f64) {
        let case = self.ctx.case_of(question.token);
        self.ctx.cases.attributes_mut(case)[attr.index()] = value;
    }

    /// The part that is sought, if it is one.
    pub fn part(&self, question: &Question) -> Option<u32> {
        ((question.item as usize) < self.table().n_parts).then_some(question.item)
    }

    fn topic(&self, question: &Question) -> Option<&table::Topic> {
        let topic = (question.item as usize).checked_sub(self.table().n_parts)?;
        self.table().topics.as_slice().get(topic)
    }

    /// A fact that is drawn for this question, so that nothing is to be learned from earlier answers.
    pub fn is_about_question(&self, question: &Question) -> bool {
        self.topic(question).is_some_and(|t| t.per_question)
    }

    /// Whether a member (or, for a fact drawn for the question, the place) knows.
    pub fn knows(&self, question: &Question, place: &table::Place, member: u32) -> bool {
        self.topic(question).is_some_and(|topic| {
            let share = topic.known_by[place.team.index()];
            let u = match topic.per_question {
                true => self.uniform(question, topic.knows, place.entity, 0),
                false => self.ctx.key.uniform(topic.knows, self.entity(member), 0, 0),
            };
            u < share
        })
    }
}
