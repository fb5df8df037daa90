//! The most frequent paths of cases, step by step, with their share of all cases.

use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::dotted::color_key;
use super::number;
use super::theme::{self, GREY, GRID, INK, LABEL, NOTE, OTHERS};

#[derive(Clone, Debug, PartialEq)]
pub struct VariantsChart {
    /// The finding in one sentence.
    pub title: String,
    /// What is shown, how many.
    pub subtitle: String,
    /// Log, version.
    pub footer: String,
    /// Activities with a colour of their own.
    pub kinds: Vec<String>,
    pub rows: Vec<VariantRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VariantRow {
    /// Indices of kinds (None: another activity), each with how often it is repeated at once.
    pub steps: Vec<(Option<usize>, usize)>,
    pub cases: usize,
    /// Of all cases.
    pub share: f64,
    /// Median time from first to last event [s].
    pub seconds: f64,
}

/// Room for the numbers at the right [pixels].
const NUMBERS: f64 = 430.0;
/// Room for the time at the right end [pixels].
const TIME: f64 = 126.0;
/// The widest step [pixels].
const STEP: f64 = 190.0;
/// The slant of a step's ends [pixels].
const SLANT: f64 = 9.0;

impl VariantsChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let kinds: Vec<(&str, Color)> = (self.kinds.iter().enumerate())
            .map(|(k, name)| (name.as_str(), theme::nth_color(k)))
            .chain(self.has_others().then_some(("others", OTHERS)))
            .collect();
        let top = color_key(canvas, (inner.left, inner.top + 10.0), inner.right, &kinds) + 48.0;
        let plot = Rect::new(inner.left, top, inner.right - NUMBERS, inner.bottom);
        let longest = self.rows.iter().map(|r| r.steps.len()).max().unwrap_or(1).max(1) as f64;
        let step = ((plot.width() - SLANT) / longest).min(STEP);
        let pitch = (plot.height() / self.rows.len().max(1) as f64).min(84.0);
        let heading = Type::regular(NOTE, GREY);
        let (bar, right) = (plot.right + 30.0, inner.right);
        canvas.text((bar, top - 12.0), Anchor::Start, "share of cases", heading);
        canvas.text((right - TIME, top - 12.0), Anchor::End, "cases", heading);
        canvas.text((right, top - 12.0), Anchor::End, "median time", heading);
        let most = self.rows.iter().map(|r| r.share).fold(0.0, f64::max);
        for (k, row) in self.rows.iter().enumerate() {
            let y = plot.top + k as f64 * pitch;
            canvas.line(&[(plot.left, y), (right, y)], GRID, 1.2);
            let height = (0.68 * pitch).min(46.0);
            let strip = (y + (pitch - height) / 2.0, height);
            self.draw_steps(canvas, row, (plot.left, strip.0), step, height);
            let look = Type::regular(LABEL.min(0.5 * pitch + 6.0), INK);
            let base = y + pitch / 2.0 + 0.36 * look.size;
            let length = 130.0 * row.share / most.max(1e-9);
            canvas.rect(Rect::new(bar, strip.0, bar + length, strip.0 + height), theme::shade(0.6));
            let share = number::percent(row.share, if row.share < 0.1 { 1 } else { 0 });
            canvas.text((bar + length + 8.0, base), Anchor::Start, &share, look);
            canvas.text((right - TIME, base), Anchor::End, &number::number(row.cases as f64, 0), look);
            canvas.text((right, base), Anchor::End, &number::span(row.seconds), look);
        }
    }

    fn draw_steps(&self, canvas: &Canvas, row: &VariantRow, (left, top): Point, step: f64, height: f64) {
        for (i, (kind, times)) in row.steps.iter().enumerate() {
            let color = kind.map_or(OTHERS, theme::nth_color);
            let (l, r) = (left + i as f64 * step, left + (i as f64 + 1.0) * step - 3.0);
            let middle = top + height / 2.0;
            let slant = SLANT.min(step / 3.0);
            canvas.fill(
                &[
                    (l, top),
                    (r, top),
                    (r + slant, middle),
                    (r, top + height),
                    (l, top + height),
                    (l + slant, middle),
                ],
                color,
            );
            let room = step - 2.0 * slant - 4.0;
            let ink = theme::text_on(color);
            let name = kind.map_or("other", |k| self.kinds[k].as_str());
            let again = if *times > 1 { format!("{times} ×") } else { String::new() };
            let full = if again.is_empty() { name.to_owned() } else { format!("{again} {name}") };
            // In as large a type as fits; or else the colour alone tells.
            let fitting = [(15.0, 2), (13.0, 3), (11.0, 4)].into_iter().find_map(|(size, most)| {
                let look = Type::regular(size, ink);
                let lines = look.wrap(&full, room, most);
                let cut = lines.iter().any(|line| line.ends_with('…'));
                (!cut && 1.1 * size * lines.len() as f64 <= height).then_some((look, lines))
            });
            let look = Type::regular(15.0, ink);
            let (look, lines) = fitting.unwrap_or_else(|| (look, look.wrap(&again, room, 1)));
            let first = middle + 0.36 * look.size - (lines.len() as f64 - 1.0) * 0.55 * look.size;
            for (k, line) in lines.iter().enumerate() {
                let at = ((l + slant + r) / 2.0 + 1.0, first + k as f64 * 1.1 * look.size);
                canvas.text(at, Anchor::Middle, line, look);
            }
        }
    }

    fn has_others(&self) -> bool {
        self.rows.iter().flat_map(|r| &r.steps).any(|s| s.0.is_none())
    }
}
