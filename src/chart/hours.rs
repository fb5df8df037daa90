//! How busy teams are in each hour of the week: a ribbon of 168 cells for each team and arm.

use super::canvas::{self, Anchor, Canvas, Point, Rect, Type};
use super::number;
use super::theme::{self, GREY, INK, NOTE, TICK, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct HoursChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// Names of the columns: "Mon", "Tue", ...
    pub days: Vec<String>,
    pub rows: Vec<HoursRow>,
}

/// A team with a ribbon for each arm.
#[derive(Clone, Debug, PartialEq)]
pub struct HoursRow {
    pub name: String,
    pub ribbons: Vec<Ribbon>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Ribbon {
    /// "before"
    pub name: String,
    /// Share of the time [0..1], the days one after the other with equally many cells; None: nobody is on shift.
    pub cells: Vec<Option<f64>>,
    /// Over the whole week.
    pub mean: f64,
}

/// The widest name of a team [pixels].
const NAME_WIDTH: f64 = 230.0;

impl HoursChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        key(canvas, (inner.left, inner.top + 12.0));
        let small = Type::regular(NOTE, GREY);
        let ribbons = || self.rows.iter().flat_map(|r| &r.ribbons);
        let arm_width = ribbons().map(|r| small.width(&r.name)).fold(0.0, f64::max).min(190.0);
        let name = Type::bold(19.0, INK);
        let names: Vec<_> = self.rows.iter().map(|r| name.wrap(&r.name, NAME_WIDTH, 2)).collect();
        let name_width = names.iter().flatten().map(|n| name.width(n)).fold(0.0, f64::max);
        let left = inner.left + name_width + 24.0 + arm_width + 14.0;
        let plot = Rect::new(left, inner.top + 76.0, inner.right - 76.0, inner.bottom - 40.0);
        let day = plot.width() / self.days.len().max(1) as f64;
        for (k, name) in self.days.iter().enumerate() {
            let x = plot.left + (k as f64 + 0.5) * day;
            canvas.text((x, plot.top - 14.0), Anchor::Middle, name, Type::bold(TICK, INK));
        }
        canvas.text((inner.right, plot.top - 14.0), Anchor::End, "week", Type::bold(TICK, INK));
        let pitch = (plot.height() / self.rows.len().max(1) as f64).min(220.0);
        for (k, row) in self.rows.iter().enumerate() {
            let top = plot.top + k as f64 * pitch;
            let n = row.ribbons.len().max(1) as f64;
            let gap = (0.18 * pitch).min(22.0);
            let height = (pitch - gap) / n;
            let first = top + (pitch - gap) / 2.0 - (names[k].len() as f64 - 1.0) * name.line_height() / 2.0;
            canvas.lines((inner.left, first + 0.36 * name.size), Anchor::Start, &names[k], name);
            for (j, ribbon) in row.ribbons.iter().enumerate() {
                let top = top + j as f64 * height;
                let strip = Rect::new(plot.left, top, plot.right, top + height - 2.0);
                draw_ribbon(canvas, ribbon, strip);
                let size = (0.7 * height).min(NOTE);
                let look = Type::regular(size, GREY);
                let y = (strip.top + strip.bottom) / 2.0 + 0.36 * size;
                for name in look.wrap(&ribbon.name, arm_width, 1) {
                    canvas.text((plot.left - 14.0, y), Anchor::End, &name, look);
                }
                let mean = if ribbon.mean.is_finite() {
                    number::percent(ribbon.mean, 0)
                } else {
                    "\u{2013}".to_owned()
                };
                canvas.text((inner.right, y), Anchor::End, &mean, Type::bold(size, INK));
            }
        }
        let bottom = plot.top + pitch * self.rows.len() as f64 - (0.18 * pitch).min(22.0);
        for k in 1..self.days.len() {
            let x = plot.left + k as f64 * day;
            canvas.line(&[(x, plot.top - 6.0), (x, bottom)], WHITE, 3.0);
            canvas.line(&[(x, plot.top - 6.0), (x, bottom)], theme::faint(GREY, 0.6), 1.0);
        }
        self.hours(canvas, plot, day, bottom);
    }

    /// Hours under the first, third, ... day.
    fn hours(&self, canvas: &Canvas, plot: Rect, day: f64, bottom: f64) {
        let look = Type::regular(14.0, GREY);
        let steps = if day > 150.0 { vec![0, 6, 12, 18] } else { vec![0, 12] };
        for k in 0..self.days.len() {
            for hour in &steps {
                let x = plot.left + (k as f64 + f64::from(*hour) / 24.0) * day;
                canvas.line(&[(x, bottom), (x, bottom + 5.0)], GREY, 1.2);
                canvas.text((x, bottom + 20.0), Anchor::Middle, &format!("{hour:02}"), look);
            }
        }
    }
}

fn draw_ribbon(canvas: &Canvas, ribbon: &Ribbon, strip: Rect) {
    let width = strip.width() / ribbon.cells.len().max(1) as f64;
    for (k, cell) in ribbon.cells.iter().enumerate() {
        let left = strip.left + k as f64 * width;
        // A hair wider than the cell, lest the seams show.
        let at = Rect::new(left, strip.top, (left + width + 0.3).min(strip.right), strip.bottom);
        match cell {
            Some(share) => canvas.rect(at, theme::shade(*share)),
            None => {
                let y = (strip.top + strip.bottom) / 2.0;
                canvas.line(&[(at.left, y), (at.right, y)], theme::faint(GREY, 0.45), 1.2);
            }
        }
    }
}

fn key(canvas: &Canvas, (x, y): Point) {
    let look = Type::regular(NOTE, GREY);
    canvas.text((x, y), Anchor::Start, "share of the time on shift at work:", look);
    let mut at = x + look.width("share of the time on shift at work:") + 18.0;
    for k in 0..=10 {
        let share = f64::from(k) / 10.0;
        canvas.rect(Rect::new(at, y - 15.0, at + 30.0, y + 3.0), theme::shade(share));
        if k % 5 == 0 {
            canvas.text(
                (at + 15.0, y + 22.0),
                Anchor::Middle,
                &number::percent(share, 0),
                Type::regular(14.0, GREY),
            );
        }
        at += 30.0;
    }
    canvas.text((at + 12.0, y), Anchor::Start, "and more: overtime", look);
    at += 12.0 + look.width("and more: overtime") + 34.0;
    canvas.line(&[(at, y - 6.0), (at + 30.0, y - 6.0)], theme::faint(GREY, 0.45), 1.2);
    canvas.text((at + 42.0, y), Anchor::Start, "nobody on shift", look);
}
