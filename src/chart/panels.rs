//! Many measures over the same time, each in a small panel of its own with its own scale.

use super::axes;
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::lines::LinePoint;
use super::number;
use super::scale::{Scale, round_domain};
use super::theme::{self, GREY, GRID, INK, LABEL, NOTE, Role};

#[derive(Clone, Debug, PartialEq)]
pub struct PanelsChart {
    /// The finding in one sentence.
    pub title: String,
    /// Kind of band, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Weeks since the start of the run"
    pub x_label: String,
    /// One for each curve of a panel.
    pub series: Vec<(String, Role)>,
    pub panels: Vec<Panel>,
    /// x from which on cases count: what lies before is greyed.
    pub counted_from: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The measure with its unit.
    pub label: String,
    /// Behind the label: "no difference beyond chance", "lower in 12 of 52 weeks".
    pub note: String,
    /// Whether the note tells of a difference.
    pub differs: bool,
    /// One for each series of the chart.
    pub curves: Vec<Vec<LinePoint>>,
}

/// Panels beside each other.
fn columns_for(n: usize) -> usize {
    match n {
        0..=1 => 1,
        2..=4 => 2,
        5..=9 => 3,
        _ => 4,
    }
}

const GAP: f64 = 46.0;
const SMALL: f64 = 15.0;

impl PanelsChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let colors = theme::role_colors(&self.series.iter().map(|s| s.1).collect::<Vec<_>>());
        self.key(canvas, &colors, (inner.left, inner.top + 10.0), inner.right);
        let look = Type::regular(LABEL, INK);
        let label = look.wrap(&self.x_label, inner.width(), 1).concat();
        canvas.text(((inner.left + inner.right) / 2.0, inner.bottom - 6.0), Anchor::Middle, &label, look);
        let space = Rect { top: inner.top + 36.0, bottom: inner.bottom - 34.0, ..inner };
        let n = self.panels.len().max(1);
        let columns = columns_for(n);
        let rows = n.div_ceil(columns);
        let width = (space.width() - GAP * (columns as f64 - 1.0)) / columns as f64;
        let height = space.height() / rows as f64;
        let domain = self.domain();
        for (k, panel) in self.panels.iter().enumerate() {
            let (column, row) = ((k % columns) as f64, (k / columns) as f64);
            let left = space.left + column * (width + GAP);
            let top = space.top + row * height;
            self.draw_panel(canvas, panel, &colors, domain, Rect::new(left, top, left + width, top + height));
        }
    }

    fn draw_panel(&self, canvas: &Canvas, panel: &Panel, colors: &[Color], domain: (f64, f64), space: Rect) {
        let name = Type::bold(17.0, INK);
        for line in name.wrap(&panel.label, space.width(), 1) {
            canvas.text((space.left, space.top + 18.0), Anchor::Start, &line, name);
        }
        let note = Type { size: SMALL, bold: panel.differs, color: if panel.differs { INK } else { GREY } };
        for line in note.wrap(&panel.note, space.width(), 1) {
            canvas.text((space.left, space.top + 38.0), Anchor::Start, &line, note);
        }
        let y_domain = range(&panel.curves);
        let marks = axes::y_marks(y_domain, 6, number::number);
        let small = Type::regular(SMALL, INK);
        let gutter = marks.iter().map(|(_, t)| small.width(t)).fold(0.0, f64::max) + 10.0;
        let plot = Rect::new(space.left + gutter, space.top + 54.0, space.right - 6.0, space.bottom - 38.0);
        let x = Scale::new(domain, (plot.left, plot.right));
        let y = Scale::new(y_domain, (plot.bottom, plot.top));
        if let Some(from) = self.counted_from.filter(|f| x.contains(*f) && *f > x.lo) {
            canvas.rect(Rect { right: x.at(from), ..plot }, theme::faint(GREY, 0.10));
        }
        for (value, text) in &marks {
            let at = y.at(*value);
            canvas.line(&[(plot.left, at), (plot.right, at)], GRID, 1.2);
            canvas.text((plot.left - 8.0, at + 0.36 * SMALL), Anchor::End, text, small);
        }
        for (curve, color) in panel.curves.iter().zip(colors) {
            for run in curve.split(|p| ![p.value, p.lower, p.upper].iter().all(|v| v.is_finite())) {
                if run.len() > 1 {
                    let upper = run.iter().map(|p| (x.at(p.x), y.at(p.upper)));
                    let lower = run.iter().rev().map(|p| (x.at(p.x), y.at(p.lower)));
                    canvas.fill(&upper.chain(lower).collect::<Vec<_>>(), theme::faint(*color, 0.16));
                }
            }
        }
        for (curve, color) in panel.curves.iter().zip(colors) {
            for run in curve.split(|p| !p.value.is_finite()) {
                let path: Vec<Point> = run.iter().map(|p| (x.at(p.x), y.at(p.value))).collect();
                match path[..] {
                    [] => {}
                    [dot] => canvas.disc(dot, 3.0, *color),
                    _ => canvas.line(&path, *color, 2.6),
                }
            }
        }
        canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], GREY, 1.6);
        let steps = [1.0, 2.0, 4.0, 13.0, 26.0, 52.0];
        for (value, text) in axes::x_marks((x.lo, x.hi), plot.width(), Some(&steps), number::number) {
            canvas.line(&[(x.at(value), plot.bottom), (x.at(value), plot.bottom + 5.0)], GREY, 1.6);
            canvas.text((x.at(value), plot.bottom + 22.0), Anchor::Middle, &text, small);
        }
    }

    fn key(&self, canvas: &Canvas, colors: &[Color], (x, y): Point, right: f64) {
        let mut x = x;
        for ((name, _), color) in self.series.iter().zip(colors) {
            let look = Type::bold(LABEL, theme::as_text(*color));
            let name = look.wrap(name, 420.0, 1).concat();
            if x + 44.0 + look.width(&name) > right {
                break;
            }
            canvas.line(&[(x, y - 7.0), (x + 32.0, y - 7.0)], *color, 4.0);
            canvas.text((x + 42.0, y), Anchor::Start, &name, look);
            x += 42.0 + look.width(&name) + 36.0;
        }
        let look = Type::regular(NOTE, GREY);
        let text = "warm-up, not counted";
        if self.counted_from.is_some() && x + 44.0 + look.width(text) < right {
            canvas.rect(Rect::new(x, y - 15.0, x + 28.0, y + 2.0), theme::faint(GREY, 0.16));
            canvas.text((x + 38.0, y - 1.0), Anchor::Start, text, look);
        }
    }

    fn domain(&self) -> (f64, f64) {
        let xs =
            || self.panels.iter().flat_map(|p| &p.curves).flatten().map(|p| p.x).filter(|x| x.is_finite());
        let lo = xs().fold(f64::INFINITY, f64::min);
        let hi = xs().fold(f64::NEG_INFINITY, f64::max);
        if lo < hi { (lo, hi) } else { (0.0, 1.0) }
    }
}

/// All values and bands; from zero, unless the values stay far from it.
fn range(curves: &[Vec<LinePoint>]) -> (f64, f64) {
    let all = || curves.iter().flatten().flat_map(|p| [p.value, p.lower, p.upper]).filter(|v| v.is_finite());
    let (lo, hi) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if lo > hi {
        return (0.0, 1.0);
    }
    let (lo, hi) = if lo > 0.0 && lo <= 0.5 * hi { (0.0, hi) } else { (lo, hi) };
    if lo == hi {
        let half = if lo == 0.0 { 1.0 } else { 0.1 * lo.abs() };
        return round_domain(lo - half, hi + half, 4);
    }
    round_domain(lo, hi, 4)
}
