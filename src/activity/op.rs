//! The primitive operations that the engine interprets.
//!
//! A step becomes a few consecutive operations, see [`Expansion`](super::Expansion). An operation either goes on at
//! once or parks its token; a parked token is *woken* later with a branch number `b` and goes on at operation
//! `at + 1 + b`. So an operation with several ways out (found, not found) is followed by one `Goto` for each.

use super::{
    Ask, BatchWork, CodeId, DrawId, LawId, Need, OffShift, Order, Preemption, Return, Take, Transfer,
};
use crate::ids::{AttrId, CalendarId, ProcessId, StageId, StepId, TeamId};
use crate::rng::Purpose;

/// Address of an operation (a label until the program is linked).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At(pub u32);

/// The `u32` is a number in the table of [`Program`] that the operation belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Goto(At),
    /// A token enters a step: counts the visit, opens the stage. Number of a [`Node`].
    Enter(u32),
    /// It leaves the step: closes the stage.
    Leave,
    /// The first step of a race's branch is completed: the other branches are withdrawn.
    Won,
    /// Members are seized, work, and are released. Branch 0: done, 1: patience was over.
    Work(u32),
    /// Members are seized and stay with the case. Branches as above.
    Seize(u32),
    Release(TeamId),
    Delay(u32),
    /// One way out of several by one uniform number.
    Chance(u32),
    /// Goes to the address when the condition holds.
    When(CodeId, At),
    Fork(u32),
    /// The token waits here for the others of its frame.
    Join,
    Race(u32),
    /// A called process begins, whose tokens end together; then the case goes on at the address.
    Open(At),
    /// The token stops: the case, or the called process, ends with its last token.
    End {
        terminate: bool,
    },
    Set(AttrId, DrawId),
    Start(u32),
    Batch(u32),
    /// The first token of a case passes and closes the latch behind it; others wait for it and go to the address.
    Once(u32, At),
    /// Opens the latch; `false`: the work was not done, the next token does it.
    Done(u32, bool),
    Take(u32),
    Return(u32),
    Order(u32),
    Transfer(u32),
    Ask(u32),
    Restore(u32),
}

/// A step in one place: steps of a called process appear once for every call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    pub step: StepId,
    pub stage: Option<StageId>,
}

/// Work by members of teams; also what `seize` asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    pub step: StepId,
    pub needs: Vec<Need>,
    /// Absent for `seize`.
    pub time: Option<DrawId>,
    pub priority: Option<CodeId>,
    pub off_shift: OffShift,
    pub preemption: Preemption,
    pub patience: Option<(LawId, Purpose)>,
}

/// Ways out with the probability of this or an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    pub purpose: Purpose,
    pub ways: Vec<(f64, At)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    /// Own chance of branch i: draw i.
    pub purpose: Purpose,
    pub branches: Vec<(Arm, At)>,
    /// Its `Join` operation.
    pub join: At,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arm {
    Always,
    Chance(f64),
    Condition(CodeId),
    /// Taken when no other is.
    Otherwise,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Gather {
    /// Tokens meet at this step, wherever it was called from.
    pub step: StepId,
    pub work: u32,
    pub rules: Vec<Rule>,
    pub mode: BatchWork,
    pub factors: Vec<(u32, f64)>,
}

/// A compiled [`BatchRule`](super::BatchRule).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    Size(u32),
    Age(LawId, Purpose),
    At(CalendarId),
}

/// A compiled [`DelayUntil`](super::DelayUntil).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pause {
    Elapsed(DrawId),
    Working(DrawId, CalendarId),
    Open(CalendarId),
}

/// An operation of the stock or ask subsystem, with what that subsystem needs to compile it.
#[derive(Clone, Debug, PartialEq)]
pub struct Site<T> {
    pub what: T,
    /// Path of calls and the step, "restore/locate/ask": begins the names of its random draws.
    pub name: String,
}

/// The operations that belong to subsystems, in the order of their numbers: `Op::Take(3)` is `takes[3]`.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    /// Branch 0: taken; 1: short.
    pub takes: Vec<Site<Take>>,
    pub returns: Vec<Site<Return>>,
    /// Branch 0: delivered.
    pub orders: Vec<Site<Order>>,
    /// Branch 0: arrived.
    pub transfers: Vec<Site<Transfer>>,
    /// Branch 0: found; 1: not found; 2: a second token for `parallel`.
    pub asks: Vec<Site<Ask>>,
}

/// All processes as operations.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub ops: Vec<Op>,
    pub nodes: Vec<Node>,
    pub works: Vec<Work>,
    pub delays: Vec<Pause>,
    pub chances: Vec<Chance>,
    pub forks: Vec<Fork>,
    pub races: Vec<Vec<At>>,
    pub gathers: Vec<Gather>,
    /// Processes that are started, and the name of the start in their cases' entities.
    pub starts: Vec<(ProcessId, Purpose)>,
    /// Factors of temporary repairs.
    pub restores: Vec<Option<f64>>,
    pub n_latches: u32,
    /// Ends of called processes, and where their cases go on.
    pub returns: Vec<(u32, At)>,
}

impl Program {
    /// Turns labels into addresses, or addresses into others.
    pub fn redirect(&mut self, address: impl Fn(At) -> At) {
        for op in &mut self.ops {
            match op {
                Op::Goto(to) | Op::When(_, to) | Op::Open(to) | Op::Once(_, to) => *to = address(*to),
                _ => {}
            }
        }
        for chance in &mut self.chances {
            chance.ways.iter_mut().for_each(|(_, to)| *to = address(*to));
        }
        for fork in &mut self.forks {
            fork.branches.iter_mut().for_each(|(_, to)| *to = address(*to));
            fork.join = address(fork.join);
        }
        self.races.iter_mut().flatten().for_each(|to| *to = address(*to));
        self.returns.iter_mut().for_each(|(_, to)| *to = address(*to));
    }

    /// Operations that may follow the one at an address, for the same token or one that it starts.
    pub fn successors(&self, at: u32) -> Vec<u32> {
        let gotos = |first: u32, n: u32| (first..first + n).collect();
        match self.ops[at as usize] {
            Op::Goto(to) => vec![to.0],
            Op::When(_, to) | Op::Once(_, to) | Op::Open(to) => vec![to.0, at + 1],
            Op::Chance(i) => self.chances[i as usize].ways.iter().map(|w| w.1.0).collect(),
            Op::Fork(i) => {
                let fork = &self.forks[i as usize];
                fork.branches.iter().map(|b| b.1.0).chain([fork.join.0]).collect()
            }
            Op::Race(i) => self.races[i as usize].iter().map(|to| to.0).collect(),
            Op::End { .. } => self.returns.iter().filter(|r| r.0 == at).map(|r| r.1.0).collect(),
            Op::Work(_) | Op::Seize(_) | Op::Take(_) => gotos(at + 1, 2),
            Op::Ask(_) => gotos(at + 1, 3),
            _ => gotos(at + 1, 1),
        }
    }
}
