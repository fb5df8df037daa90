//! The queues of requests for members, and the rules by which they are met.
//!
//! A request waits in the queue of every pool that it needs members of, and gets all of them at once or none. At the
//! end of each instant in which something happened to a pool, the requests in its queue are looked at, in the
//! order of its dispatch rule; each that can be met is met, so one that cannot does not hold up those behind it, and
//! nobody holds members idle while waiting for others. Only free members who are on shift are ever assigned. A request that needs
//! members of several pools has its turn when those before it have had theirs in all of these queues.
//!
//! A request for several members can starve that way, while requests for one keep taking what it needs. Teams whose
//! `joint` is `reserve` wait for it: a request that is first in each of its queues, and that the members now on shift
//! would be enough for, keeps their free members back from requests that came later. Cases that have seized members
//! already are exempt: they may hold what it waits for.
//!
//! Looking through a queue is in `dispatch`, which members a request gets in `choose`, taking them away from others in
//! `preempt`.

use super::run::Engine;
use super::sink::Sink;
use super::token::Job;
use super::{CaseId, TokenId, Tokens};
use crate::ids::Id;
use crate::kernel::Ticket;
use crate::plan::{Dispatch, NONE, Need, Pool, PoolRef, Work};
use std::collections::VecDeque;

/// A pool's queue and counts.
#[derive(Clone, Debug)]
pub(super) struct PoolState {
    /// Requests by their [`place`].
    pub(super) queue: VecDeque<TokenId>,
    /// It is among the touched pools, and which comes after it.
    touched: bool,
    next_touched: u32,
    /// Its queue is being looked through.
    pub(super) looked_through: bool,
    /// Waiting requests for several members, and of cases that hold members.
    pub(super) n_gangs: u32,
    pub(super) n_holding: u32,
    /// Members at work that may be taken away.
    pub(super) n_preemptable: u32,
    /// When shifts change next, while requests wait.
    pub(super) shift: Ticket,
    /// Waiting requests by what they need, where that is not the same for all.
    pub(super) kinds: Vec<(Kind, u32)>,
}

/// What a request needs: the kind of its work, and the site of its case.
pub(super) type Kind = (u32, u32);

impl Default for PoolState {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            touched: false,
            next_touched: NONE,
            looked_through: false,
            n_gangs: 0,
            n_holding: 0,
            n_preemptable: 0,
            shift: Ticket::NONE,
            kinds: Vec::new(),
        }
    }
}

impl PoolState {
    pub(super) fn reset(&mut self) {
        let (mut queue, mut kinds) = (std::mem::take(&mut self.queue), std::mem::take(&mut self.kinds));
        queue.clear();
        kinds.clear();
        *self = Self { queue, kinds, ..Self::default() };
    }

    /// Whether some request may be met though nobody is idle.
    #[inline]
    fn may_do_without_idle(&self, pool: &Pool) -> bool {
        self.n_holding > 0 || (self.n_preemptable > 0 && pool.dispatch == Dispatch::Priority)
    }

    pub(super) fn shifts_change(&mut self) {
        self.shift = Ticket::NONE;
    }

    /// Counts a request that comes or goes.
    #[inline(never)]
    fn count(&mut self, work: &Work, job: &Job, site: u32, comes: bool) {
        let change = |n: &mut u32, by: bool| {
            if by {
                *n = if comes { *n + 1 } else { *n - 1 };
            }
        };
        change(&mut self.n_gangs, work.gang);
        change(&mut self.n_holding, job.holding);
        if !is_singular(work, job) {
            let kind = (work.kind, site);
            match self.kinds.iter_mut().find(|k| k.0 == kind) {
                Some(known) => change(&mut known.1, true),
                None => self.kinds.push((kind, 1)),
            }
        }
    }

    /// Puts a request into the queue at its place.
    #[inline]
    fn insert(&mut self, tokens: &Tokens, dispatch: Dispatch, token: TokenId) {
        match self.queue.back() {
            Some(last) if place(tokens, dispatch, token) < place(tokens, dispatch, *last) => {
                let at = self.find(tokens, dispatch, token);
                self.queue.insert(at, token);
            }
            _ => self.queue.push_back(token),
        }
    }

    fn remove(&mut self, tokens: &Tokens, dispatch: Dispatch, token: TokenId) {
        if self.queue.front() == Some(&token) {
            self.queue.pop_front();
            return;
        }
        let at = self.find(tokens, dispatch, token);
        debug_assert_eq!(self.queue.get(at), Some(&token), "a request has moved while it waited");
        if self.queue.get(at) == Some(&token) {
            self.queue.remove(at);
        }
    }

    /// Something happened to it, and it has not been looked through since.
    pub(super) fn is_touched(&self) -> bool {
        self.touched
    }

    /// The place of a request in the queue.
    pub(super) fn place_of(&self, tokens: &Tokens, dispatch: Dispatch, token: TokenId) -> usize {
        self.find(tokens, dispatch, token)
    }

    #[inline(never)]
    fn find(&self, tokens: &Tokens, dispatch: Dispatch, token: TokenId) -> usize {
        let here = place(tokens, dispatch, token);
        self.queue.partition_point(|other| place(tokens, dispatch, *other) < here)
    }
}

impl<'a, S: Sink> Engine<'a, S> {
    /// Something happened to the pool.
    #[inline]
    pub(super) fn touch(&mut self, pool: u32) {
        let state = &mut self.s.pools[pool as usize];
        if !state.touched && !state.queue.is_empty() {
            state.touched = true;
            let last = std::mem::replace(&mut self.s.last_touched, pool);
            match last {
                NONE => self.s.first_touched = pool,
                last => self.s.pools[last as usize].next_touched = pool,
            }
        }
    }

    /// The touched pool whose turn it is.
    #[inline]
    pub(super) fn next_touched(&mut self) -> u32 {
        let pool = self.s.first_touched;
        let state = &mut self.s.pools[pool as usize];
        state.touched = false;
        self.s.first_touched = std::mem::replace(&mut state.next_touched, NONE);
        if self.s.first_touched == NONE {
            self.s.last_touched = NONE;
        }
        pool
    }

    /// The pool that a need means for a case.
    #[inline(always)]
    pub(super) fn pool_of(&self, need: &Need, case: CaseId) -> u32 {
        match need.from {
            PoolRef::Fixed(pool) => pool,
            PoolRef::Own => self.plan.teams.pool_at(need.team, self.s.ctx.cases[case].site),
            PoolRef::Attr(attr) => {
                self.plan.teams.pool_at(need.team, self.s.ctx.cases.attribute(case, attr) as u32)
            }
        }
    }

    /// Puts the token's request into the queue of every pool that it needs.
    #[inline(always)]
    pub(super) fn join_queues(&mut self, token: TokenId, work: &Work) {
        if let [need] = &work.needs[..] {
            let pool = self.pool_of(need, self.s.ctx.case_of(token));
            self.join_queue(token, pool, work);
            self.count_queue(need, 1.0);
        } else {
            self.join_all_queues(token);
        }
    }

    /// The request joins the end of the only queue that it waits in.
    #[inline(always)]
    pub(super) fn join_simple_queue(&mut self, token: TokenId, work: &Work) {
        let id = self.pool_of(&work.needs[0], self.s.ctx.case_of(token));
        let s = &mut *self.s;
        let state = &mut s.pools[id as usize];
        state.queue.push_back(token);
        if work.counts_queue {
            self.count_queue(&work.needs[0], 1.0);
        }
        // While all are at work there is nothing to look for.
        if self.s.ctx.staff.some_idle(id) {
            self.touch(id);
        }
    }

    #[inline(never)]
    fn join_all_queues(&mut self, token: TokenId) {
        let (case, work) = self.request(token);
        for (i, need) in work.needs.iter().enumerate() {
            let pool = self.pool_of(need, case);
            if i == 0 || self.is_new_pool(&work.needs[..i], case, pool) {
                self.join_queue(token, pool, work);
            }
            self.count_queue(need, 1.0);
        }
    }

    #[inline(always)]
    fn join_queue(&mut self, token: TokenId, id: u32, work: &Work) {
        let s = &mut *self.s;
        let t = &s.ctx.tokens[token];
        let (plan, state) = (&self.plan.teams.pools[id as usize], &mut s.pools[id as usize]);
        state.insert(&s.ctx.tokens, plan.dispatch, token);
        if !plan.plain {
            state.count(work, &t.job, s.ctx.cases[t.case].site, true);
        }
        // While all are at work there is nothing to look for.
        if s.ctx.staff.some_idle(id) || state.may_do_without_idle(plan) {
            self.touch(id);
        }
        // But who comes ahead of a joint request keeps it from keeping others back, and what it keeps depends on shifts.
        if self.plan.teams.keeps_back {
            self.look_again_beside(id);
        }
    }

    pub(super) fn leave_queues(&mut self, token: TokenId) {
        let (case, work) = self.request(token);
        for (i, need) in work.needs.iter().enumerate() {
            let pool = self.pool_of(need, case);
            if i == 0 || self.is_new_pool(&work.needs[..i], case, pool) {
                self.leave_queue_of(token, pool, work);
            }
            self.count_queue(need, -1.0);
        }
    }

    /// A request for a single member, at this place of the only queue that it waits in, leaves it.
    #[inline]
    pub(super) fn leave_only_queue(&mut self, token: TokenId, id: u32, place: usize, work: &Work) {
        let s = &mut *self.s;
        let t = &s.ctx.tokens[token];
        let state = &mut s.pools[id as usize];
        if place == 0 {
            state.queue.pop_front();
        } else {
            state.queue.remove(place);
        }
        if !self.plan.teams.pools[id as usize].plain {
            state.count(work, &t.job, s.ctx.cases[t.case].site, false);
        }
        self.count_queue(&work.needs[0], -1.0);
    }

    fn leave_queue_of(&mut self, token: TokenId, id: u32, work: &Work) {
        let s = &mut *self.s;
        let t = &s.ctx.tokens[token];
        let (plan, state) = (&self.plan.teams.pools[id as usize], &mut s.pools[id as usize]);
        state.remove(&s.ctx.tokens, plan.dispatch, token);
        if !plan.plain {
            state.count(work, &t.job, s.ctx.cases[t.case].site, false);
        }
    }

    /// Two needs of one pool make one entry in its queue.
    fn is_new_pool(&self, earlier: &[Need], case: CaseId, pool: u32) -> bool {
        !earlier.iter().any(|need| self.pool_of(need, case) == pool)
    }

    #[inline]
    pub(super) fn count_queue(&mut self, need: &Need, change: f64) {
        let ctx = &mut self.s.ctx;
        self.s.queues[need.team.index()].add(ctx.now, change, &mut ctx.meters);
    }

    #[inline]
    pub(super) fn request(&self, token: TokenId) -> (CaseId, &'a Work) {
        let t = &self.s.ctx.tokens[token];
        (t.case, &self.plan.teams.works[t.job.work as usize])
    }
}

/// What goes first in a queue: by the dispatch rule, then in the order of coming. It does not change while a request waits.
#[inline]
fn place(tokens: &Tokens, dispatch: Dispatch, token: TokenId) -> (i64, u64) {
    let job = &tokens[token].job;
    let rank = match dispatch {
        Dispatch::Fifo | Dispatch::Skill => 0,
        Dispatch::Priority => in_order(-job.priority),
        Dispatch::Shortest => job.size.ticks(),
    };
    (rank, job.seq)
}

/// Whether a request may find members where others of its kind do not.
pub(super) fn is_singular(work: &Work, job: &Job) -> bool {
    job.holding || work.kind == Work::SINGULAR
}

/// Integers in the order of numbers (IEEE 754 without NaN).
fn in_order(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}
