//! Work: from the request for members to their release, and the accounts of it.

use super::books::book;
use super::case::Turn;
use super::run::Engine;
use super::sink::Sink;
use super::token::{Job, Waits};
use super::{CaseId, Event, Flow, MemberId, TokenId};
use crate::activity::Preemption;
use crate::ids::TeamId;
use crate::kernel::{Phase, Ticket};
use crate::plan::{Content, Work};
use crate::units::{Duration, Time};

impl<S: Sink> Engine<'_, S> {
    // ---- requests ----

    /// A task asks for its members.
    #[inline(always)]
    pub(super) fn work(&mut self, token: TokenId, number: u32) -> Flow {
        let content = self.content(token, number, 0);
        self.ask_for_members(token, number, content, content);
        Flow::Wait
    }

    /// The members are asked for; they stay with the case.
    pub(super) fn seize(&mut self, token: TokenId, number: u32) -> Flow {
        self.ask_for_members(token, number, Duration::ZERO, Duration::ZERO);
        Flow::Wait
    }

    /// Work content at speed 1; `draw` counts repetitions.
    #[inline(always)]
    pub(super) fn content(&mut self, token: TokenId, number: u32, draw: u32) -> Duration {
        let ctx = &mut self.s.ctx;
        let seconds = match &self.plan.teams.works[number as usize].content {
            Content::Law(purpose, law) => {
                let t = &ctx.tokens[token];
                law.sample(ctx.key.uniform(*purpose, ctx.cases[t.case].entity, t.visit, draw))
            }
            Content::Draw(amount) => {
                let seconds = self.plan.draws.amount(*amount, ctx.occasion(token), draw);
                return ctx.time(token, seconds);
            }
            Content::Held => 0.0,
        };
        Duration::from_seconds(seconds)
    }

    /// `size` is what counts where the shortest goes first.
    #[inline(always)]
    pub(super) fn ask_for_members(&mut self, token: TokenId, number: u32, content: Duration, size: Duration) {
        let (plan, s) = (self.plan, &mut *self.s);
        let work = &plan.teams.works[number as usize];
        let seq = s.next_seq;
        s.next_seq += 1;
        let t = &mut s.ctx.tokens[token];
        t.waits = Waits::Queue;
        t.job = Job {
            work: number,
            seq,
            left: content,
            size,
            queued: s.ctx.now,
            plain: work.direct,
            ..Job::NONE
        };
        if work.simple {
            self.join_simple_queue(token, work);
        } else {
            self.ask_for_certain_members(token, work);
        }
    }

    #[inline(never)]
    fn ask_for_certain_members(&mut self, token: TokenId, work: &Work) {
        let ctx = &mut self.s.ctx;
        let t = &mut ctx.tokens[token];
        t.job.holding = ctx.cases[t.case].held != MemberId::NONE && !work.holds();
        if work.priority.is_some() || work.patience.is_some() {
            self.order_and_patience(token, work);
        }
        self.join_queues(token, work);
    }

    #[inline(never)]
    fn order_and_patience(&mut self, token: TokenId, work: &Work) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let occasion = ctx.occasion(token);
        let priority = work.priority.map_or(0.0, |code| plan.draws.code(code, occasion));
        let patience = work.patience.map(|(law, purpose)| {
            let u = occasion.key.uniform(purpose, occasion.entity, occasion.visit, 0);
            ctx.now + Duration::from_seconds(plan.draws.law(law, u))
        });
        let job = &mut ctx.tokens[token].job;
        job.priority = if priority.is_nan() { 0.0 } else { priority };
        if let Some(time) = patience {
            job.patience = ctx.agenda.schedule(time, Phase::Completion, Event::Patience(token));
        }
    }

    /// The token's patience is over.
    pub(super) fn renege(&mut self, token: TokenId) {
        if self.s.ctx.tokens[token].waits == Waits::Queue {
            self.leave_queue(token);
            let at = self.s.ctx.tokens[token].at;
            self.execute(token, at + 2);
        }
    }

    /// The token gives up its request.
    pub(super) fn leave_queue(&mut self, token: TokenId) {
        self.leave_queues(token);
        self.stop_waiting(token, Turn::GivenUp);
        self.look_again_without(token);
    }

    fn stop_waiting(&mut self, token: TokenId, turn: Turn) {
        let plan = self.plan;
        let ctx = &mut self.s.ctx;
        let t = &mut ctx.tokens[token];
        ctx.cases.waited(plan, t.case, t.step, ctx.now.since(t.job.queued), turn);
        if t.job.patience != Ticket::NONE {
            ctx.agenda.cancel(t.job.patience);
            t.job.patience = Ticket::NONE;
        }
    }

    // ---- work ----

    /// A free member serves a plain request that has left its queue.
    #[inline(always)]
    pub(super) fn serve(&mut self, token: TokenId, member: MemberId, pool: u32) {
        let s = &mut *self.s;
        let ctx = &mut s.ctx;
        let t = &mut ctx.tokens[token];
        if !t.job.plain {
            let work = &self.plan.teams.works[t.job.work as usize];
            if work.holds() {
                s.chosen.clear();
                s.chosen.push(member);
                ctx.staff.set_idle(pool, member, false);
                self.assign(token);
                return;
            }
            s.pools[pool as usize].n_preemptable += u32::from(work.preemption != Preemption::Never);
            if t.job.parallel {
                self.followers_begin(token);
            }
        }
        let ctx = &mut self.s.ctx;
        let t = &mut ctx.tokens[token];
        ctx.cases.waited(self.plan, t.case, t.step, ctx.now.since(t.job.queued), Turn::Came);
        if t.job.patience != Ticket::NONE {
            ctx.agenda.cancel(t.job.patience);
            t.job.patience = Ticket::NONE;
        }
        t.job.member = member;
        ctx.staff.employ(member, pool, token);
        self.begin_work(token);
    }

    /// The chosen members take the request on.
    pub(super) fn assign(&mut self, token: TokenId) {
        self.stop_waiting(token, Turn::Came);
        if self.s.ctx.tokens[token].job.parallel {
            self.followers_begin(token);
        }
        let plan = self.plan;
        let t = &self.s.ctx.tokens[token];
        let (work, at) = (&plan.teams.works[t.job.work as usize], t.at);
        if work.holds() {
            for i in 0..self.s.chosen.len() {
                self.hold(token, self.s.chosen[i]);
            }
            self.take_turn(token, at + 1);
            return;
        }
        let s = &mut *self.s;
        let mut next = MemberId::NONE;
        for &member in s.chosen.iter().rev() {
            let m = &mut s.ctx.staff[member];
            (m.token, m.next) = (token, next);
            next = member;
            if work.preemption != Preemption::Never {
                s.pools[plan.teams.members[member.0 as usize].pool as usize].n_preemptable += 1;
            }
        }
        s.ctx.tokens[token].job.member = next;
        self.begin_work(token);
    }

    /// The member stays with the token's case.
    fn hold(&mut self, token: TokenId, member: MemberId) {
        let ctx = &mut self.s.ctx;
        let case = ctx.case_of(token);
        let first = std::mem::replace(&mut ctx.cases[case].held, member);
        let m = &mut ctx.staff[member];
        (m.holder, m.booked, m.next_held) = (Some(case), m.booked.max(ctx.now), first);
    }

    /// The token's members work on what is left.
    #[inline(always)]
    pub(super) fn begin_work(&mut self, token: TokenId) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let now = ctx.now;
        let t = &mut ctx.tokens[token];
        let job = &mut t.job;
        let first = &plan.teams.members[job.member.0 as usize];
        // Whoever still reads or answers does that first.
        let worker = &ctx.staff[job.member];
        let answering = if worker.answering > now || worker.next != MemberId::NONE {
            ctx.staff.answering_left(plan, ctx.key, job.member, now)
        } else {
            Duration::ZERO
        };
        if job.began == Time::NEVER {
            job.began = now;
        }
        let span = if first.speed == 1.0 { job.left } else { scaled(job.left, 1.0 / first.speed) };
        job.span = span + answering;
        job.since = now;
        job.until = now + job.span;
        job.hands_over = false;
        job.pauses = false;
        job.exceeds = false;
        t.waits = Waits::Work;
        if first.has_shifts {
            self.begin_in_shift(token);
            return;
        }
        t.ticket = ctx.agenda.schedule(t.job.until, Phase::Completion, Event::Token(token));
    }

    /// The worker's shift may end before the work does.
    #[inline(never)]
    fn begin_in_shift(&mut self, token: TokenId) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        let job = &ctx.tokens[token].job;
        let end = ctx.staff.shift_end(plan.teams.members[job.member.0 as usize].squad, ctx.now);
        if job.until > end {
            ctx.outlast_shift(plan, token, end);
        }
        ctx.await_end_of_work(token);
    }

    /// The present stretch of work is over: it is done, or its worker's shift is.
    #[inline(always)]
    pub(super) fn work_ends(&mut self, token: TokenId) {
        let ctx = &mut self.s.ctx;
        let t = &ctx.tokens[token];
        let (at, began, worker) = (t.at, t.job.began, t.job.member);
        if t.job.hands_over {
            self.hand_over(token);
            return;
        }
        if t.job.plain && t.mate == TokenId::NONE {
            let m = &self.plan.teams.members[worker.0 as usize];
            let (since, now) = (t.job.since, ctx.now);
            ctx.cases[t.case].working += now.since(since);
            if m.books_work {
                book(m, &mut ctx.meters, since.max(ctx.staff[worker].booked), now);
            }
            ctx.staff.dismiss(worker, m.pool);
            self.touch(m.pool);
        } else {
            self.settle_work(token);
        }
        self.s.n_activities += 1;
        if S::ROWS {
            self.row(token, began, worker);
        }
        self.execute(token, at + 1);
    }

    #[inline(never)]
    fn settle_work(&mut self, token: TokenId) {
        let t = &self.s.ctx.tokens[token];
        if t.mate == TokenId::NONE && !t.job.pauses {
            let m = &self.s.ctx.staff[t.job.member];
            if m.next == MemberId::NONE && m.holder.is_none() {
                self.settle_single_work(token);
                return;
            }
        }
        self.account(token);
        let t = &self.s.ctx.tokens[token];
        if t.mate == TokenId::NONE {
            self.release_workers(token);
        } else {
            self.batch_goes_on(token, t.job.member);
        }
    }

    /// One worker, whom nobody holds, has worked without a break.
    #[inline(always)]
    fn settle_single_work(&mut self, token: TokenId) {
        let plan = self.plan;
        let now = self.s.ctx.now;
        let s = &mut *self.s;
        let t = &mut s.ctx.tokens[token];
        let member = std::mem::replace(&mut t.job.member, MemberId::NONE);
        let m = &plan.teams.members[member.0 as usize];
        s.ctx.cases[t.case].working += now.since(t.job.since);
        if plan.teams.works[t.job.work as usize].preemption != Preemption::Never {
            s.pools[m.pool as usize].n_preemptable -= 1;
        }
        if m.books_work {
            let exceeds = t.job.exceeds;
            let since = t.job.since.max(s.ctx.staff[member].booked);
            self.book_stretch(member, since, exceeds);
        }
        self.s.ctx.staff.dismiss(member, m.pool);
        self.touch(m.pool);
    }

    #[inline(never)]
    fn hand_over(&mut self, token: TokenId) {
        self.account(token);
        self.keep_rest(token);
        self.release_workers(token);
        self.queue_again(token);
    }

    /// The work is given up.
    pub(super) fn stop_work(&mut self, token: TokenId) {
        self.interrupt(token);
        let t = &self.s.ctx.tokens[token];
        match t.mate {
            TokenId::NONE => self.release_workers(token),
            _ if t.job.parallel => self.bequeath_work(token),
            _ => self.pass_on(token),
        }
    }

    /// Work of higher priority takes the members away; the rest is done later.
    pub(super) fn take_away(&mut self, token: TokenId) {
        self.interrupt(token);
        let number = self.s.ctx.tokens[token].job.work;
        match self.plan.teams.works[number as usize].preemption {
            Preemption::Never | Preemption::Resume => self.keep_rest(token),
            Preemption::Restart => {}
            Preemption::Resample => self.draw_again(token),
        }
        self.release_workers(token);
        self.queue_again(token);
    }

    /// A new amount of work; of a batch that is worked on all at once, for all in it.
    fn draw_again(&mut self, token: TokenId) {
        self.s.ctx.tokens[token].job.draws += 1;
        let Job { work, draws, left, parallel, gathered, .. } = self.s.ctx.tokens[token].job;
        let factor = if gathered == 0 { 1.0 } else { self.factor_of_batch(token, gathered) };
        let content = |engine: &mut Self, token: TokenId| match engine.content(token, work, draws) {
            content if factor == 1.0 => content,
            content => scaled(content, factor),
        };
        let mut new = content(self, token);
        let mut mate = self.s.ctx.tokens[token].mate;
        let is_alone = mate == TokenId::NONE;
        while parallel && mate != TokenId::NONE {
            new = new.max(content(self, mate));
            mate = self.s.ctx.tokens[mate].mate;
        }
        let job = &mut self.s.ctx.tokens[token].job;
        // The others of a batch that is worked on one by one still have theirs.
        job.size = if is_alone || parallel { new } else { job.size + new - left };
        job.left = new;
    }

    fn interrupt(&mut self, token: TokenId) {
        let ticket = std::mem::replace(&mut self.s.ctx.tokens[token].ticket, Ticket::NONE);
        self.s.ctx.agenda.cancel(ticket);
        self.account(token);
    }

    /// What is left of the work, at speed 1.
    fn keep_rest(&mut self, token: TokenId) {
        let worked = self.worked(token);
        let unanswered = self.s.ctx.unanswered(self.plan, token);
        let job = &mut self.s.ctx.tokens[token].job;
        let member = &self.plan.teams.members[job.member.0 as usize];
        let speed = self.plan.teams.squads[member.squad as usize].speed;
        let rest = (job.span - worked - unanswered).max(Duration::ZERO);
        let left = if speed == 1.0 { rest } else { scaled(rest, speed) };
        job.size = (job.size + left - job.left).max(left);
        job.left = left;
    }

    fn queue_again(&mut self, token: TokenId) {
        let now = self.s.ctx.now;
        let t = &mut self.s.ctx.tokens[token];
        t.waits = Waits::Queue;
        t.job.queued = now;
        let work = &self.plan.teams.works[t.job.work as usize];
        if t.job.parallel {
            self.followers_wait(token);
        }
        self.join_queues(token, work);
    }

    /// The members of a token are free, or again at the disposal of the case that holds them.
    #[inline(always)]
    pub(super) fn release_workers(&mut self, token: TokenId) {
        let plan = self.plan;
        let job = &mut self.s.ctx.tokens[token].job;
        let preemptable = plan.teams.works[job.work as usize].preemption != Preemption::Never;
        let mut member = std::mem::replace(&mut job.member, MemberId::NONE);
        while member != MemberId::NONE {
            let pool = plan.teams.members[member.0 as usize].pool;
            let s = &mut *self.s;
            let m = &mut s.ctx.staff[member];
            m.token = TokenId::NONE;
            let next = m.next;
            if m.holder.is_none() {
                s.ctx.staff.set_idle(pool, member, true);
                s.ctx.book_answering(plan, member);
            }
            if preemptable {
                s.pools[pool as usize].n_preemptable -= 1;
            }
            self.touch(pool);
            member = next;
        }
    }

    /// The case gives back what it holds, of one team or of all.
    pub(super) fn release_held(&mut self, case: CaseId, team: Option<TeamId>) {
        let plan = self.plan;
        let mut member = std::mem::replace(&mut self.s.ctx.cases[case].held, MemberId::NONE);
        while member != MemberId::NONE {
            let next = self.s.ctx.staff[member].next_held;
            let m = &plan.teams.members[member.0 as usize];
            if team.is_some_and(|team| team != m.team) {
                let first = std::mem::replace(&mut self.s.ctx.cases[case].held, member);
                self.s.ctx.staff[member].next_held = first;
            } else {
                self.account_held(member);
                let state = &mut self.s.ctx.staff[member];
                state.holder = None;
                if state.token == TokenId::NONE {
                    self.make_idle(member);
                    self.s.ctx.book_answering(plan, member);
                } else if m.books_work {
                    // What the work goes on with is booked when it ends.
                    let token = state.token;
                    self.book_held_overtime(token, member);
                }
                self.touch(m.pool);
            }
            member = next;
        }
    }
}

fn scaled(time: Duration, factor: f64) -> Duration {
    Duration::from_seconds(time.seconds() * factor)
}
