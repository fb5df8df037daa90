//! Tokens: the places where cases are.

use super::{CaseId, MemberId};
use crate::ids::StepId;
use crate::kernel::Ticket;
use crate::plan::NONE;
use crate::units::{Duration, Time};
use std::ops::{Index, IndexMut};

/// A token's place in the arena; used again after the token is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId(pub u32);

impl TokenId {
    pub const NONE: Self = Self(NONE);
}

#[derive(Clone, Debug)]
pub struct Token {
    pub case: CaseId,
    /// The operation it is at.
    pub at: u32,
    pub step: StepId,
    /// How often the case had entered this step before.
    pub visit: u32,
    /// When it entered the step.
    pub enabled: Time,
    pub(super) waits: Waits,
    /// Its timer, or the end of its work.
    pub(super) ticket: Ticket,
    /// The innermost fork, race or call that it belongs to.
    pub(super) frame: u32,
    /// The stage it is in, to be left (index of a measured stage).
    pub(super) stage: u32,
    /// The token that sent it to do one step.
    pub(super) errand_of: TokenId,
    /// The latch that it has closed.
    pub(super) latch: u32,
    /// The case's other tokens.
    pub(super) next: TokenId,
    pub(super) previous: TokenId,
    /// The next token of the same batch.
    pub(super) mate: TokenId,
    pub(super) job: Job,
}

impl Token {
    const NEW: Self = Self {
        case: CaseId(NONE),
        at: NONE,
        step: StepId(NONE),
        visit: 0,
        enabled: Time::ZERO,
        waits: Waits::Nothing,
        ticket: Ticket::NONE,
        frame: NONE,
        stage: NONE,
        errand_of: TokenId::NONE,
        latch: NONE,
        next: TokenId::NONE,
        previous: TokenId::NONE,
        mate: TokenId::NONE,
        job: Job::NONE,
    };
}

/// What a token waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// It is being executed.
    Nothing,
    /// Its turn, in the list of tokens to execute.
    Turn,
    /// The end of a delay.
    Timer,
    /// Members of teams.
    Queue,
    /// The end of its work.
    Work,
    /// Other cases, in this group of a batch.
    Group(u32),
    /// The work on its batch, which this token leads.
    Batch(TokenId),
    /// The latch of a step that runs once.
    Latch,
    /// A subsystem.
    Stock,
    Ask,
}

/// The request for members, and the work they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    /// Of `plan.teams.works`.
    pub(super) work: u32,
    /// Smaller goes first in the queues (in case of a tie).
    pub(super) seq: u64,
    pub(super) priority: f64,
    /// Work content left, at speed 1.
    pub(super) left: Duration,
    /// All the work left, of a batch too: what counts where the shortest goes first, and for a shift's end.
    pub(super) size: Duration,
    /// Since when it waits.
    pub(super) queued: Time,
    pub(super) patience: Ticket,
    /// When work began for the first time, and for the last time; `Time::NEVER` before.
    pub(super) began: Time,
    pub(super) since: Time,
    /// How long the last stretch of work takes its worker, and when it ends.
    pub(super) span: Duration,
    pub(super) until: Time,
    /// The first worker; the others are linked.
    pub(super) member: MemberId,
    /// The rest is handed over when the shift ends.
    pub(super) hands_over: bool,
    /// The worker stops when off shift, which happens before the end.
    pub(super) pauses: bool,
    /// The work may go on beyond the shift.
    pub(super) exceeds: bool,
    /// How often the work content was drawn anew.
    pub(super) draws: u32,
    /// The case has seized members already.
    pub(super) holding: bool,
    /// One member who is always on shift works, and nobody takes the work away.
    pub(super) plain: bool,
    /// A batch is worked on all at once.
    pub(super) parallel: bool,
    /// How many were in its batch when it was complete; 0 without one.
    pub(super) gathered: u32,
}

impl Job {
    pub(super) const NONE: Self = Self {
        work: NONE,
        seq: 0,
        priority: 0.0,
        left: Duration::ZERO,
        size: Duration::ZERO,
        queued: Time::ZERO,
        patience: Ticket::NONE,
        began: Time::NEVER,
        since: Time::NEVER,
        span: Duration::ZERO,
        until: Time::NEVER,
        member: MemberId::NONE,
        hands_over: false,
        pauses: false,
        exceeds: false,
        draws: 0,
        holding: false,
        plain: false,
        parallel: false,
        gathered: 0,
    };
}

impl Token {
    /// Whether the token was sent to do one step and has done it.
    #[inline]
    pub(super) fn errand_is_done(&self) -> bool {
        self.errand_of != TokenId::NONE && self.step != StepId(NONE)
    }
}

/// Arena of tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    tokens: Vec<Token>,
    free: Vec<TokenId>,
}

impl Tokens {
    pub(super) fn reset(&mut self) {
        self.tokens.clear();
        self.free.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len() - self.free.len()
    }

    #[inline]
    pub(super) fn insert(&mut self, case: CaseId, frame: u32) -> TokenId {
        let Some(id) = self.free.pop() else {
            self.tokens.push(Token { case, frame, ..Token::NEW });
            return TokenId(self.tokens.len() as u32 - 1);
        };
        let token = &mut self.tokens[id.0 as usize];
        // (The rest is written on entering a step, the job when work is asked for.)
        token.case = case;
        token.frame = frame;
        token.waits = Waits::Nothing;
        token.ticket = Ticket::NONE;
        token.step = StepId(NONE);
        token.stage = NONE;
        token.errand_of = TokenId::NONE;
        token.latch = NONE;
        token.next = TokenId::NONE;
        token.previous = TokenId::NONE;
        token.mate = TokenId::NONE;
        token.job.member = MemberId::NONE;
        id
    }

    #[inline]
    pub(super) fn remove(&mut self, token: TokenId) {
        self.free.push(token);
    }
}

impl Index<TokenId> for Tokens {
    type Output = Token;
    #[inline]
    fn index(&self, token: TokenId) -> &Token {
        &self.tokens[token.0 as usize]
    }
}

impl IndexMut<TokenId> for Tokens {
    #[inline]
    fn index_mut(&mut self, token: TokenId) -> &mut Token {
        &mut self.tokens[token.0 as usize]
    }
}
