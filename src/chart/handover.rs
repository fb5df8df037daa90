//! Handovers between teams as a matrix: from the row to the column, how often and how long the case waits in between,
//! before above after.

use super::canvas::{self, Anchor, Canvas, Point, Rect, Type};
use super::number;
use super::theme::{self, GREY, GRID, INK, LABEL, NOTE};

#[derive(Clone, Debug, PartialEq)]
pub struct HandoverChart {
    /// The finding in one sentence.
    pub title: String,
    /// What the numbers are, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// Who hands over and takes over.
    pub parties: Vec<String>,
    /// Names of the arms, in the order of the values in a cell.
    pub arms: Vec<String>,
    pub cells: Vec<HandoverCell>,
    /// What the counts are over: "a year", "in the log".
    pub period: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HandoverCell {
    /// Indices of parties.
    pub from: usize,
    pub to: usize,
    /// One for each arm; None: does not occur.
    pub values: Vec<Option<Waiting>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// Handovers in the period.
    pub count: f64,
    /// Mean time in between [s].
    pub seconds: f64,
}

impl Waiting {
    /// Waiting of all cases in the period [s].
    pub fn total(&self) -> f64 {
        self.count * self.seconds
    }
}

/// The widest name of a row [pixels].
const NAME_WIDTH: f64 = 200.0;

impl HandoverChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let values = || self.cells.iter().flat_map(|c| &c.values).flatten();
        let most = values().map(Waiting::total).filter(|t| t.is_finite()).fold(0.0, f64::max);
        self.key(canvas, (inner.left, inner.top + 12.0), most);
        let n = self.parties.len().max(1) as f64;
        let name = Type::bold(if n > 7.0 { 15.0 } else { 18.0 }, INK);
        let rows: Vec<_> = self.parties.iter().map(|p| name.wrap(p, NAME_WIDTH, 2)).collect();
        let gutter = rows.iter().flatten().map(|l| name.width(l)).fold(0.0, f64::max) + 22.0;
        let left = inner.left + gutter;
        let pitch = (inner.right - left) / n;
        let heads: Vec<_> = self.parties.iter().map(|p| name.wrap(p, pitch - 14.0, 3)).collect();
        let lines = heads.iter().map(Vec::len).max().unwrap_or(1) as f64;
        let top = inner.top + 74.0 + lines * name.line_height();
        let plot = Rect::new(left, top, inner.right, inner.bottom - 4.0);
        let row = (plot.height() / n).min(150.0);

        let small = Type::regular(NOTE, GREY);
        let first = top - 14.0 - (lines - 1.0) * name.line_height();
        canvas.text((plot.right, first - name.line_height() - 4.0), Anchor::End, "to", small);
        canvas.text((inner.left, top - 14.0), Anchor::Start, "from", small);
        for (k, head) in heads.iter().enumerate() {
            let x = plot.left + (k as f64 + 0.5) * pitch;
            let first = top - 14.0 - (head.len() as f64 - 1.0) * name.line_height();
            canvas.lines((x, first), Anchor::Middle, head, name);
        }
        for (k, lines) in rows.iter().enumerate() {
            let middle = plot.top + (k as f64 + 0.5) * row;
            let first = middle - (lines.len() as f64 - 1.0) * name.line_height() / 2.0 + 0.36 * name.size;
            canvas.lines((inner.left, first), Anchor::Start, lines, name);
            let own = Rect::new(
                plot.left + k as f64 * pitch,
                plot.top + k as f64 * row,
                plot.left + (k as f64 + 1.0) * pitch,
                plot.top + (k as f64 + 1.0) * row,
            );
            canvas.rect(own, theme::faint(GREY, 0.05));
        }
        for cell in &self.cells {
            let left = plot.left + cell.to as f64 * pitch;
            let top = plot.top + cell.from as f64 * row;
            self.draw_cell(
                canvas,
                cell,
                Rect::new(left + 2.0, top + 2.0, left + pitch - 2.0, top + row - 2.0),
                most,
            );
        }
        for k in 0..=self.parties.len() {
            let (x, y) = (plot.left + k as f64 * pitch, plot.top + k as f64 * row);
            canvas.line(&[(inner.left, y), (plot.right, y)], GRID, 1.5);
            canvas.line(&[(x, plot.top), (x, plot.top + n * row)], GRID, 1.5);
        }
    }

    fn draw_cell(&self, canvas: &Canvas, cell: &HandoverCell, room: Rect, most: f64) {
        let height = room.height() / cell.values.len().max(1) as f64;
        for (k, value) in cell.values.iter().enumerate() {
            let top = room.top + k as f64 * height;
            let part = Rect { top, bottom: top + height - 1.0, ..room };
            let Some(waiting) = value else { continue };
            let share = if most > 0.0 { (waiting.total() / most).sqrt() } else { 0.0 };
            let fill = theme::shade(0.8 * share);
            canvas.rect(part, fill);
            let size = (0.42 * height).clamp(8.0, 19.0);
            let look = Type::regular(size, theme::text_on(fill));
            let text = match waiting.seconds {
                s if s < 30.0 => format!("{} at once", counted(waiting.count)),
                s => format!("{} × {}", counted(waiting.count), number::span(s)),
            };
            let middle = ((part.left + part.right) / 2.0, (part.top + part.bottom) / 2.0 + 0.36 * size);
            for line in look.wrap(&text, part.width() - 6.0, 1) {
                canvas.text(middle, Anchor::Middle, &line, look);
            }
        }
    }

    fn key(&self, canvas: &Canvas, (x, y): Point, most: f64) {
        let look = Type::regular(NOTE, GREY);
        let mut x = x;
        if let [above, below, ..] = self.arms.as_slice() {
            let bold = Type::bold(LABEL, INK);
            for (place, name) in [("above:", above), ("below:", below)] {
                canvas.text((x, y), Anchor::Start, place, look);
                x += look.width(place) + 8.0;
                let name = bold.wrap(name, 340.0, 1).concat();
                canvas.text((x, y), Anchor::Start, &name, bold);
                x += bold.width(&name) + 28.0;
            }
        }
        canvas.text((x, y), Anchor::Start, "shade: waiting in all, from none", look);
        x += look.width("shade: waiting in all, from none") + 12.0;
        for k in 0..8 {
            canvas.rect(Rect::new(x, y - 15.0, x + 22.0, y + 3.0), theme::shade(0.8 * f64::from(k) / 7.0));
            x += 22.0;
        }
        let text = format!("to {} h {}", counted(most / 3_600.0), self.period);
        canvas.text((x + 12.0, y), Anchor::Start, &text, look);
    }
}

/// A count with three significant digits at most.
fn counted(value: f64) -> String {
    let decimals = if value > 0.0 { (2 - value.log10().floor() as i32).clamp(-9, 0) } else { 0 };
    number::number(value, decimals)
}
