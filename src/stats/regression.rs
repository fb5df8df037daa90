//! A curve through points: polynomials by least squares, of the degree that the points support.

use super::describe::{mean, sd};

/// A polynomial in the standardised input z = (x - center) / scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    /// From the constant on.
    pub coefficients: Vec<f64>,
    pub center: f64,
    pub scale: f64,
    /// At the inputs.
    pub fitted: Vec<f64>,
    /// Share of the variance that it explains.
    pub r_squared: f64,
}

/// The polynomial of degree 0 to `most` with the least BIC = n ln(RSS / n) + p ln n. Schwarz, "Estimating the dimension of
/// a model", Annals of Statistics 6 (1978), 461-464. Panics when x and y differ in length or are empty.
pub fn polynomial(x: &[f64], y: &[f64], most: usize) -> Polynomial {
    assert_eq!(x.len(), y.len(), "an input for each value");
    assert!(!x.is_empty(), "at least one point");
    let n = x.len();
    let (center, spread) = (mean(x), sd(x));
    let scale = if spread > 0.0 { spread } else { 1.0 };
    let z: Vec<f64> = x.iter().map(|x| (x - center) / scale).collect();
    let level = mean(y);
    let total: f64 = y.iter().map(|y| (y - level).powi(2)).sum();
    let fit = |degree: usize| {
        let coefficients = least_squares(&z, y, degree)?;
        let value = |z: &f64| coefficients.iter().rev().fold(0.0, |sum, c| sum * z + c);
        let fitted: Vec<f64> = z.iter().map(value).collect();
        let rss: f64 = y.iter().zip(&fitted).map(|(y, f)| (y - f).powi(2)).sum();
        // Residuals that are mere rounding count as one size, so that more terms do not win by it.
        let rss = rss.max(1e-24 * total).max(f64::MIN_POSITIVE);
        let n = n as f64;
        let bic = n * (rss / n).ln() + (degree + 1) as f64 * n.ln();
        let r_squared = if total > 0.0 { 1.0 - rss / total } else { 0.0 };
        Some((bic, Polynomial { coefficients, center, scale, fitted, r_squared }))
    };
    // Three points for each term, or it is the points that are followed.
    let most = if spread > 0.0 { most.min((n / 3).saturating_sub(1)) } else { 0 };
    let constant =
        || Polynomial { coefficients: vec![level], center, scale, fitted: vec![level; n], r_squared: 0.0 };
    let fits = (0..=most).filter_map(fit);
    fits.min_by(|a, b| a.0.total_cmp(&b.0)).map_or_else(constant, |(_, fit)| fit)
}

/// Coefficients of 1, z, ..., z^degree by the normal equations, which are well behaved for standardised z and a low
/// degree; None when the points do not determine them.
fn least_squares(z: &[f64], y: &[f64], degree: usize) -> Option<Vec<f64>> {
    let p = degree + 1;
    let mut system = vec![vec![0.0; p + 1]; p];
    for (z, y) in z.iter().zip(y) {
        let powers: Vec<f64> = (0..p).map(|k| z.powi(k as i32)).collect();
        for i in 0..p {
            for j in 0..p {
                system[i][j] += powers[i] * powers[j];
            }
            system[i][p] += powers[i] * y;
        }
    }
    solve(system)
}

/// Gaussian elimination with the largest pivot of each column; rows are equations with their right side at the end.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let p = rows.len();
    for column in 0..p {
        let pivot = (column..p).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        if rows[column][column].abs() < 1e-9 {
            return None;
        }
        let (above, below) = rows.split_at_mut(column + 1);
        let lead = &above[column];
        for row in below {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(lead).skip(column).for_each(|(x, l)| *x -= factor * l);
        }
    }
    let mut solution = vec![0.0; p];
    for i in (0..p).rev() {
        let known: f64 = (i + 1..p).map(|j| rows[i][j] * solution[j]).sum();
        solution[i] = (rows[i][p] - known) / rows[i][i];
    }
    Some(solution)
}
