//! Which members a request gets, and which are kept back for an earlier request for several members.

use super::run::Engine;
use super::sink::Sink;
use super::{CaseId, MemberId, TokenId};
use crate::plan::{Joint, NONE, Need};
use crate::units::Duration;

impl<S: Sink> Engine<'_, S> {
    #[inline]
    pub(super) fn make_idle(&mut self, member: MemberId) {
        let pool = self.plan.teams.members[member.0 as usize].pool;
        self.s.ctx.staff.set_idle(pool, member, true);
    }

    /// Chooses members for all needs of a request, and marks them as not idle; or none.
    pub(super) fn choose(&mut self, token: TokenId) -> bool {
        self.choose_in_turn(token) || self.choose_otherwise(token)
    }

    /// Whoever has several skills may have been chosen for the wrong one: tries every other way.
    #[inline]
    fn choose_otherwise(&mut self, token: TokenId) -> bool {
        let (_, work) = self.request(token);
        work.needs.len() > 1 && self.may_be_otherwise(token) && self.choose_from(token, 0, 0, 0)
    }

    /// Whether two needs, one of them for a skill, are for members of the same pool, of which the case holds none.
    #[inline(never)]
    fn may_be_otherwise(&self, token: TokenId) -> bool {
        let (case, work) = self.request(token);
        let pool = |i: usize| self.pool_of(&work.needs[i], case);
        let is_shared = |i: usize| (0..work.needs.len()).any(|j| i != j && pool(i) == pool(j));
        (0..work.needs.len()).any(|i| work.needs[i].skill != NONE && is_shared(i))
            && !(0..work.needs.len()).any(|i| self.holds_of(case, pool(i)))
    }

    /// Chooses for the needs from this one on, of which so many members are chosen, the last of them of this squad of its pool.
    fn choose_from(&mut self, token: TokenId, number: usize, chosen: u32, from: u32) -> bool {
        let plan = self.plan;
        let (case, work) = self.request(token);
        let Some(need) = work.needs.get(number) else { return true };
        if chosen == u32::from(need.count) {
            return self.choose_from(token, number + 1, 0, 0);
        }
        let pool = self.pool_of(need, case);
        let squads = plan.teams.pools[pool as usize].squads.clone();
        let fit = work.has_to_fit(number).then_some(self.s.ctx.tokens[token].job.size);
        for squad in squads.start + from..squads.end {
            let s = &mut *self.s;
            let suits = plan.teams.has_skill(squad, need.skill)
                && s.ctx.staff.is_open(plan, squad, s.ctx.now)
                && fit.is_none_or(|work| s.ctx.staff.fits(plan, squad, s.ctx.now, work));
            if !suits || s.ctx.staff.take_free(plan, s.ctx.key, squad, 1, &mut s.chosen) == 0 {
                continue;
            }
            if self.choose_from(token, number, chosen + 1, squad - squads.start) {
                return true;
            }
            if let Some(member) = self.s.chosen.pop() {
                self.make_idle(member);
            }
        }
        false
    }

    fn choose_in_turn(&mut self, token: TokenId) -> bool {
        let plan = self.plan;
        let t = &self.s.ctx.tokens[token];
        let (case, holding, size) = (t.case, t.job.holding, t.job.size);
        let work = &plan.teams.works[t.job.work as usize];
        self.s.chosen.clear();
        for (i, need) in work.needs.iter().enumerate() {
            let pool = self.pool_of(need, case);
            let mut missing = usize::from(need.count);
            let fit = work.has_to_fit(i).then_some(size);
            if holding {
                missing = self.choose_held(case, need, pool, missing, fit);
            }
            let s = &mut *self.s;
            for squad in plan.teams.pools[pool as usize].squads.clone() {
                if missing == 0 {
                    break;
                }
                if plan.teams.has_skill(squad, need.skill)
                    && s.ctx.staff.is_open(plan, squad, s.ctx.now)
                    && fit.is_none_or(|work| s.ctx.staff.fits(plan, squad, s.ctx.now, work))
                {
                    missing -= s.ctx.staff.take_free(plan, s.ctx.key, squad, missing, &mut s.chosen);
                }
            }
            if missing > 0 {
                self.unchoose();
                return false;
            }
        }
        true
    }

    /// Members that the case has seized, that are on shift and do not work, serve its needs first. Returns how many are
    /// missing. `fit`: the work that has to fit into the shift.
    pub(super) fn choose_held(
        &mut self,
        case: CaseId,
        need: &Need,
        pool: u32,
        mut missing: usize,
        fit: Option<Duration>,
    ) -> usize {
        let (plan, s) = (self.plan, &mut *self.s);
        let mut held = s.ctx.cases[case].held;
        while held != MemberId::NONE && missing > 0 {
            let member = &plan.teams.members[held.0 as usize];
            let fits = member.pool == pool
                && plan.teams.has_skill(member.squad, need.skill)
                && (!member.has_shifts || s.ctx.is_on_shift(plan, held))
                && fit.is_none_or(|work| {
                    let (staff, now) = (&mut s.ctx.staff, s.ctx.now);
                    staff.is_open(plan, member.squad, now) && staff.fits(plan, member.squad, now, work)
                });
            if fits && s.ctx.staff[held].token == TokenId::NONE && !s.chosen.contains(&held) {
                s.chosen.push(held);
                missing -= 1;
            }
            held = s.ctx.staff[held].next_held;
        }
        missing
    }

    /// Whether the case has seized members of this pool.
    #[inline]
    pub(super) fn holds_of(&self, case: CaseId, pool: u32) -> bool {
        let mut held = self.s.ctx.cases[case].held;
        while held != MemberId::NONE && self.plan.teams.members[held.0 as usize].pool != pool {
            held = self.s.ctx.staff[held].next_held;
        }
        held != MemberId::NONE
    }

    pub(super) fn unchoose(&mut self) {
        while let Some(member) = self.s.chosen.pop() {
            let state = &self.s.ctx.staff[member];
            if state.holder.is_none() && state.token == TokenId::NONE {
                self.make_idle(member);
            }
        }
    }

    // ---- requests for several members ----

    /// Whether an earlier request for several members could keep members back from this one.
    #[inline]
    pub(super) fn may_be_kept_back(&self, token: TokenId) -> bool {
        let (case, work) = self.request(token);
        !self.s.ctx.tokens[token].job.holding
            && work.needs.iter().any(|need| self.gang_before(token, self.pool_of(need, case)).is_some())
    }

    /// The request that is first in a pool's queue, if it is for several members, came before this one, and may keep
    /// members back.
    #[inline]
    fn gang_before(&self, token: TokenId, pool: u32) -> Option<TokenId> {
        let state = &self.s.pools[pool as usize];
        if state.n_gangs == 0 || self.plan.teams.pools[pool as usize].joint == Joint::Greedy {
            return None;
        }
        let first = *state.queue.front()?;
        let tokens = &self.s.ctx.tokens;
        let came_before = first != token && tokens[first].job.seq < tokens[token].job.seq;
        (came_before && self.request(first).1.gang).then_some(first)
    }

    /// Whether an earlier request for several members keeps members back from this one.
    pub(super) fn is_kept_back(&mut self, token: TokenId) -> bool {
        let (case, work) = self.request(token);
        work.needs.iter().any(|need| {
            let first = self.gang_before(token, self.pool_of(need, case));
            first.is_some_and(|first| self.could_be_met(first))
        })
    }

    /// A request is gone that may have kept members back from others.
    pub(super) fn look_again_without(&mut self, token: TokenId) {
        let (case, work) = self.request(token);
        if work.gang && self.plan.teams.keeps_back {
            work.needs.iter().for_each(|need| self.touch(self.pool_of(need, case)));
        }
    }

    /// The shifts on in a pool have changed: a request that could be met may be so no more, and keep nobody back.
    pub(super) fn look_again_beside(&mut self, pool: u32) {
        self.touch(pool);
        if self.s.pools[pool as usize].n_gangs == 0 || !self.plan.teams.keeps_back {
            return;
        }
        for i in 0..self.s.pools[pool as usize].queue.len() {
            let token = self.s.pools[pool as usize].queue[i];
            self.look_again_without(token);
        }
    }

    /// Hides the members that earlier requests keep back from this one.
    pub(super) fn keep_back(&mut self, token: TokenId) {
        let plan = self.plan;
        let (case, work) = self.request(token);
        for need in &work.needs {
            let pool = self.pool_of(need, case);
            let Some(first) = self.gang_before(token, pool) else { continue };
            if !self.could_be_met(first) {
                continue;
            }
            let (case, work) = self.request(first);
            for need in &work.needs {
                if self.pool_of(need, case) != pool {
                    continue;
                }
                let mut missing = usize::from(need.count);
                let s = &mut *self.s;
                for squad in plan.teams.pools[pool as usize].squads.clone() {
                    if plan.teams.has_skill(squad, need.skill) && s.ctx.staff.is_open(plan, squad, s.ctx.now)
                    {
                        missing -= s.ctx.staff.take_free(plan, s.ctx.key, squad, missing, &mut s.hidden);
                    }
                }
            }
        }
    }

    /// Whether a request is first in all its queues, and the members on shift, at work or not, are enough for it.
    fn could_be_met(&mut self, token: TokenId) -> bool {
        let plan = self.plan;
        let t = &self.s.ctx.tokens[token];
        let (case, work) = (t.case, &plan.teams.works[t.job.work as usize]);
        work.needs.iter().all(|need| {
            let pool = self.pool_of(need, case);
            let first = self.s.pools[pool as usize].queue.front().copied();
            let s = &mut *self.s;
            let on_shift: usize = plan.teams.pools[pool as usize]
                .squads
                .clone()
                .filter(|squad| plan.teams.has_skill(*squad, need.skill))
                .map(|squad| s.ctx.staff.n_on_shift(plan, s.ctx.key, squad, s.ctx.now))
                .sum();
            first == Some(token) && on_shift >= usize::from(need.count)
        })
    }
}
