//! The performance spectrum: a band for each step from one activity to the next, a line for each case from the moment it
//! leaves the one to the moment it enters the other (Denisov, Fahland and van der Aalst, "Unbiased, fine-grained description of
//! processes performance from event data", BPM 2018).

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Rect, Type};
use super::dates;
use super::dotted::color_key;
use super::scale::Scale;
use super::theme::{self, GREY, GRID, INK, NOTE, TICK};

#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumChart {
    /// The finding in one sentence.
    pub title: String,
    /// What is shown, how many.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    pub segments: Vec<Segment>,
}

/// From one activity to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    pub from: String,
    pub to: String,
    /// Between the names: how many, how long.
    pub note: String,
    /// Leaves and enters [s since 1970-01-01T00:00Z]; the quarter of the segment's cases by length, 0 the fastest.
    pub passages: Vec<(f64, f64, u8)>,
}

/// The widest name [pixels].
const NAMES: f64 = 260.0;
/// From fast to slow.
const QUARTERS: [Color; 4] = [theme::BLUE, theme::SKY, theme::ORANGE, theme::VERMILLION];

impl SpectrumChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let names = ["fastest quarter of the step", "second", "third", "slowest"];
        let entries: Vec<_> = names.into_iter().zip(QUARTERS).collect();
        let top = color_key(canvas, (inner.left, inner.top + 10.0), inner.right, &entries) + 30.0;
        let plot = Rect::new(inner.left + NAMES + 20.0, top, inner.right - 20.0, inner.bottom - X_AXIS);
        let instants = || self.segments.iter().flat_map(|s| &s.passages);
        let lo = instants().map(|p| p.0).fold(f64::INFINITY, f64::min);
        let hi = instants().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return;
        }
        let x = Scale::new((lo, hi), (plot.left, plot.right));
        let marks = dates::date_marks((lo, hi), plot.width(), Type::regular(TICK, INK));
        axes::x_grid(canvas, plot, &x, &marks);
        let pitch = plot.height() / self.segments.len() as f64;
        for (k, segment) in self.segments.iter().enumerate() {
            let top = plot.top + k as f64 * pitch;
            let band = Rect { top: top + 4.0, bottom: top + 0.82 * pitch, ..plot };
            segment.draw(canvas, band, &x, inner.left);
        }
        axes::x_axis(canvas, plot, &x, &marks, &dates::date_label((lo, hi)));
    }
}

impl Segment {
    fn draw(&self, canvas: &Canvas, band: Rect, x: &Scale, left: f64) {
        // The slow ones above the others.
        for quarter in 0..4u8 {
            let color = theme::faint(QUARTERS[usize::from(quarter)], 0.5);
            for (from, to, _) in self.passages.iter().filter(|p| p.2 == quarter) {
                canvas.line(&[(x.at(*from), band.top), (x.at(*to), band.bottom)], color, 1.1);
            }
        }
        for y in [band.top, band.bottom] {
            canvas.line(&[(band.left, y), (band.right, y)], GREY, 1.6);
        }
        canvas.line(&[(left, band.bottom + 14.0), (band.left - 14.0, band.bottom + 14.0)], GRID, 1.0);
        let name = Type::bold(NOTE, INK);
        let note = Type::regular(15.0, GREY);
        for (y, text) in [(band.top + 12.0, &self.from), (band.bottom + 2.0, &self.to)] {
            canvas.lines((left, y), Anchor::Start, &name.wrap(text, NAMES, 1), name);
        }
        let room = ((band.height() - 24.0) / note.line_height()).floor().max(0.0) as usize;
        let lines = note.wrap(&self.note, NAMES, room.min(2));
        let middle = (band.top + band.bottom) / 2.0 + 7.0;
        let first = middle + 6.0 - (lines.len() as f64) * note.line_height() / 2.0;
        canvas.lines((left, first), Anchor::Start, &lines, note);
    }
}
