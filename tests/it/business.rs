//! From results to decisions: money over time and its risk, against hand computation and known laws.

mod case;
#[cfg(feature = "frames")]
mod workbook;

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use turnaround::business::cash::{discounted, per_month, per_year};
use turnaround::business::*;
use turnaround::stats::control::individuals;
use turnaround::stats::regression::polynomial;
use turnaround::stats::student::normal_quantile;

fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got}, want {want} +- {tolerance}");
}

/// The quantiles of evenly spaced probabilities: a normal law without chance.
fn normal(n: usize, mean: f64, sd: f64) -> Vec<f64> {
    (0..n).map(|k| mean + sd * normal_quantile((k as f64 + 0.5) / n as f64)).collect()
}

/// The same in random order: each value meets each other's as chance would have it.
fn shuffled(n: usize, mean: f64, sd: f64) -> Vec<f64> {
    let mut all = normal(n, mean, sd);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(n as u64 ^ mean.to_bits() ^ sd.to_bits());
    for k in (1..n).rev() {
        all.swap(k, rng.random_range(0..=k));
    }
    all
}

#[test]
fn an_investment_by_hand() {
    let flows = [-100.0, 30.0, 30.0, 30.0, 30.0, 30.0];
    near(npv(&flows, 0.07), 23.005_923, 5e-7);
    let Irr::One(rate) = irr(&flows) else { panic!("{:?}", irr(&flows)) };
    near(rate, 0.152_382_37, 5e-9);
    near(npv(&flows, rate), 0.0, 1e-10);
    // 100 / 30 periods; discounted: after three years 21.2705 are left of a fourth of 22.8869.
    near(payback(&flows).unwrap(), 10.0 / 3.0, 1e-12);
    near(payback(&discounted(&flows, 0.07)).unwrap(), 3.0 + 21.270_520 / 22.886_856, 1e-6);
    near(discounted(&flows, 0.07).iter().sum(), 23.005_923, 5e-7);
}

#[test]
fn a_year_of_months_is_a_year() {
    near(per_month(0.07), 0.005_654_145, 5e-10);
    near(per_year(per_month(0.07)), 0.07, 1e-15);
    // Flows at the ends of years are worth the same by months.
    let mut months = vec![0.0; 61];
    months[0] = -100.0;
    (1..=5).for_each(|y| months[12 * y] = 30.0);
    near(npv(&months, per_month(0.07)), 23.005_923, 5e-7);
}

#[test]
fn rates_of_return_are_one_or_none_or_several() {
    assert_eq!(irr(&[100.0, 30.0]), Irr::None);
    assert_eq!(irr(&[0.0, 0.0]), Irr::None);
    // -1000 x^0 + 2500 x - 1540 x^2 = 0 at 10 % and 40 %.
    let Irr::Several(rates) = irr(&[-1000.0, 2500.0, -1540.0]) else { panic!() };
    assert_eq!(rates.len(), 2);
    near(rates[0], 0.10, 1e-9);
    near(rates[1], 0.40, 1e-9);
    // Three changes of the sign and one root only: x^3 - 3 x^2 + 4 x - 2 = (x - 1)(x^2 - 2 x + 2).
    let Irr::One(rate) = irr(&[-2.0, 4.0, -3.0, 1.0]) else { panic!() };
    near(rate, 0.0, 1e-9);
    // Two changes and none: 1 - x + x^2 is above zero everywhere.
    assert_eq!(irr(&[1.0, -1.0, 1.0]), Irr::None);
    // Money back and more with a loss: a rate below zero.
    let Irr::One(rate) = irr(&[-100.0, 50.0]) else { panic!() };
    near(rate, -0.5, 1e-9);
}

#[test]
fn payback_is_for_good_or_not_at_all() {
    assert_eq!(payback(&[-100.0, 30.0, 30.0]), None);
    assert_eq!(payback(&[5.0, 1.0]), Some(0.0));
    assert_eq!(payback(&[]), Some(0.0));
    // Above zero after one period, but below again after two.
    near(payback(&[-10.0, 20.0, -15.0, 10.0]).unwrap(), 2.5, 1e-12);
    assert_eq!(payback(&[-100.0, 100.0]), Some(1.0));
}

/// Of a normal law everything is known: with u = mean / sd the value of information is sd (phi(u) - |u| (1 - Phi(|u|))).
#[test]
fn risk_of_a_normal_law() {
    let r = risk(&normal(20_000, 50.0, 100.0), 20_000).unwrap();
    near(r.mean, 50.0, 1e-6);
    near(r.p5, 50.0 - 164.485, 0.2);
    near(r.p50, 50.0, 0.2);
    near(r.p95, 50.0 + 164.485, 0.2);
    near(r.positive, 0.691_462, 1e-4);
    // phi(1.644854) / .05 = 2.062713 standard deviations below the mean.
    near(r.shortfall, 50.0 - 206.271, 0.2);
    // phi(.5) - .5 (1 - Phi(.5)) = .352065 - .154269
    near(r.evpi, 19.780, 0.02);
    assert_eq!(risk(&[], 0), None);
    assert_eq!(risk(&[1.0, f64::NAN], 2), None);
    let three = risk(&[-1.0, 0.0, 4.0], 3).unwrap();
    assert_eq!((three.positive, three.shortfall), (1.0 / 3.0, -1.0));
    near(three.evpi, 4.0 / 3.0 - 1.0, 1e-12);
    // Two options that are each worth 3 in another of three states, and 0 on average: knowing the state is worth 2.
    let (one, other) = ([3.0, -1.5, -1.5], [-1.5, 3.0, -1.5]);
    near(evpi_of_several(&[&one, &other]), 2.0, 1e-12);
    near(evpi_of_several(&[&one]), 1.0, 1e-12);
    assert_eq!(evpi_of_several(&[]), 0.0);
}

#[test]
fn what_is_known_anyway_is_worth_nothing_to_know() {
    assert_eq!(evpi(&[3.0, 3.0]), 0.0);
    assert_eq!(evpi(&[1.0, 2.0]), 0.0);
    assert_eq!(evpi(&[-1.0, -2.0]), 0.0);
}

/// NPV = 20 + 60 x + 80 z with standard normal x and z: to know x is worth 60 phi(1/3) - 20 (1 - Phi(1/3)), to know both
/// 100 phi(.2) - 20 (1 - Phi(.2)).
#[test]
fn the_value_of_knowing_one_input() {
    let n = 4_001;
    let (x, z) = (normal(n, 0.0, 1.0), shuffled(n, 0.0, 1.0));
    // A random order leaves a correlation of 1 / sqrt(n) = .016: 1 % of 60.
    let npv: Vec<f64> = x.iter().zip(&z).map(|(x, z)| 20.0 + 60.0 * x + 80.0 * z).collect();
    // phi(1/3) = .377383, 1 - Phi(1/3) = .369441; phi(.2) = .391043, 1 - Phi(.2) = .420740.
    near(evppi(&x, &npv), 60.0 * 0.377_383 - 20.0 * 0.369_441, 1.5);
    near(evpi(&npv), 100.0 * 0.391_043 - 20.0 * 0.420_740, 1.5);
    // What has nothing to do with it is worth nothing: no curve is better than none, or so little better that its value is
    // a hundredth of the other's.
    let other = shuffled(n, 5.0, 2.0);
    assert!(evppi(&other, &npv) < 0.01 * evppi(&x, &npv));
    assert!(evppi(&x, &npv) <= evpi(&npv));
}

#[test]
fn a_lever_breaks_even_where_the_line_meets_zero() {
    let x: Vec<f64> = (0..50).map(|k| f64::from(k) / 49.0).collect();
    let wobble = |k: usize| if k.is_multiple_of(2) { 3.0 } else { -3.0 };
    let npv =
        |a: f64, b: f64| -> Vec<f64> { x.iter().enumerate().map(|(k, x)| a + b * x + wobble(k)).collect() };
    let BreakEven::At(at) = break_even(&x, &npv(-30.0, 100.0)) else { panic!() };
    near(at, 0.3, 0.01);
    assert_eq!(break_even(&x, &npv(50.0, 100.0)), BreakEven::Above);
    assert_eq!(break_even(&x, &npv(-500.0, 100.0)), BreakEven::Below);
    assert_eq!(break_even(&x, &npv(5.0, 0.0)), BreakEven::Unmoved);
}

#[test]
fn polynomials_are_of_the_degree_that_the_points_support() {
    let x: Vec<f64> = (0..40).map(|k| 1e6 + f64::from(k)).collect();
    let cubic: Vec<f64> = x
        .iter()
        .map(|x| {
            let t = x - 1e6;
            1.0 + t - 0.5 * t * t + 0.01 * t * t * t
        })
        .collect();
    let fit = polynomial(&x, &cubic, 3);
    assert_eq!(fit.coefficients.len(), 4);
    near(fit.r_squared, 1.0, 1e-12);
    fit.fitted.iter().zip(&cubic).for_each(|(f, y)| near(*f, *y, 1e-8));
    let line: Vec<f64> = x.iter().map(|x| 3.0 * (x - 1e6)).collect();
    assert_eq!(polynomial(&x, &line, 3).coefficients.len(), 2);
    assert_eq!(polynomial(&x, &[7.0; 40], 3).coefficients, [7.0]);
    // An input that does not vary explains nothing; too few points support no curve.
    assert_eq!(polynomial(&[2.0; 40], &line, 3).coefficients.len(), 1);
    assert_eq!(polynomial(&[1.0, 2.0, 3.0], &[1.0, 4.0, 9.0], 3).coefficients.len(), 1);
}

/// Limits by hand: values 10, 12, 11 have the mean 11 and the mean moving range 1.5; 3 / d2 = 2.6587.
#[test]
fn control_limits_by_hand() {
    let values = [10.0, 12.0, 11.0, 20.0, 11.5, 11.5, 11.5, 11.5, 11.5, 11.5, 11.5, 11.5, 7.0];
    let chart = individuals(&values, 3).unwrap();
    near(chart.center, 11.0, 1e-12);
    near(chart.upper - 11.0, 2.658_680_776 * 1.5, 1e-8);
    assert_eq!((chart.log, chart.outside.as_slice()), (false, &[3, 12][..]));
    // The eighth value in a row above the middle, and the ninth.
    assert_eq!(chart.runs, [10, 11]);
    // Limits below zero of what cannot be below zero: by logarithms, e^(mean +- 2.6587 x mean range).
    let skewed = [1.0, std::f64::consts::E.powi(2), 1.0, std::f64::consts::E.powi(2)];
    let chart = individuals(&skewed, 4).unwrap();
    assert!(chart.log);
    near(chart.center.ln(), 1.0, 1e-12);
    near(chart.lower.ln(), 1.0 - 2.658_680_776 * 2.0, 1e-8);
    assert_eq!(individuals(&values, 1), None);
    assert_eq!(individuals(&[1.0, f64::NAN, 2.0], 2), None);
}

/// A constant process signals as often as its limits say: three sigma, 0.27 % of normal values (a little more, as limits
/// from 200 values are not exact).
#[test]
fn a_process_in_control_seldom_signals() {
    let values = shuffled(4_001, 50.0, 3.0);
    let chart = individuals(&values, 200).unwrap();
    let share = chart.outside.len() as f64 / 3_801.0;
    assert!((0.0005..0.01).contains(&share), "{share}");
}
