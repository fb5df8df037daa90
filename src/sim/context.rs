//! What every part of the engine shares, and how the parts talk to each other.
//!
//! ## Operation, subsystem, wake
//! The interpreter runs a token's operations. An operation of a subsystem (`Take`, `Ask`, `Restore`, ...) is one call,
//! for instance `stock.take(plan, ctx, token, number)`, which answers with a [`Flow`]:
//! * [`Flow::Go`]`(b)`: done; the token goes on at once at operation `at + 1 + b` (`b` is the branch: 0 for the
//!   normal way on; a take: 1 when short; an ask: 0 found, 1 not found);
//! * [`Flow::Wait`]: the subsystem keeps the [`TokenId`] and schedules what it needs with
//!   `ctx.agenda.schedule(time, phase, Event::Stock(..))`, which returns a ticket for `ctx.agenda.cancel`.
//!   When the time has come its `event(plan, ctx, ..)` is called; it pushes [`Wake::Resume`] onto `ctx.wakes`.
//!
//! The interpreter empties `ctx.wakes` and `ctx.births` after every call into a subsystem, in order of pushing. A token
//! that has to leave before it is woken (race lost, case terminated) is announced by `withdraw(plan, ctx, token)` of
//! the subsystem that it waits for; after that the subsystem must not wake it. A case that ends is announced by
//! `case_ended`, to the subsystems that marked it in [`Case::marks`](super::Case).
//!
//! A subsystem changes attributes by `ctx.cases.attributes_mut(case)`, and measures by `ctx.meters` and [`Level`]s.
//! Its event loop must not allocate once its vectors have grown: `reset(plan, ctx)` clears and refills, it does not
//! build anew. All state is `Clone`.
//!
//! [`Level`]: super::Level

use super::{CaseId, Cases, MemberId, Meters, Staff, Token, TokenId, Tokens};
use super::{ask, asset, stock};
use crate::activity::{DrawId, Occasion};
use crate::ids::{AttrId, ProcessId};
use crate::kernel::Agenda;
use crate::plan::Plan;
use crate::record::Tally;
use crate::rng::Key;
use crate::units::{Duration, Time};

/// The shared state of one replication.
#[derive(Clone, Debug)]
pub struct Context {
    pub now: Time,
    /// Random numbers: `key.uniform(purpose, entity, visit, draw)`.
    pub key: Key,
    pub agenda: Agenda<Event>,
    pub meters: Meters,
    pub cases: Cases,
    pub tokens: Tokens,
    /// The members of all teams: when they are on shift, and what they owe.
    pub staff: Staff,
    /// Tokens to go on.
    pub wakes: Vec<Wake>,
    /// Cases to begin.
    pub births: Vec<Birth>,
    /// Times that were computed as less than nothing, or as no number.
    pub misfits: Tally,
}

/// What the agenda can hold. Subsystems define their own kinds; an event should not be larger than 12 bytes.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next case of an arrival source.
    Arrival(u32),
    /// What the token waits for has come to its end: work, delay.
    Token(TokenId),
    /// The token's patience is over.
    Patience(TokenId),
    /// Members of this pool begin a shift while requests wait.
    Shift(u32),
    /// A batch of this step is due.
    Batch(u32),
    Stock(stock::Event),
    Ask(ask::Event),
    Asset(asset::Event),
}

/// A subsystem's answer to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on at once with this branch.
    Go(u8),
    /// The token stays with the subsystem.
    Wait,
}

/// What a subsystem wants done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The waiting token goes on with this branch.
    Resume { token: TokenId, branch: u8 },
    /// A second token of the same case does the one step at this branch, and ends; the first goes on waiting.
    Errand { token: TokenId, branch: u8 },
    /// The errands of this token are needed no more: they stop where they are.
    Recall { token: TokenId },
}

/// A case that a subsystem begins: a failure, a maintenance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Birth {
    pub process: ProcessId,
    /// Keys the case's random numbers: for an asset `rng::mix(asset entity, occurrence)`.
    pub entity: u64,
    /// Site index, or [`CaseId::NO_SITE`].
    pub site: u32,
    /// Number + 1 over all fleets, 0 for none.
    pub asset: u32,
    pub set: Option<(AttrId, f64)>,
}

impl Wake {
    pub(super) fn token(&self) -> TokenId {
        match *self {
            Self::Resume { token, .. } | Self::Errand { token, .. } | Self::Recall { token } => token,
        }
    }
}

impl Context {
    /// The case of a token.
    #[inline]
    pub fn case_of(&self, token: TokenId) -> CaseId {
        self.tokens[token].case
    }

    /// What a draw of a token at its step depends on: `plan.amount(draw, ctx.occasion(token))`.
    #[inline]
    pub fn occasion(&self, token: TokenId) -> Occasion<'_> {
        let Token { case, visit, .. } = self.tokens[token];
        let attributes = self.cases.attributes(case);
        Occasion { key: self.key, entity: self.cases[case].entity, visit, attributes }
    }

    /// A time drawn or computed for a token at its step. What makes no sense as one is zero, and counted.
    #[inline]
    pub fn time_of(&mut self, plan: &Plan, token: TokenId, draw: DrawId) -> Duration {
        let seconds = plan.amount(draw, self.occasion(token));
        self.time(token, seconds)
    }

    /// Seconds as a time of the token's step; see [`Context::time_of`].
    #[inline]
    pub(super) fn time(&mut self, token: TokenId, seconds: f64) -> Duration {
        if seconds < 0.0 || seconds.is_nan() {
            self.misfits.add(self.tokens[token].step);
        }
        Duration::from_seconds(seconds)
    }

    /// What a draw of a case at its start depends on.
    #[inline]
    pub(super) fn first_occasion(&self, case: CaseId) -> Occasion<'_> {
        let attributes = self.cases.attributes(case);
        Occasion { key: self.key, entity: self.cases[case].entity, visit: 0, attributes }
    }

    /// Whether the member is on shift now; absences count.
    #[inline]
    pub fn is_on_shift(&mut self, plan: &Plan, member: MemberId) -> bool {
        self.staff.is_present(plan, self.key, member, self.now)
    }

    /// The shift that the member is in at this time, or the next one; `Time::NEVER` if there is none.
    pub fn next_shift(&self, plan: &Plan, member: MemberId, at: Time) -> (Time, Time) {
        self.staff.next_shift(plan, self.key, member, at)
    }

    /// When the member will have worked for `time`, counted from `at`.
    pub fn add_working(&self, plan: &Plan, member: MemberId, at: Time, time: Duration) -> Time {
        self.staff.add_working(plan, self.key, member, at, time)
    }
}
