//! Curves over time with bands, each named at its right end: what the ramp and the weekly chart share.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::labels::spread;
use super::scale::Scale;
use super::theme::{self, GREY, LABEL, NOTE, WHITE};

/// One point of a curve; a band whose bounds are not finite is not drawn, and a value that is not finite is a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    /// Week or month.
    pub x: f64,
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

impl LinePoint {
    fn is_drawn(&self) -> bool {
        self.x.is_finite() && self.value.is_finite()
    }

    fn has_band(&self) -> bool {
        self.is_drawn() && self.lower.is_finite() && self.upper.is_finite()
    }
}

/// A curve and what is written at its end.
pub(super) struct Curve<'a> {
    pub name: &'a str,
    /// Behind the name: the last value.
    pub last: String,
    pub color: Color,
    pub points: &'a [LinePoint],
}

/// What happens at a time: a dashed line with its name on top.
pub(super) struct Event<'a> {
    pub x: f64,
    pub name: &'a str,
}

pub(super) struct Lines<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    pub footer: &'a str,
    pub x_label: &'a str,
    pub y_label: &'a str,
    /// The steps at which the x axis may be marked.
    pub x_steps: &'a [f64],
    pub y_domain: (f64, f64),
    /// Bands as bars at multiples of this [unit of x], beside each other; None: shaded. Many shaded bands are a fog.
    pub bars: Option<f64>,
    pub write_y: fn(f64, i32) -> String,
    pub curves: Vec<Curve<'a>>,
    pub events: Vec<Event<'a>>,
}

/// The widest name at the end of a curve [pixels].
const NAME_WIDTH: f64 = 300.0;

impl Lines<'_> {
    pub fn svg(&self) -> String {
        canvas::svg(self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, self.title, self.subtitle, self.footer);
        let y_marks = axes::y_marks(self.y_domain, 7, self.write_y);
        let names: Vec<_> = self.curves.iter().map(|c| Name::new(c)).collect();
        let gutter = names.iter().map(|n| n.width).fold(0.0, f64::max);
        let drawn = || self.curves.iter().flat_map(|c| c.points).filter(|p| p.is_drawn());
        let first = drawn().map(|p| p.x).fold(f64::INFINITY, f64::min);
        let last = drawn().map(|p| p.x).fold(f64::NEG_INFINITY, f64::max);
        let domain = match first < last {
            true => (first, last),
            false if first.is_finite() => (first.min(0.0), first.max(0.0) + 1.0),
            false => (0.0, 1.0),
        };
        let (left, right) = (inner.left + axes::y_gutter(&y_marks), inner.right - gutter - 34.0);
        let x = Scale::new(domain, (left, right));
        let events = self.placed_events(&x, left, right);
        let levels = events.iter().map(|e| e.level + 1).max().unwrap_or(0) as f64;
        let top = inner.top + Y_LABEL + levels * EVENT.line_height() + if levels > 0.0 { 6.0 } else { 0.0 };
        let plot = Rect::new(left, top, right, inner.bottom - X_AXIS);
        let y = Scale::new(self.y_domain, (plot.bottom, plot.top));
        let x_marks = axes::x_marks((x.lo, x.hi), plot.width(), Some(self.x_steps), super::number::number);
        axes::y_axis(canvas, plot, &y, &y_marks, self.y_label, (inner.left, inner.top + 10.0));
        if y.lo < 0.0 && y.hi > 0.0 {
            canvas.line(&[(plot.left, y.at(0.0)), (plot.right, y.at(0.0))], GREY, 2.0);
        }
        for event in &events {
            let level = event.level as f64 * EVENT.line_height();
            canvas.dashes((event.x, plot.top - 6.0 - level), (event.x, plot.bottom), GREY, 1.8);
        }
        for event in &events {
            let y = plot.top - 12.0 - event.level as f64 * EVENT.line_height();
            let half = EVENT.width(&event.name) / 2.0 + 4.0;
            let behind = Rect::new(event.middle - half, y - 0.9 * NOTE, event.middle + half, y + 0.3 * NOTE);
            canvas.rect(behind, WHITE);
            canvas.text((event.middle, y), Anchor::Middle, &event.name, EVENT);
        }
        match self.bars {
            Some(step) => self.draw_bars(canvas, step, &x, &y),
            None => self.draw_bands(canvas, &x, &y),
        }
        for curve in &self.curves {
            for run in curve.points.split(|p| !p.is_drawn()) {
                let path: Vec<Point> = run.iter().map(|p| (x.at(p.x), y.at(p.value))).collect();
                match path[..] {
                    [] => {}
                    [dot] => canvas.disc(dot, 5.0, curve.color),
                    _ => canvas.line(&path, curve.color, 4.0),
                }
            }
        }
        axes::x_axis(canvas, plot, &x, &x_marks, self.x_label);
        self.draw_names(canvas, &names, plot, &x, &y);
    }

    fn draw_bands(&self, canvas: &Canvas, x: &Scale, y: &Scale) {
        // Many bands over each other would hide the curves.
        let opacity = if self.curves.len() > 2 { 0.09 } else { 0.16 };
        for curve in &self.curves {
            for run in curve.points.split(|p| !p.has_band()).filter(|run| run.len() > 1) {
                let upper = run.iter().map(|p| (x.at(p.x), y.at(p.upper)));
                let lower = run.iter().rev().map(|p| (x.at(p.x), y.at(p.lower)));
                canvas.fill(&upper.chain(lower).collect::<Vec<_>>(), theme::faint(curve.color, opacity));
            }
        }
    }

    /// At each multiple of the step a bar for each curve, side by side around it.
    fn draw_bars(&self, canvas: &Canvas, step: f64, x: &Scale, y: &Scale) {
        let pitch = (0.5 * (x.at(x.lo + step) - x.at(x.lo)) / self.curves.len().max(1) as f64).min(16.0);
        for (k, curve) in self.curves.iter().enumerate() {
            let aside = (k as f64 - (self.curves.len() as f64 - 1.0) / 2.0) * pitch;
            let is_marked = |p: &&LinePoint| p.has_band() && (p.x / step).fract().abs() < 1e-9 && p.x > x.lo;
            for p in curve.points.iter().filter(is_marked) {
                let (at, cap) = (x.at(p.x) + aside, 0.3 * pitch);
                let (top, bottom) = (y.at(p.upper), y.at(p.lower));
                let color = theme::faint(curve.color, 0.85);
                canvas.line(&[(at, top), (at, bottom)], color, 2.2);
                canvas.line(&[(at - cap, top), (at + cap, top)], color, 2.2);
                canvas.line(&[(at - cap, bottom), (at + cap, bottom)], color, 2.2);
            }
        }
    }

    /// The names of events above the plot, centred on their lines, on as many levels as it takes.
    fn placed_events(&self, x: &Scale, left: f64, right: f64) -> Vec<PlacedEvent> {
        let mut events: Vec<_> = self.events.iter().filter(|e| x.contains(e.x)).collect();
        events.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut free: Vec<f64> = Vec::new();
        let placed = events.into_iter().map(|event| {
            let name = EVENT.wrap(event.name, 480.0, 1).pop().unwrap_or_default();
            let half = EVENT.width(&name) / 2.0;
            let middle = x.at(event.x).clamp(left + half, (right - half).max(left + half));
            let level = free.iter().position(|&end| end < middle - half).unwrap_or(free.len());
            free.resize(free.len().max(level + 1), 0.0);
            free[level] = middle + half + 16.0;
            PlacedEvent { x: x.at(event.x), name, middle, level }
        });
        placed.collect()
    }

    /// Names at the right, as near to the ends as they may be without touching; a thin line leads there.
    fn draw_names(&self, canvas: &Canvas, names: &[Name], plot: Rect, x: &Scale, y: &Scale) {
        let end =
            |c: &Curve| c.points.iter().rev().find(|p| p.is_drawn()).map(|p| (x.at(p.x), y.at(p.value)));
        let named: Vec<_> =
            self.curves.iter().zip(names).filter_map(|(c, n)| end(c).map(|end| (c, n, end))).collect();
        let tallest = named.iter().map(|(_, n, _)| n.lines.len()).max().unwrap_or(1) as f64;
        let line = Type::bold(LABEL, GREY).line_height();
        let wanted: Vec<f64> = named.iter().map(|(.., end)| end.1).collect();
        let heights = spread(
            &wanted,
            tallest * line + 2.0,
            plot.top + tallest * line / 2.0,
            plot.bottom - tallest * line / 2.0,
        );
        let gap =
            heights.iter().enumerate().flat_map(|(k, a)| heights[..k].iter().map(move |b| (a - b).abs()));
        let shrink = (gap.fold(f64::INFINITY, f64::min) / (tallest * line)).clamp(0.3, 1.0);
        for ((curve, name, end), height) in named.into_iter().zip(heights) {
            let look = Type::bold(LABEL * shrink, theme::as_text(curve.color));
            let left = plot.right + 32.0;
            if (height - end.1).abs() > 4.0 || plot.right - end.0 > 4.0 {
                let path = [(end.0 + 4.0, end.1), (left - 18.0, end.1), (left - 6.0, height)];
                canvas.line(&path, theme::faint(curve.color, 0.6), 1.5);
            }
            let first = height - (name.lines.len() - 1) as f64 * look.line_height() / 2.0 + 0.36 * look.size;
            canvas.lines((left, first), Anchor::Start, &name.lines, look);
        }
    }
}

/// The look of an event's name.
const EVENT: Type = Type::regular(NOTE, GREY);

struct PlacedEvent {
    /// of the line [pixels]
    x: f64,
    name: String,
    /// of the name [pixels]
    middle: f64,
    /// 0: next to the plot
    level: usize,
}

/// The name of a curve with its last value, in at most two lines.
struct Name {
    lines: Vec<String>,
    width: f64,
}

impl Name {
    fn new(curve: &Curve) -> Self {
        let look = Type::bold(LABEL, curve.color);
        let text = [curve.name, &curve.last].map(str::trim).join(", ");
        let mut lines = look.wrap(text.trim_end_matches([',', ' ']), NAME_WIDTH, 2);
        if lines.last().is_some_and(|l| l.ends_with('…')) && !curve.last.is_empty() {
            // A long name must not push out the value.
            lines = look.wrap(curve.name, NAME_WIDTH, 1);
            lines.push(curve.last.clone());
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        let width = lines.iter().map(|l| look.width(l)).fold(0.0, f64::max);
        Self { lines, width }
    }
}
