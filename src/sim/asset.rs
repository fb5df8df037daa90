//! Assets in use, failing and restored.
//!
//! An asset has two clocks, use and time in service; both stand still while it is out of service. Every failure mode has
//! a *virtual age* at its last repair and a clock reading at which it will fail next, drawn once after each repair from
//! the life that is left at that age: with cumulative hazard H, frailty Z and a unit exponential E,
//!
//! ```text
//! x = H^-1(H(v) + E / Z) - v
//! ```
//!
//! The first mode to reach its reading fails the asset; the others keep theirs. Draws are keyed by (asset, mode, number of
//! the repair), so two arms stay in step however long their repairs take.

use super::{Birth, CaseId, Context, Level};
use crate::ids::{AttrId, StageId};
use crate::kernel::Phase;
use crate::plan::Plan;
use crate::plan::asset::Mode;
use crate::plan::asset::RepairEffect;
use crate::rng::mix;
use crate::units::{Duration, Time};

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The asset fails, returns with a repeat failure, or is due for maintenance.
    Due(u32),
    /// The number of assets needed by the fleet may change.
    Demand(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Asset {
    assets: Vec<State>,
    /// `[asset x modes of its fleet]`, from `State::modes_from`.
    modes: Vec<ModeState>,
    /// `[asset x maintenance of its fleet]`: clock reading at which it is due.
    maintenance: Vec<f64>,
    fleets: Vec<FleetState>,
    /// Assets down in a stage, in the order of the plan's stage meters.
    stages: Vec<Level>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    frailty: f64,
    up: bool,
    /// Readings of the clocks at `since`: use, and time in service [s].
    used: f64,
    served: f64,
    /// Last change between up and down.
    since: Time,
    /// What its next event is.
    due: Due,
    /// Entity of the case that holds it out of service, and why.
    holder: u64,
    cause: Cause,
    failures: u32,
    repeat: Option<(Time, u32)>,
    /// Bits of the plan's stage meters that count this asset now.
    stages: u64,
    modes_from: u32,
    maintenance_from: u32,
}

#[derive(Clone, Copy, Debug)]
struct ModeState {
    /// Virtual age at the last repair, and the clock reading then.
    age: f64,
    since: f64,
    /// Clock reading at which it fails.
    due: f64,
    repairs: u32,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Failure(u32),
    Repeat(u32),
    Maintenance(u32),
}

#[derive(Clone, Copy, Debug)]
enum Cause {
    Failure(u32),
    Maintenance(u32),
}

#[derive(Clone, Debug)]
struct FleetState {
    up: Level,
    down: Level,
    all: Level,
    needed: Level,
    missed: Level,
    /// Since when the present number of assets has been in use.
    used_since: Time,
}

impl Asset {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.asset;
        self.assets.clear();
        self.modes.clear();
        self.maintenance.clear();
        self.fleets.clear();
        self.stages.clear();
        self.stages.extend(table.stages.iter().map(|s| Level::new(s.meter, 0.0)));
        for (f, fleet) in table.fleets.iter().enumerate() {
            let n = f64::from(fleet.assets.end - fleet.assets.start);
            let needed = fleet.demand.as_ref().map_or(0.0, |d| d.value(Time::ZERO));
            self.fleets.push(FleetState {
                up: Level::new(fleet.meters.uptime, n),
                down: Level::new(fleet.meters.downtime, 0.0),
                all: Level::new(fleet.meters.time, n),
                needed: Level::new(fleet.meters.needed, needed),
                missed: Level::new(fleet.meters.missed, (needed - n).max(0.0)),
                used_since: Time::ZERO,
            });
            if let Some(demand) = &fleet.demand {
                let next = demand.next_change(Time::ZERO);
                ctx.agenda.schedule(next, Phase::Calendar, super::Event::Asset(Event::Demand(f as u32)));
            }
            for a in fleet.assets.clone() {
                self.commission(plan, ctx, a);
                self.schedule(plan, ctx, a, Time::ZERO);
            }
        }
    }

    /// Puts an asset into service at the start.
    fn commission(&mut self, plan: &Plan, ctx: &Context, a: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let uniform = |purpose| ctx.key.uniform(purpose, asset.entity, 0, 0);
        let frailty = fleet.frailty.as_ref().map_or(1.0, |law| law.sample(uniform(fleet.draws.frailty)));
        let (modes_from, maintenance_from) = (self.modes.len() as u32, self.maintenance.len() as u32);
        for &m in &fleet.modes {
            let mode = &plan.asset.modes[m as usize];
            let age = mode.age.as_ref().map_or(0.0, |(purpose, law)| {
                let power = law.sample(uniform(*purpose));
                mode.scale * (power / frailty).powf(1.0 / mode.shape)
            });
            let life = remaining(mode, age, frailty, uniform(mode.life));
            self.modes.push(ModeState { age, since: 0.0, due: life, repairs: 0 });
        }
        for m in fleet.maintenance.clone() {
            let m = &plan.asset.maintenance[m as usize];
            self.maintenance.push(if fleet.settled { m.every * uniform(m.phase) } else { m.every });
        }
        self.assets.push(State {
            frailty,
            up: true,
            used: 0.0,
            served: 0.0,
            since: Time::ZERO,
            due: Due::Failure(0),
            holder: 0,
            cause: Cause::Failure(0),
            failures: 0,
            repeat: None,
            stages: 0,
            modes_from,
            maintenance_from,
        });
    }

    /// The case's asset is back in service; a temporary repair multiplies the failed mode's hazard. Nothing happens when
    /// the asset is not out of service on account of this case.
    pub fn restore(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, temporary: Option<f64>) {
        let Some(a) = self.held_by(ctx, case) else { return };
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        for bit in 0..self.stages.len() {
            if self.assets[a as usize].stages & (1 << bit) != 0 {
                self.stages[bit].add(ctx.now, -1.0, &mut ctx.meters);
            }
        }
        let state = &mut self.assets[a as usize];
        state.stages = 0;
        state.up = true;
        state.since = ctx.now;
        let frailty = state.frailty;
        match state.cause {
            Cause::Failure(m) => {
                self.renew(plan, ctx, a, m, frailty * temporary.unwrap_or(1.0), None);
                if let Some((probability, within)) = &fleet.repeat {
                    let visit = self.assets[a as usize].failures;
                    let draw = |n| ctx.key.uniform(fleet.draws.repeat, asset.entity, visit, n);
                    self.assets[a as usize].repeat = (draw(0) < *probability)
                        .then(|| (ctx.now + Duration::from_seconds(within.sample(draw(1))), m));
                }
            }
            Cause::Maintenance(m) => {
                for &renewed in &plan.asset.maintenance[m as usize].renews {
                    self.renew(plan, ctx, a, renewed, frailty, Some(RepairEffect::AsNew));
                }
            }
        }
        self.count(plan, ctx, asset.fleet, 1.0);
        self.schedule(plan, ctx, a, ctx.now);
    }

    /// A case with an asset enters (or leaves) a stage.
    pub fn stage(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, stage: StageId, entered: bool) {
        let Some(a) = self.held_by(ctx, case) else { return };
        let fleet = plan.asset.assets[a as usize].fleet;
        let found = plan.asset.stages.iter().position(|s| s.stage == stage && s.fleet == fleet);
        let Some(bit) = found else { return };
        let state = &mut self.assets[a as usize];
        let counted = state.stages & (1 << bit) != 0;
        if counted != entered {
            state.stages ^= 1 << bit;
            self.stages[bit].add(ctx.now, if entered { 1.0 } else { -1.0 }, &mut ctx.meters);
        }
    }

    pub fn event(&mut self, plan: &Plan, ctx: &mut Context, event: Event) {
        match event {
            Event::Due(a) => self.due(plan, ctx, a),
            Event::Demand(f) => {
                let Some(demand) = &plan.asset.fleets[f as usize].demand else { return };
                self.fleets[f as usize].needed.set(ctx.now, demand.value(ctx.now), &mut ctx.meters);
                self.update_missed(ctx, f);
                let next = demand.next_change(ctx.now);
                ctx.agenda.schedule(next, Phase::Calendar, super::Event::Asset(event));
            }
        }
    }

    /// A case that ends without having restored its asset gives it back all the same.
    pub fn case_ended(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId) {
        self.restore(plan, ctx, case, None);
    }

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, plan: &Plan, ctx: &mut Context) {
        let now = ctx.now;
        for (f, state) in self.fleets.iter_mut().enumerate() {
            settle_use(state, &plan.asset.fleets[f], now, &mut ctx.meters);
            for level in
                [&mut state.up, &mut state.down, &mut state.all, &mut state.needed, &mut state.missed]
            {
                level.add(now, 0.0, &mut ctx.meters);
            }
        }
        self.stages.iter_mut().for_each(|level| level.add(now, 0.0, &mut ctx.meters));
    }

    /// The asset that is out of service on account of this case.
    fn held_by(&self, ctx: &Context, case: CaseId) -> Option<u32> {
        let case = &ctx.cases[case];
        let a = case.asset.checked_sub(1)?;
        let state = &self.assets[a as usize];
        (!state.up && state.holder == case.entity).then_some(a)
    }

    fn due(&mut self, plan: &Plan, ctx: &mut Context, a: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let due = self.assets[a as usize].due;
        self.read_clocks(plan, a, ctx.now);
        let state = &mut self.assets[a as usize];
        match due {
            Due::Failure(m) | Due::Repeat(m) => {
                state.failures += 1;
                state.repeat = None;
                let entity = mix(asset.entity, u64::from(state.failures));
                ctx.meters.add(fleet.meters.failures, 1.0);
                ctx.meters.add(plan.asset.modes[m as usize].failures, 1.0);
                let set = fleet.mode_attr.map(|attr: AttrId| (attr, f64::from(m)));
                self.stop(plan, ctx, a, entity, Cause::Failure(m));
                ctx.births.push(Birth {
                    process: fleet.process,
                    entity,
                    site: asset.site,
                    asset: a + 1,
                    set,
                });
            }
            Due::Maintenance(m) => {
                let maintenance = &plan.asset.maintenance[m as usize];
                let slot = (state.maintenance_from + m - fleet.maintenance.start) as usize;
                self.maintenance[slot] += maintenance.every;
                // Numbered by the clock reading, which does not depend on what else happened to the asset.
                let number = (self.maintenance[slot] / maintenance.every) as u64;
                let entity = mix(mix(asset.entity, u64::from(maintenance.phase.0)), number);
                if maintenance.out_of_service {
                    self.stop(plan, ctx, a, entity, Cause::Maintenance(m));
                } else {
                    self.schedule(plan, ctx, a, ctx.now);
                }
                let process = maintenance.process;
                ctx.births.push(Birth { process, entity, site: asset.site, asset: a + 1, set: None });
            }
        }
    }

    /// Takes an asset out of service.
    fn stop(&mut self, plan: &Plan, ctx: &mut Context, a: u32, holder: u64, cause: Cause) {
        let state = &mut self.assets[a as usize];
        state.up = false;
        state.holder = holder;
        state.cause = cause;
        self.count(plan, ctx, plan.asset.assets[a as usize].fleet, -1.0);
    }

    /// One more, or one less, in service.
    fn count(&mut self, plan: &Plan, ctx: &mut Context, f: u32, change: f64) {
        let state = &mut self.fleets[f as usize];
        settle_use(state, &plan.asset.fleets[f as usize], ctx.now, &mut ctx.meters);
        state.up.add(ctx.now, change, &mut ctx.meters);
        state.down.add(ctx.now, -change, &mut ctx.meters);
        self.update_missed(ctx, f);
    }

    fn update_missed(&mut self, ctx: &mut Context, f: u32) {
        let state = &mut self.fleets[f as usize];
        let missed = (state.needed.value() - state.up.value()).max(0.0);
        if missed != state.missed.value() {
            state.missed.set(ctx.now, missed, &mut ctx.meters);
        }
    }

    /// Brings an asset's clocks up to the present.
    fn read_clocks(&mut self, plan: &Plan, a: u32, now: Time) {
        let fleet = &plan.asset.fleets[plan.asset.assets[a as usize].fleet as usize];
        let state = &mut self.assets[a as usize];
        if state.up {
            let passed = fleet.use_curve.cumulative(now) - fleet.use_curve.cumulative(state.since);
            state.used += fleet.use_factor * passed;
            state.served += now.since(state.since).seconds();
            state.since = now;
        }
    }

    /// What a repair does to a mode; draws its next life.
    fn renew(
        &mut self,
        plan: &Plan,
        ctx: &Context,
        a: u32,
        m: u32,
        hazard_factor: f64,
        effect: Option<RepairEffect>,
    ) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let mode = &plan.asset.modes[m as usize];
        let state = &self.assets[a as usize];
        let clock = if mode.by_calendar { state.served } else { state.used };
        let slot = fleet.modes.iter().position(|x| *x == m).unwrap_or_default();
        let mode_state = &mut self.modes[state.modes_from as usize + slot];
        let gained = clock - mode_state.since;
        mode_state.age = match effect.unwrap_or(mode.effect) {
            RepairEffect::AsNew => 0.0,
            RepairEffect::AsOld => mode_state.age + gained,
            RepairEffect::KijimaI(q) => mode_state.age + q * gained,
            RepairEffect::KijimaII(q) => q * (mode_state.age + gained),
        };
        mode_state.since = clock;
        mode_state.repairs += 1;
        let u = ctx.key.uniform(mode.life, asset.entity, mode_state.repairs, 0);
        mode_state.due = clock + remaining(mode, mode_state.age, hazard_factor, u);
    }

    /// Schedules the first thing that will happen to an asset in service.
    fn schedule(&mut self, plan: &Plan, ctx: &mut Context, a: u32, now: Time) {
        let fleet = &plan.asset.fleets[plan.asset.assets[a as usize].fleet as usize];
        let state = &self.assets[a as usize];
        // The earliest reading of either clock, and what it is for.
        let mut by_use = (f64::INFINITY, Due::Failure(0));
        let mut by_calendar = (f64::INFINITY, Due::Failure(0));
        let mut consider = |calendar: bool, reading: f64, due: Due| {
            let best = if calendar { &mut by_calendar } else { &mut by_use };
            if reading < best.0 {
                *best = (reading, due);
            }
        };
        for (slot, &m) in fleet.modes.iter().enumerate() {
            let mode = &plan.asset.modes[m as usize];
            consider(mode.by_calendar, self.modes[state.modes_from as usize + slot].due, Due::Failure(m));
        }
        for (slot, m) in fleet.maintenance.clone().enumerate() {
            let reading = self.maintenance[state.maintenance_from as usize + slot];
            consider(plan.asset.maintenance[m as usize].by_calendar, reading, Due::Maintenance(m));
        }
        let ahead = ((by_use.0 - state.used) / fleet.use_factor).max(0.0);
        let mut at = Time::NEVER;
        let mut due = by_use.1;
        if ahead.is_finite() {
            at = fleet.use_curve.inverse(fleet.use_curve.cumulative(now) + ahead).max(now);
        }
        if by_calendar.0.is_finite() {
            let then = now + Duration::from_seconds(by_calendar.0 - state.served);
            if then < at {
                (at, due) = (then, by_calendar.1);
            }
        }
        if let Some((then, m)) = state.repeat
            && then < at
        {
            (at, due) = (then.max(now), Due::Repeat(m));
        }
        // Only the asset's own event takes it out of service, so no event is ever cancelled.
        ctx.agenda.schedule(at, Phase::Calendar, super::Event::Asset(Event::Due(a)));
        self.assets[a as usize].due = due;
    }
}

/// Life left at a virtual age, from a uniform number.
fn remaining(mode: &Mode, age: f64, hazard_factor: f64, u: f64) -> f64 {
    let exponential = -u.ln() / hazard_factor;
    let at_age = (age / mode.scale).powf(mode.shape);
    (mode.scale * (at_age + exponential).powf(1.0 / mode.shape) - age).max(0.0)
}

/// Counts the use of the assets in service since the last change of their number.
fn settle_use(
    state: &mut FleetState,
    fleet: &crate::plan::asset::Fleet,
    now: Time,
    meters: &mut super::Meters,
) {
    let each = fleet.use_factor * state.up.value();
    meters.integrate_curve(fleet.meters.used, each, state.used_since, now, |t| fleet.use_curve.cumulative(t));
    state.used_since = now;
}
