//! Who costs how much, the largest first: each bar begins where the one before it ends, so that the sum of the largest can
//! be read at its end.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number;
use super::scale::Scale;
use super::theme::{self, AFTER, GREY, INK, LABEL, NOTE, OTHERS, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct ParetoChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, year.
    pub subtitle: String,
    /// Source, version.
    pub footer: String,
    /// "Share of the cost, cumulated, %"
    pub x_label: String,
    /// The largest first.
    pub bars: Vec<ParetoBar>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ParetoBar {
    pub label: String,
    /// Of all [1]; negative for a credit.
    pub share: f64,
    /// At its end: "$38.6 million".
    pub note: String,
    /// Drawn in colour.
    pub strong: bool,
}

/// Bars that can be read; what is smaller is drawn as one.
const MOST: usize = 14;
/// The widest name [pixels].
const NAME_WIDTH: f64 = 380.0;
/// The share that a few are asked to hold: Pareto's.
const MARK: f64 = 0.8;

impl ParetoChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let bars = self.shown();
        let name = Type::bold(LABEL, INK);
        let names: Vec<_> = bars.iter().map(|b| name.wrap(&b.label, NAME_WIDTH, 2)).collect();
        let gutter = names.iter().flatten().map(|l| name.width(l)).fold(0.0, f64::max) + 20.0;
        let note = Type::regular(NOTE, INK);
        let notes: Vec<String> =
            bars.iter().map(|b| format!("{}, {}", b.note, number::percent(b.share, 1))).collect();
        let room = notes.iter().map(|n| note.width(n)).fold(0.0, f64::max) + 16.0;
        let plot =
            Rect::new(inner.left + gutter, inner.top + 20.0, inner.right - room, inner.bottom - X_AXIS);
        // Credits may take the sum of the largest above all.
        let (mut sum, mut most) = (0.0, 1.0);
        for bar in &bars {
            sum += bar.share;
            most = f64::max(most, sum);
        }
        let x = Scale::new((0.0, 100.0 * most), (plot.left, plot.right));
        let marks = axes::x_marks((0.0, 100.0 * most), plot.width(), None, number::number);
        let pitch = (plot.height() / bars.len().max(1) as f64).min(130.0);
        let plot = Rect { bottom: plot.top + pitch * bars.len() as f64, ..plot };
        axes::x_grid(canvas, plot, &x, &marks);
        let at = x.at(100.0 * MARK);
        canvas.dashes((at, plot.top - 6.0), (at, plot.bottom), GREY, 2.0);
        canvas.text(
            (at, plot.top - 12.0),
            Anchor::Middle,
            &number::percent(MARK, 0),
            Type::regular(NOTE, GREY),
        );
        let mut sum = 0.0;
        for (k, bar) in bars.iter().enumerate() {
            let middle = plot.top + (k as f64 + 0.5) * pitch;
            let lines = &names[k];
            let first = middle + 0.36 * name.size - (lines.len() as f64 - 1.0) * name.line_height() / 2.0;
            canvas.lines((plot.left - 14.0, first), Anchor::End, lines, name);
            let (from, to) = (sum, sum + bar.share);
            sum = to;
            let (left, right) = (x.at(100.0 * from.min(to)), x.at(100.0 * from.max(to)));
            let color = if bar.strong { AFTER } else { OTHERS };
            canvas.rect(
                Rect::new(left, middle - 0.34 * pitch, right.max(left + 2.0), middle + 0.34 * pitch),
                color,
            );
            if k + 1 < bars.len() {
                canvas.line(
                    &[(x.at(100.0 * to), middle + 0.34 * pitch), (x.at(100.0 * to), middle + 0.66 * pitch)],
                    GREY,
                    1.5,
                );
            }
            let (from, width) = (right + 10.0, note.width(&notes[k]));
            // The lines of the grid end where there is something to read.
            let (up, down) = (middle - 0.7 * note.size, middle + 0.7 * note.size);
            canvas.rect(Rect::new(from - 4.0, up, from + width + 4.0, down), WHITE);
            canvas.text((from, middle + 0.36 * note.size), Anchor::Start, &notes[k], note);
        }
        axes::x_axis(canvas, plot, &x, &marks, &self.x_label);
    }

    /// The largest, and one bar for all others.
    fn shown(&self) -> Vec<ParetoBar> {
        if self.bars.len() <= MOST {
            return self.bars.clone();
        }
        let (large, rest) = self.bars.split_at(MOST - 1);
        let others = ParetoBar {
            label: format!("{} others", rest.len()),
            share: rest.iter().map(|b| b.share).sum(),
            note: "together".to_owned(),
            strong: false,
        };
        large.iter().cloned().chain([others]).collect()
    }
}
