//! A control chart: single values over time, the limits that the past gives, and which values are unlike it.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number;
use super::scale::{Scale, round_domain};
use super::theme::{self, BLUE, GREY, INK, NOTE, VERMILLION};

#[derive(Clone, Debug, PartialEq)]
pub struct ControlChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, how the limits were made.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Weeks since go-live"
    pub x_label: String,
    /// The measure with its unit.
    pub y_label: String,
    /// x and value, in order.
    pub points: Vec<(f64, f64)>,
    /// So many of them gave the limits.
    pub baseline: usize,
    pub center: f64,
    pub lower: f64,
    pub upper: f64,
    /// Points beyond the limits; points of a run on one side.
    pub outside: Vec<usize>,
    pub runs: Vec<usize>,
}

impl ControlChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let values =
            || self.points.iter().map(|p| p.1).chain([self.lower, self.upper]).filter(|v| v.is_finite());
        let (lo, hi) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let domain = if lo < hi { round_domain(lo, hi, 6) } else { (0.0, 1.0) };
        let marks = axes::y_marks(domain, 7, number::number);
        let plot = Rect::new(
            inner.left + axes::y_gutter(&marks),
            inner.top + Y_LABEL + 24.0,
            inner.right - 150.0,
            inner.bottom - X_AXIS,
        );
        let first = self.points.first().map_or(0.0, |p| p.0);
        let last = self.points.last().map_or(1.0, |p| p.0);
        let (x, y) =
            (Scale::new((first, last), (plot.left, plot.right)), Scale::new(domain, (plot.bottom, plot.top)));
        let x_marks = axes::x_marks(
            (x.lo, x.hi),
            plot.width(),
            Some(&[1.0, 2.0, 4.0, 13.0, 26.0, 52.0]),
            number::number,
        );
        let begins = self.points.get(self.baseline).map_or(last, |p| p.0);
        // What the limits know.
        canvas.rect(Rect::new(plot.left, plot.top, x.at(begins), plot.bottom), theme::faint(GREY, 0.08));
        axes::y_axis(canvas, plot, &y, &marks, &self.y_label, (inner.left, inner.top + 10.0));
        let note = Type::regular(NOTE, GREY);
        let name = "before: the limits are from here";
        if note.width(name) < x.at(begins) - plot.left {
            canvas.text(((plot.left + x.at(begins)) / 2.0, plot.top - 8.0), Anchor::Middle, name, note);
        }
        for (value, name) in
            [(self.upper, "upper limit"), (self.lower, "lower limit"), (self.center, "mean before")]
        {
            let at = y.at(value);
            match name {
                "mean before" => canvas.line(&[(plot.left, at), (plot.right, at)], GREY, 2.0),
                _ => canvas.dashes((plot.left, at), (plot.right, at), VERMILLION, 2.0),
            }
            canvas.text((plot.right + 12.0, at + 0.36 * NOTE), Anchor::Start, name, note);
        }
        let at = |p: &(f64, f64)| (x.at(p.0), y.at(p.1));
        canvas.line(&self.points.iter().map(at).collect::<Vec<_>>(), theme::faint(BLUE, 0.55), 2.0);
        for (k, point) in self.points.iter().enumerate() {
            match (self.outside.contains(&k), self.runs.contains(&k)) {
                (true, _) => canvas.disc(at(point), 9.0, VERMILLION),
                (_, true) => canvas.ring(at(point), 8.0, INK, 2.5),
                _ => canvas.disc(at(point), 5.0, BLUE),
            }
        }
        axes::x_axis(canvas, plot, &x, &x_marks, &self.x_label);
    }
}
