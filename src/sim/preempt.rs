//! Preemption: requests of high priority take members away from work of lower priority.

use super::run::Engine;
use super::sink::Sink;
use super::{Member, MemberId, TokenId};
use crate::activity::Preemption;
use crate::plan::{Dispatch, Need};
use crate::units::Duration;

impl<S: Sink> Engine<'_, S> {
    pub(super) fn lowest_at_work(&self, pool: u32) -> f64 {
        let members = self.plan.teams.pools[pool as usize].members.clone();
        let priorities = members.filter_map(|m| self.preemptable(MemberId(m))).map(|(priority, _)| priority);
        priorities.fold(f64::INFINITY, f64::min)
    }

    /// Priority and order of coming of the work that may be taken away from a member, who is free then.
    fn preemptable(&self, member: MemberId) -> Option<(f64, u64)> {
        let Member { token, holder, .. } = self.s.ctx.staff[member];
        if token == TokenId::NONE || holder.is_some() {
            return None;
        }
        let job = &self.s.ctx.tokens[token].job;
        let preemption = self.plan.teams.works[job.work as usize].preemption;
        (preemption != Preemption::Never).then_some((job.priority, job.seq))
    }

    /// Finds work of lower priority that would be enough for the request, were it taken away: the lowest priority first, then the
    /// latest to come.
    pub(super) fn find_victims(&mut self, token: TokenId) -> bool {
        let plan = self.plan;
        // What is taken away for it would be kept back for the earlier one.
        if self.may_be_kept_back(token) && self.is_kept_back(token) {
            return false;
        }
        let t = &self.s.ctx.tokens[token];
        let (holding, priority, size) = (t.job.holding, t.job.priority, t.job.size);
        let (case, work) = self.request(token);
        let mut victims = std::mem::take(&mut self.s.victims);
        victims.clear();
        self.s.chosen.clear();
        // Whoever is found for one need is not there for the others.
        let enough = work.needs.iter().enumerate().all(|(i, need)| {
            let pool = self.pool_of(need, case);
            let mut missing = usize::from(need.count);
            let fit = work.has_to_fit(i).then_some(size);
            if holding {
                missing = self.choose_held(case, need, pool, missing, fit);
            }
            let squads = plan.teams.pools[pool as usize].squads.clone();
            for squad in squads.filter(|squad| plan.teams.has_skill(*squad, need.skill)) {
                let s = &mut *self.s;
                if s.ctx.staff.is_open(plan, squad, s.ctx.now)
                    && fit.is_none_or(|work| s.ctx.staff.fits(plan, squad, s.ctx.now, work))
                {
                    missing -= s.ctx.staff.take_free(plan, s.ctx.key, squad, missing, &mut s.chosen);
                }
            }
            (0..missing).all(|_| self.find_victim(need, pool, (priority, fit), &mut victims))
        });
        self.unchoose();
        let found = enough && !victims.is_empty();
        self.s.victims = victims;
        found
    }

    /// Takes away the work that was found.
    pub(super) fn take_away_from_victims(&mut self) {
        let victims = std::mem::take(&mut self.s.victims);
        victims.iter().for_each(|victim| self.take_away(*victim));
        self.s.victims = victims;
    }

    /// Chooses one more member at work of lower priority: one whose work is taken away in any case, if there is one.
    /// `fit`: the work that has to fit into the shift.
    fn find_victim(
        &mut self,
        need: &Need,
        pool: u32,
        (priority, fit): (f64, Option<Duration>),
        victims: &mut Vec<TokenId>,
    ) -> bool {
        let plan = self.plan;
        let pool = &plan.teams.pools[pool as usize];
        if pool.dispatch != Dispatch::Priority {
            return false;
        }
        let mut worst: Option<(bool, f64, u64, MemberId)> = None;
        for member in pool.members.clone().map(MemberId) {
            let Some((p, seq)) = self.preemptable(member) else { continue };
            let squad = plan.teams.members[member.0 as usize].squad;
            let spared = !victims.contains(&self.s.ctx.staff[member].token);
            let better = worst.is_none_or(|(other, wp, ws, _)| {
                (spared, p, std::cmp::Reverse(seq)) < (other, wp, std::cmp::Reverse(ws))
            });
            if p < priority
                && better
                && plan.teams.has_skill(squad, need.skill)
                && self.s.ctx.staff.is_open(plan, squad, self.s.ctx.now)
                && fit.is_none_or(|work| self.s.ctx.staff.fits(plan, squad, self.s.ctx.now, work))
                && !self.s.chosen.contains(&member)
            {
                worst = Some((spared, p, seq, member));
            }
        }
        let Some((spared, .., member)) = worst else { return false };
        self.s.chosen.push(member);
        if spared {
            victims.push(self.s.ctx.staff[member].token);
        }
        true
    }
}
