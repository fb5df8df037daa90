//! Theil-Sen slopes and Mann-Kendall: against all orders of few values, values of other programs, and by coverage.

use super::{assert_near, generator};
use rand::{RngExt, seq::SliceRandom};
use turnaround::stats::trend::{MIN_POINTS, theil_sen};

fn points(y: &[f64]) -> Vec<(f64, f64)> {
    y.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect()
}

/// Every order of 1..=n, by Heap's algorithm.
fn orders(n: usize) -> Vec<Vec<f64>> {
    fn heap(k: usize, values: &mut Vec<f64>, all: &mut Vec<Vec<f64>>) {
        if k <= 1 {
            return all.push(values.clone());
        }
        for i in 0..k {
            heap(k - 1, values, all);
            let other = if k.is_multiple_of(2) { i } else { 0 };
            values.swap(other, k - 1);
        }
    }
    let mut all = Vec::new();
    heap(n, &mut (1..=n).map(|x| x as f64).collect(), &mut all);
    all
}

/// The exact p-value of each order is the share of all orders that are at least as far from no trend.
#[test]
fn mann_kendall_is_exact_for_few_points() {
    for n in 3..=7 {
        let all: Vec<_> = orders(n).iter().map(|y| theil_sen(&points(y), 0.95).expect("a trend")).collect();
        let factorial: usize = (1..=n).product();
        assert_eq!(all.len(), factorial);
        for trend in &all {
            let as_far = all.iter().filter(|t| t.s.abs() >= trend.s.abs()).count();
            assert_near(trend.p_value, as_far as f64 / factorial as f64, 1e-12);
        }
    }
}

/// kendalltau (method="exact") and theilslopes of SciPy 1.17.
#[test]
fn slopes_and_p_values_are_those_of_scipy() {
    let trend = theil_sen(&points(&[24.1, 25.3, 24.9, 26.8, 27.5, 29.0, 28.6, 31.2]), 0.95).expect("a trend");
    assert_near(trend.tau, 0.857_142_857_142_857, 1e-12);
    assert_near(trend.p_value, 0.001_736_111_111_111, 1e-12);
    assert_near(trend.slope, 0.9525, 1e-12);
    assert!(trend.rises() && !trend.falls(), "{trend:?}");
    // With equal values: the normal law with its correction for ties, and for continuity, which SciPy leaves out.
    let tied = theil_sen(&points(&[10.0, 10.0, 12.0, 11.0, 13.0, 13.0, 15.0, 14.0, 17.0, 16.0]), 0.95)
        .expect("a trend");
    assert_near(tied.slope, 0.75, 1e-12);
    assert!(tied.rises() && (0.000_2..0.002).contains(&tied.p_value), "{tied:?}");
}

/// A straight line has its own slope; four points have no 95 % interval, five have one that holds all slopes.
#[test]
fn few_points_say_as_much_as_they_can() {
    let line = |n: usize| points(&(0..n).map(|x| 3.0 + 2.0 * x as f64).collect::<Vec<_>>());
    let four = theil_sen(&line(MIN_POINTS), 0.95).expect("a trend");
    assert!(!four.has_interval() && !four.rises() && four.slope == 2.0, "{four:?}");
    // All four rise: by chance alone 2 of 24 orders are as far from no trend.
    assert_near(four.p_value, 2.0 / 24.0, 1e-12);
    let five = theil_sen(&line(5), 0.95).expect("a trend");
    assert_eq!((five.lower, five.upper, five.intercept), (2.0, 2.0, 3.0));
    assert_near(five.coverage, 1.0 - 2.0 / 120.0, 1e-12);
    assert!(theil_sen(&points(&[1.0]), 0.95).is_none());
    assert!(theil_sen(&[(1.0, 2.0), (1.0, 3.0)], 0.95).is_none());
    // One odd year moves it little.
    let mut odd = line(9);
    odd[4].1 = 500.0;
    assert_near(theil_sen(&odd, 0.95).expect("a trend").slope, 2.0, 1e-12);
}

/// The interval holds the slope as often as it says, whatever the law of the errors, here one without a mean.
#[test]
fn the_interval_covers() {
    let mut rng = generator(68);
    let n_trials = 4000;
    for n in [6, 8, 12] {
        let mut held = 0;
        let mut promised = 0.0;
        for _ in 0..n_trials {
            let cauchy = |u: f64| (std::f64::consts::PI * (u - 0.5)).tan();
            let y: Vec<f64> = (0..n).map(|x| 1.5 * x as f64 + cauchy(rng.random())).collect();
            let trend = theil_sen(&points(&y), 0.95).expect("a trend");
            held += usize::from((trend.lower..=trend.upper).contains(&1.5));
            promised = trend.coverage;
        }
        let share = held as f64 / n_trials as f64;
        let error = (promised * (1.0 - promised) / n_trials as f64).sqrt();
        assert!(promised >= 0.95 && (share - promised).abs() < 3.5 * error, "n = {n}: {share}, {promised}");
    }
}

/// The order in which the points are given does not matter.
#[test]
fn points_may_come_in_any_order() {
    let sorted = points(&[5.0, 4.0, 7.0, 9.0, 8.0, 12.0]);
    let mut shuffled = sorted.clone();
    shuffled.shuffle(&mut generator(3));
    let (a, b) = (theil_sen(&sorted, 0.9).expect("a trend"), theil_sen(&shuffled, 0.9).expect("a trend"));
    assert_eq!((a.slope, a.lower, a.upper, a.s), (b.slope, b.lower, b.upper, b.s));
}
