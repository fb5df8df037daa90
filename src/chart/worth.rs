//! What a figure may turn out to be: the distribution of its samples, with the probability that it is above zero.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Point, Rect, Type};
use super::labels::spread;
use super::number;
use super::scale::{Scale, round_domain};
use super::theme::{self, GREY, LABEL, NOTE};

#[derive(Clone, Debug, PartialEq)]
pub struct WorthChart {
    /// The finding in one sentence.
    pub title: String,
    /// What the samples are of, rate, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// With its unit: "Net present value, thousand $".
    pub x_label: String,
    pub series: Vec<WorthSeries>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WorthSeries {
    pub name: String,
    /// Behind the name: "P(> 0) 12 %".
    pub note: String,
    /// In any order.
    pub samples: Vec<f64>,
}

/// A curve has at most so many points.
const POINTS: usize = 500;
const NAME_WIDTH: f64 = 330.0;

impl WorthChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let sorted: Vec<Vec<f64>> = self.series.iter().map(|s| sorted(&s.samples)).collect();
        let all = || sorted.iter().flatten().copied();
        let (lo, hi) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        let domain = if lo == hi { (-1.0, 1.0) } else { round_domain(lo, hi, 9) };
        let y_marks = axes::y_marks((0.0, 1.0), 6, |v, _| number::percent(v, 0));
        let name = |color| Type::bold(LABEL, theme::as_text(color));
        let note = Type::regular(NOTE, GREY);
        let left = inner.left + axes::y_gutter(&y_marks);
        let plot =
            Rect::new(left, inner.top + Y_LABEL, inner.right - NAME_WIDTH - 30.0, inner.bottom - X_AXIS);
        let (x, y) =
            (Scale::new(domain, (plot.left, plot.right)), Scale::new((0.0, 1.0), (plot.bottom, plot.top)));
        let x_marks = axes::x_marks(domain, plot.width(), None, number::number);
        axes::x_grid(canvas, plot, &x, &x_marks);
        axes::y_axis(canvas, plot, &y, &y_marks, "Probability of at most", (inner.left, inner.top + 10.0));
        canvas.line(&[(x.at(0.0), plot.top), (x.at(0.0), plot.bottom)], GREY, 2.5);
        let curves: Vec<Vec<Point>> = sorted.iter().map(|values| curve(values, &x, &y)).collect();
        for (k, points) in curves.iter().enumerate() {
            canvas.line(points, theme::nth_color(k), 4.0);
            if let Some(values) = sorted.get(k).filter(|v| !v.is_empty()) {
                let below = values.partition_point(|v| *v <= 0.0) as f64 / values.len() as f64;
                canvas.disc((x.at(0.0), y.at(below)), 8.0, theme::nth_color(k));
            }
        }
        axes::x_axis(canvas, plot, &x, &x_marks, &self.x_label);
        // Names from top to bottom as the curves lie from left to right: the first to rise stands on top.
        let middles: Vec<f64> = sorted.iter().map(|v| v.get(v.len() / 2).copied().unwrap_or(0.0)).collect();
        let wanted: Vec<f64> =
            middles.iter().map(|m| plot.top + 60.0 + (x.at(*m) - plot.left) * 0.3).collect();
        let pitch = 2.0 * LABEL * 1.25 + NOTE * 1.25 + 20.0;
        for (k, top) in spread(&wanted, pitch, plot.top + 20.0, plot.bottom - pitch).into_iter().enumerate() {
            let color = theme::nth_color(k);
            let look = name(color);
            let lines = look.wrap(&self.series[k].name, NAME_WIDTH - 40.0, 2);
            let at = plot.right + 66.0;
            canvas.line(&[(at - 36.0, top - 7.0), (at - 10.0, top - 7.0)], color, 5.0);
            canvas.lines((at, top), Anchor::Start, &lines, look);
            let under = top + lines.len() as f64 * look.line_height();
            canvas.text((at, under), Anchor::Start, &self.series[k].note, note);
        }
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn curve(values: &[f64], x: &Scale, y: &Scale) -> Vec<Point> {
    let n = values.len();
    if n == 0 {
        return Vec::new();
    }
    let step = n.div_ceil(POINTS).max(1);
    let each = (0..n).step_by(step).chain([n - 1]);
    let points = each.map(|k| (x.at(values[k]), y.at((k + 1) as f64 / n as f64)));
    std::iter::once((x.at(values[0]), y.at(0.0))).chain(points).collect()
}
