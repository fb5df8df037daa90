//! Where labels go, so that they touch neither each other nor the curves.

use super::canvas::{Anchor, Point, Rect, Type};

/// A label at a place that was chosen for it.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub text: String,
    pub at: Point,
    pub anchor: Anchor,
    pub look: Type,
}

impl Label {
    pub fn new(text: impl Into<String>, at: Point, anchor: Anchor, look: Type) -> Self {
        Self { text: text.into(), at, anchor, look }
    }

    /// The room that it takes.
    pub fn room(&self) -> Rect {
        let width = self.look.width(&self.text);
        let left = match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - width / 2.0,
            Anchor::End => self.at.0 - width,
        };
        let size = self.look.size;
        Rect::new(left - 5.0, self.at.1 - 0.82 * size, left + width + 5.0, self.at.1 + 0.28 * size)
    }
}

/// The first candidate that stays within `bounds` and touches nothing, or else the one that touches least.
pub(super) fn place(
    candidates: Vec<Label>,
    bounds: Rect,
    taken: &[Rect],
    curves: &[Vec<Point>],
) -> Option<Label> {
    let cost = |label: &Label| {
        let r = label.room();
        let outside =
            r.left < bounds.left || r.right > bounds.right || r.top < bounds.top || r.bottom > bounds.bottom;
        let rooms = taken.iter().filter(|t| overlap(&r, t)).count();
        let crossings = curves.iter().filter(|c| c.windows(2).any(|w| crosses(&r, w[0], w[1]))).count();
        100 * usize::from(outside) + 10 * rooms + crossings
    };
    candidates.into_iter().min_by_key(cost)
}

/// Heights as near as possible to the `wanted` ones, at least `gap` apart, within `[lo, hi]`: neighbours that are too
/// close are merged into a block around the mean of their wishes.
pub(super) fn spread(wanted: &[f64], gap: f64, lo: f64, hi: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let gap = gap.min((hi - lo) / wanted.len().saturating_sub(1).max(1) as f64);
    // A block: (top, number of labels, sum of the tops that its members ask for).
    let mut blocks: Vec<(f64, usize, f64)> = Vec::new();
    let top = |n: usize, sum: f64| (sum / n as f64).clamp(lo, hi - (n - 1) as f64 * gap);
    for &k in &order {
        blocks.push((top(1, wanted[k]), 1, wanted[k]));
        while let [.., above, below] = blocks[..]
            && above.0 + above.1 as f64 * gap > below.0
        {
            let n = above.1 + below.1;
            let sum = above.2 + below.2 - (above.1 * below.1) as f64 * gap;
            blocks.truncate(blocks.len() - 2);
            blocks.push((top(n, sum), n, sum));
        }
    }
    let heights = blocks.iter().flat_map(|&(top, n, _)| (0..n).map(move |k| top + k as f64 * gap));
    let mut spread = vec![0.0; wanted.len()];
    order.iter().zip(heights).for_each(|(&k, y)| spread[k] = y);
    spread
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/// Whether the segment meets the rectangle (Liang and Barsky, 1984).
fn crosses(r: &Rect, a: Point, b: Point) -> bool {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let mut inside = (0.0f64, 1.0f64);
    for (p, q) in [(-dx, a.0 - r.left), (dx, r.right - a.0), (-dy, a.1 - r.top), (dy, r.bottom - a.1)] {
        if p == 0.0 {
            if q < 0.0 {
                return false;
            }
        } else if p < 0.0 {
            inside.0 = inside.0.max(q / p);
        } else {
            inside.1 = inside.1.min(q / p);
        }
    }
    inside.0 <= inside.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_keeps_the_gap_the_order_and_the_bounds() {
        assert_eq!(spread(&[10.0, 50.0], 20.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], 20.0, 0.0, 100.0), [40.0, 60.0]);
        assert_eq!(spread(&[98.0, 99.0, 97.0], 10.0, 0.0, 100.0), [90.0, 100.0, 80.0]);
        let many = spread(&[5.0; 30], 10.0, 0.0, 100.0);
        assert!(many.windows(2).all(|w| w[1] > w[0]) && many[0] >= 0.0 && many[29] <= 100.0 + 1e-9);
    }

    #[test]
    fn a_segment_through_the_corner_is_seen() {
        let r = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(crosses(&r, (-5.0, 4.0), (5.0, -4.0)));
        assert!(crosses(&r, (4.0, 4.0), (5.0, 5.0)));
        assert!(!crosses(&r, (-5.0, 4.0), (3.0, -4.0)));
        assert!(!crosses(&r, (11.0, 0.0), (11.0, 10.0)));
    }
}
