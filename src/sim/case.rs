//! The cases that are open.

use super::{MemberId, TokenId};
use crate::ids::{AttrId, Id, ProcessId, StepId};
use crate::plan::{NONE, Plan};
use crate::units::{Duration, Time};
use std::ops::{Index, IndexMut};

/// An open case's place in the arena; used again after the case has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseId(pub u32);

impl CaseId {
    pub const NO_SITE: u32 = NONE;
}

#[derive(Clone, Debug)]
pub struct Case {
    /// Keys the case's random numbers.
    pub entity: u64,
    /// In order of start.
    pub number: u64,
    pub start: Time,
    pub process: ProcessId,
    /// Index of the site, or [`CaseId::NO_SITE`].
    pub site: u32,
    /// The case's asset: number + 1 over all fleets, 0 for none.
    pub asset: u32,
    /// Of the failure or maintenance that the case is about, its own or that of the case that started it: the entity of its
    /// first case; 0 for none.
    pub about: u64,
    /// Subsystems that want to be told of the end of this case: the `MARK_*` bits.
    pub marks: u8,
    /// Its end is waited for in the drain.
    pub(super) cohort: bool,
    /// The bin of its start.
    pub(super) bin: u32,
    /// Its tokens are linked; a case without tokens is not open.
    pub(super) first_token: TokenId,
    pub(super) n_tokens: u32,
    /// The first member that the case has seized.
    pub(super) held: MemberId,
    /// Time spent waiting for teams, and being worked on.
    pub(super) waiting: Duration,
    pub(super) working: Duration,
}

impl Case {
    pub const MARK_STOCK: u8 = 1;
    pub const MARK_ASK: u8 = 2;
    pub const MARK_ASSET: u8 = 4;
}

/// The time a case has spent in a stage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StageClock {
    /// Tokens in the stage: parallel tokens do not count twice.
    inside: u32,
    entered: bool,
    since: Time,
    total: Duration,
}

/// The time a case has waited for teams at a step, whether its turn came, and whether it waits at the end of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Wait {
    served: bool,
    awaited: bool,
    total: Duration,
}

/// What became of a request for members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Came,
    GivenUp,
    /// The run is over, and the request still waits.
    Awaited,
}

/// Arena of cases, with attributes, counters of visits and clocks of the measured stages and waits.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    cases: Vec<Case>,
    free: Vec<CaseId>,
    n_attributes: usize,
    n_counters: usize,
    n_stages: usize,
    attributes: Vec<f64>,
    counters: Vec<u32>,
    stages: Vec<StageClock>,
    n_waits: usize,
    waits: Vec<Wait>,
}

impl Cases {
    pub(super) fn reset(&mut self, plan: &Plan) {
        self.cases.clear();
        self.free.clear();
        self.attributes.clear();
        self.counters.clear();
        self.stages.clear();
        self.n_attributes = plan.n_attributes;
        self.n_counters = plan.processes.n_counters;
        self.n_stages = plan.measures.measured_stages.len();
        self.waits.clear();
        self.n_waits = plan.measures.n_waits;
    }

    /// Cases that are open.
    #[inline]
    pub fn n_open(&self) -> usize {
        self.cases.len() - self.free.len()
    }

    /// All places, of open cases and others.
    pub(super) fn places(&self) -> impl Iterator<Item = CaseId> + use<> {
        (0..self.cases.len() as u32).map(CaseId)
    }

    /// The open cases, by place.
    pub(super) fn open(&self) -> impl Iterator<Item = CaseId> {
        let open = self.cases.iter().enumerate().filter(|(_, case)| case.n_tokens > 0);
        open.map(|(i, _)| CaseId(i as u32))
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, case: Case) -> CaseId {
        if let Some(id) = self.free.pop() {
            self.cases[id.0 as usize] = case;
            // (Filling nothing is not free.)
            if self.n_attributes > 0 {
                self.attributes_mut(id).fill(0.0);
            }
            let (i, n, s, w) = (id.0 as usize, self.n_counters, self.n_stages, self.n_waits);
            if n > 0 {
                self.counters[i * n..(i + 1) * n].fill(0);
            }
            if s > 0 {
                self.stages[i * s..(i + 1) * s].fill(StageClock::default());
            }
            if w > 0 {
                self.waits[i * w..(i + 1) * w].fill(Wait::default());
            }
            return id;
        }
        self.cases.push(case);
        let n = self.cases.len();
        self.attributes.resize(n * self.n_attributes, 0.0);
        self.counters.resize(n * self.n_counters, 0);
        self.stages.resize(n * self.n_stages, StageClock::default());
        self.waits.resize(n * self.n_waits, Wait::default());
        CaseId(n as u32 - 1)
    }

    #[inline]
    pub(super) fn remove(&mut self, case: CaseId) {
        self.free.push(case);
    }

    #[inline]
    pub fn attributes(&self, case: CaseId) -> &[f64] {
        let from = case.0 as usize * self.n_attributes;
        &self.attributes[from..from + self.n_attributes]
    }

    #[inline]
    pub fn attributes_mut(&mut self, case: CaseId) -> &mut [f64] {
        let from = case.0 as usize * self.n_attributes;
        &mut self.attributes[from..from + self.n_attributes]
    }

    #[inline]
    pub fn attribute(&self, case: CaseId, attr: AttrId) -> f64 {
        self.attributes(case)[attr.index()]
    }

    pub(super) fn copy_attributes(&mut self, from: CaseId, to: CaseId) {
        let n = self.n_attributes;
        self.attributes.copy_within(from.0 as usize * n..(from.0 as usize + 1) * n, to.0 as usize * n);
    }

    #[inline]
    pub(super) fn counter(&mut self, case: CaseId, counter: u32) -> &mut u32 {
        &mut self.counters[case.0 as usize * self.n_counters + counter as usize]
    }

    /// The case has waited for teams at a step.
    #[inline(always)]
    pub(super) fn waited(&mut self, plan: &Plan, case: CaseId, step: StepId, time: Duration, turn: Turn) {
        self[case].waiting += time;
        if self.n_waits > 0 {
            let index = plan.measures.waits[step.index()];
            if index != NONE {
                let wait = &mut self.waits[case.0 as usize * self.n_waits + index as usize];
                wait.served |= turn == Turn::Came;
                wait.awaited |= turn == Turn::Awaited;
                wait.total += time;
            }
        }
    }

    /// Time spent waiting at a step, if the case's turn came there; and whether it waits there again.
    pub(super) fn wait_at(&self, case: CaseId, wait: u32) -> Option<(Duration, bool)> {
        let wait = self.waits[case.0 as usize * self.n_waits + wait as usize];
        wait.served.then_some((wait.total, wait.awaited))
    }

    /// Since when a token of the case is in a step of this measured stage, if one is.
    #[inline]
    pub(super) fn in_stage_since(&self, case: CaseId, stage: u32) -> Option<Time> {
        let clock = &self.stages[case.0 as usize * self.n_stages + stage as usize];
        (clock.inside > 0).then_some(clock.since)
    }

    #[inline(always)]
    pub(super) fn enter_stage(&mut self, case: CaseId, stage: u32, now: Time) {
        let clock = &mut self.stages[case.0 as usize * self.n_stages + stage as usize];
        clock.inside += 1;
        clock.entered = true;
        if clock.inside == 1 {
            clock.since = now;
        }
    }

    /// When no token is left in the stage: since when there were some.
    #[inline]
    pub(super) fn leave_stage(&mut self, case: CaseId, stage: u32, now: Time) -> Option<Time> {
        let clock = &mut self.stages[case.0 as usize * self.n_stages + stage as usize];
        clock.inside -= 1;
        if clock.inside > 0 {
            return None;
        }
        clock.total += now.since(clock.since);
        Some(clock.since)
    }

    /// Time spent in a stage so far, if it was entered.
    pub(super) fn stage_time(&self, case: CaseId, stage: u32, now: Time) -> Option<Duration> {
        let clock = &self.stages[case.0 as usize * self.n_stages + stage as usize];
        let present = if clock.inside > 0 { now.since(clock.since) } else { Duration::ZERO };
        clock.entered.then_some(clock.total + present)
    }
}

impl Index<CaseId> for Cases {
    type Output = Case;
    #[inline]
    fn index(&self, case: CaseId) -> &Case {
        &self.cases[case.0 as usize]
    }
}

impl IndexMut<CaseId> for Cases {
    #[inline]
    fn index_mut(&mut self, case: CaseId) -> &mut Case {
        &mut self.cases[case.0 as usize]
    }
}
