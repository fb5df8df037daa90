//! Batches: cases gather, then one set of workers works on all of them.

use super::case::Turn;
use super::run::Engine;
use super::sink::Sink;
use super::token::{Job, Token, Waits};
use super::{CaseId, Event, MemberId, TokenId};
use crate::activity::op::Rule;
use crate::activity::{BatchWork, Op};
use crate::kernel::{Phase, Ticket};
use crate::plan::Cursor;
use crate::units::{Duration, Time};

/// Tokens that gather for one batch: linked by `mate`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    first: TokenId,
    last: TokenId,
    n: u32,
    /// Of the gathers of the program; the same rules for all who meet here.
    gather: u32,
    due: Ticket,
}

impl Group {
    pub(super) const EMPTY: Self =
        Self { first: TokenId::NONE, last: TokenId::NONE, n: 0, gather: 0, due: Ticket::NONE };
}

impl<S: Sink> Engine<'_, S> {
    /// The token waits for others.
    pub(super) fn gather(&mut self, token: TokenId, number: u32) {
        let plan = self.plan;
        let gather = &plan.processes.program.gathers[number as usize];
        let need = &plan.teams.works[gather.work as usize].needs[0];
        let case = self.s.ctx.case_of(token);
        let pool = self.pool_of(need, case) - plan.teams.teams[need.team.0 as usize].pools.start;
        let id = plan.groups[number as usize] + pool;
        self.s.ctx.tokens[token].waits = Waits::Group(id);
        let group = &mut self.s.groups[id as usize];
        group.n += 1;
        group.gather = number;
        let last = std::mem::replace(&mut group.last, token);
        if last == TokenId::NONE {
            group.first = token;
            self.await_due(id);
        } else {
            self.s.ctx.tokens[last].mate = token;
        }
        let n = self.s.groups[id as usize].n;
        if gather.rules.iter().any(|rule| matches!(rule, Rule::Size(size) if n >= *size)) {
            self.fire(id);
        }
    }

    /// Schedules when a group is due by the age of its first, or by the calendar.
    fn await_due(&mut self, id: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let group = &mut s.groups[id as usize];
        s.ctx.agenda.cancel(group.due);
        let now = s.ctx.now;
        let occasion = s.ctx.occasion(group.first);
        let since = s.ctx.tokens[group.first].enabled;
        let due = |rule: &Rule| match *rule {
            Rule::Size(_) => Time::NEVER,
            Rule::Age(law, purpose) => {
                let u = occasion.key.uniform(purpose, occasion.entity, occasion.visit, 0);
                since + Duration::from_seconds(plan.draws.law(law, u))
            }
            Rule::At(hours) => plan.hours[hours].next_start(now, &mut Cursor::default()),
        };
        let rules = &plan.processes.program.gathers[group.gather as usize].rules;
        let due = rules.iter().map(due).min().unwrap_or(Time::NEVER).max(now);
        group.due = if due < Time::NEVER {
            s.ctx.agenda.schedule(due, Phase::Completion, Event::Batch(id))
        } else {
            Ticket::NONE
        };
    }

    /// The batch is complete: its first token leads it, and asks for workers.
    pub(super) fn fire(&mut self, id: u32) {
        let plan = self.plan;
        let Group { first: leader, n, gather, due, .. } =
            std::mem::replace(&mut self.s.groups[id as usize], Group::EMPTY);
        self.s.ctx.agenda.cancel(due);
        if n == 0 {
            return;
        }
        let gather = &plan.processes.program.gathers[gather as usize];
        let factor = factor(&gather.factors, n);
        let (mut sum, mut longest) = (Duration::ZERO, Duration::ZERO);
        let mut token = leader;
        while token != TokenId::NONE {
            let content = self.content(token, gather.work, 0);
            let content = Duration::from_seconds(content.seconds() * factor);
            sum += content;
            longest = longest.max(content);
            let now = self.s.ctx.now;
            let t = &mut self.s.ctx.tokens[token];
            t.waits = Waits::Batch(leader);
            t.job.left = content;
            t.job.queued = now;
            token = t.mate;
        }
        let (content, size) = match gather.mode {
            BatchWork::Sequential => (self.s.ctx.tokens[leader].job.left, sum),
            BatchWork::Parallel => (longest, longest),
        };
        self.ask_for_members(leader, gather.work, content, size);
        let t = &mut self.s.ctx.tokens[leader];
        t.job.parallel = gather.mode == BatchWork::Parallel;
        t.job.gathered = n;
        t.job.plain &= t.mate == TokenId::NONE;
    }

    /// What a batch that was complete with so many makes of the work on each.
    #[cold]
    pub(super) fn factor_of_batch(&self, leader: TokenId, n: u32) -> f64 {
        let program = &self.plan.processes.program;
        match program.ops[self.s.ctx.tokens[leader].at as usize] {
            Op::Batch(number) => factor(&program.gathers[number as usize].factors, n),
            _ => 1.0,
        }
    }

    /// The leader of a batch that is worked on one by one is through: the next takes over its workers.
    pub(super) fn pass_on(&mut self, token: TokenId) {
        let now = self.s.ctx.now;
        let mate = self.take_over(token);
        let m = &self.s.ctx.tokens[mate];
        let (case, step, queued) = (m.case, m.step, m.job.queued);
        self.s.ctx.cases.waited(self.plan, case, step, now.since(queued), Turn::Came);
        self.begin_work(mate);
    }

    /// A batch's leader is through with its work.
    #[inline(never)]
    pub(super) fn batch_goes_on(&mut self, leader: TokenId, worker: MemberId) {
        if self.s.ctx.tokens[leader].job.parallel {
            self.release_workers(leader);
            self.batch_done(leader, worker);
        } else {
            self.pass_on(leader);
        }
    }

    /// All at once: the followers of a leader are through with it.
    fn batch_done(&mut self, leader: TokenId, worker: MemberId) {
        let began = self.s.ctx.tokens[leader].job.began;
        let mut token = std::mem::replace(&mut self.s.ctx.tokens[leader].mate, TokenId::NONE);
        while token != TokenId::NONE {
            let t = &mut self.s.ctx.tokens[token];
            let at = t.at;
            let next = std::mem::replace(&mut t.mate, TokenId::NONE);
            self.s.n_activities += 1;
            if S::ROWS {
                self.row(token, began, worker);
            }
            self.take_turn(token, at + 1);
            token = next;
        }
    }

    /// All at once: the turn of a leader's followers has come with its own.
    pub(super) fn followers_begin(&mut self, leader: TokenId) {
        let ctx = &mut self.s.ctx;
        let mut token = ctx.tokens[leader].mate;
        while token != TokenId::NONE {
            let t = &ctx.tokens[token];
            ctx.cases.waited(self.plan, t.case, t.step, ctx.now.since(t.job.queued), Turn::Came);
            token = t.mate;
        }
    }

    /// All at once: a leader's followers have been worked on as long as it has.
    pub(super) fn followers_worked(&mut self, leader: TokenId, time: Duration) {
        let ctx = &mut self.s.ctx;
        let mut token = ctx.tokens[leader].mate;
        while token != TokenId::NONE {
            let t = &ctx.tokens[token];
            ctx.cases[t.case].working += time;
            token = t.mate;
        }
    }

    /// All at once: a leader's followers wait with it for the rest of the work.
    pub(super) fn followers_wait(&mut self, leader: TokenId) {
        let ctx = &mut self.s.ctx;
        let mut token = ctx.tokens[leader].mate;
        while token != TokenId::NONE {
            let t = &mut ctx.tokens[token];
            t.job.queued = ctx.now;
            token = t.mate;
        }
    }

    /// The run is over: the waits of a case that still last count with what has accrued.
    pub(super) fn finish_waits(&mut self, case: CaseId) {
        let ctx = &mut self.s.ctx;
        let mut token = ctx.cases[case].first_token;
        while token != TokenId::NONE {
            let t = &ctx.tokens[token];
            let waits = match t.waits {
                Waits::Queue => true,
                Waits::Batch(leader) => {
                    let leader = &ctx.tokens[leader];
                    !leader.job.parallel || leader.waits == Waits::Queue
                }
                _ => false,
            };
            if waits {
                ctx.cases.waited(self.plan, case, t.step, ctx.now.since(t.job.queued), Turn::Awaited);
            }
            token = t.next;
        }
    }

    /// The leader of a waiting batch is withdrawn: the next stands in its place in the queues.
    pub(super) fn bequeath_request(&mut self, token: TokenId) {
        let mate = self.take_over(token);
        let m = &mut self.s.ctx.tokens[mate];
        m.waits = Waits::Queue;
        let work = &self.plan.teams.works[m.job.work as usize];
        self.join_queues(mate, work);
    }

    /// The leader of a batch that is worked on all at once is withdrawn: the work goes on.
    pub(super) fn bequeath_work(&mut self, token: TokenId) {
        let worked = self.worked(token);
        let mate = self.take_over(token);
        let ctx = &mut self.s.ctx;
        let m = &mut ctx.tokens[mate];
        m.waits = Waits::Work;
        m.job.since = ctx.now;
        m.job.span -= worked;
        let phase = if m.job.hands_over { Phase::Calendar } else { Phase::Completion };
        m.ticket = ctx.agenda.schedule(m.job.until, phase, Event::Token(mate));
    }

    /// The leader's job goes over to the next token, which leads the rest.
    fn take_over(&mut self, token: TokenId) -> TokenId {
        let mate = std::mem::replace(&mut self.s.ctx.tokens[token].mate, TokenId::NONE);
        self.lead(mate);
        let job = self.s.ctx.tokens[token].job;
        let m = &mut self.s.ctx.tokens[mate];
        let (own, queued) = (m.job.left, m.job.queued);
        m.job = job;
        m.job.queued = queued;
        if !job.parallel {
            m.job.left = own;
            m.job.size = job.size - job.left;
            m.job.began = Time::NEVER;
        }
        self.s.ctx.tokens[token].job.member = MemberId::NONE;
        let mut member = job.member;
        while member != MemberId::NONE {
            self.s.ctx.staff[member].token = mate;
            member = self.s.ctx.staff[member].next;
        }
        mate
    }

    /// The followers of a token know it as their leader.
    fn lead(&mut self, leader: TokenId) {
        let mut token = self.s.ctx.tokens[leader].mate;
        while token != TokenId::NONE {
            self.s.ctx.tokens[token].waits = Waits::Batch(leader);
            token = self.s.ctx.tokens[token].mate;
        }
    }

    /// A gathering token is withdrawn.
    pub(super) fn leave_group(&mut self, token: TokenId, id: u32) {
        let group = self.s.groups[id as usize];
        let mate = std::mem::replace(&mut self.s.ctx.tokens[token].mate, TokenId::NONE);
        let mut before = TokenId::NONE;
        let mut other = group.first;
        while other != token {
            before = other;
            other = self.s.ctx.tokens[other].mate;
        }
        if before != TokenId::NONE {
            self.s.ctx.tokens[before].mate = mate;
        }
        let group = &mut self.s.groups[id as usize];
        group.n -= 1;
        if group.last == token {
            group.last = before;
        }
        if group.first == token {
            group.first = mate;
            if mate == TokenId::NONE {
                let due = std::mem::replace(&mut group.due, Ticket::NONE);
                self.s.ctx.agenda.cancel(due);
            } else {
                self.await_due(id);
            }
        }
    }

    /// A follower in a formed batch is withdrawn.
    pub(super) fn leave_batch(&mut self, token: TokenId, leader: TokenId) {
        let Job { parallel, .. } = self.s.ctx.tokens[leader].job;
        let Token { case, step, job: Job { queued, .. }, .. } = self.s.ctx.tokens[token];
        if parallel && self.s.ctx.tokens[leader].waits == Waits::Work {
            let worked = self.worked(leader);
            self.s.ctx.cases[case].working += worked;
        } else {
            let waited = self.s.ctx.now.since(queued);
            self.s.ctx.cases.waited(self.plan, case, step, waited, Turn::GivenUp);
        }
        let mate = std::mem::replace(&mut self.s.ctx.tokens[token].mate, TokenId::NONE);
        let mut before = leader;
        while self.s.ctx.tokens[before].mate != token {
            before = self.s.ctx.tokens[before].mate;
        }
        self.s.ctx.tokens[before].mate = mate;
    }
}

/// The factor of the nearest size; the smaller one of two equally near.
fn factor(factors: &[(u32, f64)], n: u32) -> f64 {
    factors.iter().min_by_key(|(size, _)| size.abs_diff(n)).map_or(1.0, |f| f.1)
}
