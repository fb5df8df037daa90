//! One replication: the event loop, arrivals, and what is left at the end.

use super::batch::Group;
use super::frame::Frames;
use super::pool::PoolState;
use super::sink::{RowSink, Sink};
use super::{Case, CaseId, Context, Event, Level, MemberId, Meters, Staff, Token, TokenId, Tokens, Wake};
use super::{Cases, ask::Ask, asset::Asset, stock::Stock};
use crate::ids::{Id, ProcessId};
use crate::kernel::{Agenda, Phase};
use crate::plan::{CaseValue, Cursor, NONE, Pattern, Plan};
use crate::record::{Record, Rows, Samples, Stopped};
use crate::rng::{Key, mix};
use crate::units::{Duration, Time};
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
    pub(super) touched: VecDeque<u32>,
    /// By team: requests waiting.
    pub(super) queues: Vec<Level>,
    pub(super) frames: Frames,
    pub(super) groups: Vec<Group>,
    /// Tokens to execute, with the address to begin at.
    pub(super) turns: VecDeque<(TokenId, u32)>,
    pub(super) stock: Stock,
    pub(super) ask: Ask,
    pub(super) asset: Asset,
    sources: Vec<SourceState>,
    samples: Vec<Samples>,
    /// Numbers requests.
    pub(super) next_seq: u64,
    /// Operations executed since time last passed.
    pub(super) idle_ops: u32,
    pub(super) n_activities: u64,
    n_events: u64,
    n_started: u64,
    n_ended: u64,
    /// Open cases of the cohort.
    n_cohort: u64,
    pub(super) max_open: u64,
    pub(super) stopped: Option<Stopped>,
    /// Scratch: members chosen, members kept back, tokens to withdraw.
    pub(super) chosen: Vec<MemberId>,
    pub(super) hidden: Vec<MemberId>,
    pub(super) victims: Vec<TokenId>,
    open_cases: Vec<CaseId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct SourceState {
    /// Arrivals so far.
    n: u64,
    /// Cumulative rate at the last arrival.
    level: f64,
    cursor: Cursor,
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
        };
        Self {
            ctx,
            pools: Vec::new(),
            touched: VecDeque::new(),
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
        self.pools.resize_with(plan.teams.pools.len(), PoolState::default);
        self.pools.iter_mut().for_each(PoolState::reset);
        self.touched.clear();
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
            samples.bins.clear();
            samples.values.clear();
            samples.censored.clear();
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
        record.stopped = self.stopped;
    }
}

impl<S: Sink> Engine<'_, S> {
    fn begin(&mut self, key: Key) {
        self.s.reset(self.plan, key);
        self.s.stock.reset(self.plan, &mut self.s.ctx);
        self.s.ask.reset(self.plan, &mut self.s.ctx);
        self.s.asset.reset(self.plan, &mut self.s.ctx);
        for source in 0..self.plan.sources.len() {
            self.schedule_arrival(source as u32);
        }
        self.settle();
    }

    fn run(&mut self) {
        while self.s.stopped.is_none() {
            // At the end of the instant every touched pool looks through its queue.
            if !self.s.touched.is_empty()
                && self.s.ctx.agenda.next_time() != Some(self.s.ctx.now)
                && let Some(pool) = self.s.touched.pop_front()
            {
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
                s.pools[pool as usize].shift_begins();
                self.touch(pool);
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
                self.start_case(birth.process, birth.entity, birth.site, birth.asset, |ctx, case| {
                    if let Some((attr, value)) = birth.set {
                        ctx.cases.attributes_mut(case)[attr.index()] = value;
                    }
                });
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

    // ---- arrivals ----

    #[inline(always)]
    fn schedule_arrival(&mut self, index: u32) {
        let source = &self.plan.sources[index as usize];
        let s = &mut *self.s;
        let state = &mut s.sources[index as usize];
        if state.n >= source.limit {
            return;
        }
        let u = || s.ctx.key.uniform(source.gap, state.n, 0, 0);
        let now = s.ctx.now;
        let time = match &source.pattern {
            Pattern::Renewal { gap, working } => {
                let gap = Duration::from_seconds(self.plan.draws.law(*gap, u()));
                match working {
                    None => now + gap,
                    Some(hours) => self.plan.hours[*hours].add(now, gap, &mut state.cursor),
                }
            }
            Pattern::Rate { curve, factor } => {
                state.level += -(1.0 - u()).ln() / factor;
                curve.inverse(state.level)
            }
            Pattern::Timetable(hours) => {
                let from = if state.n == 0 { now } else { now + Duration::from_ticks(1) };
                self.plan.hours[*hours].next_start(from, &mut state.cursor)
            }
            Pattern::Trace(times) => match times.get(state.n as usize) {
                Some(time) => *time,
                None => return,
            },
        };
        s.ctx.agenda.schedule(time.max(now), Phase::Arrival, Event::Arrival(index));
    }

    #[inline(always)]
    fn arrive(&mut self, index: u32) {
        let source = &self.plan.sources[index as usize];
        let n = self.s.sources[index as usize].n;
        self.s.sources[index as usize].n += 1;
        self.schedule_arrival(index);
        let key = self.s.ctx.key;
        let size = match source.size {
            None => 1,
            Some((law, purpose)) => {
                self.plan.draws.law(law, key.uniform(purpose, n, 0, 0)).round().max(0.0) as u64
            }
        };
        let first = mix(source.entity, n);
        for k in 0..size {
            let entity = if k == 0 { first } else { mix(first, k) };
            let site = match source.sites[..] {
                [] => NONE,
                [site] => site,
                ref sites => {
                    let u = key.uniform(source.site, entity, 0, 0);
                    sites[((u * sites.len() as f64) as usize).min(sites.len() - 1)]
                }
            };
            let plan = self.plan;
            self.start_case(source.process, entity, site, 0, |ctx, case| {
                for (attr, draw) in &source.attributes {
                    let value = plan.amount(*draw, ctx.first_occasion(case));
                    ctx.cases.attributes_mut(case)[attr.index()] = value;
                }
            });
        }
    }

    // ---- cases ----

    /// `prepare` sets attributes before those of the process are drawn.
    #[inline]
    pub(super) fn start_case(
        &mut self,
        process: ProcessId,
        entity: u64,
        site: u32,
        asset: u32,
        prepare: impl FnOnce(&mut Context, CaseId),
    ) {
        let (plan, s) = (self.plan, &mut *self.s);
        let top = &plan.processes.tops[process.index()];
        let now = s.ctx.now;
        if s.ctx.cases.n_open() as u64 >= s.max_open || s.ctx.agenda.overflow() {
            s.stopped = Some(Stopped::TooManyCases(s.ctx.cases.n_open() as u64));
            return;
        }
        let cohort = now >= plan.axis.cohort_from && now < plan.axis.window_end;
        s.n_cohort += u64::from(cohort);
        let case = s.ctx.cases.insert(Case {
            entity,
            number: s.n_started,
            start: now,
            process,
            site,
            asset,
            marks: if asset == 0 { 0 } else { Case::MARK_ASSET },
            cohort,
            bin: s.ctx.meters.bin() as u32,
            first_token: TokenId::NONE,
            n_tokens: 0,
            held: MemberId::NONE,
            waiting: Duration::ZERO,
            working: Duration::ZERO,
        });
        s.n_started += 1;
        s.ctx.meters.add(plan.measures.started[process.index()], 1.0);
        prepare(&mut s.ctx, case);
        for (attr, draw) in &top.attributes {
            let value = plan.amount(*draw, s.ctx.first_occasion(case));
            s.ctx.cases.attributes_mut(case)[attr.index()] = value;
        }
        let token = self.add_token(case, NONE);
        self.execute(token, top.start);
    }

    /// The last token of a case is gone.
    #[inline]
    pub(super) fn end_case(&mut self, case: CaseId) {
        self.leave_measures(case, false);
        let (plan, s) = (self.plan, &mut *self.s);
        s.n_ended += 1;
        s.n_cohort -= u64::from(s.ctx.cases[case].cohort);
        if s.ctx.cases[case].held != MemberId::NONE {
            self.release_held(case, None);
        }
        let s = &mut *self.s;
        let marks = s.ctx.cases[case].marks;
        if marks & Case::MARK_STOCK != 0 {
            s.stock.case_ended(plan, &mut s.ctx, case);
        }
        if marks & Case::MARK_ASK != 0 {
            s.ask.case_ended(plan, &mut s.ctx, &mut s.stock, case);
        }
        if marks & Case::MARK_ASSET != 0 {
            s.asset.case_ended(plan, &mut s.ctx, case);
        }
        s.ctx.cases.remove(case);
    }

    /// The values that a case leaves when it ends, or when the run does (`open`): then what has accrued.
    #[inline]
    fn leave_measures(&mut self, case: CaseId, open: bool) {
        let (plan, s) = (self.plan, &mut *self.s);
        let Case { process, bin, start, waiting, working, .. } = s.ctx.cases[case];
        if bin as usize >= plan.axis.n_bins {
            return;
        }
        let now = s.ctx.now;
        for measure in &plan.measures.cases[process.index()] {
            if let Some(filter) = measure.filter
                && plan.draws.code(filter, s.ctx.first_occasion(case)) == 0.0
            {
                continue;
            }
            let value = match measure.value {
                CaseValue::CycleTime => now.since(start).seconds(),
                CaseValue::StageTime { stage, all } => match s.ctx.cases.stage_time(case, stage, now) {
                    Some(time) => time.seconds(),
                    None if all => 0.0,
                    None => continue,
                },
                CaseValue::Attribute(attr) => s.ctx.cases.attribute(case, attr),
                CaseValue::Waiting => waiting.seconds(),
                CaseValue::Working => working.seconds(),
                CaseValue::One => 1.0,
            };
            s.ctx.meters.add_case(measure.meter, bin, value);
            if let Some(samples) = measure.samples {
                let samples = &mut s.samples[samples as usize];
                samples.bins.push(bin);
                samples.values.push(value);
                samples.censored.push(open);
            }
        }
    }

    // ---- the end ----

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
        let s = &mut *self.s;
        s.stock.finish(plan, &mut s.ctx);
        s.ask.finish(plan, &mut s.ctx);
        s.asset.finish(plan, &mut s.ctx);
        for queue in &mut s.queues {
            queue.set(now, 0.0, &mut s.ctx.meters);
        }
        s.ctx.meters.integrate(plan.measures.elapsed, 1.0, Time::ZERO, now);
        let mut victims = std::mem::take(&mut self.s.open_cases);
        victims.clear();
        victims.extend(self.s.ctx.cases.open());
        for case in &victims {
            self.leave_measures(*case, true);
        }
        self.s.open_cases = victims;
        self.finish_shifts();
        for &(from, to) in &plan.measures.copies {
            self.s.ctx.meters.copy(from, to);
        }
    }
}
