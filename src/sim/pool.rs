//! Who gets which members: queues and dispatch.
//!
//! A request waits in the queue of every pool that it needs members of, and gets all of them at once or none. At the
//! end of each instant in which something happened to a pool, the requests in its queue are looked at once, in the
//! order of its dispatch rule; each that can be met is met, so one that cannot does not hold up those behind it, and
//! nobody holds members idle while waiting for others. Only free members who are on shift are ever assigned.
//!
//! So that requests for several members do not starve: one that is first in each of its queues, and that the members
//! now on shift would be enough for, keeps free members back from requests that came later. Cases that have seized
//! members already are exempt: they may hold what it waits for.

use super::run::Engine;
use super::sink::Sink;
use super::token::Job;
use super::{CaseId, Event, MemberId, TokenId};
use crate::activity::{OffShift, Preemption};
use crate::ids::Id;
use crate::kernel::{Phase, Ticket};
use crate::plan::{Dispatch, NONE, Need, Pool, PoolRef, Work};
use crate::units::Time;
use std::collections::VecDeque;

/// A pool's queue and counts.
#[derive(Clone, Debug)]
pub(super) struct PoolState {
    queue: VecDeque<Entry>,
    /// It is among the touched pools, and which comes after it.
    touched: bool,
    next_touched: u32,
    /// Waiting requests for several members, and of cases that hold members.
    n_gangs: u32,
    n_holding: u32,
    /// Members at work that may be taken away.
    pub(super) n_preemptable: u32,
    /// The next beginning of a shift, while requests wait.
    shift: Ticket,
    /// Waiting requests by what they need, where that is not the same for all.
    kinds: Vec<(Kind, u32)>,
}

/// What a request needs: the kind of its work, and the site of its case.
type Kind = (u32, u32);

/// A request in a queue; sorted by rank, then by the order of coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    rank: i64,
    seq: u64,
    token: TokenId,
}

impl Entry {
    #[inline]
    fn is_before(&self, other: &Self) -> bool {
        (self.rank, self.seq) < (other.rank, other.seq)
    }
}

impl Default for PoolState {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            touched: false,
            next_touched: NONE,
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

    pub(super) fn shift_begins(&mut self) {
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

    fn find(&self, entry: Entry) -> usize {
        self.queue.partition_point(|e| e.is_before(&entry))
    }

    #[inline]
    fn insert(&mut self, entry: Entry) {
        match self.queue.back() {
            Some(last) if entry.is_before(last) => self.insert_within(entry),
            _ => self.queue.push_back(entry),
        }
    }

    #[inline(never)]
    fn insert_within(&mut self, entry: Entry) {
        let at = self.find(entry);
        self.queue.insert(at, entry);
    }

    fn remove(&mut self, entry: Entry) {
        if self.queue.front() == Some(&entry) {
            self.queue.pop_front();
            return;
        }
        let at = self.find(entry);
        if self.queue.get(at) == Some(&entry) {
            self.queue.remove(at);
        }
    }
}

/// Kinds of requests that cannot be met now: others of the same kind need not be tried.
#[derive(Default)]
struct Hopeless([Option<Kind>; 4]);

impl Hopeless {
    fn note(&mut self, kind: Kind) -> bool {
        let free = self.0.iter_mut().find(|k| k.is_none());
        free.map(|free| *free = Some(kind)).is_some()
    }
}

/// What came of trying to meet a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Granted {
    Yes,
    /// There are not enough free members.
    Lacking,
    /// An earlier request keeps them back.
    KeptBack,
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
        let s = &mut *self.s;
        let id = work.simple_pool;
        let state = &mut s.pools[id as usize];
        state.queue.push_back(Entry { rank: 0, seq: s.next_seq - 1, token });
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
        state.insert(Entry { rank: rank(plan.dispatch, &t.job), seq: t.job.seq, token });
        if !plan.plain {
            state.count(work, &t.job, s.ctx.cases[t.case].site, true);
        }
        // While all are at work there is nothing to look for.
        if s.ctx.staff.some_idle(id) || state.may_do_without_idle(plan) {
            self.touch(id);
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
    fn leave_only_queue(&mut self, token: TokenId, id: u32, place: usize, work: &Work) {
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
        state.remove(Entry { rank: rank(plan.dispatch, &t.job), seq: t.job.seq, token });
        if !plan.plain {
            state.count(work, &t.job, s.ctx.cases[t.case].site, false);
        }
    }

    /// Two needs of one pool make one entry in its queue.
    fn is_new_pool(&self, earlier: &[Need], case: CaseId, pool: u32) -> bool {
        !earlier.iter().any(|need| self.pool_of(need, case) == pool)
    }

    #[inline]
    fn count_queue(&mut self, need: &Need, change: f64) {
        let ctx = &mut self.s.ctx;
        self.s.queues[need.team.index()].add(ctx.now, change, &mut ctx.meters);
    }

    #[inline]
    fn request(&self, token: TokenId) -> (CaseId, &'a Work) {
        let t = &self.s.ctx.tokens[token];
        (t.case, &self.plan.teams.works[t.job.work as usize])
    }

    /// The requests in a pool's queue are looked at, each once.
    #[inline(always)]
    pub(super) fn dispatch(&mut self, id: u32) {
        let plan = self.plan;
        let pool = &plan.teams.pools[id as usize];
        if pool.plain && !pool.has_shifts && pool.dispatch != Dispatch::Priority {
            self.dispatch_plain(id, pool);
            return;
        }
        self.dispatch_others(id);
        if pool.has_shifts {
            self.await_shift(id);
        }
    }

    /// The usual case: any free member serves the first in the queue.
    #[inline(always)]
    fn dispatch_plain(&mut self, id: u32, pool: &Pool) {
        loop {
            let s = &mut *self.s;
            let state = &mut s.pools[id as usize];
            let Some(&Entry { token, .. }) = state.queue.front() else { return };
            let Some(member) = s.ctx.staff.first_idle(id, pool) else { return };
            state.queue.pop_front();
            if pool.counts_queue {
                s.queues[pool.team.index()].add(s.ctx.now, -1.0, &mut s.ctx.meters);
            }
            self.serve(token, member, id);
        }
    }

    /// Looks at each request for what it needs.
    #[inline(never)]
    fn dispatch_others(&mut self, id: u32) {
        let plan = self.plan;
        let pool = &plan.teams.pools[id as usize];
        let in_order_of_coming = matches!(pool.dispatch, Dispatch::Fifo | Dispatch::Skill);
        let mut hopeless = Hopeless::default();
        // Requests of other kinds than those, looked at or not.
        let mut n_open = self.s.pools[id as usize].queue.len() as u32;
        let mut free = self.first_free(id);
        // The lowest priority at work that may be taken away, once looked up.
        let mut floor = None;
        let mut i = 0;
        while let Some(&Entry { token, .. }) = self.s.pools[id as usize].queue.get(i) {
            let state = &self.s.pools[id as usize];
            let may_preempt = pool.dispatch == Dispatch::Priority && state.n_preemptable > 0;
            let some_hold = state.n_holding > 0;
            if !may_preempt && !some_hold && (free.is_none() || n_open == 0) {
                break;
            }
            let t = &self.s.ctx.tokens[token];
            let (case, priority, holding) = (t.case, t.job.priority, t.job.holding);
            let work = &plan.teams.works[t.job.work as usize];
            let kind = (work.kind, self.s.ctx.cases[case].site);
            let singular = is_singular(work, &t.job);
            if (free.is_some() || holding) && (singular || !hopeless.0.contains(&Some(kind))) {
                let granted = match free {
                    Some(member)
                        if work.plain
                            && !(holding && self.holds_of(case, id))
                            && (state.n_gangs == 0 || !self.may_be_kept_back(token)) =>
                    {
                        self.leave_only_queue(token, id, i, work);
                        self.serve(token, member, id);
                        Granted::Yes
                    }
                    _ => self.grant(token),
                };
                if granted == Granted::Yes {
                    n_open -= 1;
                    free = self.free_for(id, i);
                    continue;
                }
                let others_too = granted == Granted::Lacking || in_order_of_coming;
                if others_too && !singular && hopeless.note(kind) {
                    let kinds = &self.s.pools[id as usize].kinds;
                    n_open -= kinds.iter().find(|k| k.0 == kind).map_or(0, |k| k.1);
                }
            }
            if may_preempt {
                let lowest = *floor.get_or_insert_with(|| self.lowest_at_work(id));
                if priority > lowest && self.preempt(token) {
                    floor = None;
                    hopeless = Hopeless::default();
                    n_open = self.s.pools[id as usize].queue.len() as u32;
                    if self.grant(token) == Granted::Yes {
                        n_open -= 1;
                        free = self.free_for(id, i);
                        continue;
                    }
                } else if priority <= lowest && free.is_none() && !some_hold {
                    break;
                }
            }
            i += 1;
        }
    }

    /// A free member for the request at this place of the queue, if there is one.
    #[inline]
    fn free_for(&mut self, pool: u32, place: usize) -> Option<MemberId> {
        if place < self.s.pools[pool as usize].queue.len() { self.first_free(pool) } else { None }
    }

    fn first_free(&mut self, pool: u32) -> Option<MemberId> {
        let ctx = &mut self.s.ctx;
        ctx.staff.first_free(self.plan, ctx.key, pool, ctx.now)
    }

    /// Members of a request are chosen and begin, if there are enough.
    fn grant(&mut self, token: TokenId) -> Granted {
        if !self.choose(token) {
            return Granted::Lacking;
        }
        if self.may_be_kept_back(token) {
            self.unchoose();
            self.keep_back(token);
            let chosen = self.choose(token);
            while let Some(member) = self.s.hidden.pop() {
                self.make_idle(member);
            }
            if !chosen {
                return Granted::KeptBack;
            }
        }
        self.leave_queues(token);
        self.assign(token);
        Granted::Yes
    }

    #[inline]
    pub(super) fn make_idle(&mut self, member: MemberId) {
        let pool = self.plan.teams.members[member.0 as usize].pool;
        self.s.ctx.staff.set_idle(pool, member, true);
    }

    /// Chooses members for all needs of a request, and marks them as not idle; or none.
    fn choose(&mut self, token: TokenId) -> bool {
        let plan = self.plan;
        let t = &self.s.ctx.tokens[token];
        let (case, holding, size) = (t.case, t.job.holding, t.job.size);
        let work = &plan.teams.works[t.job.work as usize];
        self.s.chosen.clear();
        for (i, need) in work.needs.iter().enumerate() {
            let pool = self.pool_of(need, case);
            let mut missing = usize::from(need.count);
            if holding {
                missing = self.choose_held(case, need, pool, missing);
            }
            let fit = (i == 0 && work.off_shift == OffShift::Fit).then_some(size);
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

    /// Members that the case has seized and that do not work serve its needs first. Returns how many are missing.
    fn choose_held(&mut self, case: CaseId, need: &Need, pool: u32, mut missing: usize) -> usize {
        let (plan, s) = (self.plan, &mut *self.s);
        let mut held = s.ctx.cases[case].held;
        while held != MemberId::NONE && missing > 0 {
            let member = &plan.teams.members[held.0 as usize];
            let fits = member.pool == pool && plan.teams.has_skill(member.squad, need.skill);
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
    fn holds_of(&self, case: CaseId, pool: u32) -> bool {
        let mut held = self.s.ctx.cases[case].held;
        while held != MemberId::NONE && self.plan.teams.members[held.0 as usize].pool != pool {
            held = self.s.ctx.staff[held].next_held;
        }
        held != MemberId::NONE
    }

    fn unchoose(&mut self) {
        while let Some(member) = self.s.chosen.pop() {
            if self.s.ctx.staff[member].holder.is_none() {
                self.make_idle(member);
            }
        }
    }

    // ---- requests for several members ----

    /// Whether an earlier request for several members could keep members back from this one.
    #[inline]
    fn may_be_kept_back(&self, token: TokenId) -> bool {
        let (case, work) = self.request(token);
        !self.s.ctx.tokens[token].job.holding
            && work.needs.iter().any(|need| self.gang_before(token, self.pool_of(need, case)).is_some())
    }

    /// The request that is first in a pool's queue, if it is for several members and came before this one.
    #[inline]
    fn gang_before(&self, token: TokenId, pool: u32) -> Option<TokenId> {
        let state = &self.s.pools[pool as usize];
        if state.n_gangs == 0 {
            return None;
        }
        let first = state.queue.front()?;
        let came_before = first.token != token && first.seq < self.s.ctx.tokens[token].job.seq;
        (came_before && self.request(first.token).1.gang).then_some(first.token)
    }

    /// Hides the members that earlier requests keep back from this one.
    fn keep_back(&mut self, token: TokenId) {
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
            let first = self.s.pools[pool as usize].queue.front().map(|first| first.token);
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

    // ---- preemption ----

    fn lowest_at_work(&self, pool: u32) -> f64 {
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
    fn preempt(&mut self, token: TokenId) -> bool {
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

    // ---- shifts ----

    /// While requests wait, the next beginning of a shift is an event.
    fn await_shift(&mut self, pool: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let state = &mut s.pools[pool as usize];
        if state.queue.is_empty() || state.shift != Ticket::NONE {
            return;
        }
        let squads = plan.teams.pools[pool as usize].squads.clone();
        let next = squads.map(|squad| s.ctx.staff.next_start(plan, squad, s.ctx.now)).min();
        if let Some(next) = next.filter(|next| *next < Time::NEVER) {
            state.shift = s.ctx.agenda.schedule(next, Phase::Calendar, Event::Shift(pool));
        }
    }
}

/// What goes first in a queue.
#[inline]
fn rank(dispatch: Dispatch, job: &Job) -> i64 {
    match dispatch {
        Dispatch::Fifo | Dispatch::Skill => 0,
        Dispatch::Priority => in_order(-job.priority),
        Dispatch::Shortest => job.size.ticks(),
    }
}

/// Whether a request may find members where others of its kind do not.
fn is_singular(work: &Work, job: &Job) -> bool {
    job.holding || work.kind == Work::SINGULAR
}

/// Integers in the order of numbers (IEEE 754 without NaN).
fn in_order(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}
