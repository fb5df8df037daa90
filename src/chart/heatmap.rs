//! A grid of two factors: one cell for each combination, with its number and interval; colour says how much.
//!
//! Changes have two colours, better and worse, the paler the smaller; a change that is not beyond chance is hollow.
//! Levels have one colour, the darker the higher.

use super::canvas::{self, Anchor, Canvas, Color, Rect, Type};
use super::number::{self, Interval};
use super::theme::{self, AFTER, BEFORE, GREY, INK, LABEL, NOTE, TICK, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct HeatMapChart {
    /// "Time to the decision"; the title begins with it.
    pub name: String,
    /// Of the cells: "%" for changes; empty for a bare number.
    pub unit: String,
    /// Measure, arms, n.
    pub subtitle: String,
    /// Scenario, version.
    pub footer: String,
    pub x_label: String,
    pub y_label: String,
    /// Values of the factors, as written.
    pub x: Vec<String>,
    pub y: Vec<String>,
    /// `[y][x]`
    pub cells: Vec<Vec<Interval>>,
    /// Changes, whose zero means something, or levels.
    pub is_change: bool,
    pub higher_is_better: bool,
}

/// White space between cells [pixels].
const GAP: f64 = 4.0;

impl HeatMapChart {
    pub fn svg(&self) -> String {
        let title = self.title();
        canvas::svg(&title, |canvas| self.draw(canvas, &title))
    }

    /// The finding: how far the cells differ, told only of those that are beyond chance.
    fn title(&self) -> String {
        let sure = |cell: &&Interval| cell.value.is_finite() && (!self.is_change || cell.is_beyond_chance());
        let cells = || self.cells.iter().flatten().filter(sure);
        let least = cells().min_by(|a, b| a.value.total_cmp(&b.value));
        let most = cells().max_by(|a, b| a.value.total_cmp(&b.value));
        let (Some(least), Some(most)) = (least, most) else {
            return format!("No difference beyond chance in {} anywhere on the grid", self.name);
        };
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let text = |c: &Interval| match self.is_change {
            true => format!("{}{unit}", number::signed(c.value, c.headline_decimals())),
            false => format!("{}{unit}", number::number(c.value, c.headline_decimals())),
        };
        let (least, most) = (text(least), text(most));
        match self.is_change {
            _ if least == most && self.is_change => format!("{} changes by {least} at most", self.name),
            true => format!("{} changes by {least} to {most} across the grid", self.name),
            false => format!("{} goes from {least} to {most} across the grid", self.name),
        }
    }

    fn draw(&self, canvas: &Canvas, title: &str) {
        let inner = theme::frame(canvas, title, &self.subtitle, &self.footer);
        let tick = Type::regular(TICK, INK);
        let widest = self.y.iter().map(|v| tick.width(v)).fold(0.0, f64::max).min(inner.width() / 4.0);
        let name = Type::bold(LABEL, INK);
        // The names of the factors: above the column of values, and below the row of values.
        let top = inner.top + 40.0;
        canvas.text((inner.left, inner.top + 14.0), Anchor::Start, &self.y_label, name);
        let plot = Rect::new(inner.left + widest + 18.0, top, inner.right, inner.bottom - 72.0);
        let (nx, ny) = (self.x.len().max(1) as f64, self.y.len().max(1) as f64);
        let (width, height) = (plot.width() / nx, plot.height() / ny);
        let reach = self.reach();
        for (j, row) in self.cells.iter().enumerate() {
            let y = plot.top + j as f64 * height;
            let middle = y + height / 2.0 + 0.34 * TICK;
            canvas.text((plot.left - 14.0, middle), Anchor::End, &self.y[j], tick);
            for (i, cell) in row.iter().enumerate() {
                let x = plot.left + i as f64 * width;
                let place = Rect::new(x + GAP, y + GAP, x + width - GAP, y + height - GAP);
                self.cell(canvas, place, cell, reach);
            }
        }
        for (i, value) in self.x.iter().enumerate() {
            let x = plot.left + (i as f64 + 0.5) * width;
            canvas.text((x, plot.bottom + 28.0), Anchor::Middle, value, tick);
        }
        canvas.text((plot.right, plot.bottom + 62.0), Anchor::End, &self.x_label, name);
    }

    fn cell(&self, canvas: &Canvas, place: Rect, cell: &Interval, reach: (f64, f64)) {
        let hollow = self.is_change && !cell.is_beyond_chance();
        let color = if hollow || !cell.value.is_finite() { WHITE } else { self.color(cell.value, reach) };
        canvas.rect(place, if color == WHITE { theme::faint(GREY, 0.45) } else { color });
        if color == WHITE {
            let edge = 2.0;
            let inside =
                Rect::new(place.left + edge, place.top + edge, place.right - edge, place.bottom - edge);
            canvas.rect(inside, WHITE);
        }
        let ink = if hollow { GREY } else { theme::text_on(color) };
        let size = (place.height() / 4.0).min(place.width() / 6.0).clamp(9.0, 30.0);
        let write = if self.is_change { number::signed } else { number::number };
        let (value, d) = (Type::bold(size, ink), cell.decimals());
        let center = ((place.left + place.right) / 2.0, (place.top + place.bottom) / 2.0);
        canvas.text((center.0, center.1), Anchor::Middle, &write(cell.value, d), value);
        if cell.is_known() {
            let small = Type::regular((0.62 * size).clamp(8.0, NOTE), ink);
            let bounds = format!("[{}, {}]", write(cell.lower, d), write(cell.upper, d));
            if small.width(&bounds) < place.width() {
                canvas.text((center.0, center.1 + 1.5 * small.size), Anchor::Middle, &bounds, small);
            }
        }
    }

    /// Least and most of what the colours stand for.
    fn reach(&self) -> (f64, f64) {
        let values = || self.cells.iter().flatten().map(|c| c.value).filter(|v| v.is_finite());
        match self.is_change {
            true => (0.0, values().fold(0.0, |most: f64, v| most.max(v.abs()))),
            false => (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)),
        }
    }

    fn color(&self, value: f64, (least, most): (f64, f64)) -> Color {
        let size = if self.is_change { value.abs() } else { value };
        let share = if most > least { (size - least) / (most - least) } else { 0.5 };
        let good = !self.is_change || (value > 0.0) == self.higher_is_better;
        theme::towards(WHITE, if good { AFTER } else { BEFORE }, 0.15 + 0.85 * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(cells: [(f64, f64); 2], is_change: bool) -> HeatMapChart {
        let interval = |(value, half): (f64, f64)| Interval::new(value, value - half, value + half);
        HeatMapChart {
            name: "Wait".to_owned(),
            unit: if is_change { "%".to_owned() } else { "h".to_owned() },
            subtitle: String::new(),
            footer: String::new(),
            x_label: "members".to_owned(),
            y_label: "seed".to_owned(),
            x: vec!["1".to_owned(), "2".to_owned()],
            y: vec!["7".to_owned()],
            cells: vec![cells.map(interval).to_vec()],
            is_change,
            higher_is_better: false,
        }
    }

    #[test]
    fn only_what_is_beyond_chance_is_told() {
        let sure = chart([(-30.0, 2.0), (-12.0, 2.0)], true);
        assert_eq!(sure.title(), "Wait changes by \u{2212}30 % to \u{2212}12 % across the grid");
        let one = chart([(-30.0, 2.0), (-1.0, 2.0)], true);
        assert_eq!(one.title(), "Wait changes by \u{2212}30 % at most");
        let none = chart([(-1.0, 2.0), (1.0, 2.0)], true);
        assert_eq!(none.title(), "No difference beyond chance in Wait anywhere on the grid");
        let levels = chart([(3.0, 0.5), (1.0, 0.5)], false);
        assert_eq!(levels.title(), "Wait goes from 1.0 h to 3.0 h across the grid");
    }

    #[test]
    fn colour_says_better_or_worse_and_how_much() {
        let chart = chart([(-30.0, 2.0), (15.0, 2.0)], true);
        let reach = chart.reach();
        assert_eq!(chart.color(-30.0, reach), AFTER);
        let half = chart.color(15.0, reach);
        assert_ne!(half, BEFORE);
        assert!(half.1 > BEFORE.1, "paler");
    }
}
