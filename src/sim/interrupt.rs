//! Interruptions: members read, answer, ask and learn in between.
//!
//! An interruption takes its time at once, in the member's own working time, one after another. (The time of an answer is
//! taken when the answer is out.) Nobody who is at work can do both: the work goes on afterwards, for all who work on it
//! together. Whoever is idle stays assignable, and begins the next work when the message is dealt with. So all time spent
//! on messages is worked, and none of it twice: it is busy time, within work or without. Messages that come off shift are
//! read when the next shift begins; whoever works overtime reads them then.

use super::token::Waits;
use super::{Context, Event, MemberId, Staff, TokenId};
use crate::activity::OffShift;
use crate::ids::Id;
use crate::kernel::{Phase, Ticket};
use crate::plan::Plan;
use crate::rng::Key;
use crate::units::{Duration, Time};

impl Context {
    /// The member is interrupted for this long.
    pub fn interrupt(&mut self, plan: &Plan, member: MemberId, time: Duration) {
        let token = self.staff[member].token;
        if token != TokenId::NONE && self.tokens[token].waits == Waits::Work {
            self.lengthen(plan, token, member, time);
            return;
        }
        let from = self.staff[member].answering.max(self.now);
        self.staff[member].answering = self.add_own(plan, member, from, time);
        if self.staff[member].holder.is_none() {
            self.book_answering(plan, member);
        }
    }

    /// Books what an idle member still has to read and answer.
    pub(super) fn book_answering(&mut self, plan: &Plan, member: MemberId) {
        let state = &mut self.staff[member];
        if state.answering <= self.now || state.booked >= state.answering {
            return;
        }
        let (from, until) = (state.booked.max(self.now), state.answering);
        state.booked = until;
        let m = &plan.teams.members[member.0 as usize];
        if !m.books_work {
            return;
        }
        let (squad, team) = (&plan.teams.squads[m.squad as usize], &plan.teams.teams[m.team.index()]);
        let meters = &mut self.meters;
        self.staff.each_shift(plan, self.key, member, from, until, |from, to| {
            meters.integrate(team.busy, 1.0, from, to);
            meters.integrate(team.busy_wages, squad.wage, from, to);
        });
    }

    /// The token's work is interrupted, and takes longer by what nobody of its members has answered before.
    fn lengthen(&mut self, plan: &Plan, token: TokenId, member: MemberId, time: Duration) {
        let job = self.tokens[token].job;
        let first = &plan.teams.members[job.member.0 as usize];
        let by_the_clock = !first.has_shifts || job.exceeds;
        let before = self.staff.all_answer_until(job.member).max(self.now);
        let from = self.staff[member].answering.max(self.now);
        let until = if by_the_clock { from + time } else { self.add_own(plan, member, from, time) };
        self.staff[member].answering = until;
        if until <= before {
            return;
        }
        let longer = match by_the_clock {
            true => until.since(before),
            false => self.staff.working_between(plan, self.key, job.member, before, until),
        };
        let job = &mut self.tokens[token].job;
        job.span += longer;
        if job.hands_over {
            return;
        }
        if job.pauses {
            job.until = self.staff.add_working(plan, self.key, job.member, job.since, job.span);
        } else {
            job.until = job.since + job.span;
            if !by_the_clock {
                let (job, since) = (*job, job.since);
                let end = self.staff.next_shift(plan, self.key, job.member, since).1;
                if job.until > end {
                    self.outlast_shift(plan, token, end);
                    if self.tokens[token].job.exceeds {
                        self.staff[member].answering = from + time;
                    }
                }
            }
        }
        let ticket = std::mem::replace(&mut self.tokens[token].ticket, Ticket::NONE);
        self.agenda.cancel(ticket);
        self.await_end_of_work(token);
    }

    /// The token's work would go on beyond the end of its worker's shift.
    pub(super) fn outlast_shift(&mut self, plan: &Plan, token: TokenId, end: Time) {
        let job = &mut self.tokens[token].job;
        match plan.teams.works[job.work as usize].off_shift {
            OffShift::Finish | OffShift::Fit => job.exceeds = true,
            OffShift::HandOver => {
                job.hands_over = true;
                job.until = end;
            }
            OffShift::Pause => {
                job.pauses = true;
                job.until = self.staff.add_working(plan, self.key, job.member, job.since, job.span);
            }
        }
    }

    /// Schedules the end of the token's work, or of its worker's shift.
    pub(super) fn await_end_of_work(&mut self, token: TokenId) {
        let job = &self.tokens[token].job;
        let phase = if job.hands_over { Phase::Calendar } else { Phase::Completion };
        self.tokens[token].ticket = self.agenda.schedule(job.until, phase, Event::Token(token));
    }

    /// What of the span of the token's work its members have not answered yet.
    pub(super) fn unanswered(&self, plan: &Plan, token: TokenId) -> Duration {
        let job = &self.tokens[token].job;
        let until = self.staff.all_answer_until(job.member);
        if until <= self.now {
            Duration::ZERO
        } else if job.exceeds || !plan.teams.members[job.member.0 as usize].has_shifts {
            until.since(self.now)
        } else {
            self.staff.working_between(plan, self.key, job.member, self.now, until)
        }
    }

    /// `time` later in the member's own working time.
    fn add_own(&self, plan: &Plan, member: MemberId, from: Time, time: Duration) -> Time {
        let m = &plan.teams.members[member.0 as usize];
        if !m.has_shifts {
            return from + time;
        }
        // Mostly within the shift that is on, or the next one.
        match self.staff.known_shift(plan, m.squad, from) {
            Some((start, end)) if from.max(start) + time <= end => from.max(start) + time,
            _ => self.staff.add_working(plan, self.key, member, from, time),
        }
    }
}

impl Staff {
    /// Until when those who work together with this member (the first of them) read and answer.
    fn all_answer_until(&self, first: MemberId) -> Time {
        let (mut until, mut member) = (Time::ZERO, first);
        while member != MemberId::NONE {
            until = until.max(self[member].answering);
            member = self[member].next;
        }
        until
    }

    /// How long those who work together with this member (the first of them) still read and answer, in its working time.
    #[inline(never)]
    pub(super) fn answering_left(&self, plan: &Plan, key: Key, first: MemberId, now: Time) -> Duration {
        let until = self.all_answer_until(first);
        if until <= now { Duration::ZERO } else { self.working_between(plan, key, first, now, until) }
    }

    fn working_between(&self, plan: &Plan, key: Key, member: MemberId, from: Time, to: Time) -> Duration {
        if !plan.teams.members[member.0 as usize].has_shifts {
            return to.since(from);
        }
        let mut time = Duration::ZERO;
        self.each_shift(plan, key, member, from, to, |from, to| time += to.since(from));
        time
    }
}
