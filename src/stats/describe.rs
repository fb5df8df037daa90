//! Moments of a sample, computed so that large offsets do not destroy the digits.

/// Arithmetic mean; NaN for an empty sample.
///
/// The mean of the residuals is added back, which removes the rounding error of the first pass.
pub fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let first = values.iter().sum::<f64>() / n;
    if !first.is_finite() {
        return first;
    }
    first + values.iter().map(|x| x - first).sum::<f64>() / n
}

/// Unbiased sample variance, denominator n - 1; NaN for fewer than two values.
///
/// Two passes about the refined [`mean`]: Chan, Golub and LeVeque, "Algorithms for computing the sample variance",
/// The American Statistician 37 (1983), 242-247.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    values.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Sample standard deviation: the root of [`variance`].
pub fn sd(values: &[f64]) -> f64 {
    variance(values).sqrt()
}

/// Skewness by unbiased moments: n sum (x - mean)^3 / ((n - 1)(n - 2) sd^3). Zero for a constant sample,
/// NaN for fewer than three values.
pub fn skewness(values: &[f64]) -> f64 {
    if values.len() < 3 {
        return f64::NAN;
    }
    let n = values.len() as f64;
    let (centre, sd) = (mean(values), sd(values));
    if sd == 0.0 {
        return 0.0;
    }
    let cubes: f64 = values.iter().map(|x| ((x - centre) / sd).powi(3)).sum();
    n * cubes / ((n - 1.0) * (n - 2.0))
}

/// Autocorrelation at `lag`: sum (x_t - mean)(x_(t+lag) - mean) / sum (x_t - mean)^2.
/// NaN for a constant sample.
pub fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let centre = mean(values);
    let total: f64 = values.iter().map(|x| (x - centre).powi(2)).sum();
    let lagged: f64 =
        values.iter().zip(values.iter().skip(lag)).map(|(a, b)| (a - centre) * (b - centre)).sum();
    lagged / total
}
