//! What happens over time by date: a panel for each measure, an area under its steps.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Point, Rect, Type};
use super::dates;
use super::number;
use super::scale::{Scale, round_domain};
use super::theme::{self, GREY, INK, NOTE, TICK};

#[derive(Clone, Debug, PartialEq)]
pub struct TimelineChart {
    /// The finding in one sentence.
    pub title: String,
    /// What is shown, n.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    pub panels: Vec<TimelinePanel>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TimelinePanel {
    /// The measure with its unit.
    pub label: String,
    /// (from when on [s since 1970-01-01T00:00Z], value); the last one ends the panel.
    pub steps: Vec<(f64, f64)>,
    /// Drawn as a line across.
    pub mean: f64,
}

impl TimelineChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let steps = || self.panels.iter().flat_map(|p| &p.steps).map(|s| s.0);
        let (lo, hi) = (steps().fold(f64::INFINITY, f64::min), steps().fold(f64::NEG_INFINITY, f64::max));
        if lo >= hi {
            return;
        }
        let top_of =
            |p: &TimelinePanel| round_domain(0.0, p.steps.iter().map(|s| s.1).fold(1e-9, f64::max), 5);
        let marks_of = |p: &TimelinePanel| axes::y_marks(top_of(p), 5, number::number);
        let gutter = self.panels.iter().map(|p| axes::y_gutter(&marks_of(p))).fold(0.0, f64::max);
        let means = 130.0;
        let plot = Rect::new(inner.left + gutter, inner.top, inner.right - means, inner.bottom - X_AXIS);
        let x = Scale::new((lo, hi), (plot.left, plot.right));
        let marks = dates::date_marks((lo, hi), plot.width(), Type::regular(TICK, INK));
        axes::x_grid(canvas, plot, &x, &marks);
        let pitch = plot.height() / self.panels.len().max(1) as f64;
        for (k, panel) in self.panels.iter().enumerate() {
            let top = plot.top + k as f64 * pitch;
            let area = Rect { top: top + 46.0, bottom: top + pitch, ..plot };
            let y = Scale::new(top_of(panel), (area.bottom, area.top));
            let label_at = (inner.left, area.top - 16.0);
            axes::y_axis(canvas, area, &y, &marks_of(panel), &panel.label, label_at);
            let mut outline: Vec<Point> = vec![(x.at(panel.steps[0].0), area.bottom)];
            for pair in panel.steps.windows(2) {
                let at = y.at(pair[0].1);
                outline.extend([(x.at(pair[0].0), at), (x.at(pair[1].0), at)]);
            }
            outline.push((outline[outline.len() - 1].0, area.bottom));
            canvas.fill(&outline, theme::faint(theme::BLUE, 0.28));
            canvas.line(&outline[1..outline.len() - 1], theme::BLUE, 1.6);
            let mean = y.at(panel.mean);
            canvas.dashes((plot.left, mean), (plot.right, mean), theme::VERMILLION, 2.0);
            let look = Type::bold(NOTE, theme::as_text(theme::VERMILLION));
            let decimals = (1 - panel.mean.max(1e-9).log10().floor() as i32).clamp(0, 3);
            let text = format!("mean {}", number::number(panel.mean, decimals));
            canvas.text((plot.right + 10.0, mean + 6.0), Anchor::Start, &text, look);
            canvas.line(&[(plot.left, area.bottom), (plot.right, area.bottom)], GREY, 1.6);
        }
        axes::x_axis(canvas, plot, &x, &marks, &dates::date_label((lo, hi)));
    }
}
