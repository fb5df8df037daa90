//! Fleets against exact results of reliability theory. Time unit: a second; use is counted in seconds of service.
//!
//! Checks are in standard errors over independent replications with fixed seeds (|z| < 4), or exact.

use super::timelines::{Week, week};
use crate::build::*;
use turnaround::activity::*;
use turnaround::dist::Dist;
use turnaround::ids::*;
use turnaround::model::*;
use turnaround::record::Record;
use turnaround::units::Dim;

const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// A fleet whose failures are repaired by the process `fix`.
struct World {
    b: Build,
    fleet: AssetGroupId,
    fix: ProcessId,
}

fn delay(time: Dist) -> Activity {
    Activity::Delay(Delay { until: DelayUntil::Elapsed(Amount::Law(time)), recorded: true })
}

fn restore() -> Activity {
    Activity::Restore(Restore { temporary: None })
}

/// Assets in use all the time; a repair takes so long, nobody is needed for it.
fn world(build: Build, n: u32, repair: Dist) -> World {
    let mut b = build;
    let here = b.model.sites.push("here".into());
    let fix = b.process("fix");
    let end = b.end(fix);
    let back = b.step(fix, "back", restore(), Some(end));
    b.step(fix, "repair", delay(repair), Some(back));
    let fleet = b.model.fleets.push(AssetGroup {
        name: "machine".into(),
        count: vec![(here, n)],
        use_rate: 1.0,
        use_dim: Dim::TIME,
        use_profile: None,
        modes: Vec::new(),
        frailty: None,
        settled: false,
        process: fix,
        mode_attr: None,
        maintenance: Vec::new(),
        repeat: None,
        demand: None,
    });
    World { b, fleet, fix }
}

impl World {
    fn mode(&mut self, shape: f64, scale: f64, effect: RepairEffect) -> ModeId {
        let name = format!("mode {}", self.b.model.modes.len());
        let hazard = Hazard { shape, scale };
        let mode = Mode { name, group: self.fleet, hazard, by_calendar: false, effect };
        let id = self.b.model.modes.push(mode);
        self.group().modes.push(id);
        id
    }

    fn group(&mut self) -> &mut AssetGroup {
        &mut self.b.model.fleets[self.fleet]
    }

    fn maintain(&mut self, name: &str, process: ProcessId, every: f64) -> &mut Maintenance {
        self.group().maintenance.push(Maintenance {
            name: name.into(),
            process,
            every,
            by_calendar: false,
            since_renewal: false,
            out_of_service: true,
            renews: Vec::new(),
        });
        self.group().maintenance.last_mut().expect("one")
    }

    fn measure(&mut self, of: fn(AssetGroupId) -> Measure) -> MeasureId {
        let what = of(self.fleet);
        self.b.measure(what)
    }

    /// Failures of an asset in the window.
    fn failures(&mut self, n: u64) -> Estimate {
        let failures = self.measure(|f| Measure::Failures(f, None));
        let time = self.measure(Measure::AssetTime);
        let b = &self.b;
        let window = b.model.run.window.seconds();
        let sum = |r: &Record, m| b.sum_in_window(r, m);
        b.replicate(n, |r| sum(r, failures) / sum(r, time) * window)
    }
}

fn at_once() -> Dist {
    constant(0.0)
}

// ---- lives and repairs ----

/// Statistics page of the design: renewal function of Weibull(2, 1000).
#[test]
fn renewal() {
    for (horizon, expected) in [(1_000.0, 0.75369), (3_000.0, 3.02175)] {
        let mut w = world(Build::new(0.0, horizon, 0.0), 500, at_once());
        w.mode(2.0, 1_000.0, RepairEffect::AsNew);
        w.failures(40).agrees(expected);
    }
}

/// Minimal repair: (3000 / 1000)^2.5. Kijima's virtual ages with q = 1/2, values by numerical integration.
#[test]
fn repairs_that_do_not_make_new() {
    let minimal = 3.0_f64.powf(2.5);
    assert!((minimal - 15.58846).abs() < 5e-6);
    let effects = [
        (RepairEffect::AsOld, minimal),
        (RepairEffect::KijimaI(1.0), minimal),
        (RepairEffect::KijimaII(1.0), minimal),
        (RepairEffect::KijimaI(0.5), 7.2572),
        (RepairEffect::KijimaII(0.5), 4.7140),
    ];
    for (effect, expected) in effects {
        let mut w = world(Build::new(0.0, 3_000.0, 0.0), 200, at_once());
        w.mode(2.5, 1_000.0, effect);
        w.failures(40).agrees(expected);
    }
}

/// q = 0 is a renewal: the same lives, one by one.
#[test]
fn kijima_without_memory_is_as_new() {
    let run = |effect| {
        let mut w = world(Build::new(0.0, 5_000.0, 0.0), 20, at_once());
        w.mode(2.5, 1_000.0, effect);
        w.measure(|f| Measure::Failures(f, None));
        w.b.run(0).sums
    };
    assert_eq!(run(RepairEffect::AsNew), run(RepairEffect::KijimaI(0.0)));
    assert_eq!(run(RepairEffect::AsNew), run(RepairEffect::KijimaII(0.0)));
    assert_ne!(run(RepairEffect::AsNew), run(RepairEffect::AsOld));
}

/// Gamma frailty of shape a: P(life > t) = (1 + H(t) / a)^-a. Nobody repairs, so an asset fails once at most.
#[test]
fn frailty_makes_assets_differ() {
    let mut w = world(Build::new(0.0, 1_000.0, 0.0), 500, constant(1e9));
    w.mode(2.0, 1_000.0, RepairEffect::AsNew);
    w.group().frailty = Some(1.5);
    w.failures(60).agrees(1.0 - (1.0 + 1.0 / 1.5_f64).powf(-1.5));
}

/// A fleet long in use fails at its long-run rate from the first day; a new one does not.
#[test]
fn settled_fleets_are_in_equilibrium() {
    use statrs::function::gamma::gamma;
    let (shape, frailty, horizon) = (3.0, 3.8, 500.0);
    let fleet = |settled: bool, frailty: Option<f64>| {
        let mut w = world(Build::new(0.0, horizon, 0.0), 500, at_once());
        w.mode(shape, 1_000.0, RepairEffect::AsNew);
        w.mode(1.0, 5_000.0, RepairEffect::AsNew);
        w.group().settled = settled;
        w.group().frailty = frailty;
        w.failures(60)
    };
    let mean_life = 1_000.0 * gamma(1.0 + 1.0 / shape);
    let exponential = horizon / 5_000.0;
    fleet(true, None).agrees(horizon / mean_life + exponential);
    // The mean life of an asset with frailty z is z^(-1/shape) times as long.
    let factor = gamma(frailty + 1.0 / shape) / gamma(frailty) / frailty.powf(1.0 / shape);
    fleet(true, Some(frailty)).agrees(horizon / mean_life * factor + exponential);
    assert!(fleet(false, None).mean < 0.5 * horizon / mean_life + exponential);
}

/// The modes of an asset fail it independently of each other; each case carries its mode.
#[test]
fn modes_compete() {
    let mut w = world(Build::new(0.0, 3_000.0, 0.0), 200, at_once());
    let modes = [
        w.mode(2.0, 1_000.0, RepairEffect::AsNew),
        w.mode(1.0, 800.0, RepairEffect::AsNew),
        w.mode(2.5, 1_000.0, RepairEffect::AsOld),
    ];
    let attr = w.b.attribute("mode");
    w.group().mode_attr = Some(attr);
    let fleet = w.fleet;
    let counted = modes.map(|mode| w.b.measure(Measure::Failures(fleet, Some(mode))));
    let fix = w.fix;
    let carried = w.b.measure(Measure::Case(fix, Sampled::Attribute(attr)));
    let b = &w.b;
    let sum = |r: &Record, m| b.sum_in_window(r, m);
    let found = b.replicate_all(20, |r| {
        assert_eq!(sum(r, carried), sum(r, counted[1]) + 2.0 * sum(r, counted[2]));
        counted.map(|m| sum(r, m) / 200.0).to_vec()
    });
    for (found, expected) in found.iter().zip([3.02175, 3_000.0 / 800.0, 15.58846]) {
        found.agrees(expected);
    }
}

/// A temporary repair doubles the hazard of what comes next: first rate r, then 2 r.
#[test]
fn temporary_repairs() {
    let (horizon, mean) = (2_000.0_f64, 1_000.0_f64);
    let mut w = world(Build::new(0.0, horizon, 0.0), 500, at_once());
    w.mode(1.0, mean, RepairEffect::AsNew);
    let back = w.b.model.steps.ids().nth(1).expect("the restore step");
    w.b.model.steps[back].activity = Activity::Restore(Restore { temporary: Some(2.0) });
    let first = 1.0 - (-horizon / mean).exp();
    w.failures(40).agrees(2.0 * horizon / mean - first);
}

/// A share p of repairs is followed by the same failure at once: 1 / (1 - p) times as many failures.
#[test]
fn repeat_failures() {
    let mut w = world(Build::new(0.0, 20_000.0, 0.0), 200, at_once());
    w.mode(1.0, 1_000.0, RepairEffect::AsNew);
    w.group().repeat = Some(Repeat { probability: 0.3, within: constant(1e-3) });
    w.failures(40).agrees(20.0 / 0.7);
}

// ---- clocks ----

/// Hours 0-6 nothing, 6-12 twice the mean use of the others.
fn half_days(w: &mut World) {
    let pieces = vec![(0.0, 0.0), (6.0 * HOUR, 2.0), (12.0 * HOUR, 1.0)];
    let profile = w.b.model.profiles.push(Profile { name: "use".into(), period: DAY, pieces });
    w.group().use_profile = Some(profile);
}

/// Failures of a mode that ages by use follow the profile; by calendar they do not. Use is exact.
#[test]
fn clocks_follow_the_profile() {
    for by_calendar in [false, true] {
        let mut w = world(Build::new(0.0, 400.0 * DAY, 0.0).bin(6.0 * HOUR), 100, at_once());
        half_days(&mut w);
        w.group().use_rate = 500.0 / DAY;
        let scale = if by_calendar { 10.0 * DAY } else { 5_000.0 };
        let mode = w.mode(1.0, scale, RepairEffect::AsNew);
        w.b.model.modes[mode].by_calendar = by_calendar;
        let failures = w.measure(|f| Measure::Failures(f, None));
        let used = w.measure(Measure::Used);
        let b = &w.b;
        let quarters = |r: &Record, m| {
            let mut sums = [0.0; 4];
            (0..r.n_bins).for_each(|bin| sums[bin % 4] += r.sum(m, bin));
            sums.to_vec()
        };
        let found = b.replicate_all(20, |r| {
            for (used, share) in quarters(r, used).into_iter().zip([0.0, 0.5, 0.25, 0.25]) {
                assert!((used - share * 500.0 * 400.0 * 100.0).abs() < 1e-3);
            }
            quarters(r, failures)
        });
        let shares = if by_calendar { [0.25; 4] } else { [0.0, 0.5, 0.25, 0.25] };
        for (found, share) in found.iter().zip(shares) {
            match share == 0.0 {
                true => assert_eq!(found.mean, 0.0),
                false => found.agrees(share * 400.0 / 10.0 * 100.0),
            }
        }
    }
}

/// N machines, c mechanics: birth and death with rates (N - n) l and min(n, c) m.
fn machine_repair(n: u32, c: u32, l: f64, m: f64) -> [f64; 4] {
    let mut p = vec![1.0];
    for down in 0..n {
        let up = f64::from(n - down) * l / (f64::from((down + 1).min(c)) * m);
        p.push(p[down as usize] * up);
    }
    let total: f64 = p.iter().sum();
    let down: f64 = p.iter().enumerate().map(|(i, p)| i as f64 * p / total).sum();
    let rate = (f64::from(n) - down) * l;
    [down, rate, down / rate, 1.0 - down / f64::from(n)]
}

/// Clocks stand still while an asset is down; downtime by stage; service missed.
#[test]
fn machines_and_mechanics() {
    let known = [2.88013780489, 0.855993109756, 3.36467405177, 0.855993109756];
    for (exact, known) in machine_repair(20, 3, 0.05, 0.4).iter().zip(known) {
        assert!((exact - known).abs() < 1e-10);
    }
    for (n, c) in [(20, 3), (12, 2)] {
        let mut w = world(Build::new(1_000.0, 50_000.0, 500.0).bin(500.0), n, at_once());
        w.mode(1.0, 20.0, RepairEffect::AsNew);
        let mechanics = w.b.team("mechanics", c);
        let steps: Vec<_> = w.b.model.steps.ids().collect();
        w.b.model.steps[steps[2]].activity = Activity::Task(task(mechanics, exponential(2.5)));
        // The machine is back before the case leaves the stage.
        let late = w.b.step(w.fix, "paper", delay(constant(3.0)), Some(steps[0]));
        w.b.model.steps[steps[1]].next = Some(late);
        w.b.model.processes[w.fix].entry = steps[2];
        let stage = w.b.stage("repair", steps[1]);
        w.b.model.steps[steps[2]].stage = Some(stage);
        w.b.model.steps[late].stage = Some(stage);
        let (fleet, fix) = (w.fleet, w.fix);
        let pieces = vec![(0.0, f64::from(n))];
        let profile = w.b.model.profiles.push(Profile { name: "all".into(), period: DAY, pieces });
        w.group().demand = Some(Demand { profile });
        let down = w.measure(Measure::Downtime);
        let up = w.measure(Measure::Uptime);
        let time = w.measure(Measure::AssetTime);
        let used = w.measure(Measure::Used);
        let failures = w.measure(|f| Measure::Failures(f, None));
        let stay = w.b.measure(Measure::Case(fix, Sampled::CycleTime));
        let missed = w.measure(Measure::Missed);
        let needed = w.measure(Measure::Needed);
        let in_stage = w.b.measure(Measure::DownInStage(fleet, stage));
        let elapsed = w.b.measure(Measure::Elapsed);
        let b = &w.b;
        let found = b.replicate_all(40, |r| {
            let sum = |m| b.sum_in_window(r, m);
            for bin in 0..r.n_bins {
                let same = |a, b| assert!((r.sum(a, bin) - r.sum(b, bin)).abs() < 1e-6);
                same(down, in_stage);
                same(down, missed);
                same(needed, time);
                same(used, up);
                assert!((r.sum(up, bin) + r.sum(down, bin) - r.sum(time, bin)).abs() < 1e-6);
            }
            vec![
                sum(down) / sum(elapsed),
                sum(failures) / sum(elapsed),
                b.mean_in_window(r, stay) - 3.0,
                sum(up) / sum(time),
            ]
        });
        for (found, exact) in found.iter().zip(machine_repair(n, c, 0.05, 0.4)) {
            found.agrees(exact);
        }
    }
}

/// Spares: 5 assets of which 3 are needed by day and none by night; what is missing is exact.
#[test]
fn missed_service_counts_beyond_the_spares() {
    let mut w = world(Build::new(0.0, 10.0 * DAY, 0.0).bin(DAY), 5, constant(1e9));
    let pieces = vec![(0.0, 0.0), (6.0 * HOUR, 3.0), (18.0 * HOUR, 0.0)];
    let profile = w.b.model.profiles.push(Profile { name: "needed".into(), period: DAY, pieces });
    w.group().demand = Some(Demand { profile });
    w.mode(1.0, 5.0 * DAY, RepairEffect::AsNew);
    let missed = w.measure(Measure::Missed);
    let needed = w.measure(Measure::Needed);
    let down = w.measure(Measure::Downtime);
    let up = w.measure(Measure::Uptime);
    let record = w.b.run(3);
    let last = record.n_bins - 1;
    assert!(record.sum(down, last) / DAY > 3.0, "too few failures for the check");
    assert_eq!(record.sum(needed, last), 1.5 * DAY);
    for bin in 0..=last {
        let (up, missed) = (record.sum(up, bin) / DAY, record.sum(missed, bin) / DAY);
        // Without a failure on that day: half a day times what is missing.
        if up.fract() == 0.0 {
            assert!((missed - 0.5 * (3.0 - up).max(0.0)).abs() < 1e-9);
        }
    }
}

// ---- maintenance ----

/// Maintenance by use that makes the mode as new (block replacement): M(1000) failures in every block.
#[test]
fn maintenance_renews() {
    let mut w = world(Build::new(0.0, 20_000.0, 0.0), 50, at_once());
    let mode = w.mode(2.0, 1_000.0, RepairEffect::AsNew);
    let fix = w.fix;
    w.maintain("block", fix, 1_000.0).renews.push(mode);
    w.failures(40).agrees(20.0 * 0.75369);
}

/// 100 h of service, 10 h of maintenance, and so on; by calendar every 100 h.
#[test]
fn maintenance_by_use_and_by_calendar() {
    let starts = |by_calendar: bool, out_of_service: bool, every: f64| {
        let mut w = world(Build::new(0.0, 1_000.0, 0.0), 1, at_once());
        let check = w.b.process("check");
        let end = w.b.end(check);
        let back = w.b.step(check, "checked", restore(), Some(end));
        w.b.step(check, "check", delay(constant(10.0)), Some(back));
        let maintenance = w.maintain("check", check, every);
        maintenance.by_calendar = by_calendar;
        maintenance.out_of_service = out_of_service;
        let started = w.b.measure(Measure::Cases(check));
        let down = w.measure(Measure::Downtime);
        let record = w.b.run(0);
        (record.sum(started, 0), record.sum(down, 0))
    };
    // At 100, 210, 320, ..., 980 + 10.
    assert_eq!(starts(false, true, 100.0), (9.0, 90.0));
    assert_eq!(starts(true, true, 99.0), (10.0, 100.0));
    assert_eq!(starts(false, false, 99.0), (10.0, 0.0));
    // Due again before it is over: the next one begins when the asset is back.
    assert_eq!(starts(true, true, 5.0), (100.0, 995.0));
    assert_eq!(starts(false, false, 5.0), (100.0, 0.0));
}

/// Lives of 400 h (Weibull of a shape so large that none is 2 h off), and maintenance after 500 h: by age it never comes, as a
/// block it comes at 500 h, and makes the machine last from there.
#[test]
fn maintenance_by_age_counts_from_the_last_renewal() {
    let seen = |since_renewal: bool, effect: RepairEffect| {
        let mut w = world(Build::new(0.0, 990.0, 0.0), 1, at_once());
        let mode = w.mode(2_000.0, 400.0, effect);
        let check = w.b.process("check");
        let end = w.b.end(check);
        w.b.step(check, "checked", restore(), Some(end));
        let maintenance = w.maintain("check", check, 500.0);
        maintenance.since_renewal = since_renewal;
        maintenance.renews.push(mode);
        let (failures, checks) =
            (w.measure(|f| Measure::Failures(f, None)), w.b.measure(Measure::Cases(check)));
        let record = w.b.run(0);
        (record.sum(failures, 0), record.sum(checks, 0))
    };
    // Failures at 400 and 800.
    assert_eq!(seen(true, RepairEffect::AsNew), (2.0, 0.0));
    // Failures at 400 and 900, maintenance at 500.
    assert_eq!(seen(false, RepairEffect::AsNew), (2.0, 1.0));
    // What only makes up for half of the age is no renewal; what makes up for all of it is one, by whatever name.
    assert_eq!(seen(true, RepairEffect::KijimaII(0.5)), seen(false, RepairEffect::KijimaII(0.5)));
    for as_new in [RepairEffect::KijimaI(0.0), RepairEffect::KijimaII(0.0)] {
        assert_eq!(seen(true, as_new), (2.0, 0.0));
    }
}

/// Maintenance in service: it takes 50 h, in which the machine goes on ageing, and is new at the end of it. By calendar or by use,
/// the next one begins 100 h after that.
#[test]
fn maintenance_by_age_counts_from_its_end() {
    for by_calendar in [false, true] {
        let mut w = world(Build::new(0.0, 500.0, 0.0), 1, at_once());
        let mode = w.mode(2_000.0, 10_000.0, RepairEffect::AsNew);
        let check = w.b.process("check");
        let end = w.b.end(check);
        let back = w.b.step(check, "checked", restore(), Some(end));
        w.b.step(check, "check", delay(constant(50.0)), Some(back));
        let maintenance = w.maintain("check", check, 100.0);
        (maintenance.since_renewal, maintenance.by_calendar) = (true, by_calendar);
        maintenance.out_of_service = false;
        maintenance.renews.push(mode);
        let started = w.b.measure(Measure::Cases(check));
        // At 100, 250, 400; as a block, at 100, 200, 300, 400.
        assert_eq!(w.b.run(0).sum(started, 0), 3.0);
    }
}

/// A fleet that is settled from the start is where it is in the long run: failures and replacements of age replacement.
#[test]
fn settled_fleets_are_replaced_by_age_from_the_start() {
    let mut w = world(Build::new(0.0, 1_000.0, 0.0), 200, at_once());
    let mode = w.mode(2.0, 1_000.0, RepairEffect::AsNew);
    let fix = w.fix;
    w.group().settled = true;
    let maintenance = w.maintain("age", fix, 500.0);
    maintenance.since_renewal = true;
    maintenance.renews.push(mode);
    // F(.5) / integral of S to .5.
    w.failures(40).agrees(0.479532);
}

/// What falls due while the asset is down begins right after it is restored.
#[test]
fn maintenance_waits_for_a_repair() {
    let mut w = world(Build::new(0.0, 1_000.0, 0.0), 1, constant(900.0));
    let check = w.b.process("check");
    let end = w.b.end(check);
    w.b.step(check, "check", delay(constant(10.0)), Some(end));
    // It fails soon, and is down for 900 s.
    w.mode(1.0, 10.0, RepairEffect::AsNew);
    w.maintain("check", check, 200.0).by_calendar = true;
    let failures = w.measure(|f| Measure::Failures(f, None));
    let started = w.b.measure(Measure::Cases(check));
    let stay = w.b.measure(Measure::Case(check, Sampled::CycleTime));
    let down = w.measure(Measure::Downtime);
    let record = w.b.run(0);
    assert_eq!(record.sum(failures, 0), 2.0);
    assert_eq!([record.sum(started, 0), record.sum(stay, 0)], [1.0, 10.0]);
    // Up before the first failure and after the check, which its case ends without a restore.
    assert!(record.sum(down, 0) > 910.0);
}

/// A case that ends without having restored its asset gives it back.
#[test]
fn no_asset_is_lost() {
    let mut w = world(Build::new(0.0, 1_000.0, 0.0), 100, constant(5.0));
    w.mode(1.0, 20.0, RepairEffect::AsNew);
    let with_restore = w.failures(3).mean;
    let steps: Vec<_> = w.b.model.steps.ids().collect();
    w.b.model.steps[steps[2]].next = Some(steps[0]);
    assert_eq!(w.failures(3).mean, with_restore);
}

/// Slower repairs change when an asset fails, not after how much use, nor what its cases draw.
#[test]
fn arms_stay_in_step() {
    let work = |repair: f64| {
        let mut w = world(Build::new(0.0, 30_000.0, 0.0), 1, constant(repair));
        w.mode(2.0, 1_000.0, RepairEffect::AsNew);
        w.mode(1.5, 1_500.0, RepairEffect::KijimaI(0.5));
        w.group().repeat = Some(Repeat { probability: 0.2, within: exponential(1e-3) });
        let steps: Vec<_> = w.b.model.steps.ids().collect();
        let attr = w.b.attribute("hours");
        let fix = w.fix;
        w.b.model.processes[fix].attributes.push((attr, Amount::Law(exponential(2.5))));
        w.b.model.steps[steps[2]].next = Some(steps[1]);
        let hours = w.b.sampled(Measure::Case(fix, Sampled::Attribute(attr)));
        let record = w.b.run(0);
        record
            .samples
            .iter()
            .find(|s| s.measure == Some(hours))
            .expect("samples")
            .values()
            .collect::<Vec<_>>()
    };
    let (fast, slow) = (work(0.0), work(500.0));
    assert!(slow.len() > 20 && fast.len() > slow.len());
    // The slow arm's last case may still be open.
    assert_eq!(fast[..slow.len() - 1], slow[..slow.len() - 1]);
}

// ---- several cases about one asset ----

/// An asset that fails after some 24 h in service, whose failure is the case `f`, which may start `fix`.
fn failing(failure: &str, fix: &str, measures: &[&str]) -> Week {
    week(
        &format!(
            "[sites]\nn = \"N\"\n[stage]\ndesk = \"Desk\"\nwork = \"Work\"\n[fleet.v]\nsites = {{ n = 1 }}\non_failure = \"f\"\n\
             [fleet.v.mode.m]\nages = \"calendar\"\nlife = {{ weibull = {{ shape = 1000, scale = \"24 h\" }} }}\n\
             {failure}\n[process.f.step.e]\nend = {{}}\n{fix}\n[process.fix.step.e]\nend = {{}}\n"
        ),
        &[measures, &["fleet.v.downtime", "fleet.v.failures"]].concat(),
    )
}

const BACK: &str = "restore = {}";

/// Starts `fix`, and goes on for so long.
fn starting(time: &str, then: &str) -> String {
    let back = format!("[process.f.step.back]\n{BACK}\nnext = \"e\"\n");
    format!(
        "[process.f]\nfirst = \"s\"\n[process.f.step.s]\nstart = {{ process = \"fix\" }}\nnext = \"paper\"\n\
         [process.f.step.paper]\ndelay = {{ time = \"{time}\" }}\nstage = \"desk\"\nnext = \"{then}\"\n{}",
        if then == "back" { &back } else { "" }
    )
}

/// After five hours of work.
fn fixing(then: &str) -> String {
    let whether = "[process.fix.step.whether]\n\
                   choose = [{ when = \"passes > 1\", to = \"back\" }, { otherwise = true, to = \"e\" }]\n";
    format!(
        "[process.fix]\nfirst = \"d\"\n[process.fix.step.d]\ndelay = {{ time = \"5 h\" }}\nstage = \"work\"\nnext = \"{then}\"\n\
         [process.fix.step.back]\n{BACK}\nnext = \"more\"\n[process.fix.step.more]\ndelay = {{ time = \"3 h\" }}\nnext = \"e\"\n{}",
        if then == "whether" { whether } else { "" }
    )
}

#[test]
fn a_case_that_a_failure_has_started_restores_the_asset() {
    // Failures at 24, 53, 82, 111 and 140 h. The first case goes on for 30 h, which is while the asset is down again.
    for (time, then) in [("30 h", "e"), ("30 h", "back"), ("0 s", "e"), ("8 h", "back")] {
        let stages = ["fleet.v.down_in.desk", "fleet.v.down_in.work"];
        let run = failing(&starting(time, then), &fixing("back"), &stages);
        run.is(&[("fleet.v.downtime", 25.0), ("fleet.v.down_in.work", 25.0)]);
        run.is(&[("fleet.v.down_in.desk", if time == "0 s" { 0.0 } else { 25.0 })]);
        assert_eq!(run.sum("fleet.v.failures") * HOUR, 5.0, "{time}, {then}");
    }
    // The case of the failure may be quicker.
    failing(&starting("2 h", "back"), &fixing("back"), &[]).is(&[("fleet.v.downtime", 12.0)]);
}

#[test]
fn an_asset_that_nobody_restores_is_back_when_the_last_case_ends() {
    // The case that was started could restore, but does not: 5 h. The one that started it ends before, or after 14 h.
    failing(&starting("1 h", "e"), &fixing("whether"), &[]).is(&[("fleet.v.downtime", 25.0)]);
    failing(&starting("14 h", "e"), &fixing("whether"), &[]).is(&[("fleet.v.downtime", 56.0)]);
    // One that cannot is not waited for.
    let invoice =
        "[process.fix]\nfirst = \"d\"\n[process.fix.step.d]\ndelay = { time = \"50 h\" }\nnext = \"e\"\n";
    failing(&starting("5 h", "e"), invoice, &[]).is(&[("fleet.v.downtime", 25.0)]);
}
