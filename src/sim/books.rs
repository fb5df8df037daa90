//! The accounts of work: busy time, overtime, wages, and the time for which cases hold members.

use super::run::Engine;
use super::sink::Sink;
use super::token::Job;
use super::{MemberId, Meters, TokenId};
use crate::ids::Id;
use crate::plan::{Cursor, Member};
use crate::units::{Duration, Time};

impl<S: Sink> Engine<'_, S> {
    /// How long the worker has worked since the present stretch began.
    #[inline]
    pub(super) fn worked(&self, token: TokenId) -> Duration {
        let job = &self.s.ctx.tokens[token].job;
        if job.pauses { self.worked_in_shifts(token) } else { self.s.ctx.now.since(job.since) }
    }

    fn worked_in_shifts(&self, token: TokenId) -> Duration {
        let job = &self.s.ctx.tokens[token].job;
        let now = self.s.ctx.now;
        let mut worked = Duration::ZERO;
        self.s.ctx.staff.each_shift(self.plan, self.s.ctx.key, job.member, job.since, now, |from, to| {
            worked += to.since(from);
        });
        worked
    }

    /// Books the present stretch of work up to now: busy time, overtime, wages.
    #[inline(always)]
    pub(super) fn account(&mut self, token: TokenId) {
        let ctx = &mut self.s.ctx;
        let t = &ctx.tokens[token];
        let (case, parallel) = (t.case, t.job.parallel);
        let worked = if t.job.pauses { self.worked_in_shifts(token) } else { ctx.now.since(t.job.since) };
        self.s.ctx.cases[case].working += worked;
        if parallel {
            self.followers_worked(token, worked);
        }
        let mut member = self.s.ctx.tokens[token].job.member;
        while member != MemberId::NONE {
            let state = &self.s.ctx.staff[member];
            let (next, is_held) = (state.next, state.holder.is_some());
            if self.plan.teams.members[member.0 as usize].books_work {
                match is_held {
                    false => self.book(token, member),
                    // The time on shift is booked when the member is given back.
                    true => self.book_held_overtime(token, member),
                }
            }
            member = next;
        }
    }

    fn book(&mut self, token: TokenId, member: MemberId) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let m = &plan.teams.members[member.0 as usize];
        let (squad, team) = (&plan.teams.squads[m.squad as usize], &plan.teams.teams[m.team.index()]);
        let (job, now) = (&ctx.tokens[token].job, ctx.now);
        let since = job.since.max(ctx.staff[member].booked);
        let meters = &mut ctx.meters;
        if job.pauses {
            let (staff, key, is_other) = (&ctx.staff, ctx.key, member != job.member);
            staff.each_shift(plan, key, job.member, since, now, |from, to| {
                meters.integrate(team.busy, 1.0, from, to);
                meters.integrate(team.busy_wages, squad.wage, from, to);
                // Whose shift is another than the first worker's, may work off shift.
                if is_other && m.has_shifts {
                    staff.each_break(plan, key, member, from, to, |from, to| {
                        meters.integrate(team.overtime, 1.0, from, to);
                        meters.integrate(team.wages, squad.overtime_wage, from, to);
                    });
                }
            });
            return;
        }
        let may_exceed = job.exceeds || member != job.member;
        self.book_stretch(member, since, may_exceed);
    }

    /// A member has worked without a break since then; some of it may have been off shift.
    pub(super) fn book_stretch(&mut self, member: MemberId, since: Time, may_exceed: bool) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let m = &plan.teams.members[member.0 as usize];
        let (meters, now) = (&mut ctx.meters, ctx.now);
        book(m, meters, since, now);
        if may_exceed && m.has_shifts {
            let (squad, team) = (&plan.teams.squads[m.squad as usize], &plan.teams.teams[m.team.index()]);
            ctx.staff.each_break(plan, ctx.key, member, since, now, |from, to| {
                meters.integrate(team.overtime, 1.0, from, to);
                meters.integrate(team.wages, squad.overtime_wage, from, to);
            });
        }
    }

    /// A held member has worked in the present stretch: books what of it was off the member's own shift. Where the work pauses with the
    /// first worker's shift, all work while that is on.
    pub(super) fn book_held_overtime(&mut self, token: TokenId, member: MemberId) {
        let Job { member: first, since, exceeds, pauses, .. } = self.s.ctx.tokens[token].job;
        let now = self.s.ctx.now;
        if exceeds || (member != first && !pauses) {
            self.book_off_shift(member, since, now);
        }
        let mut from = if pauses && member != first { since } else { now };
        while from < now {
            let (start, end) = self.s.ctx.next_shift(self.plan, first, from);
            self.book_off_shift(member, start.max(from).min(now), end.min(now));
            from = end;
        }
    }

    /// Books what of a time was off shift, of a held member who worked through it.
    fn book_off_shift(&mut self, member: MemberId, since: Time, until: Time) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let m = &plan.teams.members[member.0 as usize];
        let (squad, team) = (&plan.teams.squads[m.squad as usize], &plan.teams.teams[m.team.index()]);
        let meters = &mut ctx.meters;
        ctx.staff.each_break(plan, ctx.key, member, since, until, |from, to| {
            meters.integrate(team.busy, 1.0, from, to);
            meters.integrate(team.busy_wages, squad.wage, from, to);
            meters.integrate(team.overtime, 1.0, from, to);
            meters.integrate(team.wages, squad.overtime_wage, from, to);
        });
    }

    /// Books the time for which a case has held a member, up to now: busy while on shift.
    pub(super) fn account_held(&mut self, member: MemberId) {
        let (plan, s) = (self.plan, &mut *self.s);
        let m = &plan.teams.members[member.0 as usize];
        if !m.books_work {
            return;
        }
        let (squad, team) = (&plan.teams.squads[m.squad as usize], &plan.teams.teams[m.team.index()]);
        let state = &mut s.ctx.staff[member];
        let since = state.booked;
        state.booked = since.max(s.ctx.now);
        let meters = &mut s.ctx.meters;
        s.ctx.staff.each_shift(plan, s.ctx.key, member, since, s.ctx.now, |from, to| {
            meters.integrate(team.busy, 1.0, from, to);
            meters.integrate(team.busy_wages, squad.wage, from, to);
        });
    }

    /// The run is over: books what is at work or held.
    pub(super) fn finish_work(&mut self) {
        for member in (0..self.plan.teams.members.len() as u32).map(MemberId) {
            let state = self.s.ctx.staff[member];
            if state.holder.is_some() {
                self.account_held(member);
            }
            if state.token != TokenId::NONE && self.s.ctx.tokens[state.token].job.member == member {
                self.account(state.token);
            }
        }
    }

    /// On-shift time and its wages, from the calendars.
    pub(super) fn finish_shifts(&mut self) {
        let (plan, s) = (self.plan, &mut *self.s);
        for squad in &plan.teams.squads {
            let team = &plan.teams.teams[plan.teams.pools[squad.pool as usize].team.index()];
            if !team.books_shifts {
                continue;
            }
            // What comes after the window counts nowhere.
            let over = s.ctx.now.min(plan.axis.window_end);
            let (mut cursor, mut from) = (Cursor::default(), Time::ZERO);
            while from < over {
                let (start, end) = squad.shift_from(plan, from, &mut cursor);
                let people = s.ctx.staff.n_of_shift(plan, s.ctx.key, squad, start) as f64;
                let (start, until) = (start.max(Time::ZERO), end.min(over));
                s.ctx.meters.integrate(team.on_shift, people, start, until);
                s.ctx.meters.integrate(team.wages, people * squad.wage, start, until);
                from = end;
            }
        }
    }
}

/// Books busy time and its wages.
#[inline(always)]
pub(super) fn book(member: &Member, meters: &mut Meters, since: Time, until: Time) {
    meters.integrate(member.busy, 1.0, since, until);
    meters.integrate(member.busy_wages, member.wage, since, until);
}
