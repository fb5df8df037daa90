//! Assets in use, failing, maintained and restored.
//!
//! An asset has two clocks, use and time in service; both stand still while it is out of service. Every failure mode
//! has a *virtual age*, which repairs set back (Kijima 1989), and a clock reading at which it will fail, drawn once
//! after each repair from the life that is left at that age: with cumulative hazard H, frailty Z, the factor m of a
//! temporary repair and a unit exponential E,
//!
//! ```text
//! x = H^-1(H(v) + E / (Z m)) - v
//! ```
//!
//! The first mode to reach its reading fails the asset; the others keep theirs. A failure starts a case, which holds the
//! asset out of service until it restores it or ends. Cases that it starts are about the same failure if they, too, can
//! restore the asset: then the first that does so counts, and without one the end of the last.
//!
//! A maintenance that falls due while the asset is out of service, or while another maintenance of it is open, waits
//! until that is over. Maintenance by use counts the use clock, maintenance by calendar the run's time; both since its last
//! time, or since a mode that it renews was last made new, by it or by a repair that lasts (age replacement: what was due is
//! not, once the mode is new).
//!
//! Lives are keyed by (asset, mode, number of the life), cases by (asset, mode, number of the failure): arms stay in step
//! however long their repairs take.

use super::{Birth, Case, CaseId, Context, Level};
use crate::ids::Id;
use crate::kernel::{Phase, Ticket};
use crate::plan::asset::{Fleet, Mode, Past, RepairEffect};
use crate::plan::{Meter, NONE, Plan};
use crate::rng::{Purpose, mix};
use crate::units::{Duration, Time};

/// Ages that are drawn until one is young enough.
const MOST_TRIES: u32 = 1_000;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The asset fails, or a maintenance of it begins.
    Due(u32),
    /// The number of assets that a fleet needs may change.
    Demand(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Asset {
    assets: Vec<State>,
    /// `[asset][mode of its fleet]`, from `State::modes`.
    modes: Vec<ModeState>,
    /// `[asset][maintenance of its fleet]`, from `State::upkeeps`.
    upkeeps: Vec<UpkeepState>,
    fleets: Vec<FleetState>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    frailty: f64,
    is_up: bool,
    /// Readings of the clocks [use], [s]; when it is up, at the time `since`.
    used: f64,
    served: f64,
    since: Time,
    /// The fleet's relative use until then.
    level: f64,
    next: Due,
    ticket: Ticket,
    failure: Open,
    upkeep: Open,
    modes: u32,
    upkeeps: u32,
}

/// The open cases about a failure or a maintenance of an asset.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Of the first case.
    entity: u64,
    /// Index of the mode or the maintenance; [`NONE`]: no case is open.
    of: u32,
    n_cases: u32,
}

#[derive(Clone, Copy, Debug)]
struct ModeState {
    /// Virtual age after the last repair, and the clock reading then.
    age: f64,
    since: f64,
    /// Clock reading at which it fails.
    due: f64,
    /// When the failure comes back; [`Time::NEVER`] if it does not.
    repeat: Time,
    n_lives: u32,
    n_failures: u32,
}

#[derive(Clone, Copy, Debug)]
struct UpkeepState {
    /// Use clock, or the run's time [s].
    due: f64,
    n: u32,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Failure(u32),
    Upkeep(u32),
}

#[derive(Clone, Copy, Debug)]
struct FleetState {
    up: Level,
    down: Level,
    all: Level,
    needed: Level,
    missed: Level,
    /// Use is counted up to here: time, and relative use until then.
    used: (Time, f64),
    /// Relative use until the present.
    clock: (Time, f64),
}

impl Asset {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, plan: &Plan, ctx: &mut Context) {
        let table = &plan.asset;
        self.assets.clear();
        self.modes.clear();
        self.upkeeps.clear();
        self.fleets.clear();
        for (f, fleet) in table.fleets.iter().enumerate() {
            let n = fleet.assets.len() as f64;
            let needed = fleet.demand.as_ref().map_or(0.0, |demand| demand.value(Time::ZERO));
            self.fleets.push(FleetState {
                up: Level::new(fleet.meters.uptime, n),
                down: Level::new(fleet.meters.downtime, 0.0),
                all: Level::new(fleet.meters.time, n),
                needed: Level::new(fleet.meters.needed, needed),
                missed: Level::new(fleet.meters.missed, (needed - n).max(0.0)),
                used: (Time::ZERO, 0.0),
                clock: (Time::ZERO, 0.0),
            });
            if let Some(demand) = &fleet.demand {
                schedule(ctx, demand.next_change(Time::ZERO), Event::Demand(f as u32));
            }
            for a in fleet.assets.clone() {
                self.commission(plan, ctx, a);
                self.look_ahead(plan, ctx, a);
            }
        }
    }

    /// The case's asset is back in service, or its maintenance done. A temporary repair multiplies the failed mode's
    /// hazard. Nothing happens when the case has no hold on the asset (any more).
    pub fn restore(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, temporary: Option<f64>) {
        let Some((a, fleet)) = self.asset_of(plan, ctx, case) else { return };
        let about = ctx.cases[case].about;
        let state = &self.assets[a as usize];
        if state.failure.is(about) {
            Self::leave_stages(ctx, case, state.failure.n_cases, fleet);
            let Open { of: m, .. } = std::mem::replace(&mut self.assets[a as usize].failure, Open::NOTHING);
            self.renew(plan, ctx, a, m, temporary.unwrap_or(1.0), plan.asset.modes[m as usize].effect);
            self.plan_repeat(plan, ctx, a, m);
            self.start(plan, ctx, a);
        } else if state.upkeep.is(about) {
            let open = std::mem::replace(&mut self.assets[a as usize].upkeep, Open::NOTHING);
            let Open { of: m, n_cases, .. } = open;
            let upkeep = &plan.asset.maintenance[m as usize];
            if upkeep.out_of_service {
                Self::leave_stages(ctx, case, n_cases, fleet);
            } else {
                self.read_clocks(plan, a, ctx.now);
            }
            for &mode in &upkeep.renews {
                self.renew(plan, ctx, a, mode, 1.0, RepairEffect::AsNew);
            }
            if upkeep.out_of_service {
                self.start(plan, ctx, a);
            } else if self.assets[a as usize].is_up {
                self.look_ahead(plan, ctx, a);
            }
        }
    }

    /// A case with an asset leaves a measured stage in which it was since then: that time counts if it has kept the asset
    /// out of service.
    #[inline]
    pub fn stage(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, stage: u32, since: Time) {
        let Some((a, fleet)) = self.asset_of(plan, ctx, case) else { return };
        let meter = fleet.stages[stage as usize];
        if meter != Meter::NONE && self.holds(plan, a, ctx.cases[case].about) {
            ctx.meters.integrate(meter, 1.0, since, ctx.now);
        }
    }

    pub fn event(&mut self, plan: &Plan, ctx: &mut Context, event: Event) {
        match event {
            Event::Due(a) => {
                self.assets[a as usize].ticket = Ticket::NONE;
                self.read_clocks(plan, a, ctx.now);
                match self.assets[a as usize].next {
                    Due::Failure(m) => self.fail(plan, ctx, a, m),
                    Due::Upkeep(m) => self.begin_upkeep(plan, ctx, a, m),
                }
            }
            Event::Demand(f) => {
                let Some(demand) = &plan.asset.fleets[f as usize].demand else { return };
                self.fleets[f as usize].needed.set(ctx.now, demand.value(ctx.now), &mut ctx.meters);
                self.update_missed(ctx, f);
                schedule(ctx, demand.next_change(ctx.now), event);
            }
        }
    }

    /// A case was started by one with an asset: if it can restore that, it is about the same failure or maintenance.
    pub fn case_started(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, by: CaseId) {
        if !plan.asset.restoring[ctx.cases[case].process.index()] {
            return;
        }
        let about = ctx.cases[by].about;
        ctx.cases[case].about = about;
        if let Some(open) = self.open(ctx, case) {
            open.n_cases += 1;
        }
    }

    /// When all cases about it have ended without having restored their asset, it is given back all the same.
    pub fn case_ended(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId) {
        let Some(open) = self.open(ctx, case) else { return };
        open.n_cases -= 1;
        if open.n_cases == 0 {
            self.restore(plan, ctx, case, None);
        }
    }

    /// The run is over, with these cases open: brings all levels up to date.
    pub fn finish(&mut self, plan: &Plan, ctx: &mut Context, open: &[CaseId]) {
        let now = ctx.now;
        for (state, fleet) in self.fleets.iter_mut().zip(&plan.asset.fleets) {
            state.count_use(fleet, ctx);
            for level in
                [&mut state.up, &mut state.down, &mut state.all, &mut state.needed, &mut state.missed]
            {
                level.add(now, 0.0, &mut ctx.meters);
            }
        }
        for case in open {
            if let Some((a, fleet)) = self.asset_of(plan, ctx, *case)
                && self.holds(plan, a, ctx.cases[*case].about)
            {
                Self::leave_stages_of(ctx, *case, fleet);
            }
        }
    }

    /// Puts an asset into service at the start.
    fn commission(&mut self, plan: &Plan, ctx: &Context, a: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let uniform = |purpose: Purpose| ctx.key.uniform(purpose, asset.entity, 0, 0);
        let frailty = fleet.frailty.as_ref().map_or(1.0, |(law, purpose)| law.sample(uniform(*purpose)));
        self.assets.push(State {
            frailty,
            is_up: true,
            used: 0.0,
            served: 0.0,
            since: Time::ZERO,
            level: 0.0,
            next: Due::Failure(NONE),
            ticket: Ticket::NONE,
            failure: Open::NOTHING,
            upkeep: Open::NOTHING,
            modes: self.modes.len() as u32,
            upkeeps: self.upkeeps.len() as u32,
        });
        for &m in &fleet.modes {
            let mode = &plan.asset.modes[m as usize];
            let age = match &mode.past {
                Past::None => 0.0,
                Past::Renewals(law, purpose) => {
                    let u = |n| ctx.key.uniform(*purpose, asset.entity, 0, n);
                    let age = |n| mode.scale * (law.sample(u(n)) / frailty).powf(1.0 / mode.shape);
                    // Of those that are replaced in time, ages have the same density up to then. Where hardly one is that
                    // young, it is flat.
                    (0..MOST_TRIES)
                        .map(age)
                        .find(|age| *age < mode.replaced_at)
                        .unwrap_or_else(|| mode.replaced_at * u(0))
                }
                Past::Repairs(q, purpose) => {
                    let u = |n| ctx.key.uniform(*purpose, asset.entity, 0, n);
                    settled_age(mode, *q, frailty, u)
                }
            };
            let due = life_left(mode, age, frailty, uniform(mode.life));
            let state = ModeState { age, since: 0.0, due, repeat: Time::NEVER, n_lives: 1, n_failures: 0 };
            self.modes.push(state);
        }
        for m in fleet.maintenance.clone() {
            let upkeep = &plan.asset.maintenance[m as usize];
            let due = match (fleet.settled, &upkeep.renews[..]) {
                (false, _) => upkeep.every,
                (true, [m]) if upkeep.since_renewal => upkeep.every - self.mode(fleet, a, *m).age,
                (true, _) => upkeep.every * uniform(upkeep.first),
            };
            self.upkeeps.push(UpkeepState { due, n: 0 });
        }
    }

    fn fail(&mut self, plan: &Plan, ctx: &mut Context, a: u32, m: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let mode = &plan.asset.modes[m as usize];
        let state = self.mode(fleet, a, m);
        state.n_failures += 1;
        state.repeat = Time::NEVER;
        let entity = mix(case_family(asset.entity, mode.life), u64::from(state.n_failures));
        self.assets[a as usize].failure = Open { entity, of: m, n_cases: 1 };
        ctx.meters.add(fleet.meters.failures, 1.0);
        ctx.meters.add(mode.failures, 1.0);
        self.stop(plan, ctx, a);
        let set = fleet.mode_attr.map(|attr| (attr, f64::from(m)));
        ctx.births.push(Birth { process: fleet.process, entity, site: asset.site, asset: a + 1, set });
    }

    fn begin_upkeep(&mut self, plan: &Plan, ctx: &mut Context, a: u32, m: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let upkeep = &plan.asset.maintenance[m as usize];
        let state = &mut self.assets[a as usize];
        let clock = if upkeep.by_calendar { ctx.now.seconds() } else { state.used };
        let times = &mut self.upkeeps[(state.upkeeps + m - fleet.maintenance.start) as usize];
        times.due = clock + upkeep.every;
        times.n += 1;
        let entity = mix(case_family(asset.entity, upkeep.first), u64::from(times.n));
        state.upkeep = Open { entity, of: m, n_cases: 1 };
        if upkeep.out_of_service {
            self.stop(plan, ctx, a);
        } else {
            self.look_ahead(plan, ctx, a);
        }
        let (process, site) = (upkeep.process, asset.site);
        ctx.births.push(Birth { process, entity, site, asset: a + 1, set: None });
    }

    /// The asset is out of service from now on; its clocks have been read.
    fn stop(&mut self, plan: &Plan, ctx: &mut Context, a: u32) {
        self.assets[a as usize].is_up = false;
        self.change_up(plan, ctx, plan.asset.assets[a as usize].fleet, -1.0);
    }

    /// The asset is in service from now on.
    fn start(&mut self, plan: &Plan, ctx: &mut Context, a: u32) {
        let f = plan.asset.assets[a as usize].fleet;
        let level = self.fleets[f as usize].use_until(&plan.asset.fleets[f as usize], ctx.now);
        let state = &mut self.assets[a as usize];
        state.is_up = true;
        (state.since, state.level) = (ctx.now, level);
        self.change_up(plan, ctx, f, 1.0);
        self.look_ahead(plan, ctx, a);
    }

    fn change_up(&mut self, plan: &Plan, ctx: &mut Context, f: u32, change: f64) {
        let state = &mut self.fleets[f as usize];
        state.count_use(&plan.asset.fleets[f as usize], ctx);
        state.up.add(ctx.now, change, &mut ctx.meters);
        state.down.add(ctx.now, -change, &mut ctx.meters);
        self.update_missed(ctx, f);
    }

    fn update_missed(&mut self, ctx: &mut Context, f: u32) {
        let state = &mut self.fleets[f as usize];
        let missed = (state.needed.value() - state.up.value()).max(0.0);
        state.missed.set(ctx.now, missed, &mut ctx.meters);
    }

    /// What a repair does to a mode of an asset whose clocks have been read; draws its next life.
    fn renew(&mut self, plan: &Plan, ctx: &Context, a: u32, m: u32, factor: f64, effect: RepairEffect) {
        let asset = plan.asset.assets[a as usize];
        let mode = &plan.asset.modes[m as usize];
        let State { frailty, used, served, .. } = self.assets[a as usize];
        let clock = if mode.by_calendar { served } else { used };
        let state = self.mode(&plan.asset.fleets[asset.fleet as usize], a, m);
        let gained = clock - state.since;
        state.age = match effect {
            RepairEffect::AsNew => 0.0,
            RepairEffect::AsOld => state.age + gained,
            RepairEffect::KijimaI(q) => state.age + q * gained,
            RepairEffect::KijimaII(q) => q * (state.age + gained),
        };
        state.since = clock;
        let u = ctx.key.uniform(mode.life, asset.entity, state.n_lives, 0);
        state.n_lives += 1;
        state.due = clock + life_left(mode, state.age, frailty * factor, u);
        if state.age == 0.0 && factor == 1.0 {
            self.put_off_upkeep(plan, ctx.now, a, m);
        }
    }

    /// A mode is as new: maintenance that counts since then starts to count anew.
    fn put_off_upkeep(&mut self, plan: &Plan, now: Time, a: u32, m: u32) {
        let fleet = &plan.asset.fleets[plan.asset.assets[a as usize].fleet as usize];
        let state = &self.assets[a as usize];
        for (k, times) in fleet.maintenance.clone().zip(&mut self.upkeeps[state.upkeeps as usize..]) {
            let upkeep = &plan.asset.maintenance[k as usize];
            if upkeep.since_renewal && upkeep.renews.contains(&m) {
                times.due = upkeep.every + if upkeep.by_calendar { now.seconds() } else { state.used };
            }
        }
    }

    /// The failure that was just repaired may come back soon.
    fn plan_repeat(&mut self, plan: &Plan, ctx: &Context, a: u32, m: u32) {
        let asset = plan.asset.assets[a as usize];
        let fleet = &plan.asset.fleets[asset.fleet as usize];
        let Some(repeat) = &fleet.repeat else { return };
        let state = self.mode(fleet, a, m);
        let entity = case_family(asset.entity, plan.asset.modes[m as usize].life);
        let draw = |i| ctx.key.uniform(repeat.purpose, entity, state.n_failures, i);
        if draw(0) < repeat.probability {
            state.repeat = ctx.now + Duration::from_seconds(repeat.within.sample(draw(1)));
        }
    }

    /// Schedules what happens next to an asset in service whose clocks have just been read.
    fn look_ahead(&mut self, plan: &Plan, ctx: &mut Context, a: u32) {
        let fleet = &plan.asset.fleets[plan.asset.assets[a as usize].fleet as usize];
        let state = &self.assets[a as usize];
        let nothing = Due::Failure(NONE);
        // The first reading of each of the three clocks: use, time in service, the run's time.
        let (mut used, mut served) = ((f64::INFINITY, nothing), (f64::INFINITY, nothing));
        let mut time = (Time::NEVER, nothing);
        for (&m, mode) in fleet.modes.iter().zip(&self.modes[state.modes as usize..]) {
            let clock = if plan.asset.modes[m as usize].by_calendar { &mut served } else { &mut used };
            if mode.due < clock.0 {
                *clock = (mode.due, Due::Failure(m));
            }
            if mode.repeat < time.0 {
                time = (mode.repeat, Due::Failure(m));
            }
        }
        if state.upkeep.of == NONE {
            for (m, upkeep) in fleet.maintenance.clone().zip(&self.upkeeps[state.upkeeps as usize..]) {
                if plan.asset.maintenance[m as usize].by_calendar {
                    let at = Time::ZERO + Duration::from_seconds(upkeep.due);
                    if at < time.0 {
                        time = (at, Due::Upkeep(m));
                    }
                } else if upkeep.due < used.0 {
                    used = (upkeep.due, Due::Upkeep(m));
                }
            }
        }
        let (mut at, mut next) = time;
        let ahead = (used.0 - state.used) / fleet.use_factor;
        if ahead.is_finite() {
            let then = fleet.use_curve.inverse(state.level + ahead.max(0.0));
            if then < at {
                (at, next) = (then, used.1);
            }
        }
        if served.0.is_finite() {
            let then = state.since + Duration::from_seconds(served.0 - state.served);
            if then < at {
                (at, next) = (then, served.1);
            }
        }
        let state = &mut self.assets[a as usize];
        ctx.agenda.cancel(state.ticket);
        state.next = next;
        state.ticket = schedule(ctx, at.max(ctx.now), Event::Due(a));
    }

    /// Brings the clocks of an asset up to the present.
    fn read_clocks(&mut self, plan: &Plan, a: u32, now: Time) {
        let f = plan.asset.assets[a as usize].fleet as usize;
        let state = &mut self.assets[a as usize];
        if state.is_up {
            let fleet = &plan.asset.fleets[f];
            let level = self.fleets[f].use_until(fleet, now);
            state.used += fleet.use_factor * (level - state.level);
            state.served += now.since(state.since).seconds();
            (state.since, state.level) = (now, level);
        }
    }

    fn asset_of<'p>(&self, plan: &'p Plan, ctx: &Context, case: CaseId) -> Option<(u32, &'p Fleet)> {
        let a = ctx.cases[case].asset.checked_sub(1)?;
        Some((a, &plan.asset.fleets[plan.asset.assets[a as usize].fleet as usize]))
    }

    /// The failure or maintenance that the case is about, while that is open.
    fn open(&mut self, ctx: &Context, case: CaseId) -> Option<&mut Open> {
        let Case { asset, about, .. } = ctx.cases[case];
        let State { failure, upkeep, .. } = self.assets.get_mut(asset.checked_sub(1)? as usize)?;
        [failure, upkeep].into_iter().find(|open| open.is(about))
    }

    /// Whether cases about this keep the asset out of service.
    fn holds(&self, plan: &Plan, a: u32, about: u64) -> bool {
        let state = &self.assets[a as usize];
        let stops = |m: u32| plan.asset.maintenance[m as usize].out_of_service;
        state.failure.is(about) || (state.upkeep.is(about) && stops(state.upkeep.of))
    }

    /// The cases (so many) that are about the same as this one do not keep their asset out of service any more, whatever
    /// stages they are in.
    fn leave_stages(ctx: &mut Context, case: CaseId, n_cases: u32, fleet: &Fleet) {
        if n_cases <= 1 {
            return Self::leave_stages_of(ctx, case, fleet);
        }
        let Case { asset, about, .. } = ctx.cases[case];
        for other in ctx.cases.places() {
            let Case { n_tokens, asset: its_asset, about: its_about, .. } = ctx.cases[other];
            if n_tokens > 0 && (its_asset, its_about) == (asset, about) {
                Self::leave_stages_of(ctx, other, fleet);
            }
        }
    }

    fn leave_stages_of(ctx: &mut Context, case: CaseId, fleet: &Fleet) {
        for (stage, meter) in fleet.stages.iter().enumerate().filter(|(_, meter)| **meter != Meter::NONE) {
            if let Some(since) = ctx.cases.in_stage_since(case, stage as u32) {
                ctx.meters.integrate(*meter, 1.0, since, ctx.now);
            }
        }
    }

    fn mode(&mut self, fleet: &Fleet, a: u32, m: u32) -> &mut ModeState {
        let slot = fleet.modes.iter().position(|mode| *mode == m).unwrap_or_default();
        &mut self.modes[self.assets[a as usize].modes as usize + slot]
    }
}

impl Open {
    const NOTHING: Self = Self { entity: 0, of: NONE, n_cases: 0 };

    fn is(&self, about: u64) -> bool {
        self.of != NONE && self.entity == about
    }
}

impl FleetState {
    /// The integral of the fleet's relative use until now.
    fn use_until(&mut self, fleet: &Fleet, now: Time) -> f64 {
        if self.clock.0 != now {
            self.clock = (now, fleet.use_curve.cumulative(now));
        }
        self.clock.1
    }

    /// Counts the use of the assets in service since their number last changed.
    fn count_use(&mut self, fleet: &Fleet, ctx: &mut Context) {
        let until = (ctx.now, self.use_until(fleet, ctx.now));
        let since = std::mem::replace(&mut self.used, until);
        let each = fleet.use_factor * self.up.value();
        ctx.meters.integrate_curve(fleet.meters.used, each, &fleet.use_curve, since, until);
    }
}

/// What is left of a life at a virtual age, longer for larger `u`.
fn life_left(mode: &Mode, age: f64, hazard_factor: f64, u: f64) -> f64 {
    let exponential = -(-u).ln_1p() / hazard_factor;
    let so_far = (age / mode.scale).powf(mode.shape);
    (mode.scale * (so_far + exponential).powf(1.0 / mode.shape) - age).max(0.0)
}

/// The age at some time long after the start, when each repair takes it back to the share `q`: lives are gone through
/// until then. What the age was is forgotten by a factor q at each repair.
fn settled_age(mode: &Mode, q: f64, frailty: f64, u: impl Fn(u32) -> f64) -> f64 {
    let life = mode.scale * frailty.powf(-1.0 / mode.shape);
    let mut left = life * (20.0 + 20.0 / (1.0 - q) + u(0));
    let (mut age, mut n) = (0.0, 1);
    loop {
        let next = life_left(mode, age, frailty, u(n));
        if next >= left {
            return age + left;
        }
        left -= next;
        age = q * (age + next);
        n += 1;
    }
}

/// Numbers the cases of one asset and one mode or maintenance.
fn case_family(asset: u64, purpose: Purpose) -> u64 {
    mix(asset, u64::from(purpose.0))
}

fn schedule(ctx: &mut Context, at: Time, event: Event) -> Ticket {
    ctx.agenda.schedule(at, Phase::Calendar, super::Event::Asset(event))
}
