//! All analyses of one log, each made when it is first asked for.

use super::batch::{Batching, batches, batching};
use super::causes::{Bottleneck, Causes, bottlenecks, causes};
use super::clock::{WorkingClock, in_working_time};
use super::miner::Miner;
use super::network::{Handover, Tie, Who, crowded_cases, handovers, subcontracting, working_together};
use super::{Conformance, Dfg, Footprint, Replay, Summary, Tree, Variant, Workload};
use crate::eventlog::EventLog;
use std::cell::OnceCell;

/// A sorted log and what has been found in it so far.
pub struct Study {
    pub log: EventLog,
    /// For the model: what is rarer than this share of the most frequent continuation is left out.
    pub miner: Miner,
    enabled: OnceCell<Vec<i64>>,
    clock: OnceCell<WorkingClock>,
    working: OnceCell<EventLog>,
    summary: OnceCell<Summary>,
    working_summary: OnceCell<Summary>,
    dfg: OnceCell<Dfg>,
    working_dfg: OnceCell<Dfg>,
    variants: OnceCell<Vec<Variant>>,
    bottlenecks: OnceCell<Vec<Bottleneck>>,
    causes: OnceCell<Vec<Causes>>,
    people: OnceCell<Network>,
    teams: OnceCell<Network>,
    workload: OnceCell<Vec<Workload>>,
    batching: OnceCell<Vec<Batching>>,
    footprint: OnceCell<Footprint>,
    model: OnceCell<Model>,
}

/// Who works with whom.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Network {
    pub handovers: Vec<Handover>,
    pub working_together: Vec<Tie>,
    /// Cases with so many people that their pairs were not counted.
    pub crowded_cases: usize,
    pub subcontracting: Vec<Tie>,
}

/// The process tree behind the log and how well the log fits it.
pub struct Model {
    pub tree: Tree,
    /// Parts of it allow any order, because more would have taken too long.
    pub cut_short: bool,
    pub replay: Replay,
    /// None: the model has too many states.
    pub conformance: Option<Conformance>,
}

impl Study {
    pub fn new(log: EventLog, miner: impl Into<Miner>) -> Self {
        Self {
            log,
            miner: miner.into(),
            enabled: OnceCell::new(),
            clock: OnceCell::new(),
            working: OnceCell::new(),
            summary: OnceCell::new(),
            working_summary: OnceCell::new(),
            dfg: OnceCell::new(),
            working_dfg: OnceCell::new(),
            variants: OnceCell::new(),
            bottlenecks: OnceCell::new(),
            causes: OnceCell::new(),
            people: OnceCell::new(),
            teams: OnceCell::new(),
            workload: OnceCell::new(),
            batching: OnceCell::new(),
            footprint: OnceCell::new(),
            model: OnceCell::new(),
        }
    }

    /// When each row could first have begun.
    pub fn enabled(&self) -> &[i64] {
        self.enabled.get_or_init(|| super::enabled(&self.log))
    }

    /// The clock of the log's opening hours.
    pub fn clock(&self) -> &WorkingClock {
        self.clock.get_or_init(|| WorkingClock::of(&self.log))
    }

    /// The log in working time.
    pub fn working(&self) -> &EventLog {
        self.working.get_or_init(|| in_working_time(&self.log, self.clock()))
    }

    pub fn summary(&self) -> &Summary {
        self.summary.get_or_init(|| super::summary(&self.log))
    }

    /// The same with times of cases in working time; instants and arrivals mean nothing there.
    pub fn working_summary(&self) -> &Summary {
        self.working_summary.get_or_init(|| super::summary(self.working()))
    }

    pub fn dfg(&self) -> &Dfg {
        self.dfg.get_or_init(|| super::dfg(&self.log))
    }

    /// The graph with working time between activities; its edges are in the order of [`dfg`](Self::dfg).
    pub fn working_dfg(&self) -> &Dfg {
        self.working_dfg.get_or_init(|| super::dfg(self.working()))
    }

    pub fn variants(&self) -> &[Variant] {
        self.variants.get_or_init(|| super::variants(&self.log))
    }

    pub fn bottlenecks(&self) -> &[Bottleneck] {
        self.bottlenecks.get_or_init(|| bottlenecks(&self.log, self.enabled(), self.causes(), self.clock()))
    }

    /// Of each row's waiting.
    pub fn causes(&self) -> &[Causes] {
        self.causes.get_or_init(|| causes(&self.log, self.enabled()))
    }

    pub fn network(&self, who: Who) -> &Network {
        let cell = if who == Who::Teams { &self.teams } else { &self.people };
        cell.get_or_init(|| Network {
            handovers: handovers(&self.log, who),
            working_together: working_together(&self.log, who),
            crowded_cases: crowded_cases(&self.log, who),
            subcontracting: subcontracting(&self.log, who),
        })
    }

    pub fn workload(&self) -> &[Workload] {
        self.workload.get_or_init(|| super::workload(&self.log))
    }

    pub fn batching(&self) -> &[Batching] {
        self.batching.get_or_init(|| batching(&self.log, &batches(&self.log, self.enabled(), 2)))
    }

    pub fn footprint(&self) -> &Footprint {
        self.footprint.get_or_init(|| super::footprint(&self.log))
    }

    pub fn model(&self) -> &Model {
        self.model.get_or_init(|| {
            let super::inductive::Mined { tree, cut_short } = self.miner.mine(&self.log);
            let replay = super::replay(&self.log, &tree);
            let conformance = super::conformance(&self.log, &tree);
            Model { tree, cut_short, replay, conformance }
        })
    }
}
