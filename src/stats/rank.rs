//! Rank correlation: how surely one quantity rises or falls with another, whatever the shape.

use super::describe::{mean, sd};

/// Spearman's rank correlation, -1 to 1; equal values share their ranks. NaN where either is constant.
///
/// Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15 (1904), 72-101.
///
/// # Panics
/// When there are not as many values of one as of the other.
pub fn rank_correlation(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "pairs");
    let (a, b) = (ranks(x), ranks(y));
    let (centre_a, centre_b) = (mean(&a), mean(&b));
    let products: f64 = a.iter().zip(&b).map(|(p, q)| (p - centre_a) * (q - centre_b)).sum();
    products / ((a.len() as f64 - 1.0) * sd(&a) * sd(&b))
}

/// Ranks from 1; the mean of their ranks for equal values.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut i = 0;
    while i < order.len() {
        let same = order[i..].iter().take_while(|&&k| values[k] == values[order[i]]).count().max(1);
        let rank = i as f64 + (same as f64 + 1.0) / 2.0;
        order[i..i + same].iter().for_each(|&k| ranks[k] = rank);
        i += same;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::rank_correlation;

    #[test]
    fn the_correlation_of_ranks_is_that_worked_out_by_hand() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert!((rank_correlation(&x, &[1.0, 4.0, 9.0, 16.0, 25.0]) - 1.0).abs() < 1e-12);
        assert!((rank_correlation(&x, &[5.0, 4.0, 3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        // 1 - 6 sum d^2 / (n (n^2 - 1)), d = 0 1 -1 1 -1
        assert!((rank_correlation(&x, &[1.0, 3.0, 2.0, 5.0, 4.0]) - (1.0 - 6.0 * 4.0 / 120.0)).abs() < 1e-12);
        // Ranks 1.5 1.5 3 4 against 1 2 3 4: 4.5 / sqrt(4.5 x 5).
        let ties = rank_correlation(&[7.0, 7.0, 8.0, 9.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!((ties - 4.5 / (4.5f64 * 5.0).sqrt()).abs() < 1e-12);
        assert!(rank_correlation(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
    }
}
