//! A grid of shades: how much of something there is at each time, for each row. The darker, the more.

use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number;
use super::theme::{self, GREY, INK, NOTE, TICK, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct ShadesChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, n.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    /// "rows per hour": what the shade stands for.
    pub measure: String,
    pub rows: Vec<ShadesRow>,
    pub n_columns: usize,
    /// Names under the columns: (left edge of the column that it begins at, text).
    pub columns: Vec<(f64, String)>,
    /// A thin line after every so many columns; 0: none.
    pub group: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShadesRow {
    pub label: String,
    /// None: not there.
    pub cells: Vec<Option<f64>>,
    /// At its end.
    pub note: String,
}

/// The widest name [pixels].
const NAME_WIDTH: f64 = 240.0;

impl ShadesChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let cells = || self.rows.iter().flat_map(|r| &r.cells).flatten();
        let most = cells().copied().fold(0.0, f64::max);
        self.key(canvas, (inner.left, inner.top + 10.0), most);
        let n = self.rows.len().max(1) as f64;
        let top = inner.top + 44.0;
        let pitch = ((inner.bottom - 52.0 - top) / n).min(86.0);
        let name = Type::bold(TICK.min(0.8 * pitch).max(11.0), INK);
        let names: Vec<String> =
            self.rows.iter().map(|r| name.wrap(&r.label, NAME_WIDTH, 1).concat()).collect();
        let gutter = names.iter().map(|l| name.width(l)).fold(0.0, f64::max) + 18.0;
        let note = Type::regular(name.size.min(NOTE), INK);
        let notes = self.rows.iter().map(|r| note.width(&r.note)).fold(0.0, f64::max) + 14.0;
        let plot = Rect::new(inner.left + gutter, top, inner.right - notes, top + pitch * n);
        let width = plot.width() / self.n_columns.max(1) as f64;
        let gap = if width > 12.0 { 1.5 } else { 0.0 };
        for (k, row) in self.rows.iter().enumerate() {
            let top = plot.top + k as f64 * pitch;
            let base = top + pitch / 2.0 + 0.36 * name.size;
            canvas.text((plot.left - 12.0, base), Anchor::End, &names[k], name);
            canvas.text((inner.right, base), Anchor::End, &row.note, note);
            for (i, cell) in row.cells.iter().enumerate() {
                let left = plot.left + i as f64 * width;
                // A hair wider than the cell where cells touch, lest the seams show.
                let right = left + width - gap + if gap > 0.0 { 0.0 } else { 0.3 };
                let place = Rect::new(left, top + 1.0, right.min(plot.right), top + pitch - 1.0);
                match cell {
                    Some(value) if *value > 0.0 => {
                        canvas.rect(place, theme::shade((value / most).sqrt()));
                    }
                    Some(_) => canvas.rect(place, theme::faint(GREY, 0.05)),
                    None => {}
                }
            }
        }
        if self.group > 0 {
            for k in (self.group..self.n_columns).step_by(self.group) {
                let x = plot.left + k as f64 * width - gap / 2.0;
                canvas.line(&[(x, plot.top), (x, plot.bottom)], WHITE, 3.0);
                canvas.line(&[(x, plot.top), (x, plot.bottom)], theme::faint(GREY, 0.6), 1.0);
            }
        }
        let look = Type::regular(NOTE, INK);
        let mut free = f64::NEG_INFINITY;
        for (at, text) in &self.columns {
            let x = plot.left + at * width;
            if x < free {
                continue;
            }
            canvas.line(&[(x, plot.bottom), (x, plot.bottom + 6.0)], GREY, 1.4);
            canvas.text((x, plot.bottom + 26.0), Anchor::Start, text, look);
            free = x + look.width(text) + 14.0;
        }
    }

    fn key(&self, canvas: &Canvas, (x, y): (f64, f64), most: f64) {
        let look = Type::regular(NOTE, GREY);
        let text = format!("{}: none", self.measure);
        canvas.text((x, y), Anchor::Start, &text, look);
        let mut x = x + look.width(&text) + 12.0;
        // The shade goes by the root, so that little can be told from none: half the shade is a quarter.
        for (from, value) in [(0, most / 4.0), (5, most)] {
            for k in from..from + 5 {
                canvas.rect(Rect::new(x, y - 15.0, x + 22.0, y + 3.0), theme::shade(f64::from(k + 1) / 10.0));
                x += 22.0;
            }
            let decimals = if value >= 10.0 || value == value.round() { 0 } else { 1 };
            let text = number::number(value, decimals);
            canvas.text((x + 10.0, y), Anchor::Start, &text, look);
            x += look.width(&text) + 22.0;
        }
    }
}
