//! MORE plot: a measure of risk and error for scenarios side by side (Nelson, "The MORE plot", Winter Simulation
//! Conference 2008, 413-416). The box is risk: where most replications lie, however many are run. The bars are
//! error: how well mean and percentiles are known; they shrink with more replications.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::number::{self, Interval};
use super::scale::Scale;
use super::theme::{self, GREY, INK, LABEL, NOTE, Role, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct MoreChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, what box and bars are, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// The measure with its unit.
    pub x_label: String,
    /// "h"
    pub unit: String,
    /// Share of the replications that lies in the box.
    pub inside: f64,
    pub arms: Vec<MoreArm>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MoreArm {
    pub name: String,
    pub role: Role,
    /// A value for each replication.
    pub values: Vec<f64>,
    pub mean: Interval,
    /// The lower and the upper percentile of the replications. A bound that is not finite was not reached: the bar
    /// ends in an arrow at the last value.
    pub low: Interval,
    pub high: Interval,
}

/// The widest name of an arm [pixels].
const NAME_WIDTH: f64 = 320.0;
/// Radius of a dot [pixels].
const DOT: f64 = 3.0;

impl MoreChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        key(canvas, (inner.left, inner.top + 10.0), self.inside);
        let look = Type::regular(LABEL, INK);
        let space = Rect { top: inner.top + 34.0, bottom: inner.bottom - X_AXIS, ..inner };
        let pitch = (space.height() / self.arms.len().max(1) as f64).min(230.0);
        let lines = ((pitch / look.line_height()) as usize).clamp(1, 3);
        let names: Vec<_> = self.arms.iter().map(|a| look.wrap(&a.name, NAME_WIDTH, lines)).collect();
        let gutter = names.iter().flatten().map(|n| look.width(n)).fold(0.0, f64::max);
        let plot = Rect { left: space.left + gutter + 30.0, right: space.right - 20.0, ..space };
        let x = Scale::new(self.domain(), (plot.left, plot.right));
        let marks = axes::x_marks((x.lo, x.hi), plot.width(), None, number::number);
        axes::x_grid(canvas, plot, &x, &marks);
        axes::x_axis(canvas, plot, &x, &marks, &self.x_label);

        let colors = theme::role_colors(&self.arms.iter().map(|a| a.role).collect::<Vec<_>>());
        for (k, (arm, color)) in self.arms.iter().zip(colors).enumerate() {
            // Few arms stand in the middle.
            let top = plot.top + (plot.height() - pitch * self.arms.len() as f64) / 2.0 + k as f64 * pitch;
            // From above: the number, the box, the dots.
            let text = (0.16 * pitch).min(30.0);
            let thick = (0.42 * pitch).min(92.0);
            let bar = Rect { top: top + text + 4.0, bottom: top + text + 4.0 + thick, ..plot };
            let dots = Rect { top: bar.bottom + 6.0, bottom: top + 0.97 * pitch, ..plot };
            self.draw_arm(canvas, arm, color, &x, bar, text);
            draw_dots(canvas, &arm.values, color, &x, dots);
            let middle = (bar.top + bar.bottom) / 2.0;
            let first = middle - (names[k].len() as f64 - 1.0) * look.line_height() / 2.0 + 0.36 * look.size;
            canvas.lines((plot.left - 24.0, first), Anchor::End, &names[k], look);
        }
    }

    fn draw_arm(&self, canvas: &Canvas, arm: &MoreArm, color: Color, x: &Scale, bar: Rect, text: f64) {
        if arm.low.value.is_finite() && arm.high.value.is_finite() {
            let box_ = Rect { left: x.at(arm.low.value), right: x.at(arm.high.value), ..bar };
            canvas.rect(box_, theme::faint(color, 0.16));
            let (l, t, r, b) = (box_.left, box_.top, box_.right, box_.bottom);
            canvas.line(&[(l, t), (r, t), (r, b), (l, b), (l, t)], color, 1.6);
        }
        // The bars of the percentiles lie below that of the mean, lest they run together.
        let half = (0.085 * bar.height()).max(2.5);
        let below = bar.top + 0.8 * bar.height();
        let middle = bar.top + 0.4 * bar.height();
        for quantile in [&arm.low, &arm.high] {
            error_bar(canvas, quantile, &arm.values, color, x, below, half);
            if quantile.value.is_finite() {
                let at = x.at(quantile.value);
                canvas.line(&[(at, bar.top), (at, bar.bottom)], color, 2.5);
            }
        }
        if arm.mean.value.is_finite() {
            let at = x.at(arm.mean.value);
            canvas.line(&[(at, bar.top), (at, bar.bottom)], color, 5.0);
            error_bar(canvas, &arm.mean, &arm.values, color, x, middle, half);
            let look = Type::bold((0.8 * text).clamp(9.0, LABEL), theme::as_text(color));
            let label = format!("{} {}", arm.mean.text(), self.unit);
            let half_width = look.width(label.trim_end()) / 2.0;
            let at =
                at.clamp(bar.left + half_width, (bar.right + 16.0 - half_width).max(bar.left + half_width));
            canvas.text((at, bar.top - 8.0), Anchor::Middle, label.trim_end(), look);
        }
    }

    /// All replications and all finite bounds.
    fn domain(&self) -> (f64, f64) {
        let ends = |i: &Interval| [i.value, i.lower, i.upper];
        let all = self.arms.iter().flat_map(|a| {
            let bounds = ends(&a.mean).into_iter().chain(ends(&a.low)).chain(ends(&a.high));
            bounds.chain(a.values.iter().copied())
        });
        let all: Vec<f64> = all.filter(|v| v.is_finite()).collect();
        let lo = all.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        match lo < hi {
            true => (lo - 0.03 * (hi - lo), hi + 0.03 * (hi - lo)),
            false if lo.is_finite() => (lo - 0.5, lo + 0.5),
            false => (0.0, 1.0),
        }
    }
}

/// The interval of a mark as a thick bar; where a bound is not known it ends in an arrow at the last value.
fn error_bar(canvas: &Canvas, of: &Interval, values: &[f64], color: Color, x: &Scale, y: f64, half: f64) {
    if !of.value.is_finite() || (of.lower.is_nan() || of.upper.is_nan()) {
        return;
    }
    let least = values.iter().copied().fold(of.value, f64::min);
    let most = values.iter().copied().fold(of.value, f64::max);
    let from = x.at(if of.lower.is_finite() { of.lower } else { least });
    let to = x.at(if of.upper.is_finite() { of.upper } else { most });
    // A very sure value is still seen.
    let middle = (from + to) / 2.0;
    let (from, to) = (from.min(middle - 2.0), to.max(middle + 2.0));
    canvas.rect(Rect::new(from, y - half, to, y + half), color);
    for (at, side, known) in [(from, -1.0, of.lower.is_finite()), (to, 1.0, of.upper.is_finite())] {
        if !known {
            canvas.fill(&[(at + side * 14.0, y), (at, y - 1.7 * half), (at, y + 1.7 * half)], color);
        }
    }
}

/// Replications as dots, those that would cover each other stacked alternately down and up from the middle.
fn draw_dots(canvas: &Canvas, values: &[f64], color: Color, x: &Scale, space: Rect) {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = (space.top + space.bottom) / 2.0;
    let lanes = ((space.height() / (2.2 * DOT)) as usize).max(1);
    let mut free = vec![f64::NEG_INFINITY; lanes];
    for value in sorted {
        let at = x.at(value);
        // The first lane with room; where all are full, the one that ends first.
        let lane = (0..lanes)
            .find(|&l| free[l] <= at - 2.2 * DOT)
            .unwrap_or_else(|| (0..lanes).min_by(|&a, &b| free[a].total_cmp(&free[b])).unwrap_or(0));
        free[lane] = at;
        let step = lane.div_ceil(2) as f64 * 2.2 * DOT;
        let y = middle + if lane % 2 == 1 { step } else { -step };
        canvas.disc((at, y), DOT, theme::faint(color, 0.6));
    }
}

/// What box, bars and dots are.
fn key(canvas: &Canvas, (x, y): Point, inside: f64) {
    let look = Type::regular(NOTE, GREY);
    let middle = y - 0.34 * NOTE;
    let mut x = x;
    let mut item = |text: &str, width: f64, draw: &dyn Fn(f64)| {
        draw(x);
        canvas.text((x + width + 8.0, y), Anchor::Start, text, look);
        x += width + 8.0 + look.width(text) + 34.0;
    };
    item(&format!("risk: {} of the replications", number::percent(inside, 0)), 40.0, &|x| {
        canvas.rect(Rect::new(x, middle - 9.0, x + 40.0, middle + 9.0), theme::faint(GREY, 0.2));
        canvas.line(
            &[
                (x, middle - 9.0),
                (x + 40.0, middle - 9.0),
                (x + 40.0, middle + 9.0),
                (x, middle + 9.0),
                (x, middle - 9.0),
            ],
            GREY,
            1.5,
        );
    });
    item("error: how well mean and percentiles are known", 30.0, &|x| {
        canvas.rect(Rect::new(x, middle - 4.0, x + 30.0, middle + 4.0), GREY);
    });
    item("a replication", 8.0, &|x| {
        canvas.disc((x + 4.0, middle), DOT + 0.5, WHITE);
        canvas.disc((x + 4.0, middle), DOT, GREY);
    });
}
