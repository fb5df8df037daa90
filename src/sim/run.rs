//! One replication: the event loop, arrivals, and what is left at the end.

use super::batch::Group;
use super::frame::Frames;
use super::pool::PoolState;
use super::sink::{RowSink, Sink};
use super::{
    Birth, Case, CaseId, Context, Event, Level, MemberId, Meters, Staff, Token, TokenId, Tokens, Wake,
};
use super::{Cases, ask::Ask, asset::Asset, stock::Stock};
use crate::ids::{Id, ProcessId, StepId};
use crate::kernel::{Agenda, Phase};
use crate::plan::{CaseMeasure, CaseValue, Cursor, NONE, Pattern, Plan, Source};
use crate::record::{Record, Rows, Samples, Stopped, Tally};
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
    stuck: Tally,
}

#[derive(Clone, Copy, Debug, Default)]
struct SourceState {
    /// Arrivals so far.
    n: u64,
    /// Arrivals whose time is known, the time of the last of them, and the cumulative rate then.
    n_known: u64,
    next: Time,
    level: f64,
    cursor: Cursor,
}

impl SourceState {
    /// When the arrival comes that follows the last known one.
    #[inline(always)]
    fn after_next(&mut self, plan: &Plan, source: &Source, key: Key) -> Time {
        let n = self.n_known;
        self.n_known += 1;
        if n >= source.limit {
            return Time::NEVER;
        }
        let u = || key.uniform(source.gap, n, 0, 0);
        match &source.pattern {
            Pattern::Renewal { gap, working } => {
                let gap = Duration::from_seconds(gap.sample(u()));
                match working {
                    None => self.next + gap,
                    Some(hours) => plan.hours[*hours].add(self.next, gap, &mut self.cursor),
                }
            }
            Pattern::Rate { curve, factor } => {
                self.level += -(1.0 - u()).ln() / factor;
                curve.inverse(self.level).max(self.next)
            }
            Pattern::Timetable(hours) => {
                let from = if n == 0 { self.next } else { self.next + Duration::from_ticks(1) };
                plan.hours[*hours].next_start(from, &mut self.cursor)
            }
            Pattern::Trace(times) => times.get(n as usize).map_or(Time::NEVER, |t| (*t).max(self.next)),
        }
    }
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
            samples.bins.clear();
            samples.values.clear();
            samples.censored.clear();
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
        for (source, state) in self.plan.sources.iter().zip(&mut self.s.sources) {
            state.next = state.after_next(self.plan, source, key);
        }
        for source in 0..self.plan.sources.len() {
            self.schedule_arrival(source as u32);
        }
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
                let Birth { process, entity, site, asset, set } = birth;
                let (token, at) = self.start_case(process, entity, site, asset, |ctx, case| {
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

    // ---- arrivals ----

    /// Schedules the next arrival, and computes when the one after it comes: a draw takes long, and what does not need
    /// its result can go on meanwhile.
    #[inline(always)]
    fn schedule_arrival(&mut self, index: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let (source, state) = (&plan.sources[index as usize], &mut s.sources[index as usize]);
        s.ctx.agenda.schedule(state.next, Phase::Arrival, Event::Arrival(index));
        state.next = state.after_next(plan, source, s.ctx.key);
    }

    #[inline(always)]
    fn arrive(&mut self, index: u32) {
        let source = &self.plan.sources[index as usize];
        let state = &mut self.s.sources[index as usize];
        let n = state.n;
        state.n += 1;
        self.schedule_arrival(index);
        let entity = mix(source.entity, n);
        if source.is_plain {
            let (token, at) = self.start_case(source.process, entity, NONE, 0, |_, _| {});
            self.execute(token, at);
        } else {
            self.arrive_as_group(source, n, entity);
        }
    }

    /// Arrivals of several cases, at one of several sites, with attributes of their own.
    #[inline(never)]
    fn arrive_as_group(&mut self, source: &Source, n: u64, first: u64) {
        let (plan, key) = (self.plan, self.s.ctx.key);
        let size = source.size.map_or(1, |(law, purpose)| {
            plan.draws.law(law, key.uniform(purpose, n, 0, 0)).round().max(0.0) as u64
        });
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
            let (token, at) = self.start_case(source.process, entity, site, 0, |ctx, case| {
                for (attr, draw) in &source.attributes {
                    let value = plan.amount(*draw, ctx.first_occasion(case));
                    ctx.cases.attributes_mut(case)[attr.index()] = value;
                }
            });
            if let Some((law, purpose)) = source.age {
                let age = plan.draws.law(law, key.uniform(purpose, entity, 0, 0));
                let case = self.s.ctx.tokens[token].case;
                self.s.ctx.cases[case].start = self.s.ctx.now - Duration::from_seconds(age);
            }
            self.execute(token, if source.first == NONE { at } else { source.first });
            if self.s.stopped.is_some() {
                return;
            }
        }
    }

    // ---- cases ----

    /// Begins a case; returns its token, and where it begins. `prepare` sets attributes before those of the process
    /// are drawn.
    #[inline(always)]
    pub(super) fn start_case(
        &mut self,
        process: ProcessId,
        entity: u64,
        site: u32,
        asset: u32,
        prepare: impl FnOnce(&mut Context, CaseId),
    ) -> (TokenId, u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let top = &plan.processes.tops[process.index()];
        let now = s.ctx.now;
        if s.ctx.cases.n_open() as u64 >= s.max_open || s.ctx.agenda.overflow() {
            s.stopped = Some(Stopped::TooManyCases(s.ctx.cases.n_open() as u64));
        }
        // Nobody waits for the end of a case that leaves nothing.
        let cohort = now >= plan.axis.cohort_from
            && now < plan.axis.window_end
            && (S::ROWS || !plan.measures.cases[process.index()].is_empty());
        s.n_cohort += u64::from(cohort);
        let first_token = s.ctx.tokens.insert(CaseId(NONE), NONE);
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
            first_token,
            n_tokens: 1,
            held: MemberId::NONE,
            waiting: Duration::ZERO,
            working: Duration::ZERO,
        });
        s.ctx.tokens[first_token].case = case;
        s.n_started += 1;
        s.ctx.meters.add(plan.measures.started[process.index()], 1.0);
        prepare(&mut s.ctx, case);
        if !top.attributes.is_empty() {
            self.draw_attributes(case, process);
        }
        if S::ROWS {
            self.sink.begin(self.s.ctx.cases.attributes(case));
        }
        (first_token, top.start)
    }

    #[inline(never)]
    fn draw_attributes(&mut self, case: CaseId, process: ProcessId) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        for (attr, draw) in &plan.processes.tops[process.index()].attributes {
            let value = plan.amount(*draw, ctx.first_occasion(case));
            ctx.cases.attributes_mut(case)[attr.index()] = value;
        }
    }

    /// The last token of a case is gone.
    #[inline(always)]
    pub(super) fn end_case(&mut self, case: CaseId) {
        self.leave_measures(case, false);
        let s = &mut *self.s;
        s.n_ended += 1;
        let Case { cohort, held, marks, .. } = s.ctx.cases[case];
        s.n_cohort -= u64::from(cohort);
        if held != MemberId::NONE || marks != 0 {
            self.say_goodbye(case, marks);
        }
        self.s.ctx.cases.remove(case);
    }

    /// A case that holds members, or that subsystems want to hear of, has ended.
    #[inline(never)]
    fn say_goodbye(&mut self, case: CaseId, marks: u8) {
        self.release_held(case, None);
        let (plan, s) = (self.plan, &mut *self.s);
        if marks & Case::MARK_STOCK != 0 {
            s.stock.case_ended(plan, &mut s.ctx, case);
        }
        if marks & Case::MARK_ASK != 0 {
            s.ask.case_ended(plan, &mut s.ctx, &mut s.stock, case);
        }
        if marks & Case::MARK_ASSET != 0 {
            s.asset.case_ended(plan, &mut s.ctx, case);
        }
    }

    /// The values that a case leaves when it ends, or when the run does (`open`): then what has accrued.
    #[inline]
    fn leave_measures(&mut self, case: CaseId, open: bool) {
        let Case { process, bin, .. } = self.s.ctx.cases[case];
        let measures = &self.plan.measures.cases[process.index()];
        if (bin as usize) < self.plan.axis.n_bins && !measures.is_empty() {
            self.leave_all_measures(case, measures, open);
        }
    }

    #[inline(never)]
    fn leave_all_measures(&mut self, case: CaseId, measures: &[CaseMeasure], open: bool) {
        let (plan, s) = (self.plan, &mut *self.s);
        let Case { bin, start, waiting, working, .. } = s.ctx.cases[case];
        let now = s.ctx.now;
        for measure in measures {
            if let Some(filter) = measure.filter
                && plan.draws.code(filter, s.ctx.first_occasion(case)) == 0.0
            {
                continue;
            }
            let mut censored = open;
            let value = match measure.value {
                CaseValue::CycleTime => now.since(start).seconds(),
                CaseValue::StageTime { stage, all } => match s.ctx.cases.stage_time(case, stage, now) {
                    Some(time) => time.seconds(),
                    None if all => 0.0,
                    None => continue,
                },
                // Known when the turn has come, though the case may still be open.
                CaseValue::WaitingAt(step) => match s.ctx.cases.wait_at(case, step) {
                    Some((time, awaited)) => {
                        censored = awaited;
                        time.seconds()
                    }
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
                samples.censored.push(censored);
                if measure.value.adds_up() {
                    samples.ages.push(now.since(start).seconds());
                }
            }
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
