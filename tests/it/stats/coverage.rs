//! How often do intervals hold the truth? Short studies with wide bounds run always; the long ones, whose figures
//! stand in `docs/statistics.md`, by
//! `cargo test --release --no-default-features --test it stats::coverage -- --ignored --nocapture`.
//!
//! The truth is known exactly in every study, and every experiment has its own fixed seed.

use super::{generator, normal, normal_cdf};
use rand_distr::{Distribution, Exp, Exp1, Poisson};
use rand_xoshiro::Xoshiro256PlusPlus;
use turnaround::stats::*;

/// What an interval did over many experiments.
struct Study {
    /// share of intervals that held the truth [%]
    coverage: f64,
    /// (mean estimate - truth) / truth [%]
    bias: f64,
    /// mean half-width of the intervals
    half_width: f64,
    /// share of experiments that gave an interval [%]
    given: f64,
}

fn study(experiments: u64, truth: f64, one: impl Fn(&mut Xoshiro256PlusPlus) -> Estimate) -> Study {
    let (mut given, mut held, mut sum, mut width) = (0.0, 0.0, 0.0, 0.0);
    for seed in 0..experiments {
        let e = one(&mut generator(1_000 + seed));
        sum += e.value;
        if e.has_interval() {
            given += 1.0;
            held += f64::from(u8::from(e.contains(truth)));
            width += e.half_width();
        }
    }
    let count = experiments as f64;
    Study {
        coverage: 100.0 * held / given,
        bias: 100.0 * (sum / count / truth - 1.0),
        half_width: width / given,
        given: 100.0 * given / count,
    }
}

/// Yearly cost of both arms in n replications: gamma(5), moderately skewed; after saves 20 %, less sharply.
/// True difference: -1.
fn costs(n: usize, rng: &mut Xoshiro256PlusPlus) -> (Vec<f64>, Vec<f64>) {
    (0..n)
        .map(|_| {
            let before: f64 = (0..5).map(|_| -> f64 { Exp1.sample(rng) }).sum();
            (before, 0.8 * before + 0.5 * normal(rng))
        })
        .unzip()
}

/// One replication of a fleet: `buses` that fail after Exp(`mtbf`) hours and are repaired within Exp(20) hours, over
/// `hours`; returns uptime and failures.
fn fleet(buses: usize, hours: f64, mtbf: f64, rng: &mut Xoshiro256PlusPlus) -> [f64; 2] {
    let (life, repair) = (Exp::new(1.0 / mtbf).unwrap(), Exp::new(1.0 / 20.0).unwrap());
    let (mut uptime, mut failures) = (0.0, 0.0);
    for _ in 0..buses {
        let mut clock = 0.0;
        while clock < hours {
            let lived: f64 = life.sample(rng);
            if clock + lived >= hours {
                uptime += hours - clock;
                break;
            }
            uptime += lived;
            failures += 1.0;
            clock += lived + repair.sample(rng);
        }
    }
    [uptime, failures]
}

/// MTBF of both arms in n replications, before 100 h, after 125 h, about 30 failures each; arms share their numbers.
fn fleets(n: usize, rng: &mut Xoshiro256PlusPlus) -> (Sums, Sums) {
    let (mut before, mut after) = (Sums::new(2), Sums::new(2));
    for _ in 0..n {
        let mut common = rng.clone();
        before.push(&fleet(6, 600.0, 100.0, rng));
        after.push(&fleet(6, 600.0, 125.0, &mut common));
        rng.jump();
    }
    (before, after)
}

fn mtbf(sums: &[f64]) -> f64 {
    sums[0] / sums[1]
}

/// Restore times of both arms in n replications of about `cases` cases: lognormal, a bad year is bad for all of them.
fn restore_times(n: usize, cases: f64, rng: &mut Xoshiro256PlusPlus) -> (Pooled, Pooled) {
    let cases = Poisson::new(cases).unwrap();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let year = 0.3 * normal(rng);
        let noise: Vec<f64> = (0..cases.sample(rng) as usize).map(|_| normal(rng)).collect();
        before.push(noise.iter().map(|z| (year + 0.8 * z).exp()).collect::<Vec<f64>>());
        after.push(
            noise.iter().map(|z| 0.8 * (year + 0.6 * z + 0.1 * normal(rng)).exp()).collect::<Vec<f64>>(),
        );
    }
    (Pooled::new(&before), Pooled::new(&after))
}

/// The true p quantiles of [`restore_times`], given the normal quantile of p.
fn true_restore_quantiles(z: f64) -> (f64, f64) {
    let (before, after) = ((0.09f64 + 0.64).sqrt(), (0.09f64 + 0.36 + 0.01).sqrt());
    ((before * z).exp(), 0.8 * (after * z).exp())
}

/// z of the P90
const Z90: f64 = 1.281_551_565_544_600_4;

fn paired_mean(experiments: u64, n: usize) -> Study {
    study(experiments, -1.0, |rng| {
        let (before, after) = costs(n, rng);
        paired_t(&before, &after, 0.95)
    })
}

fn mtbf_difference(experiments: u64, n: usize) -> Study {
    study(experiments, 25.0, |rng| {
        let (before, after) = fleets(n, rng);
        Sums::difference(&before, &after, mtbf, 0.95)
    })
}

fn mtbf_percent(experiments: u64, n: usize) -> Study {
    study(experiments, 25.0, |rng| {
        let (before, after) = fleets(n, rng);
        Sums::percent(&before, &after, mtbf, 0.95).expect("failures in both arms")
    })
}

/// Few failures per replication: about five, two buses over 290 h.
fn mtbf_of_few(experiments: u64, n: usize, pooled: bool) -> Study {
    study(experiments, 100.0, |rng| {
        let rows: Vec<[f64; 2]> = (0..n).map(|_| fleet(2, 290.0, 100.0, rng)).collect();
        if pooled {
            let (uptime, failures): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (r[0], r[1])).unzip();
            ratio(&uptime, &failures, 0.95)
        } else {
            let own: Vec<f64> = rows.iter().filter(|r| r[1] > 0.0).map(|r| r[0] / r[1]).collect();
            mean_t(&own, 0.95)
        }
    })
}

fn p90_difference(experiments: u64, n: usize) -> Study {
    let (before, after) = true_restore_quantiles(Z90);
    study(experiments, after - before, |rng| {
        let (before, after) = restore_times(n, 60.0, rng);
        Resampled::difference(&before.bootstrap(0.9, 1), &after.bootstrap(0.9, 1), 0.95)
    })
}

fn p90_percent(experiments: u64, n: usize) -> Study {
    p90_percent_of(experiments, n, 60.0)
}

fn p90_percent_of(experiments: u64, n: usize, cases: f64) -> Study {
    let (before, after) = true_restore_quantiles(Z90);
    study(experiments, 100.0 * (after / before - 1.0), |rng| {
        let (before, after) = restore_times(n, cases, rng);
        Resampled::percent(&before.bootstrap(0.9, 1), &after.bootstrap(0.9, 1), 0.95).expect("positive")
    })
}

fn median_difference(experiments: u64, n: usize) -> Study {
    let (before, after) = true_restore_quantiles(0.0);
    study(experiments, after - before, |rng| {
        let (before, after) = restore_times(n, 60.0, rng);
        Resampled::difference(&before.bootstrap(0.5, 1), &after.bootstrap(0.5, 1), 0.95)
    })
}

fn p90_single(experiments: u64, n: usize) -> Study {
    study(experiments, true_restore_quantiles(Z90).0, |rng| {
        restore_times(n, 60.0, rng).0.bootstrap(0.9, 1).estimate(0.95)
    })
}

/// Mean of a lognormal with skewness 6 from n values: plain t, or Willink's.
fn skewed_mean(experiments: u64, n: usize, interval: fn(&[f64], f64) -> Estimate) -> Study {
    study(experiments, 0.5f64.exp(), |rng| {
        let values: Vec<f64> = (0..n).map(|_| normal(rng).exp()).collect();
        interval(&values, 0.95)
    })
}

/// False positives of an A/A comparison of 5 correlated metrics with independent arms [%]: mean per metric, any of
/// the five raw, any with Holm.
fn false_positives(experiments: u64, n: usize) -> [f64; 3] {
    let (mut single, mut any_raw, mut any_holm) = (0, 0, 0);
    for seed in 0..experiments {
        let mut rng = generator(500_000 + seed);
        let mut arm = || {
            let (mut sums, mut columns) = (Sums::new(4), Vec::new());
            for _ in 0..n {
                let [uptime, failures] = fleet(6, 600.0, 100.0, &mut rng);
                let year = 0.3 * normal(&mut rng);
                let times: Vec<f64> =
                    (0..failures as usize).map(|_| (year + 0.8 * normal(&mut rng)).exp()).collect();
                let total: f64 = times.iter().sum();
                sums.push(&[uptime, failures, total, 50.0 * total + 30.0 * failures]);
                columns.push(times);
            }
            (sums, Pooled::new(&columns).bootstrap(0.9, seed))
        };
        let ((before, before90), (after, after90)) = (arm(), arm());
        let metrics: [fn(&[f64]) -> f64; 4] =
            [|s| s[0] / s[1], |s| s[2] / s[1], |s| s[0] / 3_600.0, |s| s[3]];
        let mut differences: Vec<Estimate> =
            metrics.iter().map(|g| Sums::difference(&before, &after, g, 0.95)).collect();
        differences.push(Resampled::difference(&before90, &after90, 0.95));
        let raw = differences.iter().filter(|d| !d.contains(0.0)).count();
        let p: Vec<f64> = differences.iter().map(Estimate::p_value).collect();
        single += raw;
        any_raw += usize::from(raw > 0);
        any_holm += usize::from(holm(&p, 0.95).iter().any(|h| h.rejected));
    }
    let percent = |count: usize, of: f64| 100.0 * count as f64 / of;
    let count = experiments as f64;
    [percent(single, 5.0 * count), percent(any_raw, count), percent(any_holm, count)]
}

/// Share of experiments in which the 95 % band holds the whole true curve [%]: clustered band, and the band for
/// independent values taken of the same clustered ones.
fn band_coverage(experiments: u64, n: usize) -> [f64; 2] {
    let mut held = [0.0; 2];
    let spread = (0.09f64 + 0.64).sqrt();
    for seed in 0..experiments {
        let (pooled, _) = restore_times(n, 60.0, &mut generator(900_000 + seed));
        let bands = [Ecdf::clustered(&pooled, 0.95, seed), Ecdf::independent(pooled.values(), 0.95)];
        for (count, ecdf) in held.iter_mut().zip(&bands) {
            let worst =
                ecdf.x.iter().zip(&ecdf.share).map(|(x, share)| (normal_cdf(x.ln() / spread) - share).abs());
            *count += 100.0 / experiments as f64
                * f64::from(u8::from(worst.fold(0.0, f64::max) <= ecdf.half_width));
        }
    }
    held
}

/// Share of experiments in which the 95 % band holds the whole true difference of two distribution functions [%], and
/// the half-width of the band in mean, against that of arms whose replications are not in step.
fn gap_coverage(experiments: u64, n: usize) -> (f64, f64, f64) {
    let (mut held, mut paired, mut unpaired) = (0.0, 0.0, 0.0);
    let (one, two) = ((0.09f64 + 0.64).sqrt(), (0.09f64 + 0.36 + 0.01).sqrt());
    let truth = |x: f64| normal_cdf((x / 0.8).ln() / two) - normal_cdf(x.ln() / one);
    for seed in 0..experiments {
        let (before, after) = restore_times(n, 60.0, &mut generator(910_000 + seed));
        let gap = EcdfGap::paired(&before, &after, 0.95, seed).expect("a gap");
        let worst = gap.x.iter().zip(&gap.gap).map(|(x, g)| (g - truth(*x)).abs()).fold(0.0, f64::max);
        held += 100.0 / experiments as f64 * f64::from(u8::from(worst <= gap.half_width));
        paired += gap.half_width / experiments as f64;
        let (_, other) = restore_times(n, 60.0, &mut generator(920_000 + seed));
        let gap = EcdfGap::paired(&before, &other, 0.95, seed).expect("a gap");
        unpaired += gap.half_width / experiments as f64;
    }
    (held, paired, unpaired)
}

/// Share of experiments in which all of Hsu's intervals hold [%]: five arms with common random numbers, one of them
/// better than four equal ones, the configuration that is hardest to cover.
fn mcb_coverage(experiments: u64, n: usize) -> f64 {
    let truth = [0.5, 0.0, 0.0, 0.0, 0.0];
    let best_other =
        |i: usize| (0..5).filter(|&j| j != i).map(|j| truth[j]).fold(f64::NEG_INFINITY, f64::max);
    let mut held = 0.0;
    for seed in 0..experiments {
        let mut rng = generator(700_000 + seed);
        let mut arms = vec![Vec::new(); 5];
        for _ in 0..n {
            let common = normal(&mut rng);
            for (arm, t) in arms.iter_mut().zip(truth) {
                arm.push(t + common + 0.7 * normal(&mut rng));
            }
        }
        let bounds = mcb(5, 0.95, Better::Higher, |i, j, level| paired_t(&arms[j], &arms[i], level));
        let all = bounds.iter().enumerate().all(|(i, (lower, upper))| {
            let gain = truth[i] - best_other(i);
            *lower <= gain && gain <= *upper
        });
        held += 100.0 / experiments as f64 * f64::from(u8::from(all));
    }
    held
}

fn assert_covers(study: &Study, low: f64, high: f64) {
    assert!((low..=high).contains(&study.coverage), "coverage {} %", study.coverage);
}

#[test]
fn short_paired_mean() {
    assert_covers(&paired_mean(300, 30), 91.5, 98.0);
}

#[test]
fn short_mtbf() {
    assert_covers(&mtbf_difference(300, 30), 91.5, 98.0);
    assert_covers(&mtbf_percent(300, 30), 91.5, 98.0);
}

#[test]
fn short_p90() {
    assert_covers(&p90_difference(300, 30), 91.5, 98.0);
    assert!(p90_percent(300, 30).coverage > 91.5);
}

#[test]
fn short_ratio_of_sums_is_unbiased_where_the_mean_of_ratios_is_not() {
    let (pooled, naive) = (mtbf_of_few(1_000, 30, true), mtbf_of_few(1_000, 30, false));
    assert_covers(&pooled, 91.5, 98.0);
    assert!(pooled.bias.abs() < 1.5 && naive.bias > 20.0, "bias {} % and {} %", pooled.bias, naive.bias);
    assert!(naive.coverage < 75.0, "coverage {} %", naive.coverage);
}

#[test]
fn short_willink_covers_better_than_t() {
    let (t, willink) = (skewed_mean(2_000, 20, mean_t), skewed_mean(2_000, 20, mean_skew_adjusted));
    assert!(willink.coverage > t.coverage + 1.5, "{} % and {} %", willink.coverage, t.coverage);
}

#[test]
fn short_false_positives() {
    let [single, raw, holm] = false_positives(300, 30);
    // Binomial, 300 experiments: +- 3 standard errors.
    assert!((3.0..7.5).contains(&single), "{single} % per metric");
    assert!(raw > 10.0, "{raw} % any");
    assert!(holm < 8.8, "{holm} % any after Holm");
}

#[test]
fn short_band_holds_the_curve_of_clustered_cases() {
    let [clustered, independent] = band_coverage(200, 30);
    assert!(clustered > 89.0, "{clustered} %");
    assert!(independent < clustered - 5.0, "{independent} %");
}

#[test]
fn short_band_holds_the_difference_of_two_curves() {
    let (held, paired, unpaired) = gap_coverage(200, 30);
    // Binomial, 200 experiments: three standard errors below 95 %.
    assert!(held > 90.0, "{held} %");
    assert!(paired < 0.8 * unpaired, "{paired} against {unpaired}");
    // A curve against itself differs nowhere.
    let (before, _) = restore_times(5, 60.0, &mut generator(1));
    let same = EcdfGap::paired(&before, &before, 0.95, 1).expect("a gap");
    assert!(same.gap.iter().all(|g| *g == 0.0) && same.half_width == 0.0);
    // Arms of different length cannot be paired.
    let (other, _) = restore_times(6, 60.0, &mut generator(1));
    assert_eq!(EcdfGap::paired(&before, &other, 0.95, 1), None);
}

#[test]
fn short_mcb() {
    let held = mcb_coverage(300, 20);
    assert!(held > 91.5, "{held} %");
}

#[test]
#[ignore = "long coverage study"]
fn long_coverage() {
    type Run = fn(u64, usize) -> Study;
    let rows: [(&str, u64, Run); 8] = [
        ("mean, paired t", 20_000, paired_mean),
        ("mtbf, jackknife", 10_000, mtbf_difference),
        ("mtbf percent, jackknife of the log ratio", 10_000, mtbf_percent),
        ("median difference, bootstrap", 5_000, median_difference),
        ("P90 difference, bootstrap", 5_000, p90_difference),
        ("P90 percent, bootstrap", 5_000, p90_percent),
        ("P90 percent with 1,000 cases a replication", 1_000, |experiments, n| {
            p90_percent_of(experiments, n, 1e3)
        }),
        ("P90 of one arm, bootstrap", 5_000, p90_single),
    ];
    for (name, experiments, run) in rows {
        for n in [10, 30, 50] {
            let s = run(experiments, n);
            println!(
                "{name}, n = {n}: coverage {:.1} %, bias {:+.2} %, half-width {:.4}, given {:.1} % ({experiments} experiments)",
                s.coverage, s.bias, s.half_width, s.given
            );
            assert!(s.coverage > 92.0);
        }
    }
}

#[test]
#[ignore = "long coverage study"]
fn long_ratio_of_sums_against_mean_of_ratios() {
    for (name, pooled) in [("ratio of sums", true), ("mean of ratios", false)] {
        let s = mtbf_of_few(10_000, 30, pooled);
        println!(
            "MTBF, five failures a replication, {name}: coverage {:.1} %, bias {:+.1} %",
            s.coverage, s.bias
        );
    }
}

#[test]
#[ignore = "long coverage study"]
fn long_willink() {
    for n in [10, 20, 30, 49] {
        let (t, w) = (skewed_mean(20_000, n, mean_t), skewed_mean(20_000, n, mean_skew_adjusted));
        println!("mean of a lognormal(0, 1), n = {n}: t {:.1} %, Willink {:.1} %", t.coverage, w.coverage);
    }
}

#[test]
#[ignore = "long coverage study"]
fn long_false_positives() {
    for n in [20, 30] {
        let [single, raw, holm] = false_positives(5_000, n);
        println!("A/A, n = {n}: per metric {single:.1} %, any of 5 {raw:.1} %, any after Holm {holm:.1} %");
        assert!((4.0..6.0).contains(&single) && holm < 6.0);
    }
}

#[test]
#[ignore = "long coverage study"]
fn long_bands_and_best() {
    for n in [10, 30, 50] {
        let [clustered, independent] = band_coverage(2_000, n);
        println!("ECDF band, n = {n}: clustered {clustered:.1} %, DKW as if independent {independent:.1} %");
    }
    for n in [10, 30, 50] {
        let (held, paired, unpaired) = gap_coverage(2_000, n);
        println!("ECDF difference, n = {n}: {held:.1} %, half-width {paired:.4}, not in step {unpaired:.4}");
    }
    for n in [10, 30] {
        println!("Hsu's MCB, 5 arms, n = {n}: all intervals hold {:.1} %", mcb_coverage(10_000, n));
    }
}
