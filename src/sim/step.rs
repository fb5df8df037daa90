//! The interpreter of operations.

use super::run::{Engine, MAX_IDLE_OPS};
use super::sink::{Row, Sink};
use super::stock::part_of;
use super::token::Waits;
use super::{Context, Event, Flow, MemberId, TokenId};
use crate::activity::op::Pause;
use crate::activity::{At, Op};
use crate::ids::{Id, SiteId, StepId};
use crate::kernel::{Phase, Ticket};
use crate::plan::{Cursor, NONE};
use crate::record::Stopped;
use crate::rng::mix;
use crate::units::Time;

impl<S: Sink> Engine<'_, S> {
    /// Executes operations from an address until the token waits or is gone.
    pub(super) fn execute(&mut self, token: TokenId, mut at: u32) {
        let plan = self.plan;
        self.s.idle_ops += 1;
        let mut n_ops = self.s.idle_ops;
        loop {
            let s = &mut *self.s;
            n_ops += 1;
            if n_ops > MAX_IDLE_OPS {
                let t = &s.ctx.tokens[token];
                s.stopped = Some(match t.step {
                    StepId(NONE) => Stopped::NoTimeBetween(s.ctx.cases[t.case].process),
                    step => Stopped::NoTimePasses(step),
                });
                return;
            }
            let flow = match plan.processes.program.ops[at as usize] {
                Op::Goto(At(to)) => {
                    at = to;
                    continue;
                }
                Op::Enter(node) => {
                    if !self.enter(token, node) {
                        match self.end_errand(token) {
                            Some(resume) => {
                                at = resume;
                                continue;
                            }
                            None => return,
                        }
                    }
                    Flow::Go(0)
                }
                Op::Leave => {
                    let stage = std::mem::replace(&mut s.ctx.tokens[token].stage, NONE);
                    let case = s.ctx.case_of(token);
                    self.leave_stage(case, stage);
                    Flow::Go(0)
                }
                Op::Won => {
                    self.win(token);
                    Flow::Go(0)
                }
                Op::Work(work) => {
                    s.ctx.tokens[token].at = at;
                    self.work(token, work)
                }
                Op::Seize(work) => {
                    s.ctx.tokens[token].at = at;
                    self.seize(token, work)
                }
                Op::Release(team) => {
                    let case = s.ctx.case_of(token);
                    self.release_held(case, Some(team));
                    Flow::Go(0)
                }
                Op::Delay(delay) => {
                    s.ctx.tokens[token].at = at;
                    self.delay(token, plan.processes.program.delays[delay as usize])
                }
                Op::Chance(number) => {
                    let chance = &plan.processes.program.chances[number as usize];
                    let t = &s.ctx.tokens[token];
                    let u = s.ctx.key.uniform(chance.purpose, s.ctx.cases[t.case].entity, t.visit, 0);
                    let way = chance.ways.iter().find(|way| u < way.0);
                    at = way.map_or(at + 1, |way| way.1.0);
                    continue;
                }
                Op::When(code, At(to)) => {
                    at = if plan.draws.code(code, s.ctx.occasion(token)) != 0.0 { to } else { at + 1 };
                    continue;
                }
                Op::Fork(number) => {
                    at = self.fork(token, number);
                    if self.s.stopped.is_some() {
                        return;
                    }
                    continue;
                }
                Op::Join => {
                    if s.ctx.tokens[token].errand_is_done() {
                        match self.end_errand(token) {
                            Some(resume) => {
                                at = resume;
                                continue;
                            }
                            None => return,
                        }
                    }
                    if !self.join(token, at) {
                        return;
                    }
                    Flow::Go(0)
                }
                Op::Race(number) => {
                    at = self.race(token, number);
                    if self.s.stopped.is_some() {
                        return;
                    }
                    continue;
                }
                Op::Open(At(resume)) => {
                    self.open(token, resume);
                    Flow::Go(0)
                }
                Op::End { terminate } => match self.end(token, terminate) {
                    Some(resume) => {
                        at = resume;
                        continue;
                    }
                    None => return,
                },
                Op::Set(attr, draw) => {
                    let value = plan.amount(draw, s.ctx.occasion(token));
                    let case = s.ctx.case_of(token);
                    s.ctx.cases.attributes_mut(case)[attr.index()] = value;
                    Flow::Go(0)
                }
                Op::Start(number) => {
                    self.start(token, number);
                    Flow::Go(0)
                }
                Op::Batch(number) => {
                    s.ctx.tokens[token].at = at;
                    self.gather(token, number);
                    Flow::Wait
                }
                Op::Once(latch, At(past)) => {
                    let case = s.ctx.case_of(token);
                    let state = s.ctx.cases.counter(case, plan.processes.latches[latch as usize]);
                    match *state {
                        0 => {
                            *state = 1;
                            s.ctx.tokens[token].latch = latch;
                            Flow::Go(0)
                        }
                        1 => {
                            s.ctx.tokens[token].at = at;
                            s.ctx.tokens[token].waits = Waits::Latch;
                            Flow::Wait
                        }
                        _ => {
                            at = past;
                            continue;
                        }
                    }
                }
                Op::Done(latch, done) => {
                    self.open_latch(token, latch, done);
                    Flow::Go(0)
                }
                Op::Take(number) => {
                    s.ctx.tokens[token].at = at;
                    let flow = s.stock.take(plan, &mut s.ctx, token, number);
                    // Short of it: no activity took place.
                    if flow == Flow::Go(1) { flow } else { self.subsystem(token, flow, Waits::Stock) }
                }
                Op::Return(number) => {
                    s.ctx.tokens[token].at = at;
                    s.stock.give_back(plan, &mut s.ctx, token, number)
                }
                Op::Order(number) => {
                    s.ctx.tokens[token].at = at;
                    let flow = s.stock.order(plan, &mut s.ctx, token, number);
                    self.subsystem(token, flow, Waits::Stock)
                }
                Op::Transfer(number) => {
                    s.ctx.tokens[token].at = at;
                    let flow = s.stock.transfer(plan, &mut s.ctx, token, number);
                    self.subsystem(token, flow, Waits::Stock)
                }
                Op::Ask(number) => {
                    s.ctx.tokens[token].at = at;
                    let flow = s.ask.begin(plan, &mut s.ctx, &mut s.stock, token, number);
                    self.subsystem(token, flow, Waits::Ask)
                }
                Op::Restore(number) => {
                    let case = s.ctx.case_of(token);
                    let factor = plan.processes.program.restores[number as usize];
                    s.asset.restore(plan, &mut s.ctx, case, factor);
                    self.activity_done(token);
                    Flow::Go(0)
                }
            };
            match flow {
                Flow::Go(branch) => at += 1 + u32::from(branch),
                Flow::Wait => return,
            }
        }
    }

    /// A token that was sent to do one step and has done it ends instead of entering another.
    #[cold]
    fn end_errand(&mut self, token: TokenId) -> Option<u32> {
        let resume = self.end(token, false)?;
        self.s.ctx.tokens[token].errand_of = TokenId::NONE;
        Some(resume)
    }

    /// Returns `false` when the token has done what it was sent for.
    #[inline(always)]
    fn enter(&mut self, token: TokenId, number: u32) -> bool {
        let (plan, s) = (self.plan, &mut *self.s);
        let node = &plan.processes.nodes[number as usize];
        let t = &mut s.ctx.tokens[token];
        let is_errand = t.errand_of != TokenId::NONE;
        if is_errand && t.errand_is_done() {
            return false;
        }
        t.step = node.step;
        t.visit = 0;
        t.enabled = s.ctx.now;
        s.ctx.meters.add(node.entries, 1.0);
        if node.counter != NONE {
            let counter = s.ctx.cases.counter(t.case, node.counter);
            t.visit = *counter;
            *counter += 1;
        }
        // An errand is work beside the stage in which the case waits.
        if node.stage != NONE && !is_errand {
            t.stage = node.stage;
            let case = t.case;
            s.ctx.cases.enter_stage(case, node.stage, s.ctx.now);
        }
        true
    }

    /// A token of the case leaves a stage ([`NONE`]: there is none).
    #[inline]
    pub(super) fn leave_stage(&mut self, case: super::CaseId, stage: u32) {
        if stage == NONE {
            return;
        }
        let (plan, s) = (self.plan, &mut *self.s);
        if let Some(since) = s.ctx.cases.leave_stage(case, stage, s.ctx.now)
            && s.ctx.cases[case].asset != 0
        {
            s.asset.stage(plan, &mut s.ctx, case, stage, since);
        }
    }

    fn delay(&mut self, token: TokenId, pause: Pause) -> Flow {
        let (plan, s) = (self.plan, &mut *self.s);
        let now = s.ctx.now;
        let cursor = &mut Cursor::default();
        let until = match pause {
            Pause::Elapsed(draw) => now + s.ctx.time_of(plan, token, draw),
            Pause::Working(draw, hours) => {
                let time = s.ctx.time_of(plan, token, draw);
                plan.hours[hours].add(now, time, cursor)
            }
            Pause::Open(hours) => plan.hours[hours].open_from(now, cursor),
        };
        if until == now {
            self.activity_done(token);
            return Flow::Go(0);
        }
        let t = &mut s.ctx.tokens[token];
        t.waits = Waits::Timer;
        t.ticket = s.ctx.agenda.schedule(until, Phase::Completion, Event::Token(token));
        Flow::Wait
    }

    /// What the token waits for has come to its end.
    #[inline(always)]
    pub(super) fn timer(&mut self, token: TokenId) {
        let t = &mut self.s.ctx.tokens[token];
        t.ticket = Ticket::NONE;
        let waits = std::mem::replace(&mut t.waits, Waits::Nothing);
        if waits == Waits::Timer {
            let at = t.at;
            self.activity_done(token);
            self.execute(token, at + 1);
        } else {
            self.work_ends(token);
        }
    }

    fn subsystem(&mut self, token: TokenId, flow: Flow, waits: Waits) -> Flow {
        match flow {
            Flow::Go(_) => self.activity_done(token),
            Flow::Wait => self.s.ctx.tokens[token].waits = waits,
        }
        flow
    }

    fn start(&mut self, token: TokenId, number: u32) {
        let (process, purpose) = self.plan.processes.program.starts[number as usize];
        let parent = self.s.ctx.case_of(token);
        let (entity, site, asset) = {
            let case = &self.s.ctx.cases[parent];
            (case.entity, case.site, case.asset)
        };
        let visit = self.s.ctx.tokens[token].visit;
        let entity = mix(mix(entity, u64::from(purpose.0)), u64::from(visit));
        let copy = |ctx: &mut Context, case| ctx.cases.copy_attributes(parent, case);
        let (token, at) = self.start_case(process, entity, site, asset, copy);
        if asset != 0 {
            let (plan, s) = (self.plan, &mut *self.s);
            let case = s.ctx.case_of(token);
            s.asset.case_started(plan, &mut s.ctx, case, parent);
        }
        // Not at once: processes may start each other.
        self.take_turn(token, at);
    }

    /// Counts an activity without workers, and leaves its row.
    pub(super) fn activity_done(&mut self, token: TokenId) {
        self.s.n_activities += 1;
        if S::ROWS {
            let enabled = self.s.ctx.tokens[token].enabled;
            self.row(token, enabled, MemberId::NONE);
        }
    }

    /// Leaves a row of a token's step, which is completed now.
    #[inline]
    pub(super) fn row(&mut self, token: TokenId, start: Time, worker: MemberId) {
        let t = &self.s.ctx.tokens[token];
        let case = &self.s.ctx.cases[t.case];
        let member = self.plan.teams.members.get(worker.0 as usize);
        self.sink.push(Row {
            case: case.number,
            step: t.step,
            enabled: t.enabled,
            start,
            complete: self.s.ctx.now,
            worker: member.map(|m| (m.team, m.number)),
            site: (case.site != NONE).then(|| SiteId::new(case.site as usize)),
            asset: case.asset,
            part: self.plan.processes.parts[t.step.index()].map(|part| part_of(&self.s.ctx, t.case, part)),
        });
    }
}
