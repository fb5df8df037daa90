//! The dotted chart: a line for each case in order of arrival, a dot for each start of an activity (Song and van der Aalst,
//! "Supporting process mining by showing events at a glance", 2007).

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::dates;
use super::number;
use super::scale::Scale;
use super::theme::{self, INK, NOTE, OTHERS, TICK};

#[derive(Clone, Debug, PartialEq)]
pub struct DottedChart {
    /// The finding in one sentence.
    pub title: String,
    /// What is shown, how many.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    /// What the colours stand for.
    pub kinds: Vec<String>,
    /// Cases on the axis, shown or not.
    pub cases: usize,
    pub dots: Vec<Dot>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// [s since 1970-01-01T00:00Z]
    pub at: f64,
    /// Place of the case in the order of arrival.
    pub case: usize,
    /// Index of a kind; None: one of the others.
    pub kind: Option<usize>,
}

impl DottedChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let top = self.key(canvas, (inner.left, inner.top + 10.0), inner.right);
        let write = |v: f64, d: i32| number::number(v, d);
        let y_marks = axes::y_marks((0.0, self.cases.max(1) as f64), 8, write);
        let plot = Rect::new(
            inner.left + axes::y_gutter(&y_marks),
            top + 54.0,
            inner.right - 20.0,
            inner.bottom - X_AXIS,
        );
        let lo = self.dots.iter().map(|d| d.at).fold(f64::INFINITY, f64::min);
        let hi = self.dots.iter().map(|d| d.at).fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return;
        }
        let x = Scale::new((lo, hi), (plot.left, plot.right));
        // The first case at the top.
        let y = Scale::new((0.0, self.cases.max(1) as f64), (plot.top, plot.bottom));
        let marks = dates::date_marks((lo, hi), plot.width(), Type::regular(TICK, INK));
        axes::x_grid(canvas, plot, &x, &marks);
        axes::y_axis(
            canvas,
            plot,
            &y,
            &y_marks,
            "Cases, in order of their arrival",
            (inner.left, plot.top - 16.0),
        );
        for dot in &self.dots {
            let color =
                dot.kind.map_or(theme::faint(OTHERS, 0.8), |k| theme::faint(theme::nth_color(k), 0.8));
            canvas.disc((x.at(dot.at), y.at(dot.case as f64 + 0.5)), 2.6, color);
        }
        axes::x_axis(canvas, plot, &x, &marks, &dates::date_label((lo, hi)));
    }

    /// Colours with their names; gives where it ends.
    fn key(&self, canvas: &Canvas, at: Point, right: f64) -> f64 {
        let others = self.dots.iter().any(|d| d.kind.is_none());
        let kinds = self.kinds.iter().enumerate().map(|(k, name)| (name.as_str(), theme::nth_color(k)));
        let entries: Vec<(&str, Color)> = kinds.chain(others.then_some(("others", OTHERS))).collect();
        color_key(canvas, at, right, &entries)
    }
}

/// Discs with names, in as many lines as they need; gives the baseline of the last.
pub(super) fn color_key(canvas: &Canvas, (left, top): Point, right: f64, entries: &[(&str, Color)]) -> f64 {
    let look = Type::regular(NOTE, INK);
    let (mut x, mut y) = (left, top);
    for (name, color) in entries {
        let name = look.wrap(name, 440.0, 1).concat();
        let width = 24.0 + look.width(&name) + 30.0;
        if x + width - 30.0 > right && x > left {
            (x, y) = (left, y + 1.5 * NOTE);
        }
        canvas.disc((x + 8.0, y - 6.0), 7.0, *color);
        canvas.text((x + 24.0, y), Anchor::Start, &name, look);
        x += width;
    }
    y
}
