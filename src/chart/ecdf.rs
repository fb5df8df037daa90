//! Distributions side by side: the share of cases that are done within x, with bands, and the quantile that the
//! finding speaks of marked on its line. Below, by how much two of them differ: curves that lie on each other hide it.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::labels::{Label, place};
use super::lines::LinePoint;
use super::number::{self, Interval};
use super::scale::{Axis, Scale, log_ticks, round_domain};
use super::theme::{self, GREY, GRID, INK, LABEL, NOTE, Role, TICK, WHITE};

/// With more series than this, names go into a table.
const MOST_DIRECT: usize = 3;

#[derive(Clone, Debug, PartialEq)]
pub struct EcdfChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, kind of band, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// What x measures, with its unit: "Hours from breakdown to service".
    pub x_label: String,
    /// What is counted: "Share of work orders".
    pub y_label: String,
    /// The unit written behind a marked quantile: "h".
    pub unit: String,
    /// The share at which a dashed line is drawn: 0.9.
    pub reference: Option<f64>,
    pub series: Vec<EcdfSeries>,
    /// Right end of the x axis; what lies beyond is not drawn.
    pub x_max: f64,
    /// Whether x is on a logarithmic axis.
    pub log: bool,
    pub gap: Option<EcdfGap>,
}

/// The difference of two of the curves, with its band.
#[derive(Clone, Debug, PartialEq)]
pub struct EcdfGap {
    /// "After less before, in percentage points".
    pub label: String,
    /// Of the curve that the other one is taken from.
    pub role: Role,
    /// Shares [-1..1].
    pub points: Vec<LinePoint>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EcdfSeries {
    pub name: String,
    pub role: Role,
    /// In ascending order of x.
    pub points: Vec<EcdfPoint>,
    /// The quantile at the chart's reference share [unit of x]: marked on the dashed line with its interval.
    pub at_reference: Option<Interval>,
}

/// From `x` on this share of the cases is done; the band is `lower..upper`. Shares are 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EcdfPoint {
    pub x: f64,
    pub share: f64,
    pub lower: f64,
    pub upper: f64,
}

impl EcdfChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let y_marks = self.y_marks(inner.height());
        let left = inner.left + axes::y_gutter(&y_marks);
        let whole = Rect::new(left, inner.top + Y_LABEL, inner.right - 16.0, inner.bottom - X_AXIS);
        let below = if self.gap.is_some() { 0.3 * whole.height() } else { 0.0 };
        let plot = Rect { bottom: whole.bottom - below, ..whole };
        let x = Axis { scale: Scale::new(self.domain(), (plot.left, plot.right)), log: self.log };
        let y = Scale::new((0.0, 1.0), (plot.bottom, plot.top));
        let x_marks = match self.log {
            true => log_ticks(x.scale.lo, x.scale.hi, 12),
            false => axes::x_marks((x.scale.lo, x.scale.hi), plot.width(), None, number::number),
        };
        axes::x_grid(canvas, whole, &x.scale, &x_marks);
        axes::y_axis(canvas, plot, &y, &y_marks, &self.y_label, (inner.left, inner.top + 10.0));

        let colors = theme::role_colors(&self.series.iter().map(|s| s.role).collect::<Vec<_>>());
        let drawn: Vec<_> = self.series.iter().map(|s| Steps::new(s, &x, &y)).collect();
        let is_crowded = self.series.len() > MOST_DIRECT;
        let labels = if is_crowded { Vec::new() } else { self.labels(&drawn, &colors, plot, &x, &y) };
        for label in &labels {
            canvas.rect(label.room(), WHITE);
        }
        for (steps, color) in drawn.iter().zip(&colors) {
            let band: Vec<_> = steps.upper.iter().chain(steps.lower.iter().rev()).copied().collect();
            if band.len() > 2 {
                canvas.fill(&band, theme::faint(*color, 0.17));
            }
        }
        if let Some(share) = self.reference {
            canvas.dashes((plot.left, y.at(share)), (plot.right, y.at(share)), GREY, 1.8);
        }
        let widths = theme::curve_widths(&drawn.iter().map(|steps| steps.middle.clone()).collect::<Vec<_>>());
        for ((steps, color), width) in drawn.iter().zip(&colors).zip(widths) {
            if steps.middle.len() > 1 {
                canvas.line(&steps.middle, *color, width);
            }
        }
        if let Some(gap) = &self.gap {
            canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], GREY, 2.0);
            let color = self.series.iter().position(|s| s.role == gap.role).map_or(GREY, |k| colors[k]);
            draw_gap(canvas, gap, color, &x, Rect { top: plot.bottom, ..whole });
        }
        axes::x_axis(canvas, whole, &x.scale, &x_marks, &self.x_label);
        for (series, color) in self.series.iter().zip(&colors) {
            self.mark(canvas, series, *color, &x, &y);
        }
        for label in labels {
            canvas.text(label.at, label.anchor, &label.text, label.look);
        }
        if is_crowded {
            self.key(canvas, &drawn, &colors, plot, &y);
        }
    }

    /// From the first case, on a linear axis from zero, to the end that was asked for.
    fn domain(&self) -> (f64, f64) {
        let xs = || self.series.iter().flat_map(|s| &s.points).map(|p| p.x).filter(|x| x.is_finite());
        let last = xs().fold(f64::NEG_INFINITY, f64::max);
        if self.log {
            // The first few cases in a thousand would take much room.
            let first = |s: &EcdfSeries| s.points.iter().find(|p| p.x > 0.0 && p.share > 0.003).map(|p| p.x);
            let first = self.series.iter().filter_map(first).fold(f64::INFINITY, f64::min);
            let last = if self.x_max.is_finite() { self.x_max } else { last };
            return if first < last { (first.log10(), last.log10()) } else { (0.0, 1.0) };
        }
        let first = xs().fold(0.0, f64::min);
        (first, if self.x_max.is_finite() { self.x_max } else { last.max(first) })
    }

    /// Many curves leave no room for names beside them: a table in the corner that they leave free, in the order of
    /// the curves, with the marked quantiles.
    fn key(&self, canvas: &Canvas, drawn: &[Steps], colors: &[Color], plot: Rect, y: &Scale) {
        let mut order: Vec<usize> = (0..drawn.len()).collect();
        let middle_of = |k: usize| drawn[k].x_at(y.at(0.5)).unwrap_or(plot.right);
        order.sort_by(|&a, &b| middle_of(a).total_cmp(&middle_of(b)));
        let look = |k: usize| Type::bold(LABEL, theme::as_text(colors[k]));
        let names: Vec<String> =
            self.series.iter().enumerate().map(|(k, s)| look(k).wrap(&s.name, 420.0, 1).concat()).collect();
        let quantile = |s: &EcdfSeries| {
            let quantile = s.at_reference.filter(|q| self.reference.is_some() && q.value.is_finite());
            quantile.map_or_else(String::new, |q| format!("{} {}", q.text(), self.unit).trim_end().to_owned())
        };
        let quantiles: Vec<String> = self.series.iter().map(quantile).collect();
        let name_width = (0..names.len()).map(|k| look(k).width(&names[k])).fold(0.0, f64::max);
        let number = Type::regular(TICK, INK);
        let number_width = quantiles.iter().map(|q| number.width(q)).fold(0.0, f64::max);
        let gap = if number_width > 0.0 { 28.0 } else { 0.0 };
        let line = 1.4 * LABEL;
        let (width, height) = (name_width + gap + number_width, (names.len() as f64 + 1.0) * line);
        let (left, top) = (plot.right - 24.0 - width, plot.bottom - 24.0 - height);
        canvas.rect(Rect::new(left - 16.0, top - 8.0, plot.right - 8.0, plot.bottom - 8.0), WHITE);
        if let Some(share) = self.reference.filter(|_| number_width > 0.0) {
            let text = format!("{} within", number::percent(share, percent_decimals(share)));
            canvas.text((left + width, top + 0.8 * LABEL), Anchor::End, &text, Type::regular(NOTE, GREY));
        }
        for (row, &k) in order.iter().enumerate() {
            let baseline = top + (row as f64 + 1.0) * line + 0.8 * LABEL;
            canvas.text((left, baseline), Anchor::Start, &names[k], look(k));
            canvas.text((left + width, baseline), Anchor::End, &quantiles[k], number);
        }
    }

    /// Every 20 %, and the reference instead of what stands too near to it.
    fn y_marks(&self, height: f64) -> Vec<axes::Mark> {
        let near = 1.5 * TICK / height;
        let is_free = |share: f64| self.reference.is_none_or(|r| (share - r).abs() > near);
        let regular = (0..=5).map(|k| 0.2 * f64::from(k)).filter(|&share| is_free(share));
        regular
            .chain(self.reference)
            .map(|share| (share, number::percent(share, percent_decimals(share))))
            .collect()
    }

    /// The marked quantile: its interval as a bar on the reference line, its value as a ring.
    fn mark(&self, canvas: &Canvas, series: &EcdfSeries, color: Color, x: &Axis, y: &Scale) {
        let (Some(share), Some(q)) = (self.reference, series.at_reference) else { return };
        if !x.contains(q.value) {
            return;
        }
        let at = (x.at(q.value), y.at(share));
        if q.is_known() {
            canvas.line(&[(x.at(q.lower), at.1), (x.at(q.upper), at.1)], color, 9.0);
        }
        canvas.disc(at, 8.0, WHITE);
        canvas.ring(at, 8.0, color, 4.0);
    }

    /// Names beside the curves and values beside the marks, clear of curves, bands and each other.
    fn labels(&self, drawn: &[Steps], colors: &[Color], plot: Rect, x: &Axis, y: &Scale) -> Vec<Label> {
        let mut curves: Vec<Vec<Point>> =
            drawn.iter().flat_map(|s| [s.middle.clone(), s.lower.clone(), s.upper.clone()]).collect();
        if let Some(share) = self.reference {
            curves.push(vec![(plot.left, y.at(share)), (plot.right, y.at(share))]);
        }
        let bounds = Rect::new(plot.left + 4.0, plot.top, plot.right + 16.0, plot.bottom - 2.0);
        let mut labels: Vec<Label> = Vec::new();
        let mut taken: Vec<Rect> = Vec::new();
        let mut put = |candidates: Vec<Label>, taken: &mut Vec<Rect>| {
            if let Some(label) = place(candidates, bounds, taken, &curves) {
                taken.push(label.room());
                labels.push(label);
            }
        };
        // The marks themselves are in the way of labels, too.
        for series in &self.series {
            if let (Some(share), Some(q)) = (self.reference, series.at_reference) {
                taken.push(Rect::new(
                    x.at(q.lower.min(q.value)) - 10.0,
                    y.at(share) - 11.0,
                    x.at(q.upper.max(q.value)) + 10.0,
                    y.at(share) + 11.0,
                ));
            }
        }
        // All quantiles with the digits that the least certain of them supports.
        let marked = self.series.iter().filter_map(|s| s.at_reference).filter(|q| q.value.is_finite());
        let decimals = marked.map(|q| q.headline_decimals()).min().unwrap_or(0);
        let middle_of = |s: &Steps| s.x_at(y.at(0.5)).unwrap_or(plot.right);
        for (k, (series, color)) in self.series.iter().zip(colors).enumerate() {
            let left_first = drawn.iter().all(|other| middle_of(&drawn[k]) <= middle_of(other));
            let look = Type::bold(LABEL, theme::as_text(*color));
            if let (Some(share), Some(q)) = (self.reference, series.at_reference)
                && x.contains(q.value)
            {
                let text = format!("{} {}", number::number(q.value, decimals), self.unit);
                put(around(text.trim_end(), (x.at(q.value), y.at(share)), left_first, look), &mut taken);
            }
            let name = look.wrap(&series.name, 420.0, 1).pop().unwrap_or_default();
            put(drawn[k].beside(&name, y, left_first, look), &mut taken);
        }
        labels
    }
}

/// The difference under the curves: a band around a line, and zero.
fn draw_gap(canvas: &Canvas, gap: &EcdfGap, color: Color, x: &Axis, space: Rect) {
    let ends = || gap.points.iter().flat_map(|p| [p.value, p.lower, p.upper]).filter(|v| v.is_finite());
    let (lo, hi) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let plot = Rect { top: space.top + 44.0, ..space };
    let y = Scale::new(round_domain(lo, hi, 4), (plot.bottom, plot.top));
    for (value, text) in axes::y_marks((y.lo, y.hi), 4, |v, d| number::signed(100.0 * v, (d - 2).max(0))) {
        canvas.line(&[(plot.left, y.at(value)), (plot.right, y.at(value))], GRID, 1.5);
        canvas.text(
            (plot.left - 12.0, y.at(value) + 0.36 * TICK),
            Anchor::End,
            &text,
            Type::regular(TICK, INK),
        );
    }
    let look = Type::regular(NOTE, GREY);
    for line in look.wrap(&gap.label, plot.width(), 1) {
        let at = (plot.left + 8.0, space.top + 26.0);
        let behind =
            Rect::new(at.0 - 4.0, at.1 - 0.9 * NOTE, at.0 + look.width(&line) + 4.0, at.1 + 0.3 * NOTE);
        canvas.rect(behind, WHITE);
        canvas.text(at, Anchor::Start, &line, look);
    }
    // One point beyond each end, drawn on it, so that the curve fills the axis.
    let inside = |p: &LinePoint| p.value.is_finite() && x.contains(p.x);
    let first = gap.points.iter().position(inside).unwrap_or(0);
    let last = gap.points.iter().rposition(inside).unwrap_or(0);
    let shown = gap.points.iter().take(last + 2).skip(first.saturating_sub(1));
    let drawn: Vec<&LinePoint> = shown.filter(|p| p.value.is_finite()).collect();
    let band = drawn.iter().filter(|p| p.lower.is_finite() && p.upper.is_finite());
    let upper = band.clone().map(|p| (x.at(p.x), y.at(p.upper)));
    let lower = band.rev().map(|p| (x.at(p.x), y.at(p.lower)));
    let band: Vec<Point> = upper.chain(lower).collect();
    if band.len() > 3 {
        canvas.fill(&band, theme::faint(color, 0.2));
    }
    canvas.line(&[(plot.left, y.at(0.0)), (plot.right, y.at(0.0))], INK, 2.0);
    let path: Vec<Point> = drawn.iter().map(|p| (x.at(p.x), y.at(p.value))).collect();
    if path.len() > 1 {
        canvas.line(&path, color, 3.0);
    }
}

/// Places for a value near its mark.
fn around(text: &str, at: Point, left_first: bool, look: Type) -> Vec<Label> {
    let mut places = Vec::new();
    for away in [14.0, 24.0, 40.0, 64.0] {
        let above = at.1 - 17.0;
        let below = at.1 + 17.0 + 0.76 * look.size;
        let mut near = vec![
            Label::new(text, (at.0 - away, above), Anchor::End, look),
            Label::new(text, (at.0 + away, below), Anchor::Start, look),
            Label::new(text, (at.0 + away, above), Anchor::Start, look),
            Label::new(text, (at.0 - away, below), Anchor::End, look),
        ];
        if !left_first {
            near.swap(0, 1);
        }
        places.append(&mut near);
    }
    places
}

/// A series as step curves [pixels].
struct Steps {
    middle: Vec<Point>,
    lower: Vec<Point>,
    upper: Vec<Point>,
}

impl Steps {
    fn new(series: &EcdfSeries, x: &Axis, y: &Scale) -> Self {
        let is_drawn = |p: &&EcdfPoint| p.x.is_finite() && p.share.is_finite() && x.reaches(p.x);
        let points: Vec<_> = series.points.iter().filter(is_drawn).collect();
        let steps = |start: f64, share: &dyn Fn(&EcdfPoint) -> f64| {
            let mut last = start;
            let mut path = Vec::with_capacity(2 * points.len() + 1);
            for p in &points {
                let share = if share(p).is_finite() { share(p) } else { p.share };
                path.push((x.at(p.x), y.at(last)));
                path.push((x.at(p.x), y.at(share)));
                last = share;
            }
            if !points.is_empty() {
                path.push((x.end(), y.at(last)));
            }
            path
        };
        Self {
            middle: steps(0.0, &|p| p.share),
            lower: steps(0.0, &|p| p.lower),
            upper: steps(points.first().map_or(0.0, |p| p.upper), &|p| p.upper),
        }
    }

    /// Where the curve reaches a height [pixels].
    fn x_at(&self, y: f64) -> Option<f64> {
        self.middle.iter().find(|p| p.1 <= y).map(|p| p.0)
    }

    /// Places for the name, at several heights, on both sides.
    fn beside(&self, name: &str, y: &Scale, left_first: bool, look: Type) -> Vec<Label> {
        let mut places = Vec::new();
        for away in [16.0, 30.0, 52.0] {
            for share in [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.1, 0.95] {
                let Some(x) = self.x_at(y.at(share)) else { continue };
                let baseline = y.at(share) + 0.36 * look.size;
                let left = Label::new(name, (x - away, baseline), Anchor::End, look);
                let right = Label::new(name, (x + away, baseline), Anchor::Start, look);
                places.extend(if left_first { [left, right] } else { [right, left] });
            }
        }
        places
    }
}

/// 90 %, but 99.5 %.
fn percent_decimals(share: f64) -> i32 {
    i32::from((100.0 * share - (100.0 * share).round()).abs() > 0.01)
}
