//! Stacked bars, one for each thing: how much of each part it has.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Rect, Type};
use super::dotted::color_key;
use super::number;
use super::scale::Scale;
use super::theme::{self, INK, LABEL, NOTE};

#[derive(Clone, Debug, PartialEq)]
pub struct StackedChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, n.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    /// "Hours in all"
    pub x_label: String,
    /// Names of the parts, in the order of the values.
    pub parts: Vec<String>,
    pub bars: Vec<Bar>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: String,
    pub values: Vec<f64>,
    /// At its end.
    pub note: String,
}

/// The widest name [pixels].
const NAME_WIDTH: f64 = 330.0;

impl StackedChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let parts: Vec<(&str, Color)> =
            self.parts.iter().enumerate().map(|(k, name)| (name.as_str(), theme::nth_color(k))).collect();
        let top = match parts.len() {
            0..=1 => inner.top,
            _ => color_key(canvas, (inner.left, inner.top + 10.0), inner.right, &parts) + 24.0,
        };
        let name = Type::bold(LABEL, INK);
        let names: Vec<_> = self.bars.iter().map(|b| name.wrap(&b.label, NAME_WIDTH, 2)).collect();
        let gutter = names.iter().flatten().map(|l| name.width(l)).fold(0.0, f64::max) + 20.0;
        let note = Type::regular(NOTE, INK);
        let notes = self.bars.iter().map(|b| note.width(&b.note)).fold(0.0, f64::max) + 14.0;
        let plot = Rect::new(inner.left + gutter, top, inner.right - notes, inner.bottom - X_AXIS);
        let most = self.bars.iter().map(|b| b.values.iter().sum::<f64>()).fold(0.0, f64::max);
        let x = Scale::new((0.0, most), (plot.left, plot.right));
        let marks = axes::x_marks((0.0, x.hi), plot.width(), None, number::number);
        let pitch = (plot.height() / self.bars.len().max(1) as f64).min(92.0);
        let plot = Rect { bottom: plot.top + pitch * self.bars.len() as f64, ..plot };
        axes::x_grid(canvas, plot, &x, &marks);
        for (k, bar) in self.bars.iter().enumerate() {
            let middle = plot.top + (k as f64 + 0.5) * pitch;
            let lines = &names[k];
            let first = middle + 0.36 * name.size - (lines.len() as f64 - 1.0) * name.line_height() / 2.0;
            canvas.lines((plot.left - 14.0, first), Anchor::End, lines, name);
            let (top, bottom) = (middle - 0.32 * pitch, middle + 0.32 * pitch);
            let mut sum = 0.0;
            for (part, value) in bar.values.iter().enumerate() {
                let (left, right) = (x.at(sum), x.at(sum + value));
                sum += value;
                if right - left > 0.05 {
                    canvas.rect(Rect::new(left, top, right, bottom), theme::nth_color(part));
                }
            }
            canvas.text((x.at(sum) + 10.0, middle + 0.36 * note.size), Anchor::Start, &bar.note, note);
        }
        axes::x_axis(canvas, plot, &x, &marks, &self.x_label);
    }
}
