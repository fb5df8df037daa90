//! Frames: what tokens of one case belong to together (a fork's branches, a race, a called process).

use super::run::Engine;
use super::sink::Sink;
use super::token::Waits;
use super::{CaseId, Token, TokenId};
use crate::activity::Op;
use crate::activity::op::Arm;
use crate::kernel::Ticket;
use crate::plan::NONE;
use crate::record::Stopped;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its tokens meet at this `Join`; `arrived`: one has.
    Fork { join: u32, arrived: bool },
    /// Its tokens are in the first steps of their branches.
    Race,
    /// When its last token ends, the case goes on there.
    Call { resume: u32 },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    kind: Kind,
    parent: u32,
    /// Tokens and frames directly in it.
    n: u32,
    /// The stage that is left with the frame (index of a measured stage).
    stage: u32,
}

/// So many tokens for each case that may be open are enough.
const TOKENS_PER_CASE: u64 = 8;

/// Arena of frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    frames: Vec<Frame>,
    free: Vec<u32>,
}

impl Frames {
    pub(super) fn reset(&mut self) {
        self.frames.clear();
        self.free.clear();
    }

    fn insert(&mut self, frame: Frame) -> u32 {
        match self.free.pop() {
            Some(id) => {
                self.frames[id as usize] = frame;
                id
            }
            None => {
                self.frames.push(frame);
                self.frames.len() as u32 - 1
            }
        }
    }

    fn kind(&self, frame: u32) -> Option<Kind> {
        self.frames.get(frame as usize).map(|f| f.kind)
    }

    /// One more token is in the frame.
    pub(super) fn count_in(&mut self, frame: u32) {
        if frame != NONE {
            self.frames[frame as usize].n += 1;
        }
    }

    /// The innermost frame that is not a race.
    pub(super) fn outside_races(&self, mut frame: u32) -> u32 {
        while self.kind(frame) == Some(Kind::Race) {
            frame = self.frames[frame as usize].parent;
        }
        frame
    }

    fn is_within(&self, mut frame: u32, ancestor: u32) -> bool {
        while frame != ancestor && frame != NONE {
            frame = self.frames[frame as usize].parent;
        }
        frame == ancestor
    }
}

impl<S: Sink> Engine<'_, S> {
    #[inline]
    pub(super) fn add_token(&mut self, case: CaseId, frame: u32) -> TokenId {
        let ctx = &mut self.s.ctx;
        let token = ctx.tokens.insert(case, frame);
        let owner = &mut ctx.cases[case];
        let next = std::mem::replace(&mut owner.first_token, token);
        owner.n_tokens += 1;
        if next != TokenId::NONE {
            ctx.tokens[next].previous = token;
            ctx.tokens[token].next = next;
        }
        token
    }

    /// The token is gone; its case may be left without tokens.
    #[inline]
    fn remove_token(&mut self, token: TokenId) {
        let ctx = &mut self.s.ctx;
        let (case, next, previous) = {
            let t = &ctx.tokens[token];
            (t.case, t.next, t.previous)
        };
        if next != TokenId::NONE {
            ctx.tokens[next].previous = previous;
        }
        if previous != TokenId::NONE {
            ctx.tokens[previous].next = next;
        } else {
            ctx.cases[case].first_token = next;
        }
        ctx.cases[case].n_tokens -= 1;
        ctx.tokens.remove(token);
    }

    /// The branches of a fork begin; returns where this token goes on.
    pub(super) fn fork(&mut self, token: TokenId, number: u32) -> u32 {
        let plan = self.plan;
        let fork = &plan.processes.program.forks[number as usize];
        let occasion = self.s.ctx.occasion(token);
        let taken = |i: usize, arm: Arm| match arm {
            Arm::Always => true,
            Arm::Chance(p) => {
                occasion.key.uniform(fork.purpose, occasion.entity, occasion.visit, i as u32) < p
            }
            Arm::Condition(code) => plan.draws.code(code, occasion) != 0.0,
            Arm::Otherwise => false,
        };
        let mut chosen = 0_u128;
        for (i, (arm, _)) in fork.branches.iter().enumerate().take(128) {
            chosen |= u128::from(taken(i, *arm)) << i;
        }
        if chosen == 0
            && let Some(i) = fork.branches.iter().position(|b| b.0 == Arm::Otherwise)
        {
            chosen = 1 << i;
        }
        if chosen == 0 {
            return fork.join.0 + 1;
        }
        let kind = Kind::Fork { join: fork.join.0, arrived: false };
        let targets = (0..fork.branches.len()).filter(|i| chosen >> i & 1 == 1).map(|i| fork.branches[i].1.0);
        self.split(token, kind, targets)
    }

    /// The branches of a race begin; returns where this token goes on.
    pub(super) fn race(&mut self, token: TokenId, number: u32) -> u32 {
        let plan = self.plan;
        let targets = plan.processes.program.races[number as usize].iter().map(|at| at.0);
        self.split(token, Kind::Race, targets)
    }

    /// A called process begins in a frame of its own.
    pub(super) fn open(&mut self, token: TokenId, resume: u32) {
        self.split(token, Kind::Call { resume }, std::iter::once(resume));
    }

    /// Puts the token into a new frame, with others for all targets but the first, which is returned.
    fn split(&mut self, token: TokenId, kind: Kind, mut targets: impl Iterator<Item = u32>) -> u32 {
        let t = &mut self.s.ctx.tokens[token];
        let case = t.case;
        // A fork is over at once; a race or a call stays in its step's stage.
        let stage = std::mem::replace(&mut t.stage, NONE);
        let frame = self.s.frames.insert(Frame { kind, parent: t.frame, n: 1, stage });
        t.frame = frame;
        if self.s.ctx.tokens.len() as u64 > self.s.max_open.saturating_mul(TOKENS_PER_CASE) {
            self.s.stopped = Some(Stopped::TooManyCases(self.s.ctx.cases.n_open() as u64));
        }
        let first = targets.next().unwrap_or_default();
        for at in targets {
            let other = self.add_token(case, frame);
            self.s.frames.count_in(frame);
            self.take_turn(other, at);
        }
        first
    }

    /// The token will be executed from this address.
    pub(super) fn take_turn(&mut self, token: TokenId, at: u32) {
        self.s.ctx.tokens[token].waits = Waits::Turn;
        self.s.turns.push_back((token, at));
    }

    /// A token arrives at a `Join`; `true` when it goes on behind it.
    pub(super) fn join(&mut self, token: TokenId, at: u32) -> bool {
        let is_home = |kind| matches!(kind, Some(Kind::Fork { join, .. }) if join == at);
        let mut home = self.s.ctx.tokens[token].frame;
        while home != NONE && !is_home(self.s.frames.kind(home)) {
            home = self.s.frames.frames[home as usize].parent;
        }
        if home == NONE {
            // No fork leads here: nothing to wait for.
            return true;
        }
        while self.s.ctx.tokens[token].frame != home {
            self.escape(token);
        }
        let frame = &mut self.s.frames.frames[home as usize];
        frame.n -= 1;
        if frame.n > 0 {
            frame.kind = Kind::Fork { join: at, arrived: true };
            self.remove_token(token);
            return false;
        }
        self.close(token);
        true
    }

    /// The token leaves its frame for the one around it.
    fn escape(&mut self, token: TokenId) {
        let id = self.s.ctx.tokens[token].frame;
        let frame = &mut self.s.frames.frames[id as usize];
        frame.n -= 1;
        if frame.n == 0 {
            self.close(token);
        } else {
            let parent = frame.parent;
            self.s.frames.count_in(parent);
            self.s.ctx.tokens[token].frame = parent;
        }
    }

    /// The token takes the place of its frame, which ends.
    fn close(&mut self, token: TokenId) {
        let t = &mut self.s.ctx.tokens[token];
        let id = t.frame;
        t.frame = self.s.frames.frames[id as usize].parent;
        self.s.frames.free.push(id);
    }

    /// The token has completed the first step of its branch: all races that it is in are decided.
    pub(super) fn win(&mut self, token: TokenId) {
        loop {
            let race = self.s.ctx.tokens[token].frame;
            if self.s.frames.kind(race) != Some(Kind::Race) {
                return;
            }
            self.withdraw_others(token, race);
            let stage = self.s.frames.frames[race as usize].stage;
            self.leave_stage(self.s.ctx.tokens[token].case, stage);
            self.close(token);
        }
    }

    /// The token stops; returns where it goes on when a frame ends with it.
    #[inline(always)]
    pub(super) fn end(&mut self, token: TokenId, terminate: bool) -> Option<u32> {
        let t = &self.s.ctx.tokens[token];
        if t.frame == NONE && !terminate {
            self.stop(token, t.case);
            return None;
        }
        self.end_in_frames(token, terminate)
    }

    /// A token without frame stops, and the case if it was the last.
    #[inline(always)]
    fn stop(&mut self, token: TokenId, case: CaseId) {
        if self.s.ctx.cases[case].n_tokens == 1 {
            self.s.ctx.cases[case].n_tokens = 0;
            self.s.ctx.tokens.remove(token);
            self.end_case(case);
        } else {
            self.remove_token(token);
        }
    }

    #[inline(never)]
    fn end_in_frames(&mut self, token: TokenId, terminate: bool) -> Option<u32> {
        let case = self.s.ctx.tokens[token].case;
        if terminate {
            let mut top = self.s.ctx.tokens[token].frame;
            while !matches!(self.s.frames.kind(top), None | Some(Kind::Call { .. })) {
                top = self.s.frames.frames[top as usize].parent;
            }
            self.withdraw_others(token, top);
            while self.s.ctx.tokens[token].frame != top {
                let stage = self.s.frames.frames[self.s.ctx.tokens[token].frame as usize].stage;
                self.leave_stage(case, stage);
                self.close(token);
            }
        }
        loop {
            let id = self.s.ctx.tokens[token].frame;
            if id == NONE {
                self.stop(token, case);
                return None;
            }
            let frame = &mut self.s.frames.frames[id as usize];
            frame.n -= 1;
            if frame.n > 0 {
                self.remove_token(token);
                return None;
            }
            let Frame { kind, stage, .. } = *frame;
            self.close(token);
            match kind {
                Kind::Call { resume } => {
                    self.s.ctx.tokens[token].stage = stage;
                    return Some(resume);
                }
                Kind::Fork { join, arrived: true } => return Some(join + 1),
                // Nobody came to the join: the end of the last branch ends what is around the fork.
                Kind::Fork { .. } | Kind::Race => self.leave_stage(case, stage),
            }
        }
    }

    /// Withdraws the case's tokens in this frame ([`NONE`]: all) but one.
    fn withdraw_others(&mut self, token: TokenId, frame: u32) {
        let case = self.s.ctx.tokens[token].case;
        let mut victims = std::mem::take(&mut self.s.victims);
        victims.clear();
        let mut other = self.s.ctx.cases[case].first_token;
        while other != TokenId::NONE {
            let t = &self.s.ctx.tokens[other];
            if other != token && self.s.frames.is_within(t.frame, frame) {
                victims.push(other);
            }
            other = t.next;
        }
        for &victim in &victims {
            self.withdraw(victim, frame);
        }
        self.s.victims = victims;
    }

    /// Withdraws the tokens that this one sent on errands.
    pub(super) fn recall(&mut self, token: TokenId) {
        let case = self.s.ctx.case_of(token);
        let mut other = self.s.ctx.cases[case].first_token;
        while other != TokenId::NONE {
            let Token { next, errand_of, .. } = self.s.ctx.tokens[other];
            if errand_of == token {
                self.withdraw(other, NONE);
            }
            other = next;
        }
    }

    /// Takes a token away from wherever it is; frames within `top` that it leaves empty end.
    fn withdraw(&mut self, token: TokenId, top: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let case = s.ctx.tokens[token].case;
        match s.ctx.tokens[token].waits {
            Waits::Nothing => {}
            Waits::Turn => s.turns.retain(|t| t.0 != token),
            Waits::Latch => {}
            Waits::Timer => {
                let ticket = std::mem::replace(&mut s.ctx.tokens[token].ticket, Ticket::NONE);
                s.ctx.agenda.cancel(ticket);
            }
            Waits::Queue => {
                self.leave_queue(token);
                if self.s.ctx.tokens[token].mate != TokenId::NONE {
                    self.bequeath_request(token);
                }
            }
            Waits::Work => self.stop_work(token),
            Waits::Group(group) => self.leave_group(token, group),
            Waits::Batch(leader) => self.leave_batch(token, leader),
            Waits::Stock | Waits::Ask => {
                let is_of_token = |wake: &super::Wake| wake.token() == token;
                let woken = s.ctx.wakes.iter().any(is_of_token);
                s.ctx.wakes.retain(|wake| !is_of_token(wake));
                if !woken && s.ctx.tokens[token].waits == Waits::Stock {
                    s.stock.withdraw(plan, &mut s.ctx, token);
                } else if !woken {
                    s.ask.withdraw(plan, &mut s.ctx, &mut s.stock, token);
                }
            }
        }
        let latch = self.s.ctx.tokens[token].latch;
        if latch != NONE {
            self.open_latch(token, latch, false);
        }
        let stage = self.s.ctx.tokens[token].stage;
        self.leave_stage(case, stage);
        let mut id = self.s.ctx.tokens[token].frame;
        while id != NONE {
            let frame = &mut self.s.frames.frames[id as usize];
            frame.n -= 1;
            if frame.n > 0 || id == top {
                break;
            }
            let Frame { stage, parent, .. } = *frame;
            self.s.frames.free.push(id);
            self.leave_stage(case, stage);
            id = parent;
        }
        self.remove_token(token);
    }

    /// The latch of a step that runs once opens: for all who wait, or, when the work was not done, for the next.
    pub(super) fn open_latch(&mut self, token: TokenId, latch: u32, done: bool) {
        let plan = self.plan;
        let t = &mut self.s.ctx.tokens[token];
        t.latch = NONE;
        let case = t.case;
        *self.s.ctx.cases.counter(case, plan.processes.latches[latch as usize]) = if done { 2 } else { 0 };
        let mut other = self.s.ctx.cases[case].first_token;
        while other != TokenId::NONE {
            let (at, waits, next) = {
                let t = &self.s.ctx.tokens[other];
                (t.at, t.waits, t.next)
            };
            let here = waits == Waits::Latch
                && matches!(plan.processes.program.ops[at as usize], Op::Once(l, _) if l == latch);
            if here {
                self.take_turn(other, at);
                if !done {
                    return;
                }
            }
            other = next;
        }
    }
}
