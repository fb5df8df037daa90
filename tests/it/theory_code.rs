//! The engine against exact results of queueing theory, on models built in code.
//!
//! Every check is in standard errors over independent replications (seeds are fixed): |z| < 4. Time unit: a second.

use crate::build::*;
use turnaround::activity::*;
use turnaround::dist::Dist;
use turnaround::ids::*;
use turnaround::model::*;

/// One queue, one task; the values are wait, stay and numbers of a stationary queue.
struct Queue {
    build: Build,
    waiting: MeasureId,
    stay: MeasureId,
    busy: MeasureId,
    queue: MeasureId,
    elapsed: MeasureId,
}

fn queue(build: Build, rate: f64, servers: u32, service: Dist) -> Queue {
    let mut b = build;
    let team = b.team("servers", servers);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "serve", Activity::Task(task(team, service)), Some(end));
    b.arrivals("in", p, exponential(1.0 / rate));
    let waiting = b.measure(Measure::Case(p, Sampled::Waiting));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let busy = b.measure(Measure::Busy(team));
    let queue = b.measure(Measure::Queue(team));
    let elapsed = b.measure(Measure::Elapsed);
    Queue { build: b, waiting, stay, busy, queue, elapsed }
}

#[test]
fn mm1() {
    let q = queue(Build::new(2_000.0, 40_000.0, 2_000.0), 0.9, 1, exponential(1.0));
    let b = &q.build;
    let [wait, stay, busy, length] = b
        .replicate_all(60, |r| {
            let elapsed = b.sum_in_window(r, q.elapsed);
            vec![
                b.mean_in_window(r, q.waiting),
                b.mean_in_window(r, q.stay),
                b.sum_in_window(r, q.busy) / elapsed,
                b.sum_in_window(r, q.queue) / elapsed,
            ]
        })
        .try_into()
        .expect("four");
    wait.agrees(9.0);
    stay.agrees(10.0);
    busy.agrees(0.9);
    length.agrees(8.1);
}

/// Mean time waiting for service.
fn wait_is(q: &Queue, replications: u64, exact: f64) {
    q.build.replicate(replications, |r| q.build.mean_in_window(r, q.waiting)).agrees(exact);
}

#[test]
fn mmc() {
    // Erlang C of 8 arrivals on 10 servers: .409180150796; Wq = C / (10 - 8)
    let q = queue(Build::new(200.0, 5_000.0, 100.0), 8.0, 10, exponential(1.0));
    wait_is(&q, 60, 0.204590075398);
}

#[test]
fn mg1() {
    // Pollaczek and Khinchine: Wq = rate E[S^2] / 2 (1 - rho)
    let laws = [
        (constant(1.0), 2.0),
        (law("erlang", &[("stages", 2.0), ("mean", 1.0)]), 3.0),
        (law("uniform", &[("min", 0.5), ("max", 1.5)]), 2.16666666667),
        (law("gamma", &[("shape", 0.5), ("scale", 2.0)]), 6.0),
        (law("weibull", &[("shape", 1.5), ("mean", 1.0)]), 2.92199697241),
        (law("lognormal", &[("mean", 1.0), ("cv", 2.0)]), 10.0),
    ];
    for (service, exact) in laws {
        let q = queue(Build::new(2_000.0, 30_000.0, 1_000.0), 0.8, 1, service);
        wait_is(&q, 60, exact);
    }
}

/// Two classes on one server, .3 and .5 arrivals, the first before the second: waits of both.
fn two_classes(preemption: Preemption, service: Dist) -> [Estimate; 2] {
    let mut b = Build::new(1_000.0, 20_000.0, 1_000.0);
    let crew = b.crew("crew", 1);
    let team = b.team_of("server", vec![crew], Dispatch::Priority);
    let urgent = b.attribute("urgent");
    let p = b.process("p");
    let end = b.end(p);
    let mut serve = task(team, service);
    serve.priority = Some(b.expr("urgent", turnaround::expr::Type::Number(turnaround::units::Dim::NUMBER)));
    serve.preemption = preemption;
    b.step(p, "serve", Activity::Task(serve), Some(end));
    let mut measures = Vec::new();
    for (name, rate, value) in [("first", 0.3, 1.0), ("second", 0.5, 0.0)] {
        let id = b.arrivals(name, p, exponential(1.0 / rate));
        b.model.arrivals[id].attributes = vec![(urgent, Amount::Law(constant(value)))];
        let is = b.expr(&format!("urgent == {value}"), turnaround::expr::Type::Truth);
        let id = b.measure(Measure::Case(p, Sampled::CycleTime));
        b.model.measures[id].filter = Some(is);
        measures.push(id);
    }
    let all = b.replicate_all(80, |r| measures.iter().map(|m| b.mean_in_window(r, *m)).collect());
    all.try_into().expect("two")
}

#[test]
fn priority_without_preemption() {
    // Cobham: Wq 1.14285714286 and 5.71428571429, service 1
    let [first, second] = two_classes(Preemption::Never, exponential(1.0));
    first.agrees(2.14285714286);
    second.agrees(6.71428571429);
}

#[test]
fn priority_with_preemption() {
    // Preemptive resume: T1 = 1 / (1 - .3); T2 = (1 / (1 - .3) + .8 / (1 - .3)(1 - .8)) for exponential service,
    // for which resuming and drawing anew are the same.
    let (t1, t2) = (1.0 / 0.7, 1.0 / 0.7 + 0.8 / (0.7 * 0.2));
    for preemption in [Preemption::Resume, Preemption::Resample] {
        let [first, second] = two_classes(preemption, exponential(1.0));
        first.agrees(t1);
        second.agrees(t2);
    }
    // Constant service .5, resumed: T1 = 1 + W1, T2 = 1 / (1 - rho1) + R / (1 - rho1)(1 - rho)
    let (rho1, rho, s): (f64, f64, f64) = (0.15, 0.4, 0.5);
    let [first, second] = two_classes(Preemption::Resume, constant(s));
    first.agrees(s + 0.3 * s * s / 2.0 / (1.0 - rho1));
    second.agrees(s / (1.0 - rho1) + 0.8 * s * s / 2.0 / ((1.0 - rho1) * (1.0 - rho)));
}

#[test]
fn preempt_restart_repeats_the_same_work() {
    // Preemptive repeat-identical with constant service s: each attempt succeeds with e^(-rate s);
    // expected time in service and preemptions E[C] = (e^(rate s) - 1)(1 / rate + E[B]), B the busy period of class 1.
    // As stays of class 2 in a nearly empty system (rate 1e-3), with rate1 = .3, s = .5: E[B] = s / (1 - .15).
    let mut b = Build::new(0.0, 2_000_000.0, 1_000.0);
    let crew = b.crew("crew", 1);
    let team = b.team_of("server", vec![crew], Dispatch::Priority);
    let urgent = b.attribute("urgent");
    let p = b.process("p");
    let end = b.end(p);
    let mut serve = task(team, constant(0.5));
    serve.priority = Some(b.expr("urgent", turnaround::expr::Type::Number(turnaround::units::Dim::NUMBER)));
    serve.preemption = Preemption::Restart;
    b.step(p, "serve", Activity::Task(serve), Some(end));
    let id = b.arrivals("first", p, exponential(1.0 / 0.3));
    b.model.arrivals[id].attributes = vec![(urgent, Amount::Law(constant(1.0)))];
    b.arrivals("second", p, exponential(1_000.0));
    let is = b.expr("urgent == 0", turnaround::expr::Type::Truth);
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    b.model.measures[stay].filter = Some(is);
    // From its first start; before that, it waits for the residual busy period, and rarely for another of its class.
    let (rate, s) = (0.3_f64, 0.5_f64);
    let busy = s / (1.0 - rate * s);
    let completion = ((rate * s).exp() - 1.0) * (1.0 / rate + busy);
    let residual = rate * s * s / 2.0 / (1.0 - rate * s) / (1.0 - rate * s);
    // Mean wait of the second class to first order in its own rate: residual busy period of class 1
    let q = b.replicate(10, |r| b.mean_in_window(r, stay));
    let z = (q.mean - (completion + residual)) / q.error;
    assert!(z.abs() < 6.0 && q.error < 0.02, "{q:?} against {}", completion + residual);
}

#[test]
fn erlang_a() {
    // c = 10, 10 arrivals, mu = 1, patience rate .5: P(wait) .619655, abandon .103913212326, Wq .207826424653
    let mut b = Build::new(100.0, 4_000.0, 100.0);
    let team = b.team("servers", 10);
    let p = b.process("p");
    let end = b.end(p);
    let gone = b.end(p);
    let mut serve = task(team, exponential(1.0));
    serve.patience = Some(Patience { time: exponential(2.0), to: gone });
    b.step(p, "serve", Activity::Task(serve), Some(end));
    b.arrivals("in", p, exponential(0.1));
    let waiting = b.measure(Measure::Case(p, Sampled::Waiting));
    let started = b.measure(Measure::Cases(p));
    let lost = b.measure(Measure::Entries(gone));
    let all = b.replicate_all(50, |r| {
        vec![b.mean_in_window(r, waiting), b.sum_in_window(r, lost) / b.sum_in_window(r, started)]
    });
    all[0].agrees(0.207826424653);
    all[1].agrees(0.103913212326);
}

#[test]
fn finite_buffer_by_patience_zero() {
    // Erlang B: customers that find all servers busy leave at once. 8 arrivals on 10 servers: blocking .121661
    let mut b = Build::new(100.0, 4_000.0, 100.0);
    let team = b.team("servers", 10);
    let p = b.process("p");
    let end = b.end(p);
    let gone = b.end(p);
    let mut serve = task(team, exponential(1.0));
    serve.patience = Some(Patience { time: constant(1e-6), to: gone });
    b.step(p, "serve", Activity::Task(serve), Some(end));
    b.arrivals("in", p, exponential(0.125));
    let started = b.measure(Measure::Cases(p));
    let lost = b.measure(Measure::Entries(gone));
    let blocking = (1..=10).fold(1.0, |b, k| 8.0 * b / (f64::from(k) + 8.0 * b));
    b.replicate(50, |r| b.sum_in_window(r, lost) / b.sum_in_window(r, started)).agrees(blocking);
}

#[test]
fn mm15_by_a_count_of_places() {
    // M/M/1/5: six places are seized at once or not at all. Blocking .126022549988, mean number 2.19478230063
    let mut b = Build::new(500.0, 20_000.0, 100.0);
    let (server, places) = (b.team("server", 1), b.team("places", 5));
    let p = b.process("p");
    let (end, gone) = (b.end(p), b.end(p));
    let release = b.step(p, "leave", Activity::Release(Release { team: places }), Some(end));
    let serve = b.step(p, "serve", Activity::Task(task(server, exponential(1.0))), Some(release));
    let seize = Seize {
        needs: vec![need(places)],
        priority: None,
        patience: Some(Patience { time: constant(1e-6), to: gone }),
    };
    b.step(p, "come in", Activity::Seize(seize), Some(serve));
    b.arrivals("in", p, exponential(1.0 / 0.9));
    let started = b.measure(Measure::Cases(p));
    let lost = b.measure(Measure::Entries(gone));
    let inside = b.measure(Measure::Busy(places));
    let all = b.replicate_all(60, |r| {
        let time = b.model.run.window.seconds();
        vec![b.sum_in_window(r, lost) / b.sum_in_window(r, started), b.sum_in_window(r, inside) / time]
    });
    all[0].agrees(0.126022549988);
    all[1].agrees(2.19478230063);
}

#[test]
fn jackson_network_with_feedback() {
    // Two stations, mean service .5 and .4; after the second, 25 % start again: visits 4/3 each at arrival rate 1.
    // L = sum rho / (1 - rho) with rho = 2/3, 8/15; Little: W = L
    let mut b = Build::new(1_000.0, 30_000.0, 500.0);
    let (first, second) = (b.team("first", 1), b.team("second", 1));
    let p = b.process("p");
    let end = b.end(p);
    let again = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
    let two = b.step(p, "two", Activity::Task(task(second, exponential(0.4))), Some(again));
    let one = b.step(p, "one", Activity::Task(task(first, exponential(0.5))), Some(two));
    let to = |p, to| Branch { when: When::Chance(p), to };
    b.model.steps[again].activity = Activity::Choose(Choose { branches: vec![to(0.25, one), to(0.75, end)] });
    b.arrivals("in", p, exponential(1.0));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let entries = b.measure(Measure::Entries(one));
    let started = b.measure(Measure::Cases(p));
    let all = b.replicate_all(60, |r| {
        vec![b.mean_in_window(r, stay), b.sum_in_window(r, entries) / b.sum_in_window(r, started)]
    });
    let l = |rho: f64| rho / (1.0 - rho);
    all[0].agrees(l(2.0 / 3.0) + l(8.0 / 15.0));
    all[1].agrees(4.0 / 3.0);
}

#[test]
fn transient_of_the_first_25() {
    // Mean wait of the first 25 customers of an empty M/M/1 (1, 1/.9): 2.12448934653
    let mut q = queue(Build::new(0.0, 1_000.0, 0.0), 1.0, 1, exponential(0.9));
    q.build.model.arrivals.iter_mut().for_each(|a| a.limit = Some(25));
    let before = q.build.replicate(20_000, |r| q.build.mean_in_window(r, q.waiting));
    before.agrees(2.12448934653);
}

#[test]
fn transient_difference_with_common_numbers() {
    // Mean service .8 instead of .9: difference -.589285 (paired)
    let wait = |service: f64| {
        let mut q = queue(Build::new(0.0, 1_000.0, 0.0), 1.0, 1, exponential(service));
        q.build.model.arrivals.iter_mut().for_each(|a| a.limit = Some(25));
        let plan = q.build.plan();
        let mut runner = turnaround::sim::Runner::new(&plan);
        let each = |r| {
            let record = runner.run(turnaround::rng::Key::new(1, r), turnaround::sim::RunOptions::default());
            q.build.mean_in_window(&record, q.waiting)
        };
        (0..10_000).map(each).collect::<Vec<_>>()
    };
    let (before, after) = (wait(0.9), wait(0.8));
    let differences: Vec<_> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
    let difference = Estimate::of(&differences);
    difference.agrees(-0.589285);
    // The same numbers in both arms: the difference has a fraction of the variance of independent runs.
    let independent = Estimate::of(&before).error.powi(2) + Estimate::of(&after).error.powi(2);
    let factor = independent / difference.error.powi(2);
    assert!(factor > 20.0, "variance reduction {factor}");
}

/// A case that goes through `first` once, without waiting; the mean stay.
fn alone(make: impl FnOnce(&mut Build, ProcessId)) -> Estimate {
    let mut b = Build::new(0.0, 20_000.0, 1_000.0);
    let p = b.process("p");
    make(&mut b, p);
    b.arrivals("in", p, constant(1.0));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    b.replicate(20, |r| b.mean_in_window(r, stay))
}

fn delay(time: Dist) -> Activity {
    Activity::Delay(Delay { until: DelayUntil::Elapsed(Amount::Law(time)), recorded: true })
}

#[test]
fn race_takes_the_minimum() {
    // Exponentials of mean 1, 2, 4: minimum of mean 1 / 1.75; the rest of the way of the winner follows.
    let stay = alone(|b, p| {
        let end = b.end(p);
        let tails = [0.0, 10.0, 20.0].map(|t| b.step(p, &format!("tail{t}"), delay(constant(t)), Some(end)));
        let heads = [(1.0, tails[0]), (2.0, tails[1]), (4.0, tails[2])]
            .map(|(m, next)| b.step(p, &format!("head{m}"), delay(exponential(m)), Some(next)));
        b.step(p, "race", Activity::Race(Race { branches: heads.to_vec() }), None);
    });
    stay.agrees((1.0 + 0.5 * 10.0 + 0.25 * 20.0) / 1.75);
}

#[test]
fn join_takes_the_maximum() {
    // Three exponentials of mean 1: 1 + 1/2 + 1/3
    let stay = alone(|b, p| {
        let end = b.end(p);
        let join = b.step(p, "join", Activity::Join(Join), Some(end));
        let branches = (0..3).map(|i| {
            let to = b.step(p, &format!("branch{i}"), delay(exponential(1.0)), Some(join));
            Branch { when: When::Otherwise, to }
        });
        let fork = Fork { branches: branches.collect(), inclusive: false, join };
        b.step(p, "fork", Activity::Fork(fork), None);
    });
    stay.agrees(11.0 / 6.0);
}

#[test]
fn inclusive_or_takes_the_branches_that_hold() {
    // Constant branches 1, 2, 4 with chances .5 each; the third also when no other is taken.
    let stay = alone(|b, p| {
        let end = b.end(p);
        let join = b.step(p, "join", Activity::Join(Join), Some(end));
        let whens = [When::Chance(0.5), When::Chance(0.5), When::Otherwise];
        let branches = whens.into_iter().enumerate().map(|(i, when)| {
            let time = constant(f64::from(1 << i));
            Branch { when, to: b.step(p, &format!("branch{i}"), delay(time), Some(join)) }
        });
        let fork = Fork { branches: branches.collect(), inclusive: true, join };
        b.step(p, "fork", Activity::Fork(fork), None);
    });
    // none: 4; first alone: 1; second: 2
    stay.agrees(0.25 * 4.0 + 0.25 * 1.0 + 0.5 * 2.0);
}

#[test]
fn office_hours_multiply_the_stay() {
    // One server of 8 h a day, work pauses; exponential work of mean 1 h at .5 an hour of the day = rho .5 x ... :
    // compared with an independent computation: Lindley's recursion in working time over the same calendar.
    let mut b = Build::new(30.0 * 86_400.0, 1_000.0 * 86_400.0, 30.0 * 86_400.0).bin(86_400.0 * 10.0);
    let day: Vec<_> = (0..7).map(|d| (f64::from(d) * 24.0 + 8.0, f64::from(d) * 24.0 + 16.0)).collect();
    let day = b.calendar("day", &day);
    let mut crew = b.crew("crew", 1);
    crew.calendar = Some(day);
    let team = b.team_of("server", vec![crew], Dispatch::Fifo);
    let p = b.process("p");
    let end = b.end(p);
    let mut serve = task(team, exponential(3_600.0));
    serve.off_shift = OffShift::Pause;
    b.step(p, "serve", Activity::Task(serve), Some(end));
    b.arrivals("in", p, exponential(4.0 * 3_600.0));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let busy = b.measure(Measure::Busy(team));
    let shift = b.measure(Measure::OnShift(team));
    let all = b.replicate_all(30, |r| {
        let per_day = 1_000.0 * 86_400.0;
        vec![
            b.mean_in_window(r, stay) / 3_600.0,
            b.sum_in_window(r, busy) / per_day,
            b.sum_in_window(r, shift) / per_day,
        ]
    });
    let exact = lindley_in_office_hours(400, 20_000);
    let z = (all[0].mean - exact.mean) / (all[0].error.powi(2) + exact.error.powi(2)).sqrt();
    assert!(z.abs() < 4.0 && exact.error < 0.05, "{:?} against {exact:?}", all[0]);
    // A quarter of a server's hour comes in each hour; a third of the day is on shift.
    all[1].agrees(0.25);
    assert!((all[2].mean - 1.0 / 3.0).abs() < 1e-12 && all[2].error < 1e-12);
}

/// Stay in hours: arrivals every 4 h on average at any time, 1 h of work on average, 08:00-16:00 only, pausing.
fn lindley_in_office_hours(replications: u64, customers: u32) -> Estimate {
    use turnaround::rng::{Key, Purpose};
    let worked = |t: f64| (t / 24.0).floor() * 8.0 + (t % 24.0 - 8.0).clamp(0.0, 8.0);
    // A completion is inside a day's hours, or at their end.
    let clock = |w: f64| ((w / 8.0).ceil() - 1.0) * 24.0 + 8.0 + (w - ((w / 8.0).ceil() - 1.0) * 8.0);
    let one = |r: u64| {
        let mut stream = Key::new(77, r).stream(Purpose::of("lindley"), 0, 0);
        let (mut t, mut free, mut sum, mut n) = (0.0, 0.0_f64, 0.0, 0.0);
        for i in 0..customers {
            t -= 4.0 * stream.uniform().ln();
            free = free.max(worked(t)) - stream.uniform().ln();
            if i >= 500 {
                sum += clock(free) - t;
                n += 1.0;
            }
        }
        sum / n
    };
    Estimate::of(&(0..replications).map(one).collect::<Vec<_>>())
}

#[test]
fn rate_profile_gives_the_right_count_and_variance() {
    // 2 an hour for 6 h, then none, then 1 for 12 h: 24 a day, Poisson.
    let mut b = Build::new(0.0, 86_400.0, 0.0).bin(3_600.0 * 6.0);
    let p = b.process("p");
    b.end(p);
    let pieces = vec![(0.0, 2.0 / 3600.0), (6.0 * 3600.0, 0.0), (12.0 * 3600.0, 1.0 / 3600.0)];
    let profile = b.model.profiles.push(Profile { name: "rate".into(), period: 86_400.0, pieces });
    b.arrivals_by("in", p, ArrivalPattern::Rate { profile, factor: 1.0 });
    let cases = b.measure(Measure::Cases(p));
    let all = b.replicate_all(4_000, |r| {
        let n: Vec<_> = (0..4).map(|bin| r.sum(cases, bin)).collect();
        vec![n[0], n[2], n[3], (n[0] - 12.0).powi(2), (n[0] - 12.0) * (n[2] - 6.0), n[1]]
    });
    all[0].agrees(12.0);
    all[1].agrees(6.0);
    all[2].agrees(6.0);
    all[3].agrees(12.0);
    assert!((all[4].mean / all[4].error).abs() < 4.0, "counts of different hours are independent");
    assert_eq!(all[5].mean, 0.0);
}

#[test]
fn batches_of_five() {
    // Poisson(1), batches of 5, no work: the k-th waits for 5 - k gaps: mean 2.
    let stay = {
        let mut b = Build::new(0.0, 20_000.0, 100.0);
        let team = b.team("server", 1);
        let p = b.process("p");
        let end = b.end(p);
        let batch = Batch {
            rules: vec![BatchRule::Size(5)],
            work: BatchWork::Parallel,
            factors: Vec::new(),
            task: task(team, constant(0.0)),
        };
        b.step(p, "batch", Activity::Batch(batch), Some(end));
        b.arrivals("in", p, exponential(1.0));
        let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
        b.replicate(40, |r| b.mean_in_window(r, stay))
    };
    stay.agrees(2.0);
}
