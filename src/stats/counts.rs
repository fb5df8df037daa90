//! Probabilities of counts: is it chance that one outcome came more often, or differently in two groups?

use statrs::distribution::{Binomial, DiscreteCDF};
use statrs::function::gamma::gamma_ur;

/// The sign test: the probability that a fair coin falls at least as unevenly, to either side. 1 without any throw.
pub fn sign_test(heads: u64, tails: u64) -> f64 {
    let n = heads + tails;
    let Ok(law) = Binomial::new(0.5, n) else { return 1.0 };
    (2.0 * law.cdf(heads.min(tails))).min(1.0)
}

/// The probability that a chi-squared variable with `df` degrees of freedom is at least `x`.
pub fn chi_squared_p_value(x: f64, df: f64) -> f64 {
    if df <= 0.0 || x <= 0.0 { 1.0 } else { gamma_ur(df / 2.0, x / 2.0) }
}

/// The likelihood ratio of a table of counts (rows: groups, columns: outcomes) against the same shares in all groups, with its degrees
/// of freedom (G test: Wilks 1938).
pub fn g_test(table: &[&[u64]]) -> (f64, f64) {
    let n_ways = table.iter().map(|row| row.len()).max().unwrap_or(0);
    let of_way = |w: usize| table.iter().map(|row| row[w]).sum::<u64>();
    let ways: Vec<u64> = (0..n_ways).map(of_way).collect();
    let rows: Vec<u64> = table.iter().map(|row| row.iter().sum()).collect();
    let total: u64 = rows.iter().sum();
    let mut g = 0.0;
    for (row, &n_row) in table.iter().zip(&rows) {
        for (&n, &n_way) in row.iter().zip(&ways).filter(|(n, _)| **n > 0) {
            g += 2.0 * n as f64 * (n as f64 * total as f64 / (n_row as f64 * n_way as f64)).ln();
        }
    }
    let used = |counts: &[u64]| counts.iter().filter(|n| **n > 0).count().saturating_sub(1) as f64;
    (g.max(0.0), used(&rows) * used(&ways))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_tables() {
        // One head in ten: 2 x (1 + 10) / 1024.
        assert!((sign_test(1, 9) - 22.0 / 1_024.0).abs() < 1e-12);
        assert!((sign_test(0, 0) - 1.0).abs() < 1e-12 && (sign_test(5, 5) - 1.0).abs() < 1e-12);
        // The 95 % quantile with one degree of freedom is 3.841459.
        assert!((chi_squared_p_value(3.841_458_820_694_124, 1.0) - 0.05).abs() < 1e-9);
        // 2 sum n ln(n / expected): expected 15 everywhere.
        let (g, df) = g_test(&[&[10, 20], &[20, 10]]);
        let exact = 4.0 * (10.0 * (10.0_f64 / 15.0).ln() + 20.0 * (20.0_f64 / 15.0).ln());
        assert!((g - exact).abs() < 1e-9 && df == 1.0);
        assert_eq!(g_test(&[&[3, 0], &[5, 0]]), (0.0, 0.0));
    }
}
