//! Warm-up, censoring and stopping rules, on models whose answer is known. The long versions, whose figures stand
//! in `docs/statistics.md`, run by
//! `cargo test --release --no-default-features --test it stats::studies -- --ignored --nocapture`.

use super::{generator, normal_cdf};
use rand::RngExt;
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use turnaround::stats::stopping::{PLANNING_CONFIDENCE, replications_for, sd_upper_bound};
use turnaround::stats::warmup::average_series;
use turnaround::stats::*;

// Warm-up: M/M/1 by Lindley's recursion

/// Waiting times of the first `length` customers of an M/M/1 queue with service rate 1, from empty.
fn waits(load: f64, length: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let mut wait = 0.0f64;
    (0..length)
        .map(|_| {
            let now = wait;
            let (service, gap): (f64, f64) = (Exp1.sample(rng), Exp1.sample(rng));
            wait = (wait + service - gap / load).max(0.0);
            now
        })
        .collect()
}

/// Where the start is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Nowhere,
    /// MSER-5 of each replication
    Own,
    /// MSER-5 once, of the averaged series
    Common,
}

/// Mean wait at load 0.8 (truth: 4) from 30 replications: bias [%] and coverage of the 95 % interval [%].
fn warm_up_study(experiments: u64, length: usize, cut: Cut) -> [f64; 2] {
    let (mut sum, mut held) = (0.0, 0.0);
    for seed in 0..experiments {
        let mut rng = generator(40_000 + seed);
        let series: Vec<Vec<f64>> = (0..30).map(|_| waits(0.8, length, &mut rng)).collect();
        let common = mser5(&average_series(&series)).cut;
        let means: Vec<f64> = series
            .iter()
            .map(|s| {
                let start = match cut {
                    Cut::Nowhere => 0,
                    Cut::Own => mser5(s).cut,
                    Cut::Common => common,
                };
                describe::mean(&s[start..])
            })
            .collect();
        let e = mean_t(&means, 0.95);
        sum += e.value;
        held += f64::from(u8::from(e.contains(4.0)));
    }
    let count = experiments as f64;
    [100.0 * (sum / count / 4.0 - 1.0), 100.0 * held / count]
}

#[test]
fn short_warm_up_is_cut_once_for_all() {
    let [bias, coverage] = warm_up_study(100, 1_000, Cut::Common);
    let [own_bias, own_coverage] = warm_up_study(100, 1_000, Cut::Own);
    assert!(bias.abs() < 4.0 && coverage >= 86.0, "common: bias {bias} %, coverage {coverage} %");
    assert!(
        own_bias < -5.0 && own_coverage < coverage - 5.0,
        "own: bias {own_bias} %, coverage {own_coverage} %"
    );
}

#[test]
#[ignore = "long coverage study"]
fn long_warm_up() {
    for length in [1_000, 2_000, 5_000] {
        for cut in [Cut::Nowhere, Cut::Own, Cut::Common] {
            let [bias, coverage] = warm_up_study(2_000, length, cut);
            println!(
                "M/M/1 load 0.8, {length} customers, 30 replications, cut {cut:?}: bias {bias:+.2} %, coverage {coverage:.1} %"
            );
        }
    }
}

// Censoring

/// Restricted mean at 60 h of lognormal durations (median 20 h, sigma 1), cases starting over 200 h and watched to
/// hour 220: bias of the completed-only mean and of Kaplan-Meier [%], coverage of the latter's interval [%].
fn censoring_study(experiments: u64, cases: usize) -> [f64; 3] {
    let tau: f64 = 60.0;
    // E min(X, tau) of a lognormal: e^(mu + 1/2) Phi(k - 1) + tau (1 - Phi(k)), k = (ln tau - mu) / sigma.
    let mu = 20.0f64.ln();
    let k = tau.ln() - mu;
    let truth = (mu + 0.5).exp() * normal_cdf(k - 1.0) + tau * (1.0 - normal_cdf(k));
    let (mut completed, mut km, mut held) = (0.0, 0.0, 0.0);
    for seed in 0..experiments {
        let mut rng = generator(60_000 + seed);
        let (mut durations, mut ended) = (Vec::new(), Vec::new());
        for _ in 0..cases {
            let z: f64 = StandardNormal.sample(&mut rng);
            let (full, watched) = ((mu + z).exp(), 220.0 - rng.random_range(0.0..200.0));
            durations.push(full.min(watched));
            ended.push(full <= watched);
        }
        let finished: Vec<f64> =
            durations.iter().zip(&ended).filter(|d| *d.1).map(|d| d.0.min(tau)).collect();
        let e = KaplanMeier::new(&durations, &ended).restricted_mean(tau, 0.95);
        completed += describe::mean(&finished);
        km += e.value;
        held += f64::from(u8::from(e.contains(truth)));
    }
    let count = experiments as f64;
    [100.0 * (completed / count / truth - 1.0), 100.0 * (km / count / truth - 1.0), 100.0 * held / count]
}

#[test]
fn short_kaplan_meier_is_unbiased_where_completed_cases_are_not() {
    let [completed, km, coverage] = censoring_study(300, 200);
    assert!(completed < -3.0, "completed only: {completed} %");
    // Standard error over 300 x 200 cases: 0.25 %.
    assert!(km.abs() < 1.0, "Kaplan-Meier: {km} %");
    assert!((91.0..98.5).contains(&coverage), "coverage {coverage} %");
}

#[test]
#[ignore = "long coverage study"]
fn long_censoring() {
    let [completed, km, coverage] = censoring_study(20_000, 200);
    println!(
        "restricted mean, 200 cases: completed only {completed:+.1} %, Kaplan-Meier {km:+.2} %, coverage {coverage:.1} %"
    );
}

// Stopping and planning

/// Sequential stopping at 5 % relative half-width for a mean of 10 and a standard deviation of `sd`:
/// coverage [%], mean number of replications, share stopped by the cap [%].
fn stopping_study(experiments: u64, sd: f64, first: usize) -> [f64; 3] {
    let rule = StoppingRule { first, ..StoppingRule::default() };
    let (mut held, mut runs, mut capped) = (0.0, 0.0, 0.0);
    for seed in 0..experiments {
        let mut rng = generator(80_000 + seed);
        let mut values: Vec<f64> = Vec::new();
        let mut e = Estimate::without_interval(f64::NAN, 0, 0.95);
        loop {
            match rule.decide(values.len(), &[(e, Precision::Relative(0.05))]) {
                Decision::More(k) => values.extend((0..k).map(|_| -> f64 {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    10.0 + sd * z
                })),
                Decision::Reached => break,
                Decision::Capped => {
                    capped += 1.0;
                    break;
                }
            }
            e = mean_t(&values, 0.95);
        }
        held += f64::from(u8::from(e.contains(10.0)));
        runs += values.len() as f64;
    }
    let count = experiments as f64;
    [100.0 * held / count, runs / count, 100.0 * capped / count]
}

/// Share of plans from a pilot that reach the half-width 0.1 for sd 1 [%]: with the upper bound of the standard
/// deviation, and with the plain one.
fn planning_study(experiments: u64, pilot: usize) -> [f64; 2] {
    let (mut bound, mut plain) = (0.0, 0.0);
    for seed in 0..experiments {
        let mut rng = generator(90_000 + seed);
        let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| StandardNormal.sample(&mut rng)).collect() };
        let sd = describe::sd(&draw(pilot));
        let mut reaches = |sd: f64| {
            let n = replications_for(sd, 0.1, 0.95).expect("a few hundred");
            mean_t(&draw(n), 0.95).half_width() <= 0.1
        };
        bound += f64::from(u8::from(reaches(sd_upper_bound(sd, pilot, PLANNING_CONFIDENCE))));
        plain += f64::from(u8::from(reaches(sd)));
    }
    [100.0 * bound / experiments as f64, 100.0 * plain / experiments as f64]
}

#[test]
fn short_stopping_keeps_its_coverage() {
    let [coverage, runs, capped] = stopping_study(500, 2.0, 20);
    // (1.96 x 2 / (10 x 0.05 / 1.05))^2 is 68 replications.
    assert!((91.0..98.0).contains(&coverage), "{coverage} %");
    assert!((65.0..80.0).contains(&runs), "{runs} replications");
    assert_eq!(capped, 0.0);
}

#[test]
fn short_planning_reaches_its_target() {
    let [bound, plain] = planning_study(500, 20);
    assert!((74.0..86.0).contains(&bound), "{bound} % with the bound");
    assert!((35.0..58.0).contains(&plain), "{plain} % without");
}

#[test]
#[ignore = "long coverage study"]
fn long_stopping_and_planning() {
    for (sd, first) in [(1.0, 20), (2.0, 20), (4.0, 20), (2.0, 10)] {
        let [coverage, runs, capped] = stopping_study(10_000, sd, first);
        println!(
            "stopping at 5 %, sd {sd}, n0 {first}: coverage {coverage:.1} %, {runs:.0} replications, capped {capped:.1} %"
        );
    }
    for pilot in [10, 20, 50] {
        let [bound, plain] = planning_study(10_000, pilot);
        println!("plan from {pilot}: reaches the target {bound:.0} %, with the plain deviation {plain:.0} %");
    }
}

// Speed

#[test]
#[ignore = "timing, for docs/statistics.md"]
#[allow(clippy::disallowed_types, reason = "measures time")]
fn time_of_the_bootstrap() {
    let mut rng = generator(1);
    let mut arm = |scale: f64| -> Vec<Vec<f64>> {
        let one = |rng: &mut Xoshiro256PlusPlus| -> Vec<f64> {
            (0..3_000).map(|_| -> f64 { scale * <Exp1 as Distribution<f64>>::sample(&Exp1, rng) }).collect()
        };
        (0..200).map(|_| one(&mut rng)).collect()
    };
    let (before, after) = (arm(1.0), arm(0.8));
    let start = std::time::Instant::now();
    let (b, a) = (Pooled::new(&before), Pooled::new(&after));
    println!("pooling 2 x 200 x 3,000 values: {:?}", start.elapsed());
    let start = std::time::Instant::now();
    for p in [0.5, 0.9, 0.99] {
        let e = Resampled::difference(&b.bootstrap(p, 1), &a.bootstrap(p, 1), 0.95);
        println!("P{:.0}: {:.4} [{:.4}, {:.4}]", 100.0 * p, e.value, e.lower, e.upper);
    }
    println!("3 quantiles, both arms, 1,000 resamples: {:?}", start.elapsed());
    let start = std::time::Instant::now();
    let ecdf = Ecdf::clustered(&b, 0.95, 1);
    println!("ECDF with band of {} points: {:?}", ecdf.x.len(), start.elapsed());
}
