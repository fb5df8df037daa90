//! Dispatch: the requests in a pool's queue are looked at, and those that can be met are.

use super::pool::{Kind, is_singular};
use super::run::Engine;
use super::sink::Sink;
use super::{Event, MemberId, TokenId};
use crate::ids::Id;
use crate::kernel::{Phase, Ticket};
use crate::plan::{Dispatch, Pool};
use crate::units::Time;

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

impl<S: Sink> Engine<'_, S> {
    /// The requests in a pool's queue are looked at.
    #[inline(always)]
    pub(super) fn dispatch(&mut self, id: u32) {
        let plan = self.plan;
        let pool = &plan.teams.pools[id as usize];
        if pool.plain && pool.dispatch != Dispatch::Priority {
            self.dispatch_plain(id, pool);
        } else {
            self.dispatch_others(id, None);
        }
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
            let Some(token) = state.queue.front().copied() else { return };
            let Some(member) = s.ctx.staff.first_free(self.plan, s.ctx.key, id, pool, s.ctx.now) else {
                return;
            };
            state.queue.pop_front();
            if pool.counts_queue {
                s.queues[pool.team.index()].add(s.ctx.now, -1.0, &mut s.ctx.meters);
            }
            self.serve(token, member, id);
        }
    }

    /// Looks at each request for what it needs; at those ahead of this one, if there is one. Whether some could be met.
    #[inline(never)]
    fn dispatch_others(&mut self, id: u32, until: Option<TokenId>) -> bool {
        self.s.pools[id as usize].looked_through = true;
        let n_met = self.look_through(id, until);
        self.s.pools[id as usize].looked_through = false;
        n_met > 0
    }

    fn look_through(&mut self, id: u32, until: Option<TokenId>) -> u32 {
        let plan = self.plan;
        let pool = &plan.teams.pools[id as usize];
        let in_order_of_coming = matches!(pool.dispatch, Dispatch::Fifo | Dispatch::Skill);
        let mut hopeless = Hopeless::default();
        // Requests of other kinds than those, looked at or not.
        let mut n_open = self.s.pools[id as usize].queue.len() as u32;
        let mut free = self.first_free(id);
        // The lowest priority at work that may be taken away, here and anywhere, once looked up.
        let (mut floor, mut floor_of_all) = (None, None);
        // Whether there is such work at all.
        let mut some = None;
        let (mut i, mut n_met) = (0, 0);
        while let Some(token) = self.s.pools[id as usize].queue.get(i).copied() {
            if until == Some(token) {
                break;
            }
            let state = &self.s.pools[id as usize];
            let may_preempt = pool.dispatch == Dispatch::Priority && state.n_preemptable > 0;
            let some_hold = state.n_holding > 0;
            let is_hopeless =
                free.is_none() || (n_open == 0 && !(state.n_gangs > 0 && self.some_preemptable()));
            if !may_preempt && !some_hold && is_hopeless {
                break;
            }
            let t = &self.s.ctx.tokens[token];
            let (case, priority, holding) = (t.case, t.job.priority, t.job.holding);
            let work = &plan.teams.works[t.job.work as usize];
            let kind = (work.kind, self.s.ctx.cases[case].site);
            let singular = is_singular(work, &t.job);
            let is_joint = work.needs.len() > 1;
            if (free.is_some() || holding) && (singular || !hopeless.0.contains(&Some(kind))) {
                if is_joint
                    && self.is_overtaking(token, id)
                    && self.can_be_met(token)
                    && self.look_ahead_elsewhere(token, id)
                {
                    // Members were assigned there, and requests have left this queue: once more.
                    let state = &self.s.pools[id as usize];
                    i = state.place_of(&self.s.ctx.tokens, pool.dispatch, token);
                    (hopeless, n_open) = (Hopeless::default(), state.queue.len() as u32);
                    (floor, floor_of_all, some) = (None, None, None);
                    free = self.first_free(id);
                    continue;
                }
                let granted = match free {
                    Some(member)
                        if work.plain
                            && !(holding && self.holds_of(case, id))
                            && (self.s.pools[id as usize].n_gangs == 0 || !self.may_be_kept_back(token)) =>
                    {
                        self.leave_only_queue(token, id, i, work);
                        self.serve(token, member, id);
                        Granted::Yes
                    }
                    _ => self.grant(token),
                };
                if granted == Granted::Yes {
                    (n_open, n_met) = (n_open - 1, n_met + 1);
                    free = self.free_for(id, i);
                    continue;
                }
                let others_too = granted == Granted::Lacking || in_order_of_coming;
                if others_too && !singular && hopeless.note(kind) {
                    let kinds = &self.s.pools[id as usize].kinds;
                    n_open -= kinds.iter().find(|k| k.0 == kind).map_or(0, |k| k.1);
                }
            }
            let may_elsewhere = is_joint && *some.get_or_insert_with(|| self.some_preemptable());
            if may_preempt || (may_elsewhere && self.may_preempt_elsewhere(token, id)) {
                let lowest = *floor.get_or_insert_with(|| self.lowest_at_work(id));
                let least = match is_joint {
                    true => *floor_of_all.get_or_insert_with(|| self.lowest_of_all()),
                    false => lowest,
                };
                if priority > least && self.find_victims(token) {
                    let overtakes = is_joint && self.look_ahead_elsewhere(token, id);
                    // (Whoever was looked at may have looked for work to take away, too.)
                    if !overtakes && (!is_joint || self.find_victims(token)) {
                        self.take_away_from_victims();
                    }
                    let state = &self.s.pools[id as usize];
                    (hopeless, n_open) = (Hopeless::default(), state.queue.len() as u32);
                    (floor, floor_of_all, some) = (None, None, None);
                    if overtakes {
                        i = state.place_of(&self.s.ctx.tokens, pool.dispatch, token);
                        free = self.first_free(id);
                        continue;
                    }
                    if self.grant(token) == Granted::Yes {
                        (n_open, n_met) = (n_open - 1, n_met + 1);
                        free = self.free_for(id, i);
                        continue;
                    }
                } else if may_preempt && priority <= lowest && free.is_none() && !some_hold {
                    break;
                }
            }
            i += 1;
        }
        n_met
    }

    /// Whether there are enough free members for a request.
    fn can_be_met(&mut self, token: TokenId) -> bool {
        let can = self.choose(token);
        self.unchoose();
        can
    }

    /// A request for members of several pools does not overtake those who are ahead of it in the others. These may be met now if something
    /// has happened there, or to a third pool that some of them need; so they are looked at first. Whether some could be met. (Two
    /// that are ahead of each other, by different rules, are looked at as the pools are.)
    #[inline(never)]
    fn look_ahead_elsewhere(&mut self, token: TokenId, id: u32) -> bool {
        let (case, work) = self.request(token);
        let mut any = false;
        for need in &work.needs {
            let other = self.pool_of(need, case);
            if other != id && self.some_are_ahead(token, other) {
                any |= self.dispatch_others(other, Some(token));
            }
        }
        any
    }

    /// Whether there is anybody to look at.
    #[inline]
    fn is_overtaking(&self, token: TokenId, id: u32) -> bool {
        let (case, work) = self.request(token);
        let mut others = work.needs.iter().map(|need| self.pool_of(need, case));
        others.any(|other| other != id && self.some_are_ahead(token, other))
    }

    #[inline]
    fn some_are_ahead(&self, token: TokenId, pool: u32) -> bool {
        let state = &self.s.pools[pool as usize];
        let may_be_met = state.is_touched() || state.n_gangs > 1;
        may_be_met && !state.looked_through && state.queue.front() != Some(&token)
    }

    /// Whether some work, of whichever team, may be taken away.
    #[inline(never)]
    fn some_preemptable(&self) -> bool {
        let pools = self.plan.teams.pools.iter().zip(&self.s.pools);
        pools.into_iter().any(|(pool, state)| pool.dispatch == Dispatch::Priority && state.n_preemptable > 0)
    }

    /// The lowest priority of such work.
    #[inline(never)]
    fn lowest_of_all(&self) -> f64 {
        let may = |id: &u32| {
            self.plan.teams.pools[*id as usize].dispatch == Dispatch::Priority
                && self.s.pools[*id as usize].n_preemptable > 0
        };
        let pools = (0..self.s.pools.len() as u32).filter(may);
        pools.map(|id| self.lowest_at_work(id)).fold(f64::INFINITY, f64::min)
    }

    /// Whether a request may take work away from members of another pool than this one.
    #[inline(never)]
    fn may_preempt_elsewhere(&self, token: TokenId, id: u32) -> bool {
        let (case, work) = self.request(token);
        work.needs.iter().map(|need| self.pool_of(need, case)).any(|other| {
            let is_by_priority = self.plan.teams.pools[other as usize].dispatch == Dispatch::Priority;
            other != id && is_by_priority && self.s.pools[other as usize].n_preemptable > 0
        })
    }

    /// A free member for the request at this place of the queue, if there is one.
    #[inline]
    fn free_for(&mut self, pool: u32, place: usize) -> Option<MemberId> {
        if place < self.s.pools[pool as usize].queue.len() { self.first_free(pool) } else { None }
    }

    fn first_free(&mut self, pool: u32) -> Option<MemberId> {
        let ctx = &mut self.s.ctx;
        ctx.staff.first_free(self.plan, ctx.key, pool, &self.plan.teams.pools[pool as usize], ctx.now)
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

    /// While requests wait, the next beginning of a shift is an event; its end, too, where a request may keep members back as long as those on
    /// shift would be enough for it.
    fn await_shift(&mut self, pool: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let state = &mut s.pools[pool as usize];
        let ends_count = plan.teams.keeps_back && state.n_gangs > 0;
        if state.queue.is_empty() || (state.shift != Ticket::NONE && !ends_count) {
            return;
        }
        s.ctx.agenda.cancel(state.shift);
        state.shift = Ticket::NONE;
        let squads = plan.teams.pools[pool as usize].squads.clone();
        let now = s.ctx.now;
        let change = |squad: u32| {
            let next = s.ctx.staff.next_start(plan, squad, now);
            match ends_count && s.ctx.staff.is_open(plan, squad, now) {
                true => next.min(s.ctx.staff.shift_end(squad, now)),
                false => next,
            }
        };
        let next = squads.map(change).min();
        if let Some(next) = next.filter(|next| *next < Time::NEVER) {
            state.shift = s.ctx.agenda.schedule(next, Phase::Calendar, Event::Shift(pool));
        }
    }
}
