//! The 1-Wasserstein distance of samples on a common grid.

/// The distinct values of two samples, ascending.
pub(super) struct Grid(Vec<i64>);

/// Weights on the points of a grid, or on the 168 hours of the week.
pub(super) struct Histogram(pub Vec<u64>);

impl Grid {
    pub fn new<'a>(values: impl Iterator<Item = &'a i64>) -> Self {
        let mut values: Vec<i64> = values.copied().collect();
        values.sort_unstable();
        values.dedup();
        Self(values)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The place of a value that the grid was made from.
    pub fn index(&self, value: i64) -> u32 {
        self.0.partition_point(|v| *v < value) as u32
    }

    pub fn histogram(&self, values: &[i64]) -> Histogram {
        let mut counts = vec![0; self.len()];
        values.iter().for_each(|v| counts[self.index(*v) as usize] += 1);
        Histogram(counts)
    }

    /// Each sample has mass one. NaN when one of them is empty.
    pub fn distance(&self, a: &Histogram, b: &Histogram) -> f64 {
        between(&self.0, &a.0, &b.0)
    }
}

/// The mean over the weekdays of the distance between the hours of the day [h]: 0 for a weekday without weight
/// in either, 23 with weight in one only.
pub(super) fn weekly(a: &Histogram, b: &Histogram) -> f64 {
    let hours: [i64; 24] = std::array::from_fn(|h| h as i64);
    let days =
        a.0.chunks(24).zip(b.0.chunks(24)).map(|(a, b)| match [a, b].map(|day| day.iter().any(|w| *w > 0)) {
            [true, true] => between(&hours, a, b),
            [false, false] => 0.0,
            _ => 23.0,
        });
    days.sum::<f64>() / 7.0
}

/// The area between two distribution functions.
fn between(points: &[i64], a: &[u64], b: &[u64]) -> f64 {
    let [n, m] = [a, b].map(|x| x.iter().sum::<u64>() as f64);
    if n == 0.0 || m == 0.0 {
        return f64::NAN;
    }
    let (mut below_a, mut below_b) = (0, 0);
    let mut area = 0.0;
    for (i, gap) in points.windows(2).enumerate() {
        below_a += a[i];
        below_b += b[i];
        area += (below_a as f64 / n - below_b as f64 / m).abs() * (gap[1] - gap[0]) as f64;
    }
    area
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &[i64], b: &[i64]) -> f64 {
        let grid = Grid::new(a.iter().chain(b));
        grid.distance(&grid.histogram(a), &grid.histogram(b))
    }

    #[test]
    fn equals_hand_calculated_values() {
        assert_eq!(distance(&[0, 1, 3], &[5, 6, 8]), 5.0);
        assert_eq!(distance(&[0, 0, 10], &[0, 0, 10, 0, 0, 10]), 0.0);
        assert!((distance(&[0, 0, 3], &[0, 3]) - 0.5).abs() < 1e-12);
        assert!(distance(&[], &[1]).is_nan());
    }

    #[test]
    fn a_weekday_that_only_one_log_has_counts_23() {
        let (mut a, mut b) = (vec![0; 168], vec![0; 168]);
        a[8] = 3;
        b[8] = 1;
        b[9] = 1;
        b[24] = 7;
        assert!((weekly(&Histogram(a), &Histogram(b)) - 23.5 / 7.0).abs() < 1e-12);
    }
}
