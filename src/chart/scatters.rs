//! The same outcome against each of several inputs: a panel each, one point for each run.

use super::axes;
use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number::{self, Interval};
use super::scale::{Scale, round_domain};
use super::theme::{self, AFTER, GREY, GRID, INK, LABEL};

#[derive(Clone, Debug, PartialEq)]
pub struct ScattersChart {
    /// The finding in one sentence.
    pub title: String,
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// The outcome, of all panels.
    pub y_label: String,
    pub panels: Vec<ScattersPanel>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScattersPanel {
    /// The input, with its unit.
    pub label: String,
    /// How much of the outcome goes with it, in words; may be empty.
    pub note: String,
    pub points: Vec<(f64, Interval)>,
}

const GAP: f64 = 40.0;
const SMALL: f64 = 15.0;

impl ScattersChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let look = Type::regular(LABEL, INK);
        for line in look.wrap(&self.y_label, inner.width(), 1) {
            canvas.text((inner.left, inner.top + 14.0), Anchor::Start, &line, look);
        }
        let space = Rect { top: inner.top + 34.0, ..inner };
        let n = self.panels.len().max(1);
        let columns = match n {
            1 => 1,
            2..=4 => 2,
            5..=9 => 3,
            _ => 4,
        };
        let rows = n.div_ceil(columns);
        let width = (space.width() - GAP * (columns as f64 - 1.0)) / columns as f64;
        let height = space.height() / rows as f64;
        let y_domain = self.domain();
        for (k, panel) in self.panels.iter().enumerate() {
            let left = space.left + (k % columns) as f64 * (width + GAP);
            let top = space.top + (k / columns) as f64 * height;
            panel.draw(canvas, y_domain, Rect::new(left, top, left + width, top + height));
        }
    }

    fn domain(&self) -> (f64, f64) {
        let all = self.panels.iter().flat_map(|p| &p.points).map(|(_, y)| y.value);
        let all: Vec<f64> = all.filter(|v| v.is_finite()).collect();
        let lo = all.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if lo > hi { (0.0, 1.0) } else { round_domain(lo, hi, 6) }
    }
}

impl ScattersPanel {
    fn draw(&self, canvas: &Canvas, y_domain: (f64, f64), space: Rect) {
        let name = Type::bold(17.0, INK);
        for line in name.wrap(&self.label, space.width(), 1) {
            canvas.text((space.left, space.top + 18.0), Anchor::Start, &line, name);
        }
        let note = Type::regular(SMALL, GREY);
        for line in note.wrap(&self.note, space.width(), 1) {
            canvas.text((space.left, space.top + 38.0), Anchor::Start, &line, note);
        }
        let small = Type::regular(SMALL, INK);
        let marks = axes::y_marks(y_domain, 6, number::number);
        let gutter = marks.iter().map(|(_, t)| small.width(t)).fold(0.0, f64::max) + 12.0;
        let plot = Rect::new(space.left + gutter, space.top + 54.0, space.right - 8.0, space.bottom - 40.0);
        let xs = || self.points.iter().map(|p| p.0).filter(|v| v.is_finite());
        let (lo, hi) = (xs().fold(f64::INFINITY, f64::min), xs().fold(f64::NEG_INFINITY, f64::max));
        let pad = if hi > lo { 0.04 * (hi - lo) } else { 1.0 };
        let domain = if lo <= hi { (lo - pad, hi + pad) } else { (0.0, 1.0) };
        let x = Scale::new(domain, (plot.left, plot.right));
        let y = Scale::new(y_domain, (plot.bottom, plot.top));
        for (value, text) in &marks {
            canvas.line(&[(plot.left, y.at(*value)), (plot.right, y.at(*value))], GRID, 1.2);
            canvas.text((plot.left - 8.0, y.at(*value) + 0.36 * SMALL), Anchor::End, text, small);
        }
        for (at, value) in self.points.iter().filter(|(_, y)| y.value.is_finite()) {
            if value.is_known() {
                let ends = [(x.at(*at), y.at(value.lower)), (x.at(*at), y.at(value.upper))];
                canvas.line(&ends, theme::faint(AFTER, 0.25), 1.5);
            }
            canvas.disc((x.at(*at), y.at(value.value)), 4.5, theme::faint(AFTER, 0.8));
        }
        canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], GREY, 1.6);
        for (value, text) in axes::x_marks(domain, plot.width(), None, number::number) {
            canvas.line(&[(x.at(value), plot.bottom), (x.at(value), plot.bottom + 5.0)], GREY, 1.6);
            canvas.text((x.at(value), plot.bottom + 22.0), Anchor::Middle, &text, small);
        }
    }
}
