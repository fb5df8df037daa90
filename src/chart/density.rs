//! Distributions side by side as densities: where cases pile up, and where the change moves them.
//!
//! Equal areas are equal shares of the cases. On a logarithmic axis that holds for the picture as drawn: heights are then
//! written per doubling.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::labels::{Label, place};
use super::number::{self, Interval};
use super::scale::{Scale, log_ticks};
use super::theme::{self, GREY, LABEL, NOTE, Role, TICK, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct DensityChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, kind of band, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// What x measures, with its unit.
    pub x_label: String,
    /// "Cases [% per h]"
    pub y_label: String,
    /// The unit written behind the marked values: "h".
    pub unit: String,
    /// Whether x is on a logarithmic axis.
    pub log: bool,
    pub series: Vec<DensitySeries>,
    /// What the rows of marks under the curves are: "mean", "nine in ten within".
    pub marks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DensitySeries {
    pub name: String,
    pub role: Role,
    /// In ascending order of x; the height is per unit of the axis.
    pub points: Vec<DensityPoint>,
    /// One for each row of marks of the chart [unit of x].
    pub marks: Vec<Interval>,
}

/// The density at x and its band; bounds that are not finite: no band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityPoint {
    pub x: f64,
    pub density: f64,
    pub lower: f64,
    pub upper: f64,
}

/// Height of a row of marks [pixels].
const ROW: f64 = 46.0;
/// Points lower than this share of the highest are left out at both ends of the axis.
const NEGLIGIBLE: f64 = 0.008;

impl DensityChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let domain = self.domain();
        let rows = self.marks.len() as f64 * ROW;
        let points = || self.series.iter().flat_map(|s| &s.points);
        let top = points().map(|p| if p.upper.is_finite() { p.upper } else { p.density });
        let top = top.filter(|v| v.is_finite()).fold(0.0, f64::max);
        let top = if top > 0.0 { 1.04 * top } else { 1.0 };
        let y_marks = self.y_marks(top);
        let gutter = self.marks.iter().map(|m| Type::regular(NOTE, GREY).width(m)).fold(0.0, f64::max);
        let gutter = if gutter > 0.0 { gutter + 24.0 } else { 0.0 };
        let left = inner.left + gutter.max(axes::y_gutter(&y_marks));
        let plot = Rect::new(left, inner.top + Y_LABEL, inner.right - 16.0, inner.bottom - X_AXIS - rows);
        let x = Scale::new(domain, (plot.left, plot.right));
        let y = Scale::new((0.0, top), (plot.bottom, plot.top));
        let marks = match self.log {
            true => log_ticks(domain.0, domain.1, 12),
            false => axes::x_marks(domain, plot.width(), None, number::number),
        };
        let whole = Rect { bottom: plot.bottom + rows, ..plot };
        axes::x_grid(canvas, whole, &x, &marks);
        axes::y_axis(canvas, plot, &y, &y_marks, &self.y_label, (inner.left, inner.top + 10.0));

        let colors = theme::role_colors(&self.series.iter().map(|s| s.role).collect::<Vec<_>>());
        let drawn: Vec<Vec<Vec<Point>>> =
            self.series.iter().map(|s| self.runs(s, &x, &y, |p| p.density)).collect();
        for (runs, color) in drawn.iter().zip(&colors) {
            for run in runs.iter().filter(|r| r.len() > 1) {
                let (first, last) = (run[0].0, run[run.len() - 1].0);
                let ground = [(last, plot.bottom), (first, plot.bottom)];
                let area: Vec<Point> = run.iter().copied().chain(ground).collect();
                canvas.fill(&area, theme::faint(*color, 0.10));
            }
        }
        for (series, color) in self.series.iter().zip(&colors) {
            let (lower, upper) =
                (self.runs(series, &x, &y, |p| p.lower), self.runs(series, &x, &y, |p| p.upper));
            for (lower, upper) in lower.iter().zip(&upper).filter(|(l, _)| l.len() > 1) {
                let band: Vec<Point> = upper.iter().copied().chain(lower.iter().rev().copied()).collect();
                canvas.fill(&band, theme::faint(*color, 0.28));
            }
        }
        let whole_curves: Vec<Vec<Point>> = drawn.iter().map(|runs| runs.concat()).collect();
        for ((runs, color), width) in drawn.iter().zip(&colors).zip(theme::curve_widths(&whole_curves)) {
            runs.iter().filter(|r| r.len() > 1).for_each(|run| canvas.line(run, *color, width));
        }
        canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], GREY, 2.0);
        self.draw_names(canvas, &drawn, &colors, plot);
        self.draw_marks(canvas, &colors, plot, &x, inner.left);
        axes::x_axis(canvas, whole, &x, &marks, &self.x_label);
    }

    /// Round numbers of percent, at heights up to `top`.
    fn y_marks(&self, top: f64) -> Vec<axes::Mark> {
        // A density per factor of ten has this many percent per doubling.
        let percent = if self.log { 100.0 * 2f64.log10() } else { 100.0 };
        let marks = axes::y_marks((0.0, percent * top), 6, number::number);
        marks.into_iter().map(|(value, text)| (value / percent, text)).collect()
    }

    fn at(&self, x: f64) -> f64 {
        if self.log { x.log10() } else { x }
    }

    /// From the first to the last point that can be seen; on a linear axis from zero where that is near.
    fn domain(&self) -> (f64, f64) {
        let highest = |s: &DensitySeries| s.points.iter().map(|p| p.density).fold(0.0, f64::max);
        let seen = self.series.iter().flat_map(|s| {
            let least = NEGLIGIBLE * highest(s);
            s.points.iter().filter(move |p| p.density > least).map(|p| self.at(p.x))
        });
        let seen: Vec<f64> = seen.filter(|v| v.is_finite()).collect();
        let lo = seen.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return (0.0, 1.0);
        }
        let marks = self.series.iter().flat_map(|s| &s.marks).map(|m| self.at(m.value));
        let marks: Vec<f64> = marks.filter(|v| v.is_finite()).collect();
        let lo = marks.iter().copied().fold(lo, f64::min);
        let hi = marks.iter().copied().fold(hi, f64::max);
        if !self.log && lo > 0.0 && lo < 0.25 * hi { (0.0, hi) } else { (lo, hi) }
    }

    /// A height of the points within the axis, in runs without gaps.
    fn runs(
        &self,
        s: &DensitySeries,
        x: &Scale,
        y: &Scale,
        of: impl Fn(&DensityPoint) -> f64,
    ) -> Vec<Vec<Point>> {
        let is_drawn = |p: &DensityPoint| of(p).is_finite() && x.contains(self.at(p.x));
        s.points
            .split(|p| !is_drawn(p))
            .filter(|run| !run.is_empty())
            .map(|run| run.iter().map(|p| (x.at(self.at(p.x)), y.at(of(p)))).collect())
            .collect()
    }

    /// Names beside the curves, first where the curves are apart.
    fn draw_names(&self, canvas: &Canvas, drawn: &[Vec<Vec<Point>>], colors: &[Color], plot: Rect) {
        let curves: Vec<Vec<Point>> = drawn.iter().flatten().cloned().collect();
        let mut taken: Vec<Rect> = Vec::new();
        // A name may lie on the filled area below the curves.
        let ground = theme::towards(theme::GRID, theme::INK, 0.1);
        for (k, (series, color)) in self.series.iter().zip(colors).enumerate() {
            let look = Type::bold(LABEL, theme::as_text_on(*color, ground));
            let name = look.wrap(&series.name, 420.0, 1).concat();
            let own: Vec<Point> = drawn[k].iter().flatten().copied().collect();
            let others: Vec<Point> = drawn
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != k)
                .flat_map(|(_, r)| r.iter().flatten())
                .copied()
                .collect();
            let apart = |p: &Point| {
                let near = others.iter().min_by(|a, b| (a.0 - p.0).abs().total_cmp(&(b.0 - p.0).abs()));
                near.map_or(0.0, |o| o.1 - p.1)
            };
            let mut order: Vec<&Point> = own.iter().step_by(4).collect();
            order.sort_by(|a, b| apart(b).total_cmp(&apart(a)));
            let candidates: Vec<Label> = [18.0, 34.0, 60.0]
                .into_iter()
                .flat_map(|away| {
                    let beside = |p: &&Point| {
                        let (px, py) = **p;
                        [
                            Label::new(name.as_str(), (px + away, py - 0.3 * away), Anchor::Start, look),
                            Label::new(name.as_str(), (px - away, py - 0.3 * away), Anchor::End, look),
                        ]
                    };
                    order.iter().flat_map(beside).collect::<Vec<_>>()
                })
                .collect();
            if let Some(label) = place(candidates, plot, &taken, &curves) {
                taken.push(label.room());
                canvas.text(label.at, label.anchor, &label.text, label.look);
            }
        }
    }

    /// Values under the curves, a row for each kind: the interval as a bar, the value as a ring with its number.
    fn draw_marks(&self, canvas: &Canvas, colors: &[Color], plot: Rect, x: &Scale, left: f64) {
        for (row, name) in self.marks.iter().enumerate() {
            let y = plot.bottom + (row as f64 + 0.5) * ROW;
            canvas.text((left, y + 0.36 * NOTE), Anchor::Start, name, Type::regular(NOTE, GREY));
            let mut marked: Vec<(&Interval, Color)> = (self.series.iter().zip(colors))
                .filter_map(|(s, c)| Some((s.marks.get(row)?, *c)))
                .filter(|(m, _)| m.value.is_finite() && x.contains(self.at(m.value)))
                .collect();
            marked.sort_by(|a, b| a.0.value.total_cmp(&b.0.value));
            let decimals = marked.iter().map(|(m, _)| m.headline_decimals()).min().unwrap_or(0);
            let place = |m: &Interval| x.at(self.at(m.value));
            for (mark, color) in &marked {
                if mark.is_known() && (!self.log || mark.lower > 0.0) {
                    let ends = [x.at(self.at(mark.lower)), x.at(self.at(mark.upper))];
                    canvas.line(&[(ends[0], y), (ends[1], y)], *color, 8.0);
                }
                canvas.disc((place(mark), y), 7.0, WHITE);
                canvas.ring((place(mark), y), 7.0, *color, 3.5);
            }
            // The leftmost number stands left of its mark, the others right of the last, one behind the other.
            let mut free = marked.last().map_or(0.0, |(m, _)| place(m)) + 22.0;
            for (k, (mark, color)) in marked.iter().enumerate() {
                let look = Type::bold(TICK, theme::as_text(*color));
                let text = format!("{} {}", number::number(mark.value, decimals), self.unit);
                let text = text.trim_end();
                let alone = k == 0 && marked.len() > 1 && place(mark) - 24.0 - look.width(text) > plot.left;
                if alone {
                    canvas.text((place(mark) - 22.0, y + 0.36 * TICK), Anchor::End, text, look);
                } else {
                    let end = free + look.width(text);
                    let at = if end > plot.right + 12.0 { None } else { Some(free) };
                    if let Some(at) = at {
                        canvas.text((at, y + 0.36 * TICK), Anchor::Start, text, look);
                    }
                    free = end + 18.0;
                }
            }
        }
    }
}
