//! Tornado: what an outcome is when one input is low or high and all others are as written; the widest bar on top.
//!
//! A bar goes from the outcome at the low value of the input to that at its high value; a whisker at each end is the
//! interval of its distance from the middle. Bars are coloured only where the whole swing is beyond chance.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number::{self, Interval};
use super::scale::Scale;
use super::theme::{self, BLUE, GREY, GRID, INK, NOTE, ORANGE};

#[derive(Clone, Debug, PartialEq)]
pub struct TornadoChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Change of restore time, h"
    pub x_label: String,
    /// The outcome with every input as written.
    pub center: f64,
    /// The widest first.
    pub rows: Vec<TornadoRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TornadoRow {
    pub label: String,
    /// The input's values at the ends: "30 %", "90 %".
    pub ends: [String; 2],
    /// The outcome there; the interval is that of its distance from the centre.
    pub low: Interval,
    pub high: Interval,
    /// From the low end to the high end.
    pub swing: Interval,
}

const GAP: f64 = 22.0;

impl TornadoChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let space = Rect { top: inner.top + 62.0, bottom: inner.bottom - X_AXIS, ..inner };
        let row = (space.height() / self.rows.len().max(1) as f64).min(120.0);
        let size = (0.46 * row).clamp(8.0, 19.0);
        let look = Type::regular(size, INK);
        let widest = |width: &dyn Fn(&TornadoRow) -> f64| self.rows.iter().map(width).fold(0.0, f64::max);
        let ends = |r: &TornadoRow| format!("{} – {}", r.ends[0], r.ends[1]);
        let heading = Type::regular(NOTE, GREY);
        let label_width = widest(&|r| look.width(&r.label)).min(0.3 * space.width()) + 1.0;
        let ends_width =
            widest(&|r| look.width(&ends(r))).max(heading.width("from – to")).min(0.22 * space.width());
        let swing_width = widest(&|r| look.width(&r.swing.signed_text())).max(heading.width("swing"));
        let plot = Rect {
            left: space.left + label_width + ends_width + 2.0 * GAP,
            right: space.right - swing_width - GAP,
            bottom: space.top + row * self.rows.len() as f64,
            ..space
        };
        let (lo, hi) = self.range();
        let x = Scale::new((lo, hi), (plot.left, plot.right));
        let marks = axes::x_marks((lo, hi), plot.width(), None, number::number);
        axes::x_grid(canvas, plot, &x, &marks);
        axes::x_axis(canvas, plot, &x, &marks, &self.x_label);
        self.key(canvas, (inner.left, inner.top + 10.0));
        let y = plot.top - 12.0;
        canvas.text((plot.left - GAP, y), Anchor::End, "from – to", heading);
        canvas.text((inner.right, y), Anchor::End, "swing", heading);
        for (k, r) in self.rows.iter().enumerate() {
            let middle = plot.top + (k as f64 + 0.5) * row;
            let half = (0.3 * row).min(26.0);
            canvas.line(&[(inner.left, middle + row / 2.0), (inner.right, middle + row / 2.0)], GRID, 1.0);
            let sure = r.swing.is_beyond_chance();
            for (end, color) in [(&r.low, ORANGE), (&r.high, BLUE)] {
                let (a, b) = (x.at(self.center), x.at(end.value));
                let color = if sure { color } else { theme::faint(GREY, 0.35) };
                canvas.rect(Rect::new(a.min(b), middle - half, a.max(b), middle + half), color);
            }
            for (end, shift) in [(&r.low, -0.35), (&r.high, 0.35)] {
                if end.is_known() {
                    let y = middle + shift * half;
                    canvas.line(&[(x.at(end.lower), y), (x.at(end.upper), y)], INK, 2.0);
                }
            }
            let base = middle + 0.36 * size;
            for line in look.wrap(&r.label, label_width, 1) {
                canvas.text((inner.left, base), Anchor::Start, &line, look);
            }
            let grey = Type { color: GREY, ..look };
            for line in grey.wrap(&ends(r), ends_width, 1) {
                canvas.text((plot.left - GAP, base), Anchor::End, &line, grey);
            }
            let look = if sure { look } else { grey };
            canvas.text((inner.right, base), Anchor::End, &r.swing.signed_text(), look);
        }
        canvas.line(&[(x.at(self.center), plot.top), (x.at(self.center), plot.bottom)], INK, 2.5);
    }

    fn range(&self) -> (f64, f64) {
        let all = self.rows.iter().flat_map(|r| [r.low, r.high]).flat_map(|e| [e.value, e.lower, e.upper]);
        let all: Vec<f64> = all.chain([self.center]).filter(|v| v.is_finite()).collect();
        let lo = all.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return (0.0, 1.0);
        }
        let length = if hi > lo { hi - lo } else { lo.abs().max(1.0) };
        (lo - 0.05 * length, hi + 0.05 * length)
    }

    fn key(&self, canvas: &Canvas, (x, y): (f64, f64)) {
        let look = Type::regular(NOTE, GREY);
        let mut x = x;
        let known = [
            (ORANGE, "input low", self.rows.iter().any(|r| r.swing.is_beyond_chance())),
            (BLUE, "input high", self.rows.iter().any(|r| r.swing.is_beyond_chance())),
            (
                theme::faint(GREY, 0.35),
                "swing not beyond chance",
                self.rows.iter().any(|r| !r.swing.is_beyond_chance()),
            ),
        ];
        for (color, meaning, _) in known.into_iter().filter(|(_, _, occurs)| *occurs) {
            canvas.rect(Rect::new(x, y - 14.0, x + 18.0, y + 2.0), color);
            canvas.text((x + 26.0, y), Anchor::Start, meaning, look);
            x += 26.0 + look.width(meaning) + 34.0;
        }
        canvas.line(&[(x, y - 6.0), (x + 26.0, y - 6.0)], INK, 2.0);
        canvas.text((x + 34.0, y), Anchor::Start, "interval of an end's distance from the middle", look);
    }
}
