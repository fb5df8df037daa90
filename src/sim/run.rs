//! One replication: its state, the event loop, and what is left at the end.

use super::arrive::SourceState;
use super::batch::Group;
use super::frame::Frames;
use super::pool::PoolState;
use super::sink::{RowSink, Sink};
use super::{Birth, CaseId, Context, Event, Level, MemberId, Meters, Staff, Token, TokenId, Tokens, Wake};
use super::{Cases, ask::Ask, asset::Asset, stock::Stock};
use crate::ids::{Id, StepId};
use crate::kernel::Agenda;
use crate::plan::{NONE, Plan};
use crate::record::{Record, Rows, Samples, Stopped, Tally};
use crate::rng::Key;
use crate::units::Time;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// Keep a row for each activity instance.
    pub rows: bool,
    /// The run stops when more cases than this are open.
    pub max_open: u64,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { rows: false, max_open: 500_000 }
    }
}

/// Runs replications one after another in the same memory.
#[derive(Clone, Debug)]
pub struct Runner<'p> {
    plan: &'p Plan,
    state: State,
}

/// Everything that changes during a run.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) ctx: Context,
    pub(super) pools: Vec<PoolState>,
    /// Pools that something happened to: each looks through its queue at the end of the instant.
    pub(super) first_touched: u32,
    pub(super) last_touched: u32,
    /// By team: requests waiting.
    pub(super) queues: Vec<Level>,
    pub(super) frames: Frames,
    pub(super) groups: Vec<Group>,
    /// Tokens to execute, with the address to begin at.
    pub(super) turns: VecDeque<(TokenId, u32)>,
    pub(super) stock: Stock,
    pub(super) ask: Ask,
    pub(super) asset: Asset,
    pub(super) sources: Vec<SourceState>,
    pub(super) samples: Vec<Samples>,
    /// Numbers requests.
    pub(super) next_seq: u64,
    /// Operations executed since time last passed.
    pub(super) idle_ops: u32,
    pub(super) n_activities: u64,
    n_events: u64,
    pub(super) n_started: u64,
    pub(super) n_ended: u64,
    /// Open cases of the cohort.
    pub(super) n_cohort: u64,
    pub(super) max_open: u64,
    pub(super) stopped: Option<Stopped>,
    /// Scratch: members chosen, members kept back, tokens to withdraw.
    pub(super) chosen: Vec<MemberId>,
    pub(super) hidden: Vec<MemberId>,
    pub(super) victims: Vec<TokenId>,
    open_cases: Vec<CaseId>,
    stuck: Tally,
}

/// The engine at work.
pub(super) struct Engine<'a, S> {
    pub(super) plan: &'a Plan,
    pub(super) s: &'a mut State,
    pub(super) sink: &'a mut S,
}

/// Operations at one instant after which a run is said to go round in circles.
pub(super) const MAX_IDLE_OPS: u32 = 10_000_000;

impl<'p> Runner<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Self { plan, state: State::new() }
    }

    pub fn run(&mut self, key: Key, options: RunOptions) -> Record {
        let mut record = Record::default();
        self.run_into(key, options, &mut record);
        record
    }

    /// As [`Runner::run`], in the memory of an earlier record.
    pub fn run_into(&mut self, key: Key, options: RunOptions, record: &mut Record) {
        self.state.max_open = options.max_open;
        self.state.samples = std::mem::take(&mut record.samples);
        let rows = std::mem::take(&mut record.rows);
        record.rows = if options.rows {
            let mut sink = RowSink::new(rows);
            self.drive(key, &mut sink);
            sink.finish()
        } else {
            self.drive(key, &mut ());
            Rows::default()
        };
        self.state.leave(self.plan, record);
    }

    fn drive<S: Sink>(&mut self, key: Key, sink: &mut S) {
        let mut engine = Engine { plan: self.plan, s: &mut self.state, sink };
        engine.begin(key);
        engine.run();
        engine.finish();
    }
}

impl State {
    fn new() -> Self {
        let ctx = Context {
            now: Time::ZERO,
            key: Key::new(0, 0),
            agenda: Agenda::new(),
            meters: Meters::default(),
            cases: Cases::default(),
            tokens: Tokens::default(),
            staff: Staff::default(),
            wakes: Vec::new(),
            births: Vec::new(),
            misfits: Tally::default(),
        };
        Self {
            ctx,
            pools: Vec::new(),
            first_touched: NONE,
            last_touched: NONE,
            queues: Vec::new(),
            frames: Frames::default(),
            groups: Vec::new(),
            turns: VecDeque::new(),
            stock: Stock::default(),
            ask: Ask::default(),
            asset: Asset::default(),
            sources: Vec::new(),
            samples: Vec::new(),
            next_seq: 0,
            idle_ops: 0,
            n_activities: 0,
            n_events: 0,
            n_started: 0,
            n_ended: 0,
            n_cohort: 0,
            max_open: 0,
            stopped: None,
            chosen: Vec::new(),
            hidden: Vec::new(),
            victims: Vec::new(),
            open_cases: Vec::new(),
            stuck: Tally::default(),
        }
    }

    fn reset(&mut self, plan: &Plan, key: Key) {
        let ctx = &mut self.ctx;
        ctx.now = Time::ZERO;
        ctx.key = key;
        ctx.agenda.reset(plan.axis.end);
        ctx.meters.reset(plan.measures.n, &plan.axis);
        ctx.cases.reset(plan);
        ctx.tokens.reset();
        ctx.staff.reset(plan);
        ctx.wakes.clear();
        ctx.births.clear();
        ctx.misfits = Tally::default();
        self.stuck = Tally::default();
        self.pools.resize_with(plan.teams.pools.len(), PoolState::default);
        self.pools.iter_mut().for_each(PoolState::reset);
        (self.first_touched, self.last_touched) = (NONE, NONE);
        self.queues.clear();
        self.queues.extend(plan.teams.teams.iter().map(|team| Level::new(team.queue, 0.0)));
        self.frames.reset();
        self.groups.clear();
        self.groups.resize(plan.n_groups, Group::EMPTY);
        self.turns.clear();
        self.sources.clear();
        self.sources.resize(plan.sources.len(), SourceState::default());
        self.samples.resize_with(plan.measures.sampled.len(), Samples::default);
        for (samples, measure) in self.samples.iter_mut().zip(&plan.measures.sampled) {
            samples.measure = Some(*measure);
            samples.cases.clear();
            samples.ages.clear();
        }
        self.next_seq = 0;
        self.idle_ops = 0;
        (self.n_activities, self.n_events, self.n_started, self.n_ended, self.n_cohort) = (0, 0, 0, 0, 0);
        self.stopped = None;
    }

    /// Moves the results out.
    fn leave(&mut self, plan: &Plan, record: &mut Record) {
        record.n_bins = plan.axis.n_bins;
        record.sums.clear();
        record.sums.extend_from_slice(self.ctx.meters.sums());
        record.counts.clear();
        record.counts.extend_from_slice(self.ctx.meters.counts());
        record.samples = std::mem::take(&mut self.samples);
        record.n_events = self.n_events;
        record.n_activities = self.n_activities;
        record.n_started = self.n_started;
        record.n_ended = self.n_ended;
        record.misfits = self.ctx.misfits;
        record.stuck = self.stuck;
        record.stopped = self.stopped;
    }
}

impl<S: Sink> Engine<'_, S> {
    fn begin(&mut self, key: Key) {
        self.s.reset(self.plan, key);
        self.s.stock.reset(self.plan, &mut self.s.ctx);
        self.s.ask.reset(self.plan, &mut self.s.ctx);
        self.s.asset.reset(self.plan, &mut self.s.ctx);
        self.schedule_arrivals(key);
        self.settle();
    }

    fn run(&mut self) {
        while self.s.stopped.is_none() {
            // At the end of the instant every touched pool looks through its queue.
            if self.s.first_touched != NONE && self.s.ctx.agenda.is_over(self.s.ctx.now) {
                let pool = self.next_touched();
                self.dispatch(pool);
                self.settle();
                continue;
            }
            let Some((time, event)) = self.s.ctx.agenda.pop() else { break };
            if time > self.s.ctx.now {
                self.s.ctx.now = time;
                self.s.ctx.meters.advance(time);
                self.s.idle_ops = 0;
                if time >= self.plan.axis.window_end && self.s.n_cohort == 0 {
                    break;
                }
            }
            self.s.n_events += 1;
            self.handle(event);
            self.settle();
        }
    }

    #[inline(always)]
    fn handle(&mut self, event: Event) {
        let (plan, s) = (self.plan, &mut *self.s);
        match event {
            Event::Arrival(source) => self.arrive(source),
            Event::Token(token) => self.timer(token),
            Event::Patience(token) => self.renege(token),
            Event::Shift(pool) => {
                s.pools[pool as usize].shifts_change();
                self.look_again_beside(pool);
            }
            Event::Batch(group) => self.fire(group),
            Event::Stock(event) => s.stock.event(plan, &mut s.ctx, event),
            Event::Ask(event) => s.ask.event(plan, &mut s.ctx, &mut s.stock, event),
            Event::Asset(event) => s.asset.event(plan, &mut s.ctx, event),
        }
    }

    /// Executes tokens, wakes and births until all wait.
    #[inline]
    pub(super) fn settle(&mut self) {
        let s = &*self.s;
        if !s.turns.is_empty() || !s.ctx.wakes.is_empty() || !s.ctx.births.is_empty() {
            self.settle_all();
        }
    }

    #[inline(never)]
    fn settle_all(&mut self) {
        while self.s.stopped.is_none() {
            if let Some((token, at)) = self.s.turns.pop_front() {
                self.execute(token, at);
            } else if !self.s.ctx.wakes.is_empty() {
                let wake = self.s.ctx.wakes.remove(0);
                self.wake(wake);
            } else if !self.s.ctx.births.is_empty() {
                let birth = self.s.ctx.births.remove(0);
                let Birth { process, entity, site, asset, set } = birth;
                let (token, at) = self.start_case(process, entity, site, asset, |ctx, case| {
                    ctx.cases[case].about = entity;
                    if let Some((attr, value)) = set {
                        ctx.cases.attributes_mut(case)[attr.index()] = value;
                    }
                });
                self.execute(token, at);
            } else {
                return;
            }
        }
    }

    fn wake(&mut self, wake: Wake) {
        match wake {
            Wake::Resume { token, branch } => {
                let at = self.s.ctx.tokens[token].at + 1 + u32::from(branch);
                self.activity_done(token);
                self.execute(token, at);
            }
            Wake::Errand { token, branch } => {
                let Token { case, at, .. } = self.s.ctx.tokens[token];
                let frame = self.s.frames.outside_races(self.s.ctx.tokens[token].frame);
                let second = self.add_token(case, frame);
                self.s.frames.count_in(frame);
                self.s.ctx.tokens[second].errand_of = token;
                self.execute(second, at + 1 + u32::from(branch));
            }
            Wake::Recall { token } => self.recall(token),
        }
    }

    // ---- the end ----

    /// How many cases of the cohort are open, and the step where most of them are.
    fn most_stuck(&self, open_cases: &[CaseId]) -> Tally {
        let ctx = &self.s.ctx;
        let cohort = open_cases.iter().filter(|case| ctx.cases[**case].cohort);
        let mut steps: Vec<u32> =
            cohort.map(|case| ctx.tokens[ctx.cases[*case].first_token].step.0).collect();
        steps.sort_unstable();
        let most = steps.chunk_by(|a, b| a == b).rev().max_by_key(|same| same.len());
        let step = most.map(|same| StepId(same[0])).filter(|step| step.0 != NONE);
        Tally { n: steps.len() as u64, step }
    }

    fn finish(&mut self) {
        let plan = self.plan;
        // A run that ends before its time is over has nothing more to do until then.
        if self.s.stopped.is_none() && self.s.ctx.now < plan.axis.window_end {
            self.s.ctx.now = plan.axis.window_end;
        } else if self.s.stopped.is_none() && self.s.n_cohort > 0 {
            self.s.ctx.now = plan.axis.end;
        }
        let now = self.s.ctx.now;
        self.s.ctx.meters.advance(now);
        self.finish_work();
        let mut open_cases = std::mem::take(&mut self.s.open_cases);
        open_cases.clear();
        open_cases.extend(self.s.ctx.cases.open());
        let s = &mut *self.s;
        s.stock.finish(plan, &mut s.ctx);
        s.ask.finish(plan, &mut s.ctx);
        s.asset.finish(plan, &mut s.ctx, &open_cases);
        for queue in &mut s.queues {
            queue.set(now, 0.0, &mut s.ctx.meters);
        }
        s.ctx.meters.integrate(plan.measures.elapsed, 1.0, Time::ZERO, now);
        for case in &open_cases {
            self.finish_waits(*case);
            self.leave_measures(*case, true);
        }
        self.s.stuck = self.most_stuck(&open_cases);
        self.s.open_cases = open_cases;
        self.finish_shifts();
        for &(from, to) in &plan.measures.copies {
            self.s.ctx.meters.copy(from, to);
        }
    }
}
