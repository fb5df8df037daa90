//! Statistics: exact values here; how often intervals hold the truth in `coverage`; warm-up, censoring and
//! stopping on simulated queues in `studies`.

mod coverage;
mod inputs;
mod studies;
mod trend;

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use turnaround::stats::describe::{autocorrelation, mean, sd, skewness};
use turnaround::stats::ecdf::{MAX_POINTS, dkw_half_width};
use turnaround::stats::stopping::{plan, replications_for, sd_upper_bound, variance_reduction};
use turnaround::stats::student::{chi_squared_quantile, normal_quantile, t_p_value, t_quantile};
use turnaround::stats::*;

fn generator(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// A file of the data folder that may lie beside the project (see its README); None skips the test.
#[allow(clippy::disallowed_methods, reason = "reference data for the test")]
fn data_beside(name: &str) -> Option<String> {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let found =
        project.ancestors().find_map(|d| std::fs::read_to_string(d.join("shared/data").join(name)).ok());
    if found.is_none() {
        eprintln!("skipped: no shared/data/{name} beside the project");
    }
    found
}

fn normal(rng: &mut Xoshiro256PlusPlus) -> f64 {
    rand_distr::Distribution::sample(&rand_distr::StandardNormal, rng)
}

/// P(Z <= z): the t distribution with so many degrees of freedom is normal to 1e-9.
fn normal_cdf(z: f64) -> f64 {
    let tail = t_p_value(z, 1e9) / 2.0;
    if z < 0.0 { tail } else { 1.0 - tail }
}

fn assert_near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got}, want {want} +- {tolerance}");
}

fn assert_relative(got: f64, want: f64, tolerance: f64) {
    assert_near(got, want, tolerance * want.abs());
}

// Moments

#[test]
fn moments_keep_their_digits_under_large_offsets() {
    // NIST StRD NumAcc1, NumAcc3, NumAcc4: certified mean, deviation and autocorrelation.
    assert_eq!(
        (mean(&[10_000_001.0, 10_000_003.0, 10_000_002.0]), sd(&[10_000_001.0, 10_000_003.0, 10_000_002.0])),
        (10_000_002.0, 1.0)
    );
    for (offset, digits) in [(1e6, 1e-9), (1e7, 1e-8)] {
        let mut values = vec![offset + 0.2];
        for _ in 0..500 {
            values.extend([offset + 0.1, offset + 0.3]);
        }
        assert_relative(mean(&values), offset + 0.2, 1e-15);
        // The data themselves are only exact to eps * offset.
        assert_near(sd(&values), 0.1, digits * 0.1);
        assert_near(autocorrelation(&values, 1), -0.999, 1e-6);
    }
}

#[test]
fn moments_match_the_certified_values() {
    let Some(text) = data_beside("nist_strd_univ.json") else { return };
    let sets: serde_json::Value = serde_json::from_str(&text).unwrap();
    for name in ["Michelso", "Mavro", "Lew"] {
        let set = &sets[name];
        let values: Vec<f64> =
            set["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let certified = |key: &str| set[key].as_f64().unwrap();
        assert_relative(mean(&values), certified("certified_mean"), 1e-14);
        assert_relative(sd(&values), certified("certified_sd"), 1e-12);
        assert_relative(autocorrelation(&values, 1), certified("certified_lag1"), 1e-11);
    }
}

#[test]
fn moments_of_degenerate_samples() {
    assert!(mean(&[]).is_nan() && sd(&[1.0]).is_nan() && skewness(&[1.0, 2.0]).is_nan());
    assert_eq!((sd(&[0.1; 7]), skewness(&[0.1; 7])), (0.0, 0.0));
    assert_eq!(mean(&[1.0, f64::INFINITY]), f64::INFINITY);
}

// Student's t

#[test]
fn t_quantiles_are_exact() {
    // Computed with 40 digits.
    for (p, df, want) in [
        (0.9, 1.0, 3.077_683_537_175_253_4),
        (0.95, 3.0, 2.353_363_434_801_823_9),
        (0.9, 29.0, 1.311_433_647_301_550_9),
        (0.9, 10_000.0, 1.281_636_229_730_477_5),
    ] {
        assert_relative(t_quantile(p, df), want, 1e-12);
        assert_relative(t_quantile(1.0 - p, df), -want, 1e-12);
    }
    assert_eq!(t_quantile(0.5, 7.0), 0.0);
    assert_relative(normal_quantile(0.975), 1.959_963_984_540_054_2, 1e-13);
    assert!(t_quantile(0.9, 0.0).is_nan() && t_quantile(1.5, 3.0).is_nan());
}

#[test]
fn t_quantiles_are_continuous_where_the_method_changes() {
    for p in [0.6, 0.9, 0.975, 0.9995] {
        let (below, at, above) = (t_quantile(p, 299.0), t_quantile(p, 300.0), t_quantile(p, 301.0));
        // Second difference of a curve that falls as c/df: about 2c/df^3.
        assert_near(above - 2.0 * at + below, 0.0, 1e-6 * at);
        assert!(below > at && at > above);
    }
}

#[test]
fn quantiles_match_the_table() {
    let Some(table) = data_beside("special.tsv") else { return };
    let mut checked = 0;
    for line in table.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| fields[i].parse::<f64>().unwrap();
        match fields[0] {
            "t" => assert_relative(t_quantile(number(1), number(2)), number(3), 1e-12),
            "n" => {
                // The table holds the quantile of the decimal p; near 1 its nearest double is another number.
                let density = (-number(3).powi(2) / 2.0).exp() / std::f64::consts::TAU.sqrt();
                let rounding = if number(1) > 0.5 { f64::EPSILON / 4.0 / density } else { 0.0 };
                assert_near(normal_quantile(number(1)), number(3), 1e-12 * number(3).abs() + rounding);
            }
            _ => continue,
        }
        checked += 1;
    }
    assert_eq!(checked, 112);
}

#[test]
fn p_values_and_quantiles_agree() {
    for df in [1.0, 9.0, 29.0, 1_000.0] {
        for p in [0.2, 0.05, 0.001] {
            assert_relative(t_p_value(t_quantile(1.0 - p / 2.0, df), df), p, 1e-10);
        }
    }
    assert_near(chi_squared_quantile(0.95, 10.0), 18.307_038_053_275_146, 1e-9);
}

// Estimates of means

#[test]
fn t_interval_of_a_textbook_sample() {
    // Law (2015), example 4.27: mean 1.343, variance 0.1675, 90 % interval +- 0.24.
    let sample = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
    let e = mean_t(&sample, 0.90);
    assert_near(e.value, 1.343, 1e-12);
    assert_near(e.half_width(), 0.237_253_414_489_060, 1e-12);
    assert_eq!((e.n, e.level, e.df), (10, 0.90, 9.0));
}

#[test]
fn willinks_interval_leans_with_the_sample() {
    let skewed = [0.1, 0.2, 0.15, 0.3, 0.25, 0.4, 0.2, 0.35, 0.9, 0.12, 0.5, 0.22, 0.3, 0.7];
    let e = mean_skew_adjusted(&skewed, 0.95);
    // The published formula, worked out separately.
    assert_near(e.lower, 0.231_813_824_619_309, 1e-12);
    assert_near(e.upper, 0.570_955_262_040_122, 1e-12);
    let mirrored = mean_skew_adjusted(&skewed.map(|x| -x), 0.95);
    assert_near(mirrored.lower, -e.upper, 1e-12);
    let symmetric = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert_eq!(mean_skew_adjusted(&symmetric, 0.95), mean_t(&symmetric, 0.95));
    // Where one value is far from all others, and at high levels, the longer side is no more than about twice that of t.
    let far = [0.1, 0.2, 0.15, 0.3, 0.25, 0.4, 0.2, 0.35, 5.0, 0.12];
    for level in [0.95, 0.999, 0.99999] {
        let (e, t) = (mean_skew_adjusted(&far, level), mean_t(&far, level));
        let times = (e.upper - e.value) / t.half_width();
        assert!((1.9..2.1).contains(&times) && e.lower > t.lower && e.lower < e.value, "{e:?}");
    }
    let many = skewed.repeat(5);
    assert_eq!(mean_skew_adjusted(&many, 0.95), mean_t(&many, 0.95));
}

#[test]
fn an_interval_leaves_out_zero_exactly_at_levels_below_its_p_value() {
    let skewed: Vec<f64> = (0..20).map(|i| (f64::from(i) / 4.0).exp() - 12.0).collect();
    let interval = |level: f64| mean_skew_adjusted(&skewed, level);
    let p = p_value(&interval, 0.95);
    assert!(!interval(1.0 - p * 1.001).contains(0.0) && interval(1.0 - p * 0.999).contains(0.0), "{p}");
    // That of t is another one; for a symmetric interval there is no other.
    assert!((p / interval(0.95).p_value() - 1.0).abs() > 0.1);
    let symmetric = |level: f64| mean_t(&skewed, level);
    assert_eq!(p_value(&symmetric, 0.95), symmetric(0.95).p_value());
}

#[test]
fn welch_matches_a_worked_example() {
    // Equal sizes and variances: df = 2(n - 1) and the pooled t interval.
    let (before, after) = ([1.0, 2.0, 3.0, 4.0, 5.0], [3.0, 4.0, 5.0, 6.0, 7.0]);
    let e = welch(&before, &after, 0.95);
    assert_near(e.value, 2.0, 1e-12);
    assert_near(e.df, 8.0, 1e-12);
    assert_near(e.half_width(), t_quantile(0.975, 8.0), 1e-12);
    // Very unequal: the df of the noisy sample.
    let noisy = [0.0, 100.0, -100.0, 50.0, -50.0];
    assert_near(welch(&before, &noisy, 0.95).df, 4.0, 0.02);
}

#[test]
fn identical_arms_are_said_to_be_identical() {
    let values: Vec<f64> = (0..20).map(|r| 0.1 * f64::from(r)).collect();
    let mut sums = Sums::new(2);
    values.iter().for_each(|v| sums.push(&[*v, 3.0]));
    let columns: Vec<Vec<f64>> = values.iter().map(|v| vec![*v, v + 1.0, v + 2.0]).collect();
    let p90 = Pooled::new(&columns).bootstrap(0.9, 1);
    let g = |s: &[f64]| s[0] / s[1];
    for e in [
        paired_t(&values, &values, 0.95),
        paired_skew_adjusted(&values, &values, 0.95),
        Sums::difference(&sums, &sums, g, 0.95),
        Sums::percent(&sums, &sums, g, 0.95).unwrap(),
        Resampled::difference(&p90, &p90, 0.95),
        Resampled::percent(&p90, &p90, 0.95).unwrap(),
    ] {
        assert_eq!(e, Estimate::identical(20, 0.95));
        assert!(e.is_identical() && e.p_value() == 1.0);
        assert_eq!(verdict(&e, Better::Lower, 0.0), Verdict::Identical);
    }
}

/// The sum of the same durations, added up in another order.
#[test]
fn rounding_is_no_difference() {
    let values: Vec<f64> = (0..20).map(|r| 1.0 + 0.1 * f64::from(r)).collect();
    let table = |nudge: f64| {
        values.iter().fold(Sums::new(2), |mut s, v| {
            s.push(&[v * (1.0 + nudge), 3.0]);
            s
        })
    };
    let change = |nudge| Sums::difference(&table(0.0), &table(nudge), |s| s[0] / s[1], 0.95);
    assert_eq!(change(3e-16), Estimate::identical(20, 0.95));
    assert!(!change(1e-9).is_identical());
    let percent = Sums::percent(&table(0.0), &table(3e-16), |s| s[0] / s[1], 0.95);
    assert_eq!(percent, Some(Estimate::identical(20, 0.95)));
}

#[test]
fn few_differing_replications_give_no_interval() {
    let before = vec![1.0; 30];
    let mut after = before.clone();
    after[..9].fill(2.0);
    let e = paired_t(&before, &after, 0.95);
    assert_near(e.value, 0.3, 1e-12);
    assert!(!e.has_interval() && e.p_value() == 1.0);
    let settled = verdict(&e, Better::Higher, 0.1);
    assert_eq!(settled, Verdict::NotSettled { more_replications: None });
    after[9] = 2.0;
    assert!(paired_t(&before, &after, 0.95).has_interval());
    // The same rule for sums and quantiles.
    let table = |x: &[f64]| {
        x.iter().fold(Sums::new(1), |mut s, v| {
            s.push(&[*v]);
            s
        })
    };
    assert!(Sums::difference(&table(&before), &table(&after), |s| s[0], 0.95).has_interval());
    after[9] = 1.0;
    assert!(!Sums::difference(&table(&before), &table(&after), |s| s[0], 0.95).has_interval());
    let quantile =
        |x: &[f64]| Pooled::new(&x.iter().map(|v| vec![*v; 3]).collect::<Vec<_>>()).bootstrap(0.8, 1);
    assert!(!Resampled::difference(&quantile(&before), &quantile(&after), 0.95).has_interval());
}

#[test]
fn one_replication_has_no_interval() {
    for e in [mean_t(&[3.0], 0.95), ratio(&[6.0], &[2.0], 0.95)] {
        assert_eq!(
            (e.value, e.has_interval(), e.lower, e.upper),
            (3.0, false, f64::NEG_INFINITY, f64::INFINITY)
        );
    }
}

// Jackknife

#[test]
fn jackknife_of_a_mean_is_the_t_interval() {
    let sample = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
    let (jackknife, t) = (ratio(&sample, &[1.0; 10], 0.95), mean_t(&sample, 0.95));
    assert_near(jackknife.value, t.value, 1e-14);
    assert_near(jackknife.lower, t.lower, 1e-13);
    assert_near(jackknife.se, t.se, 1e-14);
}

#[test]
fn jackknife_of_a_ratio_by_hand() {
    // (1 + 2 + 6) / (1 + 1 + 2) = 2.25; left out: 8/3, 7/3, 3/2; se^2 = 2/3 sum of squares about 13/6.
    let e = ratio(&[1.0, 2.0, 6.0], &[1.0, 1.0, 2.0], 0.95);
    let squares: f64 = [8.0 / 3.0, 7.0 / 3.0, 1.5].iter().map(|x: &f64| (x - 13.0 / 6.0).powi(2)).sum();
    assert_near(e.value, 2.25, 1e-15);
    assert_near(e.se, (2.0 / 3.0 * squares).sqrt(), 1e-14);
}

#[test]
fn differences_add_up_and_percent_follows_the_ratio() {
    let mut rng = generator(5);
    let (mut before, mut after) = (Sums::new(2), Sums::new(2));
    for _ in 0..25 {
        let (hours, cases) = (rng.random_range(50.0..150.0), rng.random_range(5.0f64..15.0).round());
        before.push(&[hours, cases]);
        after.push(&[0.7 * hours, cases]);
    }
    let g = |s: &[f64]| s[0] / s[1];
    let difference = Sums::difference(&before, &after, g, 0.95);
    assert_near(difference.value, after.estimate(g, 0.95).value - before.estimate(g, 0.95).value, 1e-14);
    assert_near(difference.se, 0.3 * before.estimate(g, 0.95).se, 1e-12);
    // A change that is the same factor in every replication is known exactly in percent.
    let percent = Sums::percent(&before, &after, g, 0.95).unwrap();
    assert_near(percent.value, -30.0, 1e-12);
    assert_near(percent.half_width(), 0.0, 1e-9);
    // No percentage of zero.
    assert_eq!(Sums::percent(&before, &after, |s| s[0] - s[0], 0.95), None);
}

#[test]
fn leaving_out_the_only_failure_means_no_interval() {
    let e = ratio(&[10.0, 10.0, 10.0], &[0.0, 1.0, 0.0], 0.95);
    assert_eq!((e.value, e.has_interval()), (30.0, false));
    assert!(ratio(&[0.0; 3], &[0.0; 3], 0.95).value.is_nan());
}

// Quantiles

#[test]
fn type_7_quantiles() {
    let ten: Vec<f64> = (1..=10).map(f64::from).collect();
    for (p, want) in [(0.0, 1.0), (0.25, 3.25), (0.5, 5.5), (0.9, 9.1), (0.99, 9.91), (1.0, 10.0)] {
        assert_near(quantile_sorted(&ten, p), want, 1e-12);
    }
    assert!(quantile_sorted(&[], 0.5).is_nan());
    assert_eq!(quantile_sorted(&[4.0], 0.9), 4.0);
    // A cut-off case is longer than anything observed.
    let inf = f64::INFINITY;
    assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, inf, inf], 0.5), 3.0);
    assert_eq!(quantile_sorted(&[1.0, 2.0, inf, inf], 0.5), inf);
    assert_eq!(quantile_sorted(&[1.0, inf, inf, inf], 0.9), inf);
}

#[test]
fn weighted_quantile_is_that_of_the_copied_out_resample() {
    let mut rng = generator(11);
    for case in 0..60u32 {
        // From no values at all to several blocks, rounded so that ties occur.
        let columns: Vec<Vec<f64>> = (0..rng.random_range(1..12))
            .map(|_| {
                (0..rng.random_range(0..40 * (case as usize) + 1))
                    .map(|_| rng.random_range(0.0f64..300.0).round())
                    .collect()
            })
            .collect();
        let pooled = Pooled::new(&columns);
        for _ in 0..4 {
            let weights: Vec<u32> = columns.iter().map(|_| rng.random_range(0..4)).collect();
            let mut copied = Vec::new();
            for (column, &w) in columns.iter().zip(&weights) {
                (0..w).for_each(|_| copied.extend_from_slice(column));
            }
            copied.sort_by(f64::total_cmp);
            for p in [0.0, 0.1, 0.5, 0.9, 0.99, 1.0] {
                let (fast, naive) = (pooled.weighted_quantile(&weights, p), quantile_sorted(&copied, p));
                assert!(fast == naive || (fast.is_nan() && naive.is_nan()), "p {p}: {fast}, naive {naive}");
            }
        }
    }
}

#[test]
fn bootstrap_standard_error_matches_theory() {
    // Every replication has one value: an independent sample of uniforms, whose median has se 1/(2 sqrt(n + 2)).
    let mut rng = generator(3);
    let ses: Vec<f64> = (0..60)
        .map(|seed| {
            let columns: Vec<[f64; 1]> = (0..201).map(|_| [rng.random::<f64>()]).collect();
            Pooled::new(&columns).bootstrap(0.5, seed).estimate(0.95).se
        })
        .collect();
    // The bootstrap of a median is known to run a few percent high at this size.
    assert_relative(mean(&ses), 0.5 / 203.0f64.sqrt(), 0.12);
}

#[test]
fn bootstrap_of_two_replications_by_hand() {
    // Median of the resamples {0, 0}, {0, 1}, {1, 1}: variance 1/8, times n/(n - 1) = 2: the se of a mean, 1/2.
    let e = Pooled::new(&[[0.0], [1.0]]).bootstrap(0.5, 8).estimate(0.95);
    assert_eq!(e.value, 0.5);
    // Variance of 1,000 resamples: standard error 2.2 % of the standard deviation at most.
    assert_relative(e.se, 0.5, 0.07);
}

#[test]
fn bootstrap_depends_on_the_seed_only() {
    let columns: Vec<Vec<f64>> =
        (0..12).map(|r| (0..50).map(|i| f64::from((i * 37 + r * 11) % 101)).collect()).collect();
    let pooled = Pooled::new(&columns);
    assert_eq!(pooled.bootstrap(0.9, 4).estimate(0.95), pooled.bootstrap(0.9, 4).estimate(0.95));
    assert_ne!(pooled.bootstrap(0.9, 4).estimate(0.95), pooled.bootstrap(0.9, 5).estimate(0.95));
    // The order within a replication does not matter.
    let reversed: Vec<Vec<f64>> = columns.iter().map(|c| c.iter().rev().copied().collect()).collect();
    assert_eq!(
        pooled.bootstrap(0.9, 4).estimate(0.95),
        Pooled::new(&reversed).bootstrap(0.9, 4).estimate(0.95)
    );
}

#[test]
fn paired_quantiles_share_their_resamples() {
    // After = before + 1 in every case: each resample shifts by exactly 1, so the difference is certain.
    let columns: Vec<Vec<f64>> =
        (0..12).map(|r| (0..50).map(|i| f64::from((i * 37 + r * 11) % 101)).collect()).collect();
    let shifted: Vec<Vec<f64>> = columns.iter().map(|c| c.iter().map(|x| x + 1.0).collect()).collect();
    let (before, after) = (Pooled::new(&columns).bootstrap(0.9, 4), Pooled::new(&shifted).bootstrap(0.9, 4));
    assert!(before.estimate(0.95).se > 0.1);
    let change = Resampled::difference(&before, &after, 0.95);
    assert_near(change.value, 1.0, 1e-12);
    assert_near(change.se, 0.0, 1e-12);
}

// Kaplan-Meier

#[test]
fn kaplan_meier_of_the_remission_times() {
    // Freireich et al. (1963), 6-MP arm; the curve as printed in every textbook.
    let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35].map(f64::from);
    let ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0].map(|e| e == 1);
    let km = KaplanMeier::new(&weeks, &ended);
    for (t, s) in
        [(5.9, 1.0), (6.0, 0.857143), (7.0, 0.806723), (12.0, 0.752941), (16.0, 0.627451), (35.0, 0.448179)]
    {
        assert_near(km.survival(t), s, 5e-7);
    }
    assert_eq!((km.quantile(0.5), km.quantile(0.25), km.quantile(0.9)), (Some(23.0), Some(13.0), None));
    let mean = km.restricted_mean(35.0, 0.95);
    assert_near(mean.value, 23.287_394_957_983_19, 1e-10);
    assert_near(mean.se, 2.827_467_623_371_439, 1e-10);
    assert!(!km.restricted_mean(36.0, 0.95).has_interval());
    assert_near(km.censored_share(), 12.0 / 21.0, 1e-15);
}

#[test]
fn kaplan_meier_without_censoring_is_the_sample() {
    let durations = [3.0, 1.0, 2.0, 2.0, 8.0];
    let km = KaplanMeier::new(&durations, &[true; 5]);
    assert_near(km.restricted_mean(100.0, 0.95).value, mean(&durations), 1e-14);
    assert_near(km.restricted_mean(2.5, 0.95).value, (2.5 + 1.0 + 2.0 + 2.0 + 2.5) / 5.0, 1e-14);
    assert_eq!(
        (km.quantile(0.2), km.quantile(0.6), km.quantile(0.8), km.quantile(1.0)),
        (Some(1.0), Some(2.0), Some(3.0), Some(8.0))
    );
}

// Warm-up

/// MSER-5 from its definition, O(n^2).
fn mser5_by_definition(series: &[f64]) -> usize {
    let batches: Vec<f64> = series.chunks_exact(5).map(mean).collect();
    let statistic = |d: usize| {
        let kept = &batches[d..];
        let centre = mean(kept);
        kept.iter().map(|y| (y - centre).powi(2)).sum::<f64>() / (kept.len() as f64).powi(2)
    };
    let mut best = 0;
    for d in 1..=batches.len() - 5 {
        if statistic(d) < statistic(best) {
            best = d;
        }
    }
    5 * best
}

#[test]
fn mser_is_its_definition_in_one_pass() {
    let mut rng = generator(21);
    for _ in 0..200 {
        let (length, decay) = (rng.random_range(50..400), rng.random_range(0.0..60.0));
        let series: Vec<f64> =
            (0..length).map(|i| 1e4 + 5.0 * (-f64::from(i) / decay).exp() + rng.random::<f64>()).collect();
        assert_eq!(mser5(&series).cut, mser5_by_definition(&series));
    }
}

#[test]
fn mser_cuts_a_start_and_flags_a_late_cut() {
    let step = |at: usize, length: usize| -> Vec<f64> {
        (0..length).map(|i| if i < at { 10.0 } else { (i % 5) as f64 * 0.01 }).collect()
    };
    assert_eq!(mser5(&step(100, 1_000)), WarmUp { cut: 100, late: false });
    assert_eq!(mser5(&step(700, 1_000)), WarmUp { cut: 700, late: true });
    assert_eq!(mser5(&[2.5; 300]), WarmUp { cut: 0, late: false });
    assert_eq!(mser5(&[1.0; 20]), WarmUp { cut: 0, late: true });
    // One cut-off for both arms: the later.
    let (before, after) = ([step(100, 1_000), step(100, 1_200)], [step(200, 1_000), step(200, 1_000)]);
    assert_eq!(warmup::common_warm_up(&[&before[..], &after[..]]), WarmUp { cut: 200, late: false });
}

// How many

#[test]
fn stopping_decisions() {
    let rule = StoppingRule { first: 20, batch: 10, cap: 45 };
    let e =
        |half: f64| Estimate { lower: 10.0 - half, upper: 10.0 + half, ..Estimate::t(10.0, 1.0, 20, 0.95) };
    let relative = Precision::Relative(0.05);
    assert_eq!(rule.decide(0, &[]), Decision::More(20));
    assert_eq!(rule.decide(7, &[]), Decision::More(13));
    // 5 % relative: half-width at most 0.05 / 1.05 of the estimate.
    assert_eq!(rule.decide(20, &[(e(0.47), relative)]), Decision::Reached);
    assert_eq!(rule.decide(20, &[(e(0.49), relative)]), Decision::More(10));
    assert_eq!(
        rule.decide(20, &[(e(0.47), relative), (e(0.3), Precision::Absolute(0.2))]),
        Decision::More(10)
    );
    assert_eq!(rule.decide(40, &[(e(0.49), relative)]), Decision::More(5));
    assert_eq!(rule.decide(45, &[(e(0.49), relative)]), Decision::Capped);
    assert_eq!(rule.decide(45, &[(e(0.47), relative)]), Decision::Reached);
    // Identical arms are precise enough; an estimate without an interval never is.
    assert_eq!(rule.decide(20, &[(Estimate::identical(20, 0.95), relative)]), Decision::Reached);
    assert_eq!(rule.decide(20, &[(Estimate::without_interval(1.0, 20, 0.95), relative)]), Decision::More(10));
}

#[test]
fn planned_replications_are_the_fewest_that_suffice() {
    for (sd, target) in [(1.0, 10.0), (1.0, 0.5), (3.0, 0.1), (1.0, 1e-3)] {
        let n = replications_for(sd, target, 0.95).unwrap();
        let half = |n: usize| t_quantile(0.975, n as f64 - 1.0) * sd / (n as f64).sqrt();
        assert!(half(n) <= target && (n == 2 || half(n - 1) > target), "{n}");
    }
    assert_eq!((replications_for(0.0, 1.0, 0.95), replications_for(1.0, 0.0, 0.95)), (Some(2), None));
    // Chi-squared 20 % point with 9 degrees of freedom: 5.380053.
    assert_near(sd_upper_bound(2.0, 10, 0.8), 2.0 * (9.0f64 / 5.380_053_210_7).sqrt(), 1e-8);
}

#[test]
fn plan_with_and_without_common_random_numbers() {
    let arm = Estimate::t(10.0, 1.0, 20, 0.95);
    let difference = Estimate::t(-1.0, 0.2, 20, 0.95);
    assert_near(variance_reduction(&arm, &arm, &difference).unwrap(), 50.0, 1e-9);
    let plan = plan(&arm, &arm, &difference, 0.1);
    let (with, without) = (plan.with_crn.unwrap() as f64, plan.without_crn.unwrap() as f64);
    // The variance reduction factor is the ratio of the work, but for the t factor and rounding.
    assert_relative(without / with, 50.0, 0.02);
    assert_eq!(variance_reduction(&arm, &arm, &Estimate::identical(20, 0.95)), None);
}

// Many

#[test]
fn holm_by_hand() {
    let result = holm(&[0.01, 0.04, 0.03, 0.005], 0.95);
    let adjusted: Vec<f64> = result.iter().map(|h| h.adjusted_p).collect();
    for (got, want) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
        assert_near(*got, want, 1e-15);
    }
    assert_eq!(result.iter().map(|h| h.rejected).collect::<Vec<_>>(), [true, false, false, true]);
    // Levels: 1 - .05/4 for the smallest, 1 - .05/3 for the next, 1 - .05/2 from the first that is kept.
    for (h, share) in result.iter().zip([3.0, 2.0, 2.0, 4.0]) {
        assert_near(h.level, 1.0 - 0.05 / share, 1e-15);
    }
    assert_eq!(holm(&[], 0.95), []);
    assert_near(bonferroni_level(0.95, 5), 0.99, 1e-15);
}

#[test]
fn holms_intervals_leave_out_zero_exactly_when_it_rejects() {
    let mut rng = generator(77);
    for _ in 0..300 {
        let values: Vec<f64> = (0..6).map(|_| rng.random_range(0.0..4.5)).collect();
        let at = |v: f64, level: f64| Estimate::t(v, 1.0, 20, level);
        let p: Vec<f64> = values.iter().map(|&v| at(v, 0.95).p_value()).collect();
        for (h, &v) in holm(&p, 0.95).iter().zip(&values) {
            assert_eq!(h.rejected, !at(v, h.level).contains(0.0));
            assert_eq!(h.rejected, h.adjusted_p <= 0.05 + 1e-12);
        }
    }
}

#[test]
fn mcb_names_the_best_when_it_is_clear() {
    // Arms 0, 5, 5.1, 12 with se 0.5 for each difference.
    let truth = [0.0, 5.0, 5.1, 12.0];
    let difference = |i: usize, j: usize, level: f64| Estimate::t(truth[i] - truth[j], 0.5, 30, level);
    let bounds = mcb(4, 0.95, Better::Higher, difference);
    assert_eq!((bounds[3].0, bounds[0].1, bounds[1].1, bounds[2].1), (0.0, 0.0, 0.0, 0.0));
    // Three one-sided statements share the 5 %.
    let margin = 0.5 * t_quantile(1.0 - 0.05 / 3.0, 29.0);
    assert_near(bounds[3].1, 6.9 + margin, 1e-12);
    assert_near(bounds[0].0, -12.0 - margin, 1e-12);
    let lower_is_better = mcb(4, 0.95, Better::Lower, difference);
    assert_eq!((lower_is_better[0].1, lower_is_better[3].0), (0.0, 0.0));
    // Two arms too close to call: neither is ruled out.
    let close = mcb(2, 0.95, Better::Higher, |i, j, level| {
        Estimate::t(if i < j { 0.1 } else { -0.1 }, 0.5, 30, level)
    });
    assert!(close.iter().all(|(lower, upper)| *lower < 0.0 && *upper > 0.0));
}

#[test]
fn mcb_compares_only_with_arms_that_may_be_the_best() {
    // Arm 0 is ruled out by arm 1; how badly it compares with arm 2 is then nobody's concern.
    let truth = [0.0, 5.0, 4.9];
    let bounds = mcb(3, 0.95, Better::Higher, |i, j, level| {
        Estimate::t(truth[i] - truth[j], if i + j == 2 { 50.0 } else { 0.1 }, 30, level)
    });
    assert_eq!(bounds[0].1, 0.0);
    assert_near(bounds[2].0, -0.1 - 0.1 * t_quantile(0.975, 29.0), 1e-12);
}

// Verdict

#[test]
fn verdict_truth_table() {
    use Verdict::*;
    const OPEN: Verdict = NotSettled { more_replications: None };
    // Bounds of the gain in units of the smallest effect: every pair of these places, in this order of upper bounds.
    const PLACES: [f64; 7] = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0];
    #[rustfmt::skip]
    let table: [(f64, &[Verdict]); 7] = [
        (-2.0, &[Worsening, Worsening, OPEN, OPEN, OPEN, OPEN, OPEN]),
        (-1.0, &[Worsening, OPEN, OPEN, OPEN, OPEN, OPEN]),
        (-0.5, &[SmallWorsening, Equivalent, Equivalent, OPEN, OPEN]),
        (0.0, &[Identical, Equivalent, OPEN, OPEN]),
        (0.5, &[SmallImprovement, OPEN, OPEN]),
        (1.0, &[Improvement, Improvement]),
        (2.0, &[Improvement]),
    ];
    let delta = 3.0;
    for (lower, row) in table {
        let uppers = PLACES.iter().filter(|p| **p >= lower);
        for (upper, want) in uppers.zip(row) {
            let (l, u) = (lower * delta, upper * delta);
            let se = (u - l) / 4.0;
            let e = Estimate { lower: l, upper: u, se, ..Estimate::t((l + u) / 2.0, 1.0, 20, 0.95) };
            let mirrored = Estimate { lower: -u, upper: -l, value: -e.value, ..e };
            for got in [verdict(&e, Better::Higher, delta), verdict(&mirrored, Better::Lower, delta)] {
                assert_eq!(got.key(), want.key(), "gain in [{lower}, {upper}]");
            }
        }
    }
}

#[test]
fn verdict_without_a_smallest_effect_is_the_sign() {
    let e = |value: f64| Estimate::t(value, 1.0, 20, 0.95);
    assert_eq!(verdict(&e(3.0), Better::Higher, 0.0), Verdict::Improvement);
    assert_eq!(verdict(&e(3.0), Better::Lower, 0.0), Verdict::Worsening);
    assert!(matches!(verdict(&e(1.0), Better::Higher, 0.0), Verdict::NotSettled { .. }));
}

#[test]
fn open_verdict_says_how_many_more_replications_would_settle_it() {
    // Value 3, half-width 2, delta 2: settled once the half-width is 1, at 4 times the replications.
    let e = |value: f64, half: f64| Estimate {
        lower: value - half,
        upper: value + half,
        ..Estimate::t(value, 1.0, 20, 0.95)
    };
    let more = |v| {
        if let Verdict::NotSettled { more_replications } = v { more_replications } else { panic!("{v:?}") }
    };
    assert_eq!(more(verdict(&e(3.0, 2.0), Better::Higher, 2.0)), Some(60));
    assert_eq!(verdict(&e(3.0, 1.0), Better::Higher, 2.0), Verdict::Improvement);
    // Value 1, within +-2: settled as small or equivalent at half-width 1.
    assert_eq!(more(verdict(&e(1.0, 2.0), Better::Lower, 2.0)), Some(60));
    assert_eq!(more(verdict(&e(2.0, 2.0), Better::Higher, 2.0)), None);
}

// Curves

#[test]
fn ecdf_is_thinned_and_banded() {
    let values: Vec<f64> = (0..10_000).map(|i| f64::from((i * 7919) % 10_000)).collect();
    let ecdf = Ecdf::independent(&values, 0.95);
    assert!(ecdf.x.len() <= MAX_POINTS && ecdf.x.len() > 450);
    for (x, share) in ecdf.x.iter().zip(&ecdf.share) {
        assert_near(*share, (x + 1.0) / 10_000.0, 1e-15);
    }
    assert_eq!((ecdf.x[0], ecdf.share.last()), (0.0, Some(&1.0)));
    assert_near(dkw_half_width(10_000, 0.95), 0.013_581, 5e-7);
    assert_eq!(ecdf.band(0).0, 0.0);
    // Ties are one point; cut-off cases keep the curve below 1.
    let tied = Ecdf::independent(&[1.0, 1.0, 2.0, f64::INFINITY], 0.95);
    assert_eq!((tied.x, tied.share), (vec![1.0, 2.0], vec![0.5, 0.75]));
}

#[test]
fn clustered_band_of_two_replications_by_hand() {
    // At 0 the resampled curve is 1, 1/2 or 0: half a step off every second time, times sqrt(n / (n - 1)).
    let ecdf = Ecdf::clustered(&Pooled::new(&[[0.0], [1.0]]), 0.95, 8);
    assert_eq!((&ecdf.x[..], &ecdf.share[..]), (&[0.0, 1.0][..], &[0.5, 1.0][..]));
    assert_near(ecdf.half_width, 0.5f64.sqrt(), 1e-12);
    assert_eq!(ecdf.band(1), (1.0 - 0.5f64.sqrt(), 1.0));
}

#[test]
fn histogram_counts_everything_once() {
    let values: Vec<f64> = (0..1_000).map(|i| f64::from(i) / 10.0).collect();
    let h = Histogram::new(&values);
    assert_eq!(h.counts.iter().sum::<u64>(), 1_000);
    assert_eq!(h.counts.len(), 10);
    assert!(h.counts.iter().all(|c| (99..=101).contains(c)));
    assert_eq!(Histogram::new(&[4.0; 5]).counts, [5]);
    assert_eq!(Histogram::new(&[0.0, 0.0, 0.0, 0.0, 0.0, 9.0]).counts.iter().sum::<u64>(), 6);
    assert!(Histogram::new(&[]).counts.is_empty());
}

/// The normal quantiles of evenly spaced probabilities, dealt out to five replications.
fn normal_columns(n: usize, middle: f64) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); 5];
    for k in 0..n {
        columns[k % 5].push(middle + normal_quantile((k as f64 + 0.5) / n as f64));
    }
    columns
}

#[test]
fn a_density_has_area_one_and_the_shape_of_its_values() {
    let pooled = Pooled::new(&normal_columns(20_000, 10.0));
    assert_eq!(Density::axis([&pooled]), AxisKind::Linear);
    let density = Density::clustered(&pooled, AxisKind::Linear, 0.95).expect("a density");
    let step = density.x[1] - density.x[0];
    assert_near(density.density.iter().sum::<f64>() * step, 1.0, 0.003);
    let peak = (2.0 * std::f64::consts::PI).sqrt().recip();
    let middle = density.x.iter().position(|x| *x >= 10.0).expect("a middle");
    assert_near(density.density[middle], peak, 0.02 * peak);
    assert!(
        density.lower[middle] <= density.density[middle] && density.density[middle] <= density.upper[middle]
    );
}

/// Botev's bandwidth sees two humps that a rule for normal values would melt into one.
#[test]
fn a_density_keeps_humps_apart() {
    let mut columns = normal_columns(4_000, 20.0);
    for (column, other) in columns.iter_mut().zip(normal_columns(4_000, 34.0)) {
        column.extend(other);
    }
    let density = Density::clustered(&Pooled::new(&columns), AxisKind::Linear, 0.95).expect("a density");
    let at = |x: f64| density.density[density.x.iter().position(|v| *v >= x).expect("within")];
    assert!(at(27.0) < 0.01 * at(20.0), "{} between {} and {}", at(27.0), at(20.0), at(34.0));
    assert_near(at(20.0), at(34.0), 0.02 * at(20.0));
}

#[test]
fn zeros_are_told_apart_and_long_tails_ask_for_a_logarithmic_axis() {
    let columns: Vec<Vec<f64>> = normal_columns(1_000, 0.0)
        .iter()
        .map(|c| c.iter().map(|z| (2.0 * z).exp()).chain([0.0; 50]).collect())
        .collect();
    let pooled = Pooled::new(&columns);
    let axis = Density::axis([&pooled]);
    assert_eq!(axis, AxisKind::Log10);
    let density = Density::clustered(&pooled, axis, 0.95).expect("a density");
    assert_near(density.zero, 0.2, 1e-12);
    // Values that are not zero have the rest of the area: standard deviation 2 / ln 10 on the axis.
    let step = (density.x[1] / density.x[0]).log10();
    assert_near(density.density.iter().sum::<f64>() * step, 0.8, 0.005);
    assert_eq!(Density::clustered(&Pooled::new(&[vec![0.0, 0.0], vec![f64::INFINITY]]), axis, 0.95), None);
}

/// Ranks from the binomial law: David and Nagaraja (2003), table of section 7.1 by hand.
#[test]
fn order_statistics_bound_a_quantile() {
    let values = |n: usize| (1..=n).map(|k| k as f64).collect::<Vec<_>>();
    // P(B(100, 1/2) <= 39) = 0.0176, P(<= 40) = 0.0284.
    let median = order_quantile(&values(100), 0.5, 0.95);
    assert_eq!((median.lower, median.upper), (40.0, 61.0));
    // 0.95^71 > 0.025 > 0.95^72.
    assert_eq!(order_quantile(&values(71), 0.05, 0.95).lower, f64::NEG_INFINITY);
    assert_eq!(order_quantile(&values(72), 0.05, 0.95).lower, 1.0);
    // What the box of the MORE plot falls back to with fewer replications.
    for (n, p) in [(36, 0.1), (23, 0.15), (13, 0.25)] {
        assert!(order_quantile(&values(n), p, 0.95).lower.is_finite());
        assert!(order_quantile(&values(n - 1), p, 0.95).lower.is_infinite());
    }
    assert_eq!(order_quantile(&values(72), 0.95, 0.95).upper, 72.0);
    assert_eq!(order_quantile(&values(71), 0.95, 0.95).upper, f64::INFINITY);
}
