//! Quantiles and tails of Student's t and of the normal distribution.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::gamma::gamma_ur;

/// From this many degrees of freedom the expansion in 1/df is exact to double precision
/// and better than the incomplete beta function, whose logarithms of gamma lose digits.
const EXPANSION_FROM: f64 = 300.0;

/// The `p` quantile of Student's t with `df` degrees of freedom, to about 1e-13 relative;
/// `df` may be infinite (normal).
///
/// The starting value of `statrs` is good to 1e-8; Newton steps in the lower tail polish it.
/// For large `df`: Abramowitz and Stegun, 26.7.5.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if p.is_nan() || df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if df >= EXPANSION_FROM {
        return expansion(normal_quantile(p), df);
    }
    if p == 0.5 {
        return 0.0;
    }
    let Ok(law) = StudentsT::new(0.0, 1.0, df) else { return f64::NAN };
    let tail = p.min(1.0 - p);
    let x = newton(law.inverse_cdf(tail), |x| (law.cdf(x) - tail) / law.pdf(x));
    if p < 0.5 { x } else { -x }
}

/// The factor of a two-sided interval: P(|T| <= factor) = `level`.
pub fn t_factor(level: f64, df: f64) -> f64 {
    -t_quantile((1.0 - level) / 2.0, df)
}

/// Two-sided p-value: P(|T| >= |t|).
pub fn t_p_value(t: f64, df: f64) -> f64 {
    if df <= 0.0 || t.is_nan() || df.is_nan() {
        return 1.0;
    }
    StudentsT::new(0.0, 1.0, df).map_or(1.0, |law| (2.0 * law.cdf(-t.abs())).min(1.0))
}

/// The `p` quantile of the standard normal distribution.
pub fn normal_quantile(p: f64) -> f64 {
    if p == 0.5 {
        return 0.0;
    }
    let law = Normal::standard();
    let tail = p.min(1.0 - p);
    // P(Z <= x) = Q(1/2, x^2/2) / 2 for x < 0; the normal cdf of `statrs` itself is good to 1e-11 only.
    let x = newton(law.inverse_cdf(tail), |x| (gamma_ur(0.5, x * x / 2.0) / 2.0 - tail) / law.pdf(x));
    if p < 0.5 { x } else { -x }
}

/// The `p` quantile of the chi-squared distribution with `df` degrees of freedom.
pub fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    let Ok(law) = ChiSquared::new(df) else { return f64::NAN };
    newton(law.inverse_cdf(p), |x| (law.cdf(x) - p) / law.pdf(x))
}

/// At most four Newton steps; a step that is not finite ends the search.
fn newton(start: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..4 {
        let d = step(x);
        if !d.is_finite() {
            break;
        }
        x -= d;
        if d.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    x
}

fn expansion(x: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return x;
    }
    let y = x * x;
    let g1 = x * (y + 1.0) / 4.0;
    let g2 = x * ((5.0 * y + 16.0) * y + 3.0) / 96.0;
    let g3 = x * (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
    let g4 = x * ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92_160.0;
    x + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df
}
