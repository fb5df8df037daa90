//! Preemption: requests of high priority take members away from work of lower priority.

use super::run::Engine;
use super::sink::Sink;
use super::{CaseId, MemberId, TokenId};
use crate::activity::Preemption;
use crate::plan::{Dispatch, Need};

impl<S: Sink> Engine<'_, S> {
    pub(super) fn lowest_at_work(&self, pool: u32) -> f64 {
        let members = self.plan.teams.pools[pool as usize].members.clone();
        let priorities = members.filter_map(|m| self.preemptable(MemberId(m))).map(|(priority, _)| priority);
        priorities.fold(f64::INFINITY, f64::min)
    }

    /// Priority and order of coming of the work that may be taken away from a member.
    fn preemptable(&self, member: MemberId) -> Option<(f64, u64)> {
        let token = self.s.ctx.staff[member].token;
        if token == TokenId::NONE {
            return None;
        }
        let job = &self.s.ctx.tokens[token].job;
        let preemption = self.plan.teams.works[job.work as usize].preemption;
        (preemption != Preemption::Never).then_some((job.priority, job.seq))
    }

    /// Takes members away from work of lower priority, if that is enough for the request: the lowest priority first,
    /// then the latest to come.
    pub(super) fn preempt(&mut self, token: TokenId) -> bool {
        let plan = self.plan;
        let t = &self.s.ctx.tokens[token];
        let (case, priority) = (t.case, t.job.priority);
        let work = &plan.teams.works[t.job.work as usize];
        let mut victims = std::mem::take(&mut self.s.victims);
        victims.clear();
        let enough = work.needs.iter().all(|need| self.find_victims(need, case, priority, &mut victims));
        if enough {
            victims.iter().for_each(|victim| self.take_away(*victim));
        }
        let taken = enough && !victims.is_empty();
        self.s.victims = victims;
        taken
    }

    fn find_victims(&mut self, need: &Need, case: CaseId, priority: f64, victims: &mut Vec<TokenId>) -> bool {
        let plan = self.plan;
        let pool_id = self.pool_of(need, case);
        let pool = &plan.teams.pools[pool_id as usize];
        let mut missing = usize::from(need.count);
        for squad in pool.squads.clone().filter(|squad| plan.teams.has_skill(*squad, need.skill)) {
            let s = &mut *self.s;
            if s.ctx.staff.is_open(plan, squad, s.ctx.now) {
                s.chosen.clear();
                missing -= s.ctx.staff.take_free(plan, s.ctx.key, squad, missing, &mut s.chosen);
                self.unchoose();
            }
        }
        if missing > 0 && pool.dispatch != Dispatch::Priority {
            return false;
        }
        while missing > 0 {
            let mut worst: Option<(f64, u64, TokenId)> = None;
            for member in pool.members.clone().map(MemberId) {
                let Some((p, seq)) = self.preemptable(member) else { continue };
                let token = self.s.ctx.staff[member].token;
                let squad = plan.teams.members[member.0 as usize].squad;
                let lower = worst.is_none_or(|(wp, ws, _)| p < wp || (p == wp && seq > ws));
                if p < priority
                    && lower
                    && plan.teams.has_skill(squad, need.skill)
                    && self.s.ctx.staff.is_open(plan, squad, self.s.ctx.now)
                    && !victims.contains(&token)
                {
                    worst = Some((p, seq, token));
                }
            }
            let Some((.., victim)) = worst else { return false };
            victims.push(victim);
            missing -= 1;
        }
        true
    }
}
