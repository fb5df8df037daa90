//! Laws from observations: known roots, parameters that come back, families at stated rates.

#![allow(clippy::excessive_precision, reason = "the roots stand as 40-digit arithmetic gave them")]

use turnaround::dist::*;
use turnaround::rng::{Key, Purpose};

/// Twelve lifetimes.
const TWELVE: [f64; 12] = [12.0, 35.0, 48.0, 61.0, 77.0, 90.0, 104.0, 121.0, 149.0, 198.0, 233.0, 310.0];

fn sample(law: &Dist, n: usize, seed: u64) -> Vec<f64> {
    let mut stream = Key::new(seed, 0).stream(Purpose::of("fit"), 0, 0);
    let sampler = Sampler::compile(law);
    (0..n).map(|_| sampler.sample(stream.uniform())).collect()
}

fn of<'f>(fit: &'f Fit, family: &str) -> &'f Candidate {
    fit.candidates.iter().find(|c| c.dist.family().name == family).expect("a candidate")
}

fn close(found: f64, exact: f64, tolerance: f64) {
    assert!((found - exact).abs() <= tolerance * exact.abs(), "{found} is not {exact}");
}

/// Roots of the likelihood equations in 40-digit arithmetic.
#[test]
fn likelihood_is_greatest_at_the_known_roots() {
    let fit = fit(&TWELVE).expect("a fit");
    let Dist::Weibull(_) = of(&fit, "weibull").dist else { panic!("weibull") };
    let (_, weibull) = of(&fit, "weibull").dist.params();
    close(weibull.get("shape").expect("shape"), 1.433_122_908_078_096_65, 1e-12);
    close(weibull.get("scale").expect("scale"), 132.108_779_908_873_211, 1e-12);
    let (_, gamma) = of(&fit, "gamma").dist.params();
    close(gamma.get("cv").expect("cv").powi(-2), 1.793_716_876_834_313_37, 1e-11);
    let (_, loglogistic) = of(&fit, "loglogistic").dist.params();
    close(loglogistic.get("median").expect("median"), 94.178_963_638_251_711_8, 1e-11);
    close(loglogistic.get("shape").expect("shape"), 2.062_699_592_843_539_93, 1e-11);
    let (_, normal) = of(&fit, "normal").dist.params();
    close(normal.get("mean").expect("mean"), 47.463_148_529_617_254_8, 1e-8);
    close(normal.get("sd").expect("sd"), 125.970_232_070_388_488, 1e-8);
    close(of(&fit, "exponential").dist.mean(), 1438.0 / 12.0, 1e-14);
    // -2 ln L of the exponential law is 2 n (1 + ln mean).
    let mean: f64 = 1438.0 / 12.0;
    close(of(&fit, "exponential").bic, 24.0 * (1.0 + mean.ln()) + 12f64.ln(), 1e-12);
    assert!(!fit.is_identifiable());
}

#[test]
fn parameters_come_back_within_their_standard_errors() {
    let n = 4_000;
    let root = (n as f64).sqrt();
    let exponential: Dist = Exponential::new(30.0).expect("a law").into();
    let found = fit(&sample(&exponential, n, 1)).expect("a fit");
    assert!((found.dist.mean() - 30.0).abs() < 4.0 * 30.0 / root);
    // The standard error of sigma is sigma / sqrt(2n), that of ln(median) sigma / sqrt(n).
    let lognormal: Dist = Lognormal::by_median_sigma(20.0, 0.7).expect("a law").into();
    let fit_of = fit(&sample(&lognormal, n, 2)).expect("a fit");
    let (_, p) = of(&fit_of, "lognormal").dist.params();
    assert!((p.get("sigma").expect("sigma") - 0.7).abs() < 4.0 * 0.7 / (2f64.sqrt() * root));
    assert!((p.get("median").expect("median") / 20.0).ln().abs() < 4.0 * 0.7 / root);
    // Asymptotic variances of the Weibull law: 0.608 k^2 / n and 1.109 (scale / k)^2 / n (Lawless 1982).
    let weibull: Dist = Weibull::by_shape_scale(1.8, 100.0).expect("a law").into();
    let fit_of = fit(&sample(&weibull, n, 3)).expect("a fit");
    let (_, p) = of(&fit_of, "weibull").dist.params();
    assert!((p.get("shape").expect("shape") - 1.8).abs() < 4.0 * 0.608f64.sqrt() * 1.8 / root);
    assert!((p.get("scale").expect("scale") - 100.0).abs() < 4.0 * 1.109f64.sqrt() * 100.0 / 1.8 / root);
    // Two lognormal laws that are far apart.
    let text = |median, sigma| Dist::from(Lognormal::by_median_sigma(median, sigma).expect("a law"));
    let mixture: Dist =
        Mixture::new(vec![0.4, 0.6], vec![text(10.0, 0.3), text(200.0, 0.4)]).expect("a law").into();
    let found = fit(&sample(&mixture, n, 4)).expect("a fit");
    let (family, p) = found.dist.params();
    assert_eq!(family, "mixture");
    let weights = p.list("weights").expect("weights");
    assert!((weights[0] / (weights[0] + weights[1]) - 0.4).abs() < 4.0 * 0.49 / root);
}

/// From 500 values the right family is chosen in 97 (exponential) and 99 of 100 samples; the limits are three standard errors
/// lower.
#[test]
fn families_are_chosen_at_the_stated_rates() {
    let laws: [(&str, Dist, usize); 4] = [
        ("exponential", Exponential::new(30.0).expect("a law").into(), 91),
        ("lognormal", Lognormal::by_mean_cv(30.0, 1.0).expect("a law").into(), 95),
        ("gamma", Gamma::by_mean_cv(30.0, 0.5).expect("a law").into(), 95),
        ("weibull", Weibull::by_shape_mean(2.5, 30.0).expect("a law").into(), 95),
    ];
    for (name, law, least) in laws {
        let right = (0..100)
            .filter(|seed| fit(&sample(&law, 500, 100 + seed)).expect("a fit").dist.family().name == name)
            .count();
        eprintln!("{name}: {right} of 100");
        assert!(right >= least, "{name}: {right} of 100, at least {least} wanted");
    }
}

#[test]
fn what_is_no_family_is_said() {
    let why = |values: &[f64]| fit(values).expect("a fit").why;
    assert!(fit(&[]).is_none());
    assert_eq!(why(&[5.0; 30]), Why::Constant);
    assert_eq!(why(&[1.0, 2.0, 4.0]), Why::Few);
    let ties: Vec<f64> = (0..200).map(|i| f64::from(i % 20)).collect();
    assert_eq!(why(&ties), Why::Ties);
    // Two points far apart with noise: neither one bell nor two lognormal laws of some width.
    let three: Vec<f64> = sample(&Uniform::new(0.0, 1.0).expect("a law").into(), 600, 9)
        .iter()
        .enumerate()
        .map(|(i, u)| [100.0, 1_000.0, 10_000.0][i % 3] + u)
        .collect();
    let found = fit(&three).expect("a fit");
    assert_eq!(found.why, Why::NoFamily);
    let mean = three.iter().sum::<f64>() / 600.0;
    close(found.dist.mean(), mean, 0.01);
    // Zeros are a share of their own.
    let mut zeros = vec![0.0; 50];
    zeros.extend(sample(&Exponential::new(30.0).expect("a law").into(), 150, 5));
    let found = fit(&zeros).expect("a fit");
    let (family, p) = found.dist.params();
    assert_eq!((family, p.get("zero"), found.zero), ("zero_inflated", Some(0.25), 0.25));
}
